import JSONText
import TestSupport
import Testing

/// `conductor guard` as a coding agent's hook calls it.
@Suite struct GuardTests {
  private let guarded: GuardedProject
  private var project: Project { guarded.project }

  init() throws { guarded = try GuardedProject() }

  private func ask(_ tool: String, _ input: String, in directory: String? = nil) throws -> Run {
    try guarded.ask(guarded.call(tool, input, in: directory))
  }

  private func bash(_ line: String) -> String { "{ \"command\": \(quoted(line)) }" }

  private func quoted(_ text: String) -> String {
    String(decoding: JSON.text(text).written(indent: nil), as: UTF8.self)
  }

  private func expectSilence(_ run: Run, _ note: String = "") {
    #expect(run.exit == 0 && run.output.isEmpty && run.errors.isEmpty, "\(note) \(run)")
  }

  private func expectQuestion(_ run: Run, _ words: String, _ note: String = "") {
    let answer = run.json?["hookSpecificOutput"]
    #expect(run.exit == 0 && run.errors.isEmpty, "\(note) \(run)")
    #expect(run.json?.members.count == 1)
    #expect(answer?.string("hookEventName") == "PreToolUse", "\(note) \(run)")
    #expect(answer?.string("permissionDecision") == "ask")
    #expect(answer?.string("permissionDecisionReason")?.contains(words) == true, "\(note) \(run)")
  }

  private func expectRefusal(_ run: Run, _ words: String, _ note: String = "") {
    #expect(run.exit == 2 && run.output.isEmpty, "\(note) \(run)")
    #expect(run.err.contains(words), "\(note) \(run)")
  }

  // MARK: Commands

  @Test func whatNothingStandsAgainstIsSilent() throws {
    for line in [
      "ls -l", "alembic history", "echo alembic upgrade head", "git status && make quiet",
    ] {
      expectSilence(try ask("Bash", bash(line)), line)
    }
    #expect(project.receiptPaths() == [])
  }

  @Test func aStopNamesEverythingAndIsOnRecord() throws {
    let run = try ask("Bash", bash("cd backend && alembic upgrade head"))
    for words in [
      "house/no-migrations", "alembic upgrade head", "Migrations are for people.", "Write a note.",
      "Robert",
    ] { expectRefusal(run, words) }
    let stop = try project.lastReceipt("stop")
    #expect(stop["trigger"]?.string("subject") == "cd backend && alembic upgrade head")
    #expect(stop["trigger"]?.string("kind") == "command")
    try project.expectWhole()
  }

  @Test(
    "What guarded starts cannot see is seen in the line",
    arguments: [
      "./bin/alembic upgrade head", "/usr/local/bin/alembic upgrade head",
      "PATH=/x:$PATH alembic upgrade x",
      "export PATH=/x; alembic upgrade head", "command -p alembic upgrade head",
      "bash -lc 'alembic upgrade x'",
      "env -i PATH=/x alembic upgrade head", "~/bin/alembic upgrade head",
      "$(which alembic) upgrade head",
      "python -m alembic upgrade head", "python -c 'import alembic'",
      "a=alembic; /x/$a upgrade head",
    ])
  func explicitPaths(_ line: String) throws {
    let run = try ask("Bash", bash(line))
    #expect(run.exit == 2 || run.json != nil, "\(run)")
  }

  @Test func whatIsNotUnderstoodIsAsked() throws {
    expectQuestion(try ask("Bash", bash("$TOOL run")), "conductor/not-understood")
    expectQuestion(try ask("Bash", bash("make other")), "conductor/unlisted-target")
    #expect(project.receiptPaths() == [])
  }

  @Test func aDenyIsRefusedWithoutARecord() throws {
    try project.root.write(GuardedProject.set("deny"), GuardedProject.setPath)
    expectRefusal(try ask("Bash", bash("alembic upgrade head")), "house/no-migrations")
    #expect(project.receiptPaths() == [])
  }

