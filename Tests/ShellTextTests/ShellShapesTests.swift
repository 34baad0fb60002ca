import Foundation
import Rules
import Testing

private let casesDirectory = ProcessInfo.processInfo.environment["CONDUCTOR_CASES"]

/// Lines with what a real shell started for them.
@Suite("Lines with what bash really ran", .enabled(if: casesDirectory != nil, "CONDUCTOR_CASES"))
struct ShellShapesTests {
  struct Cases: Decodable {
    struct Case: Decodable {
      var group: String
      var command: String
      var executed: [[String]]
    }

    var cases: [Case]
  }

  @Test func noLineThatRanIsAllowedAndNoOtherIsHeldUp() throws {
    let directory = try #require(casesDirectory)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/shell-shapes.json"))
    let cases = try JSONDecoder().decode(Cases.self, from: data).cases
    var asked = 0
    for sample in cases {
      let ran = sample.executed.contains { vector in
        vector.dropFirst().contains { ["upgrade", "downgrade", "stamp"].contains($0) }
      }
      let verdict = try GuardedProgram.verdict(sample.command)
      if verdict == .ask { asked += 1 }
      let mayBeStricter =
        sample.group == "broken" || sample.command.hasPrefix("bash -lc")
        || sample.command.contains("PAGER=") || sample.command.hasPrefix("true ||")
      if ran {
        #expect(verdict != .allow, "\(sample.command)")
      } else if !mayBeStricter {
        #expect(verdict == .allow, "\(sample.command)")
      }
    }
    print("shell shapes: \(cases.count) lines, \(asked) of them asked")
  }
}
