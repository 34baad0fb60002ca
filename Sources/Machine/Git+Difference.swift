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
  /// was changed. Nothing that the checkout configures is run.
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
    if !staged {
      let names = try run(
        ["ls-files", "--others", "--exclude-standard", "-z", "--full-name"], without: filters)
      untracked = names.split(separator: 0).map { Path(bytes: Array($0)) }
    }
    return GitDifference(
      top: run.directory.top, base: start, patch: patch, untracked: untracked)
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
