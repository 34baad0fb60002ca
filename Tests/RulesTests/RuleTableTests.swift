import Foundation
import JSONText
import Testing

@testable import Rules

/// The tables that tell where everything lies in the text of a built-in set, and what comes of reading by them.
@Suite struct RuleTableTests {
  private static func file(of name: Text) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Sources/CRules/tables/\(name).h")
  }

  @Test(arguments: BuiltIn.names)
  func eachTableIsWhatItsSetMakes(name: Text) throws {
    let source = try #require(BuiltIn.source(name))
    let table = try TableText(source).text
    if ProcessInfo.processInfo.environment["CONDUCTOR_RECORD"] == "1" {
      try Data(table.utf8).write(to: Self.file(of: name))
      Issue.record("the table of \(name) was recorded anew; run the tests again without recording")
      return
    }
    let stored = try String(contentsOf: Self.file(of: name), encoding: .utf8)
    #expect(
      stored == table,
      "the table of \(name) differs from its text; run the tests once with CONDUCTOR_RECORD=1")
  }

  /// What is read by the table when it is asked for is what is read of the whole text.
  @Test(arguments: BuiltIn.names)
  func aSetReadByItsTableSaysTheSame(name: Text) throws {
    let source = try #require(BuiltIn.source(name))
    let proved = try RuleSet.load(source) { (_, _) in nil }
    let (read, _) = try RuleSet.prove(source) { (_, _) in nil }
    #expect(proved.table != nil && read.table == nil)
    #expect(proved.effective == read.effective)
    #expect(proved.title == read.title && proved.hasLevels == read.hasLevels)
    #expect(proved.allRules.map(\.place) == read.allRules.map(\.place))
    #expect(proved.reviewedCommit == read.reviewedCommit)
    #expect(Set(proved.guardedPrograms) == Set(read.guardedPrograms))
    #expect(Set(proved.watchedPrograms) == Set(read.watchedPrograms))
    for phase in Phase.allCases {
      #expect(proved.ruleCount(of: phase) == read.ruleCount(of: phase))
    }
    for (name, detector) in read.detectors {
      let same = try #require(proved.detectors[name])
      #expect(same.place == detector.place && proved.detector(name)?.place == detector.place)
      #expect(proved.detector(name)?.any.map(\.source) == detector.any.map(\.source))
      #expect(same.match.map(\.place) == detector.match.map(\.place))
    }
    for (one, other) in zip(proved.rules, read.rules) {
      #expect(one.match.map(\.place) == other.match.map(\.place))
      #expect(one.notMatch.map(\.column) == other.notMatch.map(\.column))
    }
  }

  /// The rules that are asked of any program are the same by the table and by the rules themselves.
  @Test(arguments: BuiltIn.names)
  func theSameRulesAreAskedByTheTable(name: Text) throws {
    let source = try #require(BuiltIn.source(name))
    let proved = try RuleSet.load(source) { (_, _) in nil }
    let (read, _) = try RuleSet.prove(source) { (_, _) in nil }
    let (byTable, byRules) = (RuleIndex(proved), RuleIndex(read))
    var programs: Set<Text> = ["", "*", "rg", "pip3", "python3.12", "heroku", "unheard-of"]
    for rule in read.rules { programs.formUnion(Bearing(rule.condition).programs) }
    for program in programs {
      for bits in 0..<UInt32(128) {
        let facts = CommandFacts(rawValue: bits)
        #expect(
          byTable.candidates(for: program, facts).map(\.place)
            == byRules.candidates(for: program, facts).map(\.place), "\(program) \(bits)")
      }
    }
  }

  /// What the table lets a judge leave unread says nothing of the line, whatever it holds and whatever is set.
  @Test(arguments: BuiltIn.names)
  func theSameIsSaidByTheTable(name: Text) throws {
    let source = try #require(BuiltIn.source(name))
    let (read, _) = try RuleSet.prove(source) { (_, _) in nil }
    let byRules = RuleBook([read])
    let examples = read.rules.filter { $0.phases == [.command] }.flatMap { $0.match + $0.notMatch }
    var lines = examples.compactMap { if case .string(let line) = $0.value { line } else { nil } }
    for variable in ["ENV", "DATABASE_URL", "ALLOW_PROD", "OTHER"] as [Text] {
      lines += ["production", "$X", "postgres://cape-control.com/x"].map {
        variable + "=" + $0 + " rg x"
      }
      lines.append("env " + variable + "=production rg x")
    }
    lines += [
      "curl https://dev.cape-control.com/x", "git push heroku main", "git push origin \"$B\"",
      "git",
      "psql capecraft", "psql $URL", "heroku logs -a capecraft", "rg x -a capecraft", "$P x",
      "rg \"$X\"",
      "echo a > b", "git add -A", "./run.sh", "cat postgres://localhost:5433/devdb",
      "make deploy ENV=prod",
    ]
    for isActual in [false, true] {
      for set in ["", "ENV", "DATABASE_URL", "ALLOW_PROD"] as [Text] {
        var circumstances = BuiltInSets.circumstances()
        circumstances.isActual = isActual
        circumstances.variable = { $0 == set ? "production" : nil }
        for line in lines {
          let proved = RuleBook([try RuleSet.load(source) { (_, _) in nil }])
          let (one, other) = (
            proved.judgement(ofCommand: line.bytes, circumstances),
            byRules.judgement(ofCommand: line.bytes, circumstances)
          )
          #expect(one.findings == other.findings, "\(line)")
          #expect(one.environment == other.environment, "\(line)")
          #expect(one.judged == other.judged && one.isUnderstood == other.isUnderstood)
        }
      }
    }
  }

  @Test func whatCannotBeReadOfABuiltInSetStopsEverything() throws {
    var source = try #require(BuiltIn.source("alembic"))
    let table = try #require(source.table)
    var bytes = source.bytes.array
    for place in 0..<table.ruleCount {
      bytes[table.entry(place).range.lowerBound] = UInt8(ascii: "[")
    }
    let detectors = try #require(table.section(.detectors))
    for place in detectors where bytes[place...].starts(with: "\"any\"".utf8) {
      bytes[place + 1] = UInt8(ascii: "x")
    }
    source.bytes = Bytes(bytes)
    let set = try RuleSet.load(source) { (_, _) in nil }
    let finding = try #require(RuleBook([set]).command("alembic heads").findings.first)
    #expect(finding.verdict == .stop && finding.because == "this built-in rule cannot be read")
    let detector = try #require(set.detector("migration-work"))
    #expect(try detector.globs.first?.glob().matches("any/thing") == true)
  }
}

