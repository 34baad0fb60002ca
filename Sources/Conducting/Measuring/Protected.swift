import Backlog
import Evidence
package import JSONText
import Machine
import Rules

/// Something that only an operator may change, and that is not as it was when the item was claimed.
package struct ProtectedChange: Sendable {
  /// The path, relative to the project's root where it lies below it.
  package var path: Text
  /// What happened, in words that follow the path.
  package var what: Text
  /// The digests before and after; nil for what was absent, and where no digest says it.
  package var before: Text?
  package var after: Text?
  /// The id of an approval of exactly this, where an operator gave one.
  package var approval: Text?
}

/// The files that only an operator may change, known by their digests.
struct Protected {
  /// What stands for the digest of nothing.
  static let absent: Text = "absent"

  /// Each path with its digest, or `absent`.
  private(set) var digests: [(path: Text, sha256: Text)] = []
  /// Why one of them could not be looked at, where that may be otherwise the next time: nothing can be said then.
  let fault: SystemError?

  /// Looks at all of them as they are now.
  init(_ project: Project, _ context: Context, _ shelf: RuleShelf) {
    let files = context.machine.files
    let paths = project.configuration
    var places: Set<Path> = []
    for path in [
      Configuration.path, paths.consent, paths.authenticity, paths.ci, RunState.path(project),
      Archive.path(for: paths.backlog),
    ] + shelf.inputs.map({ Path($0.path) }) + paths.plugins.flatMap(\.pinned).map(\.path) {
      places.insert(project.place(path))
    }
    var fault: SystemError?
    for folder in [
      Configuration.rulesFolder, "docs/automation/plugins", paths.receipts / "seals",
      ".codex/rules",
    ] {
      Self.gather(project.place(folder), files, &places, &fault)
    }
    for root in Set([project.root, project.workplace(context.machine)]) {
      places.insert(root / ".codex/config.toml")
      places.insert(root / ".claude/settings.json")
      for (name, _) in Self.list(root / ".claude", files, &fault)
      where name.text.hasPrefix("settings") && name.text.hasSuffix(".json") {
        places.insert(root / ".claude" / name)
      }
    }
    do {
      let git = try context.machine.git.places(at: project.checkout)
      places.formUnion([git.common / "config", git.own / "config.worktree"])
      Self.gather(git.common / "hooks", files, &places, &fault) { !$0.text.hasSuffix(".sample") }
      Self.gather(git.common / "info", files, &places, &fault)
    } catch {
      if case .call(let error) = error { fault.note(error) }
    }
    digests = places.sorted().map { place in
      (Self.shown(place, project), Self.digest(of: place, files, noting: &fault))
    }
    self.fault = fault
  }

  /// The digest, and `unreadable` for what cannot be read.
  private static func digest(
    of place: Path, _ files: Files, noting fault: inout SystemError?
  ) -> Text {
    do {
      return try look(at: place, files)
    } catch {
      fault.note(error)
      return "unreadable"
    }
  }

  /// Every file below a folder.
  private static func gather(
    _ folder: Path, _ files: Files, _ places: inout Set<Path>, _ fault: inout SystemError?,
    where counts: (Path) -> Bool = { _ in true }
  ) {
    for (name, kind) in list(folder, files, &fault) where counts(name) {
      if kind == .directory {
        gather(folder / name, files, &places, &fault)
      } else {
        places.insert(folder / name)
      }
    }
  }

  private static func list(
    _ folder: Path, _ files: Files, _ fault: inout SystemError?
  ) -> [(name: Path, kind: FileIdentity.Kind)] {
    do {
      return try files.list(folder)
    } catch {
      fault.note(error)
      return []
    }
  }

  private static func shown(_ place: Path, _ project: Project) -> Text {
    (place.relative(to: project.root) ?? place).text
  }

  /// The form that the claim's receipt holds.
  var json: JSON {
    .array(digests.map { ["path": .string($0.path), "sha256": .string($0.sha256)] })
  }

  /// The digest of what stands at a place: of a link also of what it leads to, of a directory of all that it holds;
  /// `absent` for nothing, nil for what cannot be read.
  static func digest(of place: Path, _ files: Files) -> Text? { try? look(at: place, files) }

