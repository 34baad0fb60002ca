import JSONText
import Machine
import Rules

/// What differs between two trees, line by line as git compares files.
///
/// Git is given copies of what was proved to be the content of each side, under names that mean nothing. It looks into
/// no store while it compares, so that nothing which somebody has put there can take the place of what is measured.
struct LineComparison {
  let repository: MeasuringRepository
  let memory: ObjectMemory
  /// How large contents are, as far as that is known.
  let sizes: [String: Int]

  /// A change, with its paths below the top of the checkout.
  struct Found {
    var change: Change
    var path: Path
    var from: Path?
  }

  /// The changes that lead from one tree to another, in the order of their paths; a file that has moved is one change.
  func changes(
    from base: TreeEntries, to tree: TreeEntries
  ) throws(GitAbsence) -> [Found] {
    let paths = Set(base.keys).union(tree.keys).filter { base[$0] != tree[$0] }.sorted()
    var found: [Found] = []
    for path in paths {
      found += try besidesFiles(path, base[path], tree[path])
    }
    let before = paths.filter { base[$0]?.isFile == true }
    let after = paths.filter { tree[$0]?.isFile == true }
    if !before.isEmpty || !after.isEmpty {
      try lay(before, of: base, on: .before, paths)
      try lay(after, of: tree, on: .after, paths)
      found += try read(repository.comparison(), paths)
    }
    return found.sorted { $0.path < $1.path }
  }

  // MARK: Files

  /// How many bytes of contents are held at once.
  private static let partSize = 128 << 20
  private static let firstName = 10_000_000

  private func lay(
    _ chosen: [Path], of tree: TreeEntries, on side: MeasuringRepository.Side, _ paths: [Path]
  ) throws(GitAbsence) {
    var names: [Path: Int] = [:]
    for (number, path) in paths.enumerated() { names[path] = Self.firstName + number }
    var part: [(name: Int, entry: TreeEntry)] = []
    var weight = 0
    func layPart() throws(GitAbsence) {
      let contents = try repository.contents(of: part.map(\.entry.id), memory)
      for ((name, entry), bytes) in zip(part, contents) {
        try repository.lay(
          bytes, on: side, as: Path("\(name)"), isExecutable: entry.kind == .executable)
      }
      (part, weight) = ([], 0)
    }
    for path in chosen {
      guard let entry = tree[path], let name = names[path] else { continue }
      let size = sizes[entry.id] ?? memory.sizes(of: [entry.id])[entry.id] ?? 0
      if weight + size > Self.partSize { try layPart() }
      part.append((name, entry))
      weight += size
    }
    try layPart()
  }

  private func read(_ bytes: [UInt8], _ paths: [Path]) throws(GitAbsence) -> [Found] {
    let patch: Patch
    do throws(Patch.Fault) {
      patch = try Patch(bytes)
    } catch {
      throw .failed("line \(error.line) of its answer cannot be read: " + error.text.string)
    }
    func path(_ name: Text) throws(GitAbsence) -> Path {
      let number = Int(Path(name).name.string).map { $0 - Self.firstName }
      guard let number, paths.indices.contains(number) else {
        throw .failed("it compared a file that it was not given: " + name.string)
      }
      return paths[number]
    }
    var found: [Found] = []
    for change in patch.changes {
      var from: Path?
      if let name = change.from { from = try path(name) }
      found.append(Found(change: change, path: try path(change.path), from: from))
    }
    return found
  }

  // MARK: Links and commits

  /// What became of a link or of another repository's commit: its text counts as lines, and it is never taken for a file
  /// that has moved.
  private func besidesFiles(
    _ path: Path, _ old: TreeEntry?, _ new: TreeEntry?
  ) throws(GitAbsence) -> [Found] {
    let removed = try old.map(lines) ?? nil
    let added = try new.map(lines) ?? nil
    guard removed != nil || added != nil else { return [] }
    let isSubmodule = old?.kind == .checkout || new?.kind == .checkout
    let kind: Change.Kind =
      isSubmodule ? .submodule : removed == nil ? .add : added == nil ? .delete : .modify
    let change = Change(kind, path.text, added: added ?? [], removed: removed ?? [])
    return [Found(change: change, path: path)]
  }

  private func lines(of entry: TreeEntry) throws(GitAbsence) -> [Text]? {
    switch entry.kind {
    case .file, .executable: return nil
    case .checkout: return ["Subproject commit " + Text(entry.id)]
    case .link:
      return try repository.contents(of: [entry.id], memory).first.map { Patch.lines(of: $0) }
    }
  }
}
