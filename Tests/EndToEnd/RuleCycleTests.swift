import JSONText
import TestSupport
import Testing

/// What rule sets do to `next`: items are judged before they are handed out, and everything stands in the receipts.
@Suite struct RuleCycleTests {
  private typealias House = HouseRules

  @Test("A rule set that does not load refuses with its place") func brokenSets() throws {
    let broken: [(String, String, String)] = [
      ("{}", "1:1", "language"),
      (House.text(more: #", "detektors": {}"#), "14:100", "detectors"),
      (
        House.text(
          rules:
            #", { "id": "x", "phase": "item", "when": { "text": "migrat" }, "verdict": "ask", "because": "b" }"#
        ), "14:146", "migrate"
      ),
      ("{ \"ruleset\": ", "1:", ""),
    ]
    for (text, place, word) in broken {
      let project = try Project.ruled([Project.item("A")], by: text)
      let before = try project.backlog()
      let run = try project.conductor("next")
      try project.expectRefusal(run, exit: 78, code: "rules-invalid", backlog: before)
      #expect(run.err.contains("\(House.path):\(place)") && run.err.contains(word), "\(run)")
      let doctor = try project.conductor("doctor")
      #expect(doctor.exit == 1 && doctor.out.contains(House.path), "\(doctor)")
      #expect(try project.conductor("pause", "--reason", "x").exit == 0)
      #expect(try project.conductor("backlog", "list").exit == 0)
    }
  }

  @Test("A set that the configuration names and that is not there refuses with the nearest name")
  func missingSets() throws {
    let project = try Project(items: [Project.item("A")])
    try project.root.write(
      "{ \"version\": 1,\n  \"rules\": [\"alembik\", \"docs/none.json\"] }",
      Project.configurationPath)
    let before = try project.backlog()
    let run = try project.conductor("next")
    try project.expectRefusal(run, exit: 78, code: "rules-invalid", backlog: before)
    #expect(run.err.contains("\(Project.configurationPath):2:13") && run.err.contains("alembic"))
    #expect(run.err.contains("\(Project.configurationPath):2:24"), "\(run)")
  }

  @Test("The same file counts once, however often it is named") func sameFile() throws {
    let project = try Project.ruled([Project.item("A")])
    try project.root.write(
      #"{ "version": 1, "rules": ["docs/automation/rules/../rules/house.json"] }"#,
      Project.configurationPath)
    #expect(try project.conductor("next").exit == 0)
    let sets = try project.lastReceipt("claim")["rules"]?["sets"]?.elements
    #expect(sets?.compactMap { $0.string("name") } == ["house"])
  }

  @Test("Items are passed over by the rules, and the first that they let through is handed out")
  func passedOver() throws {
    let project = try Project.ruled([
      House.item("A", "Migrate it"), House.item("B", "Rewrite it"), House.item("C", "A payment"),
      House.item("D", "A plain task"),
    ])
    let run = try project.conductor("next")
    #expect(run.exit == 0 && run.lines.contains("Task ID: D"), "\(run)")
    let receipt = try project.lastReceipt("claim")
    let rules = try #require(receipt["rules"])
    let counts = ["judged", "allowed", "asked", "denied", "stopped", "errored", "waived"].map {
      rules[Text($0)]?.integer
    }
    #expect(counts == [12, 0, 1, 1, 1, 0, 0])
    let set = try #require(rules["sets"]?.elements.first)
    #expect(set.string("name") == "house" && set.string("version") == "1.2.0")
    #expect(set.string("sha256")?.count == 64)
    let verdicts = rules["verdicts"]?.elements.map {
      [$0.string("subject"), $0.string("rule"), $0.string("verdict"), $0.string("saw")]
    }
    #expect(
      verdicts == [
        ["A", "house/no-migrations", "stop", "Migrate"],
        ["B", "house/no-rewrites", "deny", "Rewrite"],
        ["C", "house/payments", "ask", "payment"],
      ])
    let inputs = receipt["inputs"]?.elements.compactMap { $0.string("path") } ?? []
    #expect(inputs.contains(House.path))
    try project.expectWhole()
  }

  @Test("a stop is recorded once, with its evidence and the person, and holds the item")
  func stopRecord() throws {
    let project = try Project.ruled([House.item("A", "Migrate it")])
    let before = try project.backlog()
    let run = try project.conductor("next")
    try project.expectRefusal(run, exit: 2, code: "rule-stop", backlog: before)
    for word in [
      "house/no-migrations", "Migrate", "Agents never migrate", "Write a work order", "Robert",
    ] {
      #expect(run.err.contains(word), "\(word) in \(run)")
    }
    let stop = try project.lastReceipt("stop")
    #expect(stop.string("item") == "A" && stop.string("escalate_to") == "Robert")
    #expect(stop["trigger"]?.string("kind") == "item")
    #expect(stop["evidence"]?.elements.first?.string("saw") == "Migrate")
    let again = try project.conductor("next")
    try project.expectRefusal(again, exit: 2, code: "stopped", backlog: before)
    #expect(again.err.contains("stopped by house/no-migrations: waits for Robert"), "\(again)")
    #expect(try project.conductor("next", "--item", "A").exit == 2)
    #expect(try project.receipts("stop").count == 1, "a stop is recorded once")
    for command in [["backlog", "list"], ["backlog", "show", "A"], ["status"], ["doctor"]] {
      let shown = try project.conductor(command)
      #expect(
        shown.out.contains("house/no-migrations") && shown.out.contains("waits for Robert"),
        "\(command) \(shown)")
    }
    // The item stays held although the rule is gone: only a person releases it.
    project.root.remove(House.path)
    #expect(try project.conductor("next").exit == 2)
    try project.expectWhole()
  }

