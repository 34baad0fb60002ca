import JSONText
import Machine
import TestSupport
import Testing

/// What becomes of a loop when the machine fails it: a disk that is full, a clock that was set, a death at any call.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct LoopFaultTests {
  @Test(
    "A file that cannot grow ends the run, and is nobody's failed attempt",
    arguments: ["", "--apply"])
  func full(flags: String) throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo x > x.md; head -c 300000 /dev/zero | tr '\\0' x; echo
        echo '\(LoopProject.answer)'

        """)
    // As on a full disk, a write fails; the system would end the program if the signal were not ignored.
    let run = try loop.shell("trap '' XFSZ; ulimit -f 256; $LOOP \(flags); echo $?")
    #expect(run.lines == ["74"], "\(run)")
    #expect(try loop.outcomes() == ["failed"])
    #expect(try loop.report()["reasons"]?.codes == ["input-output"], "\(run)")
    #expect(try loop.status("A") == "pending")
    try loop.expectQuiet()
    let counters = try loop.project.root.text(Project.statePath + "/counters.jsonl")
    #expect(!counters.contains("\"not_before\""), "\(counters)")
    let again = try loop.loop("--max-cycles", "1")
    #expect(again.exit == 0, "\(again)")
  }

  @Test("No clock takes a claim from a supervisor that lives, whatever the lease says")
  func clock() throws {
    let loop = try LoopProject(
      items: [Project.item("A")],
      agent: """
        echo x > x.md; echo $$ > "$HOME/working"
        until [ -e "$HOME/go" ]; do sleep 0.05; done; echo '\(LoopProject.answer)'

        """)
    let run = try loop.shell(
      """
      $LOOP --apply --lease 5s & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      for year in 1999 2099; do
        CONDUCTOR_NOW=$year-01-01T00:00:00Z "$CONDUCTOR" next --quiet > "$HOME/next" 2>&1; echo $?
        CONDUCTOR_NOW=$year-01-01T00:00:00Z $LOOP --apply > "$HOME/next" 2>&1; echo $?
      done
      touch "$HOME/go"; wait $loop; echo $?
      """)
    #expect(run.lines == ["3", "3", "3", "3", "0"], "\(run)")
    #expect(try loop.status("A") == "done")
    try loop.expectQuiet()
  }

  @Test(
    "Wherever a full disk or a death strikes, the next loop finds everything whole and goes on",
    .enabled(if: Program.takesFaults, "the program is a release, which takes no faults"))
  func anywhere() throws {
    var random = SeededRandom(17)
    let counted = try LoopProject(items: [Project.item("A")])
    let calls = try counted.loop("--apply", with: ["CONDUCTOR_FAULT": "count"]).err
      .split(separator: "\n").last { $0.contains("system calls: ") }
      .flatMap { Int($0.split(separator: " ").last ?? "") }
    let total = try #require(calls)
    for round in 0..<(Program.rounds ?? 8) {
      let flags = random.oneIn(2) ? ["--apply"] : []
      let fault = random.pick(["fail:ENOSPC", "fail:EIO", "die"]) + "@\(1 + random.below(total))"
      let loop = try LoopProject(items: [Project.item("A")])
      let spoilt = try loop.loop(flags, with: ["CONDUCTOR_FAULT": fault])
      let note: Comment = "round \(round): \(fault) \(flags) of \(total): \(spoilt)"
      #expect(spoilt.exit != 70, note)
      let after = try loop.loop(flags)
      // What could not be told from an agent's failure is one, and waits for its next attempt.
      let isWaiting = try loop.report()["reasons"]?.codes == ["backing-off"]
      let status = try loop.status("A")
      #expect(
        status == (flags.isEmpty ? "proposed" : "done") || status == "pending" && isWaiting,
        "\(note) \(after)")
      let ends = try loop.project.receipts().count {
        ["close", "proposal"].contains($0.string("kind"))
      }
      #expect(ends == (isWaiting ? 0 : 1), note)
      try loop.expectQuiet()
    }
  }
}
