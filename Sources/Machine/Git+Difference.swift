/// What a checkout holds that a commit does not, as git tells it.
package struct GitDifference: Sendable {
  /// The top of the checkout, without links; all paths below are relative to it.
  package var top: Path
  /// The id of the commit that is measured from; of a tree without files before the first one.
  package var base: String
  /// The patch from the commit to what is there, without context, `a/` and `b/` before the paths.
  package var patch: [UInt8]
  /// Files that git does not know yet and does not ignore; a checkout of its own ends in a slash.
  package var untracked: [Path]
  /// Files that the index tells git to look away from, and that are not as the commit holds them.
  package var hidden: [Path]
}

extension Git {
  /// Why a commit cannot be measured against.
  package enum UnknownCommit: Error, Sendable {
    /// What was given names no commit of the checkout.
    case named(String)
  }

  /// The difference between a commit, or the last one, and the working tree; or the index.
  ///
  /// Every file counts as text, whatever the checkout's attributes say: an attribute must not hide what
  /// was changed. Neither must a rule that no commit could hold, in `info/exclude`, or a flag of the index. Nothing that
  /// the checkout configures is run.
  package func difference(
    at root: Path, from base: String? = nil, staged: Bool = false, timeout: Double = 120
  ) throws -> GitDifference {
    let (run, _) = try self.run(at: root, timeout: timeout)
    let filters = try filterNames(run)
    let start = try Git.commit(base, run)
    let patch = try run(
      [
        "diff", "--patch", "--text", "--unified=0", "--inter-hunk-context=0", "--full-index",
        "--find-renames", "--no-color", "--no-ext-diff", "--no-textconv", "--no-relative",
        "--ignore-submodules=dirty", "--submodule=short", "--src-prefix=a/", "--dst-prefix=b/",
      ] + (staged ? ["--cached"] : []) + [start, "--"], without: filters)
    var untracked: [Path] = []
    var hidden: [Path] = []
    if !staged {
      let names = try run(
        ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"], without: filters)
      untracked = Git.paths(names) + (try excluded(run))
      hidden = try self.hidden(run).filter { (path, isSkipped) in
        try isChanged(path, since: start, isSkipped: isSkipped, run)
      }.map(\.path)
    }
    return GitDifference(
      top: run.directory.top, base: start, patch: patch, untracked: untracked, hidden: hidden)
  }

  private static func paths(_ names: [UInt8]) -> [Path] {
    names.split(separator: 0).map { Path(bytes: Array($0)) }
  }

  /// The untracked files that nothing but `info/exclude` leaves out.
  private func excluded(_ run: Run) throws -> [Path] {
    let rules = run.directory.common / "info/exclude"
    guard let text = try? files.read(rules, limit: 1 << 24),
      text.split(separator: 10).contains(where: { $0.first != UInt8(ascii: "#") })
    else { return [] }
    let left = try run([
      "ls-files", "--others", "--ignored", "--exclude-from=" + rules.string, "-z", "--full-name",
    ])
    if left.isEmpty { return [] }
    let own = try run([
      "ls-files", "--others", "--exclude-per-directory=.gitignore", "-z", "--full-name",
    ])
    return Git.paths(left).filter(Set(Git.paths(own)).contains)
  }

  /// Whether a file differs in any byte from what a commit holds, or in whether it may be run.
  private func isChanged(
    _ path: Path, since commit: String, isSkipped: Bool, _ run: Run
  ) throws -> Bool {
    let place = run.directory.top / path
    guard let identity = try files.identity(place, followLinks: false) else { return !isSkipped }
    let entry = try run(["ls-tree", "-z", "--full-tree", commit, "--", path.string])
    let words = entry.prefix { $0 != 9 }.split(separator: 32)
    guard words.count == 3 else { return true }
    let (mode, id) = (words[0], String(decoding: words[2], as: UTF8.self))
    let now: [UInt8]
    switch identity.kind {
    case .file:
      guard mode.elementsEqual((identity.mode & 0o111 == 0 ? "100644" : "100755").utf8) else {
        return true
      }
      now = try files.read(place, limit: 1 << 30)
    case .link:
      guard mode.elementsEqual("120000".utf8) else { return true }
      now = try files.linkText(place)
    case .directory, .other: return true
    }
    return try now != run(["cat-file", "blob", id])
  }

  /// The bytes of a file, told relative to a directory, as a commit holds it; as the index does for an empty name.
  package func content(
    of path: Path, in commit: String, at root: Path, timeout: Double = 120
  ) throws(GitAbsence) -> [UInt8] {
    let (run, place) = try self.run(at: root, timeout: timeout)
    return try run(["cat-file", "blob", commit + ":" + (place / path).normalized.string])
  }

  /// The id of a commit; before the first one, that of a tree without files.
  private static func commit(_ name: String?, _ run: Run) throws -> String {
    do throws(GitAbsence) {
      let answer = try run([
        "rev-parse", "--verify", "--quiet", "--end-of-options", (name ?? "HEAD") + "^{commit}",
      ])
      return try word(answer)
    } catch {
      guard case .failed = error else { throw error }
      if let name { throw UnknownCommit.named(name) }
      return try word(try run(["hash-object", "-t", "tree", "--stdin"]))
    }
  }

  private static func word(_ answer: [UInt8]) throws(GitAbsence) -> String {
    guard let line = answer.split(separator: 10).first, !line.isEmpty else {
      throw .failed("git named no object")
    }
    return String(decoding: line, as: UTF8.self)
  }
}
