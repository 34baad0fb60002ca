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
