package import Evidence
package import JSONText
package import Machine

/// The receipts of a project, for reading and for checking; takes no lock and writes nothing.
package struct ReceiptShelf {
  let project: Project
  private let context: Context
  var files: Files { context.machine.files }

  /// Looks at a project's receipts.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  /// What a list shows of a receipt.
  package struct Entry: Sendable {
    /// The name without folder and ending.
    package var id: Text
    /// The path, relative to the project's root.
    package var path: Path
    package var kind: Text
    package var time: Text
    package var outcome: Text
    package var item: Text?
    package var agent: Text
    package var reason: Text?
    package var isDryRun: Bool
  }

  /// Which receipts a list shows.
  package struct Filter: Sendable {
    package var kind: Text?
    package var item: Text?
    package var limit: Int?

    /// Shows all of them.
    package init() {}
  }

  /// The receipts, newest first. One that cannot be read is listed as such rather than left out.
  package func list(_ filter: Filter) throws(Refusal) -> [Entry] {
    var entries: [Entry] = []
    for path in try receiptPaths().reversed() {
      if let limit = filter.limit, entries.count >= limit { break }
      let entry = entry(path)
      if let kind = filter.kind, entry.kind != kind { continue }
      if let item = filter.item, entry.item != item { continue }
      entries.append(entry)
    }
    return entries
  }

  /// Which of some claims no receipt records. Receipts are read newest first, and no further than needed.
  func unrecorded(_ claims: [(item: Text, number: Int)]) throws(Refusal) -> [(
    item: Text, number: Int
  )] {
    var missing = claims
    for path in try receiptPaths().reversed() {
      guard !missing.isEmpty else { break }
      guard let root = root(path), root["kind"]?.text == "claim", root["dry_run"]?.bool == false
      else {
        continue
      }
      let item = root["item"]?.text
      let number = root["claim"]?["number"]?.integer
      missing.removeAll { $0.item == item && $0.number == number }
    }
    return missing
  }

  private func root(_ path: Path) -> Node? {
    (try? files.read(project.receipts / path, limit: Project.smallSizeLimit))
      .flatMap { try? Document(Bytes($0)).root }
  }

  private func entry(_ path: Path) -> Entry {
    let shown = project.configuration.receipts / path
    let root = root(path)
    return Entry(
      id: Self.id(path), path: shown, kind: root?["kind"]?.text ?? "unreadable",
      time: root?["generated_at"]?.text ?? "", outcome: root?["outcome"]?.text ?? "",
      item: root?["item"]?.text, agent: root?["agent"]?.text ?? "",
      reason: root?["reasons"]?.elements.first?["code"]?.text,
      isDryRun: root?["dry_run"]?.bool ?? false)
  }

  private static func id(_ path: Path) -> Text {
    let name = path.name.text
    return name.hasSuffix(".json") ? Text(bytes: Array(name.bytes.dropLast(5))) : name
  }

  /// The bytes of one receipt, found by its name, by its path, or by the eight digits that end its name.
  package func show(_ wanted: Text) throws(Refusal) -> (path: Path, bytes: [UInt8]) {
    let name = Path(wanted).name.text
    let matches = try receiptPaths().filter { path in
      let id = Self.id(path)
      return id == name || path.name.text == name
        || id.hasSuffix("-" + name) && name.bytes.count == 8
    }
    guard let path = matches.last else {
      throw Refusal(
        .receiptUnknown, "there is no receipt " + wanted,
        hint: "\"conductor receipts list\" shows them.")
    }
    guard matches.count == 1 else {
      throw Refusal(
        .receiptUnknown, Text("\(matches.count)") + " receipts end in " + wanted,
        hint: "Name the one that is meant by its whole name.")
    }
    do {
      return (
        project.configuration.receipts / path,
        try files.read(project.receipts / path, limit: Project.smallSizeLimit)
      )
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// The paths of all receipts below conductor's own folder, oldest first; their names sort by time.
  private func receiptPaths() throws(Refusal) -> [Path] {
    try present().filter { $0.name.text.hasPrefix("conductor-") && $0.name.text.hasSuffix(".json") }
  }

  /// What a folder holds that is neither a receipt nor meant to be listed.
  private static let unlisted: Set<Path> = [
    ".state", "ledger", "seals", "work", "approvals", "runs",
  ]

  /// Every file below conductor's own folder that a ledger must list, in order.
  private func present() throws(Refusal) -> [Path] {
    do {
      guard try files.identity(project.receipts) != nil else { return [] }
      var found: [Path] = []
      var folders: [Path] = ["."]
      while let folder = folders.popLast() {
        for entry in try files.list(project.receipts / folder) {
          let path = folder == "." ? entry.name : folder / entry.name
          if folder == ".", Self.unlisted.contains(entry.name) || EventLog.isName(entry.name) {
            continue
          }
          if entry.kind == .directory { folders.append(path) } else { found.append(path) }
        }
      }
      return found.sorted()
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// What an audit found.
  package struct AuditReport: Sendable {
    package var checked: Int
    package var ledgers: [Text]
    package var findings: [AuditFinding]
  }

  /// Holds every ledger against the files: each listed one present and unchanged, none unlisted.
  package func verify() throws(Refusal) -> AuditReport {
    // The files are looked at before the ledgers: a receipt that is published meanwhile is then listed but not looked
    // for, and never the other way round.
    let present = try present()
    var audit = Audit()
    var names: [Text] = []
    do {
      for (name, ledger) in try ledgers() {
        names.append(name)
        audit.check(ledger, name: name) { path in found(path) }
      }
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    audit.finish(present: present.map(\.text))
    return AuditReport(
      checked: audit.checked, ledgers: names, findings: try settled(audit.findings))
  }

  /// Without what is amiss only because another process is in the midst of a step: its receipt is there, and the line
  /// that lists it follows.
  private func settled(_ findings: [AuditFinding]) throws(Refusal) -> [AuditFinding] {
    guard findings.contains(where: { $0.kind == .unlisted }) else { return findings }
    // The step has not ended, or its line is there by now; so the journal is read before the ledgers.
    let pending = (try? StateFolder.readJournal(project, context))?.pending
    let listed = try listedDigests()
    return findings.filter { finding in
      guard finding.kind == .unlisted, case .digest(let digest) = found(finding.path) else {
        // Gone again is what a step took back.
        return finding.kind != .unlisted || found(finding.path) != .missing
      }
      let isUnderWay =
        pending?.receiptPath.text == finding.path && pending?.receiptDigest == digest
      return !isUnderWay && listed[finding.path] != digest
    }
  }

  /// The digest of each receipt that a ledger lists.
  private func listedDigests() throws(Refusal) -> [Text: Digest] {
    do {
      return Dictionary(
        try ledgers().flatMap { $0.ledger.lines.map { ($0.line.path, $0.line.digest) } },
        uniquingKeysWith: { first, _ in first })
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  func ledgers() throws(SystemError) -> [(name: Text, ledger: Ledger)] {
    let folder = project.receipts / "ledger"
    guard try files.identity(folder) != nil else { return [] }
    let names = try files.list(folder).map(\.name).filter { $0.text.hasSuffix(".sha256") }.sorted()
    return try names.map { (name) throws(SystemError) in
      ("ledger/" + name.text, try context.records.ledger(at: folder / name, files))
    }
  }

  /// Whether conductor's own writes lead from one state of a file to another, each recorded in a listed receipt as the
  /// member that is named; nil is the state without the file.
  func recordsWrites(
    of member: Text, from start: Digest?, to end: Digest?
  ) throws(Refusal) -> Bool {
    var wanted = end
    for line in try listed() {
      guard wanted != start, let after = wanted else { break }
      guard let bytes = try receipt(line), let write = (try? Document(Bytes(bytes)))?.root[member],
        write["after"]?.text == after.hex, let before = write["before"]
      else { continue }
      wanted = before.text.flatMap { Digest(hex: $0.bytes) }
    }
    return wanted == start
  }

  /// The same of the run state, each of whose two states is told by the file's digest or as absent.
  func recordsRunState(from start: Text, to end: Text) throws(Refusal) -> Bool {
    let (before, after) = (Digest(hex: start.bytes), Digest(hex: end.bytes))
    guard before != nil || start == Protected.absent, after != nil || end == Protected.absent
    else { return false }
    return try recordsWrites(of: RunControl.record, from: before, to: after)
  }

  private func found(_ path: Text) -> Audit.Found {
    do {
      return try context.records.digest(of: project.receipts / Path(path), context)
        .map { .digest($0) } ?? .missing
    } catch {
      return .unreadable
    }
  }
}
