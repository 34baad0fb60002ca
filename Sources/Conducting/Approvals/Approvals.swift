package import Evidence
import JSONText
import Machine
package import Rules

/// The recorded decisions of people, as far as they count.
package struct Approvals: Sendable {
  /// What counts: recorded in a listed receipt, not expired, and made under the clock that is in force.
  package private(set) var approvals: [Approval] = []
  /// The files that were read.
  package private(set) var inputs: [Input] = []
  /// Why some count for nothing although they look like approvals.
  package private(set) var doubts: [Reason] = []
  /// The files that these speak of, relative to the project's root.
  private(set) var doubted: [Path] = []

  private let project: Project
  private let context: Context

  /// The folder below conductor's own.
  static let folder: Path = "approvals"
  private static let sizeLimit = 1 << 20

  /// The approvals that count; what is planted or altered is left out.
  package static func read(
    _ project: Project, _ context: Context, _ shelf: RuleShelf
  ) throws(Refusal) -> [Approval] {
    try Approvals(project, context, shelf).approvals
  }

  /// Reads every approval and what vouches for it.
  package init(_ project: Project, _ context: Context, _ shelf: RuleShelf) throws(Refusal) {
    self.project = project
    self.context = context
    let files = context.machine.files
    let folder = project.receipts / Self.folder
    do {
      guard try files.identity(folder)?.kind == .directory else { return }
      let names = try files.list(folder).map(\.name).filter { $0.text.hasSuffix(".json") }
      for name in names.sorted() {
        let bytes = try files.read(folder / name, limit: Self.sizeLimit)
        consider(bytes, name, shelf)
      }
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// Whether the decision is one that another process is about to record at this moment.
  private func isUnderWay(_ name: Path, _ bytes: [UInt8]) -> Bool {
    let pending = (try? StateFolder.readJournal(project, context))?.pending
    return pending?.adds == Addendum(path: Self.folder / name, bytes: bytes)
  }

  private mutating func consider(_ bytes: [UInt8], _ name: Path, _ shelf: RuleShelf) {
    let path = project.configuration.receipts / Self.folder / name
    guard let record = ApprovalRecord(Bytes(bytes)), record.id + ".json" == name.text else {
      return doubt(path, "it is not in the form of an approval")
    }
    if let expires = record.expires, expires <= context.now { return }
    if record.isRehearsed, !context.isRehearsing { return }
    let digest = SHA256.hash(bytes)
    let isRecorded = isVouchedFor(record, digest)
    // The step that records it has not ended, or its line is there by now.
    if !isRecorded, isUnderWay(name, bytes) { return }
    guard isRecorded || isVouchedFor(record, digest) else {
      return doubt(path, "no listed receipt records it as it is")
    }
    inputs.append(Input(path: path.text, content: (bytes.count, digest)))
    let signature = Signature(project, context)
    approvals += record.approvals(
      isAuthenticated: signature.isGood(of: record, bytes, by: shelf.key(of: record.actor)))
  }

  private mutating func doubt(_ path: Path, _ why: Text) {
    doubted.append(path)
    doubts.append(
      ReasonCode.approvalIgnored.reason(path.text + " counts for nothing: " + why))
  }

  /// Whether a receipt of the same name holds the digest, and a ledger lists that receipt.
  private func isVouchedFor(_ record: ApprovalRecord, _ digest: Digest) -> Bool {
    let files = context.machine.files
    guard let path = ApprovalRecord.receiptPath(of: record.id),
      let bytes = try? files.read(project.receipts / path, limit: Project.smallSizeLimit),
      let receipt = try? Document(Bytes(bytes)).root, receipt["kind"]?.text == "approval",
      receipt["approval"]?["sha256"]?.text == digest.hex,
      Path(record.ledger).parent == "ledger", record.ledger.hasSuffix(".sha256"),
      let ledger = try? files.view(
        project.receipts / Path(record.ledger), limit: Project.sizeLimit)
    else { return false }
    let line = LedgerLine(digest: SHA256.hash(bytes), path: path.text).bytes
    return Bytes(ledger).holds(line, from: record.ledgerOffset)
  }
}

extension Bytes {
  /// Whether a line stands in the text at an offset or behind it; at once where it is the very next.
  fileprivate func holds(_ line: [UInt8], from offset: Int) -> Bool {
    var start = offset
    while start + line.count <= count {
      if self[start..<(start + line.count)].array == line { return true }
      guard let end = firstIndex(of: 0x0A, from: start) else { return false }
      start = end + 1
    }
    return false
  }
}

extension RuleShelf {
  /// The key that the sets bind an actor to; nil where none does, or where they do not agree.
  func key(of actor: Text) -> Text? {
    let keys = Set(book.sets.compactMap { $0.authority.keys[actor] })
    return keys.count == 1 ? keys.first : nil
  }
}
