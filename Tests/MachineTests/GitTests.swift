import Testing

@testable import Machine

/// A repository that knows no configuration but its own.
struct Repository {
  let scratch: Scratch
  let top: Path

  init(_ name: Path = "project", in scratch: Scratch) throws {
    self.scratch = scratch
    top = scratch / name
    try scratch.files.makeDirectory(top)
    try run("init", "-q", "-b", "main")
  }

  /// Runs git as its user would, and so with all that the configuration names.
  @discardableResult
  func run(_ arguments: String..., at directory: Path? = nil) throws -> String {
    let environment = [
      ("PATH", Repository.path), ("HOME", scratch.path.string), ("GIT_CONFIG_NOSYSTEM", "1"),
      ("GIT_AUTHOR_NAME", "A"), ("GIT_AUTHOR_EMAIL", "a@example.org"),
      ("GIT_COMMITTER_NAME", "A"), ("GIT_COMMITTER_EMAIL", "a@example.org"),
      ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z"), ("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"),
    ]
    let finished = try Processes(calls: SystemCalls()).run(
      ["git"] + arguments, environment: environment, directory: directory ?? top,
      limits: .init(timeout: 60))
    if !finished.isSuccess {
      Issue.record("git \(arguments): \(String(decoding: finished.errors, as: UTF8.self))")
    }
    return String(decoding: finished.output, as: UTF8.self).filter { $0 != "\n" }
  }

  func commit() throws {
    try run("add", "-A")
    try run("commit", "-q", "-m", "message")
  }

  func save(_ text: String, at name: Path) throws {
    let below = top.relative(to: scratch.path) ?? top
    try scratch.files.makeDirectory((top / name).parent)
    try scratch.save(text, at: below / name)
  }

  static var path: String { "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin" }

  static var git: Git {
    let calls = SystemCalls()
    return Git(
      files: Files(calls: calls), processes: Processes(calls: calls),
      environment: Environment([("PATH", path)]))
  }

  /// The facts, with the changes by path.
  func facts(at place: Path? = nil) throws -> (GitFacts, [Path: GitFacts.Change]) {
    let facts = try Repository.git.facts(at: place ?? top)
    let changes = facts.changed.map { ($0.path, $0) }
    return (facts, Dictionary(changes, uniquingKeysWith: { first, _ in first }))
  }
}

extension Children {
  @Suite(.enabled(if: program("git") != nil, "there is no git program"))
  struct GitTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    // The ids of "", "1" and "2" and so on are those that git gives to these bytes.
    private static let one = "56a6051ca2b02b04ef92d5150c9ef600403cb1de"
    private static let two = "d8263ee9860594d2806b0dfd1bfd17528b0ba2a4"

