import JSONText
import TestSupport
import Testing

/// Which item is handed out: order, plan, one item by name, dry runs.
@Suite struct ChoiceTests {
  private static let plans = [
    Project.item("A", plan: "plan-a"), Project.item("B", plan: "plan-b"), Project.item("plan-x"),
  ]

  // MARK: Plans

  @Test("a plan that does not match is told by the exit code and a receipt alone")
  func planMismatch() throws {
    for wanted in ["plan-b", "A", "plan", "plan-a ", "PLAN-A"] {
      let project = try Project(items: Self.plans)
      let before = try project.backlog()
      let run = try project.conductor("next", "--plan-id=\(wanted)")
      #expect(run.exit == 3, "\(wanted) \(run)")
      #expect(run.output.isEmpty && run.errors.isEmpty, "\(wanted) \(run)")
      #expect(try project.backlog() == before)
      let receipts = try project.receipts()
      #expect(receipts.map { $0.string("kind") } == ["refusal"])
      #expect(receipts.first?["reasons"]?.codes == ["plan-mismatch"])
      #expect(receipts.first?["prompt"] == nil, "no prompt receipt")
      #expect(receipts.first?["asked"]?.string("plan_id") == wanted)
      try project.expectWhole()
    }
  }

  @Test("silence is of the text alone: --json answers") func planMismatchAsJSON() throws {
    let project = try Project(items: Self.plans)
    let run = try project.conductor("next", "--plan-id", "plan-b", "--json")
    #expect(run.exit == 3 && run.errors.isEmpty, "\(run)")
    #expect(run.json?["reasons"]?.codes == ["plan-mismatch"])
    #expect(run.json?["prompt"]?.isNull == true)
  }

  @Test("a plan that matches claims; an id never matches by accident") func planMatch() throws {
    let project = try Project(items: Self.plans)
    let run = try project.conductor("next", "--plan-id", "plan-a")
    #expect(run.exit == 0 && run.lines.contains("Plan: plan-a"), "\(run)")
    #expect(try project.conductor("next", "--plan-id", "plan-b").lines.contains("Task ID: B"))
    let byID = try project.conductor("next", "--plan-id", "plan-x")
    #expect(byID.exit == 3, "an item without a plan matches none: \(byID)")
  }

  @Test("A pause goes before a plan that does not match, and is told") func pauseBeforePlan() throws
  {
    let project = try Project(items: Self.plans)
    try project.conductor("pause", "--reason", "x")
    let run = try project.conductor("next", "--plan-id", "plan-b")
    #expect(run.exit == 4 && !run.errors.isEmpty, "\(run)")
  }

  // MARK: One item

  @Test("--item hands out that item or nothing") func oneItem() throws {
    let project = try Project(items: [
      Project.item("A"), Project.item("B", more: #", "depends_on": ["A"]"#), Project.item("C"),
    ])
    #expect(try project.conductor("next", "--item", "C").lines.contains("Task ID: C"))
    for (id, code) in [("B", "dependency-open"), ("C", "held"), ("Z", "item-unknown")] {
      let before = try project.backlog()
      let run = try project.conductor("next", "--item", id)
      try project.expectRefusal(run, exit: 3, code: code, backlog: before)
    }
    #expect(try project.conductor("next", "--item", "A", "--plan-id", "p").exit == 3)
  }

  @Test("An id with dots and slashes writes nowhere") func hostileIDs() throws {
    let id = "../../../../tmp/x"
    let project = try Project(items: [Project.item(id)])
    let outside = project.home.files()
    #expect(try project.conductor("next").exit == 0)
    #expect(try project.conductor("release", id).exit == 0)
    #expect(
      project.root.files().allSatisfy {
        $0 == Project.backlogPath || $0.hasPrefix(Project.receiptsPath)
      })
    #expect(project.home.files() == outside)
    try project.expectWhole()
  }

  // MARK: Order

