package import JSONText

/// A backlog as its bytes stand: validated as a whole, surveyed row by row, and never turned into a tree.
package struct Backlog: Sendable {
  /// The survey that every range of this value speaks of.
  package let survey: Survey
  /// The conditions that the backlog sets for all of its items.
  package let prerequisites: Prerequisites
  /// Whether urgent items come first; else the array's order is the order of work.
  package let ordersByPriority: Bool
  /// The highest claim number in items and history; 0 where none was ever given.
  package let highestNumber: Int

  let items: Survey.Table
  let history: Survey.Table?
  private let identifiers: Identifiers

  /// The columns that are surveyed in each item, in the order of `Column`.
  enum Column: Int, CaseIterable {
    case id, status, dependsOn, claim, priority

    var key: Text {
      switch self {
      case .id: "id"
      case .status: "status"
      case .dependsOn: "depends_on"
      case .claim: "claim"
      case .priority: "priority"
      }
    }
  }

  /// The columns that are surveyed in each entry of the history.
  enum HistoryColumn: Int { case id, claim }

  /// Reads a backlog; anything that could make a claim go wrong refuses the whole file.
  package init(_ bytes: Bytes) throws(BacklogError) {
    let survey: Survey
    do {
      survey = try Survey(
        bytes,
        [
          .init(array: "items", columns: Column.allCases.map(\.key)),
          .init(array: "history", columns: ["id", "claim"]),
        ])
    } catch {
      throw BacklogError(error)
    }
    self.survey = survey
    guard survey.rootKind == .object else {
      throw BacklogError("a backlog must be an object", at: survey.rootRange.lowerBound, in: survey)
    }
    guard let itemsMember = survey.member("items") else {
      throw BacklogError("items is missing", at: survey.rootRange.lowerBound, in: survey)
    }
    guard let items = survey.table("items") else {
      throw BacklogError(
        "items must be an array", at: itemsMember.valueRange.lowerBound, in: survey)
    }
    self.items = items
    history = survey.table("history")
    if let member = survey.member("history"), history == nil {
      throw BacklogError("history must be an array", at: member.valueRange.lowerBound, in: survey)
    }
    identifiers = try Identifiers(survey, items)
    prerequisites = try Self.read(survey, "prerequisites") { node throws(Misplaced) in
      try Prerequisites(node)
    }
    ordersByPriority = try Self.read(survey, "selection") { node throws(Misplaced) in
      try Self.ordersByPriority(node)
    }
    highestNumber = Self.highestNumber(survey, items, history)
  }

  private static func read<Value>(
    _ survey: Survey, _ key: Text, _ body: (Node?) throws(Misplaced) -> Value
  ) throws(BacklogError) -> Value {
    let range = survey.member(key)?.valueRange
    do {
      return try body(range.flatMap { survey.node($0) })
    } catch {
      throw BacklogError(error.text, at: (range?.lowerBound ?? 0) + error.offset, in: survey)
    }
  }

  private static func ordersByPriority(_ node: Node?) throws(Misplaced) -> Bool {
    guard let node else { return false }
    guard node.kind == .object else {
      throw Misplaced("selection must be an object, not " + node.words, node)
    }
    guard let order = node["order"] else { return false }
    switch order.text {
    case "priority": return true
    case "array": return false
    default:
      throw Misplaced(
        "selection.order must be \"priority\" or \"array\", not " + order.words, order)
    }
  }

  private static func highestNumber(
    _ survey: Survey, _ items: Survey.Table, _ history: Survey.Table?
  ) -> Int {
    var highest = 0
    if let history {
      for row in 0..<history.count {
        guard let range = history.value(row, HistoryColumn.claim.rawValue) else { continue }
        highest = max(highest, wholeNumber(survey.bytes, range) ?? 0)
      }
    }
    for row in 0..<items.count {
      guard let range = items.value(row, Column.claim.rawValue),
        let number = survey.node(range)?["number"]?.integer
      else { continue }
      highest = max(highest, number)
    }
    return highest
  }

  /// The value of plain decimal digits; claim numbers are never written otherwise, so nothing else counts.
  private static func wholeNumber(_ bytes: Bytes, _ range: Range<Int>) -> Int? {
    guard range.count <= 18 else { return nil }
    var value = 0
    for i in range {
      let digit = bytes[i]
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }

  // MARK: Items

  /// The number of items.
  package var count: Int { items.count }

  /// Where the item with an id stands, found by the id's bytes.
  package func row(of id: Text) -> Int? { identifiers.row(of: id, survey, items) }

  /// The id of the item at a row.
  package func id(at row: Int) -> Text {
    items.value(row, Column.id.rawValue).map { decodedString(survey.bytes, $0) } ?? ""
  }

  /// The status of the item at a row, without reading the rest of it; a status that is no string is unknown.
  package func status(at row: Int) -> Status {
    guard let range = items.value(row, Column.status.rawValue) else { return .unknown("") }
    for status in Status.known where stringEquals(survey.bytes, range, status.word) {
      return status
    }
    guard survey.bytes[range.lowerBound] == UInt8(ascii: "\"") else { return .unknown("") }
    return Status(decodedString(survey.bytes, range))
  }

  /// How urgent the item at a row is, without reading the rest of it.
  package func priority(at row: Int) -> Priority {
    guard let range = items.value(row, Column.priority.rawValue),
      survey.bytes[range.lowerBound] == UInt8(ascii: "\"")
    else { return .none }
    return Priority(decodedString(survey.bytes, range)) ?? .none
  }

  /// The ids that the item at a row waits for; what is no string is left out, since the item itself is at fault.
  func dependencies(at row: Int) -> [Text] {
    guard let range = items.value(row, Column.dependsOn.rawValue), let node = survey.node(range)
    else { return [] }
    return node.elements.compactMap(\.text)
  }

  /// The item at a row with all the fields that conductor understands.
  package func item(at row: Int) -> Item? {
    survey.node(items.range(row)).map { Item(node: $0, row: row, id: id(at: row)) }
  }

  /// Where a row's item begins, in bytes from the start of the file.
  package func offset(of row: Int) -> Int { items.range(row).lowerBound }
}

extension Survey {
  /// The value at a range as a node of its own document; it was validated, so nil cannot be met with ranges of
  /// this survey.
  func node(_ range: Range<Int>) -> Node? { try? document(range).root }
}
