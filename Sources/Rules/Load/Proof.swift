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
  private let circumstances: Circumstances

  init(_ set: RuleSet) {
    self.set = set
    // Noon of a day long gone: an example that depends on the time would fail some day, so it fails at once.
    var circumstances = Circumstances(now: Timestamp(nanoseconds: 43_200_000_000_000))
    circumstances.level = set.levels?.levels.last?.name
    self.circumstances = circumstances
  }

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
      if rule.match.isEmpty, rule.notMatch.isEmpty { continue }
      let trial = Trial(rule, set, circumstances)
      for (examples, shouldMatch) in [(rule.match, true), (rule.notMatch, false)] {
        for example in examples {
          outcomes.append(
            outcome(.rule(rule.id), example, shouldMatch) { () throws(JudgingFault) in
              try trial.speaks(example.value)
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

/// One rule by itself, made to say stop whenever it speaks at all.
private struct Trial {
  private let rule: Rule
  private let book: RuleBook
  private let circumstances: Circumstances

  init(_ rule: Rule, _ set: RuleSet, _ circumstances: Circumstances) {
    var loud = rule
    // A rule that allows says nothing of what it does not know.
    if case .verdict(.allow) = rule.effect, rule.onUnknown == nil {
      loud.onUnknown = .allow
    } else {
      loud.onUnknown = .stop
    }
    loud.effect = .verdict(.stop)
    loud.approval = nil
    loud.needsEnvironment = false
    var single = set
    single.rules = [loud]
    single.waivers = []
    single.unmatched = .allow
    self.rule = rule
    self.book = RuleBook([single])
    self.circumstances = circumstances
  }

  /// Whether the rule speaks about an example in any of its phases that the example fits.
  func speaks(_ example: JSON) throws(JudgingFault) -> Bool {
    for phase in rule.phases {
      guard let judgement = judgement(phase, example) else { continue }
      if let error = judgement.findings.first(where: \.isError) {
        throw JudgingFault(text: error.because)
      }
      let isHeard = judgement.findings.contains {
        $0.ruleSet != "conductor" && $0.rule == rule.id && $0.verdict > .allow
      }
      if isHeard { return true }
    }
    return false
  }

  private func judgement(_ phase: Phase, _ example: JSON) -> Judgement? {
    switch (phase, example) {
    case (.command, .string(let line)):
      return book.judgement(ofCommand: line.bytes, circumstances)
    case (.response, .string(let text)):
      return book.judgement(ofAnalysis: text, commands: [], circumstances)
    case (.item, .string(let text)):
      let members = itemFields.map { JSON.Member(key: $0, value: .string(text)) }
      return judgement(ofItem: .object(members))
    case (.item, .object): return judgement(ofItem: example)
    case (.diff, .array(let changes)):
      return book.judgement(ofChanges: changes.compactMap(Change.init), circumstances)
    case (.diff, _):
      return Change(example).map { book.judgement(ofChanges: [$0], circumstances) }
    default: return nil
    }
  }

  private func judgement(ofItem item: JSON) -> Judgement? {
    guard let root = try? Document(Bytes(item.written(indent: nil))).root else { return nil }
    var circumstances = circumstances
    circumstances.item = root
    return book.judgement(ofItem: root, circumstances)
  }

  /// The fields that hold a text example: those in which the rule looks for texts.
  private var itemFields: [Text] {
    var fields: [Text] = []
    for field in rule.condition.textFields where !fields.contains(field) { fields.append(field) }
    return fields.isEmpty ? ["title"] : fields
  }
}

extension Condition {
  /// The fields of an item that it looks for texts in, where it names them.
  fileprivate var textFields: [Text] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.textFields)
    case .not(let part), .settled(let part, _): part.textFields
    case .text(_, let fields): fields.map { $0.filter { !$0.hasPrefix("/") } } ?? ["title"]
    default: []
    }
  }
}

extension Change {
  /// The change that an example describes: an object, or only the path of a modified file.
  fileprivate init?(_ example: JSON) {
    if case .string(let path) = example {
      self.init(.modify, path)
      return
    }
    guard case .string(let path) = example["path"] else { return nil }
    func lines(_ key: Text) -> [Text] {
      switch example[key] {
      case .string(let line): return [line]
      case .array(let lines):
        return lines.compactMap { if case .string(let line) = $0 { line } else { nil } }
      default: return []
      }
    }
    var kind = Kind.modify
    if case .string(let word) = example["change"] {
      guard let named = Kind(rawValue: word) else { return nil }
      kind = named
    }
    var from: Text?
    if case .string(let path) = example["from"] { from = path }
    var isBinary = false
    if case .bool(let flag) = example["binary"] { isBinary = flag }
    self.init(
      kind, path, from: from, added: lines("added"), removed: lines("removed"), isBinary: isBinary)
  }
}