  @Test("the first pending item in the array's order is next, and nothing that waits")
  func arrayOrder() throws {
    let project = try Project(items: [
      #"{ "id": "1", "title": "t", "status": "done" }"#,
      #"{ "id": "2", "title": "t", "status": "blocked" }"#,
      #"{ "id": "3", "title": "t", "status": "proposed" }"#,
      #"{ "id": "4", "title": "t", "status": "in_progress" }"#,
      #"{ "id": "5", "title": "t", "status": "Pending" }"#,
      #"{ "id": "6", "title": "t" }"#,
      Project.item("7", more: #", "depends_on": ["2"]"#),
      Project.item("8", more: #", "depends_on": ["nowhere"]"#),
      Project.item("9", more: #", "depends_on": ["9"]"#),
      Project.item("10", more: #", "not_before": "2026-11-21T08:30:01Z""#),
      Project.item("11", more: #", "tests": "make""#),
      Project.item("12", more: #", "depends_on": ["1"], "not_before": "2026-11-21""#),
      Project.item("13", more: #", "priority": "critical""#),
    ])
    #expect(try project.conductor("next", with: Project.fixed).lines.contains("Task ID: 12"))
    #expect(try project.conductor("next", with: Project.fixed).lines.contains("Task ID: 13"))
    let before = try project.backlog()
    let run = try project.conductor("next", "--json", with: Project.fixed)
    #expect(run.exit == 3)
    #expect(try project.backlog() == before)
    let list = try project.conductor("backlog", "list", "--json", with: Project.fixed)
    let codes = list.json?["items"]?.elements.map { $0["obstacles"]?.codes.first ?? "" }
    #expect(
      codes == [
        "status-not-pending", "status-not-pending", "status-not-pending", "claim-unreadable",
        "status-unknown", "status-unknown", "dependency-open", "dependency-missing",
        "dependency-cycle", "not-before", "field-type", "held", "held",
      ])
  }

  @Test("A backlog that asks for priority hands out the most urgent first") func byPriority() throws
  {
    let items = [
      Project.item("low", more: #", "priority": "low""#), Project.item("none"),
      Project.item("high1", more: #", "priority": "high""#),
      Project.item("critical", more: #", "priority": "critical""#),
      Project.item("high2", more: #", "priority": "high""#),
      Project.item("medium", more: #", "priority": "medium""#),
    ]
    let text = Project.backlog(items).replacing(
      "\"version\": 0,", with: "\"selection\": { \"order\": \"priority\" },")
    let project = try Project(backlog: text)
    var order: [String] = []
    for _ in items {
      order.append(try project.conductor("next", "--json").json?.string("item") ?? "")
    }
    #expect(order == ["critical", "high1", "high2", "medium", "low", "none"])
  }

  @Test("A dependency that was archived as done counts as done") func archived() throws {
    let project = try Project(items: [Project.item("B", more: #", "depends_on": ["A"]"#)])
    #expect(try project.conductor("next").exit == 3)
    try project.root.write(
      #"{ "items": [ { "id": "A", "status": "done", "claim": null } ], "history": [ { "id": "A", "claim": 41 } ] }"#,
      "_plans/next-development.archive.json")
    let run = try project.conductor("next", "--json")
    #expect(run.json?.string("item") == "B", "\(run)")
    #expect(run.json?["claim"]?["number"]?.integer == 42, "archived numbers are not given again")
  }

  // MARK: Dry runs

  @Test("a dry run leaves a marked receipt and nothing else") func dryRun() throws {
    let project = try Project(items: Self.plans)
    let before = try project.backlog()
    let run = try project.conductor("next", "--dry-run")
    #expect(run.exit == 0 && run.lines.contains("Task ID: A"), "\(run)")
    #expect(!run.err.contains("honour the guardrails"), "no reminder: \(run)")
    #expect(try project.backlog() == before)
    let receipt = try project.lastReceipt("claim")
    #expect(receipt["dry_run"]?.bool == true && receipt.string("outcome") == "dry_run")
    #expect(receipt.string("prompt") == run.out)
    #expect(receipt["claim"]?.isNull == true)
    let json = try project.conductor("next", "--dry-run", "--json")
    #expect(json.json?.string("outcome") == "dry_run" && json.json?["reminder"]?.isNull == true)
    #expect(json.json?["claim"]?.isNull == true)
    #expect(try project.backlog() == before)
    #expect(try project.conductor("release", "A").exit == 2, "nothing is held")
    let real = try project.conductor("next", "--json")
    #expect(real.json?["claim"]?["number"]?.integer == 1, "a dry run uses up no number")
    try project.expectWhole()
  }

  @Test("while dry runs go on, no other process ever sees an item held")
  func dryRunBesideReaders() throws {
    let project = try Project(items: Self.plans)
    let before = try project.backlog()
    let run = try project.shell(
      """
      for i in 1 2 3 4 5 6 7 8; do "$CONDUCTOR" next --dry-run >/dev/null 2>&1 & done
      for i in 1 2 3 4 5 6 7 8; do
        "$CONDUCTOR" backlog list --json | grep -c '"held"'
        cmp "$COPY" \(Project.backlogPath) || echo changed
      done
      wait
      """, with: ["COPY": try copy(before, project)])
    #expect(run.lines.allSatisfy { $0 == "0" } && run.lines.count == 8, "\(run)")
    #expect(try project.backlog() == before)
    try project.expectWhole()
  }

  private func copy(_ bytes: [UInt8], _ project: Project) throws -> String {
    try project.home.write(bytes, "copy")
    return project.home.place("copy")
  }

  @Test("nothing that an item names is executed") func nothingIsExecuted() throws {
    let project = try Project(items: [
      Project.item(
        "A", more: #", "tests": ["touch executed"], "notes": "$(touch executed) `touch executed`""#)
    ])
    let run = try project.conductor(
      "next", "--test", "touch executed", with: ["PATH": Project.toolsPath])
    #expect(run.exit == 0)
    #expect(!project.root.files().contains { $0.contains("executed") })
  }
}
