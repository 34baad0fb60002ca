import JSONText

@testable import Rules

extension Rule {
  /// The same rule with what no loaded set would say.
  func saying(_ condition: Condition, _ effect: Effect? = nil) -> Rule {
    let body = Body(
      condition: condition, effect: effect ?? self.effect, because: because, instead: instead,
      escalateTo: escalateTo, onUnknown: onUnknown, needsEnvironment: needsEnvironment,
      approval: approval, code: code, cites: cites, match: .none, notMatch: .none)
    return Rule(id: id, phases: phases, place: place, deferred: Deferred(body))
  }
}
