import Backlog
import JSONText

/// The item that is next, or why there is none.
struct Choice {
  enum Outcome {
    case item(Item)
    case none(Refusal)
  }

  let outcome: Outcome

  /// The number of items that a refusal names one by one; the rest is counted.
  private static let named = 10

  /// Chooses by the backlog's own order; `wanted` asks for one item and no other.
  init(_ backlog: Backlog, _ surroundings: Surroundings, wanted: Text?) {
    if let wanted {
      outcome = Self.particular(wanted, backlog, surroundings)
    } else if let item = backlog.firstEligible(by: BacklogOrder(), in: surroundings) {
      outcome = .item(item)
    } else {
      outcome = .none(Self.explanation(backlog, surroundings))
    }
  }

  private static func particular(
    _ id: Text, _ backlog: Backlog, _ surroundings: Surroundings
  ) -> Outcome {
    guard let row = backlog.row(of: id), let item = backlog.item(at: row) else {
      return .none(
        Refusal(
          .itemUnknown, "there is no item " + id + " in the backlog",
          hint: "\"conductor backlog list\" shows the items."))
    }
    let obstacles = backlog.obstacles(
      of: item, in: surroundings, cycles: DependencyCycles(backlog))
    guard !obstacles.isEmpty else { return .item(item) }
    return .none(
      Refusal(
        obstacles.map { (ReasonCode($0), id + " is not eligible: " + $0.text) },
        hint: "\"conductor backlog show " + id + "\" shows the item."))
  }

  /// Says of the items that could be next what keeps each, the first few by name.
  private static func explanation(_ backlog: Backlog, _ surroundings: Surroundings) -> Refusal {
    var reasons: [(code: ReasonCode, text: Text)] = []
    var others = 0
    let cycles = DependencyCycles(backlog)
    for row in backlog.candidates {
      guard reasons.count < named else {
        others += 1
        continue
      }
      guard let item = backlog.item(at: row),
        let first = backlog.obstacles(of: item, in: surroundings, cycles: cycles).first
      else { continue }
      reasons.append((ReasonCode(first), item.id + ": " + first.text))
    }
    guard let first = reasons.first else {
      return Refusal(
        .nothingPending,
        backlog.count == 0 ? "the backlog has no items" : "no item of the backlog is pending",
        hint: "\"conductor backlog add\" adds one.")
    }
    if others > 0 {
      reasons.append((first.code, "and " + Text("\(others)") + " more that are not eligible"))
    }
    var refusal = Refusal(reasons, hint: "\"conductor backlog list\" says of each item why not.")
    refusal.exit = .nothingEligible
    return refusal
  }
}

extension ReasonCode {
  /// The code of what keeps an item from being handed out.
  init(_ obstacle: Obstacle) {
    self = ReasonCode(rawValue: obstacle.code.string) ?? .internalFault
  }
}
