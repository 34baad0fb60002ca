import JSONText
import TestSupport
import Testing

/// The lies of docs/lying-agents.md, told to a loop by the agent that it runs.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct LoopLyingAgentTests {
  private func run(_ lied: LiedProject, applies: Bool) throws -> Run {
    try lied.loop.loop(
      (applies ? ["--apply"] : []) + ["--max-cycles", "1"],
      with: ["ROOT": lied.project.root.path])
  }

  @Test(
    "Honest work is closed, or proposed where it is not to be applied", arguments: [true, false])
  func honest(applies: Bool) throws {
    let lied = try LiedProject(.none)
    let run = try run(lied, applies: applies)
    #expect(run.exit == 0, "\(run)")
    #expect(try lied.loop.status("A") == (applies ? "done" : "proposed"))
    #expect(try lied.loop.events().allSatisfy { $0["alert"]?.bool == false })
    try lied.loop.expectQuiet()
  }

  @Test(
    "No lie is closed or proposed; report, receipt and alarm tell its reason",
    arguments: Lie.all, [true, false])
  func told(_ lie: Lie, applies: Bool) throws {
    let lied = try LiedProject(lie)
    let run = try run(lied, applies: applies)
    let wanted = (applies ? nil : lie.apart) ?? (lie.code, lie.exit, lie.alert)
    #expect(run.exit == wanted.exit, "\(run)")
    #expect(try lied.loop.status("A") == "pending", "\(run)")
    #expect(try lied.loop.outcomes() == ["failed"])
    #expect(try lied.loop.eventNames().contains("executor-ended"), "the agent never ran: \(run)")
    let cycle = try #require(try lied.loop.report()["cycles"]?.elements.first)
    #expect(cycle["reasons"]?.codes.contains(wanted.code) == true, "\(run)")
    #expect(cycle["exit"]?.integer == Int(wanted.exit))
    let released = try lied.project.lastReceipt("release")
    #expect(released["reasons"]?.codes.first == "released")
    #expect(released["reasons"]?.codes.contains(wanted.code) == true)
    let alerts = try lied.loop.events().filter { $0["alert"]?.bool == true }
      .compactMap { $0.string("event") }
    #expect(Set(alerts) == Set([wanted.alert, "run-failed"].compactMap { $0 }), "\(alerts)")
    if !lie.spoilsRecords { try lied.loop.expectQuiet() }
  }

  @Test(
    "An agent can neither close nor give back the claim that its loop keeps",
    arguments: [true, false])
  func ownClaim(applies: Bool) throws {
    let lie = Lie(
      name: "closes and gives back its own claim",
      deed: """
        work; cd "$ROOT"; work
        "\(Program.path)" close A --json > "$HOME/close"
        "\(Program.path)" release A --json > "$HOME/release"
        """, code: "claim-supervised", exit: 2)
    let lied = try LiedProject(lie)
    let run = try run(lied, applies: applies)
    let closed = try Document(Bytes(lied.project.home.bytes("close"))).root
    #expect(closed["reasons"]?.codes == [lie.code], "\(run)")
    let released = try Document(Bytes(lied.project.home.bytes("release"))).root
    #expect(released["reasons"]?.codes == ["operator-only"], "\(run)")
    #expect(run.exit == 0, "\(run)")
    #expect(try lied.loop.status("A") == (applies ? "done" : "proposed"))
    try lied.loop.expectQuiet()
  }

  @Test("A change of what is the operator's ends the run, and the next item is not handed out")
  func ends() throws {
    let lied = try LiedProject(
      Lie(
        name: "touches consent", deed: "work; echo >> \"$ROOT/\(Project.consentPath)\"",
        code: "protected-change", exit: 2))
    let run = try lied.loop.loop("--apply", with: ["ROOT": lied.project.root.path])
    #expect(run.exit == 2, "\(run)")
    #expect(try lied.loop.outcomes() == ["failed"])
    #expect(try lied.loop.report()["reasons"]?.codes == ["protected-change"])
    #expect(try lied.loop.status("B") == "pending")
  }
}