/// The table of a built-in set as C.
private struct TableText {
  private static let escaped = Array("\"\\".utf8)
  private(set) var text: String

  init(_ source: RuleSource) throws {
    let (set, _) = try RuleSet.prove(source) { (_, _) in nil }
    let root = try Document(source.bytes).root
    let elements = root["rules"]?.elements ?? []
    try #require(elements.count == set.rules.count)
    func range(_ node: Node?) -> String {
      node.map { "{\($0.sourceRange.lowerBound), \($0.sourceRange.upperBound)}" } ?? "{0, 0}"
    }
    var rules: [String] = []
    var names: [String] = []
    var patterns: [String] = []
    for (place, rule) in set.rules.enumerated() {
      let phases = rule.phases.reduce(0) { $0 | RuleTable.bit($1) }
      let bearing = rule.phases.contains(.command) ? Bearing(rule.condition) : Bearing()
      let lies = "\(range(elements[place])), \(rule.place.line)"
      rules.append("{\"\(rule.id)\", \(lies), \(phases), \(bearing.facts.rawValue)}")
      for name in Set(bearing.programs).sorted() {
        let known = set.shell == .powershell ? name.lowercase : name
        let isPlain = known.bytes.allSatisfy {
          (0x20...0x7E).contains($0) && !Self.escaped.contains($0)
        }
        try #require(isPlain, "\(known) would have to be escaped")
        let entry = "{\"\(known)\", \(place)}"
        if NamePattern.isWild(name) { patterns.append(entry) } else { names.append(entry) }
      }
    }
    text = "// Made by RuleTableTests of BuiltIn/\(set.name).json; not to be edited by hand.\n"
    let sections = SetKey.words.map { range(root[$0]) }
    let section = root["detectors"]
    let detectors = set.detectors.values.sorted { $0.place.line < $1.place.line }.map {
      "{\"\($0.name)\", \(range(section?[$0.name])), \($0.place.line)}"
    }
    func list(_ texts: some Sequence<Text>) -> [String] {
      Set(texts).sorted().map { "\"\($0)\"" }
    }
    let variables = set.hints.variables + set.environments.flatMap { $0.variables.map(\.name) }
    for (kind, name, entries) in [
      ("struct rules_range", "sections", sections), ("struct rules_rule", "rules", rules),
      ("struct rules_name", "names", names), ("struct rules_name", "patterns", patterns),
      ("struct rules_detector", "detectors", detectors),
      ("char *const", "hinted", list(Array(set.hints.options.keys) + set.hints.operands)),
      ("char *const", "variables", list(variables)),
      ("char *const", "guarded", list(set.guardedPrograms)),
      ("char *const", "watched", list(set.watchedPrograms)),
    ] {
      text += "static const \(kind) \(set.name)_\(name)[] = {\n"
      for entry in entries { text += "    \(entry),\n" }
      text += "};\n"
    }
  }
}
