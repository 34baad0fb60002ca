import JSONText
import TestSupport
import Testing

/// Judging without changing anything: verdicts, exit codes, and what is told of them.
@Suite struct CheckCommandTests {
  // MARK: check command

  @Test(
    arguments: [
      ("ls -l", 0, "allow"), ("echo git push", 0, "allow"), ("git push", 2, "stop"),
      ("cd x && sudo git push", 2, "stop"), ("curl https://a.example", 2, "deny"),
      ("rm -r x", 6, "ask"), ("$TOOL x", 6, "ask"), ("rm x; git push", 2, "stop"), ("", 0, "allow"),
      ("if true; then", 6, "ask"),
    ] as [(String, Int32, String)])
  func aCommandLineHasAVerdictAndAnExitCode(line: String, exit: Int32, verdict: String) throws {
    let project = try Project.withHouse()
    let before = try project.root.tree()
    let run = try project.conductor("check", "command", "--", line)
    #expect(run.exit == exit, "\(run)")
    #expect(run.lines.first?.hasPrefix(verdict) == true, "\(run)")
    let json = try project.conductor("check", "command", "--json", "--", line)
    #expect(json.exit == exit && json.errors.isEmpty, "\(json)")
    #expect(json.json?.string("format") == "conductor/judgement/1")
    #expect(json.json?.string("verdict") == verdict)
    #expect(json.json?["exit"]?.integer == Int(exit))
    #expect(try project.root.tree() == before, "nothing is written")
  }

