import Conducting
import JSONText
import Machine
import Rules

/// `conductor guard`: judges one call of a tool for a coding agent's hook, and answers in the agent's own form.
struct GuardCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  /// Agents take any other status than 0 and 2 for a hook that failed, and go on.
  static func status(_ code: ExitCode) -> ExitCode { code == .done ? .done : .refused }

  /// Sees to it that the process ends with 2 however it ends, and in time.
  static func prepare() {
    try? LastWords.arrange(
      status: ExitCode.refused.rawValue, seconds: 5,
      late: "conductor: refused: the tool call could not be judged within 5 seconds\n",
      crashed: "conductor: refused: the program crashed while it judged the tool call\n")
  }

  func run() throws -> ExitCode {
    var context = session.context
    // A record that waits for its lock must not outlast the time limit.
    context.patience = 2
    let call = try ToolCall(
      try session.machine.standardInput.readAll(limit: ToolCall.sizeLimit))
    let named = session.request[.item] ?? session.machine.environment["CONDUCTOR_ITEM"]
    let item = named.flatMap { $0.isEmpty ? nil : Text($0) }
    switch try ToolGuard(try session.project(), context, item: item).answer(call) {
    case .none: return .done
    case .ask(let judgement):
      try session.print(decision(judgement))
      return .done
    case .refused(let deed):
      RefusalWords(session).tell(deed, "is refused")
      return .refused
    }
  }

  private func decision(_ judgement: Judgement) -> JSON {
    let reasons = judgement.findings.filter { $0.verdict > .allow }.map(\.sentence.string)
    return [
      "hookSpecificOutput": [
        "hookEventName": "PreToolUse", "permissionDecision": "ask",
        "permissionDecisionReason": .text(reasons.joined(separator: "\n")),
      ]
    ]
  }
}
