import JSONText
import Machine
import TestSupport
import Testing

/// `conductor exec` as seen by the program that it runs, and by whoever waits for it.
@Suite struct ExecTests {
  private let guarded: GuardedProject
  private var project: Project { guarded.project }

  init() throws { guarded = try GuardedProject() }

  private func exec(_ arguments: String..., with more: [String: String?] = [:]) throws -> Run {
    try project.conductor(
      ["exec", "--"] + arguments, with: guarded.variables.merging(more) { $1 })
  }

  // MARK: Statuses

  @Test func theStatusIsTheProgramsOwn() throws {
    for status: Int32 in [0, 1, 2, 6, 64, 126, 127, 255] {
      #expect(try exec("sh", "-c", "exit \(status)").status == .exited(status))
    }
  }

  @Test func whatASignalEndsIsEndedByTheSame() throws {
    for signal: Int32 in [1, 2, 9, 15] {
      let run = try exec("sh", "-c", "kill -\(signal) $$")
      #expect(run.status == .signalled(signal), "\(run)")
    }
    let shown = try project.shell(
      "\"$CONDUCTOR\" exec -- sh -c 'kill -TERM $$'; echo $?", with: guarded.variables)
    #expect(shown.out == "143\n")
    #expect(guarded.runFolders == [])
  }

  @Test func whatIsNotThereIs127AndWhatCannotRunIs126() throws {
    try project.home.write("text", "plain")
    try guarded.stub("orphan", script: "#!/no/such/interpreter\n")
    for name in ["no-such-program", "", project.home.place("nothing/there")] {
      let run = try exec(name)
      #expect(run.exit == (name.contains("/") ? 126 : 127), "\(run)")
      #expect(run.err.contains("conductor: "), "\(run)")
    }
    #expect(try exec(project.home.path).exit == 126)
    for name in [project.home.place("plain"), "orphan"] {
      let run = try exec(name)
      #expect(run.exit == 126, "\(run)")
      #expect(!run.err.contains("because"), "\(run)")
    }
    #expect(guarded.runFolders == [])
  }

  @Test func aScriptWithoutAFirstLineRunsAsShellsRunIt() throws {
    try guarded.stub("bare", script: "echo bare \"$@\"\n")
    #expect(try exec("bare", "a b").out == "bare a b\n")
  }

  // MARK: What the program has

  @Test func streamsEnvironmentAndDirectoryAreItsOwn() throws {
    try project.root.makeDirectory("below")
    let run = try project.shell(
      "echo told | \"$CONDUCTOR\" exec -- sh -c 'cat; pwd; echo \"$MINE\"; echo err >&2'",
      with: guarded.variables.merging(["MINE": "x=y"]) { $1 }, in: "below")
    #expect(run.out == "told\n\(project.root.place("below"))\nx=y\n", "\(run)")
    #expect(run.err == "err\n")
  }

  @Test func argumentsArriveAsTheyAre() throws {
    let run = try exec("printf", "%s|", "", "-x", "--help", "a  b", "ü", "$HOME *")
    #expect(run.out == "|-x|--help|a  b|ü|$HOME *|", "\(run)")
  }

  @Test func theItemAndItsClaimAreInTheEnvironment() throws {
    let script = "echo \"$CONDUCTOR_ITEM/${CONDUCTOR_CLAIM-none}\""
    let unclaimed = try project.conductor(
      ["exec", "--item", "A", "--", "sh", "-c", script],
      with: guarded.variables.merging(["CONDUCTOR_CLAIM": "99"]) { $1 })
    #expect(unclaimed.out == "A/none\n", "\(unclaimed)")
    try project.conductor("next")
    let claimed = try project.conductor(
      ["exec", "--item", "A", "--", "sh", "-c", script], with: guarded.variables)
    #expect(claimed.out == "A/1\n", "\(claimed)")
    #expect(try exec("sh", "-c", script, with: ["CONDUCTOR_CLAIM": "99"]).out == "/99\n")
    let unknown = try project.conductor(["exec", "--item", "Z", "--", "true"])
    #expect(unknown.exit == 3, "\(unknown)")
  }

  @Test func aBrokenPipeEndsTheProgramAsUsual() throws {
    let run = try project.shell(
      "\"$CONDUCTOR\" exec -- sh -c 'while :; do echo x; done' | head -n 1; echo \"${PIPESTATUS}\"",
      with: guarded.variables)
    #expect(run.out.hasPrefix("x\n"), "\(run)")
    #expect(!run.err.contains("conductor"), "\(run)")
  }