  @Test func theDirectoryIsTheCallsOwn() throws {
    try project.root.write("alembic upgrade head\n", "sub/run.sh")
    expectRefusal(
      try ask("Bash", bash("sh run.sh"), in: project.root.place("sub")), "house/no-migrations")
    expectQuestion(try ask("Bash", bash("sh run.sh")), "conductor/unread-script")
  }

  @Test func theItemDecidesWhichApprovalsCount() throws {
    let guarded = try GuardedProject(
      GuardedProject.set("deny"), items: [Project.item("A"), Project.item("B")])
    let approved = try guarded.project.conductor(
      "approve", "migrate", "--item", "A", "--by", "Robert")
    #expect(approved.exit == 0, "\(approved)")
    let call = guarded.call("Bash", bash("alembic upgrade head"))
    expectSilence(try guarded.ask(call, "--item A"))
    expectSilence(try guarded.ask(call, with: ["CONDUCTOR_ITEM": "A"]))
    for (flag, item) in [("--item B", ""), ("", "B"), ("", ""), ("--item B", "A")] {
      let run = try guarded.ask(call, flag, with: ["CONDUCTOR_ITEM": item])
      expectRefusal(run, "house/no-migrations", flag + item)
    }
    expectRefusal(try guarded.ask(call, "--item Z"), "there is no item Z")
  }

  // MARK: Files

  private func write(_ path: String, _ content: String = "x\n") throws -> Run {
    try ask("Write", "{ \"file_path\": \(quoted(path)), \"content\": \(quoted(content)) }")
  }

  @Test func filesOfTheProjectAreTheAgentsOwn() throws {
    for path in ["src/a.swift", project.root.place("new/file"), "./a/../b", "docs/automation/x.md"]
    {
      expectSilence(try write(path), path)
    }
  }

  @Test func theOperatorsPathsAreProtectedHoweverTheyAreSpelled() throws {
    try project.root.makeDirectory("play")
    try project.root.link("play/link", to: "../docs")
    try project.root.link("alias.json", to: Project.consentPath)
    try project.root.link("play/self", to: project.root.path)
    for path in [
      Project.consentPath, project.root.place(Project.consentPath),
      "./play/../\(Project.consentPath)",
      "docs//automation/./autonomy-consent.json", "play/link/automation/autonomy-consent.json",
      "play/self/\(Project.backlogPath)", "alias.json", Project.configurationPath,
      Project.backlogPath,
      GuardedProject.setPath, "docs/automation/rules/new.json", ".git/config",
      ".git/hooks/pre-commit",
      "\(Project.statePath)/state.json", "\(Project.receiptsPath)/ledger/x.sha256", Project.ciPath,
      "DOCS/automation/Autonomy-Consent.json", ".claude/settings.json",
    ] {
      expectRefusal(try write(path), "conductor/protected-path", path)
    }
    let home = project.root.path
    for spelling in ["~", "$HOME", "${HOME}"] {
      let call = guarded.call(
        "Write", "{ \"file_path\": \"\(spelling)/\(Project.consentPath)\", \"content\": \"\" }")
      // The call is sent from a file in the home that the shell has.
      try project.root.write(call, "call.json")
      let run = try project.shell(
        "\"$CONDUCTOR\" guard < \"$HOME/call.json\"",
        with: guarded.variables.merging(["HOME": home]) { $1 })
      expectRefusal(run, "conductor/protected-path", spelling)
    }
    expectRefusal(
      try ask("Bash", bash("echo {} > \(Project.consentPath)")), "conductor/protected-path")
  }

