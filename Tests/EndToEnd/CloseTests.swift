import JSONText
import Machine
import TestSupport
import Testing

/// Items that are finished, or not, by what was measured of the work.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct CloseTests {
  @Test func workThatStandsUpToItsVerificationIsDone() throws {
    let place = try WorkedProject()
    try place.work()
    let before = try place.project.backlogText()
    let run = try place.close()
    #expect(run.exit == 0, "\(run)")
    #expect(run.json?.string("outcome") == "closed")
    #expect(run.json?["verified_now"]?.bool == true)
    let item = try place.project.item("A")
    #expect(item.string("status") == "done")
    #expect(item["claim"] == nil)
    let entry = try #require(try place.project.backlogDocument()["history"]?.elements.last)
    #expect(entry.string("completed_at") == item.string("completed_at"))
    #expect(item.string("completed_at") != nil)
    let receipt = try place.project.lastReceipt("close")
    #expect(receipt.string("outcome") == "closed")
    #expect(receipt["verification"]?.text == run.json?["verification"]?.text)
    #expect(try place.project.lastReceipt("verification").string("outcome") == "verified")
    // Nothing else of the backlog has changed.
    let kept = before.split(separator: "\n").filter {
      !$0.contains("\"A\"") && !$0.contains("claim")
    }
    let after = try place.project.backlogText()
    #expect(kept.filter { !after.contains($0) } == [])
    try place.project.expectWhole()
    // The claim is over: it can be neither closed again nor released.
    #expect(try place.close().exit == 2)
    #expect(try place.conductor(["release", "A"]).exit == 2)
  }

  @Test func testsAreNotRunAgainForTheVeryTreeThatWasVerified() throws {
    let place = try WorkedProject(tests: ["echo x >> \"$COUNT\""])
    let count = ["COUNT": place.project.home.place("count")] as [String: String?]
    try place.work()
    #expect(try place.verify(with: count).exit == 0)
    let run = try place.close(with: count)
    #expect(run.exit == 0 && run.json?["verified_now"]?.bool == false, "\(run)")
    #expect(try place.project.home.text("count") == "x\n")
  }

  @Test(arguments: ["tree", "rules", "failed", "planted"])
  func aVerificationThatDoesNotStandIsMadeAnew(_ why: String) throws {
    let place = try WorkedProject(
      tests: ["echo x >> \"$COUNT\"; test ! -f bad"], files: ["docs/automation/rules/.keep": ""])
    let count = ["COUNT": place.project.home.place("count")] as [String: String?]
    try place.work()
    if why == "failed" { try place.work("bad") }
    #expect(try place.verify(with: count).exit == (why == "failed" ? 1 : 0))
    switch why {
    case "tree": try place.work("other.txt")
    case "failed": place.root.remove("bad")
    case "planted":
      // Nobody can plant a verification: an altered receipt counts for nothing, and is noticed.
      let path = try #require(place.project.receiptPaths().last)
      try place.root.replace(place.root.text(path) + " ", path)
    default:
      try place.root.write(
        #"{ "ruleset": "house", "version": "1", "language": 1 }"#,
        "docs/automation/rules/house.json")
    }
    let run = try place.close(with: count)
    let isRefused = why == "rules" || why == "planted"
    #expect(run.exit == (isRefused ? 2 : 0), "\(run)")
    #expect(run.json?["verified_now"]?.bool == true)
    // What is refused is not run.
    #expect(try place.project.home.text("count") == (isRefused ? "x\n" : "x\nx\n"))
  }

  @Test func workThatFailsLeavesTheBacklogAsItWas() throws {
    let place = try WorkedProject(tests: ["false"])
    try place.work()
    let before = try place.project.backlog()
    let run = try place.close()
    #expect(run.exit == 1 && WorkedProject.codes(run) == ["test-failed"], "\(run)")
    #expect(try place.project.backlog() == before)
    let refusal = try place.project.lastReceipt("refusal")
    #expect(refusal.string("step") == "close")
    #expect(refusal["exit"]?.integer == 1)
    #expect(refusal["verification"]?.text == run.json?["verification"]?.text)
    try place.project.expectWhole()
    #expect(try place.conductor(["release", "A"]).exit == 0)
  }

  @Test func aStaleClaimClosesNothing() throws {
    let place = try WorkedProject(flags: ["--lease", "1s"])
    try place.work()
    let later =
      ["CONDUCTOR_NOW": "2099-01-01T00:00:00Z", "CONDUCTOR_SEED": "9"] as [String: String?]
    #expect(try place.conductor(["next", "--item", "A", "--test", "true"], with: later).exit == 0)
    let before = try place.project.backlog()
    let run = try place.close("--claim", "1")
    #expect(run.exit == 2 && run.err.contains("not the present one"), "\(run)")
    #expect(try place.project.backlog() == before)
  }

  @Test func aPauseKeepsNothingFromBeingClosedAndDryRunDoes() throws {
    let place = try WorkedProject()
    try place.work()
    #expect(try place.conductor(["pause", "--reason", "x"]).exit == 0)
    let state = Project.statePath + "/state.json"
    let text = try place.root.text(state)
    try place.root.replace(
      text.replacing("\"mode\": null", with: "\"mode\": \"DRY_RUN\""), state)
    let dry = try place.close()
    #expect(dry.exit == 4 && WorkedProject.codes(dry) == ["mode-forbids"], "\(dry)")
    try place.root.replace("{}", state)
    #expect(try place.close().exit == 4)
    try place.root.replace(text, state)
    #expect(try place.close().exit == 0)
  }

  @Test func aConsentThatDoesNotParseClosesNothing() throws {
    let place = try WorkedProject()
    try place.work()
    try place.root.write("{ oops", Project.consentPath)
    let before = try place.project.backlog()
    #expect(try place.close().exit == 65)
    #expect(try place.project.backlog() == before)
  }

  @Test func aStoppedItemIsNotClosedUntilAPersonReleasesIt() throws {
    let rule = #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "authority": { "chain": ["Robert"], "escalate_to": "Robert" },
        "rules": [
          { "id": "no-touch", "phase": "command", "when": { "program": "touch" }, "verdict": "stop",
            "because": "Nothing is touched.", "escalate_to": "Robert",
            "match": ["touch x"], "not_match": ["cat x"] } ] }
      """#
    let place = try WorkedProject(files: ["docs/automation/rules/house.json": rule])
    try place.work()
    #expect(try place.conductor(["exec", "--item", "A", "--", "touch", "x"]).exit == 126)
    let run = try place.close()
    #expect(run.exit == 2 && WorkedProject.codes(run).contains("stopped"), "\(run)")
    #expect(
      try place.conductor(["approve", "release", "--item", "A", "--by", "Robert"]).exit == 0)
    #expect(try place.close().exit == 0)
  }

  @Test func whatTheRuleSetsAskForMustBeThere() throws {
    let set = #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "deliverables": [
          { "id": "log", "code": "SessionLogMissing",
            "needs": { "file": { "path": "logs/*.md", "newer_than": "claim", "names": "${item.id}" } },
            "because": "Every session leaves a log that names its task.",
            "instead": "Write a log." } ] }
      """#
    let place = try WorkedProject(
      files: ["docs/automation/rules/house.json": set, ".gitignore": "logs/\n"])
    try place.work()
    let run = try place.close()
    #expect(run.exit == 2 && WorkedProject.codes(run) == ["SessionLogMissing"], "\(run)")
    #expect(run.json?.string("outcome") == "refused")
    let refusal = try place.project.lastReceipt("refusal")
    #expect(refusal["reasons"]?.codes == ["SessionLogMissing"])
    #expect(try place.status() == "in_progress")
    // Deliverables are looked for where git ignores them, too, and the verification still stands.
    try place.root.write("A: done\n", "logs/today.md")
    let again = try place.close()
    #expect(again.exit == 0 && again.json?["verified_now"]?.bool == false, "\(again)")
    #expect(WorkedProject.checks(again)["deliverables"] == "passed")
  }

  @Test func aProposedItemIsClosedByAnOperatorAlone() throws {
    let items = [Project.item("A").replacing("pending", with: "proposed"), Project.item("B")]
    let place = try WorkedProject(items: items, claims: false)
    let refused = try place.conductor(
      ["exec", "--", Program.path, "close", "A", "--root", place.root.path])
    #expect(refused.exit == 2 && refused.err.contains("operator"), "\(refused)")
    #expect(try place.status() == "proposed")
    let run = try place.close()
    #expect(run.exit == 0, "\(run)")
    #expect(try place.status() == "done")
    #expect(try place.project.lastReceipt("close")["proposed"]?.bool == true)
  }

  @Test func ofTwoAtOnceOneCloses() throws {
    let place = try WorkedProject(tests: ["sleep 0.3"])
    try place.work()
    let run = try place.project.shell(
      """
      "$CONDUCTOR" close A > /dev/null 2>&1 & "$CONDUCTOR" close A > /dev/null 2>&1; one=$?
      wait $!; echo $one $?
      """)
    let codes = run.out.split(separator: " ").compactMap {
      Int($0.filter { $0.isNumber })
    }.sorted()
    #expect(codes.first == 0, "\(run)")
    // The other finds the claim being verified, or closed already.
    #expect(codes.last == 75 || codes.last == 2, "\(run)")
    #expect(try place.status() == "done")
    let closings = try place.project.receipts().filter { $0.string("kind") == "close" }
    #expect(closings.count == 1)
    try place.project.expectWhole()
  }

  @Test func aReaderThatIsGoneChangesNothingAboutTheStatus() throws {
    let place = try WorkedProject()
    try place.work()
    let failing = try place.project.shell(
      "{ \"$CONDUCTOR\" verify A; echo $? > \"$HOME/status\"; } | true")
    #expect(failing.exit == 0)
    #expect(try place.project.home.text("status") == "0\n")
    let run = try place.project.shell("\"$CONDUCTOR\" close A >&-; echo $? > \"$HOME/status\"")
    #expect(run.exit == 0)
    #expect(try place.status() == "done")
  }

  /// Ended at some of its system calls, a closing leaves the item done or in progress, and the records whole.
  @Test(.enabled(if: Program.takesFaults, "the program is a release, which takes no faults"))
  func aClosingThatIsKilledLeavesOldOrNew() throws {
    let place = try WorkedProject()
    try place.work()
    #expect(try place.verify().exit == 0)
    // The claim knows its checkout by its place, so that each turn begins from a copy that is put back there.
    let counted = try place.project.shell(
      "cp -R . \"$HOME/saved\" && CONDUCTOR_FAULT=count \"$CONDUCTOR\" close A")
    let calls = try #require(counted.told("system calls: ").flatMap { Int($0) }, "\(counted)")
    var random = SeededRandom(21)
    // The commit is at the end; what comes before only looks.
    let numbers = (0..<14).map { _ in calls - random.below(140) } + [calls / 2, calls / 4]
    for number in numbers {
      let run = try place.project.shell(
        """
        rm -rf ./* ./.git && cp -R "$HOME/saved/." . || exit 1
        CONDUCTOR_FAULT=die@\(number) "$CONDUCTOR" close A > /dev/null 2>&1
        "$CONDUCTOR" close A --claim 1 > /dev/null 2>&1; echo "second $?"
        "$CONDUCTOR" receipts verify > /dev/null 2>&1; echo "records $?"
        """)
      let backlog = try Document(
        Bytes(place.project.backlog())
      ).root
      let item = try #require(backlog["items"]?.elements.first)
      #expect(item.string("status") == "done", "die@\(number): \(run)")
      #expect(run.out.contains("records 0"), "die@\(number): \(run)")
      #expect(
        run.out.contains("second 0") || run.out.contains("second 2"), "die@\(number): \(run)")
    }
  }
}
