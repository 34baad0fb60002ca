import JSONText
import Machine
import TestSupport
import Testing

/// A project of its own for one test, in which the program is run with nothing of the surroundings: an empty
/// environment but for what is stated here, a home and a folder for temporary files of its own, no git.
final class Project: Sendable {
  /// The project's root.
  let root: Folder
  /// HOME, TMPDIR, and an empty PATH.
  let home: Folder

  static let backlogPath = "_plans/next-development.todo.json"
  static let receiptsPath = "_report/usage/autonomy-conductor"
  static let consentPath = "docs/automation/autonomy-consent.json"
  static let trustPath = "_report/usage/external-authenticity.json"
  static let ciPath = "_report/planner/validate/summary-latest.json"
  static let configurationPath = "docs/automation/conductor.json"
  static let statePath = "\(receiptsPath)/.state"
  static let journalPath = "\(statePath)/journal"

  /// An empty directory; in memory for tests that take very many steps.
  init(inMemory: Bool = false) throws {
    root = try Folder(inMemory: inMemory)
    home = try Folder(inMemory: inMemory)
  }

  /// A project whose backlog asks for no prerequisites.
  convenience init(items: [String], history: String? = "[]") throws {
    try self.init(backlog: Self.backlog(items, history: history))
  }

  /// A project with a backlog of exactly this text.
  convenience init(backlog: String) throws {
    try self.init()
    try root.write(backlog, Self.backlogPath)
  }

  /// A copy of a project as it stood, in memory.
  convenience init(like tree: [String: [UInt8]]) throws {
    try self.init(inMemory: true)
    try root.plant(tree)
  }

  /// A backlog in two-space style that opts out of both prerequisites unless told otherwise.
  static func backlog(
    _ items: [String], prerequisites: String = #"{ "authenticity": "none", "ci": "none" }"#,
    history: String? = "[]"
  ) -> String {
    let list = items.map { "    \($0)" }.joined(separator: ",\n")
    let past = history.map { ",\n  \"history\": \($0)" } ?? ""
    return """
      {
        "version": 0,
        "prerequisites": \(prerequisites),
        "items": [
      \(list)
        ]\(past)
      }

      """
  }

  /// A pending item on one line; `more` are further members, each with a leading comma.
  static func item(_ id: String, plan: String? = nil, more: String = "") -> String {
    let plan = plan.map { ", \"plan_suggestion\": \"\($0)\"" } ?? ""
    return #"{ "id": "\#(id)", "title": "Title of \#(id)", "status": "pending"\#(plan)\#(more) }"#
  }

  /// The variables of every run.
  var environment: [String: String] {
    [
      "HOME": home.path, "TMPDIR": home.path, "PATH": home.path, "USER": "tester",
      "COLUMNS": "80", "TERM": "dumb", "LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null",
      "GIT_CONFIG_NOSYSTEM": "1",
    ]
  }

  /// The PATH of runs that are to find git and the usual tools.
  static let toolsPath = "/usr/local/bin:/usr/bin:/bin"

  /// Clock and chance that stand still.
  static let fixed = ["CONDUCTOR_NOW": "2026-11-21T08:30:00Z", "CONDUCTOR_SEED": "7"]

  /// Runs the program in the project's root, or in a directory below it.
  @discardableResult
  func conductor(
    _ arguments: String..., with variables: [String: String?] = [:], in directory: String = ".",
    limits: Processes.Limits = .init(timeout: 60)
  ) throws -> Run {
    try conductor(arguments, with: variables, in: directory, limits: limits)
  }

  /// The same for a list of arguments.
  @discardableResult
  func conductor(
    _ arguments: [String], with variables: [String: String?] = [:], in directory: String = ".",
    limits: Processes.Limits = .init(timeout: 60)
  ) throws -> Run {
    try start([Program.path] + arguments, variables, directory, limits)
  }

  /// Runs a command line of the shell, in which $CONDUCTOR is the program and the usual tools are found.
  @discardableResult
  func shell(
    _ script: String, with variables: [String: String?] = [:], in directory: String = ".",
    limits: Processes.Limits = .init(timeout: 120)
  ) throws -> Run {
    var all = variables
    all["CONDUCTOR"] = Program.path
    if all["PATH"] == nil { all["PATH"] = Self.toolsPath }
    return try start(["/bin/sh", "-c", script], all, directory, limits)
  }

  private func start(
    _ arguments: [String], _ variables: [String: String?], _ directory: String,
    _ limits: Processes.Limits
  ) throws -> Run {
    let all = environment.merging(variables.compactMapValues { $0 }) { _, new in new }
      .filter { name, _ in variables[name] != .some(nil) }
    let directory = Path(root.place(directory))
    let variables = all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    // One child at a time: beside another family, telling strangers from children costs more than the run.
    return try Turn.shared.withTurn {
      Run(
        try Processes(calls: SystemCalls()).run(
          arguments, environment: variables, directory: directory, limits: limits))
    }
  }

  // MARK: Looking

  /// The backlog's bytes as they are now.
  func backlog() throws -> [UInt8] { try root.bytes(Self.backlogPath) }

  /// The backlog's text as it is now.
  func backlogText() throws -> String { try root.text(Self.backlogPath) }

  /// The backlog as a document.
  func backlogDocument() throws -> Node { try Document(Bytes(try backlog())).root }

  /// An item of the backlog.
  func item(_ id: String) throws -> Node {
    try #require(
      try backlogDocument()["items"]?.elements.first { $0.string("id") == id }, "no item \(id)")
  }

  /// The paths of all receipts in the order of their names.
  func receiptPaths() -> [String] {
    root.files(Self.receiptsPath).filter {
      $0.hasSuffix(".json") && $0.contains("/conductor-") && !$0.contains("/work/")
    }
  }

  /// A receipt by its path.
  func receipt(_ path: String) throws -> Node { try Document(Bytes(try root.bytes(path))).root }

  /// All receipts in the order of their names.
  func receipts() throws -> [Node] { try receiptPaths().map(receipt) }

  /// The newest receipt of a kind.
  func lastReceipt(_ kind: String) throws -> Node {
    try #require(try receipts().last { $0.string("kind") == kind }, "no receipt of kind \(kind)")
  }

  // MARK: Judging

  /// Expects that the records are whole: the program's own audit, and nothing unfinished beside any file.
  func expectWhole(_ note: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) throws
  {
    let verified = try conductor("receipts", "verify")
    #expect(verified.exit == 0, "\(note ?? "") \(verified)", sourceLocation: sourceLocation)
    let leftovers = root.files().filter {
      $0.hasSuffix(".conductor-tmp") || $0.contains("saved-by")
    }
    #expect(leftovers == [], note, sourceLocation: sourceLocation)
  }

  /// Expects that nothing was handed out: silence on standard output, the backlog untouched, a refusal on record.
  func expectRefusal(
    _ run: Run, exit: Int32, code: String, backlog before: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(run.exit == exit, "\(run)", sourceLocation: sourceLocation)
    #expect(run.output.isEmpty, "\(run)", sourceLocation: sourceLocation)
    #expect(try backlog() == before, sourceLocation: sourceLocation)
    let receipt = try lastReceipt("refusal")
    #expect(
      receipt["reasons"]?.codes.first == code, "\(receipt["reasons"]?.codes ?? [])",
      sourceLocation: sourceLocation)
    #expect(receipt["exit"]?.integer == Int(exit), sourceLocation: sourceLocation)
  }
}
