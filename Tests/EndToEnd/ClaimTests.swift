import JSONText
import TestSupport
import Testing

/// Leases and numbers: who holds an item, until when, and whose word counts.
@Suite struct ClaimTests {
  private func at(_ time: String, _ more: [String: String?] = [:]) -> [String: String?] {
    var variables: [String: String?] = ["CONDUCTOR_NOW": "2026-11-21T\(time)Z"]
    variables.merge(more) { _, new in new }
    return variables
  }

  private func oneItem() throws -> Project { try Project(items: [Project.item("A")]) }

  @Test("a claim is recorded in item and history") func recorded() throws {
    let project = try oneItem()
    try project.conductor("next", "--agent", "codex", "--lease", "45m", with: at("08:30:00"))
    let claim = try #require(try project.item("A")["claim"])
    #expect(claim.string("by") == "codex")
    #expect(claim.string("at") == "2026-11-21T08:30:00Z")
    #expect(claim.string("until") == "2026-11-21T09:15:00Z")
    #expect(claim["number"]?.integer == 1)
    let entry = try #require(try project.backlogDocument()["history"]?.elements.first)
    #expect(
      entry.members.map(\.key.string) == ["id", "claimed_at", "claimed_by", "claim"])
    #expect(entry.string("claimed_at") == "2026-11-21T08:30:00Z")
  }

  @Test("An expired claim is taken over with a higher number, and the old number is stale")
  func takenOver() throws {
    let project = try oneItem()
    try project.conductor("next", "--agent", "first", with: at("08:30:00"))
    let held = try project.conductor("next", with: at("10:29:59"))
    #expect(held.exit == 3 && held.err.contains("held by first until 2026-11-21T10:30:00Z"))
    let taken = try project.conductor("next", "--agent", "second", "--json", with: at("10:30:00"))
    #expect(taken.json?["claim"]?["number"]?.integer == 2, "\(taken)")
    #expect(try project.item("A")["claim"]?.string("by") == "second")
    for verb in ["release", "renew"] {
      let before = try project.root.tree()
      let stale = try project.conductor(verb, "A", "--claim", "1", with: at("10:31:00"))
      #expect(stale.exit == 2 && stale.output.isEmpty, "\(stale)")
      #expect(stale.err.contains("claim 2 of second"), "\(stale)")
      let future = try project.conductor(verb, "A", "--claim", "3", with: at("10:31:00"))
      #expect(future.exit == 2, "\(future)")
      let unsaid = try project.conductor(verb, "A", with: at("10:31:00"))
      #expect(unsaid.exit == 64 && unsaid.err.contains("--claim"), "\(unsaid)")
      let code = try project.conductor(verb, "A", "--json", with: at("10:31:00"))
      #expect(code.json?["reasons"]?.codes == ["claim-number-needed"])
      #expect(try project.root.tree() == before, "\(verb): nothing is written")
    }
    #expect(try project.conductor("release", "A", "--claim", "2", with: at("10:32:00")).exit == 0)
    try project.expectWhole()
  }

  @Test("CONDUCTOR_CLAIM gives the number, and --claim goes before it") func fromTheVariable()
    throws
  {
    let project = try oneItem()
    try project.conductor("next")
    try project.conductor("release", "A")
    try project.conductor("next")
    #expect(try project.conductor("renew", "A").exit == 64)
    #expect(try project.conductor("renew", "A", with: ["CONDUCTOR_CLAIM": "1"]).exit == 2)
    #expect(try project.conductor("renew", "A", with: ["CONDUCTOR_CLAIM": "two"]).exit == 64)
    #expect(
      try project.conductor("renew", "A", "--claim", "2", with: ["CONDUCTOR_CLAIM": "1"]).exit == 0)
    #expect(try project.conductor("release", "A", with: ["CONDUCTOR_CLAIM": "2"]).exit == 0)
  }

  @Test("What is not claimed cannot be released or renewed") func notClaimed() throws {
    let project = try oneItem()
    for verb in ["release", "renew"] {
      let run = try project.conductor(verb, "A", "--json")
      #expect(run.exit == 2 && run.json?["reasons"]?.codes == ["not-claimed"], "\(run)")
      #expect(try project.conductor(verb, "Z").exit == 3)
    }
  }

  @Test("A renewed lease holds longer, an expired one can be renewed while nobody took over")
  func renewal() throws {
    let project = try oneItem()
    try project.conductor("next", with: at("08:00:00"))
    #expect(try project.conductor("renew", "A", "--claim", "1", with: at("12:00:00")).exit == 0)
    #expect(try project.conductor("next", with: at("13:59:59")).exit == 3)
    #expect(try project.conductor("next", with: at("14:00:00")).exit == 0)
    #expect(try project.conductor("renew", "A", "--claim", "1", with: at("14:00:01")).exit == 2)
  }

  @Test("Numbers are one more than the highest ever given, wherever that stands")
  func numbers() throws {
    let items = [
      Project.item("A"),
      #"{ "id": "B", "title": "t", "status": "done", "claim": { "number": 17 } }"#,
    ]
    let history = #"[ { "id": "C", "claimed_at": "2025-01-01T00:00:00Z", "claim": 23 } ]"#
    let project = try Project(items: items, history: history)
    #expect(try project.conductor("next", "--json").json?["claim"]?["number"]?.integer == 24)
    // A backlog that is put back forgets the number; the state folder does not.
    try project.root.write(Project.backlog(items, history: history), Project.backlogPath)
    try project.conductor("release", "A", "--claim", "24")
    #expect(try project.conductor("next", "--json").json?["claim"]?["number"]?.integer == 25)
  }

  @Test(
    "An open claim survives a checkout of the backlog: held, reported, and released all the same")
  func afterACheckout() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B")])
    let original = try project.backlog()
    let tools: [String: String?] = ["PATH": Project.toolsPath]
    let made = try project.shell(
      "git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm base")
    #expect(made.exit == 0, "\(made)")
    #expect(try project.conductor("next", "--agent", "codex", with: tools).exit == 0)
    #expect(try project.shell("git checkout -q -- . && git stash -q -u; true").exit == 0)
    #expect(try project.backlog() == original, "the checkout put the backlog back")

    let one = try project.conductor("next", "--item", "A", with: tools)
    #expect(one.exit == 3 && one.err.contains("held by codex"), "\(one)")
    let doctor = try project.conductor("doctor", "--json", with: tools)
    let finding = doctor.json?["findings"]?.elements.first {
      $0.string("check") == "claim-not-in-backlog"
    }
    #expect(doctor.exit == 1 && finding?.string("text")?.contains("A is held by codex") == true)
    #expect(finding?.string("remedy")?.contains("conductor release A --claim 1") == true)
    #expect(try project.conductor("next", with: tools).lines.contains("Task ID: B"))
    let list = try project.conductor("backlog", "list", "--json", with: tools)
    #expect(list.json?["items"]?.elements.first?["obstacles"]?.codes == ["held"])

    #expect(try project.conductor("release", "A", "--claim", "2", with: tools).exit == 2)
    let release = try project.conductor("release", "A", "--claim", "1", with: tools)
    #expect(release.exit == 0, "\(release)")
    let again = try project.conductor("next", "--item", "A", "--json", with: tools)
    #expect(again.json?["claim"]?["number"]?.integer == 3, "\(again)")
  }

  @Test("A claim on an item that left the backlog can still be released, as doctor advises")
  func theItemIsGone() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B")])
    try project.conductor("next")
    try project.root.write(Project.backlog([Project.item("B")]), Project.backlogPath)
    #expect(try project.conductor("doctor").out.contains("conductor release A --claim 1"))
    let release = try project.conductor("release", "A", "--claim", "1")
    #expect(release.exit == 0, "\(release)")
    #expect(try !project.conductor("doctor").out.contains("A is held"))
    try project.expectWhole()
  }

  @Test("after a kill between claim and record, doctor reports what is open")
  func reportedAfterAKill() throws {
    try #require(Program.takesFaults)
    let project = try oneItem()
    let before = try project.root.tree()
    let count = try project.conductor("next", "--dry-run", with: ["CONDUCTOR_FAULT": "count"])
    let calls = try #require(count.told("system calls: ").flatMap { Int($0) })
    var reported = 0
    for number in stride(from: calls / 2, to: calls + 30, by: 3) {
      let copy = try Project(like: before)
      let run = try copy.conductor("next", with: ["CONDUCTOR_FAULT": "die@\(number)"])
      guard run.exit == 137 else { continue }
      let isOpen =
        try copy.root.holds(Project.journalPath)
        && !copy.root.text(Project.journalPath).contains("\"done\"")
      let doctor = try copy.conductor("doctor", "--json")
      let checks = doctor.json?["findings"]?.elements.compactMap { $0.string("check") } ?? []
      if isOpen, try copy.root.text(Project.journalPath).hasSuffix("\n") {
        #expect(checks.contains("interrupted-step"), "call \(number): \(doctor)")
        reported += 1
      }
      let next = try copy.conductor("next", "--json")
      let isHeld = next.json?["reasons"]?.codes == ["held"]
      #expect(isHeld || next.exit == 0, "call \(number): \(next)")
    }
    #expect(reported > 0)
  }
}
