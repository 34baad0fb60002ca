import JSONText
import Machine

/// The tree that work on a claim is measured from, and the rules by which its files are read, as they were when the
/// item was claimed.
struct Baseline: Sendable {
  /// The commit and what was changed already, as one tree; nil where the commit alone says it.
  var tree: String?
  /// Rules of what is ignored that the tree does not hold, as a tree of their own; nil where there are none.
  var ignores: String?
  var settings = GitSettings()

  /// Where the tree of rules keeps those of the repository, those of the user, and those of ignored directories.
  static let exclude: Path = "exclude"
  static let user: Path = "user"
  static let local: Path = "local"

  /// Keeps what no commit holds. A clean checkout with nothing but committed rules costs no start of git. A separate
  /// checkout has every file as the commit has it, since no filter runs when it is made.
  init(
    _ facts: GitFacts, _ project: Project, _ context: Context, isSeparate: Bool
  ) throws(GitAbsence) {
    settings = facts.settings
    let files = context.machine.files
    let leftOut = LeftOut(project, top: facts.top)
    let changed = (facts.changed + Self.hidden(facts, files)).filter { !leftOut.holds($0.path) }
    var rules: [Path: Path] = [:]
    for path in facts.ignoredRules where !leftOut.holds(path) {
      rules[Self.local / path] = facts.top / path
    }
    for (name, place) in [
      (Self.exclude, facts.information / "exclude"), (Self.user, settings.excludesFile),
    ] {
      guard let place, let bytes = try? files.readIfPresent(place, limit: Project.smallSizeLimit),
        !IgnoreRules.isIdle(bytes)
      else { continue }
      rules[name] = place
    }
    let filters = !isSeparate && Self.mayFilter(facts, files)
    if changed.isEmpty, rules.isEmpty, !filters { return }
    let repository = try MeasuringRepository(project, context, at: facts.top)
    defer { repository.close() }
    let contents = PresentContents(repository, context)
    if !rules.isEmpty {
      var entries: TreeEntries = [:]
      let places = Array(rules)
      let ids = try contents.ids(of: places.map(\.value), storing: true)
      for (place, id) in zip(places, ids) {
        if let id { entries[place.key] = TreeEntry(.file, id) }
      }
      ignores = try repository.keep(entries, context.objects)
    }
    if !changed.isEmpty || filters {
      tree = try Self.tree(facts, changed, ignores, leftOut, filters, contents, context)
    }
  }

  /// Files of which git does not say whether they have changed, as they stand.
  private static func hidden(_ facts: GitFacts, _ files: Files) -> [GitFacts.Change] {
    let known = Set(facts.changed.map(\.path))
    return facts.hidden.filter { !known.contains($0) }.map { path in
      let identity = try? files.identity(facts.top / path, followLinks: false)
      let kind: GitFacts.Kind? =
        switch identity?.kind {
        case .file: (identity?.mode ?? 0) & 0o111 == 0 ? .file : .executable
        case .link: .link
        case .other: .other
        case .directory, nil: nil
        }
      return GitFacts.Change(path: path, status: "..", kind: kind, blob: nil)
    }
  }

  /// Whether attributes may name filters, by which files are kept otherwise than they stand in the checkout.
  private static func mayFilter(_ facts: GitFacts, _ files: Files) -> Bool {
    [facts.top / ".gitattributes", facts.information / "attributes", facts.settings.attributesFile]
      .contains { place in
        guard let place,
          let bytes = try? files.readIfPresent(place, limit: Project.smallSizeLimit)
        else { return false }
        return Text(bytes: bytes).contains("filter")
      }
  }

  private static func tree(
    _ facts: GitFacts, _ changed: [GitFacts.Change], _ ignores: String?, _ leftOut: LeftOut,
    _ filters: Bool, _ contents: PresentContents, _ context: Context
  ) throws(GitAbsence) -> String {
    let (repository, memory) = (contents.repository, context.objects)
    // Without what is never measured this is the very tree that the last measuring kept, where nothing came in between.
    var entries = try repository.entries(ofCommit: facts.commit, memory).filter {
      !leftOut.holds($0.key)
    }
    if filters { try takeFiltered(&entries, facts, repository) }
    for change in changed { entries[change.path] = nil }
    var kept: [(path: Path, kind: TreeEntry.Kind)] = []
    for change in changed {
      switch change.kind {
      case .file: kept.append((change.path, .file))
      case .executable: kept.append((change.path, .executable))
      case .link:
        guard let text = try? context.machine.files.linkText(facts.top / change.path) else {
          continue
        }
        entries[change.path] = TreeEntry(.link, try repository.keep(text))
      case .checkout:
        if change.status != "??" {
          let commit = try context.machine.git.nested(at: facts.top / change.path)?.commit
          entries[change.path] = commit.map { TreeEntry(.checkout, $0) }
        } else {
          let (rules, texts) = try IgnoreRules.read(entries, ignores: ignores, repository, memory)
          try repository.settle(
            texts, by: repository.ids(of: [], texts.map(\.bytes), keeping: false)[...], memory)
          let inside = PresentFiles(
            facts.top, below: change.path, base: [:], rules: rules, files: context.machine.files,
            leavingOut: leftOut.holds)
          if let fault = inside.fault { throw .call(fault) }
          kept += inside.found.compactMap { path, identity in
            identity.kind == .file ? (path, identity.mode & 0o111 == 0 ? .file : .executable) : nil
          }
        }
      case .other, nil: continue
      }
    }
    let ids = try contents.ids(of: kept.map { facts.top / $0.path }, storing: true)
    for (file, id) in zip(kept, ids) {
      entries[file.path] = id.map { TreeEntry(file.kind, $0) }
    }
    return try repository.keep(entries, memory)
  }

