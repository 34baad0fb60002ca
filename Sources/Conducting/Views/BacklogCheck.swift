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
    for row in 0..<backlog.count {
      guard let item = backlog.item(at: row) else { continue }
      let place = backlog.place(of: row)
      for obstacle in backlog.obstacles(of: item, in: surroundings, cycles: cycles) {
        guard let remedy = Self.remedy(obstacle) else { continue }
        faults.append(
          Fault(
            code: obstacle.code, item: item.id, line: place.line, column: place.column,
            text: obstacle.text, remedy: remedy))
      }
      if item.status == .done || item.status == .blocked || item.status == .proposed {
        for fault in item.faults {
          faults.append(
            Fault(
              code: "field-type", item: item.id, line: place.line, column: place.column,
              text: "its field " + fault.text,
              remedy: "Give the field a value of that kind, or take it out."))
        }
      }
    }
  }

  private static func remedy(_ obstacle: Obstacle) -> Text? {
    switch obstacle {
    case .status(.unknown): "Use pending, in_progress, proposed, done or blocked."
    case .dependencyMissing: "Add the item it waits for, or take the id out of depends_on."
    case .cycle: "Take one of the ids out of depends_on."
    case .field: "Give the field a value of that kind, or take it out."
    case .claimUnreadable: "Set its status to pending when nobody works on it."
    case .status, .held, .dependency, .notBefore: nil
    }
  }
}
