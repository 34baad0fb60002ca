package import JSONText

extension RuleSet {
  /// What loads and still deserves a look, with its place.
  package var warnings: [(place: RulePlace, text: Text)] {
    var found = unused
    func look(_ place: RulePlace, _ subject: Text, _ match: [Example], _ notMatch: [Example]) {
      let missing =
        [match.isEmpty ? "match" : nil, notMatch.isEmpty ? "not_match" : nil] as [Text?]
      let words = missing.compactMap { $0 }
      guard let first = words.first else { return }
      let both = words.count == 2 ? first + " nor " + words[1] : first
      found.append(
        (place, subject + (words.count == 2 ? " has neither " : " has no ") + both + " examples"))
    }
    for detector in detectors.values.sorted(by: { $0.name < $1.name }) {
      look(detector.place, "the detector " + detector.name, detector.match, detector.notMatch)
    }
    for rule in rules where rule.phases.contains(where: Self.takesExamples) {
      look(rule.place, "the rule " + rule.id, rule.match, rule.notMatch)
    }
    return found.sorted { $0.place.line < $1.place.line }
  }

  /// How many examples the set holds.
  package var exampleCount: Int {
    rules.reduce(0) { $0 + $1.match.count + $1.notMatch.count }
      + detectors.values.reduce(0) { $0 + $1.match.count + $1.notMatch.count }
  }

  private static func takesExamples(_ phase: Phase) -> Bool {
    switch phase {
    case .command, .item, .diff, .response: true
    case .close, .loop, .merge, .flip, .spawn: false
    }
  }
}
