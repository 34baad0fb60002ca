import JSONText
import TestSupport
import Testing

/// What an operator says while a run goes on, and what an agent does to unsay it.
@Suite struct LoopOperatorTests {
  private static let state = Project.statePath + "/state.json"
  private static let counters = Project.statePath + "/counters.jsonl"

  /// An agent that does one thing besides its work, the first time that it runs.
  private static func once(_ deed: String) -> String {
    """
    cat > /dev/null; echo "$CONDUCTOR_ITEM" >> "$HOME/ran"; echo "$CONDUCTOR_ITEM" >> work.txt
    [ "$CONDUCTOR_ITEM" = A ] && { \(deed); }
    echo '\(LoopProject.answer)'
    """
  }

  private func codes(_ loop: LoopProject) throws -> [String] {
    try loop.report()["reasons"]?.codes ?? []
  }

  // MARK: Between the cycles

  @Test(
    "A run that rests hears of a pause and of withdrawn consent",
    arguments: [
      ("\"$CONDUCTOR\" pause --reason enough --quiet", "paused"),
      ("echo '{}' > \(Project.consentPath)", "consent-absent"),
      ("rm \(Project.consentPath)", "consent-absent"),
    ])
  func resting(line: String, code: String) throws {
    for flags in ["--interval 1h", "--interval 1h --watch --item A"] {
      let loop = try LoopProject()
      let run = try loop.shell(
        """
        $LOOP \(flags) & loop=$!
        until grep -q '"proposed"' \(Project.receiptsPath)/events.jsonl 2>/dev/null; do sleep 0.05; done
        until [ -z "$(ls \(Project.statePath)/claims)" ]; do sleep 0.05; done
        \(line)
        wait $loop; echo $?
        """)
      #expect(run.lines.last == "4", "\(run)")
      #expect(try codes(loop).first == code)
      try loop.expectQuiet()
    }
  }

