import Backlog
import Evidence
package import JSONText
import Machine
import Rules

/// Takes an agent's answer: holds it against the schema, judges what it proposes, finds its receipts, and records it.
///
/// Nothing of it is run.
package struct Submitting {
  private let project: Project
  private let context: Context

  /// Prepares to take an answer.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  /// Takes the answer on an item, whatever it is worth; refuses without a record only where nothing can be judged, such
  /// as when there is no such item or a rule set does not load.
  package func run(
    _ id: Text, number: Int?, answer bytes: [UInt8], named name: Text
  ) throws(Refusal) -> SubmissionAnswer {
    let shelf = try RuleShelf(project, context)
    let step = ClaimStep(project, context, redactingBy: shelf)
    let reading = try Answer.reading(Bytes(bytes), shelf.book)
    let record: ClaimRecord
    do {
      record = try step.run { (state, file) throws(Refusal) in
        let item = try ClaimedItem(id, number: number, file.content, state, step.context)
        return try ClaimRecord(item, project, step.context)
      }
    } catch {
      return try refused(id, number: number, bytes, error, step)
    }
    var submission = Submission(id, bytes, named: name, record, shelf)
    submission.faults = reading.faults
    if let answer = reading.answer { try judge(answer, &submission, step.context) }
    submission.settle(project, step.context)
    return try commit(submission, step)
  }

  /// Judges an answer that can be read.
  private func judge(
    _ answer: Answer, _ submission: inout Submission, _ context: Context
  ) throws(Refusal) {
    let shelf = submission.shelf
    let root = project.workplace(context.machine)
    let files = ProjectFiles(root: root, context.machine)
    let circumstances = Circumstances(
      project, context, shelf: shelf, files: files, item: submission.record.task,
      level: submission.record.guardrails.level,
      approvals: try Approvals.read(project, context, shelf))
    let panel = JudgePanel(shelf.book, beside: PluginShelf(project, context).judges)
    let judged = AnswerJudge(panel: panel, circumstances: circumstances).judgement(of: answer)
    submission.judgement = judged.judgement.counting(for: shelf.book)
    submission.faults += judged.faults
    let folder = ReceiptFolder(
      root: root, stated: submission.record.guardrails.receiptsDirectory,
      files: context.machine.files)
    for stated in answer.receipts { submission.take(stated, folder) }
    submission.inputs = files.inputs
  }

  /// Records the answer, while its claim is still the present one.
  private func commit(
    _ submission: Submission, _ step: ClaimStep
  ) throws(Refusal) -> SubmissionAnswer {
    do {
      return try step.run { (state, file) throws(Refusal) in
        let item = try ClaimedItem(
          submission.id, number: submission.record.claim.number, file.content, state, step.context)
        var receipt = step.receipt(
          kind: "submission", outcome: submission.outcome.rawValue, item, file)
        submission.fill(&receipt, step.context)
        guard case .done(let path) = try state.commit(Step(receipt)) else { return nil }
        return submission.answer(receipt: path)
      }
    } catch {
      return try refused(
        submission.id, number: submission.record.claim.number, submission.bytes, error, step)
    }
  }

  /// Records an answer whose claim is not the present one; other refusals are the caller's to tell.
  private func refused(
    _ id: Text, number: Int?, _ bytes: [UInt8], _ refusal: Refusal, _ step: ClaimStep
  ) throws(Refusal) -> SubmissionAnswer {
    let context = step.context
    let codes = refusal.reasons.map(\.code)
    let claimless = [ReasonCode.staleClaim, .notClaimed].map { Text($0.rawValue) }
    guard codes.contains(where: claimless.contains) else { throw refusal }
    return try step.run { (state, file) throws(Refusal) in
      var receipt = context.receipt(
        kind: "submission", agent: context.agentName(nil, project),
        outcome: SubmissionAnswer.Outcome.refused.rawValue)
      receipt.reasons = refusal.reasons
      receipt.inputs = [Input(path: file.path.text, content: (file.bytes.count, file.digest))]
      receipt.rules = Receipt.noRules
      receipt.add("item", .string(id))
      receipt.add("claim", .null)
      receipt.add("stated_claim", number.map { .integer($0) } ?? .null)
      receipt.add("answer", Submission.record(of: bytes, context))
      guard case .done(let path) = try state.commit(Step(receipt)) else { return nil }
      return SubmissionAnswer(
        item: id, claim: nil, outcome: .refused, exit: refusal.exit, reasons: refusal.reasons,
        receipt: path)
    }
  }
}
