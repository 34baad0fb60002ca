import Evidence
import JSONText
import Machine

/// What an agent did wrong, each kind with a code of its own.
struct AgentFailure {
  /// The failure; nil where there is none.
  let reason: Reason?

  /// Looks at how an agent ended and at what it said. A child that was ended because somebody asked for it has not
  /// failed, and is not looked at here.
  init(_ finished: Finished, _ report: AgentReport, hasAnswer: Bool, name: Text) {
    let agent: Text = "the executor " + name
    if finished.truncated {
      reason = ReasonCode.agentFlooded.reason(
        agent + " printed more than " + Text("\(CommandExecutor.outputLimit >> 20)")
          + " MB and was ended")
      return
    }
    switch finished.status {
    case .timedOut:
      reason = ReasonCode.agentTimedOut.reason(agent + " ran past its time and was ended")
    case .signalled(let signal):
      reason = ReasonCode.agentKilled.reason(
        agent + " was ended by signal " + Text("\(signal)") + Self.lastWords(finished.errors))
    case .exited(let status) where status != 0:
      let words = report.failure.map { ": " + Self.brief($0) } ?? Self.lastWords(finished.errors)
      reason = ReasonCode.agentFailed.reason(
        agent + " ended with status " + Text("\(status)") + words)
    case .exited, .interrupted:
      if let failure = report.failure {
        reason = ReasonCode.agentFailed.reason(
          agent + " says that it failed: " + Self.brief(failure))
      } else if hasAnswer {
        reason = nil
      } else if finished.output.allSatisfy({ $0 <= 0x20 }) {
        reason = ReasonCode.agentSilent.reason(agent + " ended without a word")
      } else {
        reason = ReasonCode.agentNoAnswer.reason(
          agent + " ended without an answer: its last word is no JSON object")
      }
    }
  }

  private static func brief(_ text: Text) -> Text {
    let line = text.bytes.split(separator: 0x0A).first ?? []
    return Text(String(decoding: line.prefix(300), as: UTF8.self))
  }

  private static func lastWords(_ errors: [UInt8]) -> Text {
    guard let line = errors.split(separator: 0x0A).last else { return "" }
    return ": " + Text(String(decoding: line.prefix(300), as: UTF8.self))
  }
}
