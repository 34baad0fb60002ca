package import Backlog
package import Evidence
package import JSONText
package import Machine

/// What came of a step on a claim.
package struct ClaimAnswer: Sendable {
  /// The item that the claim was on.
  package var item: Text
  /// The claim as it stands, or stood.
  package var claim: Claim
  /// What the item's status is now.
  package var status: Status
  /// Where the record lies, relative to the project's root.
  package var receipt: Path
}

/// Unwinds a claim, or a proposal: the item is pending again, or blocked, and the history says when and why.
package struct Release {
  private let step: ClaimStep

  /// Prepares a release.
  package init(_ project: Project, _ context: Context) {
    step = ClaimStep(project: project, context: context)
  }

  /// Releases the present claim on an item; `causes` are what was found, for the record.
  ///
  /// The supervisor alone releases what it keeps, unless an operator does.
  package func run(
    _ id: Text, number: Int?, reason: Text?, blocks: Bool, code: ReasonCode? = nil,
    causes: [Reason] = [], isSupervisor: Bool = false
  ) throws(Refusal) -> ClaimAnswer {
    let redaction = step.context.redaction
    let reason = redaction.clean(reason ?? (blocks ? "blocked" : "released"))
    return try step.run { (state, file) throws(Refusal) in
      if let proposal = try Reopening(id, number: number, step, state, file) {
        return try proposal.run(reason, blocks: blocks, state, file)
      }
      let item = try ClaimedItem(id, number: number, file.content, state, step.context)
      if !isSupervisor, item.isSupervised(step.project, step.context) {
        try OperatorOnly.check(step.project, step.context)
      }
      let ending = Ending(
        at: step.context.now, reason: reason, blocks: blocks, spelling: item.open?.spelling)
      var splices: [Splice] = []
      if let row = item.row {
        splices = try file.placed { () throws(BacklogError) in
          try file.content.releasing(row, number: item.claim.number, ending)
        }
      }
      let staged = try step.stage(splices, file)
      var receipt = step.receipt(
        kind: "release", outcome: blocks ? "blocked" : "released", item, file)
      receipt.reasons =
        [(code ?? .released).reason(reason)]
        + causes.map { Reason(code: $0.code, text: redaction.clean($0.text)) }
      receipt.add("backlog", staged?.change.json ?? .null)
      var prepared = Step(receipt)
      prepared.staged = staged
      prepared.closes = [id]
      guard case .done(let path) = try state.commit(prepared) else { return nil }
      let status =
        item.row != nil
        ? (blocks ? Status.blocked : .pending)
        : file.content.row(of: id).map { file.content.status(at: $0) } ?? .pending
      return ClaimAnswer(item: id, claim: item.claim, status: status, receipt: path)
    }
  }
}

/// Extends a claim's lease.
package struct Renewal {
  private let step: ClaimStep

  /// Prepares a renewal.
  package init(_ project: Project, _ context: Context) {
    step = ClaimStep(project: project, context: context)
  }

  /// Extends the present claim on an item, counted from now.
  ///
  /// An expired lease can be renewed as long as nobody has taken the item over: the number decides, not the clock.
  package func run(_ id: Text, number: Int?, lease: Int?) throws(Refusal) -> ClaimAnswer {
    let context = step.context
    return try step.run { (state, file) throws(Refusal) in
      let item = try ClaimedItem(id, number: number, file.content, state, context)
      var claim = item.claim
      claim.until = context.now.adding(
        seconds: Int64(lease ?? step.project.configuration.lease))
      let splices = item.row.map { file.content.renewing($0, until: claim.until) } ?? []
      let staged = try step.stage(splices, file)
      var receipt = step.receipt(kind: "renewal", outcome: "renewed", item, file)
      receipt.add("until", .string(claim.until.text))
      receipt.add("backlog", staged?.change.json ?? .null)
      var prepared = Step(receipt)
      prepared.staged = staged
      prepared.opens = OpenClaim(
        item: id, claim: claim, spelling: item.open?.spelling, supervisor: item.open?.supervisor)
      guard case .done(let path) = try state.commit(prepared) else { return nil }
      return ClaimAnswer(item: id, claim: claim, status: .inProgress, receipt: path)
    }
  }
}
