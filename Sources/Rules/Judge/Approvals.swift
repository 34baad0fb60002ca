import JSONText

/// Finds the recorded decisions that cover what a rule of a set asks for.
struct Approvals {
  let set: RuleSet
  let circumstances: Circumstances
  let item: Node?

  private var itemName: Text? { item?["id"]?.text }

  /// The approval that turns a rule's verdict into an allow; nil where there is none.
  func approval(for need: ApprovalNeed, _ rule: Rule, _ environment: EnvironmentFinding) -> Text? {
    if rule.needsEnvironment {
      guard case .resolved(let name) = environment else { return nil }
      return first(need.right) { approval in
        approval.environment == name
          && covers(approval, need.right, by: need.by, rule.escalateTo, needs: need.needs, name)
      }
    }
    return first(need.right) { approval in
      isInScope(approval, environment)
        && covers(
          approval, need.right, by: need.by, rule.escalateTo, needs: need.needs,
          environment.resolvedName)
    }
  }

  /// The approval that releases an item from a rule that has no right of its own.
  func release(from rule: Rule) -> Text? {
    release(from: rule, as: [rule.id, set.name + "/" + rule.id])
  }

  /// The approval of one of these rights that releases an item from a rule.
  func release(from rule: Rule, as rights: [Text]) -> Text? {
    guard let itemName else { return nil }
    for right in rights {
      let found = first(right) { approval in
        approval.item == itemName
          && covers(approval, right, by: nil, rule.escalateTo, needs: [], nil)
      }
      if let found { return found }
    }
    return nil
  }

  /// The approval of a right for the item or the environment, whatever rule asks.
  func approval(of right: Text, in environment: EnvironmentFinding) -> Text? {
    first(right) { approval in
      isInScope(approval, environment)
        && covers(approval, right, by: nil, nil, needs: [], environment.resolvedName)
    }
  }

  private func first(_ right: Text, where holds: (Approval) -> Bool) -> Text? {
    // A level that several sets have is approved under the name of its set.
    let isShared = circumstances.sharedLevels.contains(right)
    return circumstances.approvals.filter { approval in
      (approval.right == set.name + ":" + right || (!isShared && approval.right == right))
        && approval.expires.map { circumstances.now < $0 } ?? true && holds(approval)
    }.map(\.id).min()
  }

  /// Whether it names this item or this environment, and no other of either.
  private func isInScope(_ approval: Approval, _ environment: EnvironmentFinding) -> Bool {
    if approval.item == nil, approval.environment == nil { return false }
    if let named = approval.item, named != itemName { return false }
    if let named = approval.environment, named != environment.resolvedName { return false }
    return true
  }

  /// Whether the approving actor is, or stands above, everyone who is asked for, and says what is needed.
  private func covers(
    _ approval: Approval, _ right: Text, by: Text?, _ escalateTo: Text?, needs: [Text],
    _ environment: Text?
  ) -> Bool {
    let target = set.environments.first { $0.name == environment }
    var actors = [by].compactMap { $0 }
    if let target {
      guard let approver = target.approver else { return false }
      if approver != "anyone" { actors.append(approver) }
    }
    if target == nil, actors.isEmpty {
      let named = set.authority.rights[right] ?? escalateTo ?? set.authority.escalateTo
      guard let named else { return false }
      actors.append(named)
    }
    guard actors.allSatisfy({ set.authority.covers(approval.actor, $0) }) else { return false }
    let isBound = (actors + [approval.actor]).contains { set.authority.keys[$0] != nil }
    if isBound, !approval.isAuthenticated { return false }
    return (needs + (target?.needs ?? [])).allSatisfy { says(approval, $0) }
  }

  private func says(_ approval: Approval, _ need: Text) -> Bool {
    switch need {
    case "work_order": approval.workOrder?.isEmpty == false
    case "rollback": approval.rollback?.isEmpty == false
    case "documentation": isDocumented
    default: false
    }
  }

  /// Whether the item names where its work is documented.
  private var isDocumented: Bool {
    guard let node = item?["documentation"] else { return false }
    if node.kind == .array { return node.elements.contains { $0.text?.isEmpty == false } }
    return node.text?.isEmpty == false
  }
}

extension EnvironmentFinding {
  /// The environment, where there is exactly one.
  var resolvedName: Text? {
    if case .resolved(let name) = self { name } else { nil }
  }
}
