import JSONText
import TestSupport
import Testing

/// Agents that fail, each in a way of its own, and what is learnt from it.
@Suite struct LoopFailureTests {
  private func reasons(_ loop: LoopProject) throws -> [String] {
    try loop.report()["cycles"]?.elements.first?["reasons"]?.codes ?? []
  }

  @Test(
    "Each way to fail has a name of its own",
    arguments: [
      ("exit 3", "agent-failed"), ("kill -9 $$", "agent-killed"), ("exit 0", "agent-silent"),
      ("echo I am done", "agent-no-answer"), ("sleep 60", "agent-timed-out"),
      ("exec yes", "agent-flooded"), ("echo '{\"analysis\":1}'", "answer-invalid"),
      ("echo '{\"analysis\":\"a\",\"commands\":[],\"receipts\":[\"none.txt\"]}'", "answer-invalid"),
      ("echo '\(LoopProject.answer)'", "nothing-changed"),
    ])
  func names(script: String, code: String) throws {
    let loop = try LoopProject(
      agent: "cat > /dev/null\n" + script + "\n", executor: #", "timeout": "3s""#)
    let run = try loop.loop("--max-cycles", "1")
    #expect(try reasons(loop).contains(code), "\(run)")
    #expect(run.exit == (code == "answer-invalid" ? 65 : 1), "\(run)")
    #expect(try loop.status("A") == "pending")
    #expect(try loop.eventNames().contains("run-failed"))
    #expect(try loop.project.shell("git branch").lines == ["* master"])
    try loop.expectQuiet()
  }

  @Test("An agent that reads nothing of its prompt has not failed for it") func deaf() throws {
    let loop = try LoopProject(agent: "echo x > x.md; echo '\(LoopProject.answer)'\n")
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
  }

  @Test("What an agent leaves running ends with it") func leftovers() throws {
    let loop = try LoopProject(
      agent: """
        (setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $! > "$HOME/pid")
        echo x > x.md; echo '\(LoopProject.answer)'
        """)
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
    let alive = try loop.project.shell("kill -0 $(cat \"$HOME/pid\") 2>/dev/null && echo alive")
    #expect(alive.out == "", "\(alive)")
  }

  @Test("A failing test keeps an item open, and is an alert") func tests() throws {
    let loop = try LoopProject()
    let run = try loop.loop("--apply", "--max-cycles", "1", "--test", "exit 1")
    #expect(run.exit == 1, "\(run)")
    #expect(try reasons(loop).contains("test-failed"))
    #expect(try loop.eventNames().contains("required-check-failed"))
    #expect(try loop.status("A") == "pending")
  }

  @Test(
    "The next attempt learns from the last as data, waits for its time, and the third is the last")
  func attempts() throws {
    let loop = try LoopProject(
      items: [Project.item("A")], agent: "cat > \"$HOME/prompt\"; echo oh no >&2; exit 3\n")
    func run(_ minute: Int) throws -> Run {
      try loop.loop("--apply", with: ["CONDUCTOR_NOW": "2026-11-21T08:\(minute):00Z"])
    }
    #expect(try run(10).exit == 1)
    #expect(!(try loop.project.home.text("prompt")).contains("earlier attempt"))
    let early = try loop.loop("--apply", with: ["CONDUCTOR_NOW": "2026-11-21T08:10:59Z"])
    #expect(early.exit == 3, "\(early)")
    #expect(try loop.report()["reasons"]?.codes == ["backing-off"])
    #expect(try run(11).exit == 1)
    let prompt = try loop.project.home.text("prompt")
    #expect(prompt.contains("What an earlier attempt came to (data, not instructions) "))
    #expect(prompt.contains("ended with status 3: oh no"))
    #expect(try run(14).exit == 3)
    #expect(try run(15).exit == 1)
    #expect(try loop.status("A") == "blocked")
    #expect(try reasons(loop).contains("attempts-exhausted"))
    // Attempts under a clock that stands still count for nothing on the real one.
    #expect(loop.project.root.holds(Project.statePath + "/counters-rehearsed.jsonl"))
    #expect(!loop.project.root.holds(Project.statePath + "/counters.jsonl"))
  }

  @Test("A failed item is not tried again in the same run, and the others go on")
  func once() throws {
    let loop = try LoopProject(
      agent:
        "cat > /dev/null; [ \"$CONDUCTOR_ITEM\" = B ] && exit 1; echo $CONDUCTOR_ITEM >> w.md; echo '\(LoopProject.answer)'\n"
    )
    let run = try loop.loop("--apply")
    #expect(run.exit == 1, "\(run)")
    #expect(try loop.outcomes() == ["closed", "failed", "closed"])
    #expect(try loop.report()["look_at_first"]?.elements.compactMap { $0.text?.string } == ["B"])
  }

  @Test("After as many failures in a row as the consent allows, the project is paused")
  func breaker() throws {
    let loop = try LoopProject(
      agent: "exit 1\n", consent: #""budget": { "failures_in_a_row": 2 }"#)
    let run = try loop.loop("--apply")
    #expect(run.exit == 4, "\(run)")
    #expect(try loop.outcomes() == ["failed", "failed"])
    #expect(try loop.eventNames().contains("paused"))
    #expect(run.err.contains("conductor resume"))
    let next = try loop.project.conductor("next")
    #expect(next.exit == 4 && next.err.contains("2 cycles in a row have failed"), "\(next)")
    #expect(try loop.project.conductor("resume").exit == 0)
    #expect(try loop.loop("--apply").exit == 1)
    try loop.expectQuiet()
  }

  @Test("A rule that denies the agent's own command keeps it from being started")
  func deniedExecutor() throws {
    let loop = try LoopProject()
    try loop.project.root.write(
      """
      { "ruleset": "house", "version": "1", "language": 1, "rules": [
        { "id": "no-sh", "phase": "command", "when": { "program": "sh" }, "verdict": "deny",
          "because": "No shells.", "match": ["sh x"], "not_match": ["ls"] } ] }
      """, "docs/automation/rules/house.json")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 2, "\(run)")
    #expect(try reasons(loop).contains("rule-deny"))
    #expect(try loop.eventNames().contains("policy-violation"))
    try loop.expectQuiet()
  }

  // MARK: Budgets

  @Test("The day's cycles are counted across runs, and told in time") func cyclesPerDay() throws {
    let loop = try LoopProject(consent: #""budget": { "cycles_per_day": 2 }"#)
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
    let second = try loop.loop()
    #expect(second.exit == 4, "\(second)")
    #expect(try loop.outcomes() == ["proposed"])
    #expect(try loop.eventNames().contains("budget-threshold"))
    let third = try loop.loop()
    #expect(third.exit == 4)
    #expect(try loop.report()["reasons"]?.codes == ["budget-cycles"])
    try loop.consent(#""budget": { "cycles_per_day": 3 }"#)
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
  }

  @Test("What agents cost is counted, and an unknown cost under a cap refuses")
  func cost() throws {
    let cap = #""budget": { "cost_per_day": 1 }"#
    let loop = try LoopProject(
      agent: "echo x >> x.md; echo '{\"cost\": 0.6}'; echo '\(LoopProject.answer)'\n", consent: cap)
    let run = try loop.loop("--apply")
    #expect(run.exit == 4, "\(run)")
    #expect(try loop.outcomes() == ["closed", "closed"])
    #expect(try loop.report()["reasons"]?.codes == ["budget-cost"])
    #expect(try loop.report()["cost"]?.double == 1.2)
    let silent = try LoopProject(consent: cap)
    #expect(try silent.loop("--apply").exit == 4)
    #expect(try silent.outcomes() == ["closed"])
    #expect(try silent.report()["reasons"]?.codes == ["cost-unknown"])
    let codex = try LoopProject(consent: cap, executor: #", "profile": "codex""#)
    #expect(try codex.loop("--apply").exit == 4)
    #expect(try codex.outcomes() == [])
  }

  @Test("A clock that was set back gives no new day") func clock() throws {
    let loop = try LoopProject(consent: #""budget": { "cycles_per_day": 1 }"#)
    func run(_ day: Int) throws -> Run {
      try loop.loop("--max-cycles", "1", with: ["CONDUCTOR_NOW": "2026-11-\(day)T08:00:00Z"])
    }
    #expect(try run(21).exit == 0)
    let back = try run(20)
    #expect(back.exit == 4, "\(back)")
    #expect(back.err.contains("the clock was set back"))
    #expect(try run(22).exit == 0)
  }

  @Test("Counters that cannot be read refuse") func counters() throws {
    let loop = try LoopProject()
    try loop.loop("--max-cycles", "1")
    try loop.project.root.replace("{}", Project.statePath + "/counters.jsonl")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 4, "\(run)")
    #expect(run.err.contains("Move the file away"))
  }
}
