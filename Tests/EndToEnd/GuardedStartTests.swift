import JSONText
import Machine
import TestSupport
import Testing

/// What becomes of starts below `conductor exec`.
@Suite struct GuardedStartTests {
  private let guarded: GuardedProject
  private var project: Project { guarded.project }

  init() throws { guarded = try GuardedProject() }

  private static let refused = "upgrade"

  @Test(
    "However a start comes about through the PATH, it is judged",
    arguments: [
      "alembic upgrade head", "exec alembic upgrade head", "command alembic upgrade head",
      "'al'\"em\"bic upgrade head", "A=alem; B=bic; $A$B upgrade head",
      "eval al''embic upgrade head",
      "echo upgrade head | xargs alembic", "echo 'alembic upgrade head' | sh",
      "bash -c 'sh -c \"bash -c \\\"alembic upgrade head\\\"\"'", "(alembic upgrade head) & wait",
      "nohup alembic upgrade head", "env alembic upgrade head",
      "env -i PATH=\"$PATH\" alembic upgrade x",
      "nice alembic upgrade head", "timeout 5 alembic upgrade head",
      "setsid -w alembic upgrade head",
      "find . -maxdepth 0 -exec alembic upgrade head \\;", "exec -a harmless alembic upgrade head",
      "x=$(alembic upgrade head)", "f() { alembic \"$@\"; }; f upgrade head",
      "printf '#!/usr/bin/env -S alembic upgrade\\n' > s; chmod +x s; mv s upgrade; PATH=$PATH:. upgrade",
      "printf 'alembic upgrade head\\n' > s; . ./s", "printf 'alembic upgrade head\\n' > s; sh s",
      "printf 'x:\\n\\talembic upgrade head\\n' > m; make -s -f m",
      "trap 'alembic upgrade head' EXIT",
      "perl -e 'exec qw(alembic upgrade head)'", "perl -e 'system qw(alembic upgrade head)'",
      "awk 'BEGIN { system(\"alembic upgrade head\") }'", "alembic --raiseerr upgrade head",
      "shopt -s expand_aliases; alias a=alembic\na upgrade head", "hash -r; alembic upgrade head",
      "cd /; alembic upgrade head", "git -c alias.x='!alembic upgrade head' x",
      "PAGER='alembic upgrade head' git -p help -a > /dev/null; alembic upgrade head",
      "\"$CONDUCTOR\" exec -- sh -c 'exec alembic upgrade head'",
      "\"$CONDUCTOR\" exec --level L9 -- make -s -f \"$HOME/Makefile\" inner",
    ])
  func judged(_ line: String) throws {
    try project.root.makeDirectory("play")
    let run = try guarded.run(
      "cd '\(project.root.place("play"))' || exit 99\n" + line, with: ["CONDUCTOR": Program.path])
    #expect(try guarded.started() == [], "\(run)")
    #expect(run.err.contains("was not started") || run.err.contains("refused"), "\(run)")
    #expect(guarded.runFolders == [])
  }

  @Test func pythonsChildrenAreJudged() throws {
    let code =
      "import subprocess as s; print(s.run(['alembic', 'upgrade']).returncode, s.call('alembic upgrade', shell=True))"
    let run = try guarded.run(
      "command -v python3 > /dev/null || { echo 126 126; exit; }; python3 -c \"\(code)\"")
    #expect(run.out == "126 126\n", "\(run)")
    #expect(try guarded.started() == [])
  }

  @Test func aStartThatNothingStandsAgainstIsAsIfNobodyHadLooked() throws {
    try guarded.stub(
      "alembic",
      script:
        "#!/bin/sh\nprintf '%s|' \"$0\" \"$@\"; echo \"$MINE\"; pwd; cat; echo err >&2; exit 7\n")
    let run = try guarded.run(
      "cd /; echo in | MINE=x alembic 'a  b' '' '*' history; echo $?")
    #expect(run.out == "\(guarded.stubs)/alembic|a  b||*|history|x\n/\nin\n7\n", "\(run)")
    #expect(run.err == "err\n", "\(run)")
  }

