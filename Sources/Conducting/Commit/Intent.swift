package import Backlog
package import Evidence
package import JSONText
package import Machine

/// A claim that is known outside git's reach, with what is needed to unwind it exactly.
package struct OpenClaim: Equatable, Sendable {
  /// The item that is held.
  package var item: Text
  /// The claim as it was given or last renewed.
  package var claim: Claim
  /// How the item's status was spelled before, quotes included.
  package var spelling: [UInt8]?
  /// The machine on which a supervisor holds the claim's lock; nil for a claim that nobody supervises.
  package var supervisor: Text?

  /// States an open claim.
  package init(item: Text, claim: Claim, spelling: [UInt8]?, supervisor: Text? = nil) {
    self.item = item
    self.claim = claim
    self.spelling = spelling
    self.supervisor = supervisor
  }

  init?(_ node: Node) {
    guard let item = node["item"]?.text, let claim = node["claim"].flatMap({ Claim($0) }) else {
      return nil
    }
    self.init(
      item: item, claim: claim, spelling: node["spelling"]?.text?.bytes,
      supervisor: node["supervised"]?.text)
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "item", value: .string(item)), .init(key: "claim", value: claim.json),
    ]
    if let spelling {
      members.append(.init(key: "spelling", value: .string(Text(bytes: spelling))))
    }
    if let supervisor {
      members.append(.init(key: "supervised", value: .string(supervisor)))
    }
    return .object(members)
  }
}

/// An item that a rule has stopped, kept where no checkout of another branch forgets it.
package struct StoppedItem: Equatable, Sendable {
  /// One rule that stopped it.
  package struct Cause: Equatable, Sendable {
    /// The set and the rule's id.
    package var rule: Text
    /// The right that would have let it through.
    package var right: Text?
    /// The person to whom it goes.
    package var escalateTo: Text?

    /// States why an item was stopped.
    package init(rule: Text, right: Text?, escalateTo: Text?) {
      self.rule = rule
      self.right = right
      self.escalateTo = escalateTo
    }
  }

  /// The item that is passed over.
  package var item: Text
  /// When it was stopped.
  package var at: Timestamp
  /// The rules that nobody has released it from, at least one.
  package var causes: [Cause]
  /// Whether it was stopped under a clock that stood still, which counts for nothing on the real one.
  package var isRehearsed: Bool

  /// States a stop that was recorded.
  package init(item: Text, at: Timestamp, causes: [Cause], isRehearsed: Bool) {
    self.item = item
    self.at = at
    self.causes = causes
    self.isRehearsed = isRehearsed
  }

  init?(_ node: Node) {
    guard let item = node["item"]?.text, let at = node["at"]?.text.flatMap({ Timestamp($0) }),
      let values = node["causes"]?.elements
    else { return nil }
    let causes = values.compactMap { value in
      value["rule"]?.text.map {
        Cause(rule: $0, right: value["right"]?.text, escalateTo: value["escalate_to"]?.text)
      }
    }
    guard !causes.isEmpty, causes.count == values.count else { return nil }
    self.init(
      item: item, at: at, causes: causes, isRehearsed: node["rehearsed"]?.bool ?? false)
  }

  package var json: JSON {
    [
      "item": .string(item), "at": .string(at.text),
      "causes": .array(
        causes.map { cause in
          [
            "rule": .string(cause.rule), "right": cause.right.map { .string($0) } ?? .null,
            "escalate_to": cause.escalateTo.map { .string($0) } ?? .null,
          ]
        }),
      "rehearsed": .bool(isRehearsed),
    ]
  }

  /// This stop and an earlier one of the same item: whoever releases the item decides on both.
  func joined(with earlier: StoppedItem?) -> StoppedItem {
    guard let earlier else { return self }
    var joined = earlier
    joined.causes += causes.filter { cause in
      !earlier.causes.contains { $0.rule == cause.rule }
    }
    joined.isRehearsed = earlier.isRehearsed && isRehearsed
    return joined
  }

  /// The first stop, as lists and refusals tell it.
  package var stop: Stop {
    Stop(rule: causes[0].rule, person: causes.compactMap(\.escalateTo).first)
  }
}

/// A change of one file, told by its digests before and after and by the bytes that differ.
package struct FileChange: Equatable, Sendable {
  /// The file, relative to the project's root.
  package var path: Path
  /// What it hashed to before, or nil where it did not exist.
  package var before: Digest?
  /// What it is to hash to.
  package var after: Digest
  /// The bytes that differ; for a file that did not exist, all of them at its beginning.
  package var splices: [Splice]
}

