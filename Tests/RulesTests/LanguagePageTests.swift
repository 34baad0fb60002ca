import JSONText
import TestSupport
import Testing

@testable import Rules

/// The page and the schema of the rule language say exactly what the loader reads.
@Suite struct LanguagePageTests {
  private static let docs = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

  private static func read(_ name: String) throws -> String {
    try Folder().text(docs + "/docs/" + name)
  }

  private static func schemaDocument() throws -> Node {
    try document(try read("rule-sets.schema.json"))
  }

  private static func schema() throws -> Schema { try Schema(schemaDocument()) }

  private static func document(_ text: String) throws -> Node {
    try Document(Bytes(Array(text.utf8))).root
  }

  /// The keys of an object as the loader has them, and the place of the same object in the schema.
  private static let objects: [(words: [Text], place: [Text])] = [
    (SetKey.table.words, []),
    (ReviewKey.table.words, ["$defs", "reviewedAgainst", "anyOf", "1"]),
    (AuthorityKey.table.words, ["$defs", "authority"]),
    (EnvironmentKey.table.words, ["$defs", "environment"]),
    (HintKey.table.words, ["$defs", "hints"]),
    (LevelKey.table.words, ["$defs", "level"]),
    (ProgramKey.table.words, ["$defs", "program"]),
    (ToolKey.table.words, ["$defs", "targets"]),
    (TargetKey.table.words, ["$defs", "target"]),
    (DetectorKey.table.words, ["$defs", "detector"]),
    (RuleKey.table.words, ["$defs", "rule"]),
    (DeliverableKey.table.words, ["$defs", "deliverable"]),
    (ApprovalKey.table.words, ["$defs", "rule", "properties", "approval", "anyOf", "1"]),
    (WaiverKey.table.words, ["$defs", "waiver"]),
    (ScopeKey.table.words, ["$defs", "waiver", "properties", "scope"]),
    (ConditionKey.table.words, ["$defs", "condition"]),
    (ValueKey.table.words, ["$defs", "condition", "properties", "value"]),
    (HostKey.table.words, ["$defs", "condition", "properties", "host"]),
    (ArtifactKey.table.words, ["$defs", "condition", "properties", "artifacts"]),
    (CountKey.table.words, ["$defs", "condition", "properties", "count"]),
    (VariableKey.table.words, ["$defs", "condition", "properties", "variable"]),
    (FileKey.table.words, ["$defs", "condition", "properties", "file"]),
    (PageKey.table.words, ["$defs", "condition", "properties", "markdown"]),
    (
      BoxKey.table.words,
      ["$defs", "condition", "properties", "markdown", "properties", "boxes", "anyOf", "1"]
    ),
    (OutsideKey.table.words, ["$defs", "condition", "properties", "outside", "anyOf", "1"]),
    (ApprovedKey.table.words, ["$defs", "condition", "properties", "approval", "anyOf", "1"]),
    (ReachedKey.table.words, ["$defs", "condition", "properties", "level"]),
    (TimeKey.table.words, ["$defs", "condition", "properties", "time"]),
  ]

