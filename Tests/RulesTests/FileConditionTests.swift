import JSONText
import Testing

@testable import Rules

/// Conditions about files and about what was measured, as a close asks them.
@Suite struct FileConditionTests {
  private static let claim = Judging.now().adding(seconds: -600)

  static func circumstances(
    _ item: String =
      #"{"id": "ND-7", "plan": "docs/plan.md", "links": ["a.md", "b.md"], "out": "../x", "list": "a.md, docs/plan.md", "star": "*"}"#,
    _ change: (inout Circumstances) -> Void = { _ in }
  ) throws -> Circumstances {
    let node = try Judging.item(item)
    return Judging.circumstances { circumstances in
      circumstances.item = node
      circumstances.claimedAt = claim
      var files = StatedFiles()
      files.contents = [
        "docs/plan.md": "Work on ND-7.\n- [x] one\n", "a.md": "ND-77 and ND-7x",
        "logs/run-1.json":
          #"{"n": 1, "at": "2027-01-15T07:00:00Z", "ahead": "2027-01-15T20:00:01Z"}"#,
        "logs/run-2.json": #"[{"n": 2}, {"n": 3}]"#, "logs/deep/er/x.log": "run-2.json",
        "logs/lines.json": "{\"n\": 1}\n{\"n\": 2}\n\n", "logs/empty.json": "[]",
        "logs/bad.json": "{\"n\": 1}\nnot", "logs/when.json": #"{"at": "\/Date(1799999990000)\/"}"#,
        "bom.json": "\u{FEFF}{\"n\": 0}",
        "board.csv": "ID,Status,Rows\r\nND-7,Done,12\r\nND-8,Open,\r\n",
        "doubled.csv": "ID,Status\nA,1\nA,2\nB\n",
        "board.md": "# Board\n| ID | x |\n|--|--|\n| ND-7 | y |\n## Boxes\n- [x] a\n- [ ] b\n",
        "away/secret.md": "ND-7",
      ]
      files.links = ["away": "/elsewhere"]
      files.times = [
        "docs/plan.md": Judging.now().adding(seconds: -60),
        "a.md": Judging.now().adding(seconds: -3600),
        "logs/run-1.json": Judging.now().adding(seconds: -900),
        "logs/run-2.json": Judging.now().adding(seconds: -100),
      ]
      circumstances.files = files
      var checkout = CheckoutFacts()
      checkout.isClean = false
      checkout.testsRun = 2
      checkout.commits = 1
      checkout.changes = [
        Change(.modify, "docs/plan.md", added: ["x"]),
        Change(.rename, "src/b.swift", from: "a.swift"),
        Change(.modify, "board.csv", removed: ["ND-1,Done,1", "ND-2,Done,1"]),
      ]
      checkout.analysis = "GOAL\nall\nTESTS\nnone"
      checkout.commands = ["run fast", "run slow --all"]
      circumstances.checkout = checkout
      change(&circumstances)
    }
  }

  static func set(_ needs: String, more: String = "") throws -> RuleSet {
    try Judging.set(
      """
      "levels": {"default": "L1", "order": ["L0", "L1", "L2"]},
      "detectors": {"work": {"any": ["work"]}},
      "rules": [{"id": "slow", "phase": "command", "when": {"program": "run", "subcommand": "slow"},
        "level": "L2", "because": "b"}],
      "deliverables": [{"id": "d", "needs": \(needs), "because": "b"\(more)}]
      """)
  }

