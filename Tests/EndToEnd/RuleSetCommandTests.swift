import JSONText
import TestSupport
import Testing

/// The commands about rule sets, and what `init` writes for agents.
@Suite struct RuleSetCommandTests {
  // MARK: list, show

  @Test func listShowsWhatIsLoadedAndWhatCouldBe() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("rules", "list", "--json")
    let sets = try #require(run.json?["sets"]?.elements)
    #expect(run.exit == 0)
    #expect(sets.map { $0.string("name") } == ["house", "alembic", "statetrace"])
    #expect(sets.map { $0["loaded"]?.bool } == [true, false, false])
    #expect(sets.first?["rules"]?.integer == 5)
    let text = try project.conductor("rules", "list")
    #expect(text.lines.count == 4 && text.lines[1].hasPrefix("house"), "\(text)")
    let outside = try Project()
    #expect(try outside.conductor("rules", "list").exit == 0, "works without a project")
  }

  @Test func editingASetChangesItsDigest() throws {
    let project = try Project.withHouse()
    func digest() throws -> String? {
      try project.conductor("rules", "list", "--json").json?["sets"]?.elements.first?
        .string("sha256")
    }
    let before = try #require(try digest())
    #expect(try digest() == before)
    try project.root.replace(Project.house + "\n", Project.housePath)
    #expect(try digest() != before)
  }

  @Test func showGivesASetInTheLanguageItself() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("rules", "show", "house")
    #expect(run.exit == 0 && run.json?.string("ruleset") == "house", "\(run)")
    try project.root.write(run.out, "copy.json")
    #expect(try project.conductor("rules", "check", "copy.json").exit == 0)
    #expect(try project.conductor("rules", "show", "alembic").exit == 0)
    #expect(try project.conductor("rules", "show", "copy.json").out == run.out)
    let unknown = try project.conductor("rules", "show", "alembik")
    #expect(unknown.exit == 3 && unknown.err.contains("did you mean alembic"), "\(unknown)")
  }

  @Test func whatIsExtendedIsTakenInAndParamsArePutIn() throws {
    let project = try Project.withHouse()
    try project.root.write(
      """
      { "ruleset": "base", "version": "1", "language": 1, "params": { "who": "Bob" },
        "rules": [ { "id": "r", "phase": "command", "when": { "program": "x" },
          "verdict": "deny", "because": "${who} says so." } ] }
      """, "sets/base.json")
    try project.root.write(
      """
      { "ruleset": "mine", "version": "2", "language": 1, "extends": "./base.json",
        "params": { "who": "Eve" } }
      """, "sets/mine.json")
    let set = try #require(try project.conductor("rules", "show", "sets/mine.json").json)
    #expect(set.string("ruleset") == "mine" && set["extends"] == nil && set["params"] == nil)
    #expect(set["rules"]?.elements.first?.string("because") == "Eve says so.")
  }

  // MARK: check, test, explain

  @Test func aFileIsCheckedAnywhere() throws {
    let project = try Project()
    try project.root.write(Project.house, "set.json")
    let run = try project.conductor("rules", "check", "set.json")
    #expect(run.exit == 0 && run.out.contains("house 1.2.0"), "\(run)")
    #expect(try project.conductor("rules", "check", "alembic").exit == 0)
    #expect(try project.conductor("rules", "check", "none.json").exit == 66)
    #expect(try project.conductor("rules", "check").exit == 66, "there is no project")
  }

  @Test(arguments: [
    ("\"verdict\": \"stop\"", "\"verdikt\": \"stop\"", "verdikt", "verdict"),
    ("\"when\": { \"program\": \"git\"", "\"when\": { \"progam\": \"git\"", "progam", "program"),
    ("\"text\": \"payments\"", "\"text\": \"payment\"", "payment", "payments"),
    ("\"phase\": \"diff\"", "\"phase\": \"dif\"", "dif", "diff"),
    ("\"rules\"", "\"rulez\"", "rulez", "rules"),
  ])
  func aMisspeltWordIsNamedWithTheNearestOne(
    right: String, wrong: String, typed: String, meant: String
  ) throws {
    let project = try Project.withHouse(Project.house.replacing(right, with: wrong))
    let run = try project.conductor("rules", "check")
    #expect(run.exit == 78, "\(run)")
    #expect(run.err.contains("\(Project.housePath):"), "\(run)")
    #expect(run.err.contains(typed) && run.err.contains("\"\(meant)\"?"), "\(run)")
  }

  @Test func aRuleOrDetectorThatFailsItsOwnExampleDoesNotLoad() throws {
    for (right, wrong) in [
      (#""match": ["git push", "#, #""match": ["git pull", "#),
      (#""not_match": ["payroll"]"#, #""not_match": ["one payment"]"#),
    ] {
      let project = try Project.withHouse(Project.house.replacing(right, with: wrong))
      let check = try project.conductor("rules", "check")
      #expect(check.exit == 78 && check.err.contains("\(Project.housePath):"), "\(check)")
      let test = try project.conductor("rules", "test")
      #expect(test.exit == 78 && test.lines.contains { $0.hasPrefix("fails") }, "\(test)")
      #expect(test.lines.contains { $0.hasPrefix("holds") }, "the others are shown as well")
      #expect(try project.conductor("check", "command", "--", "ls").exit == 78)
    }
  }

  @Test func testShowsEachExample() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("rules", "test")
    #expect(run.exit == 0 && run.lines.count { $0.hasPrefix("holds") } == 14, "\(run)")
    let json = try project.conductor("rules", "test", "--json")
    let outcomes = json.json?["sets"]?.elements.first?["outcomes"]?.elements
    #expect(outcomes?.count == 14 && outcomes?.allSatisfy { $0["passed"]?.bool == true } == true)
  }

  @Test func missingExamplesAreAWarning() throws {
    let project = try Project()
    try project.root.write(
      """
      { "ruleset": "a", "version": "1", "language": 1, "rules": [
        { "id": "r", "phase": "command", "when": { "program": "x" }, "verdict": "deny",
          "because": "It is so." } ] }
      """, "set.json")
    let run = try project.conductor("rules", "check", "set.json")
    #expect(run.exit == 0 && run.out.contains("warning  set.json:2: the rule r"), "\(run)")
  }

  @Test func explainNamesConditionReasonAndPlace() throws {
    let project = try Project.withHouse()
    for name in ["no-push", "house/no-push"] {
      let run = try project.conductor("rules", "explain", name)
      #expect(run.exit == 0, "\(run)")
      for part in [
        "house/no-push", "stop", "People push.", "Leave a branch.", "Alice",
        "\(Project.housePath):13", "the program is git", "the subcommand is push", "sudo git push",
        "git pull",
      ] {
        #expect(run.out.contains(part), "\(part) \(run)")
      }
    }
    let own = try project.conductor("rules", "explain", "conductor/protected-path")
    #expect(own.exit == 0 && own.out.contains("stop"), "\(own)")
    let unknown = try project.conductor("rules", "explain", "no-pusch")
    #expect(unknown.exit == 3 && unknown.err.contains("did you mean no-push"), "\(unknown)")
    let json = try project.conductor("rules", "explain", "no-push", "--json").json
    let rule = json?["rules"]?.elements.first
    #expect(rule?["definition"]?.string("id") == "no-push")
    #expect(rule?["place"]?["line"]?.integer == 13)
  }

  // MARK: export

  @Test func aBuiltInSetIsWrittenOnceAndNeverOver() throws {
    let project = try Project()
    let run = try project.conductor("rules", "export", "alembic", "--to", "sets/mine.json")
    #expect(run.exit == 0, "\(run)")
    let text = try project.root.bytes("sets/mine.json")
    #expect(try project.conductor("rules", "check", "sets/mine.json").exit == 0)
    let again = try project.conductor("rules", "export", "statetrace", "--to", "sets/mine.json")
    #expect(again.exit == 64 && again.err.contains("exists already"), "\(again)")
    #expect(try project.root.bytes("sets/mine.json") == text)
    let unknown = try project.conductor("rules", "export", "alembc", "--to", "x.json")
    #expect(unknown.exit == 3 && unknown.err.contains("did you mean alembic"), "\(unknown)")
    #expect(try project.conductor("rules", "export", "alembic").exit == 64)
    #expect(try project.conductor("rules", "export").exit == 64)
    #expect(project.root.files() == ["sets/mine.json"])
  }

  @Test func rulesForCodexSayWhatAPrefixCan() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("rules", "export", "--format", "codex")
    #expect(run.exit == 0, "\(run)")
    #expect(run.out.contains("pattern = [\"git\", \"push\"],\n    decision = \"forbidden\","))
    #expect(run.out.contains("pattern = [\"rm\"],\n    decision = \"prompt\","))
    #expect(run.out.contains("match = [\n        [\"git\", \"push\"],\n    ],"))
    #expect(!run.out.contains("sudo"), "an example behind another program is none of a prefix")
    let file = try project.conductor("rules", "export", "--format", "codex", "--to", "c.rules")
    #expect(file.exit == 0)
    #expect(try project.root.text("c.rules") == run.out)
    #expect(
      try project.conductor("rules", "export", "--format", "codex", "--to", "c.rules").exit == 64)
  }

  // MARK: init

  @Test func initNamesRuleSetsInTheNewConfiguration() throws {
    let project = try Project()
    let wrong = try project.conductor("init", "--rules", "alembik")
    #expect(wrong.exit == 64 && wrong.err.contains("did you mean alembic"), "\(wrong)")
    #expect(project.root.files().isEmpty)
    let run = try project.conductor("init", "--rules", "alembic", "--rules=statetrace")
    #expect(run.exit == 0, "\(run)")
    let sets = try project.conductor("rules", "list", "--json").json?["sets"]?.elements
    #expect(sets?.map { $0["loaded"]?.bool } == [true, true], "\(String(describing: sets))")
    #expect(try project.conductor("check", "command", "--", "alembic upgrade head").exit == 2)
    let again = try project.conductor("init", "--rules", "alembic")
    #expect(again.exit == 0 && again.err.contains("add \"alembic\""), "\(again)")
  }

  @Test func initWritesAHookForClaudeCodeAndNeverOver() throws {
    let project = try Project()
    let path = ".claude/settings.json"
    #expect(try project.conductor("init", "--agent", "claude").exit == 0)
    let settings = try Document(Bytes(try project.root.bytes(path))).root
    let entry = try #require(settings["hooks"]?["PreToolUse"]?.elements.first)
    #expect(entry.string("matcher") == "*")
    let hook = try #require(entry["hooks"]?.elements.first)
    #expect(hook.string("type") == "command")
    let command = try #require(hook.string("command"))
    #expect(command == #"conductor guard --root "${CLAUDE_PROJECT_DIR:-.}" || exit 2"#)
    #expect((hook["timeout"]?.integer ?? 0) > 0)
    let mine = #"{"permissions": {}}"#
    try project.root.replace(mine, path)
    let again = try project.conductor("init", "--agent", "claude")
    #expect(again.exit == 0 && again.err.contains("PreToolUse"), "\(again)")
    #expect(try project.root.text(path) == mine)
  }

  @Test func initWritesRulesForCodex() throws {
    let project = try Project()
    let run = try project.conductor("init", "--rules", "alembic", "--agent", "codex")
    #expect(run.exit == 0, "\(run)")
    let rules = try project.root.text(".codex/rules/conductor.rules")
    #expect(rules.contains("pattern = [\"alembic\", ["))
    #expect(try project.conductor("rules", "export", "--format", "codex").out == rules)
    let again = try project.conductor("init", "--agent", "codex")
    #expect(again.exit == 0 && again.out.contains("kept  .codex/rules/conductor.rules"), "\(again)")
  }
}
