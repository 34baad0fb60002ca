import Backlog
import Evidence
import JSONText
import Machine

/// An item whose work waits for a person, as a branch or a request to take it over. Nobody holds it, and there is
/// nothing left to measure here: whoever closes it has looked.
struct ProposedItem {
  private let step: ClaimStep
  private let id: Text

  /// Finds it; nil where the backlog shows the item in another state, or its claim is still open.
  init?(_ id: Text, _ project: Project, _ context: Context) throws(Refusal) {
    let backlog = try BacklogFile(project, context).content
    guard let row = backlog.row(of: id), backlog.status(at: row) == .proposed else { return nil }
    let state = try StateFolder(project, context)
    defer { state.close() }
    guard state.openClaims[id] == nil else { return nil }
    self.id = id
    step = ClaimStep(project: project, context: context)
  }

  /// Finishes it.
  func close(_ consent: ConsentReading) throws(Refusal) -> ClosingAnswer {
    try step.run { (state, file) throws(Refusal) in
      guard let row = file.content.row(of: id), file.content.status(at: row) == .proposed else {
        throw Refusal(.notClaimed, id + " is not proposed any more")
      }
      if let held = state.stoppedItems[id] {
        throw Refusal(
          .stopped, id + " was stopped by " + (held.causes.first?.rule ?? "a rule"),
          hint: "\"conductor approve release --item " + id + " --by ACTOR\" releases it.")
      }
      let number = file.content.latestNumber(id)
      let splices = try file.placed { () throws(BacklogError) in
        try file.content.closing(row, number: number, at: step.context.now)
      }
      let staged = try step.stage(splices, file)
      var receipt = step.context.receipt(
        kind: "close", agent: step.context.agentName(nil, step.project), outcome: "closed")
      receipt.reasons = [
        ReasonCode.closed.reason(id + " was proposed, and a person has taken the work over")
      ]
      receipt.consent = consent.json
      receipt.inputs =
        [Input(path: file.path.text, content: (file.bytes.count, file.digest))] + consent.inputs
      receipt.rules = Receipt.noRules
      receipt.add("step", "close")
      receipt.add("exit", 0)
      receipt.add("item", .string(id))
      receipt.add("proposed", true)
      receipt.add("backlog", staged?.change.json ?? .null)
      var prepared = Step(receipt)
      prepared.staged = staged
      guard case .done(let path) = try state.commit(prepared) else { return nil }
      var answer = ClosingAnswer(
        item: id, claim: nil, outcome: "closed", exit: .done, receipt: path)
      answer.reasons = receipt.reasons
      answer.warnings = consent.warnings
      return answer
    }
  }
}
