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
    let top: Path
    do throws(GitAbsence) {
      top = try run(at: place, timeout: 120).0.directory.top
    } catch {
      if case .noRepository = error { return nil }
      throw error
    }
    guard let real = try? files.resolve(place), top == real else { return nil }
    let facts = try facts(at: place)
    return NestedCheckout(
      commit: facts.commit, isChanged: !facts.hidden.isEmpty || !facts.changed.isEmpty)
  }
}
