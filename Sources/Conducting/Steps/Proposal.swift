import Backlog
import Evidence
import JSONText
import Machine

/// Ends a claim whose work waits on a branch: the item is proposed until a person closes or releases it.
struct Proposal {
  private let step: ClaimStep

  init(_ project: Project, _ context: Context) {
    step = ClaimStep(project: project, context: context)
  }

  /// Proposes the work on the present claim of an item.
  func run(_ id: Text, number: Int, _ work: Worktree.Kept) throws(Refusal) -> ClaimAnswer {
    try step.run { (state, file) throws(Refusal) in
      let item = try ClaimedItem(id, number: number, file.content, state, step.context)
      guard let row = item.row else {
        throw Refusal(
          .notClaimed, "the backlog does not show claim " + Text("\(number)") + " on " + id,
          hint: "The work is on the branch " + work.branch)
      }
      let splices = try file.placed { () throws(BacklogError) in
        try file.content.proposing(
          row, number: number, at: step.context.now, branch: work.branch)
      }
      let staged = try step.stage(splices, file)
      var receipt = step.receipt(kind: "proposal", outcome: "proposed", item, file)
      receipt.add("branch", .string(work.branch))
      receipt.add("base", .string(work.base))
      receipt.add("commit", .string(work.commit))
      receipt.add(
        "patch", ["path": .string(work.patch.text), "sha256": .string(work.digest.hex)])
      receipt.add("backlog", staged?.change.json ?? .null)
      var prepared = Step(receipt)
      prepared.staged = staged
      prepared.closes = [id]
      guard case .done(let path) = try state.commit(prepared) else { return nil }
      return ClaimAnswer(item: id, claim: item.claim, status: .proposed, receipt: path)
    }
  }
}