  @Test func theProgramIsInTheSameProcessGroup() throws {
    let run = try project.shell(
      "\"$CONDUCTOR\" exec -- sh -c 'cut -d\" \" -f5 /proc/self/stat'; cut -d' ' -f5 /proc/self/stat",
      with: guarded.variables)
    #expect(Set(run.lines).count == 1 && run.lines.count == 2, "\(run)")
  }

  // MARK: Signals

  @Test(
    "A signal that is sent to conductor alone reaches the program, and conductor outlives it",
    arguments: ["INT", "TERM", "HUP", "QUIT", "USR1", "USR2"])
  func signals(_ name: String) throws {
    let run = try project.shell(
      """
      (for i in $(seq 1000); do [ -s ready ] && break; sleep 0.01; done; kill -\(name) $(cat ready)) &
      "$CONDUCTOR" exec -- sh -c 'trap "echo heard; exit 5" \(name); echo $PPID > ready
      for i in $(seq 200); do sleep 0.05; done'; echo $?
      """, with: guarded.variables)
    #expect(run.out == "heard\n5\n", "\(run)")
  }

  @Test func aStoppedProgramStopsConductorAndGoesOnWithIt() throws {
    let run = try project.shell(
      """
      "$CONDUCTOR" exec -- sh -c 'echo $PPID > ready; while [ ! -e go ]; do sleep 0.05; done; exit 4' &
      for i in $(seq 1000); do [ -s ready ] && break; sleep 0.01; done
      kill -TSTP $(cat ready)
      state() { sed 's/.*) //' /proc/$(cat ready)/stat | cut -d' ' -f1; }
      for try in 1 2 3 4 5 6 7 8 9 10; do [ "$(state)" = T ] && break; sleep 0.1; done; state
      touch go; kill -CONT $(cat ready); wait $!; echo $?
      """, with: guarded.variables)
    // Without a terminal the system drops a stop of a group that nobody could continue.
    #expect(run.out.hasSuffix("4\n"), "\(run)")
  }

  // MARK: What is left running

