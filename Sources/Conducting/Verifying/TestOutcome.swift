package import Evidence
package import JSONText
package import Machine

/// What came of one of the tests that a claim asks for.
package struct TestOutcome: Sendable {
  /// How the test ended, or why it did not run.
  package enum Ending: Equatable, Sendable {
    case ended(Finished.Status)
    /// A rule speaks against the command.
    case refused
    /// The system would not start it.
    case notStarted
    /// The work was refused before its turn.
    case notRun
    /// An end was asked for before its turn.
    case notReached
  }

  /// The command as the user wrote it.
  package var command: Text
  package var ending: Ending
  package var outcome: VerificationCheck.Outcome
  package var nanoseconds: Int64 = 0
  package var log: LogRecord?
  /// What is wrong, or why it did not run.
  package var reasons: [Reason] = []

  init(_ command: Text, _ ending: Ending, _ outcome: VerificationCheck.Outcome) {
    self.command = command
    self.ending = ending
    self.outcome = outcome
  }

  /// A test whose turn never came, since the work was refused.
  static func notRun(_ command: Text) -> TestOutcome {
    var outcome = TestOutcome(command, .notRun, .none)
    outcome.reasons = [
      ReasonCode.testNotRun.reason("the work was refused before any test could run")
    ]
    return outcome
  }

  /// A test whose turn never came, since an end was asked for.
  static func notReached(_ command: Text) -> TestOutcome {
    var outcome = TestOutcome(command, .notReached, .none)
    outcome.reasons = [
      ReasonCode.interrupted.reason("an end was asked for before the turn of every test came")
    ]
    return outcome
  }

  /// Whether it says nothing of the work, because the run was cut short.
  var isCutShort: Bool { ending == .notReached || ending == .ended(.interrupted) }

  /// A test that ran, judged by its status and by what it left.
  static func ran(
    _ command: Text, _ end: Attended, _ log: LogRecord, timeout: Int
  ) -> TestOutcome {
    var outcome = TestOutcome(command, .ended(end.status), .passed)
    outcome.nanoseconds = end.nanoseconds
    outcome.log = log
    let name = quotedWords(command)
    func fail(_ code: ReasonCode, _ text: Text) {
      outcome.outcome = .failed
      outcome.reasons.append(code.reason(text))
    }
    switch end.status {
    case .exited(0): break
    case .exited(let status): fail(.testFailed, name + " ended with status " + Text("\(status)"))
    case .signalled(let signal): fail(.testFailed, name + " was ended by " + signalName(signal))
    case .timedOut:
      fail(.testTimedOut, name + " ran longer than " + Text("\(timeout)") + " seconds")
    case .interrupted: fail(.interrupted, name + " was interrupted")
    }
    if end.isOutlived {
      fail(.testLeftRunning, name + " ended and left something running, which was ended, too")
    }
    return outcome
  }

  private static func quotedWords(_ command: Text) -> Text { Text(bytes: quoted(command)) }

  private static func signalName(_ number: Int32) -> Text {
    let name = Signals.name(of: number)
    return "signal " + Text("\(number)") + Text(name.map { " (\($0))" } ?? "")
  }

  /// How long it ran, in seconds to a thousandth.
  package var seconds: Double { Double(nanoseconds / 1_000_000) / 1000 }

  /// How it ended, in a word or two.
  package var words: Text {
    switch ending {
    case .ended(.exited(let status)): "exit " + Text("\(status)")
    case .ended(.signalled(let signal)): Self.signalName(signal)
    case .ended(.timedOut): "timed out"
    case .ended(.interrupted): "interrupted"
    case .refused: "refused"
    case .notStarted: "not started"
    case .notRun, .notReached: "not run"
    }
  }

  /// The form that receipts and `--json` share.
  package var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "command", value: .string(command)),
      .init(key: "outcome", value: .text(outcome.rawValue)),
      .init(key: "ended", value: .string(words)),
    ]
    if case .ended(.exited(let status)) = ending {
      members.append(.init(key: "exit", value: .integer(Int(status))))
    }
    if case .ended = ending { members.append(.init(key: "seconds", value: .double(seconds))) }
    if let log {
      members.append(
        .init(
          key: "log",
          value: [
            "path": .string(log.path.text), "sha256": .string(log.digest.hex),
            "bytes": .integer(log.written), "cut": .bool(log.isCut),
          ]))
      members.append(.init(key: "last_lines", value: .array(log.tail.map { .string($0) })))
    }
    members.append(.init(key: "reasons", value: .array(reasons.map(\.json))))
    return .object(members)
  }
}
