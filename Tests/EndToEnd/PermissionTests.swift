import JSONText
import TestSupport
import Testing

/// What the operator says: consent, pause, configuration; and which of several refusals is the answer.
@Suite struct PermissionTests {
  private func project(
    consent: String? = nil, state: String? = nil, configuration: String? = nil,
    backlog: String? = nil
  ) throws -> Project {
    let project = try Project(backlog: backlog ?? Project.backlog([Project.item("A")]))
    if let consent { try project.root.write(consent, Project.consentPath) }
    if let state { try project.root.write(state, Project.statePath + "/state.json") }
    if let configuration { try project.root.write(configuration, Project.configurationPath) }
    return project
  }

  // MARK: Consent

  @Test("next is an operator's own act and needs no auto_enabled")
  func nextNeedsNoConsent() throws {
    for consent in [nil, "{}", #"{ "auto_enabled": false, "continuous": false }"#] {
      let run = try project(consent: consent).conductor("next")
      #expect(run.exit == 0, "\(run)")
    }
  }

  @Test(
    "A consent that is no consent refuses next with 65, and is not touched",
    arguments: [
      "", "{", "[]", "null", #"{ "auto_enabled": "yes" }"#, #"{ "auto_enabled": 1 }"#,
      #"{ "continuous": null }"#, #"{ "require_execute": "true" }"#, #"{ "allow_apply": 0 }"#,
      #"{ "halt_on_attention_feeds": [] }"#, #"{ "halt_on_ci_failure": {} }"#,
      #"{ "max_iterations": -1 }"#, #"{ "max_iterations": 1.5 }"#, #"{ "max_iterations": "3" }"#,
      #"{ "max_iterations": true }"#, #"{ "notes": 3 }"#, #"{ "expires": "soon" }"#,
      #"{ "expires": 20261121 }"#, #"{ "plans": "all" }"#, #"{ "plans": [1] }"#,
      #"{ "budget": 3 }"#, #"{ "budget": { "cycles_per_day": 0 } }"#,
      #"{ "auto_enabled": false, "auto_enabled": true }"#,
    ])
  func aConsentThatIsNone(_ text: String) throws {
    let project = try project(consent: text)
    let before = try project.backlog()
    let run = try project.conductor("next")
    try project.expectRefusal(run, exit: 65, code: "consent-invalid", backlog: before)
    #expect(run.err.contains("\(Project.consentPath):1:"), "\(run)")
    #expect(try project.root.text(Project.consentPath) == text)
    // It refuses neither reading nor what only takes work back.
    for arguments in [["pause", "--reason", "x"], ["status"], ["backlog", "list"], ["resume"]] {
      #expect(try project.conductor(arguments).exit == 0, "\(arguments)")
    }
  }

  @Test("An unknown key of the consent is a warning, in the receipt too")
  func anUnknownKeyWarns() throws {
    let project = try project(consent: #"{ "auto_enable": true }"#)
    let run = try project.conductor("next")
    #expect(run.exit == 0 && run.err.contains("auto_enable"), "\(run)")
    let warnings = try project.lastReceipt("claim")["warnings"]?.codes ?? []
    #expect(warnings.contains("consent-unknown-key"), "\(warnings)")
  }

  @Test("A consent that has expired counts as absent") func expired() throws {
    let text = #"{ "auto_enabled": true, "require_execute": false, "expires": "2026-11-21" }"#
    let project = try project(consent: text)
    #expect(try project.conductor("next", with: Project.fixed).exit == 0)
    let receipt = try project.lastReceipt("claim")
    #expect(receipt["warnings"]?.codes.contains("consent-expired") == true)
    #expect(receipt["consent"]?["auto_enabled"]?.bool == false)
  }

  @Test("require_execute is said in the receipt of next") func requireExecute() throws {
    let strict = try project()
    try strict.conductor("next")
    #expect(
      try strict.lastReceipt("claim")["warnings"]?.codes.contains("execution-required") == true)
    let open = try project(consent: #"{ "require_execute": false }"#)
    try open.conductor("next")
    #expect(
      try open.lastReceipt("claim")["warnings"]?.codes.contains("execution-required") == false)
  }

  // MARK: Run state

  @Test(
    "A run state that cannot be understood is paused",
    arguments: [
      "", "{", "[]", "{}", #"{ "status": "active" }"#, #"{ "status": true }"#,
      #"{ "status": "ACTIVE", "mode": "FAST" }"#, #"{ "status": "ACTIVE", "status": "ACTIVE" }"#,
    ])
  func unreadableRunState(_ text: String) throws {
    let project = try project(state: text)
    let before = try project.backlog()
    try project.expectRefusal(
      project.conductor("next"), exit: 4, code: "run-state-unreadable", backlog: before)
    #expect(try project.conductor("resume").exit == 0)
    #expect(try project.conductor("next").exit == 0)
  }

