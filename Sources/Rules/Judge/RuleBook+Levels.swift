package import JSONText

extension RuleBook {
  /// Judges whether an item may be handed out at the level that is in force: one above a set's own default must meet
  /// what the set requires for it.
  package func judgement(ofLevelFor item: Node, _ circumstances: Circumstances) -> Judgement {
    var circumstances = circumstances
    circumstances.item = item
    var judgement = Judgement()
    for set in sets {
      let name = set.level(inForce: circumstances.level)
      guard let levels = set.levels, let rank = levels.rank(name),
        rank > levels.rank(levels.preset) ?? 0
      else { continue }
      judgement.judged += 1
      let saw: Text = "level " + name
      let asked = Asked(
        evaluator: Evaluator(set: set, circumstances: circumstances, subject: .item(item)),
        saw: saw, isItem: true)
      let judge = LevelJudge(set: set, circumstances: circumstances)
      for requirement in levels.levels[rank].requires {
        for (verdict, because) in judge.unmet(requirement, name, asked) {
          var finding = Finding(
            set: set.name, rule: name, verdict: verdict, because: because, saw: saw)
          finding.escalateTo = set.authority.escalateTo
          judgement.findings.append(finding)
        }
      }
    }
    judgement.findings = Finding.ordered(judgement.findings)
    return judgement
  }
}
