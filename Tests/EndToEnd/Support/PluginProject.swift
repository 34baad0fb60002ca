import TestSupport
import Testing

/// A project with one item and one declared plugin, a script that a test provides.
struct PluginProject {
  let project: Project
  private let kind: String
  private let more: String

  static let path = "docs/automation/plugins/probe"
  static let other = "docs/automation/plugins/other"

  /// `more` are further members of the declaration, each with a leading comma.
  init(
    _ script: String, kind: String = "prerequisite", more: String = "", trusted: Bool = true,
    items: [String] = [Project.item("A")]
  ) throws {
    project = try Project(items: items)
    self.kind = kind
    self.more = more
    try write(script)
    try declare()
    if trusted { try trust() }
  }

  /// A script that swallows the request and prints a text.
  static func answering(_ text: String, exit status: Int = 0) -> String {
    "#!/bin/sh\ncat > /dev/null\ncat <<'END'\n\(text)\nEND\nexit \(status)\n"
  }

  static let holding = answering(#"{"holds": true}"#)

  /// A judge's one finding with a verdict.
  static func finding(_ verdict: String, _ rule: String = "one") -> String {
    #"{"rule": "\#(rule)", "verdict": "\#(verdict)", "because": "It is so.", "saw": "it"}"#
  }

  static func findings(_ verdicts: String...) -> String {
    let list = verdicts.enumerated().map { finding($1, "rule-\($0)") }.joined(separator: ", ")
    return answering(#"{"findings": [\#(list)]}"#)
  }

  func write(_ script: String, at path: String = path) throws {
    try project.root.write(script, path)
    try project.root.setMode(0o755, project.root.place(path))
  }

  /// Declares what the program's file holds now; `command` are its further words, each with a leading comma.
  func declare(command: String = "", more: String? = nil) throws {
    try project.root.write(
      """
      { "version": 1, "plugins": { "probe": { "kind": "\(kind)",
        "command": ["\(Self.path)"\(command)], "sha256": "\(try digest())"\(more ?? self.more) } } }
      """, Project.configurationPath)
  }

  func digest(of path: String = path) throws -> String {
    String(try project.shell("sha256sum < '\(path)'").out.prefix(64))
  }

  func trust() throws {
    let run = try project.conductor("plugin", "trust", "probe", "--by", "Robert")
    #expect(run.exit == 0, "\(run)")
  }

  /// Expects that nothing is handed out for the reason of this code.
  func expectRefused(
    _ exit: Int32, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try project.backlog()
    try project.expectRefusal(
      try project.conductor("next"), exit: exit, code: code, backlog: before,
      sourceLocation: sourceLocation)
  }

  func expectClaimed(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let run = try project.conductor("next")
    #expect(run.exit == 0, "\(run)", sourceLocation: sourceLocation)
  }
}
