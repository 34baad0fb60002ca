import Conducting
import JSONText
import Machine

/// A run as people watch it: one line per event, and on a terminal below them a line that lives.
final class LoopView: Sink, @unchecked Sendable {
  private let session: Session
  private let isLive: Bool
  private let began: Int64
  private var item: Text?
  private var step = "starting"
  private var since: Int64
  private var outcomes: [String] = []
  private var budget = ""
  private var isDrawn = false

  init(_ session: Session) {
    self.session = session
    let terminal = session.machine.terminal
    isLive =
      terminal.isTerminal(.standardError) && session.machine.environment["TERM"] != "dumb"
      && !session.request[.quiet]
    began = session.machine.clock.uptime
    since = began
  }

  let name: Text = "standard error"

  /// Shows an event. With `--quiet` only alerts are shown.
  func take(_ event: Event) throws(Refusal) {
    note(event)
    guard !session.request[.quiet] || event.name.isAlert else { return }
    erase()
    let text = EventText(event).line
    session.warn(event.name.isAlert ? style.red(text) : text)
    draw()
  }

  private var style: Style {
    session.machine.terminal.allowsColour(.standardError) ? .coloured : .plain
  }

  private func note(_ event: Event) {
    since = session.machine.clock.uptime
    switch event.name {
    case .claimed:
      (item, step) = (event.item, "claimed")
      budget = Self.budget(event)
    case .executorStarted: step = "the agent works"
    case .executorEnded: step = "taking the answer"
    case .submitted: step = "verifying"
    case .idle: (item, step) = (nil, "waiting for work")
    case .closed, .proposed, .emitted, .runFailed:
      let word = event.name == .runFailed ? "failed" : event.name.rawValue
      outcomes.append((event.item.map { Printable.line($0.string) } ?? "") + " " + word)
      step = "next"
    default: break
    }
  }

  /// What is left of each budget.
  private static func budget(_ event: Event) -> String {
    guard case .object(let members)? = event.fields.first(where: { $0.key == "budget" })?.value
    else { return "" }
    return members.map { member in
      var used = 0.0
      if case .number(let share) = member.value { used = share.double ?? 0 }
      if case .integer(let share) = member.value { used = Double(share) }
      return "\(member.key) \(Int((max(0, 1 - used) * 100).rounded()))% left"
    }.joined(separator: ", ")
  }

  /// Draws the living line anew; called several times a second.
  func beat() {
    guard isLive else { return }
    erase()
    draw()
  }

  /// Leaves nothing of the living line behind.
  func end() {
    erase()
    step = ""
  }

  private func erase() {
    guard isDrawn else { return }
    write("\r\u{1B}[K")
    isDrawn = false
  }

  private func draw() {
    guard isLive, !step.isEmpty else { return }
    let now = session.machine.clock.uptime
    func length(_ start: Int64) -> String {
      TimeWords.length(seconds: (now - start) / 1_000_000_000)
    }
    let subject = item.map { Printable.line($0.string) + ": " } ?? ""
    let parts = [
      "\(subject)\(step) for \(length(since))", "run \(length(began))", budget,
      outcomes.suffix(3).joined(separator: ", "),
    ]
    let words = parts.filter { !$0.isEmpty }.joined(separator: " | ")
    write(style.dim(String(words.prefix(max(10, session.machine.terminal.columns - 1)))))
    isDrawn = true
  }

  /// A terminal that takes nothing stops no work.
  private func write(_ text: String) {
    _ = try? session.machine.output.write(Array(text.utf8), to: .standardError)
  }
}
