import JSONText
import TestSupport
import Testing

/// A project under git whose first item is claimed, so that work on it can be verified and closed.
struct WorkedProject {
  let project: Project
  var root: Folder { project.root }

  static let variables: [String: String?] = ["PATH": Project.toolsPath]

  /// `files` lie there, committed, before the claim; `items` are those of the backlog.
  init(
    tests: [String] = ["true"], files: [String: String] = [:],
    items: [String] = [Project.item("A"), Project.item("B")], flags: [String] = [],
    claims: Bool = true
  ) throws {
    project = try Project(items: items)
    try root.write("one\n", "a.txt")
    for (name, text) in files { try root.write(text, name) }
    try project.git("init", "-q", "-b", "main")
    try project.git("add", "-A")
    try project.git("commit", "-q", "-m", "first")
    if claims { try claim(tests, flags) }
  }

  /// Claims the next item.
  func claim(_ tests: [String] = [], _ flags: [String] = []) throws {
    let run = try conductor(["next"] + tests.flatMap { ["--test", $0] } + flags)
    try #require(run.exit == 0, "\(run)")
  }

  /// Does some work: one line in a new file.
  func work(_ name: String = "new.txt", _ text: String = "work\n") throws {
    try root.write(text, name)
  }

  @discardableResult
  func conductor(_ arguments: [String], with more: [String: String?] = [:]) throws -> Run {
    try project.conductor(arguments, with: Self.variables.merging(more) { $1 })
  }

  func verify(_ more: String..., with variables: [String: String?] = [:]) throws -> Run {
    try conductor(["verify", "A", "--json"] + more, with: variables)
  }

  func close(_ more: String..., with variables: [String: String?] = [:]) throws -> Run {
    try conductor(["close", "A", "--json"] + more, with: variables)
  }

  /// The outcome of each check by its name.
  static func checks(_ run: Run) -> [String: String] {
    let pairs = (run.json?["checks"]?.elements ?? []).compactMap { check in
      check.string("check").flatMap { name in check.string("outcome").map { (name, $0) } }
    }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
  }

  /// The codes of all reasons.
  static func codes(_ run: Run) -> [String] { run.json?["reasons"]?.codes ?? [] }

  /// The status of an item as the backlog shows it.
  func status(_ item: String = "A") throws -> String? { try project.item(item).string("status") }
}
