import JSONText
import TestSupport
import Testing

/// Agents that say they are done and are not: each lie of docs/lying-agents.md, told to the built program.
///
/// Every test is an honest piece of work with one lie in it; what is refused is refused for that lie and for nothing
/// else, which the first test makes sure of.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct LyingAgentTests {
  private let project: Project
  private static let tools: [String: String?] = ["PATH": Project.toolsPath]

  init() throws {
    project = try Project(items: [Self.item("A"), Self.item("B")])
    try project.root.write("one\ntwo\nthree\n", "src/code.txt")
    try project.root.write("test -s src/code.txt\n", "test.sh")
    try project.root.write(
      #"{ "version": 1, "defaults": { "test_timeout": "30s" } }"#, Self.configuration)
    try project.root.write(#"{ "notes": "Nothing runs unattended." }"#, Project.consentPath)
    try project.root.write(
      #"""
      { "ruleset": "house", "version": "1", "language": 1,
        "rules": [ { "id": "no-keys", "phase": "diff", "when": { "path": "*.key" }, "verdict": "deny",
          "because": "Keys stay out.", "match": ["a.key"], "not_match": ["a.txt"] } ] }
      """#, HouseRules.path)
    try project.git("init", "-q", "-b", "main")
    try project.git("add", "-A")
    try project.git("commit", "-q", "-m", "first")
    try #require(try conductor("next", "--item", "A").exit == 0)
  }

  private static let configuration = "docs/automation/conductor.json"

  private static func item(_ id: String) -> String {
    Project.item(id, more: #", "diff_limit": 10, "tests": ["sh test.sh"]"#)
  }

  @discardableResult
  private func conductor(_ arguments: String...) throws -> Run {
    try project.conductor(arguments, with: Self.tools)
  }

  /// What the honest part of the work changes: three lines added.
  private func work() throws {
    try project.root.write("one\ntwo\nthree\nfour\nfive\nsix\n", "src/code.txt")
  }

  /// Expects that verification and close both refuse, for this reason among those that are told, and that the item
  /// stays claimed.
  private func expectRefused(
    _ code: String, exit: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in ["verify", "close"] {
      let run = try conductor(command, "A", "--json")
      let codes = run.json?["reasons"]?.codes ?? []
      #expect(run.exit == exit, "\(command) \(run)", sourceLocation: sourceLocation)
      #expect(codes.contains(code), "\(command) \(codes) \(run)", sourceLocation: sourceLocation)
      #expect(run.json?["exit"]?.integer == Int(exit), sourceLocation: sourceLocation)
    }
    #expect(try project.item("A").string("status") == "in_progress", sourceLocation: sourceLocation)
  }

  @Test func honestWorkIsClosed() throws {
    try work()
    let verified = try conductor("verify", "A")
    #expect(verified.exit == 0, "\(verified)")
    let closed = try conductor("close", "A")
    #expect(closed.exit == 0, "\(closed)")
    #expect(try project.item("A").string("status") == "done")
    #expect(try project.item("A")["claim"] == nil)
    try project.expectWhole()
  }

  @Test func doneWithoutAnyChange() throws { try expectRefused("nothing-changed", exit: 1) }

  @Test func oneLineOverTheLimit() throws {
    try project.root.write((0..<7).map { "new \($0)\n" }.joined(), "src/code.txt")
    #expect(
      try conductor("verify", "A").exit == 0,
      "seven added and three deleted are the ten that are allowed")
    try project.root.write((0..<8).map { "new \($0)\n" }.joined(), "src/code.txt")
    try expectRefused("diff-limit", exit: 1)
  }

  @Test func theChangeIsHiddenFromGit() throws {
    let lines = (0..<11).map { "new \($0)\n" }.joined()
    try project.root.write(lines, "src/hidden.txt")
    try project.root.write("src/hidden.txt\n", ".git/info/exclude")
    try expectRefused("diff-limit", exit: 2)
  }

  @Test func theTestsAreMadeEasier() throws {
    try work()
    try project.root.write(
      #"{ "version": 1, "defaults": { "test_timeout": "30s", "tests": ["true"] } }"#,
      Self.configuration)
    try expectRefused("protected-change", exit: 2)
  }

  @Test func theItemIsMadeEasier() throws {
    try work()
    try project.root.exchange(
      #""tests": ["sh test.sh"]"#, for: #""tests": []"#, in: Project.backlogPath)
    try expectRefused("protected-change", exit: 2)
  }

  @Test func aReceiptLiesElsewhere() throws {
    try work()
    try project.root.write("ran\n", "elsewhere.txt")
    try project.home.write(
      #"{ "analysis": "done", "commands": [], "receipts": ["elsewhere.txt", "../x.txt"] }"#,
      "answer.json")
    let run = try conductor(
      "submit", "A", "--response", project.home.place("answer.json"), "--json")
    #expect(run.exit == 65, "\(run)")
    #expect(run.json?["faults"]?.elements.count == 2, "\(run)")
  }

  @Test(arguments: [
    Project.consentPath, HouseRules.path, Project.ciPath, ".git/hooks/pre-commit", ".git/config",
  ])
  func whatIsTheOperatorsIsTouched(_ path: String) throws {
    try work()
    try project.root.append("\n", path)
    try expectRefused("protected-change", exit: 2)
  }

  @Test func theRecordIsTouched() throws {
    try work()
    let ledger = try #require(
      project.root.files(Project.receiptsPath).first { $0.hasSuffix(".sha256") })
    try project.root.append(String(repeating: "0", count: 64) + "  2026-11/planted.json\n", ledger)
    try expectRefused("protected-change", exit: 2)
  }

  @Test func somethingIsChangedAfterTheVerification() throws {
    try work()
    #expect(try conductor("verify", "A").exit == 0)
    try project.root.write("no longer\n", "test.sh")
    let run = try conductor("close", "A", "--json")
    #expect(run.exit == 1, "\(run)")
    #expect(run.json?["reasons"]?.codes.contains("test-failed") == true, "\(run)")
    #expect(try project.item("A").string("status") == "in_progress")
  }

  @Test func itsReceiptsAreDeleted() throws {
    try work()
    let receipt = Project.receiptsPath + "/work/ran.txt"
    try project.root.write("ran\n", receipt)
    try project.home.write(
      #"{ "analysis": "done", "commands": [], "receipts": ["\#(receipt)"] }"#, "answer.json")
    let run = try conductor("submit", "A", "--response", project.home.place("answer.json"))
    try #require(run.exit == 0, "\(run)")
    #expect(try conductor("verify", "A").exit == 0)
    project.root.remove(receipt)
    try expectRefused("receipt-missing", exit: 1)
  }

  @Test func theClaimsReceiptIsDeleted() throws {
    try work()
    let path = try #require(project.receiptPaths().first)
    project.root.remove(path)
    let run = try conductor("close", "A", "--json")
    #expect(run.exit == 2, "\(run)")
    #expect(try project.item("A").string("status") == "in_progress")
  }

  @Test func aLinkLeadsOut() throws {
    try work()
    try project.shell("ln -s \(project.home.path) src/out")
    try expectRefused("unmeasured", exit: 6)
  }

  @Test func aTestThatHangs() throws {
    try project.root.write(
      #"{ "version": 1, "defaults": { "test_timeout": "1s" } }"#, Self.configuration)
    try project.git("commit", "-q", "-am", "shorter")
    try conductor("release", "A")
    try conductor("next", "--item", "A")
    try work()
    try project.root.write("sleep 600\n", "test.sh")
    let run = try conductor("verify", "A", "--claim", "2", "--json")
    #expect(run.exit == 1, "\(run)")
    #expect(run.json?["reasons"]?.codes.contains("test-timed-out") == true, "\(run)")
  }

  @Test func aTestThatLeavesSomethingRunning() throws {
    try work()
    try project.root.write(
      "setsid sleep 600 </dev/null >/dev/null 2>&1 &\ntest -s src/code.txt\n", "test.sh")
    try expectRefused("test-left-running", exit: 1)
  }

  @Test func aFloodOfOutputIsCutAndTheStatusDecides() throws {
    try work()
    try project.root.write("yes flood | head -c 30000000\n", "test.sh")
    let fine = try conductor("verify", "A", "--json")
    #expect(fine.exit == 0, "\(fine.err)")
    try project.root.write("yes flood | head -c 30000000; exit 3\n", "test.sh")
    try expectRefused("test-failed", exit: 1)
  }

  @Test func theTestsChangeWhatTheyTest() throws {
    try work()
    try project.root.write("echo more >> src/code.txt\n", "test.sh")
    try expectRefused("tree-changed", exit: 1)
  }

  @Test func aLateCloseOfAnOldClaim() throws {
    try work()
    #expect(try conductor("verify", "A").exit == 0)
    try conductor("release", "A")
    try conductor("next", "--item", "A")
    let run = try conductor("close", "A", "--claim", "1", "--json")
    #expect(run.exit == 2, "\(run)")
    #expect(run.err.contains("claim 1") || run.out.contains("claim 1"), "\(run)")
    #expect(try project.item("A").string("status") == "in_progress")
  }

  @Test func whatTheRulesForbid() throws {
    try work()
    try project.root.write("k\n", "src/my.key")
    try expectRefused("rule-deny", exit: 2)
  }
}

extension Folder {
  /// Puts text behind a file, which is made where it is not there.
  fileprivate func append(_ text: String, _ name: String) throws {
    try write((holds(name) ? self.text(name) : "") + text, name)
  }

  /// Puts one text in the place of another, wherever it stands in a file.
  fileprivate func exchange(_ old: String, for new: String, in name: String) throws {
    let before = try text(name)
    try #require(before.contains(old))
    try replace(before.replacing(old, with: new), name)
  }
}
