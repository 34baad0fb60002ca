import JSONText
import TestSupport
import Testing

/// What must be allowed before a loop does anything, and what ends it.
@Suite struct LoopPermissionTests {
  private func expectRefusal(
    _ loop: LoopProject, _ run: Run, _ exit: Int32, _ code: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(run.exit == exit, "\(run)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, sourceLocation: sourceLocation)
    let report = try loop.report()
    #expect(
      report["reasons"]?.codes.contains(code) == true, "\(report["reasons"]?.codes ?? [])",
      sourceLocation: sourceLocation)
    #expect(report["cycles"]?.elements.isEmpty == true, sourceLocation: sourceLocation)
    #expect(try loop.status("A") == "pending", sourceLocation: sourceLocation)
    try loop.expectQuiet(sourceLocation: sourceLocation)
  }

  @Test(
    "Without consent for it, a loop does nothing",
    arguments: [#""auto_enabled": false"#, #""continuous": false"#, #""expires": "2020-01-01""#])
  func consent(_ consent: String) throws {
    let loop = try LoopProject(consent: consent)
    try expectRefusal(loop, try loop.loop("--apply"), 4, "consent-absent")
  }

  @Test("Without any consent file, a loop does nothing") func absent() throws {
    let loop = try LoopProject()
    loop.project.root.remove(Project.consentPath)
    try expectRefusal(loop, try loop.loop(), 4, "consent-absent")
  }

  @Test("A consent that does not parse refuses with its place") func malformed() throws {
    let loop = try LoopProject()
    try loop.project.root.replace("{ \"auto_enabled\": 1 }", Project.consentPath)
    try expectRefusal(loop, try loop.loop(), 65, "consent-invalid")
  }

  @Test("A consent that requires an executor refuses a loop without one") func executor() throws {
    let loop = try LoopProject()
    let run = try loop.project.conductor("loop")
    try expectRefusal(loop, run, 4, "executor-required")
  }

  @Test("What may not be applied is refused before an item is claimed") func apply() throws {
    let loop = try LoopProject(consent: #""allow_apply": false"#)
    try expectRefusal(loop, try loop.loop("--apply"), 4, "apply-forbidden")
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
  }

  @Test("A mode keeps work out of the user's tree, whatever the consent says")
  func mode() throws {
    let loop = try LoopProject()
    #expect(try loop.project.conductor("mode", "set", "PR_ONLY").exit == 0)
    try expectRefusal(loop, try loop.loop("--apply"), 4, "apply-forbidden")
    #expect(try loop.project.conductor("mode", "set", "SELECTIVE_AUTO").exit == 0)
    try expectRefusal(loop, try loop.loop("--apply"), 4, "apply-forbidden")
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
    #expect(try loop.status("A") == "proposed")
  }

  @Test("In the mode DRY_RUN no agent runs, and nothing but records is written")
  func dryMode() throws {
    let loop = try LoopProject(agent: "touch \"$HOME/ran\"; echo '\(LoopProject.answer)'\n")
    #expect(try loop.project.conductor("mode", "set", "DRY_RUN").exit == 0)
    let before = try loop.project.backlog()
    let run = try loop.loop()
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.outcomes() == ["emitted", "emitted", "emitted"])
    #expect(try loop.project.backlog() == before)
    #expect(!loop.project.home.holds("ran"))
    #expect(try loop.project.shell("git status --porcelain; git branch").lines == ["* master"])
    try loop.expectQuiet()
  }

  @Test("A pause refuses, and a resume lets the loop go on") func pause() throws {
    let loop = try LoopProject()
    try loop.project.conductor("pause", "--reason", "moving house")
    try expectRefusal(loop, try loop.loop(), 4, "paused")
    try loop.project.conductor("resume")
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
  }

  @Test("A prerequisite that does not hold refuses with 5") func prerequisite() throws {
    let loop = try LoopProject(prerequisites: #"{ "authenticity": "none" }"#)
    try expectRefusal(loop, try loop.loop(), 5, "ci-missing")
  }

  @Test("An unknown executor is a wrong command line, and names the known ones")
  func unknown() throws {
    let loop = try LoopProject()
    let run = try loop.project.conductor("loop", "--executor", "agnet")
    #expect(run.exit == 64, "\(run)")
    #expect(run.err.contains("\"agent\", \"gone\""))
    #expect(try loop.project.conductor("loop", "--apply").exit == 64)
    #expect(try loop.project.conductor("loop", "--max-idle", "1s").exit == 64)
  }

  @Test("An executor that is not installed ends the run with 69, and no attempt is counted")
  func unavailable() throws {
    let loop = try LoopProject()
    for _ in 0..<4 {
      let run = try loop.project.conductor(
        ["loop", "--executor", "gone"], with: ["PATH": Project.toolsPath])
      #expect(run.exit == 69, "\(run)")
      #expect(try loop.outcomes() == ["failed"])
      #expect(try loop.status("A") == "pending")
      try loop.expectQuiet()
    }
  }

  @Test("Plans that the consent does not name are left alone") func plans() throws {
    let loop = try LoopProject(
      items: [
        Project.item("A", plan: "2026-other"), Project.item("B"),
        Project.item("C", plan: "2025-11-autonomy"),
      ], consent: #""plans": ["2025-*"]"#)
    #expect(try loop.loop().exit == 0)
    #expect(try ["A", "B", "C"].map(loop.status) == ["pending", "pending", "proposed"])
  }

  @Test("The smaller of the two limits of cycles holds, and 0 is no limit") func cycles() throws {
    for (consent, flag, count) in [
      ("0", "2", 2), ("1", "2", 1), ("2", "1", 1), ("2", "0", 2), ("0", "0", 3),
    ] {
      let loop = try LoopProject(consent: #""max_iterations": \#(consent)"#)
      let run = try loop.loop("--max-cycles", flag)
      #expect(run.exit == 0, "\(run)")
      #expect(try loop.outcomes().count == count, "\(consent) \(flag)")
    }
  }

  @Test(
    "Consent that is withdrawn between two cycles ends the run before the next claim",
    arguments: [#"sed -i 's/"continuous": true/"continuous": false/'"#, "rm"])
  func withdrawn(_ how: String) throws {
    let loop = try LoopProject()
    // The agent of the first cycle is gone when the consent changes: it is the sleep after its answer that waits.
    let run = try loop.shell(
      """
      $LOOP --interval 5s & loop=$!
      until grep -q proposed \(Project.backlogPath); do sleep 0.05; done
      until [ -z "$(ls \(Project.statePath)/claims)" ]; do sleep 0.05; done
      \(how) \(Project.consentPath)
      wait $loop; echo $?
      """)
    #expect(run.out == "4\n", "\(run)")
    #expect(try ["A", "B", "C"].map(loop.status) == ["proposed", "pending", "pending"])
    #expect(try loop.report()["reasons"]?.codes == ["consent-absent"])
    try loop.expectQuiet()
  }

  @Test("What the consent allows only after the run began counts for the next run")
  func widened() throws {
    let loop = try LoopProject(consent: #""max_iterations": 1"#)
    let run = try loop.shell(
      """
      $LOOP --interval 2s & loop=$!
      until grep -q proposed \(Project.backlogPath); do sleep 0.05; done
      sed -i 's/"max_iterations": 1/"max_iterations": 0/' \(Project.consentPath)
      wait $loop; echo $?
      """)
    #expect(run.out == "0\n", "\(run)")
    #expect(try ["A", "B", "C"].map(loop.status) == ["proposed", "pending", "pending"])
  }

  @Test("SELECTIVE_AUTO says wherever it is shown that it holds as PR_ONLY") func selective() throws
  {
    let loop = try LoopProject()
    let set = try loop.project.conductor("mode", "set", "SELECTIVE_AUTO")
    #expect(set.exit == 0 && set.err.contains("holds as PR_ONLY"), "\(set)")
    #expect(try loop.project.conductor("mode").err.contains("holds as PR_ONLY"))
    let shown = try loop.project.conductor("mode", "--json")
    #expect(shown.json?["warnings"]?.codes == ["mode-without-effect"], "\(shown)")
    #expect(try loop.project.conductor("status").out.contains("holds as PR_ONLY"))
    let run = try loop.loop()
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.outcomes() == ["proposed", "proposed", "proposed"])
    #expect(
      try loop.report()["notes"]?.codes.count { $0 == "mode-without-effect" } == 1, "\(run)")
    #expect(try loop.loop("--apply").exit == 4)
    try loop.project.conductor("mode", "set", "PR_ONLY")
    #expect(
      try loop.project.conductor("mode", "--json").json?["warnings"]?.elements.isEmpty == true)
  }

  @Test("A misspelt cap refuses, and the nearest word is named") func misspelt() throws {
    let loop = try LoopProject(consent: #""budget": { "cycles_per_dy": 2 }"#)
    try expectRefusal(loop, try loop.loop(), 65, "consent-invalid")
    let words = try loop.loop().err
    #expect(
      words.contains("unknown key \"cycles_per_dy\"; did you mean \"cycles_per_day\"?"), "\(words)")
    #expect(try loop.project.conductor("next").exit == 65)
    #expect(try loop.project.conductor("status").exit == 0)
    try loop.consent(#""max_iteration": 2"#)
    let noted = try loop.loop("--max-cycles", "1")
    #expect(noted.exit == 0 && noted.err.contains("did you mean \"max_iterations\"?"), "\(noted)")
  }
}