  @Test("A prerequisite that falls pauses nothing where the consent says so") func fallen() throws {
    for halts in [true, false] {
      let loop = try LoopProject(
        consent: "\"halt_on_ci_failure\": \(halts)",
        prerequisites: #"{ "authenticity": "none" }"#)
      try loop.project.root.write(#"{ "status": "ok" }"#, Project.ciPath)
      let run = try loop.shell(
        """
        $LOOP --interval 1s & loop=$!
        until grep -q '"proposed"' \(Project.receiptsPath)/events.jsonl 2>/dev/null; do sleep 0.05; done
        until [ -z "$(ls \(Project.statePath)/claims)" ]; do sleep 0.05; done
        echo '{ "status": "failed" }' > \(Project.ciPath)
        wait $loop; echo $?
        """)
      #expect(run.lines.last == "5", "\(run)")
      let status = try loop.project.conductor("status", "--json")
      #expect(status.json?.string("status") == (halts ? "PAUSED" : "ACTIVE"), "\(run)")
    }
  }

  // MARK: While an agent works

  @Test("The mode DRY_RUN ends an agent that works apart from the user's tree") func dryRun() throws
  {
    let loop = try LoopProject(
      agent: "echo $$ > \"$HOME/working\"; while :; do sleep 0.05; done\n")
    let run = try loop.shell(
      """
      $LOOP & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      "$CONDUCTOR" mode set DRY_RUN --quiet
      wait $loop; echo $?
      """)
    #expect(run.lines == ["4"], "\(run)")
    #expect(try codes(loop) == ["mode-forbids"])
    #expect(try loop.outcomes() == ["interrupted"])
    #expect(try loop.project.shell("git branch").lines == ["* master"])
    try loop.expectQuiet()
  }

  @Test(
    "Plans and minutes that the consent takes away end an agent",
    arguments: [
      (#""plans": ["none"]"#, "consent-absent"),
      (#""budget": { "minutes_per_run": 0.001 }"#, "budget-minutes"),
    ])
  func narrowed(consent: String, code: String) throws {
    let loop = try LoopProject(
      agent: "echo $$ > \"$HOME/working\"; while :; do sleep 0.05; done\n")
    try loop.project.home.write(
      "{ \"auto_enabled\": true, \"continuous\": true, \"max_iterations\": 0, \(consent) }", "next")
    let run = try loop.shell(
      """
      $LOOP & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      cp "$HOME/next" \(Project.consentPath)
      wait $loop; echo $?
      """)
    #expect(run.lines == ["4"], "\(run)")
    #expect(try codes(loop) == [code])
    try loop.expectQuiet()
  }

  @Test("A terminal that goes ends a run as a wish does") func hangup() throws {
    let loop = try LoopProject(
      agent: "echo $$ > \"$HOME/working\"; while :; do sleep 0.05; done\n")
    let run = try loop.shell(
      """
      $LOOP & loop=$!
      until [ -s "$HOME/working" ]; do sleep 0.05; done
      kill -HUP $loop; wait $loop; echo $?
      """)
    #expect(run.lines == ["4"], "\(run)")
    #expect(try loop.outcomes() == ["interrupted"])
    try loop.expectQuiet()
  }

  // MARK: What an agent unsays

  @Test("An agent that writes the run state is stopped, and the mode that was set holds")
  func state() throws {
    for deed in ["echo '{\"status\":\"ACTIVE\"}' > \"$STATE\"", "rm \"$STATE\""] {
      let loop = try LoopProject(agent: Self.once(deed))
      #expect(try loop.project.conductor("mode", "set", "PR_ONLY").exit == 0)
      let run = try loop.loop([], with: ["STATE": loop.project.root.place(Self.state)])
      #expect(run.exit == 2, "\(run)")
      #expect(try loop.project.home.text("ran") == "A\n")
      #expect(try loop.eventNames().contains("protected-path"))
      #expect(try loop.status("A") == "pending")
      let status = try loop.project.conductor("status", "--json").json
      #expect(status?.string("status") == "PAUSED")
      #expect(status?.string("mode") == "PR_ONLY")
      try loop.expectQuiet()
    }
  }

  @Test("A pause or a mode that an operator sets while an agent works is nobody's tampering")
  func ownCommands() throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo x >> work.txt; touch "$HOME/working"
        until [ -e "$HOME/go" ]; do sleep 0.05; done
        echo '\(LoopProject.answer)'
        """)
    let run = try loop.shell(
      """
      $LOOP --max-cycles 1 & loop=$!
      until [ -e "$HOME/working" ]; do sleep 0.05; done
      "$CONDUCTOR" mode set PR_ONLY --quiet; "$CONDUCTOR" mode set SELECTIVE_AUTO --quiet
      touch "$HOME/go"; wait $loop; echo $?
      """)
    #expect(run.lines == ["0"], "\(run)")
    #expect(try loop.status("A") == "proposed")
  }

  @Test("Verify finds a run state that nobody has set since the claim") func verified() throws {
    let place = try WorkedProject()
    try place.work()
    #expect(try place.conductor(["mode", "set", "PR_ONLY"]).exit == 0)
    #expect(try place.verify().exit == 0)
    try place.root.replace(#"{ "status": "ACTIVE" }"#, Self.state)
    let run = try place.verify()
    #expect(run.exit == 2 && WorkedProject.codes(run) == ["protected-change"], "\(run)")
  }

  @Test("Counters that are gone give nobody a new budget") func counters() throws {
    let loop = try LoopProject(
      agent: Self.once("rm -f \"$COUNTERS\""), consent: #""budget": { "cycles_per_day": 2 }"#)
    let run = try loop.loop([], with: ["COUNTERS": loop.project.root.place(Self.counters)])
    #expect(run.exit == 4, "\(run)")
    #expect(try codes(loop) == ["counters-unreadable"])
    #expect(try loop.project.home.text("ran") == "A\n")
    try loop.expectQuiet()
  }

  @Test("An item that was closed stays closed where its cycle cannot be counted") func counted()
    throws
  {
    let loop = try LoopProject(agent: Self.once("echo '{}' > \"$COUNTERS\""))
    let run = try loop.loop(
      ["--apply"], with: ["COUNTERS": loop.project.root.place(Self.counters)])
    #expect(run.exit == 4, "\(run)")
    #expect(try loop.outcomes() == ["closed"])
    #expect(try loop.status("A") == "done")
    #expect(try !loop.eventNames().contains("run-failed"))
  }

  @Test("A protected change ends the run and holds its item until a person releases it")
  func held() throws {
    let loop = try LoopProject(
      agent: Self.once("mkdir -p .claude; echo '{}' > \"$TARGET\""))
    let run = try loop.loop(
      ["--apply"], with: ["TARGET": loop.project.root.place(".claude/settings.json")])
    #expect(run.exit == 2, "\(run)")
    #expect(try loop.project.home.text("ran") == "A\n")
    let stop = try loop.project.lastReceipt("stop")
    #expect(stop.string("item") == "A")
    #expect(stop["evidence"]?.elements.first?.string("rule") == "conductor/protected-path")
    #expect(try loop.status("A") == "pending")
    let again = try loop.project.conductor("next", "--item", "A")
    #expect(again.exit != 0 && again.err.contains("stopped"), "\(again)")
    let released = try loop.project.conductor("approve", "release", "--item", "A", "--by", "Robert")
    #expect(released.exit == 0, "\(released)")
    #expect(try loop.project.conductor("next", "--item", "A").exit == 0)
  }

  @Test(
    "Who takes the record of its own claim away has its own item held, and not the next one",
    arguments: ["sed -i '$d' \"$OWN\"/ledger/*.sha256", "rm \"$OWN\"/ledger/*.sha256"])
  func ownRecord(deed: String) throws {
    let loop = try LoopProject(agent: Self.once(deed))
    let run = try loop.loop(
      ["--apply"], with: ["OWN": loop.project.root.place(Project.receiptsPath)])
    #expect(run.exit == 2, "\(run)")
    #expect(try loop.project.home.text("ran") == "A\n")
    #expect(try codes(loop).contains("claim-unrecorded"))
    let stop = try loop.project.lastReceipt("stop")
    #expect(stop.string("item") == "A")
  }

  @Test(
    "A link in place of a folder of conductor's own is never followed when it is removed",
    arguments: ["exec/*-*", "exec/????????????????", "measuring/*-*"])
  func links(place: String) throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo "$CONDUCTOR_ITEM" >> work.txt
        for folder in "$OWN"/.state/\(place); do
          [ -d "$folder" ] && { rm -rf "$folder"; ln -s "$HOME/theirs" "$folder"; }
        done
        echo '\(LoopProject.answer)'
        """)
    try loop.project.home.write("x", "theirs/file")
    try loop.loop(["--apply"], with: ["OWN": loop.project.root.place(Project.receiptsPath)])
    #expect(loop.project.home.holds("theirs/file"))
    let left = try loop.project.shell(
      "find \(Project.receiptsPath)/.state/exec \(Project.receiptsPath)/.state/measuring -type l")
    #expect(left.lines == [])
  }

  // MARK: Plugins

  @Test("A plugin that runs agents and crashes has failed at its item, and the run goes on")
  func crash() throws {
    let place = try PluginProject(
      "#!/bin/sh\ncat > /dev/null\nexit 3\n", kind: "executor",
      items: ["A", "B"].map { Project.item($0) })
    try place.project.root.write(
      #"{ "auto_enabled": true, "continuous": true, "max_iterations": 0 }"#, Project.consentPath)
    let run = try place.project.shell(
      """
      printf '_report/\\n' > .gitignore
      git init -q && git add -A && git -c user.name=n -c user.email=e@x commit -q -m begin
      "$CONDUCTOR" loop --executor probe
      """)
    #expect(run.exit == 1, "\(run)")
    let report = try place.project.lastReceipt("run")
    #expect(report["cycles"]?.elements.map { $0.string("item") } == ["A", "B"])
    #expect(
      report["cycles"]?.elements.allSatisfy {
        $0["reasons"]?.codes.first == "plugin-crashed"
      } == true)
  }

  @Test("A sink that takes too long is asked once") func slowSink() throws {
    let place = try PluginProject(
      "#!/bin/sh\necho x >> asked\nsleep 30\n", kind: "sink", more: #", "timeout": "1s""#)
    try place.project.root.write(
      #"{ "auto_enabled": true, "continuous": true, "require_execute": false }"#,
      Project.consentPath)
    let run = try place.project.conductor("loop")
    #expect(run.exit == 0 && run.err.contains("does not take events"), "\(run)")
    #expect(try place.project.root.text("asked") == "x\n")
  }

  // MARK: The first run of all

  @Test("The folder for an agent's receipts is there before the agent") func folder() throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo x >> work.txt; echo proof > "$CONDUCTOR_RECEIPTS/r.txt"
        echo "{\\"analysis\\":\\"a\\",\\"commands\\":[],\\"receipts\\":[\\"$CONDUCTOR_RECEIPTS/r.txt\\"]}"
        """)
    for flags in [[], ["--apply"]] {
      let run = try loop.loop(["--max-cycles", "1"] + flags)
      #expect(run.exit == 0, "\(run)")
    }
  }

  @Test("Whoever has no consent learns which file would give it") func consent() throws {
    let loop = try LoopProject(consent: #""expires": "2020-01-01""#)
    #expect(try loop.loop().err.contains("\(Project.consentPath) has expired"))
    loop.project.root.remove(Project.consentPath)
    let run = try loop.loop()
    #expect(run.err.contains("\(Project.consentPath) does not exist"), "\(run)")
    #expect(!run.err.contains("conductor resume"))
  }
}
