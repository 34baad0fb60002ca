import JSONText

extension RuleSet {
  /// A level of this set that a name means, and whether it certainly means this set's: `L2`, or `<set>:L2`.
  private func level(named name: Text, shared: Set<Text>) -> (rank: Int, isCertain: Bool)? {
    guard let levels else { return nil }
    if let rank = levels.rank(name) { return (rank, !shared.contains(name)) }
    let prefix = self.name + ":"
    guard name.hasPrefix(prefix),
      let rank = levels.rank(Text(bytes: Array(name.bytes.dropFirst(prefix.bytes.count))))
    else { return nil }
    return (rank, true)
  }

  /// The place of the level in force: the one that was named, else the set's own default.
  ///
  /// A name that other sets use, too, can take a level away and never give one.
  func heldLevel(_ circumstances: Circumstances) -> Int? {
    let preset = levels.flatMap { $0.rank($0.preset) }
    guard let named = circumstances.level,
      let level = level(named: named, shared: circumstances.sharedLevels)
    else { return preset }
    return level.isCertain ? level.rank : min(level.rank, preset ?? 0)
  }

  /// The place of the level that an item's own field names.
  func documentedLevel(_ name: Text, _ circumstances: Circumstances) -> Int? {
    level(named: name, shared: circumstances.sharedLevels).flatMap { $0.isCertain ? $0.rank : nil }
  }
}

/// A level that a rule asked for, with what the rule saw.
struct LevelNeed {
  var rank: Int
  var rule: Rule
  var degree: Degree
  var asked: Asked
  var saw: Text
}

/// Turns the levels that rules of one set asked for into findings.
struct LevelJudge {
  let set: RuleSet
  let circumstances: Circumstances

  /// What the highest of the needed levels means for the level in force; one that is in doubt stands beside it.
  func findings(_ needs: [LevelNeed]) -> [(Finding, LevelNeed)] {
    let certain = needs.filter { $0.degree != .doubtful }
    let top = certain.map(\.rank).max() ?? -1
    return findings(ofHighest: certain)
      + findings(ofHighest: needs.filter { $0.degree == .doubtful && $0.rank > top })
  }

  private func findings(ofHighest needs: [LevelNeed]) -> [(Finding, LevelNeed)] {
    guard let levels = set.levels, let highest = needs.map(\.rank).max() else { return [] }
    let needed = levels.levels[highest]
    let held = set.heldLevel(circumstances)
    let isEnough = held.map { $0 >= highest } ?? false
    let inForce = held.map { levels.levels[$0].name } ?? "none"
    var found: [(Finding, LevelNeed)] = []
    for need in needs where need.rank == highest {
      if !isEnough {
        let because: Text = "needs level \(needed.name), and the level in force is \(inForce)"
        found.append((finding(need, .deny, because), need))
        continue
      }
      for requirement in needed.requires {
        found += unmet(requirement, highest, need.asked).map { (finding(need, $0.0, $0.1), need) }
      }
    }
    return found
  }

  private func finding(_ need: LevelNeed, _ verdict: Verdict, _ because: Text) -> Finding {
    let verdict = need.degree == .doubtful ? min(verdict, .ask) : verdict
    return need.asked.finding(
      need.rule, verdict, because + ": " + need.rule.because, saw: need.saw)
  }

  /// What of a requirement does not hold, and how strictly that is taken.
  func unmet(
    _ requirement: Condition, _ rank: Int, _ asked: Asked
  ) -> [(Verdict, Text)] {
    if case .all(let parts) = requirement { return parts.flatMap { unmet($0, rank, asked) } }
    var evaluator = asked.evaluator
    evaluator.neededLevel = rank
    let degree: Degree
    do { degree = try evaluator.answer(requirement).degree } catch {
      return [(.stop, error.text)]
    }
    if degree == .yes { return [] }
    let prefix: Text = "level \(set.levels?.levels[rank].name ?? "?") requires "
    switch requirement {
    case .variable(let name, let values, _):
      let value = values?.first.map { " to be " + $0 } ?? ""
      return [(.deny, prefix + "the variable " + name + value)]
    case .approval(let right): return [(.ask, prefix + "a recorded approval of " + right)]
    case .documented: return [(.ask, prefix + "that the item's own level says so")]
    case .any(let parts):
      return parts.flatMap { unmet($0, rank, asked) }.min { $0.0 < $1.0 }.map { [$0] } ?? []
    default: return [(.deny, prefix + "what does not hold or cannot be told")]
    }
  }
}
