import JSONText
import Rules

/// A right that somebody wants to grant, found among what the loaded sets know.
struct GrantedRight {
  /// Every name by which rules may ask for it.
  private(set) var covers: [Text] = []
  /// What an approval of it must say for the rules that ask for it.
  private(set) var needs: [Text] = []
  /// For each set that has a say, the ways in which it can be content: everyone named in one of them is the actor or
  /// stands below.
  private var demands: [(set: RuleSet, ways: [[Text?]])] = []
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
    if Self.isAcceptance(right) {
      covers.append(right)
      isOnlyRule = false
      for set in sets { demandHighest(of: set) }
    }
    for set in sets { look(for: right, in: set, environment) }
    guard !covers.isEmpty else {
      let known: [Text] =
        sets.flatMap { (set: RuleSet) -> [Text] in Self.words(of: set) } + [
          "release", Text(ReasonCode.protectedChange.rawValue),
          Text(ReasonCode.unmeasured.rawValue),
        ]
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
    let owners = sets.filter { cause.rule.hasPrefix($0.name + "/") }
    // What the program itself stops belongs to whoever stands highest in any set.
    for set in owners.isEmpty ? sets : owners {
      demand(set, [[cause.escalateTo ?? set.authority.escalateTo]])
    }
  }

  /// Whether a right is that of accepting what became of files, which is the program's own and no set's.
  static func isAcceptance(_ right: Text) -> Bool {
    [.protectedChange, .unmeasured].map { (code: ReasonCode) in Text(code.rawValue) }
      .contains(right)
  }

  /// Whoever stands highest in a set, or whom it escalates to, decides; a set without such a person has no say.
  private mutating func demandHighest(of set: RuleSet) {
    let ways = [set.authority.chain.first, set.authority.escalateTo].compactMap { $0 }.map { [$0] }
    if !ways.isEmpty { demand(set, ways) }
  }

  private mutating func demand(_ set: RuleSet, _ ways: [[Text?]]) { demands.append((set, ways)) }

  private mutating func look(for right: Text, in set: RuleSet, _ environment: Text?) {
    let authority = set.authority
    for rule in set.allRules where right == rule.id || right == set.name + "/" + rule.id {
      covers.append(set.name + "/" + rule.id)
      demand(set, [[rule.escalateTo ?? authority.escalateTo]])
    }
    let asking = set.allRules.filter { $0.approval?.right == right }
    if !asking.isEmpty || authority.rights[right] != nil || Self.asked(by: set).contains(right) {
      covers.append(right)
      isOnlyRule = false
      needs += asking.flatMap { $0.approval?.needs ?? [] }
      let place = set.environments.first { $0.name == environment }
      needs += place?.needs ?? []
      // One rule that it is good for is enough; each rule sees for itself whether it is.
      let general = authority.rights[right]
      let ways = asking.map { rule -> [Text?] in
        let named = rule.approval?.by
        if let place { return [named, place.approver ?? Self.nobody].filter { $0 != nil } }
        return [named ?? general ?? rule.escalateTo ?? authority.escalateTo]
      }
      let without = place.map { $0.approver ?? Self.nobody } ?? general ?? authority.escalateTo
      demand(set, ways.isEmpty ? [[without]] : ways)
    }
    for level in set.levels?.levels ?? [] {
      let full = set.name + ":" + level.name
      guard right == level.name || right == full else { continue }
      covers.append(right)
      isOnlyRule = false
      demand(
        set, [[authority.rights[right] ?? authority.rights[level.name] ?? authority.escalateTo]])
    }
  }

  /// An actor that nobody can be.
  private static let nobody: Text = ""

  /// Why an actor may not grant it; nil where the actor may, for every set that has a say.
  func objection(to actor: Text) -> Text? {
    for (set, ways) in demands {
      let isEnough = ways.contains { way in
        way.allSatisfy { $0 == "anyone" || set.authority.lets(actor, decideFor: $0) }
      }
      if isEnough { continue }
      guard
        let person = ways.first?.first(where: { person in
          !set.authority.lets(actor, decideFor: person)
        })
      else { continue }
      switch person {
      case nil: return actor + " is not in the chain of " + set.name
      case Self.nobody: return "nobody may approve this in that environment"
      case let person?:
        return set.name + " leaves this to " + person + ", and " + actor
          + (set.authority.chain.contains(actor) ? " stands below" : " is not in its chain")
      }
    }
    return nil
  }

  /// Every word by which a right of a set can be asked for.
  private static func words(of set: RuleSet) -> [Text] {
    set.allRules.flatMap { [$0.id, set.name + "/" + $0.id] }
      + set.allRules.compactMap { $0.approval?.right } + Array(set.authority.rights.keys)
      + asked(by: set)
      + (set.levels?.levels ?? []).flatMap { [$0.name, set.name + ":" + $0.name] }
  }

  /// The rights that conditions ask for.
  private static func asked(by set: RuleSet) -> [Text] {
    set.allRules.flatMap { rights(in: $0.condition) }
      + (set.levels?.levels ?? []).flatMap(\.requires).flatMap { rights(in: $0) }
  }

  private static func rights(in condition: Condition) -> [Text] {
    switch condition {
    case .all(let parts), .any(let parts): parts.flatMap { rights(in: $0) }
    case .not(let part), .settled(let part, _): rights(in: part)
    case .lacking(let needed, let place):
      rights(in: needed) + (place.map { rights(in: $0) } ?? [])
    case .approval(let right): [right]
    default: []
    }
  }
}
