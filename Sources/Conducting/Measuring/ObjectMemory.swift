import Evidence
import JSONText
import Machine
import Synchronization

/// What this process has found out about git's objects, so that no start of git finds it out again.
///
/// An object's id says what it holds, so what was proved once holds for good; a context keeps it for as long as it
/// lives. What is never remembered is what a store answers for an id: whoever works in the checkout can change that,
/// and so it is held against this memory each time that it counts.
final class ObjectMemory: Sendable {
  /// A content by its own digest. The same content has another id in a repository of another format.
  private struct Content: Hashable {
    var digest: Digest
    var idSize: Int
  }

  private struct Known {
    var contents: [Content: String] = [:]
    var sizes: [String: Int] = [:]
    var texts: [String: [UInt8]] = [:]
    var textSize = 0
    var stored: Set<String> = []
    var commits: [String: String] = [:]
    var trees: [(id: String, entries: TreeEntries)] = []
  }

  private let known = Mutex(Known())

  /// How many trees are kept: those of the claim, of the last commit, and of the present state are in use.
  private static let treeLimit = 4
  /// How many bytes of texts are kept.
  private static let textLimit = 4 << 20

  // MARK: Contents

  /// The id of a content; nil where it is not known yet.
  func id(of digest: Digest, in repository: MeasuringRepository) -> String? {
    id(of: digest, idSize: repository.idSize)
  }

  /// The same for a repository whose ids have a number of bytes.
  func id(of digest: Digest, idSize: Int) -> String? {
    known.withLock { $0.contents[Content(digest: digest, idSize: idSize)] }
  }

  /// Notes the id that git gave to a content of this size.
  func note(_ id: String, of digest: Digest, size: Int, in repository: MeasuringRepository) {
    known.withLock {
      $0.contents[Content(digest: digest, idSize: repository.idSize)] = id
      $0.sizes[id] = size
    }
  }

  /// The sizes of those contents that are known.
  func sizes(of ids: [String]) -> [String: Int] {
    known.withLock { known in
      Dictionary(
        ids.compactMap { id in known.sizes[id].map { (id, $0) } },
        uniquingKeysWith: { one, _ in one })
    }
  }

  /// The bytes of a content that was proved to be what its id says; nil for one that is not kept here.
  func text(_ id: String) -> [UInt8]? { known.withLock { $0.texts[id] } }

  /// Keeps the bytes of a content that was proved to be what its id says, as long as there is room.
  func note(_ text: [UInt8], as id: String) {
    known.withLock {
      guard $0.texts[id] == nil, $0.textSize + text.count <= Self.textLimit else { return }
      $0.texts[id] = text
      $0.textSize += text.count
    }
  }

  /// Whether this process has put an object into the store in which measuring keeps what it compares.
  func isStored(_ id: String) -> Bool { known.withLock { $0.stored.contains(id) } }

  /// Notes that an object was put there.
  func noteStored(_ id: String) { known.withLock { _ = $0.stored.insert(id) } }

  /// Notes that the store is empty: somebody has removed it, as one may between two claims.
  func forgetStored() { known.withLock { $0.stored = [] } }

  // MARK: Trees

  /// The tree that a commit was proved to name.
  func tree(ofCommit id: String) -> String? { known.withLock { $0.commits[id] } }

  /// Notes the tree that a commit names.
  func note(_ tree: String, ofCommit id: String) { known.withLock { $0.commits[id] = tree } }

  /// What a tree was proved to hold.
  func entries(ofTree id: String) -> TreeEntries? {
    known.withLock { known in
      guard let place = known.trees.firstIndex(where: { $0.id == id }) else { return nil }
      // The last one that was asked for is the last to go.
      known.trees.append(known.trees.remove(at: place))
      return known.trees.last?.entries
    }
  }

  /// The stored tree that holds exactly these entries.
  func storedTree(of entries: TreeEntries) -> String? {
    known.withLock { known in
      known.trees.first { known.stored.contains($0.id) && $0.entries == entries }?.id
    }
  }

  /// Notes what a tree holds.
  func note(_ entries: TreeEntries, ofTree id: String) {
    known.withLock {
      $0.trees.removeAll { $0.id == id }
      $0.trees.append((id, entries))
      $0.trees.removeFirst(max(0, $0.trees.count - Self.treeLimit))
    }
  }
}

extension MeasuringRepository {
  /// What the tree of a commit holds; nil for the commit stands for a tree without files.
  func entries(
    ofCommit name: String?, _ memory: ObjectMemory
  ) throws(GitAbsence) -> TreeEntries {
    guard let name else { return [:] }
    if let tree = memory.tree(ofCommit: name) { return try entries(ofTree: tree, memory) }
    let tree = try tree(ofCommit: name)
    memory.note(tree, ofCommit: name)
    return try entries(ofTree: tree, memory)
  }

  /// What a tree holds; nil stands for one without files.
  func entries(ofTree tree: String?, _ memory: ObjectMemory) throws(GitAbsence) -> TreeEntries {
    guard let tree else { return [:] }
    if let entries = memory.entries(ofTree: tree) { return entries }
    let entries = try entries(ofTree: tree)
    memory.note(entries, ofTree: tree)
    return entries
  }

  /// Keeps a tree that holds these entries, and answers its id.
  func keep(_ entries: TreeEntries, _ memory: ObjectMemory) throws(GitAbsence) -> String {
    if let tree = memory.storedTree(of: entries) { return tree }
    let tree = try keep(entries)
    memory.note(entries, ofTree: tree)
    memory.noteStored(tree)
    return tree
  }

  /// How large contents are; nil for one that is neither known nor in the repository.
  func sizes(of ids: [String], _ memory: ObjectMemory) throws(GitAbsence) -> [String: Int] {
    let known = memory.sizes(of: ids)
    let rest = ids.filter { known[$0] == nil }
    return known.merging(try sizes(of: rest)) { first, _ in first }
  }

  /// The bytes of contents, in the order asked, each being what its id says.
  func contents(of ids: [String], _ memory: ObjectMemory) throws(GitAbsence) -> [[UInt8]] {
    let contents = try unchecked(ids)
    let doubted = self.doubted(Array(zip(ids, contents)), memory)
    try settle(doubted, by: self.ids(of: [], doubted.map(\.bytes), keeping: false)[...], memory)
    return contents
  }

  /// Those of some contents of which nobody knows yet whether they are what they were asked for as.
  func doubted(
    _ contents: [(id: String, bytes: [UInt8])], _ memory: ObjectMemory
  ) -> [(id: String, bytes: [UInt8])] {
    contents.filter { memory.id(of: SHA256.hash($0.bytes), in: self) != $0.id }
  }

  /// Holds the ids of contents, as git has just made them, against those that they were asked for by.
  func settle(
    _ doubted: [(id: String, bytes: [UInt8])], by found: ArraySlice<String?>,
    _ memory: ObjectMemory
  ) throws(GitAbsence) {
    try compare(doubted.map(\.id), found)
    for (id, bytes) in doubted {
      memory.note(id, of: SHA256.hash(bytes), size: bytes.count, in: self)
    }
  }
}
