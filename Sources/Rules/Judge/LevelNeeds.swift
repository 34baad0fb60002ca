package import JSONText

extension RuleSet {
  /// A level as this set names it, from `L2` or `<set>:L2`; nil for what is none of its own.
  package func ownLevel(_ name: Text) -> Text? {
    guard let levels else { return nil }
    if levels.rank(name) != nil { return name }
    let prefix = self.name + ":"
    guard name.hasPrefix(prefix) else { return nil }
    let rest = Text(bytes: Array(name.bytes.dropFirst(prefix.bytes.count)))
    return levels.rank(rest) == nil ? nil : rest
  }

  /// The level in force: the one that was named, where it is one of this set, else the set's own default.
  package func level(inForce named: Text?) -> Text {
    named.flatMap(ownLevel) ?? levels?.preset ?? ""
  }
}

/// A level that a rule asked for, with what the rule saw.
struct LevelNeed {
  var rank: Int
  var rule: Rule
  var degree: Degree
  var asked: Asked
}

/// Turns the levels that rules of one set asked for into findings.
struct LevelJudge {
  let set: RuleSet
  let circumstances: Circumstances

  /// What the highest of the needed levels means for the level in force.
  func findings(_ needs: [LevelNeed]) -> [(Finding, LevelNeed)] {
    guard let levels = set.levels, let highest = needs.map(\.rank).max() else { return [] }
    let needed = levels.levels[highest]
    let held = set.level(inForce: circumstances.level)
    let isEnough = levels.rank(held).map { $0 >= highest } ?? false
    var found: [(Finding, LevelNeed)] = []
    for need in needs where need.rank == highest {
      if !isEnough {
        let because: Text = "needs level \(needed.name), and the level in force is \(held)"
        found.append((finding(need, .deny, because), need))
        continue
      }
      for requirement in needed.requires {
        found += unmet(requirement, needed.name, need.asked).map { (finding(need, $0.0, $0.1), need) }
      }
    }
    return found
  }

  private func finding(_ need: LevelNeed, _ verdict: Verdict, _ because: Text) -> Finding {
    let verdict = need.degree == .doubtful ? min(verdict, .ask) : verdict
    return need.asked.finding(
      need.rule, verdict, because + ": " + need.rule.because, saw: need.asked.saw)
  }

  /// What of a requirement does not hold, and how strictly that is taken.
  func unmet(
    _ requirement: Condition, _ level: Text, _ asked: Asked
  ) -> [(Verdict, Text)] {
    if case .all(let parts) = requirement { return parts.flatMap { unmet($0, level, asked) } }
    var evaluator = asked.evaluator
    evaluator.neededLevel = level
    let degree: Degree
    do { degree = try evaluator.answer(requirement).degree } catch {
      return [(.stop, error.text)]
    }
    if degree == .yes { return [] }
    let prefix: Text = "level \(level) requires "
    switch requirement {
    case .variable(let name, let values, _):
      let value = values?.first.map { " to be " + $0 } ?? ""
      return [(.deny, prefix + "the variable " + name + value)]
    case .approval(let right): return [(.ask, prefix + "a recorded approval of " + right)]
    case .documented: return [(.ask, prefix + "that the item's own level says so")]
    case .any(let parts):
      return parts.flatMap { unmet($0, level, asked) }.min { $0.0 < $1.0 }.map { [$0] } ?? []
    default: return [(.deny, prefix + "what does not hold or cannot be told")]
    }
  }
}
