import Backlog
import JSONText
import Machine
import TestSupport

@testable import Conducting
@testable import Rules

/// A project under git whose claims are measured inside the test. It starts children, so that there is one at a time.
final class MeasuredProject: Sendable {
  let folder: Folder
  /// The project's root below the folder, and the checkout's top.
  let root: String
  let top: String

  static let backlogPath = "_plans/next-development.todo.json"
  static let recordsPath = "_report/usage/autonomy-conductor"

  /// A checkout with these committed files; the project may lie below its top.
  init(
    _ files: [String: String] = [:], root: String = "work", top: String = "work",
    format: String = "sha1", commits: Bool = true
  ) throws {
    Turn.shared.take()
    folder = try Folder(inMemory: true)
    self.root = root
    self.top = top
    try folder.makeDirectory(top)
    try git("init", "--quiet", "--object-format=\(format)", "--initial-branch=main")
    try folder.write(Workplace.twoItems, "\(root)/\(Self.backlogPath)")
    for (name, text) in files { try write(text, name) }
    if commits { try commit() }
  }

  deinit { Turn.shared.giveBack() }

  /// The folder above the checkout holds nothing else but the user's home.
  var context: Context {
    let path = Machine.path ?? "/usr/bin:/bin"
    let machine = Machine(
      calls: SystemCalls(), clock: Clock(fixedAt: 1_795_000_000_000_000_000),
      random: Random(seed: 7),
      environment: Environment([("PATH", path), ("HOME", folder.place("home"))]),
      workingDirectory: Path(folder.place(root)), host: "here", userName: "tester")
    return Context(machine: machine, version: "0.0.0")
  }

  // MARK: Files

  func write(_ text: String, _ name: String) throws { try folder.write(text, "\(top)/\(name)") }
  func remove(_ name: String) { folder.remove("\(top)/\(name)") }
  func place(_ name: String) -> String { folder.place("\(top)/\(name)") }

  // MARK: Git

  @discardableResult func git(
    _ arguments: String..., in place: String? = nil, input: [UInt8] = []
  ) throws -> String {
    let finished = try context.machine.processes.run(
      [
        "git", "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "gc.auto=0", "-c",
        "core.protectNTFS=false", "-c",
        "protocol.file.allow=always",
      ] + arguments,
      environment: [
        (name: "PATH", value: Machine.path ?? "/usr/bin:/bin"),
        (name: "HOME", value: folder.place("home")), (name: "GIT_CONFIG_NOSYSTEM", value: "1"),
      ], directory: Path(place ?? folder.place(top)), input: input)
    // 1 is how some commands say that they found nothing.
    guard finished.isSuccess || finished.status == .exited(1) && finished.errors.isEmpty else {
      throw Failure(
        description: "git \(arguments): \(String(decoding: finished.errors, as: UTF8.self))")
    }
    return String(decoding: finished.output, as: UTF8.self)
  }

  /// What a line of the shell prints, run at the top.
  func shell(_ line: String) throws -> String {
    let finished = try context.machine.processes.run(
      ["sh", "-c", line], environment: [(name: "PATH", value: Machine.path ?? "/usr/bin:/bin")],
      directory: Path(folder.place(top)))
    guard finished.isSuccess else {
      throw Failure(description: "\(line): \(String(decoding: finished.errors, as: UTF8.self))")
    }
    return String(decoding: finished.output, as: UTF8.self)
  }

  struct Failure: Error, CustomStringConvertible { let description: String }

  func commit() throws {
    try git("add", "--all", "--force", ":/", ":(exclude,top)*/.state")
    try git("commit", "--quiet", "--allow-empty", "--message", "x")
  }

  /// Every file of the repository with its bytes and the time of its last change.
  func repositoryState() throws -> [String: String] {
    var state: [String: String] = [:]
    for name in folder.files("\(top)/.git") {
      let path = Path(folder.place(name.hasPrefix(top) ? name : "\(top)/.git/\(name)"))
      let identity = try context.machine.files.identity(path, followLinks: false)
      let bytes = try context.machine.files.read(path, limit: 1 << 24)
      state[name] = "\(identity?.modified ?? 0) \(identity?.changed ?? 0) \(bytes.hashValue)"
    }
    return state
  }

  // MARK: Conductor

  func project() throws -> Project { try Project.find(nil, in: context) }

  /// Claims the first item.
  func claim() throws -> ClaimRecord {
    let context = context
    let answer = try NextItem(project(), context, NextRequest()).run()
    guard let claim = answer.claim, let item = answer.item else {
      throw Failure(description: "nothing was claimed: \(answer.refusal.map { "\($0)" } ?? "")")
    }
    return try ClaimRecord(item.id, claim, project(), context)
  }

  /// The working tree against a claim.
  func measure(_ record: ClaimRecord) throws -> Measurement {
    let context = context
    let project = try project()
    let shelf = try RuleShelf(project, context)
    return try Measurement(
      record, project, context, shelf, approvals: Approvals.read(project, context, shelf))
  }

  /// Whether the working tree still stands as it was measured.
  func stands(_ measurement: Measurement, _ record: ClaimRecord) throws -> Bool {
    try measurement.stands(record, project(), context)
  }
}

extension Machine {
  /// Where the tests find programs.
  static var path: String? { try? Machine.real().environment["PATH"] }
}

extension Measurement {
  /// Each change in a word: `+` new, `-` gone, `~` other, and the path.
  var short: [String] {
    changes.map { change in
      let mark: String
      switch change.kind {
      case .add: mark = "+"
      case .delete: mark = "-"
      case .rename: mark = ">"
      case .mode: mark = "x"
      case .submodule: mark = "s"
      default: mark = "~"
      }
      return mark + change.path.string
    }.sorted()
  }

  var unmeasuredPaths: [String] { unmeasured.map(\.path.string).sorted() }
}
