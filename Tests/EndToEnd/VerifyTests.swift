import JSONText
import Machine
import TestSupport
import Testing

/// The work on a claim, measured and tested.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct VerifyTests {
  @Test func workAtALevelThatChangesNothingIsWholeWithoutAnyChange() throws {
    let set = #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "levels": { "default": "L1", "order": ["L0", "L1"], "L0": { "changes": false } } }
      """#
    let place = try WorkedProject(
      files: ["docs/automation/rules/house.json": set],
      items: [Project.item("A", more: #", "level": "L0""#)])
    #expect(try place.verify().exit == 0)
    try place.work()
    let changed = try place.verify()
    #expect(changed.exit == 2, "\(changed)")
    #expect(WorkedProject.codes(changed).contains("changes-forbidden"), "\(changed)")
    #expect(try place.close().exit == 2)
    place.root.remove("new.txt")
    #expect(try place.close().exit == 0)
    #expect(try place.project.item("A").string("status") == "done")
  }

  @Test func whatOthersAreRecordingMeanwhileIsNoChangeOfTheRecord() throws {
    let place = try WorkedProject()
    try place.work()
    let run = try place.project.shell(
      """
      for k in 1 2; do
        (while [ ! -e "$HOME/enough" ]; do "$CONDUCTOR" next --dry-run >/dev/null 2>&1; done) &
      done
      for i in 1 2 3 4 5; do "$CONDUCTOR" verify A --quiet >/dev/null 2>&1; echo $?; done
      touch "$HOME/enough"; wait
      """)
    #expect(run.lines == Array(repeating: "0", count: 5), "\(run)")
    try place.project.expectWhole()
  }

  @Test func workThatKeepsItsContractIsVerified() throws {
    let place = try WorkedProject(tests: ["test -f new.txt", "grep -q work new.txt"])
    try place.work()
    let before = try place.project.backlog()
    let run = try place.verify()
    #expect(run.exit == 0, "\(run)")
    #expect(run.json?.string("outcome") == "verified")
    #expect(Set(WorkedProject.checks(run).values) == ["passed", "none"])
    let receipt = try place.project.lastReceipt("verification")
    #expect(receipt.string("outcome") == "verified")
    #expect(receipt["tree"]?.text == run.json?["tree"]?.text)
    #expect(receipt["measured"]?["lines"]?.integer == 1)
    #expect(receipt["measured"]?["paths"]?.elements.map { $0.string("path") } == ["new.txt"])
    #expect(receipt["claim"]?["number"]?.integer == 1)
    #expect(receipt["tests"]?.elements.map { $0["exit"]?.integer } == [0, 0])
    #expect(receipt["guardrails"]?["tests"]?.elements.count == 2)
    #expect(try place.project.backlog() == before)
    try place.project.expectWhole()
  }

  @Test func theOutputOfTestsIsKeptWithItsDigestAndCountsForNothing() throws {
    let place = try WorkedProject(
      tests: ["echo out; echo err >&2; exit 3"], flags: ["--diff-limit", "1"])
    try place.work()
    for turn in 0..<3 {
      let run = try place.verify()
      #expect(run.exit == 1 && WorkedProject.codes(run) == ["test-failed"], "turn \(turn): \(run)")
      let log = try #require(run.json?["tests"]?.elements.first?["log"])
      let bytes = try place.root.bytes(try #require(log.string("path")))
      #expect(String(decoding: bytes, as: UTF8.self) == "out\nerr\n")
      #expect(log.string("sha256") == (try place.sha256(bytes)))
      #expect(
        run.json?["tests"]?.elements.first?["last_lines"]?.elements.compactMap(\.text) == [
          "out", "err",
        ])
    }
    // What somebody changed in a log, or planted beside it, is a change like any other.
    let name = try #require(
      place.root.files(Project.receiptsPath + "/work").first { $0.hasSuffix(".log") })
    try place.root.write("planted\n", Project.receiptsPath + "/work/test-1-1-00000000.log")
    #expect(try WorkedProject.codes(place.verify()).contains("diff-limit"))
    place.root.remove(Project.receiptsPath + "/work/test-1-1-00000000.log")
    try place.root.write("other\n", name)
    #expect(try WorkedProject.codes(place.verify()).contains("diff-limit"))
  }

  @Test func everythingThatIsWrongIsToldAtOnce() throws {
    let place = try WorkedProject(
      tests: ["exit 1", "true", "kill -9 $$"], flags: ["--diff-limit", "2"])
    try place.work("new.txt", "1\n2\n3\n")
    let run = try place.verify()
    #expect(run.exit == 1, "\(run)")
    #expect(WorkedProject.codes(run) == ["diff-limit", "test-failed", "test-failed"])
    #expect(
      run.json?["tests"]?.elements.map { $0.string("outcome") } == ["failed", "passed", "failed"])
    #expect(run.err.isEmpty, "the document carries it all")
  }

  @Test func limitsAndTestsAreThoseOfTheClaimWhateverTheBacklogSays() throws {
    let place = try WorkedProject(tests: ["false"], flags: ["--diff-limit", "1"])
    try place.root.replace(
      place.project.backlogText().replacing(
        #""id": "A","#, with: #""id": "A", "diff_limit": 500, "tests": ["true"],"#),
      Project.backlogPath)
    try place.work("new.txt", "1\n2\n")
    let run = try place.verify()
    // Whoever edits the backlog changes what is the operator's, besides.
    #expect(run.exit == 2, "\(run)")
    #expect(WorkedProject.checks(run)["diff limit"] == "failed")
    #expect(WorkedProject.checks(run)["protected files"] == "refused")
    #expect(run.json?["tests"]?.elements.first?.string("command") == "false")
    #expect(run.json?["tests"]?.elements.first?.string("ended") == "not run")
  }

  @Test func nothingChangedIsNotDone() throws {
    let run = try WorkedProject().verify()
    #expect(run.exit == 1 && WorkedProject.codes(run) == ["nothing-changed"], "\(run)")
  }

  @Test func withoutATestTheWorkIsUnverifiedUnlessTheConsentWantsTests() throws {
    let place = try WorkedProject(tests: [])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 0 && run.json?.string("outcome") == "unverified", "\(run)")
    #expect(run.json?["warnings"]?.codes.contains("no-tests") == true)
    let strict = try WorkedProject(
      tests: [], files: [Project.consentPath: #"{ "require_tests": true }"#])
    try strict.work()
    let refused = try strict.verify()
    #expect(refused.exit == 4, "\(refused)")
    #expect(WorkedProject.codes(refused).first == "tests-required")
    #expect(try strict.close().exit == 4)
    #expect(try strict.status() == "in_progress")
  }

  @Test func aTestThatHangsOrLeavesSomethingRunningFails() throws {
    let settings = #"{ "version": 1, "defaults": { "test_timeout": "1s" } }"#
    let place = try WorkedProject(
      tests: ["exec sleep 1000", "sleep 1000 >/dev/null 2>&1 & true"],
      files: [Project.configurationPath: settings])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 1, "\(run)")
    #expect(WorkedProject.codes(run) == ["test-timed-out", "test-left-running"])
  }

  @Test func aTestThatChangesTheTreeVoidsWhatItShowed() throws {
    let place = try WorkedProject(tests: ["echo more >> new.txt"])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 1 && WorkedProject.codes(run) == ["tree-changed"], "\(run)")
    #expect(try place.close().exit == 1)
  }

  @Test func aTestHasNoInputAndKnowsItsItem() throws {
    let place = try WorkedProject(
      tests: [
        "cat; test \"$CONDUCTOR_ITEM/$CONDUCTOR_CLAIM\" = A/1", "test \"$(pwd -P)\" = \"$WHERE\"",
      ])
    try place.work()
    let run = try place.verify(with: ["WHERE": place.root.path])
    #expect(run.exit == 0, "\(run)")
  }

  @Test func aProtectedFileThatChangedIsRefusedWithTheCommandThatAcceptsIt() throws {
    let place = try WorkedProject(files: [Project.consentPath: "{}"])
    try place.work()
    try place.root.replace(#"{ "auto_enabled": true }"#, Project.consentPath)
    let run = try place.verify()
    #expect(run.exit == 2 && WorkedProject.codes(run) == ["protected-change"], "\(run)")
    let text = try place.conductor(["verify", "A"]).out
    #expect(
      text.contains(
        "next: conductor approve protected-change --item A --path \(Project.consentPath) --by ACTOR"
      ), "\(text)")
    #expect(try place.close().exit == 2)
    #expect(try place.status() == "in_progress")
  }

  @Test func aRuleRefusesAChangeAndAPersonCanReleaseIt() throws {
    let rule = #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "authority": { "chain": ["Robert"], "escalate_to": "Robert" },
        "rules": [
          { "id": "no-keys", "phase": "diff", "when": { "path": "*.key" }, "verdict": "stop",
            "because": "Keys are not for agents.", "escalate_to": "Robert",
            "match": ["diff:+ secret.key"], "not_match": ["diff:+ a.txt"] } ] }
      """#
    let place = try WorkedProject(
      tests: ["touch ran"], files: ["docs/automation/rules/house.json": rule])
    try place.work("secret.key")
    let run = try place.verify()
    #expect(run.exit == 2, "\(run)")
    #expect(WorkedProject.codes(run).contains("rule-stop"))
    #expect(!place.root.holds("ran"), "the work that a rule refuses must not run")
    #expect(try place.project.lastReceipt("stop").string("item") == "A")
    let approved = try place.conductor(
      ["approve", "house/no-keys", "--item", "A", "--by", "Robert"])
    #expect(approved.exit == 0, "\(approved)")
    let after = try place.verify()
    #expect(WorkedProject.checks(after)["rules"] == "passed", "\(after)")
  }

  @Test func aTestThatARuleForbidsIsNotRun() throws {
    let rule = #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "authority": { "chain": ["Robert"], "escalate_to": "Robert" },
        "rules": [
          { "id": "no-touch", "phase": "command", "when": { "program": "touch" }, "verdict": "deny",
            "because": "Nothing is touched.", "match": ["touch x"], "not_match": ["cat x"] } ] }
      """#
    let place = try WorkedProject(
      tests: ["touch ran", "sh ./script"],
      files: ["docs/automation/rules/house.json": rule, "script": "touch ran || exit 9\n"])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 2, "\(run)")
    #expect(!place.root.holds("ran"))
    #expect(run.json?["tests"]?.elements.first?.string("outcome") == "refused")
    // What the script starts is judged when it starts.
    let second = try #require(run.json?["tests"]?.elements.last)
    #expect(second.string("outcome") != "passed", "\(run)")
  }

  @Test func theShellThatReadsATestIsNobodysCommand() throws {
    let rules = #"""
      { "ruleset": "house", "version": "1", "language": 1, "unmatched": "deny",
        "rules": [
          { "id": "no-shells", "phase": "command", "when": { "program": ["sh", "bash"] },
            "verdict": "deny", "because": "Scripts are called by themselves.", "match": ["sh x"],
            "not_match": ["cat x"] },
          { "id": "reading", "phase": "command", "when": { "program": "cat" }, "verdict": "allow",
            "because": "Reading is free.", "match": ["cat x"], "not_match": ["rm x"] } ] }
      """#
    let place = try WorkedProject(
      tests: ["cat a.txt", "sh ./a.txt", "touch ran"],
      files: ["docs/automation/rules/house.json": rules])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 2, "\(run)")
    let outcomes = run.json?["tests"]?.elements.map { $0.string("outcome") }
    #expect(outcomes == ["passed", "refused", "refused"], "\(run)")
    #expect(!place.root.holds("ran"))
  }

  @Test func whoeverDoesNotHoldTheClaimIsRefused() throws {
    let place = try WorkedProject()
    try place.work()
    #expect(try place.verify("--claim", "2").exit == 2)
    #expect(try place.conductor(["verify", "B"]).exit == 2)
    #expect(try place.conductor(["verify", "C"]).exit == 3)
    #expect(try place.verify(with: ["CONDUCTOR_CLAIM": "7"]).exit == 2)
    try place.conductor(["release", "A"])
    try place.claim(["true"])
    #expect(try place.verify().exit == 64)
    #expect(try place.verify("--claim", "1").exit == 2)
    #expect(try place.verify("--claim", "2").exit != 64)
  }

  @Test func withoutGitNothingIsVerified() throws {
    let project = try Project(items: [Project.item("A")])
    try #require(try project.conductor("next").exit == 0)
    for command in ["verify", "close"] {
      let run = try project.conductor(command, "A", with: WorkedProject.variables)
      #expect(run.exit == 69, "\(run)")
      #expect(run.err.contains("conductor release"), "\(run)")
    }
    #expect(try project.item("A").string("status") == "in_progress")
  }

  @Test func anEndThatIsAskedForEndsTheTestAndIsRecorded() throws {
    let place = try WorkedProject(tests: [
      "read -r _ _ _ p _ < /proc/$$/stat; kill -TERM $p; sleep 1000", "true",
    ])
    try place.work()
    let run = try place.verify()
    #expect(run.exit == 74, "\(run)")
    #expect(run.json?.string("outcome") == "interrupted")
    #expect(try place.project.lastReceipt("verification").string("outcome") == "interrupted")
    #expect(run.json?["tests"]?.elements.last?.string("ended") == "not run")
    try place.project.expectWhole()
  }

  @Test func aTestThatTouchesWhatIsTheOperatorsIsRefused() throws {
    let place = try WorkedProject(tests: ["echo '[alias]' >> \"$PLACE\""])
    try place.work()
    let before = try place.project.backlog()
    let run = try place.close(with: ["PLACE": ".git/config"])
    #expect(run.exit == 2 && WorkedProject.codes(run) == ["protected-change"], "\(run)")
    #expect(try place.project.backlog() == before)
  }

  @Test func aVerificationThatIsKilledHoldsNobodyUp() throws {
    let place = try WorkedProject(tests: [
      "test -f go || { read -r _ _ _ p _ < /proc/$$/stat; kill -9 $p; exec sleep 2; }"
    ])
    try place.work()
    let killed = try place.project.shell("\"$CONDUCTOR\" verify A; echo $?")
    #expect(killed.out.contains("137"), "\(killed)")
    #expect(try place.status() == "in_progress")
    try place.project.expectWhole()
    // What it left of a log is no record of anything, and counts like any file.
    let logs = place.root.files(Project.receiptsPath + "/work").filter { $0.hasSuffix(".log") }
    #expect(logs.count == 1)
    for log in logs { place.root.remove(log) }
    try place.work("go")
    let run = try place.verify()
    #expect(run.exit == 0, "\(run)")
    #expect(try place.close().exit == 0)
  }

  @Test func workInALinkedWorktreeIsMeasuredAndTestedThere() throws {
    let place = try WorkedProject(claims: false)
    try place.project.git("worktree", "add", "-q", place.project.home.place("other"), "-b", "other")
    let there = ["--root", place.project.home.place("other")]
    let claimed = try place.conductor(["next", "--test", "test -f only-there"] + there)
    #expect(claimed.exit == 0, "\(claimed)")
    #expect(try place.verify().exit == 1)
    try place.project.home.write("work\n", "other/only-there")
    // The claim knows where its work is done, wherever the command is called.
    for arguments in [["verify", "A"] + there, ["verify", "A"], ["close", "A"] + there] {
      let run = try place.conductor(arguments)
      #expect(run.exit == 0, "\(run)")
    }
    #expect(try place.status() == "done")
  }

  @Test func aTestCanNeitherVerifyItsOwnClaimNorDecideForAnOperator() throws {
    let place = try WorkedProject(tests: [
      "\"$CONDUCTOR\" verify A", "\"$CONDUCTOR\" approve release --item A --by Robert",
      "\"$CONDUCTOR\" close A",
    ])
    try place.work()
    let run = try place.verify(with: ["CONDUCTOR": Program.path])
    #expect(run.json?["tests"]?.elements.map { $0["exit"]?.integer } == [75, 2, 75], "\(run)")
    #expect(try place.status() == "in_progress")
  }

  @Test func peopleSeeATableAndTheLastWordsOfWhatFailed() throws {
    let place = try WorkedProject(tests: ["printf 'bad\\033[31m\\n'; exit 7"])
    try place.work()
    let run = try place.conductor(["verify", "A"])
    #expect(run.exit == 1)
    #expect(run.lines.first?.hasPrefix("CHECK ") == true, "\(run)")
    #expect(run.lines.contains { $0.contains("diff limit") && $0.hasSuffix("passed") })
    #expect(run.out.contains("  | bad\\u001B[31m") || run.out.contains("  | bad\\u001b[31m"))
    #expect(run.err.contains("test 1 of 1 failed: "))
    #expect(run.err.contains("conductor: A, claim 1 is not verified: "))
    #expect(run.err.split(separator: "\n").last?.hasPrefix("receipt ") == true)
    let quiet = try place.conductor(["verify", "A", "--quiet"])
    #expect(quiet.err.split(separator: "\n").count == 1, "\(quiet)")
  }
}

extension WorkedProject {
  /// The digest of bytes as the usual tool has it.
  func sha256(_ bytes: [UInt8]) throws -> String {
    try project.home.write(bytes, "hashed")
    let run = try project.shell("sha256sum \"$HOME/hashed\"")
    return String(run.out.prefix(64))
  }
}