  @Test("The status says whether items are refused, wait for a person, or are not eligible")
  func precedence() throws {
    let items = [
      "stop": House.item("S", "Migrate it"), "deny": House.item("N", "Rewrite it"),
      "ask": House.item("K", "A payment"),
      "held": Project.item("H", more: #", "depends_on": ["X"]"#),
    ]
    let cases: [([String], Int32, String)] = [
      (["stop"], 2, "rule-stop"), (["deny"], 2, "rule-deny"), (["ask"], 6, "rule-ask"),
      (["stop", "deny", "held"], 2, "rule-stop"), (["stop", "ask"], 6, "rule-ask"),
      (["deny", "ask", "held"], 6, "rule-ask"), (["held"], 3, "dependency-missing"),
    ]
    for (kinds, exit, code) in cases {
      let project = try Project.ruled(kinds.compactMap { items[$0] })
      let before = try project.backlog()
      try project.expectRefusal(
        project.conductor("next"), exit: exit, code: code, backlog: before)
      for id in kinds.contains("ask") ? ["K"] : [] {
        #expect(try project.conductor("next", "--item", id).exit == 6)
      }
      let json = try #require(try project.conductor("next", "--json").json)
      #expect(json["exit"]?.integer == Int(exit))
    }
  }

  @Test("A dry run records what it saw and holds nothing") func dryRun() throws {
    let project = try Project.ruled([House.item("A", "Migrate it"), House.item("B", "Plain")])
    #expect(try project.conductor("next", "--dry-run").exit == 0)
    #expect(try project.receipts("stop").isEmpty)
    let listed = try project.conductor("backlog", "list")
    #expect(listed.out.contains("stop by house/no-migrations"), "\(listed)")
    let verdicts = try project.lastReceipt("claim")["rules"]?["verdicts"]?.elements
    #expect(verdicts?.first?.string("verdict") == "stop")
    #expect(try project.conductor("next").exit == 0)
    #expect(try project.receipts("stop").count == 1)
  }

  @Test("A plan that does not match stays silent, whatever the rules said") func plan() throws {
    let project = try Project.ruled([
      House.item("A", "Migrate it"), Project.item("B", plan: "other"),
    ])
    let before = try project.backlog()
    let run = try project.conductor("next", "--plan-id", "wanted")
    try project.expectRefusal(run, exit: 3, code: "plan-mismatch", backlog: before)
    #expect(run.errors.isEmpty)
  }

  @Test("The prompt has the level and each rule on a line of its own, the same each time")
  func promptLines() throws {
    let levels = """
      , "levels": { "default": "L1", "order": ["L0", "L1", "L2"],
        "L1": { "prompt": ["Stay small."] },
        "L2": { "requires": [{ "documented": true }, { "approval": "L2" }, { "variable": { "name": "DEEP", "is": "1" } }],
          "prompt": ["Take care."] } },
      "prompt": ["Never migrate.", "Run .\\\\all.ps1 first.", "Never migrate."]
      """
    let project = try Project.ruled(
      [House.item("A", "Plain"), House.item("B", "Deep", more: #", "level": "L2""#)],
      by: House.text(more: levels))
    let first = try project.conductor("next", "--dry-run")
    #expect(
      first.lines.filter { $0.hasPrefix("- Level:") || $0.hasPrefix("- Rule:") } == [
        "- Level: L1", "- Rule: Never migrate.", "- Rule: Run .\\all.ps1 first.",
        "- Rule: Stay small.",
      ], "\(first)")
    #expect(try project.conductor("next", "--dry-run").output == first.output)
    #expect(try project.conductor("next", "--level", "L9", "--dry-run").exit == 64)
    // The item asks for L2: its level is documented, the variable is not set and nobody approved.
    let denied = try project.conductor("next", "--item", "B")
    #expect(denied.exit == 2 && denied.err.contains("DEEP"), "\(denied)")
    let asked = try project.conductor("next", "--item", "B", with: ["DEEP": "1"])
    #expect(asked.exit == 6 && asked.err.contains("approval of L2"), "\(asked)")
    let undocumented = try project.conductor(
      "next", "--item", "A", "--level", "L2", with: ["DEEP": "1"])
    #expect(undocumented.exit == 6, "\(undocumented)")
    #expect(try project.conductor("approve", "L2", "--item", "B", "--by", "Robert").exit == 0)
    let given = try project.conductor("next", "--item", "B", with: ["DEEP": "1"])
    #expect(given.lines.contains("- Level: L2") && given.lines.contains("- Rule: Take care."))
  }

  @Test("a set that was reviewed against other files says so in prompt and receipt")
  func overtaken() throws {
    let project = try Project.ruled([Project.item("A"), Project.item("B")])
    let tools = ["PATH": Project.toolsPath]
    let made = try project.shell(
      """
      git init -q . && git config user.email a@b && git config user.name a
      echo one > SPEC.md && git add SPEC.md && git commit -qm one && git rev-parse HEAD
      """)
    let commit = try #require(made.lines.last, "\(made)")
    func lay(_ commit: String) throws {
      try project.root.write(
        House.text(
          more: #", "reviewed_against": { "commit": "\#(commit)", "files": ["SPEC.md"] }"#),
        House.path)
    }
    try lay(commit)
    let same = try project.conductor("next", "--dry-run", with: tools)
    #expect(same.exit == 0 && !same.out.contains("Caution"), "\(same)")
    _ = try project.shell("echo two > SPEC.md && git commit -qam two")
    let run = try project.conductor("next", with: tools)
    #expect(run.out.contains("Caution: rule set house was reviewed against"), "\(run)")
    #expect(run.out.contains("SPEC.md"))
    #expect(try project.lastReceipt("claim")["warnings"]?.codes.contains("rules-overtaken") == true)
    try lay("0123456789abcdef0123456789abcdef01234567")
    let unknown = try project.conductor("next", "--dry-run", with: tools)
    #expect(unknown.out.contains("which is no commit here"), "\(unknown)")
  }

  @Test("Where no rule was asked, that is said") func noRules() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B")])
    let run = try project.conductor("next")
    #expect(run.err.contains("no rule was judged: no rule set is loaded"), "\(run)")
    #expect(try project.lastReceipt("claim")["rules"]?["judged"]?.integer == 0)
  }

  @Test("What a set calls secret is hidden in prompt and receipt") func redaction() throws {
    let project = try Project.ruled(
      [Project.item("A", more: #", "notes": "door code 4711-house""#)],
      by: House.text(more: #", "redact": ["[0-9]+-house"]"#))
    let run = try project.conductor("next")
    #expect(run.exit == 0 && !run.out.contains("4711"), "\(run)")
    #expect(try project.conductor("release", "A", "--reason", "see 4711-house").exit == 0)
    #expect(try project.conductor("pause", "--reason", "see 4711-house").exit == 0)
    let texts = try project.root.files(Project.receiptsPath).map { try project.root.text($0) }
    #expect(texts.count > 4 && texts.allSatisfy { !$0.contains("4711") })
  }

  @Test("Thousands of stopped items cost no more than their number") func manyStopped() throws {
    let count = 300
    let items = (1...count).map { House.item("M\($0)", "Migrate it") } + [Project.item("Z")]
    let project = try Project(inMemory: true)
    try project.root.write(Project.backlog(items), Project.backlogPath)
    try project.root.write(House.text(), House.path)
    let counting = Program.takesFaults ? ["CONDUCTOR_FAULT": "count"] : [:]
    #expect(try project.conductor("next", with: counting).exit == 0)
    #expect(try project.receipts("stop").count == count)
    let second = try project.conductor("next", with: counting)
    #expect(second.exit == 2, "\(second)")
    if let calls = second.told("system calls: ").flatMap({ Int($0) }) {
      #expect(calls < 200, "what is stopped costs no calls")
    }
  }
}
