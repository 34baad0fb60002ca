import JSONText
import Rules

/// A right that somebody wants to grant, found among what the loaded sets know.
struct GrantedRight {
  /// Every name by which rules may ask for it.
  private(set) var covers: [Text] = []
  /// What an approval of it must say for the rules that ask for it.
  private(set) var needs: [Text] = []
  private var demands: [(set: RuleSet?, actor: Text?)] = []
  private var isOnlyRule = true

  /// Finds a right by the id of a rule, a right's own name, a level, or `release`; refuses a word that nobody knows.
  init(
    _ right: Text, item: Text?, environment: Text?, stopped: StoppedItem?, _ sets: [RuleSet]
  ) throws(Refusal) {
    if right == "release" {
      guard item != nil else {
        throw Refusal(.usage, "an item is released: say which one with --item")
      }
      guard let stopped else {
        throw Refusal(
          .notStopped, (item ?? "") + " is not stopped, so that there is nothing to release")
      }
      covers = ["release"] + stopped.causes.map(\.rule)
      for cause in stopped.causes { demand(of: cause, sets) }
      isOnlyRule = false
    }
    for cause in stopped?.causes ?? [] where cause.rule == right {
      covers.append(right)
      demand(of: cause, sets)
    }
    for set in sets { look(for: right, in: set, environment) }
    guard !covers.isEmpty else {
      let known: [Text] =
        sets.flatMap { (set: RuleSet) -> [Text] in Self.words(of: set) } + ["release"]
      let nearest = NearestWord.find(right.string, among: known.map(\.string)).first
      throw Refusal(
        .usage,
        "no loaded rule set knows the right " + Text(bytes: quoted(right))
          + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""),
        hint: "A right is the id of a rule, a right that a rule asks for, a level, or release.")
    }
    if isOnlyRule, item == nil {
      throw Refusal(.usage, "a rule is set aside for an item: say for which one with --item")
    }
    covers = Array(Set(covers)).sorted()
    needs = Array(Set(needs)).sorted()
  }

  private mutating func demand(of cause: StoppedItem.Cause, _ sets: [RuleSet]) {
    let owner = sets.first { cause.rule.hasPrefix($0.name + "/") }
    let escalation = cause.escalateTo ?? owner?.authority.escalateTo
    if let owner {
      demands.append((owner, escalation))
    } else {
      // What the program itself stops belongs to whoever stands highest in any set.
      for set in sets { demands.append((set, escalation ?? set.authority.escalateTo)) }
    }
  }

  private mutating func look(for right: Text, in set: RuleSet, _ environment: Text?) {
    let authority = set.authority
    for rule in set.rules where right == rule.id || right == set.name + "/" + rule.id {
      covers += [set.name + "/" + rule.id]
      demands.append((set, rule.escalateTo ?? authority.escalateTo))
    }
    let asking = set.rules.filter { $0.approval?.right == right }
    if !asking.isEmpty || authority.rights[right] != nil || Self.asked(by: set).contains(right) {
      covers.append(right)
      isOnlyRule = false
      needs += asking.flatMap { $0.approval?.needs ?? [] }
      if let place = set.environments.first(where: { $0.name == environment }) {
        needs += place.needs
        demands.append((set, place.approver ?? Self.nobody))
      } else {
        let named =
          asking.compactMap { $0.approval?.by } + [authority.rights[right]].compactMap { $0 }
        demands += (named.isEmpty ? [authority.escalateTo] : named.map { $0 }).map { (set, $0) }
      }
    }
    for level in set.levels?.levels ?? [] {
      let full = set.name + ":" + level.name
      guard right == level.name || right == full else { continue }
      covers += [level.name, full]
      isOnlyRule = false
      demands.append(
        (set, authority.rights[level.name] ?? authority.rights[full] ?? authority.escalateTo))
    }
  }

  /// An actor that nobody can be.
  private static let nobody: Text = ""

  /// Why an actor may not grant it; nil where the actor may, for every set that has a say.
  func objection(to actor: Text) -> Text? {
    for (set, needed) in demands {
      guard let set else { continue }
      if needed == "anyone" { continue }
      if needed == Self.nobody { return "nobody may approve this in that environment" }
      if let needed {
        if set.authority.covers(actor, needed) { continue }
        return set.name + " leaves this to " + needed + ", and " + actor
          + (set.authority.chain.contains(actor) ? " stands below" : " is not in its chain")
      }
      if set.authority.chain.isEmpty || set.authority.chain.contains(actor) { continue }
      return actor + " is not in the chain of " + set.name
    }
    return nil
  }

  /// Every word by which a right of a set can be asked for.
  private static func words(of set: RuleSet) -> [Text] {
    set.rules.flatMap { [$0.id, set.name + "/" + $0.id] }
      + set.rules.compactMap { $0.approval?.right } + Array(set.authority.rights.keys)
      + asked(by: set)
      + (set.levels?.levels ?? []).flatMap { [$0.name, set.name + ":" + $0.name] }
  }

  /// The rights that conditions ask for.
  private static func asked(by set: RuleSet) -> [Text] {
    set.rules.flatMap { rights(in: $0.condition) }
      + (set.levels?.levels ?? []).flatMap(\.requires).flatMap { rights(in: $0) }
  }

  private static func rights(in condition: Condition) -> [Text] {
    switch condition {
    case .all(let parts), .any(let parts): parts.flatMap { rights(in: $0) }
    case .not(let part), .settled(let part, _): rights(in: part)
    case .approval(let right): [right]
    default: []
    }
  }
}
