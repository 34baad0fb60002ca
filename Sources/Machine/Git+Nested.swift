/// A checkout inside another one, such as a submodule.
package struct NestedCheckout: Equatable, Sendable {
  /// The commit at its head; `nil` before the first.
  package var commit: String?
  /// Whether anything in it is not as that commit has it, or its index is told to look away.
  package var isChanged: Bool
}

extension Git {
  /// Where git keeps what belongs to the checkout around a directory alone, and what all checkouts of the repository
  /// share. Reads files only.
  package func places(at root: Path) throws(GitAbsence) -> (own: Path, common: Path) {
    let directory = try run(at: root, timeout: 0).0.directory
    return (directory.own, directory.common)
  }

  /// The checkout whose top is a directory; `nil` when that holds no checkout of its own.
  package func nested(at place: Path) throws(GitAbsence) -> NestedCheckout? {
    let found: Run
    do throws(GitAbsence) {
      found = try run(at: place, timeout: 120).0
    } catch {
      if case .noRepository = error { return nil }
      throw error
    }
    guard let real = try? files.resolve(place), found.directory.top == real else { return nil }
    let facts = try facts(at: place)
    // A letter in lower case, or an S, says that git was told to take a file for unchanged.
    let flags = try found(["ls-files", "-v", "-z"]).split(separator: 0)
    let isBlind = flags.contains { $0.first.map { $0 > 96 || $0 == UInt8(ascii: "S") } ?? false }
    return NestedCheckout(commit: facts.commit, isChanged: isBlind || !facts.changed.isEmpty)
  }
}
