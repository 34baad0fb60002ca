package import JSONText

/// How one example of a rule or detector came out.
package struct ExampleOutcome: Sendable {
  package enum Owner: Equatable, Sendable {
    case rule(Text)
    case detector(Text)
  }

  package var owner: Owner
  package var example: Example
  /// Whether it stands among those that have to match.
  package var shouldMatch: Bool
  /// Whether it did what it should.
  package var passed: Bool
  /// Why it could not be tried.
  package var error: Text?

  /// The example on one line.
  package var text: Text {
    if case .string(let text) = example.value { return text }
    return Text(bytes: example.value.written(indent: nil))
  }

  /// What a failed example shows.
  package var fault: RuleFault {
    let subject: Text =
      switch owner {
      case .rule(let id): "the rule " + Text(bytes: quoted(id))
      case .detector(let name): "the detector " + Text(bytes: quoted(name))
      }
    let verb: Text =
      switch owner {
      case .rule: shouldMatch ? "is silent about" : "speaks about"
      case .detector: shouldMatch ? "does not hit" : "hits"
      }
    let shown = " its example " + Text(bytes: quoted(text))
    let key: Text = shouldMatch ? "match" : "not_match"
    let because = error.map { ": " + $0 } ?? ", which stands in " + key
    return RuleFault(
      file: example.place.file, line: example.place.line, column: example.column,
      text: subject + " " + verb + shown + because)
  }
}

/// Tries the examples of a set, detectors first, as nothing else could be trusted without them.
struct Proof {
  private let set: RuleSet

  init(_ set: RuleSet) { self.set = set }

  /// Each example in the order of the set, until one fails if only that is of interest.
  func outcomes(untilFailure: Bool = false) -> [ExampleOutcome] {
    var outcomes: [ExampleOutcome] = []
    for detector in set.detectors.values.sorted(by: { $0.name < $1.name }) {
      for (examples, shouldMatch) in [(detector.match, true), (detector.notMatch, false)] {
        for example in examples {
          outcomes.append(
            outcome(.detector(detector.name), example, shouldMatch) { () throws(JudgingFault) in
              guard case .string(let text) = example.value else { return false }
              return try detector.hit(text) != nil
            })
          if untilFailure, outcomes.last?.passed == false { return outcomes }
        }
      }
    }
    for rule in set.rules {
      for (examples, shouldMatch) in [(rule.match, true), (rule.notMatch, false)] {
        for example in examples {
          outcomes.append(
            outcome(.rule(rule.id), example, shouldMatch) { () throws(JudgingFault) in
              try set.speaks(rule, on: example)
            })
          if untilFailure, outcomes.last?.passed == false { return outcomes }
        }
      }
    }
    return outcomes
  }

  private func outcome(
    _ owner: ExampleOutcome.Owner, _ example: Example, _ shouldMatch: Bool,
    _ isHit: () throws(JudgingFault) -> Bool
  ) -> ExampleOutcome {
    var outcome = ExampleOutcome(
      owner: owner, example: example, shouldMatch: shouldMatch, passed: false, error: nil)
    do throws(JudgingFault) {
      outcome.passed = try isHit() == shouldMatch
    } catch {
      outcome.error = error.text
    }
    return outcome
  }
}
