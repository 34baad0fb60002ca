import Conducting
import JSONText
import Machine

/// `conductor pause`: stops all handing out of work.
struct PauseCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let reason = FlagKey.reason.text(in: session.request) ?? ""
    let answer = try RunControl(session.project(), session.context).pause(reason: reason)
    return try session.tell(answer, "paused; \"conductor resume\" lets work go on")
  }
}

/// `conductor resume`: lets work go on.
struct ResumeCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    try OperatorOnly.check(session.project(), session.context)
    let answer = try RunControl(session.project(), session.context).resume()
    return try session.tell(
      answer, answer.hasChanged ? "active again" : "the project was not paused")
  }
}

extension Session {
  /// Tells the run state as it is now.
  func tell(_ answer: RunControl.Answer, _ words: String) throws -> ExitCode {
    if isJSON {
      try print([
        "format": "conductor/run-state/1", "exit": 0, "changed": .bool(answer.hasChanged),
        "status": answer.state.isPaused ? "PAUSED" : "ACTIVE",
        "mode": answer.state.mode.map { .text($0.rawValue) } ?? .null,
        "reason": answer.state.reason.map { .string($0) } ?? .null,
        "receipt": answer.receipt.map { .string($0.text) } ?? .null,
        "fault": answer.fault.map { .string($0) } ?? .null,
      ])
    } else {
      note(words)
      if let fault = answer.fault {
        warn(
          "! the run state could not be understood (\(shown(fault))); a mode that was set in it is gone, so set it again with \"conductor mode set\""
        )
      }
      if let receipt = answer.receipt { note("receipt \(shown(receipt))") }
    }
    return .done
  }
}
