import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// `conductor approve`: records a person's decision.
struct ApproveCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    try OperatorOnly.check(session.project(), session.context)
    let wanted = wanted
    let answer = try Approving(session.project(), session.context).run(wanted)
    if session.isJSON {
      try session.print(document(answer, wanted))
    } else {
      tell(answer, wanted)
    }
    return .done
  }

  private var wanted: ApprovalRequest {
    let request = session.request
    var wanted = ApprovalRequest(
      right: Text(request.operand), actor: FlagKey.by.text(in: request) ?? "")
    wanted.item = FlagKey.item.text(in: request)
    wanted.environment = FlagKey.environment.text(in: request)
    wanted.lifetime = request[.expires].map { Int($0.components.seconds) }
    wanted.workOrder = FlagKey.workOrder.text(in: request)
    wanted.rollback = FlagKey.rollback.text(in: request)
    wanted.reason = FlagKey.reason.text(in: request)
    wanted.paths = request[.paths].map { Text($0) }
    wanted.key = request[.key].map { Path($0) }
    return wanted
  }

  private func tell(_ answer: ApprovalAnswer, _ wanted: ApprovalRequest) {
    let scope = [wanted.item, wanted.environment].compactMap { $0.map { session.shown($0) } }
      .joined(separator: " in ")
    session.note(
      "\(session.shown(wanted.actor)) approves \(session.shown(wanted.right)) for \(scope)")
    if answer.hasReleased, let item = wanted.item {
      session.note("\(session.shown(item)) is released and can be handed out again")
    }
    for accepted in answer.accepted {
      session.note("\(session.shown(accepted.path)) is accepted as it is: \(accepted.sha256)")
    }
    for rule in answer.remaining {
      session.note("\(session.shown(wanted.item ?? "")) is still stopped by \(session.shown(rule))")
    }
    for warning in answer.warnings { session.note("note: " + session.shown(warning.text)) }
    session.note("approval \(session.shown(answer.path))")
    session.note("receipt \(session.shown(answer.receipt))")
  }

  private func document(_ answer: ApprovalAnswer, _ wanted: ApprovalRequest) -> JSON {
    func text(_ value: Text?) -> JSON { value.map { .string($0) } ?? .null }
    return [
      "format": "conductor/approval-answer/1", "outcome": "approved", "exit": 0,
      "right": .string(wanted.right), "item": text(wanted.item),
      "environment": text(wanted.environment), "actor": .string(wanted.actor),
      "authenticated": .bool(answer.isAuthenticated), "released": .bool(answer.hasReleased),
      "remaining": .array(answer.remaining.map { .string($0) }),
      "paths": .array(
        answer.accepted.map { ["path": .string($0.path), "sha256": .string($0.sha256)] }),
      "warnings": .array(answer.warnings.map(\.json)),
      "approval": .string(answer.path.text), "receipt": .string(answer.receipt.text),
    ]
  }
}