  @Test func aFindingTellsRuleSightReasonAlternativePersonAndPlace() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("check", "command", "--", "git push origin")
    for part in [
      "house/no-push", "git push origin", "People push.", "Leave a branch.", "Alice",
      "\(Project.housePath):13",
    ] {
      #expect(run.out.contains(part), "\(part) \(run)")
    }
    let json = try #require(
      try project.conductor("check", "command", "--json", "--", "git push origin").json)
    let finding = try #require(json["rules"]?.elements.first)
    #expect(finding.string("rule") == "house/no-push")
    #expect(finding.string("verdict") == "stop")
    #expect(finding.string("saw")?.contains("git push origin") == true)
    #expect(finding.string("because") == "People push.")
    #expect(finding.string("instead") == "Leave a branch.")
    #expect(finding.string("escalate_to") == "Alice")
    #expect(finding["place"]?.string("file") == Project.housePath)
    #expect(finding["place"]?["line"]?.integer == 13)
    #expect((json["judged"]?.integer ?? 0) > 0)
    #expect(json["understood"]?.bool == true)
    #expect(
      json["programs"]?.elements.map { $0.elements.compactMap(\.text) }
        == [["git", "push", "origin"]])
  }

  @Test func anArgumentVectorIsTakenAsItIs() throws {
    let project = try Project.withHouse()
    func exit(_ words: String...) throws -> Int32? {
      try project.conductor(["check", "command", "--argv", "--"] + words).exit
    }
    #expect(try exit("git", "push") == 2)
    #expect(try exit("echo", "x; git push") == 0)
    #expect(try exit("git", "commit", "-m", "") == 0)
  }

  @Test func severalArgumentsAreExplained() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("check", "command", "--", "git", "push")
    #expect(run.exit == 64 && run.output.isEmpty, "\(run)")
    #expect(run.err.contains("quotes") && run.err.contains("--argv"), "\(run)")
    #expect(try project.conductor("check", "command").exit == 64)
    #expect(try project.conductor("check", "command", "--argv").exit == 64)
  }

  @Test func whereNoSetIsLoadedNothingPasses() throws {
    let project = try Project(items: [Project.item("A")])
    let run = try project.conductor("check", "command", "--", "ls")
    #expect(run.exit == 6, "\(run)")
    #expect(run.out.hasPrefix("not judged"), "\(run)")
    let json = try #require(
      try project.conductor("check", "command", "--json", "--", "ls").json)
    #expect(json["reasons"]?.codes == ["nothing-judged"])
    #expect(json["judged"]?.integer == 0 && json["exit"]?.integer == 6)
    try project.root.write("{}", Project.consentPath)
    let own = try project.conductor("check", "command", "--", "rm \(Project.consentPath)")
    #expect(own.exit == 2, "what conductor says by itself counts all the same: \(own)")
  }

  @Test func aSetThatDoesNotLoadStopsEverythingThatNeedsRules() throws {
    let broken = Project.house.replacing("\"subcommand\"", with: "\"subcomand\"")
    let project = try Project.withHouse(broken)
    for arguments in [
      ["check", "command", "--", "ls"], ["check", "item", "A"], ["check", "env", "--", "ls"],
      ["rules", "check"], ["rules", "test"],
    ] {
      let run = try project.conductor(arguments)
      #expect(run.exit == 78, "\(arguments) \(run)")
      #expect(run.err.contains("\(Project.housePath):13:"), "\(arguments) \(run)")
      #expect(run.err.contains("subcomand") && run.err.contains("subcommand"), "\(run)")
    }
    let json = try project.conductor("check", "command", "--json", "--", "ls")
    #expect(json.exit == 78 && json.json?["reasons"]?.codes == ["rules-invalid"], "\(json)")
  }

  @Test func terminalEscapesInACommandAreShownAndNotObeyed() throws {
    let project = try Project.withHouse()
    let run = try project.conductor("check", "command", "--", "git push '\u{1b}[2J'")
    #expect(run.exit == 2)
    #expect(!run.output.contains(0x1b) && run.out.contains("\\u001b"), "\(run)")
  }

  @Test func aLevelOrAnEnvironmentThatNoSetKnowsIsRefused() throws {
    let set = Project.house.replacing(
      "\"hints\"",
      with: "\"levels\": { \"default\": \"L1\", \"order\": [\"L1\", \"L2\"] }, \"hints\"")
    let project = try Project.withHouse(set)
    for (flag, wrong, right) in [("--level", "L22", "L2"), ("--environment", "stagin", "staging")] {
      let run = try project.conductor("check", "command", flag, wrong, "--", "ls")
      #expect(run.exit == 64 && run.err.contains("\"\(right)\"?"), "\(run)")
      #expect(try project.conductor("check", "command", flag, right, "--", "ls").exit == 0)
    }
    let without = try Project.withHouse().conductor("check", "command", "--level", "L1", "--", "ls")
    #expect(without.exit == 64 && without.err.contains("has levels"), "\(without)")
  }

  // MARK: check item

  @Test func itemsOfTheBacklogAndTextsAreJudgedAlike() throws {
    let project = try Project.withHouse()
    #expect(try project.conductor("check", "item", "A").exit == 2)
    #expect(try project.conductor("check", "item", "B").exit == 0)
    #expect(try project.conductor("check", "item", "C").exit == 3)
    try project.root.write(#"{"id": "N", "title": "The payments page"}"#, "item.json")
    try project.root.write("A title\nwith payments in its notes\n", "item.txt")
    try project.root.write("Payroll\n", "fine.txt")
    #expect(try project.conductor("check", "item", "--text", "item.json").exit == 2)
    #expect(try project.conductor("check", "item", "--text", "item.txt").exit == 2)
    #expect(try project.conductor("check", "item", "--text", "fine.txt").exit == 0)
    let missing = try project.conductor("check", "item", "--text", "none.txt")
    #expect(missing.exit == 66 && missing.err.contains("Name a file"), "\(missing)")
    #expect(try project.shell("echo payments | $CONDUCTOR check item --text -").exit == 2)
    #expect(try project.conductor("check", "item").exit == 64)
    #expect(try project.conductor("check", "item", "A", "--text", "fine.txt").exit == 64)
  }

  @Test func twoProjectsJudgeTheSameItemDifferently() throws {
    let strict = try Project.withHouse()
    let mild = try Project.withHouse(
      Project.house.replacing(
        #""verdict": "deny", "because": "Payments"#,
        with: #""verdict": "ask", "because": "Payments"#
      ))
    #expect(try strict.conductor("check", "item", "A").exit == 2)
    #expect(try mild.conductor("check", "item", "A").exit == 6)
  }

  // MARK: check response

  @Test func answersAreJudgedByTheirTextAndTheirCommands() throws {
    let project = try Project.withHouse()
    func exit(_ answer: String) throws -> Int32? {
      try project.root.write(answer, "answer.json")
      return try project.conductor("check", "response", "answer.json").exit
    }
    #expect(try exit(#"{"analysis": "fine", "commands": ["ls"], "receipts": []}"#) == 0)
    #expect(try exit(#"{"analysis": "payments", "commands": [], "receipts": []}"#) == 2)
    #expect(
      try exit(#"{"analysis": {"a": {"b": ["payments"]}}, "commands": [], "receipts": []}"#) == 2)
    #expect(try exit(#"{"analysis": "", "commands": [{"run": "git push"}], "receipts": []}"#) == 2)
    #expect(try exit(#"{"analysis": "", "commands": ["rm x"], "receipts": []}"#) == 6)
  }

  @Test func theReceiptsOfAnAnswerAreLookedForAsASubmissionDoes() throws {
    let project = try Project.withHouse()
    let work = Project.receiptsPath + "/work"
    try project.root.write("kept\n", work + "/r.txt")
    try project.root.write("kept\n", "r.txt")
    func run(_ receipt: String, _ flags: String...) throws -> Run {
      try project.root.write(
        #"{"analysis": "fine", "commands": [], "receipts": [\#(receipt)]}"#, "answer.json")
      return try project.conductor(["check", "response", "answer.json"] + flags)
    }
    #expect(try run("\"\(work)/r.txt\"").exit == 0)
    for receipt in [
      "../x", "/etc/passwd", "r.txt", work + "/none.txt", work, work + "/../../../../r.txt",
    ] {
      let refused = try run("\"\(receipt)\"")
      #expect(refused.exit == 65 && refused.err.contains("/receipts/0"), "\(receipt) \(refused)")
    }
    let wrong = String(repeating: "0", count: 64)
    let digest = try run(#"{"path": "\#(work)/r.txt", "sha256": "\#(wrong)"}"#)
    #expect(digest.exit == 65 && digest.err.contains("has the digest"), "\(digest)")
    // Where the item is claimed, its claim says which directory counts.
    let claim = try project.conductor("next", "--item", "B", "--receipts-dir", "own")
    #expect(claim.exit == 0, "\(claim)")
    try project.root.write("kept\n", "own/r.txt")
    #expect(try run("\"own/r.txt\"", "--item", "B").exit == 0)
    #expect(try run("\"own/r.txt\"").exit == 65)
  }

  @Test func everyFaultOfAnAnswerIsNamedAtOnce() throws {
    let project = try Project.withHouse()
    try project.root.write(
      """
      { "analysis": 7,
        "commands": ["ls", {"why": "x"}, 5] }
      """, "answer.json")
    let run = try project.conductor("check", "response", "answer.json", "--json")
    #expect(run.exit == 65, "\(run)")
    #expect(run.json?["reasons"]?.elements.count == 4, "\(run)")
    #expect(run.json?["reasons"]?.codes.allSatisfy { $0 == "answer-invalid" } == true)
    for part in ["/analysis: must be", "receipts is missing", "answer.json:2:"] {
      #expect(run.out.contains(part), "\(part) \(run)")
    }
    try project.root.write("not JSON", "answer.json")
    #expect(try project.conductor("check", "response", "answer.json").exit == 65)
    #expect(try project.conductor("check", "response", "none.json").exit == 66)
    let piped = try project.shell(
      #"echo '{"analysis":"","commands":["git push"],"receipts":[]}' | $CONDUCTOR check response -"#
    )
    #expect(piped.exit == 2, "\(piped)")
  }

  // MARK: check env

  @Test func theEnvironmentIsTold() throws {
    let project = try Project.withHouse()
    func told(_ line: String) throws -> (Int32?, String) {
      let run = try project.conductor("check", "env", "--", line)
      return (run.exit, run.lines.first ?? "")
    }
    #expect(try told("heroku run -a site bash") == (0, "production"))
    #expect(try told("heroku logs --app=site-staging") == (0, "staging"))
    #expect(try told("ls") == (0, "none"))
    let both = try told("heroku run -a site -a site-staging bash")
    #expect(both.0 == 2 && both.1.hasPrefix("ambiguous"), "\(both)")
    let json = try project.conductor("check", "env", "--json", "--", "heroku run -a site x")
    #expect(json.json?["environment"]?.string("name") == "production", "\(json)")
  }
}
