import JSONText
import TestSupport
import Testing

/// Agents that say they are done and are not: each lie of docs/lying-agents.md, told by hand to the built program. The
/// same lies are told to a loop in `LoopLyingAgentTests`.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct LyingAgentTests {
  @Test("Honest work is closed, so that what is refused is refused for its lie") func honest()
    throws
  {
    let lied = try LiedProject(.none)
    #expect(try lied.tellByHand(.none).exit == 0)
    let verified = try lied.conductor("verify", "A")
    #expect(verified.exit == 0, "\(verified)")
    let closed = try lied.conductor("close", "A")
    #expect(closed.exit == 0, "\(closed)")
    #expect(try lied.loop.status("A") == "done")
    #expect(try lied.project.item("A")["claim"] == nil)
    try lied.project.expectWhole()
  }

  @Test("No lie is closed, and the item stays claimed", arguments: Lie.all) func told(_ lie: Lie)
    throws
  {
    let lied = try LiedProject(lie)
    let submitted = try lied.tellByHand(lie)
    if submitted.exit == 0 {
      try expectRefused(lie.code, exit: lie.exit, in: lied)
    } else {
      try expectRefusal(submitted, lie.code, exit: lie.exit)
    }
    #expect(try lied.loop.status("A") == "in_progress")
  }

  private func expectRefused(
    _ code: String, exit: Int32, in lied: LiedProject,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for command in ["verify", "close"] {
      try expectRefusal(
        lied.conductor(command, "A", "--json"), code, exit: exit, sourceLocation: sourceLocation)
    }
    #expect(try lied.loop.status("A") == "in_progress", sourceLocation: sourceLocation)
  }

  /// Expects that a command refuses for this reason among those that it tells.
  private func expectRefusal(
    _ run: Run, _ code: String, exit: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let codes = run.json?["reasons"]?.codes ?? []
    #expect(run.exit == exit, "\(run)", sourceLocation: sourceLocation)
    #expect(codes.contains(code), "\(codes) \(run)", sourceLocation: sourceLocation)
    #expect(run.json?["exit"]?.integer == Int(exit), sourceLocation: sourceLocation)
  }

  // MARK: What takes more than one step

  /// A project in which the honest work on the first item is done.
  private func worked() throws -> LiedProject {
    let lied = try LiedProject(.none)
    try #require(try lied.tellByHand(.none).exit == 0)
    return lied
  }

  @Test("As many lines as are allowed are no lie") func exactlyTheLimit() throws {
    let lied = try worked()
    try lied.project.root.write((0..<7).map { "new \($0)\n" }.joined(), "src/code.txt")
    #expect(
      try lied.conductor("verify", "A").exit == 0,
      "seven added and three deleted are the ten that are allowed")
  }

  @Test("What changes after the verification is verified anew") func changedAfterwards() throws {
    let lied = try worked()
    #expect(try lied.conductor("verify", "A").exit == 0)
    try lied.project.root.write("no longer\n", "test.sh")
    try expectRefusal(lied.conductor("close", "A", "--json"), "test-failed", exit: 1)
    #expect(try lied.loop.status("A") == "in_progress")
  }

  @Test("A receipt that goes after the verification is missed at the close") func receiptDeleted()
    throws
  {
    let receipt = Project.receiptsPath + "/work/ran.txt"
    let lie = Lie(
      name: "removes its receipt later", deed: "work; echo ran > \"$RECEIPTS/ran.txt\"",
      answer: #"{ "analysis": "done", "commands": [], "receipts": ["\#(receipt)"] }"#,
      code: "receipt-missing", exit: 1)
    let lied = try LiedProject(lie)
    #expect(try lied.tellByHand(lie).exit == 0)
    #expect(try lied.conductor("verify", "A").exit == 0)
    lied.project.root.remove(receipt)
    try expectRefused(lie.code, exit: lie.exit, in: lied)
  }

  @Test("A flood of output is cut, and the status decides") func flood() throws {
    let lied = try worked()
    try lied.project.root.write("yes flood | head -c 30000000\n", "test.sh")
    let fine = try lied.conductor("verify", "A", "--json")
    #expect(fine.exit == 0, "\(fine.err)")
  }

  @Test("A late close of an old claim is refused") func lateClose() throws {
    let lied = try worked()
    #expect(try lied.conductor("verify", "A").exit == 0)
    try lied.conductor("release", "A")
    try lied.conductor("next", "--item", "A")
    let run = try lied.conductor("close", "A", "--claim", "1", "--json")
    #expect(run.exit == 2, "\(run)")
    #expect(run.err.contains("claim 1") || run.out.contains("claim 1"), "\(run)")
    #expect(try lied.loop.status("A") == "in_progress")
  }
}
