import JSONText
import Machine
import TestSupport
import Testing

/// The page about plugins shows programs and messages that really are so.
@Suite struct PluginPageTests {
  private static let docs = Program.sources / "docs"

  private static func page() throws -> String {
    try Folder().text((docs / "plugins.md").string)
  }

  /// The first block of code of a language that begins with a line such as `#!/bin/sh`.
  private static func program(_ language: String, _ beginning: String) throws -> String {
    let blocks = try page().components(between: "```\(language)\n", and: "```")
    return try #require(blocks.first { $0.hasPrefix(beginning) }, "\(language)")
  }

  private static let hasPython = (try? Project().shell("/usr/bin/python3 -c ''"))?.exit == 0

  @Test func theExampleInShellWorks() throws {
    let place = try PluginProject(try Self.program("sh", "#!/bin/sh"), trusted: false)
    try place.declare(command: #", "docs/freeze.txt""#)
    try place.trust()
    let check = try place.project.conductor("plugin", "check")
    #expect(check.exit == 0, "\(check)")
    try place.project.root.write("until Monday\n", "docs/freeze.txt")
    try place.expectRefused(5, "plugin-unmet")
    try place.project.root.write("", "docs/freeze.txt")
    try place.expectClaimed()
  }

  @Test(.enabled(if: hasPython && Project.hasGit)) func theExampleInPythonWorks() throws {
    let place = try PluginProject(
      try Self.program("python", "#!"), kind: "judge", more: #", "phases": ["item", "diff"]"#,
      items: [Project.item("A"), HouseRules.item("B", "ND-12: a form")])
    let check = try place.project.conductor("plugin", "check")
    #expect(check.exit == 0, "\(check)")
    let run = try place.project.conductor("next", "--json")
    #expect(run.json?.string("item") == "B", "\(run)")
    #expect(try place.project.conductor("check", "item", "A").exit == 6)
    try place.project.git("init", "-q")
    try place.project.git("add", ".")
    try place.project.git("commit", "-qm", "all")
    let variables = ["PATH": Project.toolsPath]
    try place.project.root.write("x = 1\n", "form.py")
    #expect(try place.project.conductor("check", "diff", with: variables).exit == 0)
    try place.project.root.write("import pdb\n", "form.py")
    let diff = try place.project.conductor("check", "diff", "--json", with: variables)
    #expect(diff.exit == 2, "\(diff)")
    #expect(diff.json?["rules"]?.elements.first?.string("rule") == "plugin:probe/no-debugger")
  }

  /// What the page shows of a message, and what the schema says of it.
  private static func check(
    _ message: Node, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let file = try Document(
      Bytes(try Folder().bytes((docs / "plugins.schema.json").string))
    ).root
    let definitions = try #require(file["$defs"]?.json)
    let one: JSON = ["$ref": .string("#/$defs/" + Text(name)), "$defs": definitions]
    let document = try Document(Bytes(one.written(indent: nil)))
    let schema = try Schema(document.root) { (_: Text) throws(Schema.BadPattern) in
      throw Schema.BadPattern("the schema of plugins has no patterns")
    }
    let findings = schema.findings(in: message)
    #expect(findings == [], "\(name)", sourceLocation: sourceLocation)
  }

  @Test(
    "The page's messages fit the schema",
    arguments: [
      "describe", "prerequisite", "judge", "executor", "sink", "backlog",
    ])
  func messages(_ kind: String) throws {
    for (word, name) in [("request", "Request"), ("answer", "Answer")] {
      let blocks = try Self.page().components(between: "```json \(word) \(kind)\n", and: "```")
      #expect(!blocks.isEmpty || kind == "prerequisite")
      for block in blocks {
        try Self.check(try Document(Bytes(Array(block.utf8))).root, kind + name)
      }
    }
  }

  /// What conductor really sends fits the schema.
  @Test("Requests fit the schema", arguments: ["prerequisite", "judge", "backlog"])
  func requests(_ kind: String) throws {
    let place = try PluginProject(
      "#!/bin/sh\ncat >> asked\nexit 1\n", kind: kind)
    try place.project.root.write(
      #"{"analysis": "a", "commands": ["one"], "receipts": []}"#, "answer.json")
    for words in [
      ["plugin", "check"], ["next"], ["check", "command", "--", "ls"],
      ["check", "command", "--argv", "--", "ls", "-l"], ["check", "response", "answer.json"],
    ] {
      try place.project.conductor(words)
    }
    let lines = try place.project.root.text("asked").split(separator: "\n")
    #expect(lines.count == (kind == "judge" ? 5 : kind == "backlog" ? 1 : 2))
    for line in lines {
      let message = try Document(Bytes(Array(String(line).utf8))).root
      let asked = try #require(message.string("kind"))
      #expect(line.hasPrefix(#"{"protocol":1,"kind":"\#(asked)","request":{"#))
      try Self.check(message, asked + "Request")
    }
  }

  /// Each answer that the page shows is one that conductor takes, from a plugin that gives just this.
  @Test("The answers of the page are taken", arguments: ["prerequisite", "judge", "backlog"])
  func answers(_ kind: String) throws {
    let block = try #require(
      try Self.page().components(between: "```json answer \(kind)\n", and: "```").first)
    let script = """
      #!/bin/sh
      case $(cat) in
      *'"kind":"describe"'*) echo '{"protocol": 1, "kind": "\(kind)"}' ;;
      *) cat <<'END'
      \(block)END
      ;;
      esac

      """
    let place = try PluginProject(script, kind: kind)
    switch kind {
    case "prerequisite": try place.expectRefused(5, "plugin-unmet")
    case "judge":
      let run = try place.project.conductor("check", "item", "A", "--json")
      #expect(
        run.json?["rules"]?.elements.first?.string("rule") == "plugin:probe/no-debugger", "\(run)")
    default: #expect(try place.project.conductor("plugin", "check").exit == 0)
    }
  }
}

extension String {
  /// Every piece of text between a beginning and the next end after it.
  fileprivate func components(between beginning: String, and end: String) -> [String] {
    var found: [String] = []
    var rest = self[...]
    while let start = rest.firstRange(of: beginning) {
      rest = rest[start.upperBound...]
      guard let stop = rest.firstRange(of: end) else { break }
      found.append(String(rest[..<stop.lowerBound]))
      rest = rest[stop.upperBound...]
    }
    return found
  }
}
