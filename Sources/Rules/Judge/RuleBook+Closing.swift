import JSONText

extension RuleBook {
  /// Judges whether the item that is worked on may be closed, by the rules for a close.
  package func judgement(ofClose circumstances: Circumstances) -> Judgement {
    let tally = tally(circumstances)
    for place in sets.indices {
      let asked = Asked(
        evaluator: evaluator(place, tally, .nothing),
        saw: circumstances.item?["id"]?.text ?? "the item")
      ask(.close, asked, place, tally)
    }
    return finished(tally, judged: sets.ruleCount { $0.phases.contains(.close) })
  }
}
