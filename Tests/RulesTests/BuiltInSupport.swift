import Foundation
import JSONText
import Rules
import Testing

/// The built-in sets as tests use them: loaded as by the program, and asked one question at a time.
enum BuiltInSets {
  static let alembic = load("alembic")
  static let statetrace = load("statetrace")

  /// A fault is an issue of the first test that asks for the set.
  private static func load(_ name: Text) -> RuleBook? {
    do {
      let source = try #require(BuiltIn.source(name))
      return RuleBook([try RuleSet.load(source) { (_, _) throws(RuleFault) in nil }])
    } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  /// A set that a project makes of the built-in ones.
  static func adopted(_ text: String) throws -> RuleBook {
    let source = RuleSource(name: "own.json", bytes: Bytes(Array(text.utf8)))
    return RuleBook([
      try RuleSet.load(source) { (name, _) throws(RuleFault) in BuiltIn.source(name) }
    ])
  }

  static func circumstances() -> Circumstances {
    var circumstances = Circumstances(now: Timestamp(nanoseconds: 1_800_000_000_000_000_000))
    circumstances.root = "/project"
    circumstances.directory = "/project"
    return circumstances
  }

  static func item(_ text: String) throws -> Node {
    try Document(Bytes(Array(text.utf8))).root
  }
}

extension RuleBook {
  func command(_ line: String, _ circumstances: Circumstances? = nil) -> Judgement {
    judgement(ofCommand: Array(line.utf8), circumstances ?? BuiltInSets.circumstances())
  }

  func item(_ json: String) throws -> Judgement {
    var circumstances = BuiltInSets.circumstances()
    let item = try BuiltInSets.item(json)
    circumstances.item = item
    return judgement(ofItem: item, circumstances)
  }

  func diff(_ changes: [Change], _ circumstances: Circumstances? = nil) -> Judgement {
    judgement(ofChanges: changes, circumstances ?? BuiltInSets.circumstances())
  }

  func response(_ analysis: String, commands: [String] = []) -> Judgement {
    judgement(
      ofAnalysis: Text(analysis), commands: commands.map { ProposedCommand(Text($0)) },
      BuiltInSets.circumstances())
  }
}

extension Judgement {
  /// Each finding in a few words, for messages of tests.
  var summary: String {
    findings.map { "\($0.name.string) \($0.verdict): \($0.because.string) [\($0.saw.string)]" }
      .joined(separator: "\n") + "\n\(environment)"
  }

  func names(_ rule: Text) -> Bool { findings.contains { $0.rule == rule } }
}

/// Cases of other people, where the variable says that they are.
enum CaseFiles {
  static let folder = ProcessInfo.processInfo.environment["CONDUCTOR_CASES"]

  static func bytes(_ name: String) throws -> [UInt8] {
    let path = try #require(folder) + "/" + name
    return Array(try #require(FileManager.default.contents(atPath: path)))
  }

  static func document(_ name: String) throws -> Node { try Document(Bytes(bytes(name))).root }
}
