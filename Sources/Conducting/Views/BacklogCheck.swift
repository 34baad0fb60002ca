import Backlog
package import JSONText
package import Machine

/// Everything in a backlog that keeps items from ever being handed out, although the file itself is whole.
package struct BacklogCheck: Sendable {
  /// One fault of one item.
  package struct Fault: Sendable {
    package var code: Text
    package var item: Text
    package var line: Int
    package var column: Int
    package var text: Text
    package var remedy: Text?

    /// The fault with its place, as editors understand it.
    package func described(_ path: Path) -> Text {
      placePrefix(path, line: line, column: column) + item + ": " + text
    }
  }

  /// The faults in the order of the items.
  package private(set) var faults: [Fault] = []
  /// The number of items that were checked.
  package let count: Int

  /// Checks a backlog that could be read.
  package init(_ file: BacklogFile) {
    let backlog = file.content
    count = backlog.count
    let cycles = DependencyCycles(backlog)
    // Neither time nor claims make a file wrong: only what no waiting cures is looked for.
    let surroundings = Surroundings(now: Timestamp(nanoseconds: .max))
    var places = Places(file.bytes)
    for row in 0..<backlog.count {
      guard let item = backlog.item(at: row) else { continue }
      for obstacle in backlog.obstacles(of: item, in: surroundings, cycles: cycles) {
        guard let remedy = Self.remedy(obstacle) else { continue }
        add(
          obstacle.code, item, obstacle.text, remedy, at: places.place(of: backlog.offset(of: row)))
      }
      if item.status == .done || item.status == .blocked || item.status == .proposed {
        for fault in item.faults {
          add(
            "field-type", item, "its field " + fault.text,
            "Give the field a value of that kind, or take it out.",
            at: places.place(of: backlog.offset(of: row)))
        }
      }
    }
  }

  private mutating func add(
    _ code: Text, _ item: Item, _ text: Text, _ remedy: Text, at place: (line: Int, column: Int)
  ) {
    faults.append(
      Fault(
        code: code, item: item.id, line: place.line, column: place.column, text: text,
        remedy: remedy))
  }

  private static func remedy(_ obstacle: Obstacle) -> Text? {
    switch obstacle {
    case .status(.unknown): "Use pending, in_progress, proposed, done or blocked."
    case .dependencyMissing: "Add the item it waits for, or take the id out of depends_on."
    case .cycle: "Take one of the ids out of depends_on."
    case .field: "Give the field a value of that kind, or take it out."
    case .claimUnreadable: "Set its status to pending when nobody works on it."
    case .status, .held, .dependency, .notBefore, .stopped: nil
    }
  }
}
