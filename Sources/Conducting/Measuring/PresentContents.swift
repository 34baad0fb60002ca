import Evidence
import JSONText
import Machine

/// What files hold at this moment, by the ids that git gives to exactly their bytes.
///
/// Each file is read, and git is asked only about bytes that this process has not met before: that takes a start, and
/// reading a file takes none.
struct PresentContents {
  let repository: MeasuringRepository
  private let memory: ObjectMemory
  private let files: Files

  init(_ repository: MeasuringRepository, _ context: Context) {
    self.repository = repository
    memory = context.objects
    files = context.machine.files
  }

  /// What one call asks for, and what has come of it.
  private struct Search {
    let paths: [Path]
    let texts: [[UInt8]]
    let seen: [ContentFacts?]
    var ids: [String?]
    /// What git must be asked for.
    var open: [Int]
  }

  /// The ids of files and then of some texts, in the order asked; nil for a file that cannot be read.
  ///
  /// What is stored can be compared and read later. Contents of which it is still to be seen whether they are what their
  /// ids say are looked at in the same start.
  func ids(
    of paths: [Path], _ texts: [[UInt8]] = [], settling doubted: [IgnoreRules.Source] = [],
    storing: Bool = false
  ) throws(GitAbsence) -> [String?] {
    let seen = paths.map { ContentFacts($0, files) } + texts.map { ContentFacts(Bytes($0)) }
    let ids = seen.map { $0.flatMap { memory.id(of: $0.digest, in: repository) } }
    let open = ids.indices.filter { index in
      guard let id = ids[index] else { return true }
      return storing && !memory.isStored(id)
    }
    var search = Search(paths: paths, texts: texts, seen: seen, ids: ids, open: open)
    let doubted = repository.doubted(doubted, memory)
    let settled =
      Self.areFew(search)
      ? try hand(&search, besides: doubted.map(\.bytes))
      : try name(&search, besides: doubted.map(\.bytes), storing: storing)
    try repository.settle(doubted, by: settled, memory)
    return search.ids
  }

  private static let fewCount = 64
  private static let fewSize = 4 << 20

  private static func areFew(_ search: Search) -> Bool {
    search.open.count <= fewCount
      && search.open.reduce(0) { $0 + (search.seen[$1]?.size ?? 0) } <= fewSize
  }

  /// Hands git the bytes themselves, so that its ids belong to what was digested, whatever becomes of the files. They
  /// are stored at once, since what changes from one look to the next is about to be compared.
  private func hand(
    _ search: inout Search, besides others: [[UInt8]]
  ) throws(GitAbsence) -> ArraySlice<String?> {
    var contents: [(index: Int, bytes: [UInt8])] = []
    for index in search.open {
      search.ids[index] = nil
      if let bytes = try bytes(of: index, search) { contents.append((index, bytes)) }
    }
    let found = try repository.ids(of: [], contents.map(\.bytes) + others, keeping: true)
    for ((index, bytes), id) in zip(contents, found) {
      search.ids[index] = id
      if let id { note(id, ContentFacts(Bytes(bytes)), isStored: true) }
    }
    return found[contents.count...]
  }

  /// The bytes that are asked about; nil where they may not be read.
  private func bytes(of index: Int, _ search: Search) throws(GitAbsence) -> [UInt8]? {
    guard index < search.paths.count else { return search.texts[index - search.paths.count] }
    do {
      return try files.read(search.paths[index], limit: Project.sizeLimit)
    } catch {
      if error.mayPass { throw .call(error) }
      return nil
    }
  }

  /// Names the files to git, which reads them by itself. An id belongs to what was seen of a file only if that still
  /// stands there afterwards.
  private func name(
    _ search: inout Search, besides others: [[UInt8]], storing: Bool
  ) throws(GitAbsence) -> ArraySlice<String?> {
    let (paths, open) = (search.paths, search.open)
    let texts = open.filter { $0 >= paths.count }.map { search.texts[$0 - paths.count] }
    let found = try repository.ids(
      of: open.filter { $0 < paths.count }.map { paths[$0] }, texts + others, keeping: storing)
    for (index, id) in zip(open, found) {
      search.ids[index] = id
      guard let id, let before = search.seen[index],
        index >= paths.count || ContentFacts(paths[index], files)?.digest == before.digest
      else { continue }
      note(id, before, isStored: storing)
    }
    return found[open.count...]
  }

  private func note(_ id: String, _ facts: ContentFacts, isStored: Bool) {
    memory.note(id, of: facts.digest, size: facts.size, in: repository)
    if isStored { memory.noteStored(id) }
  }
}

/// What tells a content from every other.
struct ContentFacts {
  let digest: Digest
  let size: Int

  init(_ bytes: Bytes) {
    digest = SHA256.hash(bytes)
    size = bytes.count
  }

  /// The content of a file; nil for one that cannot be read.
  init?(_ path: Path, _ files: Files) {
    guard let image = try? files.image(path, limit: Project.sizeLimit) else { return nil }
    self.init(Bytes(image))
  }
}
