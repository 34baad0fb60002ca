import JSONText
import Rules
import Testing

/// The judged cases of the real projects.
@Suite("Judged cases", .enabled(if: CaseFiles.folder != nil, "CONDUCTOR_CASES names no cases"))
struct BuiltInCaseFileTests {
  private static let verdicts: [Text: Verdict] = ["STOP": .stop, "REVIEW": .ask, "ALLOW": .allow]

  @Test func migrationCommands() throws {
    let book = try #require(BuiltInSets.alembic)
    let cases = try #require(try CaseFiles.document("migration.json")["commands"]).elements
    #expect(!cases.isEmpty)
    for entry in cases {
      let line = try #require(entry["command"]?.text)
      let word = try #require(entry["verdict"]?.text)
      let judgement = book.command(line.string)
      #expect(judgement.verdict == Self.verdicts[word], "\(line.string)\n\(judgement.summary)")
      let environment: EnvironmentFinding? =
        switch entry["env"]?.text {
        case nil: EnvironmentFinding.none
        case "ambiguous": nil
        case let name?: .resolved(name)
        }
      if let environment {
        #expect(judgement.environment == environment, "\(line.string)")
      } else if case .ambiguous = judgement.environment {
      } else {
        Issue.record("\(line.string) is not ambiguous: \(judgement.environment)")
      }
    }
  }

  @Test func migrationItems() throws {
    let book = try #require(BuiltInSets.alembic)
    let cases = try #require(try CaseFiles.document("migration.json")["items"]).elements
    #expect(!cases.isEmpty)
    for entry in cases {
      let word = try #require(entry["verdict"]?.text)
      // What the case says about itself is no part of the item.
      let fields = ["title", "notes", "artifacts"].compactMap { (key: Text) in
        entry[key].map { JSON.Member(key: key, value: $0.json) }
      }
      let item = try Document(Bytes(JSON.object(fields).canonical())).root
      var circumstances = BuiltInSets.circumstances()
      circumstances.item = item
      let judgement = book.judgement(ofItem: item, circumstances)
      let title = entry["title"]?.text?.string ?? ""
      #expect(judgement.verdict == Self.verdicts[word], "\(title)\n\(judgement.summary)")
    }
  }

  @Test func levelsOfCommands() throws {
    let cases = try #require(try CaseFiles.document("statetrace-levels.json")["commands"]).elements
    #expect(!cases.isEmpty)
    for entry in cases {
      let line = try #require(entry["command"]?.text)
      let word = try #require(entry["min_level"]?.text)
      try LevelTable.check(line.string, word.string)
    }
  }

  @Test func scriptsOfTheRunbook() throws {
    let names = try CaseFiles.bytes("statetrace-runbook-scripts.txt").split(separator: 10)
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(names.count == 61)
    for name in names where name.hasSuffix(".ps1") {
      let least =
        ["Invoke-StateTracePipeline", "Invoke-WarmRun"].contains { name.contains($0) }
        ? "L2" : name.contains("/Schedule-") ? "L1+approval" : "L1"
      let backslashed = name.replacing("/", with: "\\")
      for line in [
        "pwsh -NoLogo -File \(backslashed)", "pwsh -NoProfile -STA -File \(name)",
        "pwsh \(backslashed)", "powershell.exe -STA -File \(name.lowercased())",
        "& .\\\(backslashed)", backslashed.uppercased(), "./\(name) -Verbose",
        "pwsh -Command \"& \(backslashed)\"", "powershell -ExecutionPolicy Bypass -File \(name)",
      ] {
        try LevelTable.check(line, least, isNear: true)
      }
    }
  }
}

/// What a command must come out as at each level, from the word that the cases use.
enum LevelTable {
  private static let levels: [Text] = ["L0", "L1", "L2", "L3"]

  /// The circumstances in which an operator has approved a level and set the variables.
  static func circumstances(_ level: Text, isApproved: Bool = true) throws -> Circumstances {
    var circumstances = BuiltInSets.circumstances()
    circumstances.level = level
    circumstances.item = try BuiltInSets.item(#"{"id": "ST-B-001", "level": "\#(level.string)"}"#)
    guard isApproved else { return circumstances }
    circumstances.variable = { $0.hasPrefix("STATETRACE_AGENT_ALLOW_") ? "1" : nil }
    circumstances.approvals = levels.map { level in
      Approval(id: level, right: level, item: "ST-B-001", actor: "Operator")
    }
    return circumstances
  }

  /// Judges a line at each level: below the least one it is denied, from there on it is let through.
  ///
  /// Where many lines are alike, the level below the least and the least itself are near enough.
  static func check(_ line: String, _ word: String, isNear: Bool = false) throws {
    let book = try #require(BuiltInSets.statetrace)
    let rank = levels.firstIndex { word.hasPrefix($0.string) } ?? levels.count
    let expected: Verdict =
      word.hasSuffix("+deny") ? .deny : word.hasSuffix("+approval") ? .ask : .allow
    for (place, level) in levels.enumerated() where !isNear || [rank - 1, rank].contains(place) {
      let judgement = book.command(line, try circumstances(level))
      let verdict = place < rank ? .deny : expected
      #expect(
        judgement.verdict == verdict, "\(line) at \(level.string)\n\(judgement.summary)")
    }
    guard rank > 1, rank < levels.count, !isNear else { return }
    // Nobody's approval, and no variable: never let through.
    let judgement = book.command(line, try circumstances(levels[rank], isApproved: false))
    #expect(judgement.verdict > .allow, "\(line) without approval\n\(judgement.summary)")
  }
}
