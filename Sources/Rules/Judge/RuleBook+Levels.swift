package import JSONText

/// Levels, as they hold before anything is done at one.
extension RuleBook {
  /// The level in force of each set that has levels.
  package func levels(inForce circumstances: Circumstances) -> [(set: RuleSet, level: Levels.Level)]
  {
    let circumstances = circumstances.within(self)
    return sets.compactMap { set in
      guard let levels = set.levels, let rank = set.heldLevel(circumstances) else { return nil }
      return (set, levels.levels[rank])
    }
  }

  /// Every word by which a level can be asked for: its name, and its name behind that of its set.
  package var levelNames: [Text] {
    sets.flatMap { set in
      (set.levels?.levels ?? []).flatMap { [$0.name, set.name + ":" + $0.name] }
    }
  }

  /// Judges whether an item may be handed out at the level that is in force: one above a set's own default must meet
  /// what the set requires for it.
  package func judgement(ofLevelFor item: Node, _ circumstances: Circumstances) -> Judgement {
    var circumstances = circumstances.within(self)
    circumstances.item = item
    var judgement = Judgement()
    let tally = Tally(sets, circumstances)
    for (place, set) in sets.enumerated() {
      guard let levels = set.levels, let rank = set.heldLevel(circumstances),
        rank > levels.rank(levels.preset) ?? 0
      else { continue }
      judgement.judged += 1
      let level = levels.levels[rank]
      let saw: Text = "level " + level.name
      var asked = Asked(evaluator: evaluator(place, tally, .item(item)), saw: saw)
      asked.isItem = true
      let judge = LevelJudge(set: set, circumstances: circumstances)
      for requirement in level.requires {
        for (verdict, because) in judge.unmet(requirement, rank, asked) {
          var finding = Finding(
            set: set.name, rule: level.name, verdict: verdict, because: because, saw: saw)
          finding.right = level.name
          finding.escalateTo = set.authority.escalateTo
          judgement.findings.append(finding)
        }
      }
    }
    judgement.findings = Finding.ordered(judgement.findings)
    return judgement
  }
}
