import JSONText
import TestSupport
import Testing

/// What changed in a checkout, judged: which files count, and how large a change may be.
@Suite(.enabled(if: Project.hasGit, "there is no git program"))
struct CheckDiffTests {
  private func checkout(_ set: String = Project.house) throws -> Project {
    let project = try Project.withHouse(set)
    try project.root.write("one\n", "a.txt")
    try project.git("init", "-q", "-b", "main")
    try project.git("add", "-A")
    try project.git("commit", "-q", "-m", "first")
    return project
  }

  private func check(_ project: Project, _ arguments: String...) throws -> Run {
    try project.conductor(
      ["check", "diff", "--json"] + arguments, with: ["PATH": Project.toolsPath])
  }

  private func rules(_ run: Run) -> [String] {
    run.json?["rules"]?.elements.compactMap { $0.string("rule") } ?? []
  }

  @Test func aCleanTreeIsAllowedAndNothingIsWritten() throws {
    let project = try checkout()
    let before = try project.root.tree()
    let run = try check(project)
    #expect(run.exit == 0 && run.json?["files"]?.integer == 0, "\(run)")
    #expect(try project.root.tree() == before)
  }

  @Test func newFilesCountIgnoredOnesDoNot() throws {
    let project = try checkout()
    try project.root.write("*.key\n", ".gitignore")
    try project.root.write("x\n", "secret.key")
    #expect(try check(project).exit == 0)
    project.root.remove(".gitignore")
    let run = try check(project)
    #expect(run.exit == 2 && rules(run) == ["house/no-keys"], "\(run)")
    #expect(run.json?["files"]?.integer == 1 && run.json?["lines"]?.integer == 1)
    #expect(try check(project, "--staged").exit == 0)
    try project.git("add", "-A")
    #expect(try check(project, "--staged").exit == 2)
    try project.git("commit", "-q", "-m", "second")
    #expect(try check(project).exit == 0)
    #expect(try check(project, "--base", "HEAD~1").exit == 2)
    #expect(try check(project, "--base", "no-such").exit == 64)
  }

  @Test func renamesAndOddNamesAreSeenOnBothSides() throws {
    let project = try checkout()
    try project.git("mv", "a.txt", "b\t\"\u{e9}\".key")
    let run = try check(project)
    #expect(rules(run) == ["house/no-keys"], "\(run)")
    try project.git("commit", "-q", "-m", "second")
    try project.git("mv", "b\t\"\u{e9}\".key", "plain.txt")
    #expect(rules(try check(project)) == ["house/no-keys"])
  }