  @Test func aReasonAndADoubtAreOneSentence() throws {
    let set = try Judging.set(
      """
      "deliverables": [{"id": "d", "needs": {"json": {"file": "logs/bad.json", "pointer": "/n", "is": 1}},
        "because": "It must be."}]
      """)
    let judgement = try RuleBook([set]).judgement(ofClose: Self.circumstances())
    #expect(
      judgement.findings.map(\.because) == ["It must be; whether it is so cannot be told"])
  }

  /// What the condition comes to: whether the deliverable is silent, speaks, or speaks since it cannot be told.
  static func truth(_ needs: String, _ circumstances: Circumstances) throws -> Truth {
    let judgement = RuleBook([try set(needs)]).judgement(ofClose: circumstances)
    guard let finding = judgement.findings.first else { return .yes }
    #expect(finding.verdict == .deny)
    return finding.because.hasSuffix("cannot be told") ? .unknown : .no
  }

  @Test(
    arguments: [
      // Files.
      (#"{"file": {"path": "docs/plan.md", "exists": true}}"#, Truth.yes),
      (#"{"file": {"path": "docs/none.md", "exists": true}}"#, .no),
      (#"{"file": {"path": "docs/none.md", "exists": false}}"#, .yes),
      (#"{"file": {"path": "docs/none.md", "newer_than": "claim"}}"#, .unknown),
      (#"{"file": {"path": "logs/*.json", "count": {"is": 6}}}"#, .yes),
      (#"{"file": {"path": "logs/**", "count": {"is": 7}}}"#, .yes),
      (#"{"file": {"path": "**/x.log", "exists": true}}"#, .yes),
      (#"{"file": {"path": "logs/*", "count": {"gt": 6}}}"#, .no),
      (#"{"file": {"path": "*.json", "count": {"is": 1}}}"#, .yes),
      (#"{"file": {"path": "docs/plan.md", "newer_than": "claim"}}"#, .yes),
      (#"{"file": {"path": "a.md", "newer_than": "claim"}}"#, .no),
      (#"{"file": {"path": "a.md", "newer_than": "2h"}}"#, .yes),
      (#"{"file": {"path": "*.md", "names": "${item.id}"}}"#, .yes),
      (#"{"file": {"path": "a.md", "names": "${item.id}"}}"#, .no),
      (
        #"{"file": {"path": "docs/*.md", "contains": "work", "names": "ND-7", "newer_than": "claim"}}"#,
        .yes
      ),
      (#"{"file": {"path": "docs/*.md", "contains": "work", "names": "ND-9"}}"#, .no),
      (#"{"file": {"path": "${item.plan}", "exists": true}}"#, .yes),
      (#"{"file": {"path": "${item.nothing}", "exists": true}}"#, .unknown),
      (#"{"file": {"path": "docs/${item.out}", "exists": true}}"#, .unknown),
      (#"{"file": {"path": "${item.star}.md", "exists": true}}"#, .no),
      (#"{"file": {"path": "${item.links}", "exists": true}}"#, .yes),
      (#"{"file": {"path": "${item.links}", "exists": true, "every": true}}"#, .no),
      (#"{"file": {"path": "${item.list}", "exists": true, "every": true}}"#, .yes),
      (#"{"file": {"path": "away/secret.md", "exists": true}}"#, .unknown),
      (#"{"file": {"path": "away/*.md", "exists": true}}"#, .no),
      (#"{"file": {"path": "**/secret.md", "exists": true}}"#, .no),
      (#"{"file": {"path": "logs/deep/er/x.log", "mentions": "logs/run-*.json"}}"#, .yes),
      (#"{"file": {"path": "docs/plan.md", "mentions": "logs/run-*.json"}}"#, .no),
      (#"{"file": {"path": "docs/plan.md", "mentions": "nothing-*.json"}}"#, .unknown),
      (#"{"file": {"path": "docs/plan.md", "commands": "L2"}}"#, .no),
      (#"{"file": {"path": "docs/plan.md", "commands": "L0"}}"#, .no),
      // JSON.
      (#"{"json": {"file": "bom.json", "pointer": "/n", "is": 0}}"#, .yes),
      (#"{"json": {"file": "logs/run-*.json", "newest": true, "pointer": "/0/n", "is": 2}}"#, .yes),
      (#"{"json": {"file": "logs/*.json", "newest": true, "pointer": "/0/n", "is": 2}}"#, .unknown),
      (
        #"{"json": {"file": "logs/run-2.json", "pointer": "", "each": {"pointer": "/n", "ge": 2}}}"#,
        .yes
      ),
      (
        #"{"json": {"file": "logs/run-2.json", "pointer": "", "each": {"pointer": "/n", "ge": 3}}}"#,
        .no
      ),
      (
        #"{"json": {"file": "logs/run-2.json", "pointer": "", "some": {"pointer": "/n", "ge": 3}}}"#,
        .yes
      ),
      (
        #"{"json": {"file": "logs/run-1.json", "pointer": "", "each": {"pointer": "/n", "is": 1}}}"#,
        .yes
      ),
      (
        #"{"json": {"file": "logs/run-1.json", "pointer": "", "some": {"pointer": "/m", "is": 1}}}"#,
        .unknown
      ),
      (#"{"json": {"file": "logs/empty.json", "pointer": "", "each": {"is": 1}}}"#, .unknown),
      (#"{"json": {"file": "logs/empty.json", "pointer": "", "some": {"is": 1}}}"#, .no),
      (#"{"json": {"file": "logs/lines.json", "pointer": "", "count": {"is": 2}}}"#, .yes),
      (#"{"json": {"file": "logs/lines.json", "pointer": "/1/n", "is": 2}}"#, .yes),
      (#"{"json": {"file": "logs/bad.json", "pointer": "/0/n", "is": 1}}"#, .unknown),
      (#"{"json": {"file": "logs/run-1.json", "pointer": "/at", "within": "3h"}}"#, .yes),
      (#"{"json": {"file": "logs/run-1.json", "pointer": "/at", "within": "10m"}}"#, .no),
      (#"{"json": {"file": "logs/run-1.json", "pointer": "/n", "within": "10m"}}"#, .unknown),
      (#"{"json": {"file": "logs/run-1.json", "pointer": "/ahead", "within": "12h"}}"#, .no),
      (#"{"json": {"file": "logs/run-1.json", "pointer": "/ahead", "within": "13h"}}"#, .yes),
      (#"{"json": {"file": "logs/when.json", "pointer": "/at", "within": "claim"}}"#, .yes),
      (#"{"json": {"file": "logs/when.json", "pointer": "/at", "within": "5s"}}"#, .no),
      // CSV.
      (#"{"csv": {"file": "board.csv", "where": {"ID": "${item.id}"}, "count": {"is": 1}}}"#, .yes),
      (#"{"csv": {"file": "board.csv", "where": {"ID": "ND-9"}, "count": {"ge": 1}}}"#, .no),
      (#"{"csv": {"file": "board.csv", "where": {"Nr": "ND-7"}, "count": {"ge": 1}}}"#, .unknown),
      (
        #"{"csv": {"file": "board.csv", "where": {"ID": "ND-7"}, "column": "Status", "is": "Done"}}"#,
        .yes
      ),
      (
        #"{"csv": {"file": "board.csv", "where": {"ID": "ND-7"}, "column": "Rows", "ge": 12}}"#,
        .yes
      ),
      (
        #"{"csv": {"file": "board.csv", "where": {"ID": "ND-8"}, "column": "Rows", "ge": 1}}"#,
        .unknown
      ),
      (
        #"{"csv": {"file": "board.csv", "where": {"ID": "ND-9"}, "column": "Rows", "ge": 1}}"#,
        .unknown
      ),
      (#"{"csv": {"file": "board.csv", "column": "Status", "in": ["Done", "Open"]}}"#, .yes),
      (#"{"csv": {"file": "board.csv", "columns": ["ID", "Rows"]}}"#, .yes),
      (#"{"csv": {"file": "board.csv", "columns": ["ID", "Owner"]}}"#, .no),
      (#"{"csv": {"file": "board.csv", "unique": "ID"}}"#, .yes),
      (#"{"csv": {"file": "doubled.csv", "unique": "ID"}}"#, .no),
      (#"{"csv": {"file": "board.csv", "unique": "Rows"}}"#, .no),
      (#"{"csv": {"file": "doubled.csv", "sound": true}}"#, .no),
      (#"{"csv": {"file": "board.csv", "sound": true}}"#, .yes),
      (#"{"csv": {"file": "board.csv", "deleted": {"le": 2}}}"#, .yes),
      (#"{"csv": {"file": "board.csv", "deleted": {"le": 1}}}"#, .no),
      (#"{"csv": {"file": "none.csv", "sound": true}}"#, .unknown),
      // Markdown.
      (#"{"markdown": {"file": "board.md", "row": "${item.id}"}}"#, .yes),
      (#"{"markdown": {"file": "board.md", "row": "ND-8"}}"#, .no),
      (#"{"markdown": {"file": "board.md", "row": "${item.nothing}"}}"#, .unknown),
      (
        #"{"markdown": {"file": "board.md", "section": "Boxes", "boxes": {"checked": {"is": 1}, "unchecked": {"is": 1}}}}"#,
        .yes
      ),
      (#"{"markdown": {"file": "board.md", "boxes": "ticked"}}"#, .no),
      (#"{"markdown": {"file": "docs/plan.md", "boxes": "ticked"}}"#, .yes),
      (#"{"markdown": {"file": "a.md", "boxes": "ticked"}}"#, .no),
      (#"{"markdown": {"file": "board.md", "section": "Other", "boxes": "ticked"}}"#, .no),
      (#"{"markdown": {"file": "board.md", "headings": ["Board"]}}"#, .yes),
      (#"{"markdown": {"file": "none.md", "section": "Boxes"}}"#, .unknown),
      // The checkout.
      (#"{"clean": true}"#, .no), (#"{"clean": false}"#, .yes), (#"{"tested": true}"#, .yes),
      (#"{"changed": "docs/**"}"#, .yes), (#"{"changed": "*.py"}"#, .no),
      (#"{"changed": "a.swift"}"#, .yes),
      (#"{"changed": {"all": ["docs/**", "src/**", "*.csv"]}}"#, .no),
      (#"{"changed": {"all": ["docs/**", "*.swift", "*.csv"]}}"#, .yes),
      (#"{"outside": ["docs/**", "*.swift", "*.csv"]}"#, .no),
      (#"{"outside": ["docs/**", "src/**"]}"#, .yes),
      (#"{"outside": {"item": ["files", "list"], "paths": ["*.swift", "*.csv"]}}"#, .no),
      (#"{"outside": {"item": ["list"]}}"#, .yes), (#"{"outside": {"item": ["files"]}}"#, .unknown),
      (#"{"count": {"files": {"is": 3}, "lines": {"is": 3}, "commits": {"is": 1}}}"#, .yes),
      (#"{"count": {"commits": {"is": 2}}}"#, .no),
      (#"{"headings": ["GOAL", "TESTS"]}"#, .yes), (#"{"headings": ["GOAL", "TEST"]}"#, .no),
      (#"{"item": {"field": "plan", "exists": true}}"#, .yes),
    ] as [(String, Truth)])
  func closes(_ needs: String, _ expected: Truth) throws {
    #expect(try Self.truth(needs, Self.circumstances()) == expected)
  }

  @Test(arguments: [
    #"{"clean": true}"#, #"{"clean": false}"#, #"{"tested": true}"#, #"{"changed": "**"}"#,
    #"{"outside": "docs/**"}"#, #"{"count": {"files": {"ge": 0}}}"#, #"{"headings": "A"}"#,
    #"{"text": "work"}"#, #"{"file": {"path": "docs/plan.md", "newer_than": "claim"}}"#,
    #"{"csv": {"file": "board.csv", "deleted": {"ge": 0}}}"#,
    #"{"file": {"path": "docs/plan.md", "commands": "L2"}}"#,
  ])
  func whatWasNotMeasuredIsUnknown(_ needs: String) throws {
    let circumstances = try Self.circumstances {
      $0.checkout = nil
      $0.claimedAt = nil
    }
    #expect(try Self.truth(needs, circumstances) == .unknown)
  }

  @Test func onlyCommandsOfTheLevelHaveToBeLogged() throws {
    let needs = #"{"file": {"path": "log.md", "commands": "L2"}}"#
    for (log, expected) in [
      ("ran\n```\nrun slow\n  --all\n```", Truth.yes), ("run slow --allover", .no),
      ("run fast", .no),
    ] {
      let circumstances = try Self.circumstances { circumstances in
        var files = StatedFiles()
        files.contents = ["log.md": log]
        circumstances.files = files
      }
      #expect(try Self.truth(needs, circumstances) == expected, "\(log)")
    }
  }

  @Test func aFindingSaysWhatIsMissing() throws {
    for (needs, saw) in [
      (#"{"file": {"path": "docs/${item.id}.md", "exists": true}}"#, "docs/ND-7.md is missing"),
      (#"{"json": {"file": "bom.json", "pointer": "/n", "ge": 5}}"#, "bom.json /n is 0"),
      (
        #"{"csv": {"file": "doubled.csv", "sound": true}}"#,
        "doubled.csv has malformed rows at line 4"
      ),
      (#"{"csv": {"file": "doubled.csv", "unique": "ID"}}"#, "doubled.csv has A twice"),
      (#"{"markdown": {"file": "board.md", "boxes": "ticked"}}"#, "board.md: 1 unticked boxes"),
      (#"{"headings": ["GOAL", "TEST"]}"#, "the summary has no heading TEST"),
    ] {
      let book = RuleBook([try Self.set(needs)])
      let finding = book.judgement(ofClose: try Self.circumstances()).findings.first
      #expect(finding?.saw == Text(saw))
    }
  }
}

extension FileConditionTests {
  static func circumstances(
    _ change: (inout Circumstances) -> Void
  ) throws -> Circumstances {
    try circumstances(#"{"id": "ND-7"}"#, change)
  }
}
