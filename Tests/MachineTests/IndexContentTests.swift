import TestSupport
import Testing

@testable import Machine

extension Children {
  @Suite(.enabled(if: program("git") != nil, "there is no git program"))
  struct IndexContentTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// A checkout whose index git writes in a version, and what is read of it.
    private func content(
      of repository: Repository, version: String = "2"
    ) throws -> IndexContent {
      try repository.run("update-index", "--index-version", version)
      let (run, _) = try Repository.git.run(at: repository.top, timeout: 60)
      return try #require(try IndexContent(of: run.directory, scratch.files))
    }

    /// The entries as git tells them.
    private func told(_ repository: Repository) throws -> TreeEntries {
      let (run, _) = try Repository.git.run(at: repository.top, timeout: 60)
      var entries: TreeEntries = [:]
      for line in try run(["ls-files", "--stage", "-z", "--full-name"]).split(separator: 0) {
        let tab = try #require(line.firstIndex(of: 9))
        let words = line[..<tab].split(separator: 32).map { String(decoding: $0, as: UTF8.self) }
        let kind = try #require(TreeEntry.Kind(mode: words[0]))
        entries[Path(bytes: Array(line[(tab + 1)...]))] = TreeEntry(kind, words[1])
      }
      return entries
    }

    @Test(arguments: ["2", "4"], ["sha1", "sha256"])
    func itIsReadAsGitReadsIt(version: String, format: String) throws {
      let repository = try Repository(in: scratch)
      try scratch.files.removeTree(repository.top / ".git")
      try repository.run("init", "-q", "--object-format=\(format)")
      #expect(try told(repository).isEmpty)
      var random = SeededRandom(11)
      var names: [Path] = ["a", "a.b", "c/b", "a-b", "ü", "new\nline", "Z", "x/y/z/deep"]
      let letters = ["a", "b", "ab", "/c", "-", "long" + String(repeating: "l", count: 50)]
      for number in 0..<60 {
        let parts = (0..<(1 + random.below(4))).map { _ in letters[random.below(letters.count)] }
        names.append(Path("r\(number)" + parts.joined()))
      }
      for name in names { try repository.save("\(random.below(5))\n", at: name.normalized) }
      scratch.link("project/link", to: "a")
      try repository.run("add", "--all")
      try repository.run("update-index", "--chmod=+x", "Z")
      let content = try content(of: repository, version: version)
      #expect(try content.entries == told(repository))
      #expect(try content.entries?.count == told(repository).count)
      #expect(content.entries?["link"]?.kind == .link)
      #expect(content.entries?["Z"]?.kind == .executable)
      #expect(!content.mayHide)
    }

    @Test(arguments: ["skip-worktree", "assume-unchanged", "intent-to-add"], ["2", "4"])
    func flagsHideNothingOfWhatItHolds(flag: String, version: String) throws {
      let repository = try Repository(in: scratch)
      for name: Path in ["a", "b", "c"] { try repository.save("1", at: name) }
      try repository.commit()
      if flag == "intent-to-add" {
        try repository.save("1", at: "b2")
        try repository.run("add", "--intent-to-add", "b2")
      } else {
        try repository.run("update-index", "--" + flag, "b")
      }
      let content = try content(of: repository, version: version)
      // Of what is only meant to be added nothing stands there yet, though git lists it.
      #expect(try content.entries == told(repository).filter { $0.key != "b2" })
      #expect(content.mayHide == (flag != "intent-to-add"))
    }

    @Test func ofAConflictTheLastSideCounts() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      try repository.run("checkout", "-q", "-b", "other")
      try repository.save("2", at: "a")
      try repository.commit()
      try repository.run("checkout", "-q", "main")
      try repository.save("3", at: "a")
      try repository.commit()
      _ = try Processes(calls: SystemCalls()).run(
        ["git", "merge", "-q", "other"],
        environment: [
          ("PATH", Repository.path), ("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@b.c"),
        ], directory: repository.top)
      let content = try content(of: repository)
      #expect(try content.entries == told(repository))
      #expect(try repository.run("ls-files", "--unmerged") != "")
    }

    @Test(arguments: ["split", "sparse"])
    func whatIsKeptOtherwiseIsLeftToGit(form: String) throws {
      let repository = try Repository(in: scratch)
      for name: Path in ["in/a", "out/b", "out/c"] { try repository.save("1", at: name) }
      try repository.commit()
      if form == "split" {
        try repository.run("update-index", "--split-index")
      } else {
        try repository.run("sparse-checkout", "init", "--cone", "--sparse-index")
        try repository.run("sparse-checkout", "set", "in")
      }
      let (run, _) = try Repository.git.run(at: repository.top, timeout: 60)
      let content = try #require(try IndexContent(of: run.directory, scratch.files))
      #expect(content.entries == nil)
      #expect(content.mayHide)
      try scratch.files.makeDirectory(scratch / "store")
      let measuring = try MeasuringRepository(
        Repository.git, at: repository.top, store: scratch / "store")
      defer { measuring.close() }
      #expect(try Set(measuring.staged().keys) == ["in/a", "out/b", "out/c"])
    }

    /// Every shortened and every altered form is read without a crash, or not read.
    @Test func brokenFormsAreSurvived() throws {
      let repository = try Repository(in: scratch)
      for name: Path in ["a", "b/c", "b/d"] { try repository.save("1", at: name) }
      try repository.commit()
      for version in ["2", "4"] {
        try repository.run("update-index", "--index-version", version)
        let bytes = try scratch.files.read(repository.top / ".git/index", limit: 1 << 20)
        for count in 0..<bytes.count {
          let short = IndexContent(Array(bytes.prefix(count)), idSize: 20)
          _ = (short.entries, short.mayHide)
          for value: UInt8 in [0, 0x7F, 0xFF] {
            var altered = bytes
            altered[count] = value
            let content = IndexContent(altered, idSize: 20)
            _ = (content.entries, content.mayHide)
          }
        }
      }
    }
  }
}
