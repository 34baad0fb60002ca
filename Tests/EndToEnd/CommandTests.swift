import JSONText
import TestSupport
import Testing

/// Each command once in each form: what it prints, on which stream, and how it ends.
@Suite struct CommandTests {
  private func project() throws -> Project {
    try Project(items: [
      Project.item("ND-001", plan: "plan-a", more: #", "notes": "Some notes.""#),
      Project.item("ND-002", more: #", "depends_on": ["ND-001"]"#),
    ])
  }

  // MARK: next

  @Test func nextPrintsThePromptAndTellsTheRestOnStandardError() throws {
    let project = try project()
    let run = try project.conductor("next")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.contains("Task ID: ND-001"))
    #expect(run.err.contains("claimed ND-001 as claim 1 until "))
    let receipt = try #require(run.told("receipt "))
    #expect(project.receiptPaths() == [receipt])
    #expect(run.err.hasSuffix("nothing was executed.\n"), "the reminder comes last")
    #expect(try project.item("ND-001").string("status") == "in_progress")
    try project.expectWhole()
  }

  @Test func quietKeepsTheReminderAlone() throws {
    let run = try project().conductor("next", "--quiet")
    #expect(run.exit == 0)
    #expect(run.err.split(separator: "\n").count == 1, "\(run)")
    #expect(run.err.contains("honour the guardrails"))
    #expect(run.lines.contains("Task ID: ND-001"))
  }

  @Test func nextAsJSONIsOneDocumentThatCarriesEverything() throws {
    let project = try project()
    let run = try project.conductor("next", "--json")
    let answer = try #require(run.json, "\(run)")
    #expect(run.exit == 0)
    #expect(run.errors.isEmpty, "\(run)")
    #expect(
      answer.members.map(\.key.string)
        == [
          "format", "outcome", "exit", "reasons", "warnings", "rules", "item", "claim",
          "prompt", "prompt_sha256", "receipt", "reminder",
        ])
    #expect(answer.string("format") == "conductor/next/1")
    #expect(answer.string("outcome") == "claimed")
    #expect(answer["exit"]?.integer == 0)
    #expect(answer.string("item") == "ND-001")
    #expect(answer["claim"]?["number"]?.integer == 1)
    #expect(answer.string("reminder")?.contains("honour the guardrails") == true)
    let receipt = try project.receipt(#require(answer.string("receipt")))
    #expect(receipt.string("prompt") == answer.string("prompt"))
    #expect(receipt.string("prompt_sha256") == answer.string("prompt_sha256"))
  }

  @Test func nothingEligibleIsToldInOneSentenceAndAsOneDocument() throws {
    let project = try Project(items: [Project.item("A", more: #", "not_before": "2222-01-01""#)])
    let before = try project.backlog()
    let run = try project.conductor("next")
    try project.expectRefusal(run, exit: 3, code: "not-before", backlog: before)
    #expect(run.err.contains("nothing was handed out"))
    #expect(run.told("receipt ") == project.receiptPaths().last)
    let answer = try #require(try project.conductor("next", "--json").json)
    #expect(answer.string("outcome") == "refused")
    #expect(answer["exit"]?.integer == 3)
    #expect(answer["reasons"]?.codes == ["not-before"])
    #expect(answer["item"]?.isNull == true && answer["prompt"]?.isNull == true)
    #expect(answer["reminder"]?.isNull == true)
  }

  @Test func anEmptyBacklogHandsNothingOut() throws {
    let project = try Project(items: [])
    let before = try project.backlog()
    try project.expectRefusal(
      project.conductor("next"), exit: 3, code: "nothing-pending", backlog: before)
  }

  // MARK: release, renew

  @Test func releaseGivesBackAndAnswers() throws {
    let project = try project()
    try project.conductor("next")
    let run = try project.conductor("release", "ND-001", "--reason", "needs a decision")
    #expect(run.exit == 0 && run.output.isEmpty, "\(run)")
    #expect(run.err.contains("released ND-001, claim 1; it is pending"))
    let entry = try #require(try project.backlogDocument()["history"]?.elements.first)
    #expect(entry.string("reason") == "needs a decision")
    #expect(entry.string("released_at") != nil)
    #expect(try project.item("ND-001").string("status") == "pending")
    #expect(try project.item("ND-001")["claim"] == nil)

    try project.conductor("next")
    let json = try project.conductor("release", "ND-001", "--claim", "2", "--blocked", "--json")
    let answer = try #require(json.json, "\(json)")
    #expect(answer.string("status") == "blocked" && answer["claim"]?["number"]?.integer == 2)
    #expect(json.errors.isEmpty)
    #expect(try project.item("ND-001").string("status") == "blocked")
    try project.expectWhole()
  }

  @Test func renewMovesNothingButTheEndOfTheLease() throws {
    let project = try project()
    try project.conductor("next", with: Project.fixed)
    let before = try project.backlogText()
    let run = try project.conductor(
      "renew", "ND-001", "--claim", "1", "--lease", "5h", with: Project.fixed)
    #expect(run.exit == 0 && run.output.isEmpty, "\(run)")
    #expect(run.err.contains("renewed ND-001, claim 1, until 2026-11-21T13:30:00Z"))
    #expect(
      try project.backlogText()
        == before.replacing("2026-11-21T10:30:00Z", with: "2026-11-21T13:30:00Z"))
    let answer = try #require(try project.conductor("renew", "ND-001", "--json").json)
    #expect(answer.string("outcome") == "renewed")
    try project.expectWhole()
  }

  // MARK: backlog

  @Test func backlogListSaysWhyNot() throws {
    let project = try project()
    let run = try project.conductor("backlog", "list")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.contains { $0.contains("ND-001") && $0.contains("eligible") })
    #expect(run.lines.contains { $0.contains("ND-002") && $0.contains("waits for ND-001") })
    let eligible = try #require(
      try project.conductor("backlog", "list", "--eligible", "--json").json)
    #expect(eligible["items"]?.elements.map { $0.string("id") } == ["ND-001"])
    let done = try project.conductor("backlog", "list", "--status", "done")
    #expect(done.exit == 0 && done.output.isEmpty, "\(done)")
    #expect(project.receiptPaths().isEmpty && !project.root.holds(Project.statePath))
  }

  @Test func backlogShowPrintsOneItem() throws {
    let project = try project()
    let run = try project.conductor("backlog", "show", "ND-001")
    #expect(run.exit == 0 && run.out.contains("Some notes."), "\(run)")
    let answer = try #require(try project.conductor("backlog", "show", "ND-002", "--json").json)
    #expect(answer["item"]?.string("title") == "Title of ND-002")
    #expect(answer["state"]?["obstacles"]?.codes == ["dependency-open"])
    let missing = try project.conductor("backlog", "show", "ND-009")
    #expect(missing.exit == 3 && missing.output.isEmpty && missing.err.contains("ND-009"))
  }

  @Test func backlogCheckNamesEachFaultWithItsPlace() throws {
    let whole = try project().conductor("backlog", "check")
    #expect(whole.exit == 0 && whole.output.isEmpty, "\(whole)")
    let project = try Project(items: [
      Project.item("A", more: #", "depends_on": ["B"]"#),
      Project.item("B", more: #", "depends_on": ["A"]"#),
      Project.item("C", more: #", "diff_limit": "many""#),
      #"{ "id": "D", "title": "D", "status": "doing" }"#,
      Project.item("E", more: #", "depends_on": ["Z"]"#),
    ])
    let run = try project.conductor("backlog", "check")
    #expect(run.exit == 1, "\(run)")
    #expect(run.out.contains("\(Project.backlogPath):8:5: D: "))
    let answer = try #require(try project.conductor("backlog", "check", "--json").json)
    let faults = answer["faults"]?.elements.map {
      "\($0.string("item") ?? "") \($0.string("code") ?? "")"
    }
    #expect(
      faults == [
        "A dependency-cycle", "B dependency-cycle", "C field-type", "D status-unknown",
        "E dependency-missing",
      ])
    #expect(answer["exit"]?.integer == 1)
  }

  @Test func backlogAddPrintsTheIdAndChangesNothingElse() throws {
    let project = try project()
    let before = try project.backlogText()
    let run = try project.conductor(
      "backlog", "add", "--title", "Write \"the\" guide", "--plan", "plan-b", "--notes", "n",
      "--priority", "high", "--depends-on", "ND-001", "--diff-limit", "12", "--test", "make a",
      "--test", "make b", "--not-before", "2026-11-21")
    #expect(run.exit == 0 && run.out == "ND-003\n", "\(run)")
    let item = try project.item("ND-003")
    #expect(item.string("title") == "Write \"the\" guide" && item.string("status") == "pending")
    #expect(item["tests"]?.elements.compactMap(\.text) == ["make a", "make b"])
    let after = try project.backlogText()
    let halves = before.split(separator: "\n  ],\n", maxSplits: 1)
    #expect(after.hasPrefix(halves[0] + ",\n    {") && after.hasSuffix("}\n  ],\n" + halves[1]))
    let taken = try project.conductor("backlog", "add", "--title", "x", "--id", "ND-001")
    #expect(taken.exit == 64 && taken.output.isEmpty, "\(taken)")
    #expect(try project.backlogText() == after)
    let json = try #require(try project.conductor("backlog", "add", "--title", "y", "--json").json)
    #expect(json.string("item") == "ND-004")
    try project.expectWhole()
  }

  // MARK: run control

  @Test func statusShowsTheProjectAtAGlance() throws {
    let project = try project()
    let run = try project.conductor("status")
    #expect(run.exit == 0 && run.errors.isEmpty, "\(run)")
    #expect(run.out.contains("active") && run.out.contains("ND-001"))
    let answer = try #require(try project.conductor("status", "--json").json)
    #expect(answer.string("status") == "ACTIVE" && answer.string("next") == "ND-001")
    #expect(answer["preflight"]?["ci"]?.string("verdict") == "not required")
    #expect(!project.root.holds(Project.statePath), "reading writes nothing")
  }

  @Test func pauseAndResumeAreOnRecord() throws {
    let project = try project()
    let before = try project.backlog()
    let pause = try project.conductor("pause", "--reason", "CI is being moved")
    #expect(pause.exit == 0 && pause.output.isEmpty, "\(pause)")
    let run = try project.conductor("next")
    try project.expectRefusal(run, exit: 4, code: "paused", backlog: before)
    #expect(run.err.contains("CI is being moved"))
    #expect(try project.conductor("status").out.contains("paused"))
    let resume = try project.conductor("resume", "--json")
    #expect(resume.json?.string("status") == "ACTIVE" && resume.json?["changed"]?.bool == true)
    #expect(try project.conductor("resume", "--json").json?["changed"]?.bool == false)
    #expect(
      try project.receipts().compactMap { $0.string("kind") } == ["pause", "refusal", "resume"])
    #expect(try project.conductor("next").exit == 0)
    try project.expectWhole()
  }

  @Test func aPauseStopsNeitherReadingNorGivingBack() throws {
    let project = try project()
    try project.conductor("next")
    try project.conductor("pause", "--reason", "x")
    for arguments in [
      ["renew", "ND-001"], ["release", "ND-001"], ["backlog", "list"], ["status"],
      ["receipts", "list"], ["receipts", "verify"],
    ] {
      #expect(try project.conductor(arguments).exit == 0, "\(arguments)")
    }
  }

  // MARK: receipts

  @Test func receiptsAreListedShownAndVerified() throws {
    let project = try project()
    try project.conductor("next")
    try project.conductor("release", "ND-001")
    let list = try project.conductor("receipts", "list")
    #expect(list.exit == 0 && list.lines.count == 3, "\(list)")
    let rows = try #require(
      try project.conductor("receipts", "list", "--json").json)["receipts"]?.elements
    #expect(rows?.map { $0.string("kind") } == ["release", "claim"], "the newest comes first")
    let one = try #require(
      try project.conductor("receipts", "list", "--kind", "claim", "--limit", "1", "--json").json)
    let id = try #require(one["receipts"]?.elements.first?.string("id"))
    let show = try project.conductor("receipts", "show", String(id.suffix(8)))
    #expect(show.exit == 0, "\(show)")
    #expect(show.output == (try project.root.bytes(#require(rows?.last?.string("path")))))
    #expect(try project.conductor("receipts", "show", "ffffffff").exit == 3)
    let verify = try project.conductor("receipts", "verify", "--json")
    #expect(verify.exit == 0 && verify.json?["checked"]?.integer == 2, "\(verify)")
  }

  @Test func verifyNamesWhatIsChangedMissingOrUnlisted() throws {
    let project = try project()
    for _ in 0..<3 {
      try project.conductor("next")
      try project.conductor(
        "release", "ND-001", "--claim", "\(1 + (project.receiptPaths().count - 1) / 2)")
    }
    let paths = project.receiptPaths()
    #expect(paths.count == 6)
    try project.root.write(try project.root.bytes(paths[0]) + [0x20], paths[0])
    project.root.remove(paths[1])
    let month = try #require(paths[0].split(separator: "/").dropLast().last)
    let planted = "\(Project.receiptsPath)/\(month)/conductor-20261121T083000.000Z-00000000.json"
    try project.root.write("{}", planted)
    let run = try project.conductor("receipts", "verify", "--json")
    #expect(run.exit == 1, "\(run)")
    let found = try #require(run.json?["findings"]?.elements)
      .map { "\($0.string("kind") ?? "") \($0.string("path") ?? "")" }
    func inside(_ path: String) -> String { String(path.dropFirst(Project.receiptsPath.count + 1)) }
    #expect(
      Set(found) == [
        "changed \(inside(paths[0]))", "missing \(inside(paths[1]))", "unlisted \(inside(planted))",
      ])
  }

  @Test func theLedgerSatisfiesSha256sum() throws {
    let project = try project()
    try project.conductor("next")
    try project.conductor("next")
    try project.conductor("release", "ND-001")
    let run = try project.shell(
      "cd \(Project.receiptsPath) && sha256sum -c ledger/*.sha256 && cat ledger/*.sha256 | wc -l")
    #expect(
      run.exit == 0 && run.lines.count == 4 && run.lines.last?.contains("3") == true, "\(run)")
  }
}