  @Test("The mode DRY_RUN makes next dry") func dryMode() throws {
    let project = try project(state: #"{ "status": "ACTIVE", "mode": "DRY_RUN" }"#)
    let before = try project.backlog()
    let run = try project.conductor("next")
    #expect(run.exit == 0 && run.lines.contains("Task ID: A"), "\(run)")
    #expect(!run.err.contains("honour the guardrails"), "\(run)")
    #expect(try project.backlog() == before)
    #expect(try project.lastReceipt("claim")["dry_run"]?.bool == true)
  }

  // MARK: Configuration

  @Test(
    "A configuration that cannot be meant is 78, before anything is written",
    arguments: [
      ("", "1:1"), ("[]", "1:1"), ("{}", "1:1"), (#"{ "version": 2 }"#, "1:14"),
      (#"{ "version": "1" }"#, "1:14"), (#"{ "version": 1, "path": {} }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlogs": "x" } }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlog": 3 } }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlog": "" } }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlog": "../b.json" } }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlog": "a/../../b.json" } }"#, "1:"),
      (#"{ "version": 1, "paths": { "backlog": "/tmp/b.json" } }"#, "1:"),
      (#"{ "version": 1, "paths": { "receipts": "." } }"#, "1:"),
      (#"{ "version": 1, "paths": { "receipts": "../r" } }"#, "1:"),
      (#"{ "version": 1, "defaults": { "diff_limit": 0 } }"#, "1:"),
      (#"{ "version": 1, "defaults": { "lease": "2 h" } }"#, "1:"),
      (#"{ "version": 1, "defaults": { "tests": "make" } }"#, "1:"),
      (#"{ "version": 1, "defaults": { "test_timeout": 10 } }"#, "1:"),
      (#"{ "version": 1, "executors": { "codex": { "command": [] } } }"#, "1:"),
    ])
  func aFaultyConfiguration(_ text: String, _ place: String) throws {
    let project = try project(configuration: text)
    let before = try project.root.tree()
    let run = try project.conductor("next")
    #expect(run.exit == 78 && run.output.isEmpty, "\(text) \(run)")
    #expect(run.err.contains("\(Project.configurationPath):\(place)"), "\(text) \(run)")
    #expect(try project.root.tree() == before)
    let json = try project.conductor("next", "--json")
    #expect(json.json?["exit"]?.integer == 78 && json.exit == 78, "\(json)")
  }

  @Test("Every path can be set otherwise, and the defaults count where no flag is given")
  func pathsAndDefaults() throws {
    let configuration = """
      { "version": 1,
        "paths": { "backlog": "b/todo.json", "consent": "b/consent.json", "ci": "b/ci.json",
          "authenticity": "b/trust.json", "receipts": "r" },
        "defaults": { "diff_limit": 55, "tests": ["make x"], "lease": "30m", "agent": "codex" } }
      """
    let project = try project(configuration: configuration)
    project.root.remove(Project.backlogPath)
    try project.root.write(
      Project.backlog(
        [Project.item("A"), Project.item("B", more: #", "diff_limit": 5"#)],
        prerequisites: "{}"), "b/todo.json")
    try project.root.write(#"{ "overall_avg_trust": 1, "attention_feeds": [] }"#, "b/trust.json")
    try project.root.write(#"{ "exit_code": 0 }"#, "b/ci.json")
    try project.root.write("{}", "b/consent.json")
    let run = try project.conductor("next", with: Project.fixed)
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.contains("- Diff limit: 55 lines"))
    #expect(run.lines.contains("- Test: make x"))
    #expect(run.lines.contains("- Receipts directory: r/work"))
    #expect(run.err.contains("until 2026-11-21T09:00:00Z"))
    #expect(try project.root.text("b/todo.json").contains(#""by": "codex""#))
    #expect(project.root.names("r").contains(".state"))
    let second = try project.conductor("next", with: Project.fixed)
    #expect(second.lines.contains("- Diff limit: 5 lines"), "\(second)")
    #expect(try project.conductor("receipts", "verify").exit == 0)
    #expect(!project.root.holds(Project.receiptsPath))
  }

  // MARK: Precedence

  @Test("Where several hold, the first of 78, 65, 66, 4, 5, and then the items, is the answer")
  func precedence() throws {
    let broken = "{ \"items\": ["
    let unmet = Project.backlog([Project.item("A")], prerequisites: "{}")
    let paused = #"{ "status": "PAUSED" }"#
    let rules = #"{ "version": 1, "rules": ["nothing-known"] }"#
    let cases: [(Int32, String?, String?, String?, String)] = [
      (78, "{", paused, rules, broken), (65, "{", paused, nil, unmet),
      (65, nil, paused, nil, broken),
      (4, nil, paused, nil, unmet), (5, nil, nil, nil, unmet),
      (4, nil, paused, nil, Project.backlog([])), (3, nil, nil, nil, Project.backlog([])),
    ]
    for (exit, consent, state, configuration, backlog) in cases {
      let project = try project(
        consent: consent, state: state, configuration: configuration, backlog: backlog)
      let before = try project.backlog()
      let run = try project.conductor("next")
      #expect(run.exit == exit && run.output.isEmpty, "\(run)")
      #expect(try project.backlog() == before)
      let receipt = try project.lastReceipt("refusal")
      #expect(receipt["exit"]?.integer == Int(exit))
    }
    let missing = try project(state: paused)
    try missing.root.write("{ \"version\": 1 }", Project.configurationPath)
    missing.root.remove(Project.backlogPath)
    let run = try missing.conductor("next")
    #expect(run.exit == 66, "a missing backlog goes before a pause: \(run)")
    #expect(try missing.lastReceipt("refusal")["reasons"]?.codes.first == "backlog-missing")
  }

  @Test("Every refusal that holds is on record, the deciding one first") func allReasons() throws {
    let project = try project(
      state: #"{ "status": "PAUSED" }"#,
      backlog: Project.backlog([Project.item("A")], prerequisites: "{}"))
    let run = try project.conductor("next", "--json")
    #expect(run.json?["reasons"]?.codes == ["paused", "authenticity-missing", "ci-missing"])
    #expect(try project.lastReceipt("refusal")["reasons"]?.codes.count == 3)
  }
}
