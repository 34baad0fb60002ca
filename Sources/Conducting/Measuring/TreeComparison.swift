import Evidence
import JSONText
import Machine
import Rules

/// What differs between the tree of a claim and the present one, as rules judge it.
struct TreeComparison {
  private(set) var changes: [Change] = []
  private(set) var lineCount = 0
  private(set) var notes: [Reason] = []
  private(set) var unmeasured: [(path: Path, why: Text)] = []
  private(set) var head: String?
  /// The id of the present tree.
  private(set) var tree = ""
  private(set) var commits = 0
  private(set) var isClean = true
  private(set) var untracked: Set<Text> = []

  /// Where the project's root lies below the top.
  private let below: Path
  private let repository: MeasuringRepository
  private let memory: ObjectMemory
  /// The present tree as it is compared: files whose line endings alone were converted stand as they were.
  private var compared: TreeEntries = [:]
  private var from: TreeEntries
  private var sizes: [String: Int] = [:]
  private var foundSizes: [Path: Int]

  /// Compares two trees line by line.
  init(
    _ trees: inout MeasuredTree, _ record: ClaimRecord, below: Path, _ context: Context
  ) throws(GitAbsence) {
    self.below = below
    repository = trees.repository
    from = trees.base
    compared = trees.present
    foundSizes = trees.found.mapValues(\.size)
    memory = context.objects
    sizes = try repository.sizes(
      of: Set(differing.compactMap { from[$0].flatMap { $0.kind == .checkout ? nil : $0.id } })
        .sorted(), memory)
    // The attributes of now are read from what is kept, and a file that no commit holds is not yet.
    try trees.keep(differing.filter { $0.name == ".gitattributes" })
    compared = trees.present
    try setAside(trees)
    try explainLineEndings(trees, context.machine.files)
    let differing = differing
    try trees.keep(differing.filter { compared[$0] == trees.present[$0] })
    for path in differing where compared[path]?.kind != .checkout {
      if compared[path] != nil, converted[path] == nil { compared[path] = trees.present[path] }
    }
    tree = try repository.keep(trees.present, memory)
    try add(from: from, to: compared, note: nil)
    for path in differing { addNotes(path, context.machine.files) }
  }

  private var converted: [Path: String] = [:]

  private var differing: [Path] {
    from.differing(from: compared)
  }

  // MARK: What cannot be compared

  private mutating func setAside(_ trees: MeasuredTree) throws(GitAbsence) {
    let paths = differing
    let settings = trees.claimed.baseline.settings
    let before = try Attributes(paths, in: trees.base, settings, repository)
    let now = try Attributes(paths, in: trees.present, settings, repository)
    attributes = before
    for path in paths {
      let old = from[path].flatMap { $0.kind == .checkout ? nil : $0.id }
      if before.filtered.contains(path) || now.filtered.contains(path) {
        setAside(path, "it has a filter, which is never run")
      } else if let old, sizes[old] == nil {
        setAside(path, "what it was is not in this repository, and nothing is fetched")
      } else if max(foundSizes[path] ?? 0, old.flatMap { sizes[$0] } ?? 0) > Measurement.sizeLimit {
        setAside(path, "it is too large to be compared line by line")
      }
    }
  }

  private var attributes: Attributes?

  private mutating func setAside(_ path: Path, _ why: Text) {
    unmeasured.append((path, why))
    let kind: Change.Kind =
      from[path] == nil ? .add : compared[path] == nil ? .delete : .modify
    changes.append(Change(kind, Self.seen(path, from: below)))
    compared[path] = from[path]
  }

  /// A file that differs from what git keeps of it only as the attributes and settings of the claim explain is as it
  /// was; one that differs in more is compared as git would keep it.
  private mutating func explainLineEndings(
    _ trees: MeasuredTree, _ files: Files
  ) throws(GitAbsence) {
    guard let attributes, attributes.mayConvert else { return }
    let paths = differing.filter { compared[$0]?.isFile == true }
    for start in stride(from: 0, to: paths.count, by: 200) {
      let part = Array(paths[start..<min(start + 200, paths.count)])
      let known = part.filter { from[$0]?.isFile == true }
      let kept = Dictionary(
        uniqueKeysWithValues: zip(
          known, try repository.contents(of: known.compactMap { from[$0]?.id }, memory)))
      for path in part {
        guard let bytes = try? files.read(repository.top / path, limit: Measurement.sizeLimit)
        else { continue }
        let result = attributes.converted(bytes, of: path, kept: kept[path])
        if let before = kept[path], let entry = from[path], before == result {
          compared[path]?.id = entry.id
        } else if result != bytes {
          let id = try repository.keep(result)
          compared[path]?.id = id
        } else {
          continue
        }
        converted[path] = compared[path]?.id
      }
    }
  }

  // MARK: Lines

  private mutating func add(
    from base: TreeEntries, to tree: TreeEntries, note: Text?
  ) throws(GitAbsence) {
    // What slipped by is judged in any case, and its lines count where those of the working tree do not already.
    let counted = note == nil ? [] : Set(changes.flatMap { [$0.path, $0.from ?? $0.path] })
    let comparison = LineComparison(repository: repository, memory: memory, sizes: sizes)
    for found in try comparison.changes(from: base, to: tree) {
      let path = found.path
      var change = found.change
      change.path = Self.seen(path, from: below)
      change.from = found.from.map { Self.seen($0, from: below) }
      var wasText = false
      if change.isBinary, let entry = base[path], entry.isFile { wasText = try !isBinary(entry) }
      if change.isBinary, !wasText {
        notes.append(
          ReasonCode.measured.reason(
            change.path + " is binary, so that it counts by its path and not by lines: "
              + size(base[path], nil) + " before, " + size(tree[path], foundSizes[path]) + " now"))
      } else if !counted.contains(change.path) {
        lineCount += change.added.count + change.removed.count
      }
      if let note { notes.append(ReasonCode.measured.reason(change.path + " " + note)) }
      changes.append(change)
    }
  }

