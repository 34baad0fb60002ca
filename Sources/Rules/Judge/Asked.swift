import JSONText

/// One thing that the rules of a set were asked about, and what is needed to state a finding on it.
struct Asked {
  let evaluator: Evaluator
  /// What a finding shows where the condition itself saw nothing.
  let saw: Text
  /// The paths and the command that waivers speak of.
  var paths: [[UInt8]] = []
  var command: Text?
  /// What led here and is worth saying besides the rule's own reason.
  var remark: Text?
  /// Whether findings show the stretch that a condition saw, and not the whole.
  var showsStretch = false
  /// Whether the item itself is asked about, so that a release of the item counts.
  var isItem = false

  private var set: RuleSet { evaluator.set }
  private var circumstances: Circumstances { evaluator.circumstances }

  /// States what a rule says here.
  func finding(_ rule: Rule, _ verdict: Verdict, _ because: Text, saw: Text) -> Finding {
    var finding = Finding(
      set: set.name, rule: rule.id, verdict: verdict,
      because: remark.map { because.withoutFullStop + " (" + $0 + ")" } ?? because, saw: saw)
    finding.instead = rule.instead
    finding.escalateTo = rule.escalateTo ?? set.authority.escalateTo
    finding.place = rule.place
    finding.right = rule.approval?.right
    finding.code = rule.code
    return finding
  }

  /// What a rule says by an answer that makes it speak.
  func finding(_ rule: Rule, _ verdict: Verdict, _ answer: Answer, saw: Text) -> Finding {
    var said = verdict
    var because = rule.because
    if answer.degree != .yes {
      said = rule.onUnknown ?? (answer.degree == .doubtful ? min(verdict, .ask) : verdict)
      let isWanted = if case .lacking = rule.condition { true } else { false }
      because =
        because.withoutFullStop + (isWanted ? "; whether it is so" : "; whether it applies")
        + " cannot be told"
    }
    var finding = finding(rule, said, because, saw: saw)
    if said > .allow, let approval = approval(rule, said) {
      finding.verdict = .allow
      finding.approval = approval
    }
    return finding
  }

  private func approval(_ rule: Rule, _ verdict: Verdict) -> Text? {
    let approvals = Approvals(set: set, circumstances: circumstances, item: evaluator.item)
    let own =
      rule.approval.map { approvals.approval(for: $0, rule, evaluator.environment) }
      ?? (isItem ? approvals.release(from: rule) : nil)
    // Who releases an item has looked at it, which is all that an ask wants. A stop is released by its own name.
    return own ?? (isItem && verdict == .ask ? approvals.release(from: rule, as: ["release"]) : nil)
  }

  /// The finding as a waiver of its rule leaves it.
  func waived(_ finding: Finding) -> Finding {
    guard finding.verdict > .allow else { return finding }
    let waivers = set.waivers.filter { waiver in
      waiver.rule == finding.rule && circumstances.now < waiver.expires && holds(waiver)
    }
    guard let waiver = waivers.min(by: { ($0.who, $0.expires) < ($1.who, $1.expires) }) else {
      return finding
    }
    var result = finding
    result.verdict = .allow
    result.waiver = "\(waiver.who) until \(waiver.expires.text): \(waiver.reason)"
    return result
  }

  /// Whether what was asked about lies in every part of a waiver's scope.
  private func holds(_ waiver: Waiver) -> Bool {
    if let item = waiver.item, evaluator.item?["id"]?.text != item { return false }
    if let glob = waiver.path {
      guard !paths.isEmpty, let compiled = try? glob.ready(),
        paths.allSatisfy(compiled.matches)
      else { return false }
    }
    if let expression = waiver.command {
      guard let command, let compiled = try? expression.ready(),
        compiled.matches(command.bytes)
      else { return false }
    }
    return waiver.item != nil || waiver.path != nil || waiver.command != nil
  }
}

extension EnvironmentFinding {
  /// Why it is not exactly one environment; nil where it is.
  var reasonAgainst: Text? {
    switch self {
    case .none: "nothing names an environment"
    case .ambiguous(let reason): reason
    case .resolved: nil
    }
  }
}
