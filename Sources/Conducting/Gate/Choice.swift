import Backlog
import JSONText
import Rules

/// The item that is next, or why there is none.
struct Choice {
  enum Outcome {
    case item(Item)
    case none(Refusal)
  }

  let outcome: Outcome

  /// Chooses by the backlog's own order; `wanted` asks for one item and no other.
  ///
  /// An item that nothing else keeps is judged by the rules; what they do not let through is passed over, as is what
  /// whoever asks has an objection to.
  init(
    _ backlog: Backlog, _ surroundings: Surroundings, wanted: Text?, judge: ItemJudge? = nil,
    objection: @escaping Objection = { _ in nil }
  ) {
    if let wanted {
      outcome = Self.particular(wanted, backlog, surroundings, judge, objection)
      return
    }
    let found = backlog.firstEligible(by: BacklogOrder(), in: surroundings) { item in
      objection(item) == nil && judge?.lets(item) ?? true
    }
    outcome =
      found.map { .item($0) }
      ?? .none(Explanation(backlog, surroundings, judge?.passedOver ?? [], objection).refusal)
  }

  /// Why whoever asks leaves an item alone that nothing else keeps; nil where he does not.
  typealias Objection = (Item) -> (code: ReasonCode, text: Text)?

  private static func particular(
    _ id: Text, _ backlog: Backlog, _ surroundings: Surroundings, _ judge: ItemJudge?,
    _ objection: Objection
  ) -> Outcome {
    guard let row = backlog.row(of: id), let item = backlog.item(at: row) else {
      return .none(
        Refusal(
          .itemUnknown, "there is no item " + id + " in the backlog",
          hint: "\"conductor backlog list\" shows the items."))
    }
    let obstacles = backlog.obstacles(
      of: item, in: surroundings, cycles: DependencyCycles(backlog))
    let own = objection(item)
    if obstacles.isEmpty, own == nil, judge?.lets(item) ?? true { return .item(item) }
    let reasons =
      obstacles.map { (ReasonCode($0), id + " is not eligible: " + $0.text) }
      + [own].compactMap { $0 }
      + (judge?.passedOver ?? []).flatMap(\.reasons)
    return .none(
      Refusal(reasons, hint: "\"conductor backlog show " + id + "\" shows the item."))
  }
}

/// Why none of the items is next: what keeps each that could be, the first few by name.
private struct Explanation {
  /// The number of items that a refusal names one by one; the rest is counted.
  private static let named = 10

  private var reasons: [(code: ReasonCode, text: Text)] = []
  private var others = 0
  private var verdicts: Set<Verdict> = []
  private var hint: Text = "\"conductor backlog list\" says of each item why not."

  init(
    _ backlog: Backlog, _ surroundings: Surroundings, _ passedOver: [PassedOver],
    _ objection: Choice.Objection
  ) {
    verdicts = Set(passedOver.map(\.judgement.verdict))
    let held = Self.stopped(backlog, surroundings)
    if !held.isEmpty { verdicts.insert(.stop) }
    // What waits for a decision decides the status, and so is told first.
    let asks = passedOver.filter { $0.judgement.verdict == .ask }
    let refused = passedOver.filter { $0.judgement.verdict != .ask }
    for passed in asks + refused { name { passed.reasons } }
    for (id, obstacle) in held { name { [(ReasonCode(obstacle), id + ": " + obstacle.text)] } }
    let told = Set(passedOver.map(\.item) + held.map(\.id))
    let cycles = DependencyCycles(backlog)
    for row in backlog.candidates {
      if !told.isEmpty, told.contains(backlog.id(at: row)) { continue }
      name {
        guard let item = backlog.item(at: row) else { return [] }
        guard let first = backlog.obstacles(of: item, in: surroundings, cycles: cycles).first else {
          return [objection(item)].compactMap { $0 }
        }
        return [(ReasonCode(first), item.id + ": " + first.text)]
      }
    }
    if others > 0, let first = reasons.first {
      reasons.append((first.code, "and " + Text("\(others)") + " more that are not eligible"))
    }
    if reasons.isEmpty {
      reasons = [
        (
          .nothingPending,
          backlog.count == 0 ? "the backlog has no items" : "no item of the backlog is pending"
        )
      ]
      hint = "\"conductor backlog add\" adds one."
    }
  }

  private mutating func name(_ item: () -> [(code: ReasonCode, text: Text)]) {
    if reasons.count < Self.named { reasons += item() } else { others += 1 }
  }

  /// The items that nothing but a stop keeps.
  private static func stopped(
    _ backlog: Backlog, _ surroundings: Surroundings
  ) -> [(id: Text, obstacle: Obstacle)] {
    guard !surroundings.stopped.isEmpty else { return [] }
    var found: [(Text, Obstacle)] = []
    for row in backlog.candidates {
      let id = backlog.id(at: row)
      guard surroundings.stopped[id] != nil, let item = backlog.item(at: row) else { continue }
      let obstacles = backlog.obstacles(of: item, in: surroundings)
      if obstacles.count == 1, let only = obstacles.first { found.append((id, only)) }
    }
    return found
  }

  var refusal: Refusal {
    var refusal = Refusal([], hint: hint)
    refusal.reasons = reasons.map { $0.code.reason($0.text) }
    refusal.exit =
      verdicts.isEmpty
      ? .nothingEligible : verdicts.contains(.ask) ? .personMustDecide : .refused
    return refusal
  }
}

extension ReasonCode {
  /// The code of what keeps an item from being handed out.
  init(_ obstacle: Obstacle) {
    self = ReasonCode(rawValue: obstacle.code.string) ?? .internalFault
  }
}
