import Conducting
import Evidence
import JSONText

/// `conductor mode`: shows or sets how far a run may go.
struct ModeCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let words = session.request.arguments
    guard let word = words.dropFirst().first else {
      guard words.isEmpty else {
        throw UsageError(.missingArgument("M"), command: ["mode"])
      }
      return try show()
    }
    try OperatorOnly.check(session.project(), session.context)
    guard let mode = RunState.Mode(rawValue: word) else {
      throw Refusal(.internalFault, "a mode that no choice offers was accepted")
    }
    let answer = try RunControl(session.project(), session.context).set(
      mode, reason: FlagKey.reason.text(in: session.request))
    let exit = try session.tell(answer, "the mode is \(mode.rawValue)")
    if let note = try gate().modeNote { session.note("note: \(session.shown(note.text))") }
    return exit
  }

  private func show() throws -> ExitCode {
    let gate = try gate()
    let (set, holds) = (gate.runState.mode?.rawValue, gate.effectiveMode?.rawValue)
    let fault = gate.refusals.first { $0.code == .runStateUnreadable }
    if session.isJSON {
      try session.print([
        "format": "conductor/mode/1", "exit": 0, "set": set.map { .text($0) } ?? .null,
        "mode": holds.map { .text($0) } ?? .null,
        "fault": fault?.code.reason(fault?.text ?? "").json ?? .null,
        "warnings": .array([gate.modeNote].compactMap { $0?.json }),
      ])
      return .done
    }
    if let fault {
      session.warn("! " + session.shown(fault.text))
      return .done
    }
    let why =
      set != nil
      ? "set" : holds != nil ? "the rule set autopilot asks for it where none is set" : nil
    try session.print(lines: [
      holds.map { "\($0) (\(why ?? ""))" } ?? "no mode is set: the consent alone decides"
    ])
    if let note = gate.modeNote { session.note("note: \(session.shown(note.text))") }
    return .done
  }

  private func gate() throws -> Gate { Gate(try session.project(), session.context) }
}
