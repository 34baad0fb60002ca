import JSONText

/// What the rules of several sets said so far.
final class Tally {
  let sets: [RuleSet]
  let circumstances: Circumstances
  private(set) var findings: [Finding] = []
  private(set) var environments: [EnvironmentFinding] = []
  /// Why a rule could not be judged, where one could not.
  private(set) var fault: JudgingFault?
  private(set) var hasSpoken = false
  /// For each set, the levels that its rules asked for.
  private var levelNeeds: [[LevelNeed]]

  init(_ sets: [RuleSet], _ circumstances: Circumstances) {
    self.sets = sets
    self.circumstances = circumstances
    levelNeeds = sets.map { _ in [] }
  }

  func add(_ finding: Finding) { findings.append(finding) }

  /// Adds what the program itself refuses.
  func add(_ rule: Text, _ verdict: Verdict, _ because: Text, saw: Text) {
    add(
      Finding(
        set: "conductor", rule: rule, verdict: verdict, because: because, saw: saw.shortened(400)))
  }

  /// Asks rules of the set at a place, and says whether any certainly applies.
  func ask(_ candidates: some Sequence<Candidate>, _ asked: Asked, at place: Int) -> Bool {
    var isMatched = false
    if asked.evaluator.environment != .none { environments.append(asked.evaluator.environment) }
    for candidate in candidates {
      do throws(JudgingFault) {
        let answer = try asked.evaluator.answer(candidate.condition)
        if answer.degree == .no { continue }
        let rule = sets[place].rules[candidate.place]
        guard rule.speaks(at: answer.degree) else { continue }
        try take(rule, answer, asked, place)
        if answer.degree == .yes || rule.onUnknown != nil { isMatched = true }
      } catch {
        fault = error
        let rule = sets[place].rules[candidate.place]
        add(.error(in: rule, of: sets[place], error, saw: asked.saw))
      }
      hasSpoken = true
    }
    return isMatched
  }

  private func take(
    _ rule: Rule, _ answer: Answer, _ asked: Asked, _ place: Int
  ) throws(JudgingFault) {
    let saw = asked.showsStretch ? answer.saw ?? asked.saw : asked.saw
    var effect = Verdict.allow
    switch rule.effect {
    case .verdict(let verdict):
      effect = verdict
      add(asked.waived(asked.finding(rule, verdict, answer, saw: saw)))
    case .level(let name):
      guard let rank = sets[place].levels?.rank(name) else {
        throw JudgingFault(text: "no level \(name)")
      }
      levelNeeds[place].append(
        LevelNeed(rank: rank, rule: rule, degree: answer.degree, asked: asked, saw: saw))
    }
    guard let reason = asked.evaluator.environment.reasonAgainst else { return }
    if !rule.needsEnvironment {
      if effect > .allow, rule.condition.asksForEnvironment {
        environments.append(.ambiguous(reason))
      }
      return
    }
    var verdict = Verdict.stop
    if answer.degree != .yes { verdict = rule.onUnknown ?? verdict }
    if answer.degree == .doubtful { verdict = min(verdict, .ask) }
    if verdict == .allow { return }
    environments.append(.ambiguous(reason))
    add(
      asked.waived(
        asked.finding(rule, verdict, "environment ambiguous: " + reason, saw: saw)))
  }

  /// The place of the highest level that rules of a set asked for; nil where none did.
  func neededLevel(at place: Int) -> Int? { levelNeeds[place].map(\.rank).max() }

  /// Adds what the levels that were asked for mean, once everything was asked.
  func settleLevels() {
    for place in sets.indices {
      let judge = LevelJudge(set: sets[place], circumstances: circumstances)
      for (finding, need) in judge.findings(levelNeeds[place]) { add(need.asked.waived(finding)) }
    }
  }
}

extension Finding {
  /// A rule that cannot be judged is a stop of its own kind.
  static func error(in rule: Rule, of set: RuleSet, _ fault: JudgingFault, saw: Text) -> Finding {
    var finding = Finding(
      set: "conductor", rule: "judge-error", verdict: .stop,
      because: "the rule \(set.name)/\(rule.id) cannot be judged: \(fault.text)", saw: saw)
    finding.place = rule.place
    finding.isError = true
    return finding
  }
}
