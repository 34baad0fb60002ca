/// A separate checkout of a repository, for work that must not reach the user's own.
package struct GitWorktree: Sendable {
  /// Its top, absolute.
  package var top: Path
  /// The commit that it began with.
  package var base: String
  /// The branch that it is on.
  package var branch: String
}

/// What remains of a separate checkout.
package struct GitWork: Sendable {
  /// The commit that holds all of it.
  package var commit: String
  /// The difference to the commit that it began with, binary files included.
  package var patch: [UInt8]
}

extension Git {
  /// Where a directory lies in its checkout.
  package func place(of directory: Path) throws(GitAbsence) -> Path {
    try run(at: directory, timeout: 0).place
  }

  /// Makes a separate checkout of the present commit, on a new branch. No hook and no filter of the repository runs.
  package func addWorktree(
    around root: Path, at top: Path, branch: String, timeout: Double = 600
  ) throws(GitAbsence) -> GitWorktree {
    let (run, _) = try self.run(at: root, timeout: timeout)
    let filters = try filters(run)
    let base = try Git.line(try run(["rev-parse", "--verify", "HEAD^{commit}"]))
    _ = try run(
      Git.quiet + ["worktree", "add", "--quiet", "-b", branch, "--", top.string, base],
      without: filters)
    return GitWorktree(top: top, base: base, branch: branch)
  }

  /// Commits all that a separate checkout holds, lets its branch lead there, and tells the difference.
  package func keep(
    _ worktree: GitWorktree, author: String, message: String, timeout: Double = 600
  ) throws(GitAbsence) -> GitWork {
    let (run, _) = try self.run(at: worktree.top, timeout: timeout)
    let filters = try filters(run)
    _ = try run(Git.quiet + ["add", "--all", "--", ":/"], without: filters)
    let left = try run(
      ["status", "--porcelain", "--untracked-files=no", "--ignore-submodules=dirty"],
      without: filters)
    if !left.isEmpty {
      let identity = ["-c", "user.name=\(author)", "-c", "user.email=conductor@localhost"]
      _ = try run(
        Git.quiet + identity + [
          "commit", "--quiet", "--no-verify", "--no-gpg-sign", "--cleanup=verbatim", "-m", message,
        ], without: filters)
    }
    let commit = try Git.line(try run(["rev-parse", "--verify", "HEAD^{commit}"]))
    _ = try run(["update-ref", "refs/heads/" + worktree.branch, commit])
    let patch = try run(
      [
        "diff", "--binary", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv",
        worktree.base, commit, "--",
      ], without: filters)
    return GitWork(commit: commit, patch: patch)
  }

  /// Removes a separate checkout, and its branch where nothing is to remain of it.
  package func remove(
    worktreeAt top: Path, branch: String?, around root: Path, timeout: Double = 120
  ) throws(GitAbsence) {
    let (run, _) = try self.run(at: root, timeout: timeout)
    _ = try run(["worktree", "remove", "--force", "--force", "--", top.string])
    if let branch { _ = try run(["branch", "--quiet", "-D", "--", branch]) }
  }

  /// Keeps git from cleaning up in the background.
  private static let quiet = ["-c", "gc.auto=0", "-c", "maintenance.auto=false"]

  private func filters(_ run: Run) throws(GitAbsence) -> [[UInt8]] {
    do {
      return try filterNames(run)
    } catch let absence as GitAbsence {
      throw absence
    } catch let error as SystemError {
      throw .call(error)
    } catch {
      throw .failed("the filters cannot be found out")
    }
  }

  private static func line(_ answer: [UInt8]) throws(GitAbsence) -> String {
    guard let line = answer.split(separator: 10).first else { throw .failed("git named no commit") }
    return String(decoding: line, as: UTF8.self)
  }
}
