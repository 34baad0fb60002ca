import Backlog
import Evidence
import JSONText
import Machine

/// Takes a proposal back: the item is pending again, or blocked. Its branch and its patch stay.
struct Reopening {
  let step: ClaimStep
  let id: Text
  private let row: Int
  private let number: Int

  /// Finds a proposed item that nobody holds; nil for any other, which a release deals with.
  init?(
    _ id: Text, number given: Int?, _ step: ClaimStep, _ state: StateFolder, _ file: BacklogFile
  ) throws(Refusal) {
    let backlog = file.content
    guard state.openClaims[id] == nil, let row = backlog.row(of: id),
      backlog.status(at: row) == .proposed, let latest = backlog.latestNumber(id)
    else { return nil }
    if let given, given != latest {
      throw Refusal(
        .staleClaim,
        "claim " + Text("\(given)") + " on " + id
          + " is not the one that proposed it, which is claim " + Text("\(latest)"))
    }
    if given == nil, backlog.timesClaimed(id) > 1 {
      throw Refusal(
        .claimNumberNeeded, id + " was claimed more than once",
        hint: "Say which claim is meant with --claim N.")
    }
    (self.id, self.row, self.step, self.number) = (id, row, step, latest)
  }

  /// Reopens it; nil where somebody saved the backlog in between.
  func run(
    _ reason: Text, blocks: Bool, _ state: StateFolder, _ file: BacklogFile
  ) throws(Refusal) -> ClaimAnswer? {
    let context = step.context
    let ending = Ending(at: context.now, reason: reason, blocks: blocks)
    let splices = try file.placed { () throws(BacklogError) in
      try file.content.releasing(row, number: number, ending)
    }
    let staged = try step.stage(splices, file)
    let agent = context.agentName(nil, step.project)
    var receipt = context.receipt(
      kind: "release", agent: agent, outcome: blocks ? "blocked" : "released")
    receipt.reasons = [ReasonCode.released.reason(reason)]
    receipt.inputs = [Input(path: file.path.text, content: (file.bytes.count, file.digest))]
    receipt.rules = Receipt.noRules
    receipt.add("item", .string(id))
    receipt.add("proposed", true)
    receipt.add("backlog", staged?.change.json ?? .null)
    var prepared = Step(receipt)
    prepared.staged = staged
    guard case .done(let path) = try state.commit(prepared) else { return nil }
    return ClaimAnswer(
      item: id, claim: Claim(by: agent, at: context.now, until: context.now, number: number),
      status: blocks ? .blocked : .pending, receipt: path)
  }
}
