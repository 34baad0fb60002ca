import JSONText
import TestSupport
import Testing

/// Beginning a project, finding it, mending it, and the pages that the command table makes.
@Suite struct SetupCommandTests {
  @Test func initThenNextWorksAtOnceAndNothingIsEverOverwritten() throws {
    let project = try Project()
    let run = try project.conductor("init")
    #expect(run.exit == 0, "\(run)")
    let files = [Project.backlogPath, Project.consentPath, Project.configurationPath].sorted()
    #expect(project.root.files() == files)
    #expect(run.err.contains("\"required\""), "the output says how to opt in")
    let consent = try Document(Bytes(project.root.bytes(Project.consentPath))).root
    for key: Text in ["auto_enabled", "continuous", "allow_apply"] {
      #expect(consent[key]?.bool == false)
    }
    let before = try project.root.tree()
    let again = try project.conductor("init", "--json")
    #expect(again.json?["files"]?.elements.allSatisfy { $0["written"]?.bool == false } == true)
    #expect(try project.root.tree() == before)
    let next = try project.conductor("next")
    #expect(next.exit == 0 && next.lines.contains("Task ID: ND-001"), "\(next)")
    #expect(try project.conductor("doctor").exit == 0)
    #expect(try project.conductor("backlog", "check").exit == 0)
  }

  @Test func initKeepsWhatIsThere() throws {
    let project = try Project(backlog: "not even JSON")
    let run = try project.conductor("init")
    #expect(run.exit == 0, "\(run)")
    #expect(try project.backlogText() == "not even JSON")
    #expect(run.out.contains("kept") && run.out.contains("wrote"))
  }

  @Test func initAtAnotherRoot() throws {
    let project = try Project()
    try project.root.makeDirectory("deep/er")
    let run = try project.conductor("init", "--root", "deep/er")
    #expect(run.exit == 0, "\(run)")
    #expect(project.root.holds("deep/er/" + Project.backlogPath))
    #expect(try project.conductor("next", "--root=deep/er").exit == 0)
  }

  // MARK: Finding the project