  @Test func rulesMayAskWhatGitKnowsAndWhatTheItemNames() throws {
    let set = #"""
      {"ruleset": "house", "version": "1", "language": 1, "rules": [
        {"id": "unversioned", "phase": "diff", "when": {"path": "db/**", "tracked": false},
          "verdict": "stop", "because": "b", "match": [{"path": "db/a", "tracked": false}]},
        {"id": "scope", "phase": "diff",
          "when": {"item": {"field": "files", "exists": true, "on_unknown": false}, "outside": {"item": "files", "paths": "docs/${item.id}/**"}},
          "verdict": "deny", "because": "b", "match": [{"path": "a", "item": {"files": ["b"]}}]}
      ]}
      """#
    let project = try Project(items: [
      Project.item("A", more: #", "files": ["db/", "src/*.txt"]"#), Project.item("B"),
    ])
    try project.root.write(set, Project.housePath)
    try project.git("init", "-q", "-b", "main")
    try project.git("add", "-A")
    try project.git("commit", "-q", "-m", "first")
    try project.root.write("x\n", "db/new.txt")
    #expect(rules(try check(project)) == ["house/unversioned"])
    try project.git("add", "-A")
    #expect(rules(try check(project)) == [])
    try project.root.write("x\n", "docs/A/log.txt")
    #expect(try check(project, "--item", "A").exit == 0)
    try project.git("mv", "db/new.txt", "new.txt")
    let run = try check(project, "--item", "A")
    #expect(run.exit == 2 && rules(run) == ["house/scope"], "\(run)")
    #expect(try check(project, "--item", "B").exit == 0)
    #expect(try check(project).exit == 0)
  }

  @Test func moreLinesThanTheLimitAreDenied() throws {
    let project = try checkout()
    try project.root.write(String(repeating: "x\n", count: 200), "long.txt")
    #expect(try check(project).exit == 0)
    let tight = try check(project, "--diff-limit", "199")
    #expect(tight.exit == 2 && rules(tight) == ["conductor/diff-limit"], "\(tight)")
    #expect(tight.json?.string("verdict") == "deny")
    try project.root.replace("two\n", "a.txt")
    #expect(rules(try check(project)) == ["conductor/diff-limit"], "deleted lines count, too")
    #expect(try check(project, "--diff-limit", "202").exit == 0)
    try project.root.write([0x89, 0x50, 0, 0x0a, 0x0a, 0x0a], "picture.png")
    #expect(try check(project, "--diff-limit", "202").exit == 0, "binary files have no lines")
  }

  @Test func conductorsOwnRecordsAreLeftOutAndProtectedPathsAreAStop() throws {
    let project = try checkout()
    try project.root.write("x\n", Project.receiptsPath + "/2026-11/note.json")
    #expect(try check(project).json?["files"]?.integer == 0)
    try project.root.write("x\n", Project.receiptsPath + "/work/log.key")
    #expect(rules(try check(project)) == ["house/no-keys"], "what agents leave counts")
    project.root.remove(Project.receiptsPath + "/work/log.key")
    try project.root.write("{}\n", Project.consentPath)
    let run = try check(project)
    #expect(run.exit == 2 && run.json?.string("verdict") == "stop", "\(run)")
    #expect(rules(run) == ["conductor/protected-path"])
  }

  @Test func theBacklogIsLeftOutWhereOnlyConductorChangedIt() throws {
    let project = try checkout()
    #expect(try project.conductor("next", "--item", "B").exit == 0)
    #expect(try project.conductor("release", "B").exit == 0)
    #expect(try project.conductor("next", "--item", "B").exit == 0)
    let claimed = try check(project)
    #expect(claimed.exit == 0 && claimed.json?["files"]?.integer == 0, "\(claimed)")
    try project.git("add", "-A")
    #expect(try check(project, "--staged").exit == 0)
    let text = try project.backlogText()
    try project.root.replace(text.replacing("Title of A", with: "Another"), Project.backlogPath)
    #expect(rules(try check(project)) == ["conductor/protected-path"])
    #expect(try check(project, "--staged").exit == 0, "the index is still conductor's own")
    #expect(try project.conductor("release", "B", "--claim", "2").exit == 0)
    #expect(rules(try check(project)) == ["conductor/protected-path"], "the chain stays broken")
  }

  @Test(
    "What a flag of the index hides is named and denied",
    arguments: ["--assume-unchanged", "--skip-worktree"])
  func flags(_ flag: String) throws {
    let project = try checkout()
    try project.root.write("one\n", "it's b.txt")
    try project.git("add", "-A")
    try project.git("commit", "-q", "-m", "second")
    try project.git("update-index", flag, "a.txt", "it's b.txt")
    #expect(try check(project).exit == 0, "nothing has changed")
    try project.root.replace("two\n", "a.txt")
    let run = try check(project)
    #expect(run.exit == 2 && run.json?.string("verdict") == "deny", "\(run)")
    #expect(rules(run) == ["conductor/hidden-file"])
    #expect(run.json?["rules"]?.elements.first?.string("saw") == "a.txt")
    #expect(try check(project, "--staged").exit == 0, "the index itself has not changed")
    try project.root.replace("one\n", "a.txt")
    try project.root.setMode(0o755, "it's b.txt")
    #expect(rules(try check(project)) == ["conductor/hidden-file"])
    try project.root.setMode(0o644, "it's b.txt")
    project.root.remove("a.txt")
    // A checkout in part leaves files out on purpose.
    #expect(try check(project).exit == (flag == "--skip-worktree" ? 0 : 2))
  }

  @Test("What only git's own exclude leaves out counts") func excluded() throws {
    let project = try checkout()
    try project.root.write("# nothing\n", ".git/info/exclude")
    try project.root.write("x\n", "deep/secret.key")
    #expect(rules(try check(project)) == ["house/no-keys"])
    try project.root.write("# some\n*.key\n", ".git/info/exclude")
    let run = try check(project)
    #expect(run.exit == 2 && rules(run) == ["house/no-keys"], "\(run)")
    #expect(run.json?["files"]?.integer == 1)
    try project.root.write("*.key\n", ".gitignore")
    #expect(try check(project).exit == 0, "what the project ignores is ignored")
  }

  @Test func nothingThatTheCheckoutConfiguresIsRun() throws {
    let project = try checkout()
    let marker = project.root.place("marker")
    try project.git("config", "diff.external", "touch \(marker)")
    try project.git("config", "filter.evil.clean", "touch \(marker); cat")
    try project.git("config", "diff.evil.textconv", "touch \(marker); cat")
    try project.root.write("* filter=evil diff=evil\n", ".gitattributes")
    try project.root.replace("two\n", "a.txt")
    #expect(try check(project).exit == 0)
    #expect(!project.root.holds("marker"))
  }

  @Test func withoutGitNothingIsTold() throws {
    let bare = try Project.withHouse()
    let run = try check(bare)
    #expect(run.exit == 69 && run.json?["reasons"]?.codes == ["git-absent"], "\(run)")
    let project = try checkout()
    #expect(try project.conductor("check", "diff").exit == 69, "no git on the PATH")
  }
}