  private func isBinary(_ entry: TreeEntry) throws(GitAbsence) -> Bool {
    try repository.contents(of: [entry.id], memory).first?.prefix(8000).contains(0) ?? true
  }

  private func size(_ entry: TreeEntry?, _ found: Int?) -> Text {
    guard let entry else { return "absent" }
    return (found ?? sizes[entry.id]).map { Text("\($0) bytes") } ?? "unknown"
  }

  private mutating func addNotes(_ path: Path, _ files: Files) {
    let shown = Self.seen(path, from: below)
    func note(_ code: ReasonCode, _ text: Text) { notes.append(code.reason(shown + " " + text)) }
    if shown.hasPrefix("../") { note(.outsideRoot, "lies outside of the project's root") }
    if Path(Text(bytes: path.bytes)) != path {
      note(.measured, "has a name that is not UTF-8, and is shown otherwise than it is")
    }
    guard let entry = compared[path] else { return }
    if let before = from[path], before.isFile, entry.isFile, before.kind != entry.kind {
      note(.measured, entry.kind == .executable ? "may be run now" : "may not be run any more")
    }
    if entry.kind == .checkout { note(.measured, "is at another commit of its own repository") }
    if entry.kind == .link, let text = try? files.linkText(repository.top / path),
      (repository.top / path.parent / Path(bytes: text)).normalized.relative(to: repository.top)
        == nil
    {
      unmeasured.append(
        (path, "it is a link that leads out of the checkout, where nothing is measured"))
    }
  }

  // MARK: What git holds besides

  /// Takes in what the last commit or the index hold and the working tree does not: such work counts too. Says how the
  /// tree stands to both.
  mutating func compareWithGit(_ trees: MeasuredTree, _ record: ClaimRecord) throws(GitAbsence) {
    head = try repository.head()
    let leftOut = trees.leftOut
    let claimed =
      trees.claimed.baseline.tree == nil
      ? trees.base
      : try repository.entries(ofCommit: record.commit, memory).filter { !leftOut.holds($0.key) }
    let committed =
      head == record.commit
      ? claimed : try repository.entries(ofCommit: head, memory).filter { !leftOut.holds($0.key) }
    let staged = try repository.staged().filter { !leftOut.holds($0.key) }
    var stagedBefore: [Text: String] = [:]
    for change in record.changed { stagedBefore[change.path.text] = change.staged }
    func slipped(_ other: TreeEntries, but known: (Path) -> Bool) -> [Path] {
      Set(other.keys).union(claimed.keys).filter { path in
        let entry = other[path]
        return entry != claimed[path] && entry != trees.base[path] && entry != trees.present[path]
          && entry != compared[path] && !known(path)
      }
    }
    let commitments = slipped(committed) { _ in false }
    try addSlipped(
      commitments, committed, "is committed otherwise than it stands in the working tree")
    let stages = slipped(staged) { path in
      staged[path] == committed[path]
        || stagedBefore[path.text].map { before in
          staged[path]?.id ?? String(repeating: "0", count: before.utf8.count) == before
        } ?? false
    }
    try addSlipped(stages, staged, "is staged otherwise than it stands in the working tree")
    let changedBefore = Set(record.changed.map(\.path.text))
    isClean =
      unmeasured.isEmpty && trees.unmeasured.isEmpty && committed == staged
      && Set(committed.keys).union(compared.keys).allSatisfy { path in
        let isAsClaimed =
          trees.present[path] == trees.base[path] && committed[path] == claimed[path]
          && !changedBefore.contains(path.text)
        return committed[path] == compared[path] || isAsClaimed
      }
    for path in trees.present.keys
    where trees.base[path] != trees.present[path] && staged[path] == nil {
      untracked.insert(Self.seen(path, from: below))
    }
    if let head, head != record.commit {
      commits = try repository.count(of: head, since: record.commit)
    }
    noteHead(record)
  }

  private mutating func addSlipped(
    _ paths: [Path], _ other: TreeEntries, _ note: Text
  ) throws(GitAbsence) {
    let paths = Set(paths)
    // What it was may be known by its digest alone.
    let old = from.filter { paths.contains($0.key) && $0.value.kind != .checkout }
    let known = try repository.sizes(of: old.map(\.value.id), memory)
    let missing = Set(old.filter { known[$0.value.id] == nil }.map(\.key))
    for path in missing { unmeasured.append((path, note)) }
    sizes.merge(known) { first, _ in first }
    try add(
      from: from.filter { paths.contains($0.key) && !missing.contains($0.key) },
      to: other.filter { paths.contains($0.key) && !missing.contains($0.key) }, note: note)
  }

  private mutating func noteHead(_ record: ClaimRecord) {
    guard let before = record.commit, head != before else { return }
    let follows = try? head.map { (head) throws(GitAbsence) in
      try repository.descends(head, from: before)
    }
    if follows != true {
      notes.append(
        ReasonCode.measured.reason(
          "the last commit does not follow from the one that the item was claimed at, "
            + Text(before)))
    }
  }

  /// A path below the top of the checkout, as it is seen from a directory of it.
  static func seen(_ path: Path, from below: Path) -> Text {
    if below == "." { return path.text }
    if let inside = path.relative(to: below) { return inside.text }
    return below.components.reduce(path) { path, _ in ".." / path }.text
  }
}
