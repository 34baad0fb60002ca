extension Git {
  /// What became of some files since a commit.
  package enum Comparison: Equatable, Sendable {
    /// The repository has no such commit.
    case unknownCommit
    /// The files whose content in the last commit is another one, in the order asked.
    case changed([Path])
  }

  /// Compares files, told relative to a directory, as they stand in an earlier commit and in the last one. What is in
  /// neither has not changed.
  package func changes(
    of paths: [Path], since commit: String, at root: Path, timeout: Double = 120
  ) throws(GitAbsence) -> Comparison {
    let (run, place) = try self.run(at: root, timeout: timeout)
    let isName = commit.utf8.allSatisfy {
      $0 > 32 && $0 < 127 && !":^~@{}\\*?[".utf8.contains($0)
    }
    guard isName, !commit.isEmpty, !commit.hasPrefix("-") else { return .unknownCommit }
    let asked = paths.filter { !$0.bytes.contains { $0 < 32 } }
    func line(_ revision: String, _ path: Path) -> [UInt8] {
      Array("\(revision):".utf8) + (place / path).normalized.bytes + [10]
    }
    let lines = asked.flatMap { line(commit, $0) + line("HEAD", $0) }
    let answer = try run(
      ["cat-file", "--batch-check=%(objectname)"],
      input: Array("\(commit)^{commit}\n".utf8) + lines)
    // What is not there is answered by the question and the word missing.
    let ids = answer.split(separator: 10).map { $0.contains(32) ? nil : $0 }
    guard ids.count == 1 + 2 * asked.count else {
      throw .failed("git cat-file gave \(ids.count) answers to \(1 + 2 * asked.count) questions")
    }
    guard ids[0] != nil else { return .unknownCommit }
    return .changed(
      asked.indices.filter { ids[1 + 2 * $0] != ids[2 + 2 * $0] }.map { asked[$0] })
  }
}
