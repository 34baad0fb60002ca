import Backlog
import Conducting
import JSONText
import Machine

/// `conductor release`: unwinds a claim.
struct ReleaseCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let answer = try Release(session.project(), session.context).run(
      Text(request.operand), number: request[.claim],
      reason: FlagKey.reason.text(in: request), blocks: request[.blocked])
    if session.isJSON {
      try session.print(answer.document("released"))
    } else {
      session.note(
        "released \(session.shown(answer.item)), claim \(answer.claim.number); it is \(session.shown(answer.status.word))"
      )
      session.note("receipt \(session.shown(answer.receipt))")
    }
    return .done
  }
}

/// `conductor renew`: extends a claim's lease.
struct RenewCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let answer = try Renewal(session.project(), session.context).run(
      Text(request.operand), number: request[.claim],
      lease: request[.lease].map { Int($0.components.seconds) })
    if session.isJSON {
      try session.print(answer.document("renewed"))
    } else {
      session.note(
        "renewed \(session.shown(answer.item)), claim \(answer.claim.number), until \(answer.claim.until.text)"
      )
      session.note("receipt \(session.shown(answer.receipt))")
    }
    return .done
  }
}

extension ClaimAnswer {
  fileprivate func document(_ outcome: Text) -> JSON {
    [
      "format": "conductor/claim/1", "outcome": .string(outcome), "exit": 0, "item": .string(item),
      "status": .string(status.word), "claim": claim.json, "receipt": .string(receipt.text),
    ]
  }
}
