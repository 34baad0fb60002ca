package import JSONText

/// A way of choosing the order in which items are considered; the first eligible one is handed out.
package protocol Selection: Sendable {
  /// The rows that could be next, put in the order in which they are to be considered; they come in the array's.
  func order(of rows: [Int], in backlog: Backlog) -> [Int]
}

/// The order that the backlog itself asks for: its array, or the most urgent first and then its array.
package struct BacklogOrder: Selection {
  /// Takes the backlog at its word.
  package init() {}

  /// Keeps the array's order among equals.
  package func order(of rows: [Int], in backlog: Backlog) -> [Int] {
    guard backlog.ordersByPriority else { return rows }
    var classes: [[Int]] = Array(repeating: [], count: Priority.allCases.count)
    for row in rows { classes[backlog.priority(at: row).rawValue].append(row) }
    return classes.flatMap { $0 }
  }
}

extension Backlog {
  /// The first item, in the order of a selection, that nothing keeps from being handed out and that is accepted.
  package func firstEligible(
    by selection: some Selection, in surroundings: Surroundings,
    accepting isAccepted: (Item) -> Bool = { _ in true }
  ) -> Item? {
    for row in selection.order(of: candidates, in: self) {
      // Most of what is not eligible is held by the claim it shows, which is told by that claim alone.
      if let claim = shownClaim(at: row), surroundings.holds(claim) { continue }
      if !surroundings.stopped.isEmpty, surroundings.stopped[id(at: row)] != nil { continue }
      guard let item = item(at: row) else { continue }
      if obstacles(of: item, in: surroundings).isEmpty, isAccepted(item) { return item }
    }
    return nil
  }
}

extension Backlog {
  /// The claim on an item in progress, without reading the rest of the item.
  private func shownClaim(at row: Int) -> Claim? {
    guard status(at: row) == .inProgress, let range = items.value(row, Column.claim.rawValue) else {
      return nil
    }
    return survey.node(range).flatMap { Claim($0) }
  }

  /// An id that is free and continues the backlog's own way of counting: the last id's letters, and one more than
  /// the highest number behind the same letters, with as many digits.
  package func nextID() -> Text {
    guard count > 0 else { return "ND-001" }
    let (prefix, _, _) = Self.parts(id(at: count - 1))
    var highest = 0
    var width = 0
    for row in 0..<count {
      let (otherPrefix, number, digits) = Self.parts(id(at: row))
      guard otherPrefix == prefix, let number, number > highest else { continue }
      highest = number
      width = digits
    }
    while true {
      highest += 1
      let digits = "\(highest)"
      let zeros = String(
        repeating: "0", count: max(0, (width == 0 ? 3 : width) - digits.utf8.count))
      let candidate = prefix + Text(zeros + digits)
      if row(of: candidate) == nil { return candidate }
    }
  }

  /// The letters of an id, and the number that ends it.
  private static func parts(_ id: Text) -> (prefix: Text, number: Int?, digits: Int) {
    let digits = id.bytes.reversed().prefix { (0x30...0x39).contains($0) }.count
    guard (1...15).contains(digits) else { return (id + "-", nil, 0) }
    let number = id.bytes.suffix(digits).reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return (Text(bytes: Array(id.bytes.dropLast(digits))), number, digits)
  }
}
