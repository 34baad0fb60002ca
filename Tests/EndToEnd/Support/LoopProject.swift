import JSONText
import Machine
import TestSupport
import Testing

/// A project under git with a consent for unattended work, and an agent that is a small script.
struct LoopProject {
  let project: Project

  /// The agent's program, which lies outside the project.
  var agent: String { project.home.place("agent") }

  /// What an agent prints when all is well.
  static let answer = #"{"analysis":"done","commands":[],"receipts":[]}"#

  /// An agent that does a little work and answers.
  static let worker = "cat > /dev/null; echo \"$CONDUCTOR_ITEM\" >> work.txt; echo '\(answer)'\n"

  init(
    items: [String] = ["A", "B", "C"].map { Project.item($0) }, agent script: String = Self.worker,
    consent: String = "", executor more: String = "", prerequisites: String? = nil
  ) throws {
    let backlog =
      prerequisites.map { Project.backlog(items, prerequisites: $0) } ?? Project.backlog(items)
    project = try Project(backlog: backlog)
    try project.root.write("_report/\n", ".gitignore")
    try project.root.write("text\n", "text.txt")
    try self.consent(consent)
    try self.agent(script)
    try project.root.write(
      """
      { "version": 1, "executors": {
        "agent": { "command": ["/bin/sh", "\(agent)"]\(more) },
        "gone": { "command": ["/no/such/agent"] } } }
      """, Project.configurationPath)
    let made = try project.shell(
      """
      git init -q && git add -A && git -c user.name=n -c user.email=e@x commit -q -m begin
      """)
    #expect(made.exit == 0, "\(made)")
  }

  /// Writes the consent: everything is allowed but for what `more` says otherwise, which later keys must not repeat.
  func consent(_ more: String) throws {
    let presets = [
      "auto_enabled": "true", "continuous": "true", "allow_apply": "true", "max_iterations": "0",
    ]
    let kept = presets.sorted { $0.key < $1.key }.filter { !more.contains("\"\($0.key)\"") }
      .map { "\"\($0.key)\": \($0.value)" }
    let all = kept + (more.isEmpty ? [] : [more])
    try project.root.replace("{ \(all.joined(separator: ", ")) }\n", Project.consentPath)
  }

  func agent(_ script: String) throws { try project.home.replace(script, "agent") }

  /// Runs the loop with the agent.
  @discardableResult
  func loop(_ flags: String..., with more: [String: String?] = [:]) throws -> Run {
    try loop(flags, with: more)
  }

  @discardableResult
  func loop(_ flags: [String], with more: [String: String?] = [:]) throws -> Run {
    var variables = more
    if variables["PATH"] == nil { variables["PATH"] = Project.toolsPath }
    return try project.conductor(
      ["loop", "--executor", "agent"] + flags, with: variables, limits: .init(timeout: 120))
  }

  /// Runs a line of the shell in which $LOOP begins a loop with the agent.
  @discardableResult
  func shell(
    _ script: String, limits: Processes.Limits = .init(timeout: 120)
  ) throws -> Run {
    // A shell starts what runs beside it with SIGINT ignored, which then stays so.
    try project.shell(
      "LOOP=\"env --default-signal=INT $CONDUCTOR loop --executor agent\"\n" + script,
      limits: limits)
  }

  func status(_ id: String) throws -> String? { try project.item(id).string("status") }

  /// The last report among the receipts.
  func report() throws -> Node { try project.lastReceipt("run") }

  /// The outcome of each cycle of the last report.
  func outcomes() throws -> [String] {
    try report()["cycles"]?.elements.compactMap { $0.string("outcome") } ?? []
  }

  /// The events in their order.
  func events() throws -> [Node] {
    try project.root.text(Project.receiptsPath + "/events.jsonl").split(separator: "\n").map {
      try Document(Bytes(Array($0.utf8))).root
    }
  }

  func eventNames() throws -> [String] { try events().compactMap { $0.string("event") } }

  /// Expects that nobody holds anything any more, and that the records are whole.
  func expectQuiet(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let left = project.root.files(Project.statePath).filter {
      $0.contains("/claims/") || $0.contains("/worktrees/")
    }
    #expect(left == [], sourceLocation: sourceLocation)
    let items = try project.backlogDocument()["items"]?.elements ?? []
    #expect(
      items.allSatisfy { $0.string("status") != "in_progress" && $0["claim"] == nil },
      sourceLocation: sourceLocation)
    try project.expectWhole(sourceLocation: sourceLocation)
  }
}
