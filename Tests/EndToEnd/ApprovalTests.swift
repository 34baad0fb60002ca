import JSONText
import TestSupport
import Testing

/// Recorded decisions: who may take them, what they cover, and that only recorded ones count.
@Suite struct ApprovalTests {
  private typealias House = HouseRules

  private static let asking = """
    , { "id": "deploys", "phase": "item", "when": { "item": { "field": "layer", "is": "deploy" } },
        "verdict": "stop", "because": "A deploy needs a person.", "on_unknown": "allow",
        "approval": { "right": "deploy", "needs": ["work_order"] },
        "match": [{ "layer": "deploy" }], "not_match": [{ "layer": "docs" }] }
    """
  private static let places = """
    , "environments": { "staging": { "apps": ["site-staging"], "approve": "CapeAI" },
        "production": { "apps": ["site"], "approve": null } }
    """

  private func stopped() throws -> Project {
    let project = try Project.ruled(
      [House.item("A", "Migrate it"), House.item("B", "Plain", more: #", "layer": "deploy""#)],
      by: House.text(rules: Self.asking, more: Self.places))
    try #require(try project.conductor("next").exit == 2)
    return project
  }

  @Test("A stopped item is released by the person, or one above, and then handed out")
  func release() throws {
    for right in ["release", "no-migrations", "house/no-migrations"] {
      let project = try stopped()
      let run = try project.conductor(
        "approve", right, "--item", "A", "--by", "Robert", "--reason", "it is a view")
      #expect(run.exit == 0 && run.err.contains("released"), "\(run)")
      let receipt = try project.lastReceipt("approval")
      #expect(receipt.string("actor") == "Robert" && receipt.string("item") == "A")
      let next = try project.conductor("next")
      #expect(next.lines.contains("Task ID: A"), "\(next)")
      let verdict = try project.lastReceipt("claim")["rules"]?["verdicts"]?.elements.first {
        $0.string("rule") == "house/no-migrations"
      }
      #expect(verdict?.string("verdict") == "allow" && verdict?.string("approval") != nil)
      try project.expectWhole()
    }
  }

  @Test("Whoever releases an item has decided on what was only asked, too, and on nothing denied")
  func releaseOfQuestions() throws {
    let project = try Project.ruled([
      House.item("A", "Migrate a payment"), House.item("B", "Migrate and rewrite it"),
    ])
    #expect(try project.conductor("next").exit == 2)
    for item in ["A", "B"] {
      let run = try project.conductor("approve", "release", "--item", item, "--by", "Robert")
      #expect(run.exit == 0, "\(run)")
    }
    #expect(try project.conductor("next").lines.contains("Task ID: A"))
    let other = try project.conductor("next")
    #expect(other.exit == 2 && other.err.contains("no-rewrites"), "\(other)")
  }

  @Test("the built-in migration rules hold an item until Robert releases it")
  func builtIn() throws {
    let project = try Project(items: [
      House.item("A", "Create an Alembic migration for users"), Project.item("B"),
    ])
    try project.root.write(
      #"{ "version": 1, "rules": ["alembic"] }"#, Project.configurationPath)
    #expect(try project.conductor("next").lines.contains("Task ID: B"))
    #expect(try project.lastReceipt("stop").string("escalate_to") == "Robert")
    #expect(
      try project.conductor("approve", "release", "--item", "A", "--by", "CapeAI").exit == 2)
    #expect(
      try project.conductor("approve", "release", "--item", "A", "--by", "Robert").exit == 0)
    #expect(try project.conductor("next").lines.contains("Task ID: A"))
  }

  @Test(
    "whoever stands below or outside the chain is refused, on the record",
    arguments: [
      "CapeAI", "Codex", "Mallory", "robert",
    ])
  func authority(_ actor: String) throws {
    let project = try stopped()
    for right in ["release", "no-migrations", "deploy"] {
      let item = right == "deploy" ? "B" : "A"
      let run = try project.conductor("approve", right, "--item", item, "--by", actor)
      #expect(run.exit == 2 && run.err.contains("Robert"), "\(run)")
      let code = try project.lastReceipt("refusal")["reasons"]?.codes
      #expect(code == ["authority-insufficient"])
    }
    #expect(project.root.files("\(Project.receiptsPath)/approvals").isEmpty)
    #expect(try project.conductor("next").exit == 2)
    try project.expectWhole()
  }

  @Test("a decision has a right, an actor and a scope; words of confidence are none")
  func complete() throws {
    let project = try stopped()
    let faults: [[String]] = [
      ["approve", "release", "--item", "A"], ["approve", "release", "--by", "Robert"],
      ["approve", "--item", "A", "--by", "Robert"],
      ["approve", "looks safe", "--item", "A", "--by", "Robert"],
      ["approve", "no-migration", "--item", "A", "--by", "Robert"],
      ["approve", "no-migrations", "--environment", "staging", "--by", "Robert"],
      ["approve", "deploy", "--environment", "stagin", "--by", "CapeAI"],
    ]
    for arguments in faults {
      #expect(try project.conductor(arguments).exit == 64, "\(arguments)")
    }
    let near = try project.conductor("approve", "no-migration", "--item", "A", "--by", "Robert")
    #expect(near.err.contains("no-migrations"), "\(near)")
    #expect(try project.conductor("approve", "release", "--item", "Z", "--by", "Robert").exit == 3)
    #expect(try project.conductor("next").exit == 2)
  }

  @Test("A right that a rule asks for lets the item through once it says all that is needed")
  func rights() throws {
    let project = try stopped()
    let bare = try project.conductor("approve", "deploy", "--item", "B", "--by", "Robert")
    #expect(bare.exit == 0 && bare.err.contains("work order"), "\(bare)")
    #expect(try project.conductor("next", "--item", "B").exit == 2, "the work order is missing")
    let whole = try project.conductor(
      "approve", "deploy", "--item", "B", "--by", "Robert", "--work-order", "WO-7", "--json")
    #expect(whole.json?["released"]?.bool == true, "\(whole)")
    #expect(try project.conductor("next", "--item", "B").exit == 0)
  }

  @Test("an environment's own approver decides for it, and nobody where none is named")
  func environments() throws {
    let project = try stopped()
    func approve(_ environment: String, _ actor: String) throws -> Int32? {
      try project.conductor("approve", "deploy", "--environment", environment, "--by", actor).exit
    }
    #expect(try approve("staging", "Codex") == 2)
    #expect(try approve("staging", "CapeAI") == 0)
    #expect(try approve("production", "Robert") == 2)
  }

  @Test("A decision ends with its time, and the item is stopped anew") func expiry() throws {
    let project = try stopped()
    let before = ["CONDUCTOR_NOW": "2026-11-21T08:30:00Z"]
    let at = { (time: String) in ["CONDUCTOR_NOW": time] }
    #expect(
      try project.conductor(
        "approve", "release", "--item", "A", "--by", "Robert", "--expires", "2h", with: before
      ).exit == 0)
    let during = try project.conductor("next", "--dry-run", with: at("2026-11-21T10:00:00Z"))
    #expect(during.exit == 2, "a decision under a clock that stands still releases no real stop")
    let other = try Project.ruled([House.item("A", "Migrate it")])
    #expect(try other.conductor("next", with: before).exit == 2)
    #expect(
      try other.conductor(
        "approve", "release", "--item", "A", "--by", "Robert", "--expires", "2h", with: before
      ).exit == 0)
    #expect(
      try other.conductor("next", "--dry-run", with: at("2026-11-21T10:00:00Z")).exit == 0)
    #expect(
      try other.conductor("next", "--dry-run", with: at("2026-11-21T10:30:00Z")).exit == 2)
    let real = try other.conductor("next")
    #expect(real.exit == 2 && real.err.contains("says stop"), "judged anew on the real clock")
  }

  @Test("What is planted or altered counts for nothing, and doctor names it") func planted() throws
  {
    let project = try stopped()
    #expect(
      try project.conductor("approve", "release", "--item", "A", "--by", "Robert").exit == 0)
    let folder = "\(Project.receiptsPath)/approvals"
    let name = try #require(project.root.names(folder).first)
    let good = try project.root.text("\(folder)/\(name)")
    func isHandedOut() throws -> Bool {
      try project.conductor("next", "--dry-run", "--item", "A").exit == 0
    }
    #expect(try isHandedOut())
    let altered = good.replacing("\"Robert\"", with: "\"Mallory\"")
    try project.root.replace(altered, "\(folder)/\(name)")
    #expect(try !isHandedOut())
    let doctor = try project.conductor("doctor")
    #expect(doctor.exit == 1 && doctor.out.contains("counts for nothing"), "\(doctor)")
    try project.root.replace(good, "\(folder)/\(name)")
    #expect(try isHandedOut())
    // A copy under a name of its own has no receipt, and a receipt that no ledger lists vouches for nothing.
    let other = name.replacing("conductor-", with: "conductor-2")
    project.root.remove("\(folder)/\(name)")
    try project.root.write(good, "\(folder)/\(other)")
    #expect(try !isHandedOut())
    project.root.remove("\(folder)/\(other)")
    try project.root.write(good, "\(folder)/\(name)")
    #expect(try isHandedOut())
    let ledger = try #require(project.root.names("\(Project.receiptsPath)/ledger").first)
    let lines = try project.root.text("\(Project.receiptsPath)/ledger/\(ledger)")
    let id = String(name.dropLast(5))
    try project.root.replace(
      lines.split(separator: "\n").filter { !$0.contains(id) }.map { $0 + "\n" }.joined(),
      "\(Project.receiptsPath)/ledger/\(ledger)")
    #expect(try !isHandedOut())
  }

  @Test("Where an actor is bound to a key, only a signed decision counts") func signed() throws {
    let maker = try Project(items: [Project.item("A")])
    let made = try maker.shell(
      "ssh-keygen -q -t ed25519 -N '' -C '' -f key && ssh-keygen -q -t ed25519 -N '' -C '' -f other; cat key.pub"
    )
    let key = try #require(made.lines.last, "\(made)")
    let authority = """
      { "chain": ["Robert", "Codex"], "escalate_to": "Robert", "keys": { "Robert": "\(key)" } }
      """
    let project = try Project.ruled(
      [House.item("A", "Migrate it")], by: House.text(authority: authority))
    let tools = ["PATH": Project.toolsPath]
    #expect(try project.conductor("next", with: tools).exit == 2)
    let release = ["approve", "release", "--item", "A", "--by", "Robert"]
    let unsigned = try project.conductor(release, with: tools)
    #expect(unsigned.exit == 0 && unsigned.err.contains("--key"), "\(unsigned)")
    #expect(try project.lastReceipt("approval")["approval"]?["authenticated"]?.bool == false)
    #expect(try project.conductor("next", with: tools).exit == 2)
    let wrong = try project.conductor(
      release + ["--key", maker.root.place("other")], with: tools)
    #expect(wrong.exit == 2 && wrong.err.contains("signature"), "\(wrong)")
    let missing = try project.conductor(release + ["--key", maker.root.place("key")])
    #expect(missing.exit == 69, "\(missing)")
    let run = try project.conductor(release + ["--key", maker.root.place("key")], with: tools)
    #expect(run.exit == 0 && run.err.contains("released"), "\(run)")
    #expect(try project.lastReceipt("approval")["approval"]?["authenticated"]?.bool == true)
    #expect(try project.conductor("next", "--dry-run").exit == 2, "it cannot be checked here")
    #expect(try project.conductor("next", with: tools).exit == 0)
    try project.expectWhole()
  }

  @Test("A set without anybody to ask lets whoever operates it decide") func nobodyNamed() throws {
    let project = try Project.ruled(
      [House.item("A", "Migrate it")], by: House.text(authority: "{}"))
    #expect(try project.conductor("next").exit == 2)
    #expect(try project.conductor("approve", "release", "--item", "A", "--by", "Ann").exit == 0)
    #expect(try project.conductor("next").exit == 0)
    let again = try project.conductor("approve", "release", "--item", "A", "--by", "Ann")
    #expect(again.exit == 2 && again.err.contains("not stopped"), "\(again)")
  }
}
