import JSONText
import TestSupport
import Testing

/// What comes of an agent's answer: its form, its receipts, what it proposes, and the record of each.
@Suite struct SubmitTests {
  private static let work = "\(Project.receiptsPath)/work"
  private static let fine = #"{"analysis": "fine", "commands": [], "receipts": []}"#

  /// A project with one claimed item.
  private func claimed(rules: String? = nil) throws -> Project {
    let project = try Project(items: [Project.item("A")])
    if let rules { try project.root.write(rules, Project.configurationPath) }
    let run = try project.conductor("next", "--agent", "codex")
    #expect(run.exit == 0, "\(run)")
    try project.root.makeDirectory(Self.work)
    return project
  }

  private func submit(_ project: Project, _ answer: String, _ more: String...) throws -> Run {
    try project.root.write(answer, "answer.json")
    return try project.conductor(["submit", "A", "--response", "answer.json"] + more)
  }

  private func faults(_ run: Run) -> [String] {
    run.json?["faults"]?.elements.compactMap { $0.string("pointer") } ?? []
  }

  // MARK: Form

  @Test func aGoodAnswerIsAcceptedAndRecorded() throws {
    let project = try claimed()
    let before = try project.backlog()
    try project.root.write("done\n", "\(Self.work)/note.txt")
    let answer = """
      {"analysis": {"summary": "fine"}, "commands": ["ls", {"run": "pwd", "why": "to see", "cwd": "."}],
       "receipts": ["\(Self.work)/note.txt"], "more": 1}
      """
    let run = try submit(project, answer, "--json")
    #expect(run.exit == 0 && run.json?.string("outcome") == "accepted", "\(run)")
    #expect(run.json?.string("format") == "conductor/submission/1")
    #expect(run.json?["claim"]?["number"]?.integer == 1)
    #expect(run.json?["faults"]?.elements.isEmpty == true)
    let receipt = try project.lastReceipt("submission")
    #expect(receipt.string("outcome") == "accepted" && receipt.string("agent") == "codex")
    #expect(receipt.string("item") == "A" && receipt["claim"]?["number"]?.integer == 1)
    #expect(receipt["answer"]?.string("text") == answer)
    #expect(receipt["answer"]?["size"]?.integer == answer.utf8.count)
    #expect(receipt["answer"]?.string("sha256")?.count == 64)
    #expect(receipt["guardrails"]?.string("receipts_dir") == Self.work)
    let left = try #require(receipt["receipts"]?.elements.first)
    #expect(left.string("path") == "\(Self.work)/note.txt" && left["size"]?.integer == 5)
    #expect(try project.backlog() == before, "an answer changes nothing of the backlog")
    try project.expectWhole()
  }

