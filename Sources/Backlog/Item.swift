package import JSONText

/// The states that conductor knows; whatever else an item says is kept, and is never eligible.
package enum Status: Equatable, Sendable {
  case pending, inProgress, proposed, done, blocked
  case unknown(Text)

  /// Reads the word that stands in the backlog.
  package init(_ word: Text) {
    switch word {
    case "pending": self = .pending
    case "in_progress": self = .inProgress
    case "proposed": self = .proposed
    case "done": self = .done
    case "blocked": self = .blocked
    default: self = .unknown(word)
    }
  }

  /// The word as it stands in the backlog.
  package var word: Text {
    switch self {
    case .pending: "pending"
    case .inProgress: "in_progress"
    case .proposed: "proposed"
    case .done: "done"
    case .blocked: "blocked"
    case .unknown(let word): word
    }
  }

  /// The states in the order in which a summary counts them.
  package static let known: [Status] = [.pending, .inProgress, .proposed, .blocked, .done]
}

/// How urgent an item is, most urgent first.
package enum Priority: Int, Comparable, Sendable, CaseIterable {
  case critical, high, medium, low, none

  /// Reads the word that stands in the backlog; nil for one that conductor does not know.
  package init?(_ word: Text) {
    switch word {
    case "critical": self = .critical
    case "high": self = .high
    case "medium": self = .medium
    case "low": self = .low
    case "none": self = .none
    default: return nil
    }
  }

  /// Orders by urgency.
  package static func < (a: Priority, b: Priority) -> Bool { a.rawValue < b.rawValue }
}

/// An exclusive, leased hold on an item, as the backlog writes it.
package struct Claim: Equatable, Sendable {
  /// Who works on the item.
  package var by: Text
  /// When it was claimed.
  package var at: Timestamp
  /// When the lease ends unless it is renewed.
  package var until: Timestamp
  /// The fencing number, higher than any that was given before.
  package var number: Int

  /// States a claim.
  package init(by: Text, at: Timestamp, until: Timestamp, number: Int) {
    self.by = by
    self.at = at
    self.until = until
    self.number = number
  }

  /// Reads the `claim` of an item; nil where it is not in that form, as after an edit by hand.
  package init?(_ node: Node) {
    guard let by = node["by"]?.text,
      let at = node["at"]?.text.flatMap({ Timestamp($0) }),
      let until = node["until"]?.text.flatMap({ Timestamp($0) }),
      let number = node["number"]?.integer
    else { return nil }
    self.init(by: by, at: at, until: until, number: number)
  }

  /// The form that the backlog and receipts hold.
  package var json: JSON {
    [
      "by": .string(by), "at": .string(at.text), "until": .string(until.text),
      "number": .integer(number),
    ]
  }
}

/// A field that conductor understands, holding what it cannot understand.
package struct FieldFault: Equatable, Sendable {
  /// The field's name.
  package let field: Text
  /// What it should hold, in words.
  package let expected: Text
  /// What it does hold, in words.
  package let found: Text

  /// Both in one phrase.
  package var text: Text { field + " must be " + expected + ", not " + found }
}

/// One entry of the backlog, with the fields that conductor understands.
package struct Item: Sendable {
  /// The entry itself, as a document of its own.
  package let node: Node
  /// Its place in the array, counted from 0.
  package let row: Int
  /// The id, which is unique in the backlog.
  package let id: Text
  /// What the item is called.
  package let title: Text?
  /// Where the work on it stands.
  package let status: Status
  /// The plan that the item belongs to.
  package let plan: Text?
  /// What people wrote about it; data, never instructions.
  package let notes: Text?
  /// How urgent it is; absent means none.
  package let priority: Priority
  /// The ids that must be done first.
  package let dependsOn: [Text]
  /// The moment before which it is not handed out.
  package let notBefore: Timestamp?
  /// The level that it asks for.
  package let level: Text?
  /// Its own limit of changed lines.
  package let diffLimit: Int?
  /// Its own test commands.
  package let tests: [Text]?
  /// The claim that the backlog shows.
  package let claim: Claim?
  /// Fields of a type that nobody can act on; an item with any is never eligible.
  package let faults: [FieldFault]

  /// Reads an entry that the backlog has already found to be an object with an id.
  package init(node: Node, row: Int, id: Text) {
    var reader = FieldReader(node: node)
    self.node = node
    self.row = row
    self.id = id
    title = reader.text("title")
    plan = reader.text("plan_suggestion")
    notes = reader.text("notes")
    dependsOn = reader.texts("depends_on") ?? []
    notBefore = reader.time("not_before")
    level = reader.text("level")
    diffLimit = reader.count("diff_limit")
    tests = reader.texts("tests")
    priority = reader.priority("priority")
    reader.word("environment")
    reader.word("work_order")
    reader.word("migrations", oneOf: ["none", "docs", "allowed"])
    reader.word("risk")
    _ = reader.texts("artifacts")
    status = Status(reader.text("status") ?? "")
    claim = node["claim"].flatMap { Claim($0) }
    faults = reader.faults
  }
}

/// Reads optional fields and keeps what is wrong with them.
private struct FieldReader {
  let node: Node
  var faults: [FieldFault] = []

  init(node: Node) { self.node = node }

  /// A field that is null counts as absent: that is how many tools write "nothing".
  private func value(_ field: Text) -> Node? {
    guard let value = node[field], !value.isNull else { return nil }
    return value
  }

  private mutating func fault(_ field: Text, _ expected: Text, _ found: Node) {
    faults.append(FieldFault(field: field, expected: expected, found: found.words))
  }

  mutating func text(_ field: Text) -> Text? {
    guard let value = value(field) else { return nil }
    if let text = value.text { return text }
    fault(field, "a string", value)
    return nil
  }

  mutating func word(_ field: Text, oneOf words: [Text]? = nil) {
    guard let value = value(field) else { return }
    guard let text = value.text else { return fault(field, "a string", value) }
    if let words, !words.contains(text) {
      fault(field, words.dropFirst().reduce(words[0]) { $0 + ", " + $1 }, value)
    }
  }

  mutating func texts(_ field: Text) -> [Text]? {
    guard let value = value(field) else { return nil }
    let texts = value.elements.map(\.text)
    guard value.kind == .array, !texts.contains(nil) else {
      fault(field, "an array of strings", value)
      return nil
    }
    return texts.compactMap { $0 }
  }

  mutating func time(_ field: Text) -> Timestamp? {
    guard let value = value(field) else { return nil }
    if let time = value.text.flatMap({ Timestamp($0) }) { return time }
    fault(field, "a date (2026-01-31) or a time (2026-01-31T09:00:00Z)", value)
    return nil
  }

  mutating func count(_ field: Text) -> Int? {
    guard let value = value(field) else { return nil }
    if let count = value.integer, count > 0 { return count }
    fault(field, "a whole number above 0", value)
    return nil
  }

  /// An unknown word ranks as none, because projects have words of their own; only another type is a fault.
  mutating func priority(_ field: Text) -> Priority {
    text(field).flatMap { Priority($0) } ?? .none
  }
}
