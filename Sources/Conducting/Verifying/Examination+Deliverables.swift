import JSONText
import Rules

/// What the rules for a close ask for, when the item is closed and when its work is proposed.
extension Examination {
  /// What the rules for a close say of the work; where it is to be proposed, as the proposal's commit will hold it.
  func deliverables(testsRun: Int, isForProposal: Bool = false) -> Judgement {
    var circumstances = circumstances(testsRun: testsRun)
    if isForProposal, let facts = circumstances.checkout {
      circumstances.checkout = Self.committed(facts)
    }
    let judgement = panel.judgement(of: JudgeQuestion(.close, circumstances))
    return Releases(circumstances.approvals, shelf.book.sets)
      .applied(to: judgement, of: record.item)
  }

  /// The checkout as it will be when everything in it is committed.
  private static func committed(_ facts: CheckoutFacts) -> CheckoutFacts {
    var facts = facts
    if facts.isClean == false { facts.commits = facts.commits.map { $0 + 1 } }
    facts.isClean = true
    facts.untracked = []
    facts.changes = facts.changes?.map { change in
      var change = change
      change.isTracked = true
      return change
    }
    return facts
  }

  /// The check that a judgement of the deliverables amounts to.
  static func check(_ judgement: Judgement) -> VerificationCheck {
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
}