  @Test func everyToolThatWritesIsRead() throws {
    let path = "\"\(Project.consentPath)\""
    let calls = [
      ("Edit", "{ \"file_path\": \(path), \"old_string\": \"a\", \"new_string\": \"b\" }"),
      (
        "MultiEdit",
        "{ \"file_path\": \(path), \"edits\": [ { \"old_string\": \"a\", \"new_string\": \"b\" } ] }"
      ),
      ("NotebookEdit", "{ \"notebook_path\": \(path), \"new_source\": \"b\" }"),
      ("NotebookEdit", "{ \"notebook_path\": \(path), \"edit_mode\": \"delete\" }"),
    ]
    for (tool, input) in calls {
      expectRefusal(try ask(tool, input), "conductor/protected-path", tool)
    }
  }

  @Test("A path that is empty, or ends early for whoever opens it, is refused") func unusablePaths()
    throws
  {
    for path in ["", "src/a.swift\u{0}", "\(Project.configurationPath)\u{0}", "\u{0}"] {
      let json = quoted(path)
      for (tool, input) in [
        ("Write", "{ \"file_path\": \(json), \"content\": \"x\" }"),
        ("Edit", "{ \"file_path\": \(json), \"old_string\": \"a\", \"new_string\": \"b\" }"),
        ("MultiEdit", "{ \"file_path\": \(json), \"edits\": [] }"),
        ("NotebookEdit", "{ \"notebook_path\": \(json), \"new_source\": \"b\" }"),
      ] { expectRefusal(try ask(tool, input), "_path must", tool + json) }
    }
    expectRefusal(try ask("Bash", bash("ls\u{0}; alembic upgrade head")), "zero byte")
    expectRefusal(
      try ask("WebFetch", "{ \"url\": \(quoted("https://a.example\u{0}.b.example")) }"), "zero byte"
    )
  }

  @Test("Of conductor's own folder only work is the agents' own") func ownFolder() throws {
    for place in ["x.json", "2027/x.json", "approvals/x.json", "2026-11/x.json", "workshop/x"] {
      let path = "\(Project.receiptsPath)/\(place)"
      expectRefusal(try write(path), "conductor/protected-path", path)
      expectRefusal(try ask("Bash", bash("echo > \(path)")), "conductor/protected-path", path)
    }
    let work = "\(Project.receiptsPath)/work/a/x.json"
    expectSilence(try write(work))
    expectSilence(
      try ask("Bash", bash("mkdir -p \(Project.receiptsPath)/work/a && echo > \(work)")))
  }

  @Test("What only an operator may do is refused, whatever is loaded") func operatorsVerbs() throws
  {
    let bare = try GuardedProject(#"{"ruleset": "none", "version": "1", "language": 1}"#)
    bare.project.root.remove(GuardedProject.setPath)
    for line in ["conductor resume", "env -i /opt/conductor approve release --item A --by Robert"] {
      expectRefusal(try ask("Bash", bash(line)), "conductor/operators-verb", line)
      expectRefusal(try bare.ask(bare.call("Bash", bash(line))), "conductor/operators-verb", line)
    }
    for line in ["conductor status", "conductor pause --reason 'CI is down'"] {
      expectSilence(try ask("Bash", bash(line)), line)
    }
    expectQuestion(
      try bare.ask(bare.call("Bash", bash("conductor $VERB"))), "conductor/operators-verb")
  }

  @Test func theContentMeetsTheRulesOfDiffs() throws {
    let guarded = try GuardedProject(
      """
      { "ruleset": "house", "version": "1", "language": 1,
        "detectors": { "ddl": { "any": ["create table"], "match": ["CREATE TABLE x"], "not_match": ["table"] } },
        "rules": [ { "id": "no-ddl", "phase": "diff", "verdict": "deny", "because": "b",
            "when": { "path": "*.sql", "added": "ddl" } },
          { "id": "no-new", "phase": "diff", "verdict": "ask", "because": "b",
            "when": { "path": "src/**", "change": "add" } } ] }
      """)
    func write(_ path: String, _ content: String) throws -> Run {
      try guarded.ask(
        guarded.call(
          "Write", "{ \"file_path\": \"\(path)\", \"content\": \(quoted(content)) }"))
    }
    expectRefusal(try write("a.sql", "-- x\nCREATE TABLE t\n"), "house/no-ddl")
    expectSilence(try write("a.sql", "SELECT 1\n"))
    let edit =
      "{ \"file_path\": \"a.sql\", \"old_string\": \"create table\", \"new_string\": \"x\" }"
    expectSilence(try guarded.ask(guarded.call("Edit", edit)))
    expectQuestion(try write("src/new.c", "x"), "house/no-new")
    try guarded.project.root.write("x", "src/old.c")
    expectSilence(try write("src/old.c", "y"))
  }

  @Test func aFileOutsideIsAsked() throws {
    for path in ["/etc/passwd", "../other/file", "~/note"] {
      expectQuestion(try write(path), "conductor/outside-project", path)
    }
    try project.root.link("out", to: "/tmp")
    expectQuestion(try write("out/file"), "conductor/outside-project")
    try project.root.link("circle", to: "circle")
    expectQuestion(try write("circle/file"), "conductor/unresolved-path")
  }

  // MARK: Other tools

  @Test func addressesMeetTheRulesOfHosts() throws {
    let guarded = try GuardedProject(
      """
      { "ruleset": "house", "version": "1", "language": 1,
        "rules": [ { "id": "hosts", "phase": "command", "verdict": "deny", "because": "b",
          "when": { "host": { "not_in": ["example.org"] } } } ] }
      """)
    func fetch(_ url: String) throws -> Run {
      try guarded.ask(guarded.call("WebFetch", "{ \"url\": \"\(url)\", \"prompt\": \"p\" }"))
    }
    expectSilence(try fetch("https://docs.example.org/x"))
    expectRefusal(try fetch("https://example.org.evil.com/"), "house/hosts")
  }

  @Test func harmlessToolsAreNobodysBusinessAndUnknownOnesAreAsked() throws {
    for tool in ["Read", "Glob", "Grep", "LS", "TodoWrite", "WebSearch", "Task", "BashOutput"] {
      expectSilence(try ask(tool, "{ \"file_path\": \"\(Project.consentPath)\" }"), tool)
    }
    for tool in ["mcp__files__write", "Teleport", "read", ""] {
      expectQuestion(try ask(tool, "{}"), "conductor/unknown-tool", tool)
    }
  }

  @Test func withoutRulesOnlyTheOperatorsPathsAreGuarded() throws {
    project.root.remove(GuardedProject.setPath)
    for line in ["alembic upgrade head", "$TOOL run", "make other"] {
      expectSilence(try ask("Bash", bash(line)), line)
    }
    expectSilence(try ask("mcp__x__y", "{}"))
    expectSilence(try write("/etc/passwd"))
    expectRefusal(try write(Project.consentPath), "conductor/protected-path")
    expectRefusal(try ask("Bash", bash("rm \(Project.backlogPath)")), "conductor/protected-path")
  }

  // MARK: Whatever goes wrong

  @Test(
    "What is no call of a tool is refused",
    arguments: [
      "", " \n", "{", "[]", "null", "42", "{}", "{}{}", "{} x",
      #"{ "hook_event_name": "PreToolUse" }"#, #"{ "tool_name": "Bash", "tool_input": {} }"#,
      #"{ "hook_event_name": "PostToolUse", "tool_name": "Bash", "tool_input": { "command": "ls" } }"#,
      #"{ "hook_event_name": 1, "tool_name": "Bash", "tool_input": { "command": "ls" } }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash" }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": {} }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": { "command": ["ls"] } }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": "ls" }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Write", "tool_input": { "file_path": "a" } }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "MultiEdit", "tool_input": { "file_path": "a" } }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "WebFetch", "tool_input": { "url": 1 } }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_input": { "command": "ls" }, "cwd": "x" }"#,
      #"{ "hook_event_name": "PreToolUse", "tool_name": "Bash", "tool_name": "Read", "tool_input": {} }"#,
    ])
  func noCall(_ text: String) throws {
    let run = try guarded.ask(text)
    expectRefusal(run, "the tool call cannot be judged", text)
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let run = try project.shell(
      "printf '\\377\\376' | \"$CONDUCTOR\" guard; echo $?; \"$CONDUCTOR\" guard <&-; echo $?")
    #expect(run.out == "2\n2\n", "\(run)")
  }

  @Test func everyFaultOfTheProjectIsARefusal() throws {
    let call = guarded.call("Read", "{}")
    try project.root.write("{", GuardedProject.setPath)
    expectRefusal(try ask("Bash", bash("ls")), GuardedProject.setPath)
    try project.root.write(GuardedProject.set(), GuardedProject.setPath)
    try project.root.write("{", Project.configurationPath)
    expectRefusal(try ask("Bash", bash("ls")), Project.configurationPath)
    expectRefusal(try guarded.ask(call, "--root /"), "no project")
    expectRefusal(try guarded.ask(call, "--root /no/such/place"), "no directory")
  }

  @Test func theStatusIsNeverAnother() throws {
    for arguments in [
      ["guard", "--bogus"], ["guard", "x"], ["--quiet", "guard", "--item"], ["--bogus", "guard"],
    ] {
      #expect(try project.conductor(arguments).exit == 2, "\(arguments)")
    }
    #expect(try project.conductor("guard", with: ["CONDUCTOR_NOW": "garbage"]).exit == 2)
    #expect(try guarded.ask(guarded.call("Read", "{}"), "--json").exit == 0)
    #expect(try project.conductor("guard", "--help").exit == 0)
    // Another command that merely has the word in it ends as it always does.
    #expect(try project.conductor("--root", "guard", "status", "--bogus").exit == 64)
    let full = try project.shell(
      "\"$CONDUCTOR\" guard < \"$HOME/call.json\" > /dev/full; echo $?", with: guarded.variables)
    #expect(full.out == "0\n")
    try project.home.write(guarded.call("mcp__x", "{}"), "call.json")
    let closed = try project.shell(
      "\"$CONDUCTOR\" guard < \"$HOME/call.json\" > /dev/full; echo $?; \"$CONDUCTOR\" guard < \"$HOME/call.json\" >&-; echo $?",
      with: guarded.variables)
    #expect(closed.out == "2\n2\n", "\(closed)")
  }

  @Test func aCallThatNeverEndsIsRefusedInTime() throws {
    let run = try project.shell(
      "(sleep 60) | \"$CONDUCTOR\" guard & wait $!; echo $?", with: guarded.variables)
    #expect(run.out == "2\n", "\(run)")
    #expect(run.err.contains("within"), "\(run)")
  }

  @Test func aCrashIsARefusal() throws {
    for signal in ["SEGV", "ILL", "BUS", "ABRT", "TRAP", "FPE"] {
      let run = try project.shell(
        """
        mkfifo "$HOME/pipe" 2> /dev/null; sleep 4 > "$HOME/pipe" &
        "$CONDUCTOR" guard < "$HOME/pipe" & sleep 0.3; kill -\(signal) $!; wait $!; echo $?
        """, with: guarded.variables)
      #expect(run.out == "2\n", "\(signal): \(run)")
      #expect(run.err.contains("crashed"), "\(signal): \(run)")
    }
  }

  @Test func aLockThatIsNotHadInTimeRefusesAllTheSame() throws {
    try project.conductor("pause", "--reason", "x")
    try project.home.write(guarded.call("Bash", bash("alembic upgrade x")), "call.json")
    let run = try project.shell(
      """
      flock '\(project.root.place(Project.statePath))/lock' sleep 30 & sleep 0.3
      "$CONDUCTOR" guard < "$HOME/call.json"; echo $?; kill $!
      """, with: guarded.variables)
    #expect(run.out == "2\n", "\(run)")
    #expect(run.err.contains("no receipt was written"), "\(run)")
  }
}
