import Backlog
import Evidence
import JSONText
import Machine
import Rules

/// The last part of a closing, under the lock: the item is done, or the record says why not.
struct ClosingStep {
  let work: Examination
  let checks: [VerificationCheck]
  /// What the rules for a close say.
  let judgement: Judgement
  let consent: ConsentReading
  /// The verification that the closing rests on.
  var verification: Path?
  /// That verification, where it was made for this closing.
  var made: VerificationAnswer?

  init(
    work: Examination, checks: [VerificationCheck], judgement: Judgement, consent: ConsentReading
  ) {
    self.work = work
    self.checks = checks
    self.judgement = judgement
    self.consent = consent
  }

  /// Commits what the checks amount to; nil where somebody saved the backlog in between.
  func take(
    _ item: ClaimedItem, _ file: BacklogFile, _ state: StateFolder
  ) throws(Refusal) -> ClosingAnswer? {
    var answer = self.answer(item)
    let row = try self.row(item, file.content)
    var staged: StagedChange?
    if answer.isClosed {
      let splices = try file.placed { () throws(BacklogError) in
        try file.content.closing(row, number: item.claim.number, at: work.context.now)
      }
      staged = try file.stage(splices, work.project, work.context)
    }
    if judgement.verdict == .stop { try recordStop(item, state) }
    var step = Step(receipt(answer, item, file, staged))
    step.staged = staged
    if answer.isClosed { step.closes = [item.id] }
    guard case .done(let path) = try state.commit(step) else { return nil }
    answer.receipt = path
    return answer
  }

  /// Records what the rules for a close stop, so that the item is held until a person releases it.
  private func recordStop(_ item: ClaimedItem, _ state: StateFolder) throws(Refusal) {
    var rules = RulesRecord(work.shelf)
    rules.add(judgement)
    var step = StopRecord(kind: "close", subject: item.id, item: item.id, judgement)
      .step(work.context, agent: item.claim.by)
    step.receipt.inputs = work.inputs
    step.receipt.rules = rules.json
    _ = try state.commit(step)
  }

  /// The item's row in the backlog, in a state in which it can be finished.
  private func row(_ item: ClaimedItem, _ backlog: Backlog) throws(Refusal) -> Int {
    guard let row = backlog.row(of: item.id) else {
      throw Refusal(
        .itemUnknown, "there is no item " + item.id + " in the backlog any more, only its claim",
        hint: "Bring the item back, or give the claim back with \"conductor release\".")
    }
    switch backlog.status(at: row) {
    case .inProgress, .pending: return row
    case let status:
      throw Refusal(
        .claimHidden,
        "the backlog shows " + item.id + " as " + status.word + ", although claim "
          + Text("\(item.claim.number)") + " on it is open",
        hint: "Set its status to in_progress again, or release the claim.")
    }
  }

  private func answer(_ item: ClaimedItem) -> ClosingAnswer {
    var answer = ClosingAnswer(
      item: item.id, claim: item.claim, outcome: "closed", exit: .done, receipt: "")
    answer.verification = made
    answer.verificationReceipt = verification
    answer.checks = checks
    answer.warnings = made?.warnings ?? consent.warnings + work.measurement.notes
    // A verification that was made now has judged everything but the deliverables.
    if let made, !made.mayClose {
      (answer.outcome, answer.exit) = (made.outcome, made.exit)
      answer.reasons = made.reasons
      return answer
    }
    let worst = VerificationCheck.Outcome.worst(of: checks.map(\.outcome))
    guard worst.exit == .done else {
      (answer.outcome, answer.exit) = (Text(worst.rawValue), worst.exit)
      answer.reasons = VerificationCheck.Outcome.byGravity.flatMap { wanted in
        checks.filter { $0.outcome == wanted }.flatMap(\.reasons)
      }
      return answer
    }
    answer.reasons = [
      ReasonCode.closed.reason(
        item.id + " is done" + (verification.map { ", by the verification " + $0.text } ?? ""))
    ]
    return answer
  }

  private func receipt(
    _ answer: ClosingAnswer, _ item: ClaimedItem, _ file: BacklogFile, _ staged: StagedChange?
  ) -> Receipt {
    let context = work.context
    var receipt = context.receipt(
      kind: answer.isClosed ? "close" : "refusal", agent: item.claim.by,
      outcome: answer.isClosed ? "closed" : "refused")
    receipt.reasons = answer.reasons
    receipt.warnings = answer.warnings
    receipt.guardrails = work.record.guardrails
    receipt.consent = consent.json
    receipt.inputs =
      [Input(path: file.path.text, content: (file.bytes.count, file.digest))] + consent.inputs
      + work.inputs
    var rules = work.rules
    rules.add(judgement)
    receipt.rules = rules.json
    receipt.add("step", "close")
    receipt.add("exit", .integer(Int(answer.exit.rawValue)))
    receipt.add("item", .string(item.id))
    receipt.add("claim", item.claim.json)
    receipt.add("claim_receipt", .string(work.record.receipt.text))
    receipt.add("verification", verification.map { .string($0.text) } ?? .null)
    receipt.add("tree", .string(work.measurement.tree))
    receipt.add("measured", work.measured)
    receipt.add("checks", .array(answer.checks.map(\.json)))
    receipt.add("backlog", staged?.change.json ?? .null)
    return receipt
  }
}
