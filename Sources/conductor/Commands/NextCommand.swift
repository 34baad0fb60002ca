import Backlog
import Conducting
import Evidence
import JSONText
import Machine

/// `conductor next`: claims the next eligible item and prints its prompt.
struct NextCommand {
  private let session: Session
  private var request: Request { session.request }

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let project: Project
    let answer: NextAnswer
    do {
      project = try session.project()
      answer = try NextItem(project, session.context, Self.wanted(request)).run()
    } catch {
      guard session.isJSON else { throw error }
      // Even what had no record is told in the one form that callers of next expect.
      try session.print(document(NextAnswer(refusal: error)))
      if let hint = error.hint { session.warn("conductor: " + session.shown(hint)) }
      return error.exit
    }
    if let refusal = answer.refusal { return try tell(refusal, answer) }
    try handOver(answer, project)
    return .done
  }

  /// What the flags say of the next item.
  static func wanted(_ request: Request) -> NextRequest {
    var wanted = NextRequest()
    wanted.diffLimit = request[.diffLimit]
    wanted.tests = request[.tests].map { Text($0) }
    wanted.receiptsDirectory = FlagKey.receiptsDirectory.text(in: request)
    wanted.plan = FlagKey.planID.text(in: request)
    wanted.item = FlagKey.item.text(in: request)
    wanted.agent = FlagKey.agent.text(in: request)
    wanted.lease = request[.lease].map { Int($0.components.seconds) }
    wanted.level = FlagKey.level.text(in: request)
    wanted.isDryRun = request[.dryRun]
    return wanted
  }

  // MARK: Handing over

  /// Delivers the prompt; a claim whose prompt reaches nobody is released at once.
  private func handOver(_ answer: NextAnswer, _ project: Project) throws {
    do {
      if let signal = Signals.noted { throw Interrupted(signal: signal) }
      if session.isJSON {
        try session.print(document(answer))
      } else if let prompt = answer.prompt {
        try session.print(prompt.string)
      }
    } catch {
      try giveBack(answer, project, because: error)
    }
    try announce(answer)
  }

  private struct Interrupted: Error { let signal: Int32 }

  private func giveBack(_ answer: NextAnswer, _ project: Project, because error: any Error) throws {
    guard let item = answer.item, let claim = answer.claim else { throw error }
    let code: ReasonCode = error is Interrupted ? .interrupted : .undelivered
    let reason: Text =
      code == .interrupted
      ? "the run was interrupted before the prompt was delivered"
      : "the prompt could not be delivered: standard output was closed or failed"
    let released = try Release(project, session.context).run(
      item.id, number: claim.number, reason: reason, blocks: false, code: code)
    throw Refusal(
      code, reason + "; " + item.id + " is released again (receipt " + released.receipt.text + ")")
  }

  private func announce(_ answer: NextAnswer) throws {
    // That consent wants an executor concerns unattended work: it stands in the record, and would only be noise here.
    let hidden = Text(ReasonCode.executionRequired.rawValue)
    for warning in answer.warnings where warning.code != hidden {
      session.note("note: " + session.shown(warning.text))
    }
    if let item = answer.item, let claim = answer.claim {
      session.note(
        "claimed \(session.shown(item.id)) as claim \(claim.number) until \(claim.until.text)")
    } else if let item = answer.item {
      session.note("dry run: \(session.shown(item.id)) stays pending")
    }
    if let receipt = answer.receipt { session.note("receipt \(session.shown(receipt))") }
    if !answer.isDryRun, !session.isJSON { session.warn(NextAnswer.reminder.string) }
  }

  // MARK: Refusing

  private func tell(_ refusal: Refusal, _ answer: NextAnswer) throws -> ExitCode {
    if session.isJSON {
      try session.print(document(answer))
    } else if !answer.isSilent {
      session.warn(sentence(refusal))
      for reason in refusal.reasons.dropFirst() {
        session.note("  " + session.shown(reason.text))
      }
      if let hint = refusal.hint { session.note("  " + session.shown(hint)) }
      if let receipt = answer.receipt { session.note("receipt \(session.shown(receipt))") }
    }
    return refusal.exit
  }

  private func sentence(_ refusal: Refusal) -> String {
    let first = refusal.reasons.first.map { session.shown($0.text) } ?? "no reason was given"
    return "conductor: nothing was handed out: " + first
  }

  private func document(_ answer: NextAnswer) -> JSON {
    let outcome: JSON = answer.refusal != nil ? "refused" : answer.isDryRun ? "dry_run" : "claimed"
    let reasons = answer.refusal?.reasons ?? []
    return [
      "format": "conductor/next/1",
      "outcome": outcome,
      "exit": .integer(Int((answer.refusal?.exit ?? .done).rawValue)),
      "reasons": .array(reasons.map(\.json)),
      "warnings": .array(answer.warnings.map(\.json)),
      "rules": answer.rules,
      "item": answer.item.map { .string($0.id) } ?? .null,
      "claim": answer.claim?.json ?? .null,
      "prompt": answer.prompt.map { .string($0) } ?? .null,
      "prompt_sha256": answer.prompt.map { .string(SHA256.hash($0).hex) } ?? .null,
      "receipt": answer.receipt.map { .string($0.text) } ?? .null,
      "reminder": answer.refusal == nil && !answer.isDryRun ? .string(NextAnswer.reminder) : .null,
    ]
  }
}
