import Evidence
import JSONText
import Machine
import Rules

/// A recorded decision of a person, in a file of its own that a listed receipt vouches for.
struct ApprovalRecord: Equatable {
  static let format: Text = "conductor/approval/1"

  /// The receipt's own name, so that each leads to the other.
  var id: Text
  /// The right as it was asked for.
  var right: Text
  /// Every name by which rules may ask for it.
  var covers: [Text]
  var item: Text?
  var environment: Text?
  var actor: Text
  var at: Timestamp
  var expires: Timestamp?
  var workOrder: Text?
  var rollback: Text?
  var reason: Text?
  /// What was accepted exactly as it was, where the decision is about files that changed.
  var paths: [Approval.Accepted] = []
  /// Whether it was recorded under a clock that stood still.
  var isRehearsed: Bool
  /// The ledger that lists the receipt, and where in it the line begins or shortly before.
  var ledger: Text
  var ledgerOffset: Int

  /// The bytes of the file, which are also what is signed.
  var bytes: [UInt8] {
    func text(_ value: Text?) -> JSON { value.map { .string($0) } ?? .null }
    var members: [JSON.Member] = []
    if !paths.isEmpty { members.append(.init(key: "paths", value: .array(paths.map(\.json)))) }
    let json: JSON = [
      "format": .string(Self.format), "id": .string(id), "right": .string(right),
      "covers": .array(covers.map { .string($0) }), "item": text(item),
      "environment": text(environment), "actor": .string(actor), "at": .string(at.text),
      "expires": text(expires?.text), "work_order": text(workOrder), "rollback": text(rollback),
      "reason": text(reason), "rehearsed": .bool(isRehearsed),
      "ledger": ["path": .string(ledger), "from": .integer(ledgerOffset)],
    ]
    guard case .object(let general) = json else { return [] }
    return JSON.object(general + members).written(indent: 2) + [0x0A]
  }
}

extension ApprovalRecord {
  /// Reads a file's bytes; nil where they are not in the form that is written here.
  init?(_ bytes: Bytes) {
    guard let root = try? Document(bytes).root, root["format"]?.text == Self.format,
      let id = root["id"]?.text, let right = root["right"]?.text,
      let covers = root["covers"]?.elements.compactMap(\.text), let actor = root["actor"]?.text,
      let at = root["at"]?.text.flatMap({ Timestamp($0) }),
      let rehearsed = root["rehearsed"]?.bool, let ledger = root["ledger"]?["path"]?.text,
      let offset = root["ledger"]?["from"]?.integer, offset >= 0, let expires = root["expires"]
    else { return nil }
    let end = expires.text.flatMap { Timestamp($0) }
    guard expires.isNull || end != nil else { return nil }
    let paths = (root["paths"]?.elements ?? []).map { Approval.Accepted($0) }
    guard !paths.contains(nil) else { return nil }
    self.init(
      id: id, right: right, covers: covers, item: root["item"]?.text,
      environment: root["environment"]?.text, actor: actor, at: at, expires: end,
      workOrder: root["work_order"]?.text, rollback: root["rollback"]?.text,
      reason: root["reason"]?.text, paths: paths.compactMap { $0 }, isRehearsed: rehearsed,
      ledger: ledger, ledgerOffset: offset)
  }

  /// The decision as rules ask for it: once for each name of the right.
  func approvals(isAuthenticated: Bool) -> [Approval] {
    covers.map { name in
      var approval = Approval(
        id: id, right: name, item: item, environment: environment, actor: actor, expires: expires,
        workOrder: workOrder, rollback: rollback, isAuthenticated: isAuthenticated)
      approval.paths = paths
      return approval
    }
  }

  /// Where the receipt of this name lies below conductor's own folder.
  static func receiptPath(of id: Text) -> Path? {
    let bytes = id.bytes
    guard id.hasPrefix("conductor-"), bytes.count > 16,
      bytes[10..<16].allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    let month = Text(bytes: Array(bytes[10..<14]) + [UInt8(ascii: "-")] + Array(bytes[14..<16]))
    return Path(month + "/" + id + ".json")
  }
}

extension Approval.Accepted {
  /// The form that approvals and their receipts hold.
  var json: JSON { ["path": .string(path), "sha256": .string(sha256)] }

  init?(_ node: Node) {
    guard let path = node["path"]?.text, let digest = node["sha256"]?.text else { return nil }
    self.init(path: path, sha256: digest)
  }
}
