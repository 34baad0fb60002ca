import JSONText
import Rules
import Testing

/// Detectors, items, changes, answers and fetches.
@Suite struct JudgeTextTests {
  // MARK: Detectors

  private static func saw(_ detector: String, _ text: Text) throws -> Text? {
    let set = try Judging.set(
      #""detectors": {"d": \#(detector)}, "rules": [\#(Judging.rule(#"{"text": "d"}"#, phase: "response"))]"#
    )
    return RuleBook([set]).judgement(
      ofAnalysis: text, commands: [], Judging.circumstances()
    ).findings.first?.saw
  }

  @Test(
    arguments: [
      (#"{"any": ["drop table"]}"#, "please DROP TABLE x", "DROP TABLE"),
      (#"{"any": ["drop table"], "case": "exact"}"#, "please DROP TABLE x", nil),
      (#"{"any": ["auth"]}"#, "authority", nil),
      (#"{"any": ["auth"], "words": false}"#, "authority", "auth"),
      (#"{"any": ["b", "a"]}"#, "a b", "a"),
      (#"{"any": ["a", "a b"]}"#, "x a b", "a b"),
      (#"{"any": ["migration"], "unless": ["ECS migration"]}"#, "the ECS migration", nil),
      (
        #"{"any": ["migration"], "unless": ["ECS migration"]}"#, "ECS migration, ECS migration", nil
      ),
      (
        #"{"any": ["migration"], "unless": ["ECS migration"]}"#, "ECS migration or migration",
        "migration"
      ),
      (#"{"any": ["migrations?"], "negated_by": ["no"]}"#, "no code, no migrations. Next", nil),
      (#"{"any": ["migrations?"], "negated_by": ["no"]}"#, "no code. Migrations", "Migrations"),
      (#"{"any": ["migrations?"], "negated_by": ["no"]}"#, "NO code; migrations", "migrations"),
      (#"{"any": ["migrations?"], "negated_by": ["no"]}"#, "no\nmigrations", "migrations"),
      (#"{"any": ["migrations?"], "negated_by": ["no"]}"#, "nothing of migrations", "migrations"),
      (#"{"any": ["migrations?"], "negated_by": ["Non-goals:"]}"#, "non-goals: x, migrations", nil),
      (#"{"any": ["a"], "all": ["b", "c"]}"#, "a b", nil),
      (#"{"any": ["a"], "all": ["b", "c"]}"#, "c b a", "a"),
      (#"{"globs": ["**/versions/*.py"]}"#, "x/versions/a.py", "x/versions/a.py"),
      (#"{"globs": ["**/versions/*.py"]}"#, "x/versions/a.md", nil),
      (#"{"any": ["é+"]}"#, "a éé b", "éé"),
      // An exception ends with its line.
      (##"{"any": ["drop"], "unless": ["#.*"]}"##, "# drop\ndrop it", "drop"),
      (##"{"any": ["drop"], "unless": ["#.*"]}"##, "# drop\nkeep it", nil),
      (##"{"any": ["drop"], "unless": ["#[^\\n]*"]}"##, "# not here\r\ndrop it", "drop"),
      (##"{"any": ["drop"], "unless": ["#[^\"]*"]}"##, "# no\ndrop it", "drop"),
      (#"{"any": ["drop"], "unless": ["^//.*$"]}"#, "// drop\nx // drop", "drop"),
      (#"{"any": ["drop"], "unless": ["^//.*$"]}"#, "x\n// drop\ny", nil),
      (#"{"any": ["^release: .*drop$"]}"#, "web: x\nrelease: a drop\n", "release: a drop"),
      (#"{"any": ["^release: .*drop$"]}"#, "web: x\nrelease: a\n drop\n", nil),
      // A line that ends for want of room goes on, and another does not.
      (#"{"any": ["add a column"]}"#, "We add a\n  column to it", "add a column"),
      (#"{"any": ["add a column"]}"#, "We add\n\na column to it", nil),
      (#"{"any": ["add a column"]}"#, "- add\n- a column", nil),
      (#"{"any": ["add a column"]}"#, "# Add\na column", nil),
      (#"{"any": ["add a column"]}"#, "1. add\n2. a column", nil),
      (
        #"{"any": ["add a column"], "all": ["to users"]}"#, "add a\ncolumn to\nusers",
        "add a column"
      ),
      (##"{"any": ["add a column"], "unless": ["#.*"]}"##, "# add a\ncolumn", nil),
      (#"{"any": ["add a column"], "negated_by": ["no"]}"#, "no, add a\ncolumn", nil),
      // What only looks like a negation.
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "Set NOT NULL on x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "not-null x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "Do not  forget x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "If not exists x", "x"),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "NO-OP: x", "x"),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "No longer y: x", "x"),
      (#"{"any": ["x"], "negated_by": ["zero"]}"#, "zero-downtime x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "not nullish x", nil),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "not onlyness, x", nil),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "no longer, and no x", nil),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "no y but x", "x"),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "no y, other than x", "x"),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "no buttons, x", nil),
      (#"{"any": ["x"], "negated_by": ["no"]}"#, "no! x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "Not urgent: x", "x"),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "Not in scope: a, x", nil),
      (#"{"any": ["x"], "negated_by": ["not"]}"#, "not a:b, x", nil),
      (#"{"any": ["x"], "negated_by": ["non-goals"]}"#, "Non-goals for v1: a, x", nil),
      (
        #"{"any": ["adding x"], "negated_by": ["not"]}"#, "fix what is not kept by adding x",
        "adding x"
      ),
    ] as [(String, Text, Text?)])
  func detectors(_ detector: String, _ text: Text, _ expected: Text?) throws {
    #expect(try Self.saw(detector, text) == expected)
  }

  // MARK: Items

  private static let words = #""detectors": {"ddl": {"any": ["drop table"]}}, "#

  private static func item(_ when: String, _ item: String) throws -> Judgement {
    let set = try Judging.set(
      words + #""rules": [\#(Judging.rule(when, phase: "item"))]"#)
    return RuleBook([set]).judgement(ofItem: try Judging.item(item), Judging.circumstances())
  }

  @Test(
    arguments: [
      (#"{"text": "ddl"}"#, #"{"title": "drop table"}"#, true),
      (#"{"text": "ddl"}"#, #"{"notes": ["a", "drop table x"]}"#, true),
      (#"{"text": "ddl"}"#, #"{"tests": {"a": [{"b": "drop table"}]}}"#, true),
      (#"{"text": "ddl"}"#, #"{"other": "drop table"}"#, false),
      (#"{"text": "ddl", "fields": ["other"]}"#, #"{"other": "drop table"}"#, true),
      (#"{"text": "ddl", "fields": ["/a/0"]}"#, #"{"a": ["drop table"]}"#, true),
      (#"{"text": "ddl", "fields": ["other"]}"#, #"{"title": "drop table"}"#, false),
      (#"{"text": "ddl"}"#, #"{"title": 7, "notes": null}"#, false),
      (#"{"item": {"field": "migrations", "is": "allowed"}}"#, #"{"migrations": "allowed"}"#, true),
      (#"{"item": {"field": "migrations", "is": "allowed"}}"#, #"{"migrations": "none"}"#, false),
      (#"{"item": {"field": "migrations", "is": "allowed"}}"#, "{}", nil),
      (#"{"item": {"field": "migrations", "exists": true}}"#, "{}", false),
      (#"{"item": {"field": "/a/b", "in": [1, 2]}}"#, #"{"a": {"b": 2}}"#, true),
      (#"{"item": {"field": "migrations", "is": "x", "on_unknown": false}}"#, "{}", false),
      (
        #"{"artifacts": {"all": ["docs/**", "*.md"]}}"#, #"{"artifacts": ["docs/a", "b.md"]}"#, true
      ),
      (
        #"{"artifacts": {"all": ["docs/**", "*.md"]}}"#, #"{"artifacts": ["docs/a", "b.py"]}"#,
        false
      ),
      (#"{"artifacts": {"all": ["docs/**"]}}"#, #"{"artifacts": []}"#, false),
      (#"{"artifacts": {"all": ["docs/**"]}}"#, #"{"artifacts": ["docs/../src/a"]}"#, false),
      (#"{"artifacts": {"any": ["*.py"]}}"#, #"{"artifacts": "a.md; b.py"}"#, true),
      (#"{"artifacts": {"any": ["*.py"]}}"#, "{}", false),
    ] as [(String, String, Bool?)])
  func items(_ when: String, _ item: String, _ expected: Bool?) throws {
    let judgement = try Self.item(when, item)
    #expect(judgement.findings.isEmpty == (expected == false))
    let isUnknown = judgement.findings.first?.because.hasSuffix("cannot be told")
    #expect(isUnknown ?? false == (expected == nil))
  }

  @Test func findingsOnItemsShowTheStretch() throws {
    let judgement = try Self.item(
      #"{"text": "ddl"}"#, #"{"id": "ND-1", "notes": "please Drop Table x"}"#)
    #expect(judgement.findings.map(\.saw) == ["Drop Table"])
    #expect(judgement.judged == 1)
  }

  // MARK: Changes

  private static func changes(_ when: String, _ changes: [Change]) throws -> Judgement {
    let set = try Judging.set(
      words + #""rules": [\#(Judging.rule(when, phase: "diff"))]"#)
    return RuleBook([set]).judgement(
      ofChanges: changes, Judging.circumstances { $0.protected = ["docs/automation/**"] })
  }

  @Test func diffs() throws {
    let changes = [
      Change(.add, "versions/a.py", added: ["x", "DROP", "drop table y"]),
      Change(.rename, "new.py", from: "old/versions/b.py"),
      Change(.modify, "models.py", added: ["a"], removed: ["drop table z"]),
      Change(.delete, "gone.bin", isBinary: true),
    ]
    let expected: [(String, [Text])] = [
      (#"{"path": "**/versions/*.py"}"#, ["old/versions/b.py", "versions/a.py"]),
      (#"{"path": "versions/", "change": ["modify"]}"#, []),
      (#"{"change": ["rename", "binary"]}"#, ["gone.bin", "new.py"]),
      (#"{"added": "ddl"}"#, ["versions/a.py: drop table"]),
      (#"{"removed": "ddl"}"#, ["models.py: drop table"]),
      (#"{"path": "models.py", "also": "versions/*.py"}"#, ["models.py"]),
      (#"{"path": "models.py", "also": "*.md"}"#, []),
      (#"{"path": "models.py", "also": "models.py"}"#, []),
      (#"{"path": "models.py", "count": {"files": {"gt": 3}}}"#, ["models.py"]),
      (#"{"path": "models.py", "count": {"files": {"gt": 4}}}"#, []),
      (#"{"path": "models.py", "count": {"lines": {"ge": 5}}}"#, ["models.py"]),
      (#"{"path": "models.py", "count": {"lines": {"ge": 6}}}"#, []),
      (#"{"path": "models.py", "count": {"new": {"le": 1}, "deleted": {"lt": 2}}}"#, ["models.py"]),
    ]
    for (when, saw) in expected {
      let judgement = try Self.changes(when, changes)
      #expect(judgement.findings.map(\.saw).sorted() == saw, "\(when)")
      #expect(judgement.judged == 1)
    }
    #expect(
      try Self.changes(#"{"path": "y"}"#, [Change(.rename, "a", from: "Docs/Automation/x")]).said
        == ["stop conductor/protected-path"])
  }

  @Test func levelsOfDiffs() throws {
    let set = try Judging.set(
      #"""
      "levels": {"default": "L0", "order": ["L0", "L1"]},
      "rules": [{"id": "r", "phase": "diff", "when": {"change": "add"}, "level": "L1", "because": "b"}]
      """#)
    let judgement = RuleBook([set]).judgement(
      ofChanges: [Change(.add, "a"), Change(.modify, "b")], Judging.circumstances())
    #expect(judgement.said == ["deny house/r"] && judgement.findings.first?.saw == "a")
  }

  // MARK: Answers and fetches

  @Test func answersAreJudgedWithTheirCommands() throws {
    let set = try Judging.set(
      Self.words + #"""
        "rules": [\#(Judging.rule(#"{"text": "ddl"}"#, id: "prose", phase: "response", verdict: "ask")),
                  \#(Judging.rule(#"{"program": "alembic"}"#, id: "alembic"))]
        """#)
    let book = RuleBook([set])
    func judge(_ analysis: Text, _ commands: [Text]) -> Judgement {
      book.judgement(
        ofAnalysis: analysis, commands: commands.map { ProposedCommand($0) },
        Judging.circumstances())
    }
    #expect(judge("I drop table x", ["ls"]).said == ["ask house/prose"])
    #expect(judge("fine", ["ls", "alembic x"]).said == ["stop house/alembic"])
    #expect(judge("fine", ["psql -c 'drop table x'"]).said == ["ask house/prose"])
    let both = judge("drop table", ["alembic x", "$X"])
    #expect(both.said == ["stop house/alembic", "ask conductor/not-understood", "ask house/prose"])
    #expect(both.judged == 2 && !both.isUnderstood && both.count(.ask) == 2)
    #expect(judge("fine", []).judged == 1)
  }

  @Test func fetchesMeetTheRulesOnHosts() throws {
    let set = try Judging.set(
      #"""
      "unmatched": "deny",
      "rules": [\#(Judging.rule(#"{"host": {"not_in": ["github.com"]}}"#, id: "hosts", verdict: "deny")),
                \#(Judging.rule(#"{"program": "fetch"}"#, id: "program"))]
      """#)
    func said(_ url: Text) -> [String] {
      RuleBook([set]).judgement(ofFetch: url, Judging.circumstances()).said
    }
    #expect(said("https://github.com/x") == [])
    #expect(said("https://raw.github.com/x") == [])
    #expect(said("https://evilgithub.com/x") == ["deny house/hosts"])
    #expect(said("https://github.com:443@evil.org") == ["deny house/hosts"])
    #expect(said("github.com/x") == ["ask conductor/not-understood"])
  }

  // MARK: Faults

  @Test func aRuleThatCannotBeJudgedIsAStopOfItsOwn() throws {
    var set = try Judging.one(#"{"program": "a", "argument": "x"}"#)
    set.rules[0] = set.rules[0].saying(.argument([Pattern("(")]))
    let judgement = Judging.judge("a x", set)
    #expect(judgement.said == ["stop conductor/judge-error"])
    #expect(judgement.errored == 1 && judgement.count(.stop) == 0)
    set.rules[0] = set.rules[0].saying(.text(["nowhere"], fields: nil))
    #expect(Judging.judge("a x", set).errored == 1)
    set.rules[0] = set.rules[0].saying(.program(["a"]), .level("L9"))
    #expect(Judging.judge("a x", set).errored == 1)
    // A condition of another phase is unknown, never no.
    set.rules[0] = set.rules[0].saying(.path([PathPattern("x")]), .verdict(.deny))
    #expect(Judging.judge("a x", set).said == ["deny house/r"])
  }

  @Test func guardedProgramsAreThoseThatAreNamed() throws {
    let set = try Judging.set(
      #"""
      "rules": [\#(Judging.rule(#"{"any": [{"program": ["b", "w*"]}, {"not": {"program": "c"}}]}"#, id: "a")),
                \#(Judging.rule(#"{"program": "d"}"#, id: "b", verdict: "allow")),
                \#(Judging.rule(#"{"program": "a"}"#, id: "c", verdict: "ask"))]
      """#)
    #expect(RuleBook([set, set]).guardedPrograms == ["a", "b"])
  }
}
