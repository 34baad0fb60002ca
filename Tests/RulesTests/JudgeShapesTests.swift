import Foundation
import JSONText
import Rules
import Testing

private let casesDirectory = ProcessInfo.processInfo.environment["CONDUCTOR_CASES"]

/// Lines with what a real shell started for them, through the judge.
@Suite("Lines with what bash really ran", .enabled(if: casesDirectory != nil, "CONDUCTOR_CASES"))
struct JudgeShapesTests {
  struct Cases: Decodable {
    struct Case: Decodable {
      var group: String
      var command: String
      var executed: [[String]]
    }

    var cases: [Case]
  }

  private static func guarded() throws -> RuleSet {
    try Judging.one(
      #"{"program": "alembic", "subcommand": ["upgrade", "downgrade", "stamp"]}"#,
      set: #""programs": {"alembic": {"valued": ["-c", "--config", "-n", "--name", "-x"]}}"#)
  }

  @Test func noLineThatRanIsAllowedAndNoOtherIsHeldUp() throws {
    let directory = try #require(casesDirectory)
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/shell-shapes.json"))
    let cases = try JSONDecoder().decode(Cases.self, from: data).cases
    let book = RuleBook([try Self.guarded()])
    var asked = 0
    for sample in cases {
      let ran = sample.executed.contains { vector in
        vector.dropFirst().contains { ["upgrade", "downgrade", "stamp"].contains($0) }
      }
      let judgement = book.judgement(
        ofCommand: Array(sample.command.utf8), Judging.circumstances())
      if judgement.verdict == .ask { asked += 1 }
      let mayBeStricter =
        sample.group == "broken" || sample.command.hasPrefix("bash -lc")
        || sample.command.contains("PAGER=") || sample.command.hasPrefix("true ||")
      if ran {
        #expect(judgement.verdict != .allow, "\(sample.command)")
      } else if !mayBeStricter {
        #expect(judgement.verdict == .allow, "\(sample.command): \(judgement.said)")
      }
    }
    print("shell shapes: \(cases.count) lines, \(asked) of them asked")
  }
}
