package import Rules
package import JSONText

/// The decisions by which people released an item from rules that had stopped it.
package struct Releases: Sendable {
  private let approvals: [Approval]
  private let sets: [RuleSet]

  /// The decisions that count, and the sets that say whose they may be.
  package init(_ approvals: [Approval], _ sets: [RuleSet]) {
    self.approvals = approvals
    self.sets = sets
  }

  /// A judgement in which no rule stops the item any more from which it was released.
  package func applied(to judgement: Judgement, of item: Text) -> Judgement {
    var judgement = judgement
    for index in judgement.findings.indices where judgement.findings[index].verdict == .stop {
      guard let release = release(of: item, from: judgement.findings[index]) else { continue }
      judgement.findings[index].verdict = .allow
      judgement.findings[index].approval = release.id
    }
    judgement.sortFindings()
    return judgement
  }

  /// The decision that released an item from a stop, by the person to whom it went or one above.
  private func release(of item: Text, from finding: Finding) -> Approval? {
    guard !finding.isError else { return nil }
    let set = sets.first { $0.name == finding.ruleSet }
    return approvals.first { approval in
      guard approval.item == item, approval.environment == nil, approval.right == finding.name
      else { return false }
      guard let authority = set?.authority else { return true }
      let people = [approval.actor] + [finding.escalateTo].compactMap { $0 }
      let isBound = people.contains { authority.keys[$0] != nil }
      return (!isBound || approval.isAuthenticated)
        && authority.lets(approval.actor, decideFor: finding.escalateTo)
    }
  }
}