  @Test func aSignalThatEndsTheRealProgramShows() throws {
    try guarded.stub("alembic", script: "#!/bin/sh\nkill -TERM $$\n")
    #expect(try guarded.run("alembic current; echo $?").out == "143\n")
  }

  @Test func aNameThatIsOnNoPATHIsNotFound() throws {
    project.home.remove("bin/alembic")
    let run = try guarded.run("alembic history; echo $?; alembic upgrade head; echo $?")
    #expect(run.out == "127\n126\n", "\(run)")
  }

  @Test func aProgramThatAppearsLaterIsGuardedToo() throws {
    project.home.remove("bin/alembic")
    let run = try guarded.run(
      "cp /bin/true '\(guarded.stubs)/alembic'; alembic upgrade; echo $?; alembic history; echo $?")
    #expect(run.out == "126\n0\n", "\(run)")
  }

  @Test func anAskIsARefusalAndAnApprovalLetsItThrough() throws {
    try project.root.write(GuardedProject.set("ask"), GuardedProject.setPath)
    let asked = try guarded.run("alembic upgrade head; echo $?", ["--item", "A"])
    #expect(asked.out == "126\n", "\(asked)")
    #expect(asked.err.contains("ask"), "\(asked)")
    #expect(!project.receiptPaths().contains { $0.contains("stop") })
    let approved = try project.conductor("approve", "migrate", "--item", "A", "--by", "Robert")
    #expect(approved.exit == 0, "\(approved)")
    let run = try guarded.run("alembic upgrade head; echo $?", ["--item", "A"])
    #expect(run.out == "0\n", "\(run)")
    #expect(try guarded.started() == ["alembic upgrade head"])
    #expect(try guarded.run("alembic upgrade head; echo $?").out == "126\n", "the approval is A's")
  }

  @Test func aStopIsOnRecordWithItsItem() throws {
    let run = try guarded.run("alembic upgrade 'a b'", ["--item", "A"])
    let receipt = try #require(run.told("receipt "))
    let stop = try project.receipt(receipt)
    #expect(stop.string("kind") == "stop")
    #expect(stop.string("item") == "A")
    #expect(stop["trigger"]?.string("subject") == "alembic upgrade 'a b'")
    #expect(stop["evidence"]?.elements.first?.string("rule") == "house/no-migrations")
    try project.expectWhole()
  }

  @Test func aRecordThatCannotBeWrittenStillRefuses() throws {
    let run = try guarded.run(
      "mv '\(project.root.place(Project.receiptsPath))/ledger' /tmp/none 2> /dev/null; "
        + "echo x > '\(project.root.place(Project.statePath))/writer'; alembic upgrade head; echo $?"
    )
    #expect(run.out == "126\n", "\(run)")
    #expect(run.err.contains("no receipt was written"), "\(run)")
    #expect(try guarded.started() == [])
  }

  // MARK: What changes meanwhile

  private var set: String { project.root.place(GuardedProject.setPath) }

  @Test func aSetThatIsLoosenedMeanwhileLoosensNothing() throws {
    for text in [GuardedProject.set("allow"), GuardedProject.set().replacing("alembic", "other")] {
      try project.home.write(text, "loose.json")
      let run = try guarded.run("cp \"$HOME/loose.json\" '\(set)'; alembic upgrade head; echo $?")
      #expect(run.out == "126\n", "\(run)")
      try project.root.write(GuardedProject.set(), GuardedProject.setPath)
    }
    let run = try guarded.run(
      "rm '\(set)'; alembic upgrade head; echo $?; alembic history; echo $?")
    #expect(run.out == "126\n0\n", "\(run)")
    #expect(try guarded.started() == ["alembic history"])
  }

  @Test func aSetThatIsTightenedMeanwhileTightensAtOnce() throws {
    try project.home.write(
      GuardedProject.set().replacing("[\"upgrade\"", "[\"history\", \"upgrade\"")
        .replacing("\"not_match\": [\"alembic history\"]", "\"not_match\": [\"alembic x\"]"),
      "tight.json")
    let run = try guarded.run(
      "alembic history; echo $?; cp \"$HOME/tight.json\" '\(set)'; alembic history; echo $?")
    #expect(run.out == "0\n126\n", "\(run)")
  }

