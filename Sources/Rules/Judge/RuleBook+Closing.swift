import JSONText

extension RuleBook {
  /// Judges whether the item that is worked on may be closed, by the rules for a close and by what must be there then.
  package func judgement(ofClose circumstances: Circumstances) -> Judgement {
    let book = RuleBook(sets.map(\.closing))
    let tally = book.tally(circumstances)
    for place in book.sets.indices {
      var asked = Asked(
        evaluator: book.evaluator(place, tally, .nothing),
        saw: circumstances.item?["id"]?.text ?? "the item")
      asked.isItem = true
      book.ask(.close, asked, place, tally)
    }
    return book.finished(tally, judged: book.sets.ruleCount(of: .close))
  }
}

extension RuleSet {
  /// The set with its deliverables among its rules.
  fileprivate var closing: RuleSet {
    var set = self
    set.rules = allRules
    return set
  }
}
