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
  private var counts: [String: Int] = [:]
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
    case .claimed: (item, step) = (event.item, "claimed")
    case .executorStarted: step = "the agent works"
    case .executorEnded: step = "taking the answer"
    case .submitted: step = "verifying"
    case .idle: (item, step) = (nil, "waiting for work")
    case .closed, .proposed, .emitted, .runFailed:
      counts[event.name == .runFailed ? "failed" : event.name.rawValue, default: 0] += 1
      step = "next"
    default: break
    }
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
    let sum = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
      .joined(separator: ", ")
    let words = "\(subject)\(step) for \(length(since)) | run \(length(began)) | \(sum)"
    write(style.dim(String(words.prefix(max(10, session.machine.terminal.columns - 1)))))
    isDrawn = true
  }

  /// A terminal that takes nothing stops no work.
  private func write(_ text: String) {
    _ = try? session.machine.output.write(Array(text.utf8), to: .standardError)
  }
}
