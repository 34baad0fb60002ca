import Conducting
import JSONText

/// What an event says, on one line for people.
struct EventText {
  private let event: Event

  init(_ event: Event) { self.event = event }

  /// The whole line: the time of day, the item, and what happened.
  var line: String {
    let time = event.time.text.string.dropFirst(11).prefix(8)
    let item = event.item.map { Printable.line($0.string) + " " } ?? ""
    return "\(time) \(item)\(words)"
  }

  /// What happened, without time and item.
  var words: String {
    switch event.name {
    case .runBegun: "run \(event.run) begins" + (field("executor").map { " with \($0)" } ?? "")
    case .claimed:
      event.claim.map { "claimed as claim \($0)" } ?? "would be handed out; nothing was claimed"
    case .emitted: event.claim == nil ? "dry run" : "its prompt was handed out"
    case .executorStarted: "the agent works" + (field("directory").map { " in \($0)" } ?? "")
    case .executorEnded: "the agent ended: \(field("status") ?? "")" + cost
    case .submitted: "its answer was accepted"
    case .verified: "verified"
    case .closed: "done"
    case .proposed: "proposed on branch \(field("branch") ?? "")"
    case .pushed: "pushed to \(field("address") ?? "")"
    case .released: "released, and \(field("status") ?? "pending") again"
    case .refused: "nothing was handed out: \(reason)"
    case .idle: "waiting: \(reason)"
    case .paused: "the project is paused: \(reason)"
    case .warning: "note: \(reason)"
    case .runEnded: "the run ends: \(reason)"
    case .runFailed: "failed: \(reason)"
    case .policyViolation: "ALERT: a rule was broken: \(reason)"
    case .protectedPath: "ALERT: a protected file was changed: \(reason)"
    case .ownTreeChanged: "ALERT: your own tree: \(reason)"
    case .checkFailed: "ALERT: a check failed: \(reason)"
    case .budgetThreshold: "ALERT: budget: \(budget)"
    }
  }

  private func value(_ key: Text) -> JSON? { event.fields.first { $0.key == key }?.value }

  private func field(_ key: Text) -> String? {
    guard case .string(let text)? = value(key) else { return nil }
    return Printable.line(text.string)
  }

  private var reason: String {
    let one = value("reasons")?[0] ?? value("reason")
    guard case .string(let text)? = one?["text"] else { return "no reason was given" }
    return Printable.line(text.string)
  }

  private var cost: String {
    switch value("cost") {
    case .integer(let cost)?: ", cost \(cost)"
    case .number(let cost)?: ", cost \(cost.spelling)"
    default: ""
    }
  }

  private var budget: String {
    guard let name = field("budget") else { return reason }
    switch value("used") {
    case .number(let share)?: return "\(name) is used up to \(share.spelling)"
    default: return "\(name) is used up"
    }
  }
}
