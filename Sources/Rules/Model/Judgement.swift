package import JSONText

/// Where something stands in the text of a rule set.
package struct RulePlace: Equatable, Sendable {
  /// The file as messages name it: its path, or `built-in alembic`.
  package var file: Text
  /// The line, counted from 1.
  package var line: Int

  /// Names a place.
  package init(file: Text, line: Int) {
    self.file = file
    self.line = line
  }
}

/// What one rule said, with what it saw.
package struct Finding: Equatable, Sendable {
  /// The set and the rule's id: `alembic/no-migrations`, or `conductor/…` for what the program itself refuses.
  package var ruleSet: Text
  package var rule: Text
  package var verdict: Verdict
  package var because: Text
  /// The part of the command, item, path or text that matched.
  package var saw: Text
  package var instead: Text?
  package var escalateTo: Text?
  /// Where the rule stands; nil for what the program itself refuses.
  package var place: RulePlace?
  /// The right whose recorded approval would turn this into an allow.
  package var right: Text?
  /// The code that a close names, where the rule has one.
  package var code: Text?
  /// The approval that turned it into an allow.
  package var approval: Text?
  /// Who waived the rule until when, where a waiver turned it into an allow.
  package var waiver: Text?
  /// Whether this is not a rule's word but an error while judging.
  package var isError = false

  /// States a finding; what few findings have is set afterwards.
  package init(set ruleSet: Text, rule: Text, verdict: Verdict, because: Text, saw: Text) {
    self.ruleSet = ruleSet
    self.rule = rule
    self.verdict = verdict
    self.because = because
    self.saw = saw
  }

  /// Set and rule in one name.
  package var name: Text { ruleSet + "/" + rule }
}

/// Which environment something is aimed at.
package enum EnvironmentFinding: Equatable, Sendable {
  /// Nothing that was judged depends on an environment, and nothing names one.
  case none
  /// Exactly one, named by at least one explicit source.
  case resolved(Text)
  /// None or several, with the reason.
  case ambiguous(Text)
}

/// The outcome of judging one thing by all sets.
package struct Judgement: Sendable {
  /// What spoke, the strictest first and then by name, each only once.
  package var findings: [Finding] = []
  /// How many rules were asked.
  package var judged = 0
  /// Whether everything that would happen could be told.
  package var isUnderstood = true
  /// The argument vectors that would run, as far as they are known.
  package var programs: [[Text]] = []
  package var environment: EnvironmentFinding = .none
  /// The script files that were read to judge, for the record.
  package var scripts: [(path: Text, bytes: Bytes)] = []

  /// A judgement that found nothing.
  package init() {}

  /// The strictest verdict of all; allow where nothing spoke.
  package var verdict: Verdict { findings.map(\.verdict).max() ?? .allow }

  /// How many findings have a verdict, errors and waived ones aside.
  package func count(_ verdict: Verdict) -> Int {
    findings.count { $0.verdict == verdict && !$0.isError && $0.waiver == nil }
  }

  /// How many findings are errors while judging.
  package var errored: Int { findings.count(where: \.isError) }

  /// How many findings were waived.
  package var waived: Int { findings.count { $0.waiver != nil } }
}
