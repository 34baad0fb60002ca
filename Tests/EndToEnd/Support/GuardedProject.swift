import JSONText
import TestSupport
import Testing

/// A project with a small rule set about a program named alembic, and that program as a stub that notes how it was
/// really started.
struct GuardedProject {
  let project: Project
  /// Where the stub lies; it stands first on the PATH.
  var stubs: String { project.home.place("bin") }
  /// What `conductor` and `shell` are given.
  var variables: [String: String?] {
    [
      "PATH": stubs + ":" + Project.toolsPath, "NOTES": project.home.place("started.txt"),
      "LINE": project.home.place("line.sh"),
    ]
  }

  static let setPath = "docs/automation/rules/house.json"

  /// The verdict is what the rule says of the arguments that it does not like; `more` are further members of the set.
  static func set(_ verdict: String = "stop", more: String = "") -> String {
    """
    { "ruleset": "house", "version": "1", "language": 1,
      "authority": { "chain": ["Robert", "Codex"], "escalate_to": "Robert" },
      "targets": { "make": { "case": {}, "quiet": {} } }\(more),
      "rules": [
        { "id": "no-migrations", "phase": "command",
          "when": { "program": "alembic", "subcommand": ["upgrade", "downgrade", "stamp"] },
          "verdict": "\(verdict)", "because": "Migrations are for people.", "instead": "Write a note.",
          "approval": "migrate", "escalate_to": "Robert",
          "match": ["alembic upgrade head"], "not_match": ["alembic history"] } ] }
    """
  }

  init(_ set: String = Self.set(), items: [String] = [Project.item("A")]) throws {
    project = try Project(items: items)
    try project.root.write(set, Self.setPath)
    try stub("alembic")
  }

  /// Puts a program in the folder of stubs, or in another one.
  func stub(_ name: String, in folder: String? = nil, script: String? = nil) throws {
    let path = (folder ?? stubs) + "/" + name
    let text =
      // One write for the whole line, so that stubs that run side by side do not write into each other's.
      script ?? "#!/bin/sh\nset -- \"${0##*/}\" \"$@\"\nprintf '%s \\n' \"$*\" >> \"$NOTES\"\n"
    try project.home.write(text, path)
    try project.home.setMode(0o755, path)
  }

  /// Runs a line in bash under guard, by way of a make target that the rule set holds for harmless: so nobody has read
  /// the line before its programs start.
  @discardableResult
  func run(
    _ line: String, _ flags: [String] = [], with more: [String: String?] = [:],
    in directory: String = "."
  ) throws -> Run {
    try write(line: line)
    return try project.conductor(
      ["exec"] + flags + ["--"] + make, with: variables.merging(more) { $1 }, in: directory)
  }

  /// Puts the line where the target finds it.
  func write(line: String) throws {
    try project.home.write(line + "\n", "line.sh")
    try project.home.write("case:\n\t@bash \"$$LINE\"\n", "Makefile")
  }

  /// What runs the target.
  var make: [String] { ["make", "-s", "-f", project.home.place("Makefile"), "case"] }

  /// How the stubs were started, and forgets it.
  func started() throws -> [String] {
    guard project.home.holds("started.txt") else { return [] }
    let lines = try project.home.text("started.txt").split(separator: "\n").map {
      String($0.dropLast())
    }
    project.home.remove("started.txt")
    return lines
  }

  /// The folders of runs that are there.
  var runFolders: [String] {
    project.root.names(Project.statePath + "/exec").filter { $0 != "lock" }
  }

  /// Sends a tool call to the guard.
  func ask(
    _ call: String, _ arguments: String = "", with more: [String: String?] = [:]
  ) throws -> Run {
    try project.home.write(call, "call.json")
    return try project.shell(
      "\"$CONDUCTOR\" guard \(arguments) < \"$HOME/call.json\"",
      with: variables.merging(more) { $1 })
  }

  /// A call of a tool as the hook sends it.
  func call(_ tool: String, _ input: String, in directory: String? = nil) -> String {
    let place = directory ?? project.root.path
    return """
      { "session_id": "s", "transcript_path": "/t", "cwd": "\(place)", "permission_mode": "default",
        "hook_event_name": "PreToolUse", "tool_name": "\(tool)", "tool_input": \(input) }
      """
  }
}
