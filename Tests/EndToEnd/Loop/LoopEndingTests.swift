import JSONText
import TestSupport
import Testing

/// How a loop ends while an agent is at work, and what others see of it meanwhile.
@Suite struct LoopEndingTests {
  /// An agent that tells when it works, waits, and tells when it is asked to end.
  private static let waiter = """
    trap 'echo asked > "$HOME/asked"; exit 1' TERM
    echo x > x.md; echo $$ > "$HOME/working"
    while :; do sleep 0.05; done
    """

  private func interrupt(_ loop: LoopProject, by line: String, _ flags: String = "") throws -> Run {
    try loop.shell(
      """
      $LOOP \(flags) & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      \(line)
      wait $loop; echo $?
      """)
  }

  @Test(
    "Whoever ends a run ends the agent politely, and its claim is unwound on the record",
    arguments: [
      ("kill -TERM $loop", "halted"), ("kill -INT $loop", "halted"),
      ("touch \"$HOME/stop\"", "halted"), ("\"$CONDUCTOR\" pause --reason enough", "paused"),
      (
        "sed -i 's/\"continuous\": true/\"continuous\": false/' \(Project.consentPath)",
        "consent-absent"
      ),
      ("rm \(Project.consentPath)", "consent-absent"),
      ("echo '{' > \(Project.consentPath)", "consent-absent"),
    ])
  func interrupted(line: String, code: String) throws {
    for flags in ["", "--apply"] {
      let loop = try LoopProject(agent: Self.waiter)
      let run = try interrupt(loop, by: line, flags + " --stop-file \"$HOME/stop\"")
      #expect(run.out == "4\n", "\(run)")
      #expect(loop.project.home.holds("asked"))
      #expect(try loop.outcomes() == ["interrupted"])
      #expect(try loop.report()["reasons"]?.codes == [code])
      #expect(try loop.status("A") == "pending")
      #expect(try loop.project.lastReceipt("release").string("item") == "A")
      try loop.expectQuiet()
    }
  }

  @Test("A mode that is set while an agent works in the user's tree ends it")
  func modeMeanwhile() throws {
    let loop = try LoopProject(agent: Self.waiter)
    let run = try interrupt(loop, by: "\"$CONDUCTOR\" mode set PR_ONLY --quiet", "--apply")
    #expect(run.out == "4\n", "\(run)")
    #expect(try loop.report()["reasons"]?.codes == ["apply-forbidden"])
    try loop.expectQuiet()
  }

  @Test("An agent that does not end when it is asked is ended by force") func stubborn() throws {
    let loop = try LoopProject(
      agent: "trap '' TERM; echo $$ > \"$HOME/working\"; while :; do sleep 0.05; done\n")
    let run = try interrupt(loop, by: "kill -TERM $loop")
    #expect(run.out == "4\n", "\(run)")
    let alive = try loop.project.shell("kill -0 $(cat \"$HOME/working\") 2>/dev/null && echo alive")
    #expect(alive.out == "")
    try loop.expectQuiet()
  }

