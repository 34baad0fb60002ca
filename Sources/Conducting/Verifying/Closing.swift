import Backlog
import Evidence
package import JSONText
package import Machine
import Rules

/// Finishes an item: its work stands up to a verification, its deliverables are there, and the backlog says done.
package struct Closing {
  private let project: Project
  private let context: Context

  /// Prepares a closing.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  /// Closes the item of the present claim. Work that does not stand up to it is an answer with a receipt.
  ///
  /// As long as a loop keeps the claim, nobody but this supervisor closes it.
  package func run(
    _ id: Text, number: Int?, at checkout: Path? = nil, isSupervisor: Bool = false,
    progress: @escaping (TestProgress) -> Void = { _ in }
  ) throws(Refusal) -> ClosingAnswer {
    let consent = ConsentReading(project, context)
    try consent.checkMayClose()
    if let proposed = try ProposedItem(id, project, context) {
      // Nothing but a person's word shows that the work was taken over.
      try OperatorOnly.check(project, context)
      return try proposed.close(consent)
    }
    for _ in 0..<NextItem.attempts {
      let work = try Examination(id, number: number, project, context, at: checkout)
      defer { work.close() }
      if !isSupervisor { try work.checkUnsupervised() }
      let basis = try Basis(work, project, consent, at: checkout, progress)
      if let answer = try attempt(work, basis, consent, at: checkout) { return answer }
    }
    throw Refusal(
      .busy, "the backlog was saved by somebody else each time the item was about to be closed",
      hint: "Try again when nobody edits the file.")
  }

  /// What a closing rests on: the verification that stands, or one that is made now.
  private struct Basis {
    var receipt: Path
    var testsRun: Int
    /// The verification that was made now.
    var made: VerificationAnswer?
    /// All that was checked now.
    var checks: [VerificationCheck]

    init(
      _ work: Examination, _ project: Project, _ consent: ConsentReading, at checkout: Path?,
      _ progress: @escaping (TestProgress) -> Void
    ) throws(Refusal) {
      if let standing = try StandingVerification(of: work),
        standing.stands(for: work, requiresTests: consent.requiresTests)
      {
        (receipt, testsRun, checks) = (standing.receipt, standing.testsRun, work.checks)
        return
      }
      let answer = try Verification(project, work.context)
        .run(work, at: checkout, progress: progress)
      receipt = answer.receipt
      testsRun = answer.tests.count { if case .ended = $0.ending { true } else { false } }
      made = answer
      checks = answer.checks
    }
  }

  /// Decides under the lock; nil where the backlog has changed since the work was looked at.
  private func attempt(
    _ work: Examination, _ basis: Basis, _ consent: ConsentReading, at checkout: Path?
  ) throws(Refusal) -> ClosingAnswer? {
    var checks = basis.checks
    var judgement = Judgement()
    if basis.made?.mayClose ?? true {
      judgement = deliverables(of: work, testsRun: basis.testsRun)
      checks.append(Self.check(judgement))
    }
    let state = try StateFolder(project, work.context)
    defer { state.close() }
    let file = try BacklogFile(project, work.context)
    let item = try ClaimedItem(
      work.record.item, number: work.claim.number, file.content, state, work.context)
    guard file.digest == work.backlog else { return nil }
    if let held = state.stoppedItems[item.id], !checks.contains(where: { $0.name == "stops" }) {
      checks.append(Verification.stopCheck(held))
    }
    if try !work.stands(at: checkout),
      !checks.contains(where: { $0.name == "tree" && $0.outcome == .failed })
    {
      checks.removeAll { $0.name == "tree" }
      checks.append(Self.lateChange)
    }
    var step = ClosingStep(work: work, checks: checks, judgement: judgement, consent: consent)
    step.verification = basis.receipt
    step.made = basis.made
    return try step.take(item, file, state)
  }

  private func deliverables(of work: Examination, testsRun: Int) -> Judgement {
    let circumstances = work.circumstances(testsRun: testsRun)
    let judgement = work.panel.judgement(of: JudgeQuestion(.close, circumstances))
    return Releases(circumstances.approvals, work.shelf.book.sets)
      .applied(to: judgement, of: work.record.item)
  }

  private static func check(_ judgement: Judgement) -> VerificationCheck {
    let objections = judgement.findings.filter { $0.verdict > .allow }
    let asked = Text("\(judgement.judged) rule") + (judgement.judged == 1 ? "" : "s") + " asked"
    guard let worst = objections.map(\.verdict).max() else {
      return VerificationCheck(
        "deliverables", judgement.judged == 0 ? .none : .passed,
        measured: judgement.judged == 0 ? "no rule asks for any" : asked, allowed: "none missing")
    }
    return VerificationCheck(
      "deliverables", worst == .ask ? .asked : .refused,
      measured: asked + Text(", \(objections.count) object") + (objections.count == 1 ? "s" : ""),
      allowed: "none missing", reasons: objections.compactMap(\.objection))
  }

  private static let lateChange = VerificationCheck(
    "tree", .failed, measured: "changed", allowed: "unchanged",
    reasons: [
      ReasonCode.treeChanged.reason(
        "the working tree changed while the item was being closed, so that its verification is void"
      )
    ], next: ["Try again when nobody works on the tree."])
}
