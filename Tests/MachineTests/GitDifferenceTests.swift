import Testing

@testable import Machine

extension Children {
  @Suite(.enabled(if: program("git") != nil, "there is no git program"))
  struct GitDifferenceTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func difference(
      _ repository: Repository, from base: String? = nil, staged: Bool = false
    ) throws -> (patch: String, untracked: [Path]) {
      let found = try Repository.git.difference(at: repository.top, from: base, staged: staged)
      #expect(found.top == repository.top)
      return (String(decoding: found.patch, as: UTF8.self), found.untracked.sorted())
    }

    @Test func beforeTheFirstCommitEverythingIsNew() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1\n", at: "staged")
      try repository.run("add", "staged")
      try repository.save("2\n", at: "new")
      let (patch, untracked) = try difference(repository)
      #expect(patch.contains("+++ b/staged") && patch.contains("\n+1\n"))
      #expect(untracked == ["new"])
    }

    @Test func workingTreeIndexAndOlderCommits() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1\n", at: "a")
      try repository.save("ignored\n", at: ".gitignore")
      try repository.commit()
      let first = try repository.run("rev-parse", "HEAD")
      try repository.save("2\n", at: "a")
      try repository.commit()
      #expect(try difference(repository).patch.isEmpty)
      #expect(try difference(repository, from: first).patch.contains("-1\n+2\n"))
      #expect(try difference(repository, from: "HEAD~1").patch.contains("-1\n+2\n"))
      try repository.save("3\n", at: "a")
      try repository.save("x\n", at: "ignored")
      try repository.save("x\n", at: "deep/n\u{e9}w\nline")
      #expect(try difference(repository).patch.contains("-2\n+3\n"))
      #expect(try difference(repository).untracked == ["deep/n\u{e9}w\nline"])
      #expect(try difference(repository, staged: true).patch.isEmpty)
      #expect(try difference(repository, staged: true).untracked.isEmpty)
      try repository.run("add", "a")
      try repository.save("4\n", at: "a")
      #expect(try difference(repository, staged: true).patch.contains("-2\n+3\n"))
    }

    @Test(arguments: ["no-such", "--output=leak", "HEAD:a", ""])
    func whatNamesNoCommitIsSaid(name: String) throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      #expect(throws: Git.UnknownCommit.self) { try self.difference(repository, from: name) }
      #expect(try scratch.files.identity(repository.top / "leak") == nil)
    }

    @Test func nothingThatTheCheckoutConfiguresIsRunOrHidesAChange() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1\n", at: "a.txt")
      try repository.save("1\n", at: "b.txt")
      try repository.commit()
      let marker = scratch / "marker"
      let touch = "touch \(marker.string); cat"
      for (key, value) in [
        ("diff.external", touch), ("diff.own.command", touch), ("diff.own.textconv", touch),
        ("filter.own.clean", touch), ("filter.own.process", touch), ("core.fsmonitor", touch),
        ("core.pager", touch), ("diff.noprefix", "true"), ("diff.mnemonicPrefix", "true"),
        ("color.ui", "always"), ("diff.renames", "false"), ("diff.submodule", "log"),
        ("core.attributesFile", ""),
      ] {
        try repository.run("config", key, value)
      }
      try repository.save("*.txt diff=own filter=own\nb.txt -diff\n", at: ".git/info/attributes")
      try repository.save("2\n", at: "a.txt")
      try repository.save("2\n", at: "b.txt")
      let (patch, _) = try difference(repository)
      #expect(try scratch.files.identity(marker) == nil)
      #expect(patch.contains("--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-1\n+2\n"), "\(patch)")
      #expect(patch.contains("--- a/b.txt\n+++ b/b.txt\n@@ -1 +1 @@\n-1\n+2\n"), "\(patch)")
      #expect(!patch.contains("\u{1b}"))
    }
  }
}
