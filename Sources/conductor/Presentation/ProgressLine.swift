import Conducting
import Machine

/// How those who wait for tests see how far they are: one line of the terminal that is written anew, or one line for
/// each test where nobody looks.
final class ProgressLine {
  private let session: Session
  private let isLive: Bool
  private var shown = ""

  init(_ session: Session) {
    self.session = session
    let machine = session.machine
    isLive =
      machine.terminal.isTerminal(.standardError) && machine.environment["TERM"] != "dumb"
      && !session.isJSON && !session.request[.quiet]
  }

  /// Shows how far it is.
  func show(_ progress: TestProgress) {
    let place = "test \(progress.number) of \(progress.count)"
    let command = session.shown(progress.command)
    guard isLive else {
      guard let outcome = progress.outcome else { return }
      session.note(
        "\(place) \(outcome.outcome.words): \(command) (\(VerificationText.time(outcome)))")
      return
    }
    if progress.outcome != nil { return clear() }
    let time = TimeWords.length(seconds: progress.seconds)
    let text = DisplayWidth.truncate(
      "\(place)  \(time)  \(command)", to: max(1, session.machine.terminal.columns - 1))
    guard text != shown else { return }
    write("\r\u{1b}[K" + text)
    shown = text
  }

  /// Takes the line away again.
  func clear() {
    guard !shown.isEmpty else { return }
    write("\r\u{1b}[K")
    shown = ""
  }

  private func write(_ text: String) {
    _ = try? session.machine.output.write(Array(text.utf8), to: .standardError)
  }
}