  @Test func aProjectIsFoundFromBelowByFlagAndByVariable() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B"), Project.item("C")])
    try project.root.makeDirectory("src/inner")
    #expect(try project.conductor("next", in: "src/inner").lines.contains("Task ID: A"))
    let elsewhere = try Project()
    #expect(
      try elsewhere.conductor("next", "--root", project.root.path).lines.contains("Task ID: B"))
    let variable = ["CONDUCTOR_ROOT": project.root.path]
    #expect(try elsewhere.conductor("next", with: variable).lines.contains("Task ID: C"))
    let other = try Project(items: [Project.item("Z")])
    #expect(
      try other.conductor("next", "--root", ".", with: variable).lines.contains("Task ID: Z"),
      "the flag goes before the variable")
    #expect(elsewhere.root.files().isEmpty, "nothing is written outside the project")
  }

  @Test func whereThereIsNoProjectTheMessageNamesInit() throws {
    let project = try Project()
    for arguments in [["next"], ["status"], ["backlog", "list"], ["doctor"], ["receipts", "verify"]] {
      let run = try project.conductor(arguments)
      #expect(run.exit == 66 && run.output.isEmpty, "\(arguments) \(run)")
      #expect(run.err.contains("conductor init"), "\(arguments) \(run)")
    }
    let json = try project.conductor("status", "--json")
    #expect(json.exit == 66 && json.json?["reasons"]?.codes == ["project-missing"], "\(json)")
    #expect(try project.conductor("next", "--root", "/no/such/directory").exit == 66)
    #expect(project.root.files().isEmpty)
  }

  @Test func aLinkedWorktreeUsesTheMainOnesBacklogAndState() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B")])
    let tools: [String: String?] = ["PATH": Project.toolsPath]
    let made = try project.shell(
      """
      set -e
      git init -q -b main . && git add . && git -c user.name=t -c user.email=t@t commit -qm base
      git worktree add -q "$HOME/linked"
      """)
    #expect(made.exit == 0, "\(made)")
    let linked = project.home.place("linked")
    let run = try project.conductor("next", with: tools, in: linked)
    #expect(run.lines.contains("Task ID: A"), "\(run)")
    #expect(try project.item("A").string("status") == "in_progress")
    #expect(try project.conductor("next", with: tools).lines.contains("Task ID: B"))
    let status = try project.shell("git status --porcelain", in: linked)
    #expect(status.exit == 0 && status.output.isEmpty, "\(status)")
    try project.expectWhole()
  }

  // MARK: doctor

  @Test func doctorFindsWhatIsWrongAndSaysHowToMendIt() throws {
    let project = try Project(
      backlog: Project.backlog([Project.item("A")], prerequisites: "{}"))
    try project.root.write("{ \"version\": 1 }", Project.configurationPath)
    let run = try project.conductor("doctor", "--json")
    #expect(run.exit == 1, "\(run)")
    let findings = try #require(run.json?["findings"]?.elements)
    let problems = findings.filter { $0.string("weight") == "problem" }
    #expect(problems.map { $0.string("check") } == ["authenticity-missing", "ci-missing"])
    #expect(problems.allSatisfy { $0.string("remedy") != nil })
    #expect(!project.root.holds(Project.statePath), "nothing is changed")
    let text = try project.conductor("doctor")
    #expect(text.exit == 1 && text.out.contains(Project.trustPath), "\(text)")
  }

  @Test func doctorLooksAtAConfigurationThatDoesNotLoad() throws {
    let project = try Project(items: [Project.item("A")])
    try project.root.write("{ \"version\": 1,\n \"pahts\": {} }", Project.configurationPath)
    let run = try project.conductor("doctor")
    #expect(run.exit == 1, "\(run)")
    #expect(run.out.contains("conductor.json:2:") && run.out.contains("paths"), "\(run)")
    let next = try project.conductor("next")
    #expect(next.exit == 78 && next.output.isEmpty, "\(next)")
    #expect(next.err.contains("conductor.json:2:") && next.err.contains("did you mean \"paths\"?"))
  }

  // MARK: Pages

  @Test func pagesGoToStandardOutputAlone() throws {
    let project = try Project()
    for arguments in [
      ["version"], ["--version"], ["help"], ["--help"], ["help", "next"], ["next", "--help"],
      ["help", "backlog", "list"], ["help", "exit-codes"], ["help", "environment"], ["manual"],
      ["completions", "bash"], ["completions", "zsh"], ["completions", "fish"],
    ] {
      let run = try project.conductor(arguments)
      #expect(run.exit == 0 && !run.output.isEmpty && run.errors.isEmpty, "\(arguments) \(run)")
    }
    #expect(try project.conductor("version").out.hasPrefix("conductor "))
    let json = try project.conductor("version", "--json")
    #expect(json.json?.string("version") != nil, "\(json)")
    #expect(project.root.files().isEmpty)
  }

  @Test func wrongUsageNamesTheNearestWord() throws {
    let project = try Project(items: [Project.item("A")])
    let before = try project.root.tree()
    for (arguments, hint) in [
      (["nxt"], "next"), (["next", "--dif-limit", "3"], "--diff-limit"),
      (["backlog", "lst"], "list"), (["next", "--diff-limit", "0"], "--diff-limit"),
      (["next", "--diff-limit", "1e2"], "--diff-limit"),
      (["next", "--diff-limit", "-5"], "--diff-limit"),
      (["next", "--diff-limit"], "--diff-limit"), (["next", "--lease", "2"], "--lease"),
      (["next", "extra"], "extra"), (["release"], "ITEM"), (["pause"], "--reason"),
      (["completions", "tcsh"], "bash"), (["next", "--json=yes"], "--json"), ([], "conductor"),
      (["backlog"], "list"), (["release", "A", "--claim", "x"], "--claim"),
      (["backlog", "add", "--title", "t", "--not-before", "tomorrow"], "--not-before"),
    ] {
      let run = try project.conductor(arguments)
      #expect(run.exit == 64, "\(arguments) \(run)")
      #expect(run.output.isEmpty, "\(arguments) \(run)")
      #expect(run.err.contains(hint), "\(arguments) \(run)")
    }
    let json = try project.conductor("nxt", "--json")
    #expect(json.exit == 64 && json.json?["exit"]?.integer == 64, "\(json)")
    #expect(try project.root.tree() == before, "wrong usage touches nothing")
  }

  @Test(arguments: ["a\u{1B}[31mb", "a\nb", "a\tb", "a\u{7F}", "a\u{85}b", "a\u{9B}1mb"])
  func aTestThatCouldNotBeListedAsReceivedIsRefused(_ command: String) throws {
    let project = try Project(items: [Project.item("A")])
    let before = try project.root.tree()
    let run = try project.conductor("next", "--test", "make ok", "--test", command)
    #expect(run.exit == 64 && run.output.isEmpty, "\(run)")
    #expect(!run.err.unicodeScalars.contains { $0.value < 32 && $0 != "\n" || (127...159).contains($0.value) })
    #expect(try project.root.tree() == before)
  }

  @Test func fixedVariablesThatMakeNoSenseAreWrongUsage() throws {
    let project = try Project(items: [Project.item("A")])
    let run = try project.conductor("next", with: ["CONDUCTOR_NOW": "yesterday"])
    #expect(run.exit == 64 && run.output.isEmpty && run.err.contains("CONDUCTOR_NOW"), "\(run)")
    try project.conductor("next", with: Project.fixed)
    let receipt = try project.lastReceipt("claim")
    #expect(receipt["fixed"]?.string("CONDUCTOR_NOW") == "2026-11-21T08:30:00Z")
    #expect(receipt["fixed"]?.string("CONDUCTOR_SEED") == "7")
  }
}
