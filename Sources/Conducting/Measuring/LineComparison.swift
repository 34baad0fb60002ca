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
    let paths = base.differing(from: tree)
    var found: [Found] = []
    for path in paths {
      found += try besidesFiles(path, base[path], tree[path])
    }
    let compared = paths.filter { Self.isPlain(base[$0], tree[$0]) }
    if !compared.isEmpty {
      try lay(compared, of: base, on: .before)
      try lay(compared, of: tree, on: .after)
      found += try read(repository.comparison(), compared)
    }
    return found.sorted { $0.path < $1.path }
  }

  // MARK: Files

  /// How many bytes of contents are held at once.
  private static let partSize = 128 << 20
  private static let firstName = 10_000_000

  /// Lays the files that a side has at some paths, each under the number of its path.
  private func lay(
    _ paths: [Path], of tree: TreeEntries, on side: MeasuringRepository.Side
  ) throws(GitAbsence) {
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
    for (number, path) in paths.enumerated() {
      guard let entry = tree[path] else { continue }
      let size = sizes[entry.id] ?? memory.sizes(of: [entry.id])[entry.id] ?? 0
      if weight + size > Self.partSize { try layPart() }
      part.append((Self.firstName + number, entry))
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

  /// Whether nothing but files stand at a path, which git compares.
  private static func isPlain(_ old: TreeEntry?, _ new: TreeEntry?) -> Bool {
    old?.isFile != false && new?.isFile != false
  }

  /// What became of a path where a link or another repository's commit stands on a side: its text counts as lines, and
  /// nothing of it is ever taken for a file that has moved. What turns into another kind of thing is gone, and new.
  private func besidesFiles(
    _ path: Path, _ old: TreeEntry?, _ new: TreeEntry?
  ) throws(GitAbsence) -> [Found] {
    if Self.isPlain(old, new) { return [] }
    let removed = try old.map(lines) ?? []
    let added = try new.map(lines) ?? []
    if let old, let new, old.kind == new.kind {
      return [Self.found(path, new.kind == .checkout ? .submodule : .modify, removed, added)]
    }
    func side(_ entry: TreeEntry?, _ kind: Change.Kind, _ lines: [Text]) -> [Found] {
      guard let entry else { return [] }
      return [
        Self.found(
          path, entry.kind == .checkout ? .submodule : kind, kind == .delete ? lines : [],
          kind == .add ? lines : [])
      ]
    }
    return side(old, .delete, removed) + side(new, .add, added)
  }

  private static func found(
    _ path: Path, _ kind: Change.Kind, _ removed: [Text], _ added: [Text]
  ) -> Found {
    let start = zip(removed, added).prefix { $0 == $1 }.count
    let end = zip(removed[start...].reversed(), added[start...].reversed())
      .prefix { $0 == $1 }.count
    var change = Change(kind, path.text)
    change.removed = Array(removed[start..<(removed.count - end)])
    change.added = Array(added[start..<(added.count - end)])
    change.isBinary = Patch.looksBinary(change.added + change.removed)
    return Found(change: change, path: path)
  }

  private func lines(of entry: TreeEntry) throws(GitAbsence) -> [Text] {
    if entry.kind == .checkout { return ["Subproject commit " + Text(entry.id)] }
    return try repository.contents(of: [entry.id], memory).first.map { Patch.lines(of: $0) } ?? []
  }
}

extension TreeEntries {
  /// The paths at which two trees do not hold the same, in order.
  func differing(from other: TreeEntries) -> [Path] {
    Set(keys).union(other.keys).filter { self[$0] != other[$0] }.sorted()
  }
}