  @Test func aSetThatNoLongerLoadsRefusesAllThatIsGuarded() throws {
    let run = try guarded.run("echo '{' > '\(set)'; alembic history; echo $?; echo free")
    #expect(run.out == "126\nfree\n", "\(run)")
    #expect(run.err.contains(GuardedProject.setPath), "\(run)")
    #expect(run.err.contains("alembic was not started"), "\(run)")
  }

  @Test func aConfigurationThatBreaksRefusesAllThatIsGuarded() throws {
    let run = try guarded.run(
      "echo '{' > '\(project.root.place(Project.configurationPath))'; alembic history; echo $?")
    #expect(run.out == "126\n", "\(run)")
    #expect(try guarded.started() == [], "\(run)")
  }

  @Test func nothingInTheEnvironmentTalksAShimFree() throws {
    let tricks = [
      "CONDUCTOR_NOW=2001-01-01T00:00:00Z", "CONDUCTOR_SEED=1", "CONDUCTOR_ROOT=/tmp",
      "CONDUCTOR_ITEM=Z", "CONDUCTOR_FAULT=x", "HOME=/", "CONDUCTOR_NOW=garbage",
    ]
    for trick in tricks {
      let run = try guarded.run("\(trick) alembic upgrade head; echo $?")
      #expect(run.out == "126\n", "\(trick): \(run)")
    }
    #expect(try guarded.started() == [])
    // What counts as a record under a fixed clock counts for nothing later, so that it must not be had for the asking.
    try guarded.run("CONDUCTOR_NOW=2001-01-01T00:00:00Z alembic upgrade head", ["--item", "A"])
    #expect(try project.lastReceipt("stop")["fixed"]?.members.isEmpty != false)
  }

  @Test func aWaiverHoldsByTheRunsClock() throws {
    let waived = GuardedProject.set(
      more: """
        , "waivers": [ { "rule": "no-migrations", "scope": { "command": "alembic" }, "reason": "r",
          "who": "Robert", "expires": "2020-01-01" } ]
        """)
    try project.root.write(waived, GuardedProject.setPath)
    let line = "CONDUCTOR_NOW=2019-01-01T00:00:00Z alembic upgrade head; echo $?"
    #expect(try guarded.run(line).out == "126\n")
    let inside = ["CONDUCTOR_NOW": "2019-06-01T00:00:00Z"]
    #expect(
      try guarded.run("unset CONDUCTOR_NOW; alembic upgrade head; echo $?", with: inside).out
        == "0\n")
  }

  // MARK: Runs within runs

  @Test func aRunWithinARunIsJudgedByBoth() throws {
    let other = try GuardedProject(
      GuardedProject.set().replacing("[\"upgrade\"", "[\"history\", \"downgrade\"")
        .replacing("\"alembic upgrade head\"", "\"alembic history\"")
        .replacing("\"not_match\": [\"alembic history\"]", "\"not_match\": [\"alembic x\"]"))
    let inner =
      "\"$CONDUCTOR\" exec --root '\(other.project.root.path)' -- make -s -f \"$HOME/inner\" case"
    try project.home.write(
      "case:\n\t@alembic upgrade; echo $$?; alembic history; echo $$?; alembic current; echo $$?\n",
      "inner")
    let run = try guarded.run(inner, with: ["CONDUCTOR": Program.path])
    #expect(run.out == "126\n126\n0\n", "\(run)")
    #expect(try guarded.started() == ["alembic current"])
  }

  @Test func aStopInOneOfManyAtOnceIsAStopInAll() throws {
    let line = "for i in 1 2 3 4 5 6 7 8; do alembic upgrade $i & alembic history $i & done; wait"
    let run = try guarded.run(line)
    let started = try guarded.started()
    #expect(started.count == 8 && started.allSatisfy { $0.hasPrefix("alembic history") }, "\(run)")
    #expect(try project.receipts().count { $0.string("kind") == "stop" } == 8)
    try project.expectWhole()
  }
}

extension String {
  /// The text with each occurrence of another in it replaced.
  fileprivate func replacing(_ old: String, _ new: String) -> String {
    split(separator: old, omittingEmptySubsequences: false).joined(separator: new)
  }
}