/// A new file that a step lays beside its receipt; its content is UTF-8.
package struct Addendum: Equatable, Sendable {
  /// The file, relative to conductor's own folder, of a name that nothing else has.
  package var path: Path
  package var bytes: [UInt8]
}

/// Everything that a step is about to do, written down before it is done.
///
/// Whoever takes the lock after a crash can finish or undo the step from this alone.
struct Intent: Equatable, Sendable {
  var id: Text
  var receiptPath: Path
  var receipt: [UInt8]
  var ledgerPath: Path
  var ledgerSize: Int
  var change: FileChange?
  var opens: OpenClaim?
  var closes: [Text]
  var stops: StoppedItem?
  var frees: [Text]
  var adds: Addendum?

  var receiptDigest: Digest { SHA256.hash(receipt) }

  var ledgerLine: [UInt8] {
    LedgerLine(digest: receiptDigest, path: receiptPath.text).bytes
  }

  var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "step", value: .string(id)),
      .init(key: "receipt_path", value: .string(receiptPath.text)),
      .init(key: "receipt", value: .string(Text(bytes: receipt))),
      .init(key: "ledger", value: .string(ledgerPath.text)),
      .init(key: "ledger_size", value: .integer(ledgerSize)),
      .init(key: "closes", value: .array(closes.map { .string($0) })),
    ]
    if let opens { members.append(.init(key: "opens", value: opens.json)) }
    if let stops { members.append(.init(key: "stops", value: stops.json)) }
    if let adds {
      members.append(
        .init(
          key: "adds",
          value: ["path": .string(adds.path.text), "text": .string(Text(bytes: adds.bytes))]))
    }
    if !frees.isEmpty {
      members.append(.init(key: "frees", value: .array(frees.map { .string($0) })))
    }
    if let change { members.append(.init(key: "change", value: Self.json(change))) }
    return .object(members)
  }

  private static func json(_ change: FileChange) -> JSON {
    [
      "path": .string(change.path.text),
      "before": change.before.map { .string($0.hex) } ?? .null,
      "after": .string(change.after.hex),
      "splices": .array(
        change.splices.map { splice in
          [
            "from": .integer(splice.range.lowerBound), "to": .integer(splice.range.upperBound),
            "text": .string(Text(bytes: splice.replacement)),
          ]
        }),
    ]
  }

  init(
    id: Text, receiptPath: Path, receipt: [UInt8], ledgerPath: Path, ledgerSize: Int, of step: Step
  ) {
    self.id = id
    self.receiptPath = receiptPath
    self.receipt = receipt
    self.ledgerPath = ledgerPath
    self.ledgerSize = ledgerSize
    change = step.staged?.change
    opens = step.opens
    closes = step.closes
    stops = step.stops
    frees = step.frees
    adds = step.adds
  }

  init?(_ node: Node) {
    guard let id = node["step"]?.text, let receiptPath = node["receipt_path"]?.text,
      let receipt = node["receipt"]?.text, let ledgerPath = node["ledger"]?.text,
      let ledgerSize = node["ledger_size"]?.integer, let closes = node["closes"]?.elements
    else { return nil }
    self.id = id
    self.receiptPath = Path(receiptPath)
    self.receipt = receipt.bytes
    self.ledgerPath = Path(ledgerPath)
    self.ledgerSize = ledgerSize
    self.closes = closes.compactMap(\.text)
    frees = node["frees"]?.elements.compactMap(\.text) ?? []
    if let value = node["stops"] {
      guard let stops = StoppedItem(value) else { return nil }
      self.stops = stops
    }
    if let value = node["adds"] {
      guard let path = value["path"]?.text, let text = value["text"]?.text else { return nil }
      adds = Addendum(path: Path(path), bytes: text.bytes)
    }
    if let value = node["opens"] {
      guard let opens = OpenClaim(value) else { return nil }
      self.opens = opens
    }
    if let value = node["change"] {
      guard let change = Self.change(value) else { return nil }
      self.change = change
    }
  }

  private static func change(_ node: Node) -> FileChange? {
    guard let path = node["path"]?.text, let before = node["before"],
      let after = node["after"]?.text.flatMap({ Digest(hex: $0.bytes) }),
      let splices = node["splices"]?.elements
    else { return nil }
    let read = splices.compactMap { splice -> Splice? in
      guard let from = splice["from"]?.integer, let to = splice["to"]?.integer, from <= to,
        let text = splice["text"]?.text
      else { return nil }
      return Splice(range: from..<to, replacement: text.bytes)
    }
    let beforeDigest = before.text.flatMap { Digest(hex: $0.bytes) }
    guard read.count == splices.count, before.isNull || beforeDigest != nil else { return nil }
    return FileChange(path: Path(path), before: beforeDigest, after: after, splices: read)
  }
}
