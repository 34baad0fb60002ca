/// Files that grow for ever unless somebody starts them anew.
extension Files {
  /// Moves a file to the first of some names, and what had that name to the next; what had the last name is gone.
  package func rotate(_ path: Path, to names: [Path]) throws(SystemError) {
    for (index, name) in names.enumerated().reversed() {
      let from = index == 0 ? path : names[index - 1]
      do {
        try calls.rename(from, over: name)
      } catch {
        if !error.isMissing { throw error }
      }
    }
  }
}