  private static func at(_ place: [Text], in root: Node) throws -> Node {
    try place.reduce(root) { node, step in
      let index = Int(step.string)
      return try #require(
        index.map { node.elements.indices.contains($0) ? node.elements[$0] : nil } ?? node[step],
        "\(place)")
    }
  }

  @Test func theSchemaKnowsTheKeysOfTheLoaderAndNoOthers() throws {
    let root = try Self.schemaDocument()
    for (words, place) in Self.objects {
      let keys = try Self.at(place + ["properties"], in: root).members.map(\.key)
      #expect(Set(keys) == Set(words), "\(place)")
    }
    let comparisons = try ["item", "json", "csv"].flatMap { key in
      try Self.at(["$defs", "condition", "properties", Text(key), "properties"], in: root)
        .members.map(\.key)
    }
    #expect(Set(comparisons) == Set(ComparisonKey.table.words))
  }

  @Test func thePageNamesEveryKey() throws {
    let page = try Self.read("rule-sets.md")
    for (words, place) in Self.objects {
      for word in words {
        let isNamed = page.contains("`\(word)`")
        #expect(isNamed, "\(word) of \(place)")
      }
    }
    for word in ComparisonKey.table.words + SetKey.reserved + ChangeKey.table.words
      + CommandExampleKey.table.words
    {
      let isNamed = page.contains("`\(word)`") || page.contains("\"\(word)\"")
      #expect(isNamed, "\(word)")
    }
  }

  /// The first cell of each row of a table, as far as it is a key in backticks.
  @Test func thePageNamesNoKeyThatTheLoaderDoesNotKnow() throws {
    let known = Set(
      (Self.objects.flatMap(\.words) + ComparisonKey.table.words + ["default", "order"]).map(
        \.string))
    let page = try Self.read("rule-sets.md")
    let grammar = page.components(from: "## The set", to: "## What conductor says without any rule")
    #expect(grammar.count > 1000)
    for line in grammar.split(separator: "\n") where line.hasPrefix("| `") {
      let cell = line.split(separator: "|").first ?? ""
      for match in cell.matches(of: #/`([^`]+)`/#) {
        #expect(known.contains(String(match.output.1)), "\(line)")
      }
    }
  }

  @Test func thePageTellsWhatTheProgramSaysByItself() throws {
    let page = try Self.read("rule-sets.md")
    for rule in OwnRule.allCases {
      let verdicts = rule.verdicts.map(\.word.string).joined(separator: " or ")
      let isTold = page.contains("| `\(rule.rawValue)` | \(verdicts) | \(rule.meaning) |")
      #expect(isTold, "\(rule)")
    }
  }

  @Test func theSchemaAcceptsTheBuiltInSetsAndOneThatUsesEveryKey() throws {
    let schema = try Self.schema()
    #expect(try schema.findings(in: Self.document(wholeSet)) == [])
    for name in BuiltIn.names {
      let source = try #require(BuiltIn.source(name))
      #expect(try schema.findings(in: Document(source.bytes).root) == [], "\(name)")
    }
  }

  @Test(arguments: [
    #"{"ruleset": "a", "version": "1", "language": 1, "rulez": []}"#,
    #"{"ruleset": "a", "version": "1", "language": 2}"#,
    #"{"ruleset": "A", "version": "1", "language": 1}"#,
    #"{"ruleset": "a", "language": 1}"#,
    #"{"ruleset": "a", "version": "1", "language": 1, "detectors": {"d": {"words": true}}}"#,
    #"{"ruleset": "a", "version": "1", "language": 1, "rules": [{"id": "r", "phase": "command", "when": {"progam": "x"}, "verdict": "deny", "because": "b"}]}"#,
    #"{"ruleset": "a", "version": "1", "language": 1, "rules": [{"id": "r", "phase": "command", "when": {}, "verdict": "deny"}]}"#,
    #"{"ruleset": "a", "version": "1", "language": 1, "rules": [{"id": "r", "phase": "comand", "when": {}, "verdict": "deny", "because": "b"}]}"#,
  ])
  func theSchemaRefuses(text: String) throws {
    #expect(try Self.schema().findings(in: Self.document(text)) != [])
  }

  @Test func everyWholeSetOfThePageLoads() throws {
    let page = try Self.read("rule-sets.md")
    let schema = try Self.schema()
    var count = 0
    for match in page.matches(of: #/```json\n((?:.|\n)*?)```/#) {
      let text = String(match.output.1)
      let document = try Self.document(text)
      guard document["ruleset"] != nil else { continue }
      count += 1
      #expect(schema.findings(in: document) == [])
      let source = RuleSource(name: "page.json", bytes: Bytes(Array(text.utf8)))
      _ = try RuleSet.load(source) { name, _ in BuiltIn.source(name) }
    }
    #expect(count == 4)
  }
}

extension String {
  /// The part between two lines.
  fileprivate func components(from start: String, to end: String) -> String {
    guard let first = range(of: "\n\(start)\n"), let last = range(of: "\n\(end)\n") else {
      return ""
    }
    return String(self[first.upperBound..<last.lowerBound])
  }

  private func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