  private static func look(at place: Path, _ files: Files) throws(SystemError) -> Text {
    switch try files.identity(place, followLinks: false)?.kind {
    case nil: return absent
    case .file: return SHA256.hash(Bytes(try files.image(place, limit: Project.sizeLimit))).hex
    case .link:
      let text = try files.linkText(place)
      let target = try? files.read(place, limit: Project.sizeLimit)
      return SHA256.hash(text + [0] + (target ?? [])).hex
    case .other: return SHA256.hash("a pipe, a socket or a device").hex
    case .directory:
      var whole = SHA256()
      for (name, _) in try files.list(place).sorted(by: { $0.name < $1.name }) {
        whole.update(name.bytes + [0] + (try look(at: place / name, files)).bytes)
      }
      return whole.finish().hex
    }
  }

  // MARK: Since a claim

  /// What is not as it was when an item was claimed.
  static func changes(
    since record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf
  ) throws(Refusal) -> [ProtectedChange] {
    guard let listed = record.root["protected"], listed.kind == .array else {
      throw Refusal(
        .claimUnrecorded, record.receipt.text + " does not say how the protected files stood",
        hint: "Release the item and claim it again.")
    }
    var before: [Text: Text] = [:]
    for node in listed.elements {
      if let path = node["path"]?.text { before[path] = node["sha256"]?.text }
    }
    let now = Protected(project, context, shelf)
    var fault = now.fault
    var after = Dictionary(
      now.digests.map { ($0.path, $0.sha256) }, uniquingKeysWith: { first, _ in first })
    for path in before.keys where after[path] == nil {
      after[path] = digest(
        of: project.root / Path(path), context.machine.files, noting: &fault)
    }
    if let fault { throw Refusal(fault, relativeTo: project.root) }
    var changes: [ProtectedChange] = []
    for (path, now) in after.sorted(by: { $0.key < $1.key }) {
      let then = before[path] ?? absent
      guard now != then else { continue }
      if path == RunState.path(project).text,
        try ReceiptShelf(project, context).recordsRunState(from: then, to: now)
      {
        continue
      }
      changes.append(
        ProtectedChange(
          path: path,
          what: then == absent ? "has appeared" : now == absent ? "is gone" : "has changed",
          before: then == absent ? nil : then, after: now == absent ? nil : now))
    }
    return try changes + kept(since: record, project, context, shelf)
  }

  /// What is amiss with the backlog and with conductor's own folder.
  ///
  /// Another process may be in the midst of a step, so that what seems amiss is looked at again under the lock, where
  /// nobody is.
  private static func kept(
    since record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf
  ) throws(Refusal) -> [ProtectedChange] {
    func look() throws(Refusal) -> [ProtectedChange] {
      try backlog(since: record, project, context) + records(of: record, project, context, shelf)
    }
    guard try !look().isEmpty else { return [] }
    let state = try StateFolder(project, context)
    defer { state.close() }
    return try look()
  }

  /// The backlog, where its state does not follow from that after the claim by conductor's own writes alone.
  private static func backlog(
    since record: ClaimRecord, _ project: Project, _ context: Context
  ) throws(Refusal) -> [ProtectedChange] {
    let path = project.configuration.backlog
    let now = digest(of: project.place(path), context.machine.files)
    let then = record.root["backlog"]?["after"]?.text
    if let end = now.flatMap({ Digest(hex: $0.bytes) }),
      let start = then.flatMap({ Digest(hex: $0.bytes) }),
      try ReceiptShelf(project, context).recordsWrites(of: "backlog", from: start, to: end)
    {
      return []
    }
    return [
      ProtectedChange(
        path: path.text, what: "was written by somebody else since the claim", before: then,
        after: now == absent ? nil : now)
    ]
  }

  /// Conductor's own folder: receipts, approvals, and the journal's word on the claim.
  private static func records(
    of record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf
  ) throws(Refusal) -> [ProtectedChange] {
    let folder = project.configuration.receipts
    let files = context.machine.files
    func change(_ path: Path, _ what: Text) -> ProtectedChange {
      let now = digest(of: project.place(path), files)
      return ProtectedChange(path: path.text, what: what, after: now == absent ? nil : now)
    }
    var changes = try ReceiptShelf(project, context).verify().findings.map { finding in
      change(
        folder / Path(finding.path),
        "does not agree with the ledger: " + Text(finding.kind.rawValue))
    }
    changes += try Approvals(project, context, shelf).doubted.map { path in
      change(path, "is no approval that a listed receipt records")
    }
    let open = try? StateFolder.readJournal(project, context).open[record.item]
    if open?.claim.number != record.claim.number {
      changes.append(
        change(folder / ".state/journal", "does not know claim " + Text("\(record.claim.number)")))
    }
    return changes
  }
}
