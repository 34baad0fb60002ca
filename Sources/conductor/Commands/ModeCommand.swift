import Conducting
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
    return try session.tell(answer, "the mode is \(mode.rawValue)")
  }

  private func show() throws -> ExitCode {
    let project = try session.project()
    let gate = Gate(project, session.context)
    let (set, holds) = (gate.runState.mode?.rawValue, gate.effectiveMode?.rawValue)
    if session.isJSON {
      try session.print([
        "format": "conductor/mode/1", "exit": 0, "set": set.map { .text($0) } ?? .null,
        "mode": holds.map { .text($0) } ?? .null,
      ])
      return .done
    }
    let why =
      set != nil
      ? "set" : holds != nil ? "the rule set autopilot asks for it where none is set" : nil
    try session.print(lines: [
      holds.map { "\($0) (\(why ?? ""))" } ?? "no mode is set: the consent alone decides"
    ])
    return .done
  }
}