    @Test func beforeTheFirstCommit() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      let (facts, changes) = try repository.facts()
      #expect(facts.top == repository.top)
      #expect(facts.commit == nil)
      #expect(facts.branch == "main")
      #expect(
        changes == [
          "a": .init(path: "a", status: "??", kind: .file, blob: GitTests.one)
        ])
    }

    @Test func aCleanCheckout() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      let (facts, _) = try repository.facts()
      #expect(facts.commit == (try repository.run("rev-parse", "HEAD")))
      #expect(facts.branch == "main")
      #expect(facts.changed == [])
      try repository.run("checkout", "-q", "--detach")
      #expect(try repository.facts().0.branch == nil)
      #expect(try repository.facts().0.commit == facts.commit)
    }

    @Test func changesOfAllKinds() throws {
      let repository = try Repository(in: scratch)
      for name: Path in [
        "edited", "staged", "both", "gone", "unstaged-gone", "moved", "mode", "type",
      ] {
        try repository.save("1", at: name)
      }
      try repository.save("ignored\n", at: ".gitignore")
      try repository.commit()
      try repository.save("2", at: "edited")
      try repository.save("2", at: "staged")
      try repository.save("3", at: "both")
      try repository.run("add", "staged", "both")
      try repository.save("2", at: "both")
      try repository.run("rm", "-q", "gone")
      try scratch.files.remove(repository.top / "unstaged-gone")
      try repository.run("mv", "moved", "target")
      scratch.mode("project/mode", 0o755)
      try scratch.files.remove(repository.top / "type")
      scratch.link("project/type", to: "1")
      try repository.save("x", at: "ignored")
      try repository.save("2", at: "deep/new/file")
      scratch.link("project/link", to: "2")
      let none = String(repeating: "0", count: 40)
      let expected: [GitFacts.Change] = [
        .init(path: "edited", status: ".M", kind: .file, blob: GitTests.two),
        .init(
          path: "staged", status: "M.", kind: .file, blob: GitTests.two, staged: GitTests.two),
        .init(
          path: "both", status: "MM", kind: .file, blob: GitTests.two,
          staged: "e440e5c842586965a7fb77deda2eca68612b1f53"),
        .init(path: "gone", status: "D.", kind: nil, blob: nil, staged: none),
        .init(path: "unstaged-gone", status: ".D", kind: nil, blob: nil),
        .init(path: "moved", status: "D.", kind: nil, blob: nil, staged: none),
        .init(
          path: "target", status: "A.", kind: .file, blob: GitTests.one, staged: GitTests.one),
        .init(path: "mode", status: ".M", kind: .executable, blob: GitTests.one),
        .init(path: "type", status: ".T", kind: .link, blob: GitTests.one),
        .init(path: "deep/new/file", status: "??", kind: .file, blob: GitTests.two),
        .init(path: "link", status: "??", kind: .link, blob: GitTests.two),
      ]
      let (_, changes) = try repository.facts()
      for change in expected { #expect(changes[change.path] == change) }
      #expect(changes.count == expected.count)
      // From further in, the same, with paths from the top.
      let inner = try repository.facts(at: repository.top / "deep/new")
      #expect(inner.1 == changes)
      #expect(inner.0.top == repository.top)
    }

    @Test func oddNames() throws {
      let repository = try Repository(in: scratch)
      let names: [Path] = [
        "a b", " lead", "trail ", "new\nline", "\"quoted\"", "back\\slash", "\"\n\\", "tab\t",
        "-dash",
        "é", "e\u{301}", "# branch.oid x", "? x", "a -> b", Path(bytes: [102, 255, 254]),
        Path(bytes: [34, 255]), Path(bytes: [13]), Path(bytes: [1, 127]),
      ]
      for name in names { try repository.save("1", at: name) }
      try repository.commit()
      for name in names { try repository.save("2", at: name) }
      let (_, changes) = try repository.facts()
      #expect(changes.count == names.count)
      for name in names {
        #expect(
          changes[name] == .init(path: name, status: ".M", kind: .file, blob: GitTests.two),
          "\(name.bytes)")
      }
    }

    @Test func theIdsAreThoseOfTheBytesAsTheyAre() throws {
      let repository = try Repository(in: scratch)
      try repository.save("*.txt text eol=crlf ident\n", at: ".gitattributes")
      try repository.run("config", "core.autocrlf", "true")
      try repository.commit()
      try repository.save("$Id$\r\n", at: "a.txt")
      let (_, changes) = try repository.facts()
      let raw = try repository.run("hash-object", "--no-filters", "a.txt")
      #expect(changes["a.txt"]?.blob == raw)
      #expect(try repository.run("hash-object", "a.txt") != raw)
    }

    @Test func conflictsAndCheckoutsOfTheirOwn() throws {
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
        ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", "merge", "-q", "other"],
        environment: [("PATH", Repository.path), ("HOME", scratch.path.string)],
        directory: repository.top, limits: .init(timeout: 60))
      try repository.save("2", at: "a")
      let nested = try Repository("project/nested", in: scratch)
      try nested.save("1", at: "b")
      try nested.commit()
      let (_, changes) = try repository.facts()
      #expect(
        changes == [
          "a": .init(path: "a", status: "UU", kind: .file, blob: GitTests.two),
          "nested": .init(path: "nested", status: "??", kind: .checkout, blob: nil),
        ])
    }

    @Test func submodulesAreNotEntered() throws {
      let library = try Repository("library", in: scratch)
      try library.save("1", at: "a")
      try library.commit()
      let repository = try Repository(in: scratch)
      try repository.run(
        "-c", "protocol.file.allow=always", "submodule", "add", "-q", library.top.string, "sub")
      try repository.commit()
      try repository.save("dirty", at: "sub/a")
      #expect(try repository.facts().0.changed == [])
      let inner = try repository.facts(at: repository.top / "sub")
      #expect(inner.0.top == repository.top / "sub")
      #expect(inner.0.changed.map(\.path) == ["a"])
      #expect(try Repository.git.linkedWorktreeMain(of: repository.top / "sub") == nil)
      let place = repository.top / "sub"
      try repository.run("-c", "commit.gpgsign=false", "commit", "-qam", "more", at: place)
      let (_, changes) = try repository.facts()
      #expect(
        changes == ["sub": .init(path: "sub", status: ".M", kind: .checkout, blob: nil)])
    }

    @Test func nothingThatTheCheckoutConfiguresRuns() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a.x")
      try repository.save("1", at: "b.y")
      try repository.save("*.x filter=evil diff=evil\n*.y filter=e.v=i\"l\n", at: ".gitattributes")
      try repository.commit()
      let marker = scratch / "marker"
      let evil = scratch / "evil"
      try scratch.save("#!/bin/sh\necho \"$0 $*\" >>'\(marker)'\nexit 1\n", at: "evil")
      scratch.mode("evil", 0o755)
      try scratch.files.makeDirectory(repository.top / ".git/hooks")
      for hook in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
        scratch.link(Path("project/.git/hooks/\(hook)"), to: evil.string)
      }
      var lines = "\n"
      for (section, keys) in [
        (
          "core", ["fsmonitor", "pager", "editor", "sshCommand", "askPass", "alternateRefsCommand"]
        ),
        ("diff", ["external"]), ("diff \"evil\"", ["textconv", "command"]),
        ("filter \"evil\"", ["clean", "smudge", "process"]), ("credential", ["helper"]),
        ("pager", ["status", "config", "hash-object"]), ("gpg", ["program"]),
        ("uploadpack", ["packObjectsHook"]), ("sequence", ["editor"]),
        ("interactive", ["diffFilter"]),
      ] {
        lines += "[\(section)]\n"
        for key in keys { lines += "\t\(key) = \(evil)\n" }
      }
      lines += "[filter \"evil\"]\n\trequired = true\n"
      for name in ["status", "config", "hash-object"] { lines += "[alias]\n\t\(name) = !\(evil)\n" }
      lines += "[core]\n\thooksPath = \(repository.top / ".git/hooks")\n\tworktree = /\n"
      lines += "[include]\n\tpath = more\n[status]\n\tsubmoduleSummary = true\n"
      let config = repository.top / ".git/config"
      let size = try scratch.files.read(config, limit: 10_000).count
      try scratch.files.append(Array(lines.utf8), to: config, at: size)
      try scratch.save(
        "[filter \"e.v=i\\\"l\"]\n\tclean = \(evil)\n\tprocess = \(evil)\n\trequired\n",
        at: "project/.git/more")
      // Another size would be enough for git; another time makes it look at the content.
      try repository.save("2", at: "a.x")
      try repository.save("2", at: "b.y")
      let (facts, changes) = try repository.facts()
      #expect(facts.commit != nil)
      #expect(changes["a.x"]?.blob == GitTests.two)
      #expect(changes["b.y"]?.blob == GitTests.two)
      #expect(changes.count == 2)
      #expect(try scratch.files.identity(marker) == nil)
      // The trap does work when git is used as usual.
      _ = try Processes(calls: SystemCalls()).run(
        ["git", "add", "a.x"],
        environment: [("PATH", Repository.path), ("GIT_WORK_TREE", repository.top.string)],
        directory: repository.top, limits: .init(timeout: 60))
      #expect(try scratch.files.identity(marker) != nil)
    }

    @Test func neitherAForeignGitDirectoryNorTheEnvironmentLeadsAstray() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      // A directory that looks like a bare repository from inside.
      let inside = repository.top / "inside"
      try repository.run("clone", "-q", "--bare", ".", inside.string)
      #expect(try repository.facts(at: inside).0.top == repository.top)
      let (facts, changes) = try repository.facts()
      #expect(facts.top == repository.top)
      #expect(changes["inside"] == nil)
      #expect(changes["inside/HEAD"]?.status == "??")
      // A commit that is said to be another one.
      let real = try repository.run("rev-parse", "HEAD")
      try repository.save("2", at: "a")
      try repository.run("commit", "-qam", "second")
      try repository.run("replace", "HEAD", real)
      #expect(try repository.facts().1["a"] == nil)
    }

    @Test func absenceHasAReason() throws {
      let calls = SystemCalls()
      let noGit = Git(
        files: Files(calls: calls), processes: Processes(calls: calls),
        environment: Environment([("PATH", "/nowhere")]))
      let repository = try Repository(in: scratch)
      #expect(throws: GitAbsence.noProgram) { _ = try noGit.facts(at: repository.top) }
      #expect(throws: GitAbsence.noRepository) {
        _ = try Repository.git.facts(at: scratch.path)
      }
      try repository.run("config", "core.bare", "true")
      #expect(throws: GitAbsence.noRepository) {
        _ = try Repository.git.facts(at: repository.top)
      }
      try scratch.save("[core\n", at: "project/.git/config")
      do {
        _ = try Repository.git.facts(at: repository.top)
        Issue.record("a broken configuration was taken")
      } catch {
        guard case .failed(let text) = error else {
          Issue.record("\(error)")
          return
        }
        #expect(text.contains("config"))
      }
    }

    @Test func aFailingCallIsReported() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      scratch.link("project/link", to: "2")
      let expected = try repository.facts().0
      for wanted in stride(from: 1, to: 200, by: 3) {
        for fault in [SystemCalls.Fault.fail(Code.inputOutput), .fail(Code.interrupted), .short] {
          let calls = SystemCalls { _, number in number == wanted ? fault : nil }
          let git = Git(
            files: Files(calls: calls), processes: Processes(calls: calls),
            environment: Environment([("PATH", Repository.path)]))
          do {
            #expect(try git.facts(at: repository.top) == expected, "\(fault) at call \(wanted)")
          } catch {
            #expect(!isHarmless(fault), "\(fault) at call \(wanted): \(error)")
          }
        }
      }
    }

    @Test func linkedWorktreesKnowTheMainOne() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "deep/a")
      try repository.commit()
      let linked = scratch / "linked"
      try repository.run("worktree", "add", "-q", linked.string)
      let git = Repository.git
      #expect(try git.linkedWorktreeMain(of: linked) == repository.top)
      #expect(try git.linkedWorktreeMain(of: linked / "deep") == repository.top / "deep")
      #expect(try git.linkedWorktreeMain(of: repository.top) == nil)
      #expect(try git.linkedWorktreeMain(of: scratch.path) == nil)
      try scratch.save("2", at: "linked/deep/a")
      let facts = try git.facts(at: linked)
      #expect(facts.branch == "linked")
      #expect(facts.top == linked)
      #expect(facts.changed.map(\.path) == ["deep/a"])
    }

    @Test func aCheckoutCannotClaimToBeAWorktreeOfAnother() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      try repository.run("worktree", "add", "-q", (scratch / "linked").string)
      try scratch.files.makeDirectory(scratch / "liar")
      let pointer = try scratch.text("linked/.git")
      try scratch.save(pointer, at: "liar/.git")
      #expect(try Repository.git.linkedWorktreeMain(of: scratch / "liar") == nil)
      #expect(try Repository.git.linkedWorktreeMain(of: scratch / "linked") == repository.top)
    }

    @Test func worktreesOfABareRepositoryHaveNoMainOne() throws {
      let repository = try Repository(in: scratch)
      try repository.save("1", at: "a")
      try repository.commit()
      for name in ["bare.git", "hidden/.git"] {
        let bare = scratch / Path(name)
        try repository.run("clone", "-q", "--bare", ".", bare.string)
        let linked = scratch / Path("linked-\(name.utf8.count)")
        try repository.run("worktree", "add", "-q", linked.string, "main", at: bare)
        #expect(try Repository.git.linkedWorktreeMain(of: linked) == nil)
        #expect(try Repository.git.facts(at: linked).branch == "main")
      }
    }
  }
}