  @Test("Consent that an agent changes without taking it away is a protected change")
  func ownConsent() throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo x > x.md
        "$HOME/copy" "$HOME/wider" \(Project.consentPath)
        echo '\(LoopProject.answer)'
        """)
    let text = try loop.project.root.text(Project.consentPath)
    try loop.project.home.write(
      text.replacing("\"max_iterations\": 0", with: "\"max_iterations\": 9"), "wider")
    try loop.project.shell("cp /bin/cp \"$HOME/copy\"")
    let run = try loop.loop("--apply", "--max-cycles", "1")
    #expect(run.exit == 2, "\(run)")
    #expect(
      try loop.report()["cycles"]?.elements.first?["reasons"]?.codes.contains("protected-change")
        == true)
    #expect(try loop.eventNames().contains("protected-path"))
    #expect(try loop.status("A") != "done")
  }

  @Test("A stop file that is there ends a run before it begins") func stopFile() throws {
    let loop = try LoopProject()
    try loop.project.home.write("", "stop")
    let run = try loop.loop("--stop-file", loop.project.home.place("stop"))
    #expect(run.exit == 4, "\(run)")
    #expect(try loop.outcomes() == [])
  }

  @Test("A run that watches leaves one receipt for the same reason, and takes new work")
  func watch() throws {
    let loop = try LoopProject(items: [])
    let run = try loop.shell(
      """
      $LOOP --apply --watch --interval 1s --stop-file "$HOME/stop" & loop=$!
      until grep -q '"idle"' \(Project.receiptsPath)/events.jsonl 2>/dev/null; do sleep 0.05; done
      sleep 2.5
      "$CONDUCTOR" backlog add --title New --id N1 --quiet
      until grep -q '"done"' \(Project.backlogPath); do sleep 0.05; done
      until [ -z "$(ls \(Project.statePath)/claims)" ]; do sleep 0.05; done
      touch "$HOME/stop"
      wait $loop; echo $?
      """)
    #expect(run.lines.last == "0", "\(run)")
    #expect(try loop.project.receipts().count { $0.string("kind") == "refusal" } <= 2)
    #expect(try loop.eventNames().count { $0 == "idle" } <= 2)
    #expect(try loop.outcomes() == ["closed"])
    try loop.expectQuiet()
  }

  @Test("A run that finds nothing for as long as it may ends with 3") func idle() throws {
    let loop = try LoopProject(items: [])
    let run = try loop.loop("--watch", "--interval", "1s", "--max-idle", "2s")
    #expect(run.exit == 3, "\(run)")
    #expect(try loop.loop().exit == 3)
    let first = try loop.loop("--watch", "--interval", "1s", "--max-runtime", "2s")
    #expect(first.exit == 3, "\(first)")
  }

  // MARK: Supervision

  @Test("The claim of a loop that was killed is taken over at once; that of a living one by nobody")
  func takeover() throws {
    let loop = try LoopProject(items: [Project.item("A")], agent: Self.waiter)
    let run = try loop.shell(
      """
      $LOOP --apply & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      "$CONDUCTOR" next --quiet > /dev/null 2>&1; echo living $?
      "$CONDUCTOR" next --quiet > /dev/null 2>&1; echo living $?
      kill -9 $loop; wait $loop 2>/dev/null; kill -9 $(cat "$HOME/working")
      "$CONDUCTOR" doctor | grep -c 'has died'
      "$CONDUCTOR" next --quiet 2>/dev/null | grep -c 'Task ID: A'; 
      """)
    #expect(run.lines == ["living 3", "living 3", "1", "1"], "\(run)")
    #expect(try loop.project.item("A")["claim"]?["number"]?.integer == 2)
    try loop.project.expectWhole()
  }

  @Test("The agent of a loop that was killed is ended by the next one") func orphan() throws {
    let loop = try LoopProject(items: [Project.item("A")], agent: Self.waiter)
    let run = try loop.shell(
      """
      $LOOP --apply 2>/dev/null & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      kill -9 $loop; wait $loop 2>/dev/null
      kill -0 $(cat "$HOME/working") && echo orphan
      touch "$HOME/stop"; $LOOP --stop-file "$HOME/stop" 2>/dev/null
      # Whoever has adopted it need not have collected it yet.
      grep -q '^State:.[RSD]' /proc/$(cat "$HOME/working")/status 2>/dev/null || echo gone
      """)
    #expect(run.lines == ["orphan", "gone"], "\(run)")
    #expect(loop.project.home.holds("asked"))
  }

  @Test("A prerequisite that falls pauses the project, or makes a run wait that watches")
  func prerequisite() throws {
    for waits in [false, true] {
      let loop = try LoopProject(
        consent: waits ? #""halt_on_ci_failure": false"# : "",
        prerequisites: #"{ "authenticity": "none" }"#)
      try loop.project.root.write(#"{ "status": "ok" }"#, Project.ciPath)
      let run = try loop.shell(
        """
        $LOOP --watch --interval 1s --max-cycles 2 & loop=$!
        until [ "$(grep -c '"proposed"' \(Project.receiptsPath)/events.jsonl)" = 1 ]; do sleep 0.05; done
        until [ -z "$(ls \(Project.statePath)/claims)" ]; do sleep 0.05; done
        echo '{ "status": "failed" }' > \(Project.ciPath)
        until grep -qE '"(idle|paused)"' \(Project.receiptsPath)/events.jsonl; do sleep 0.05; done
        echo '{ "status": "ok" }' > \(Project.ciPath)
        wait $loop; echo $?
        """)
      #expect(run.lines.last == (waits ? "0" : "5"), "\(run)")
      #expect(try loop.outcomes().count == (waits ? 2 : 1))
      let status = try loop.project.conductor("status", "--json")
      #expect(status.json?.string("status") == (waits ? "ACTIVE" : "PAUSED"))
      try loop.expectQuiet()
    }
  }

  @Test("A living supervisor keeps its claim beyond the lease, and renews it in time")
  func renewal() throws {
    let loop = try LoopProject(items: [Project.item("A")], agent: Self.waiter)
    let run = try loop.shell(
      """
      $LOOP --apply --lease 2s --stop-file "$HOME/stop" & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      until grep -q '"renewal"' -r \(Project.receiptsPath)/20*; do sleep 0.1; done
      # Stopped in the midst of a step, it would hold the lock that the next command waits for.
      until kill -STOP $loop; flock -n \(Project.statePath)/lock true; do
        kill -CONT $loop; sleep 0.1
      done
      sleep 3
      "$CONDUCTOR" next --quiet > /dev/null 2>&1; echo next $?
      kill -CONT $loop; touch "$HOME/stop"; wait $loop; echo $?
      """)
    #expect(run.lines == ["next 3", "4"], "\(run)")
    try loop.expectQuiet()
  }
}