  @Test func whatItLeavesRunningIsEnded() throws {
    let script = """
      (trap '' TERM; echo $BASHPID >> pids; while :; do sleep 0.1; done) &
      setsid sh -c 'echo $$ >> pids; exec sleep 100' & nohup sh -c 'echo $$ >> pids; sleep 100' &
      while [ "$(wc -l < pids)" -lt 3 ]; do sleep 0.05; done
      """
    try project.root.write("", "pids")
    try project.root.write(script, "script")
    let run = try guarded.run("cd '\(project.root.path)'; bash script")
    #expect(run.exit == 0, "\(run)")
    let pids = try project.root.text("pids").split(separator: "\n")
    #expect(pids.count == 3)
    for pid in pids { #expect(!isAlive(String(pid)), "\(pid)") }
    #expect(guarded.runFolders == [])
  }

  private func isAlive(_ pid: String) -> Bool {
    (try? Files(calls: SystemCalls()).identity(Path("/proc/\(pid)"))) != nil
  }

  @Test func conductorStaysAnAncestorOfWhoDetaches() throws {
    // The operator's verbs rely on it: whoever asks for one below a run is refused, however it got away.
    let run = try guarded.run(
      """
      cd '\(project.root.path)'
      setsid sh -c 'sleep 0.3; "\(Program.path)" approve migrate --item A --by Robert > told 2>&1; echo $? > code' &
      disown; sleep 0; exec 1>&-
      for i in $(seq 200); do [ -s code ] && break; sleep 0.05; done
      """)
    #expect(run.exit == 0, "\(run)")
    let told = try project.root.text("told")
    #expect(try project.root.text("code") == "2\n", "\(told)")
    #expect(told.contains("operator"), "\(told)")
  }

  // MARK: Folders

  @Test func theFolderIsPrivateAndGoesWithTheRun() throws {
    let run = try exec(
      "sh", "-c",
      "cd '\(project.root.place(Project.statePath))/exec' && stat -c '%a %F' * */bin/alembic")
    #expect(run.lines.contains("700 directory"), "\(run)")
    #expect(run.lines.contains("755 regular file") || run.lines.contains("700 regular file"))
    #expect(guarded.runFolders == [])
    #expect(project.root.holds(Project.statePath + "/.gitignore"))
  }

  @Test func whatAKilledRunLeavesIsReportedAndRemoved() throws {
    let judged = try exec("sh", "-c", "kill -KILL $PPID")
    #expect(judged.exit == 126 && judged.err.contains("conductor/operators-verb"), "\(judged)")
    // Whom a number means that is read while the line runs, the line does not tell.
    let kill = try project.shell(
      "\"$CONDUCTOR\" exec -- sh -c 'read -r _ _ _ p _ < /proc/$$/stat; kill -KILL $p; sleep 0.2'; echo $?",
      with: guarded.variables)
    #expect(kill.out == "137\n", "\(kill)")
    let left = guarded.runFolders
    #expect(left.count == 1)
    let doctor = try project.conductor("doctor")
    #expect(doctor.out.contains(left.first ?? "?"), "\(doctor)")
    #expect(try exec("true").exit == 0)
    #expect(guarded.runFolders == [])
    let after = try project.conductor("doctor")
    #expect(!after.out.contains(left.first ?? "?"), "\(after)")
  }

  @Test func whoeverOutlivesAKilledRunStaysGuarded() throws {
    try guarded.write(
      line: """
        p=$PPID
        until [ "$(cat /proc/$p/comm)" = conductor ]; do read -r _ _ _ p _ < /proc/$p/stat; done
        kill -KILL $p
        for i in $(seq 200); do [ -e "$HOME/swept" ] && break; sleep 0.05; done
        alembic upgrade head; echo $? > "$HOME/late"
        """)
    let kill = try project.shell(
      """
      "$CONDUCTOR" exec -- \(guarded.make.joined(separator: " ")) &
      wait $!; "$CONDUCTOR" exec -- true; touch "$HOME/swept"
      for i in $(seq 200); do [ -s "$HOME/late" ] && break; sleep 0.05; done
      """, with: guarded.variables)
    #expect(try project.home.text("late") == "126\n", "\(kill)")
    #expect(try guarded.started() == [])
    #expect(try exec("true").exit == 0)
    #expect(guarded.runFolders == [])
  }

  @Test func aPathThatCannotStandOnThePATHIsRefused() throws {
    let other = try Project(backlog: Project.backlog([]))
    let root = other.root.place("with:colon")
    try other.root.write(GuardedProject.set(), root + "/" + GuardedProject.setPath)
    try other.root.write(Project.backlog([]), root + "/" + Project.backlogPath)
    let run = try other.conductor(
      ["exec", "--root", root, "--", "true"], with: ["PATH": Project.toolsPath])
    #expect(run.exit == 69 && run.err.contains("colon"), "\(run)")
  }

  // MARK: The program itself

  @Test func theProgramItselfIsJudgedFirst() throws {
    let run = try exec("alembic", "upgrade", "head")
    #expect(run.exit == 126)
    for words in [
      "alembic upgrade head", "house/no-migrations", "Migrations are for people.", "Write a note.",
      "Robert", "receipt ",
    ] { #expect(run.err.contains(words), "\(words) in \(run)") }
    #expect(run.output.isEmpty)
    #expect(try guarded.started() == [])
    let stop = try project.lastReceipt("stop")
    #expect(stop["trigger"]?.string("subject") == "alembic upgrade head")
    #expect(stop.string("escalate_to") == "Robert")
    #expect(try exec("alembic", "history").exit == 0)
    #expect(try guarded.started() == ["alembic history"])
    let document = try project.conductor(
      ["exec", "--json", "--", "alembic", "stamp", "x"], with: guarded.variables)
    #expect(document.exit == 126)
    #expect(document.json?["judgement"]?.string("verdict") == "stop", "\(document)")
    try project.expectWhole()
  }

  @Test func aSetThatDoesNotLoadRefusesTheStart() throws {
    try project.root.write("{", GuardedProject.setPath)
    let run = try exec("true")
    #expect(run.exit == 78, "\(run)")
    #expect(run.err.contains(GuardedProject.setPath), "\(run)")
  }

  @Test func withoutRulesEverythingRuns() throws {
    project.root.remove(GuardedProject.setPath)
    #expect(try exec("sh", "-c", "$0 upgrade", "alembic").exit == 0)
    #expect(try guarded.started() == ["alembic upgrade"])
  }

  @Test func usageIsCheckedBeforeAnythingStarts() throws {
    #expect(try project.conductor("exec").exit == 64)
    #expect(try project.conductor("exec", "--bogus", "true").exit == 64)
    #expect(try project.conductor("exec", "--level", " ", "--", "true").exit == 64)
  }
}