  @Test(
    arguments: [
      (#"{"analysis": "", "commands": []}"#, [""]),
      (#"{}"#, ["", "", ""]),
      (
        #"{"analysis": 7, "commands": {}, "receipts": [1]}"#,
        ["/analysis", "/commands", "/receipts/0"]
      ),
      (
        #"{"analysis": "", "commands": [{"why": "x"}, {"run": 1}, "ls"], "receipts": [{"path": "a", "sha256": "b"}]}"#,
        ["/commands/0", "/commands/1/run", "/receipts/0/sha256"]
      ),
      (#"Here: {"analysis": "", "commands": [], "receipts": []}"#, [""]),
      (#"{"analysis": "", "commands": [], "receipts": []} Done."#, [""]),
      ("```json\n{\"analysis\": \"\", \"commands\": [], \"receipts\": []}\n```", [""]),
      (
        #"{"analysis": "", "commands": [], "receipts": []} {"analysis": "", "commands": [], "receipts": []}"#,
        [""]
      ),
      (#"{"analysis": "", "analysis": "", "commands": [], "receipts": []}"#, [""]),
      ("", [""]), ("[]", [""]),
    ] as [(String, [String])])
  func aFaultyAnswerIsRefusedWithEveryFaultAtItsPlace(answer: String, pointers: [String]) throws {
    let project = try claimed()
    let run = try submit(project, answer, "--json")
    #expect(run.exit == 65 && run.json?.string("outcome") == "refused", "\(run)")
    #expect(faults(run) == pointers, "\(run)")
    #expect(run.json?["reasons"]?.codes.allSatisfy { $0 == "answer-invalid" } == true)
    let receipt = try project.lastReceipt("submission")
    #expect(receipt.string("outcome") == "refused")
    #expect(receipt["faults"]?.elements.count == pointers.count)
    #expect(receipt["answer"]?.string("text") == answer)
    try project.expectWhole()
  }

  @Test func aFaultIsToldWithFileLineColumnAndPointer() throws {
    let run = try submit(
      try claimed(), "{\"analysis\": \"\",\n  \"commands\": 5, \"receipts\": []}")
    #expect(run.exit == 65)
    #expect(
      run.lines.contains { $0.contains("answer.json:2:15: /commands: must be an array") }, "\(run)")
  }

  @Test func aByteOrderMarkAndForeignLineEndingsAreNoFault() throws {
    let project = try claimed()
    let answer = "\u{FEFF}{\"analysis\": \"\",\r\n\"commands\": [],\r\n\"receipts\": []}\r\n"
    #expect(try submit(project, answer).exit == 0)
  }

  @Test func anAnswerIsReadFromStandardInput() throws {
    let project = try claimed()
    #expect(
      try project.shell("echo '\(Self.fine)' | $CONDUCTOR submit A --response -").exit == 0)
    let empty = try project.shell("$CONDUCTOR submit A --response - < /dev/null")
    #expect(empty.exit == 65 && empty.out.contains("standard input:1:1"), "\(empty)")
    #expect(try project.conductor("submit", "A", "--response", "none.json").exit == 66)
    #expect(try project.conductor("submit", "A").exit == 64)
  }

  @Test func anAnswerOfTwentyMegabytesIsNotRead() throws {
    let project = try claimed()
    let big = #"{"analysis": ""# + String(repeating: "x", count: 20 << 20)
    let run = try submit(project, big + #"", "commands": [], "receipts": []}"#)
    #expect(run.exit == 65 && run.err.contains("16 MB"), "\(run.err)")
  }

  @Test func aLongAnswerIsRecordedInPart() throws {
    let project = try claimed()
    let long = String(repeating: "ä", count: 700_000)
    let run = try submit(project, #"{"analysis": "\#(long)", "commands": [], "receipts": []}"#)
    #expect(run.exit == 0, "\(run.err)")
    let answer = try #require(try project.lastReceipt("submission")["answer"])
    #expect(answer["cut"]?.bool == true)
    #expect((answer.string("text")?.utf8.count ?? 0) <= 1 << 20)
    try project.expectWhole()
  }

  @Test func secretsOfAnAnswerAreNotRecorded() throws {
    let project = try claimed()
    let secret = "ghp_" + String(repeating: "a1B2", count: 9)
    let run = try submit(
      project, #"{"analysis": "the token is \#(secret)", "commands": [], "receipts": []}"#)
    #expect(run.exit == 0, "\(run)")
    let paths = project.receiptPaths()
    for path in paths {
      let text = try project.root.text(path)
      #expect(!text.contains(secret))
    }
  }

  // MARK: Receipts

  @Test func receiptsCountOnlyInsideOfTheirDirectory() throws {
    let project = try claimed()
    let root = project.root
    try root.write("in", "\(Self.work)/sub/in.txt")
    try root.write("out", "out.txt")
    try root.link("\(Self.work)/link.txt", to: "../../../../out.txt")
    try root.link("\(Self.work)/up", to: "../../../..")
    try root.link("\(Self.work)/sub/alias.txt", to: "in.txt")
    let stated = [
      ("\(Self.work)/sub/in.txt", true), ("\(Self.work)/./sub/../sub/in.txt", true),
      (root.place("\(Self.work)/sub/in.txt"), true), ("\(Self.work)/sub/alias.txt", true),
      ("out.txt", false), ("\(Self.work)/../../../../out.txt", false),
      (root.place("out.txt"), false), ("\(Self.work)/link.txt", false),
      ("\(Self.work)/up/out.txt", false), ("\(Self.work)/none.txt", false),
      (Self.work, false), ("\(Self.work)/sub", false), ("sub/in.txt", false), ("", false),
    ]
    let paths = stated.map { "\"\($0.0)\"" }.joined(separator: ", ")
    let answer = #"{"analysis": "", "commands": [], "receipts": [\#(paths)]}"#
    let run = try submit(project, answer, "--json")
    #expect(run.exit == 65)
    let wrong = stated.dropLast().indices.filter { !stated[$0].1 }.map { "/receipts/\($0)" }
    #expect(faults(run) == ["/receipts/13"], "the schema speaks first: \(run)")
    let rest = stated.dropLast().map { "\"\($0.0)\"" }.joined(separator: ", ")
    let second = try submit(
      project, #"{"analysis": "", "commands": [], "receipts": [\#(rest)]}"#, "--json")
    #expect(second.exit == 65 && faults(second) == wrong, "\(second)")
    #expect(second.json?["receipts"]?.elements.count == 4)
    for word in ["outside of the receipts directory", "is not there", "is a directory"] {
      #expect(second.out.contains(word), "\(word) \(second)")
    }
  }

  @Test func aReceiptsDirectoryThatIsALinkOutOfTheProjectHoldsNoReceipt() throws {
    let project = try claimed()
    try project.home.write("x", "elsewhere/x.txt")
    try project.shell("rm -r \(Self.work) && ln -s \(project.home.path)/elsewhere \(Self.work)")
    let run = try submit(
      project, #"{"analysis": "", "commands": [], "receipts": ["\#(Self.work)/x.txt"]}"#, "--json")
    #expect(run.exit == 65 && run.out.contains("leads out of the project"), "\(run)")
  }

  @Test func aStatedDigestMustBeThatOfTheReceipt() throws {
    let project = try claimed()
    try project.root.write("abc", "\(Self.work)/a.txt")
    let digest = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"
    func exit(_ digest: String) throws -> Int32? {
      try submit(
        project,
        #"{"analysis": "", "commands": [], "receipts": [{"path": "\#(Self.work)/a.txt", "sha256": "\#(digest)"}]}"#
      ).exit
    }
    #expect(try exit(digest) == 0)
    #expect(try exit(digest.lowercased()) == 0)
    #expect(try exit(digest.replacing("BA", with: "AB")) == 65)
  }

  @Test func aPipeInPlaceOfAReceiptIsRefusedWithoutWaiting() throws {
    let project = try claimed()
    try project.root.makePipe("\(Self.work)/pipe")
    let run = try submit(
      project, #"{"analysis": "", "commands": [], "receipts": ["\#(Self.work)/pipe"]}"#)
    #expect(run.exit == 65, "\(run)")
  }

  // MARK: Rules

  @Test func whatTheRulesSayOfTheCommandsCounts() throws {
    let project = try Project.withHouse()
    #expect(try project.conductor("next", "--item", "B").exit == 0)
    func run(_ command: String) throws -> Run {
      try project.root.write(
        #"{"analysis": "", "commands": ["\#(command)"], "receipts": []}"#, "answer.json")
      return try project.conductor("submit", "B", "--response", "answer.json")
    }
    let accepted = try run("ls")
    #expect(accepted.exit == 0, "\(accepted)")
    let denied = try run("curl https://a.example")
    #expect(denied.exit == 2 && denied.out.contains("deny"), "\(denied)")
    #expect(try project.receipts("stop").isEmpty)
    let asked = try run("rm -r x")
    #expect(asked.exit == 6 && asked.lines.first?.hasPrefix("asked") == true, "\(asked)")
    #expect(try project.lastReceipt("submission").string("outcome") == "asked")
    let stopped = try run("git push origin")
    #expect(stopped.exit == 2)
    for part in ["house/no-push", "git push origin", "People push.", "Leave a branch.", "Alice"] {
      #expect(stopped.out.contains(part), "\(part) \(stopped)")
    }
    let receipt = try project.lastReceipt("submission")
    #expect(receipt["reasons"]?.codes == ["rule-stop"])
    #expect(receipt["rules"]?["stopped"]?.integer == 1)
    let stop = try project.lastReceipt("stop")
    #expect(stop.string("item") == "B" && stop.string("escalate_to") == "Alice")
    #expect(stop["trigger"]?.string("kind") == "response")
    try project.expectWhole()
  }

  @Test func aSuggestedMigrationInTheAnalysisIsRefused() throws {
    let project = try claimed(rules: #"{ "version": 1, "rules": ["alembic"] }"#)
    for answer in [
      #"{"analysis": "then op.add_column('users', c)", "commands": [], "receipts": []}"#,
      #"{"analysis": "", "commands": [], "receipts": [], "notes": "op.add_column('users', c)"}"#,
      #"{"analysis": "", "commands": [{"run": "ls", "why": "op.add_column(x)"}], "receipts": []}"#,
    ] {
      let run = try submit(project, answer, "--json")
      #expect(run.exit == 2, "\(run)")
      let rules = run.json?["rules"]?.elements.compactMap { $0.string("rule") } ?? []
      #expect(rules.contains("alembic/suggested-migration"), "\(run)")
    }
  }

  @Test func aCommandIsJudgedAsStartingWhereItSays() throws {
    let project = try Project.withHouse()
    #expect(try project.conductor("next", "--item", "B").exit == 0)
    try project.root.write("#!/bin/sh\ngit push\n", "tools/go.sh")
    func exit(_ directory: String) throws -> Int32? {
      try project.root.write(
        #"{"analysis": "", "commands": [{"run": "sh ./go.sh", "cwd": "\#(directory)"}], "receipts": []}"#,
        "answer.json")
      return try project.conductor("submit", "B", "--response", "answer.json").exit
    }
    #expect(try exit("tools") == 2)
    #expect(try exit(project.root.place("tools")) == 2)
    #expect(try exit(".") == 6, "there is no such script here")
    #expect(try exit("..") == 65)
    #expect(try exit("/") == 65)
    try project.root.link("away", to: "/")
    #expect(try exit("away/tmp") == 65)
  }

  @Test func aSchemaOfARuleSetNarrowsTheAnswer() throws {
    let response = #"{"properties": {"analysis": {"type": "object", "required": ["risks"]}}}"#
    let project = try Project.ruled(
      [Project.item("A")], by: HouseRules.text(more: #", "response": \#(response)"#))
    try project.conductor("next")
    let run = try submit(project, Self.fine, "--json")
    #expect(run.exit == 65 && faults(run) == ["/analysis"], "\(run)")
    let missing = try submit(
      project, #"{"analysis": {}, "commands": [], "receipts": []}"#, "--json")
    #expect(missing.exit == 65 && missing.out.contains("risks is missing"), "\(missing)")
    let good = #"{"analysis": {"risks": []}, "commands": [], "receipts": []}"#
    #expect(try submit(project, good).exit == 0)
    try project.root.write(Self.fine, "answer.json")
    #expect(try project.conductor("check", "response", "answer.json").exit == 65)
    let broken = HouseRules.text(more: #", "response": {"propertees": {}}"#)
    try project.root.write(broken, HouseRules.path)
    let refused = try submit(project, good)
    #expect(refused.exit == 78 && refused.err.contains("properties"), "\(refused)")
  }

  @Test func nothingOfAnAnswerIsRun() throws {
    let project = try claimed()
    let before = try project.root.tree()
    let run = try project.shell(
      """
      echo '{"analysis": "", "commands": ["touch made-by-answer", {"run": "touch made-too"}],
      "receipts": []}' | $CONDUCTOR submit A --response -
      """)
    #expect(run.exit == 0, "\(run)")
    let new = Set(try project.root.tree().keys).subtracting(before.keys)
    #expect(!new.contains { $0.contains("made") }, "\(new)")
  }

  // MARK: Claims

  @Test func onlyTheHolderOfTheClaimIsHeard() throws {
    let project = try claimed()
    let stale = try submit(project, Self.fine, "--json", "--claim", "2")
    #expect(stale.exit == 2 && stale.json?["reasons"]?.codes == ["stale-claim"], "\(stale)")
    let record = try project.lastReceipt("submission")
    #expect(record.string("outcome") == "refused" && record["claim"]?.isNull == true)
    #expect(record["stated_claim"]?.integer == 2)
    #expect(try project.conductor("release", "A").exit == 0)
    let free = try submit(project, Self.fine, "--json")
    #expect(free.exit == 2 && free.json?["reasons"]?.codes == ["not-claimed"], "\(free)")
    #expect(try project.conductor("submit", "Z", "--response", "answer.json").exit == 3)
    #expect(try project.conductor("next").exit == 0)
    let unsaid = try submit(project, Self.fine)
    #expect(unsaid.exit == 64 && unsaid.err.contains("--claim"), "\(unsaid)")
    #expect(try submit(project, Self.fine, "--claim", "2").exit == 0)
    try project.expectWhole()
  }

  @Test func aPlantedClaimReceiptLendsNoLimits() throws {
    let project = try claimed()
    let path = try #require(project.receiptPaths().first)
    try project.root.write(
      try project.root.text(path).replacing("/work\"", with: "\""), path)
    let run = try submit(project, Self.fine, "--json")
    #expect(run.exit == 2 && run.json?["reasons"]?.codes == ["claim-unrecorded"], "\(run)")
  }
}