  /// Files that a filter changes between checkout and commit are known by what they are in the checkout. Nothing of
  /// them is kept, since they tend to be large.
  private static func takeFiltered(
    _ entries: inout TreeEntries, _ facts: GitFacts, _ repository: MeasuringRepository
  ) throws(GitAbsence) {
    let paths = entries.filter { $0.value.kind == .file || $0.value.kind == .executable }.map(\.key)
    let filtered = try Attributes(paths, in: entries, facts.settings, repository).filtered
    let places = filtered.sorted()
    let ids = try repository.ids(of: places.map { facts.top / $0 }, keeping: false)
    for (path, id) in zip(places, ids) {
      if let id { entries[path]?.id = id }
    }
  }
}

extension Baseline {
  /// The form that the claim's receipt holds.
  var json: JSON {
    [
      "tree": tree.map { .text($0) } ?? .null, "ignores": ignores.map { .text($0) } ?? .null,
      "autocrlf": .text(settings.autocrlf), "heeds_mode": .bool(settings.heedsMode),
      "attributes": settings.attributesFile.map { .string($0.text) } ?? .null,
    ]
  }

  /// Reads what a claim's receipt says of the tree; nil where it says nothing.
  init?(_ node: Node) {
    guard let tree = node["tree"], let ignores = node["ignores"],
      let autocrlf = node["autocrlf"]?.text, let heedsMode = node["heeds_mode"]?.bool,
      let attributes = node["attributes"]
    else { return nil }
    self.tree = tree.text?.string
    self.ignores = ignores.text?.string
    settings.autocrlf = autocrlf.string
    settings.heedsMode = heedsMode
    settings.attributesFile = attributes.text.map { Path($0) }
  }
}

extension MeasuringRepository {
  /// The repository in which a project's work is measured; what it keeps lies in the state folder.
  convenience init(
    _ project: Project, _ context: Context, at checkout: Path, timeout: Double = 600
  ) throws(GitAbsence) {
    let store = project.state / "measuring"
    if (try? context.machine.files.identity(store)) == nil { context.objects.forgetStored() }
    try self.init(
      context.machine.git, at: checkout, store: store, folder: context.measuring, timeout: timeout)
  }
}

extension IgnoreRules {
  /// A file that rules were read from, and the id by which it was asked for.
  typealias Source = (id: String, bytes: [UInt8])

  /// The rules that a tree's own `.gitignore` files state, with those that were kept beside it; and the texts that they
  /// were read from, of which it is still to be seen whether they are what their ids say.
  static func read(
    _ entries: TreeEntries, ignores: String?, _ repository: MeasuringRepository,
    _ memory: ObjectMemory
  ) throws(GitAbsence) -> (rules: IgnoreRules, texts: [Source]) {
    var rules = IgnoreRules()
    let beside = try repository.entries(ofTree: ignores, memory)
    let own = entries.filter { $0.key.name == ".gitignore" && $0.value.isFile }
    let all = Array(beside) + Array(own)
    let unread = Set(all.map(\.value.id)).filter { memory.text($0) == nil }.sorted()
    let texts = Array(zip(unread, try repository.unchecked(unread)))
    let read = Dictionary(uniqueKeysWithValues: texts)
    var general: [Path: [UInt8]] = [:]
    for place in all {
      guard let bytes = read[place.value.id] ?? memory.text(place.value.id) else { continue }
      if place.key == Baseline.exclude || place.key == Baseline.user, beside[place.key] != nil {
        general[place.key] = bytes
      } else if beside[place.key] != nil {
        rules.add(bytes, in: place.key.relative(to: Baseline.local)?.parent ?? ".")
      } else {
        rules.add(bytes, in: place.key.parent)
      }
    }
    for name in [Baseline.exclude, Baseline.user] { general[name].map { rules.add(general: $0) } }
    return (rules, texts.map { (id: $0, bytes: $1) })
  }
}

extension TreeEntry {
  /// Whether it is content rather than a link or a commit.
  var isFile: Bool { kind == .file || kind == .executable }
}
