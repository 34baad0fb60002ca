package import JSONText

/// A named group of expressions that find something in a text.
package struct Detector: Sendable {
  package let name: Text
  package let place: RulePlace
  let deferred: Deferred<Body>

  /// What it looks for.
  final class Body: Sendable {
    let any: [Pattern]
    let all: [Pattern]
    let unless: [Pattern]
    let negatedBy: [Text]
    let globs: [PathPattern]
    let match: Examples
    let notMatch: Examples

    init(
      any: [Pattern], all: [Pattern], unless: [Pattern], negatedBy: [Text], globs: [PathPattern],
      match: Examples, notMatch: Examples
    ) {
      self.any = any
      self.all = all
      self.unless = unless
      self.negatedBy = negatedBy
      self.globs = globs
      self.match = match
      self.notMatch = notMatch
    }
  }

  package var any: [Pattern] { deferred.value.any }
  package var all: [Pattern] { deferred.value.all }
  package var unless: [Pattern] { deferred.value.unless }
  /// Words that begin a negated clause.
  package var negatedBy: [Text] { deferred.value.negatedBy }
  package var globs: [PathPattern] { deferred.value.globs }
  /// What it must hit.
  package var match: [Example] { deferred.value.match.values }
  /// What it must not hit.
  package var notMatch: [Example] { deferred.value.notMatch.values }
}

/// One example of a rule or detector: a text, or an object such as an item or a change.
package struct Example: Sendable {
  package var value: JSON
  package var place: RulePlace
  /// The column in bytes, counted from 1.
  package var column: Int
}

/// What a recorded approval must say to turn a rule's verdict into an allow.
package struct ApprovalNeed: Equatable, Sendable {
  package var right: Text
  package var by: Text?
  /// Some of `work_order`, `rollback` and `documentation`.
  package var needs: [Text]
}

/// One rule of a set.
package struct Rule: Sendable {
  package enum Effect: Equatable, Sendable {
    case verdict(Verdict)
    /// The level that what it matches needs.
    case level(Text)
  }

  package let id: Text
  package let phases: [Phase]
  package let place: RulePlace
  let deferred: Deferred<Body>

  /// What it says.
  final class Body: Sendable {
    let condition: Condition
    let effect: Effect
    let because: Text
    let instead: Text?
    let escalateTo: Text?
    let onUnknown: Verdict?
    let needsEnvironment: Bool
    let approval: ApprovalNeed?
    let code: Text?
    let cites: [Text]
    let match: Examples
    let notMatch: Examples

    init(
      condition: Condition, effect: Effect, because: Text, instead: Text?, escalateTo: Text?,
      onUnknown: Verdict?, needsEnvironment: Bool, approval: ApprovalNeed?, code: Text?,
      cites: [Text], match: Examples, notMatch: Examples
    ) {
      self.condition = condition
      self.effect = effect
      self.because = because
      self.instead = instead
      self.escalateTo = escalateTo
      self.onUnknown = onUnknown
      self.needsEnvironment = needsEnvironment
      self.approval = approval
      self.code = code
      self.cites = cites
      self.match = match
      self.notMatch = notMatch
    }
  }

  package var condition: Condition { deferred.value.condition }
  package var effect: Effect { deferred.value.effect }
  package var because: Text { deferred.value.because }
  package var instead: Text? { deferred.value.instead }
  package var escalateTo: Text? { deferred.value.escalateTo }
  package var onUnknown: Verdict? { deferred.value.onUnknown }
  package var needsEnvironment: Bool { deferred.value.needsEnvironment }
  package var approval: ApprovalNeed? { deferred.value.approval }
  package var code: Text? { deferred.value.code }
  package var cites: [Text] { deferred.value.cites }
  /// What it must speak about.
  package var match: [Example] { deferred.value.match.values }
  /// What it must be silent about.
  package var notMatch: [Example] { deferred.value.notMatch.values }
}

/// Who decides, the highest first.
package struct Authority: Sendable {
  package var chain: [Text] = []
  package var escalateTo: Text?
  /// The lowest actor that may grant a right.
  package var rights: [Text: Text] = [:]
  /// The public keys that bind actors.
  package var keys: [Text: Text] = [:]

  package init() {}

  /// Whether an actor is the named one or stands above it; an actor outside the chain covers only itself.
  package func covers(_ actor: Text, _ named: Text) -> Bool {
    if actor == named { return true }
    guard let place = chain.firstIndex(of: actor), let other = chain.firstIndex(of: named) else {
      return false
    }
    return place < other
  }
}

/// A target that commands can be aimed at, with everything that names it.
package struct TargetEnvironment: Sendable {
  package var name: Text
  package var apps: [Text]
  package var hosts: [Text]
  package var urls: [Text]
  package var branches: [Text]
  package var variables: [(name: Text, values: [Text])]
  /// Who may approve; nil for nobody, `anyone` for everybody.
  package var approver: Text?
  package var needs: [Text]
}

/// Where a command names its target.
package struct EnvironmentHints: Sendable {
  package var options: [Text: [Text]] = [:]
  package var variables: [Text] = []
  package var operands: [Text] = []

  package init() {}
}

/// How much an agent may do, from the lowest level to the highest.
package struct Levels: Sendable {
  package struct Level: Sendable {
    package var name: Text
    package var requires: [Condition]
    /// Whether work at it may change files; where it may not, work that changes none is whole.
    package var changesFiles = true
    var lines: Deferred<Lines>?

    /// Lines for the prompt of those who work at it.
    final class Lines: Sendable {
      let all: [Text]

      init(_ lines: [Text]) { all = lines }
    }

    /// What the prompt says to those who work at it.
    package var prompt: [Text] { lines?.value.all ?? [] }
  }

  package var levels: [Level]
  package var preset: Text

  /// The place of a level in the order; nil for a level that this set does not have.
  package func rank(_ name: Text) -> Int? { levels.firstIndex { $0.name == name } }
}

/// What a target of make, npm or just runs.
package struct BuildTarget: Sendable {
  package var runs: [Text]
  package var environment: Text?
  package var because: Text?
}

/// Someone's decision that a rule does not hold for something, until a time.
package struct Waiver: Sendable {
  package var rule: Text
  package var item: Text?
  package var path: PathPattern?
  package var command: Pattern?
  package var reason: Text
  package var who: Text
  package var expires: Timestamp
}

/// A loaded rule set: checked, with everything that it extends taken in and its params put in.
package struct RuleSet: Sendable {
  package enum Shell: Sendable { case posix, powershell }

  package let name: Text
  package let version: Text
  /// The sources it was made from: its own first, then those it extends.
  package let sources: [RuleSource]
  package let shell: Shell
  package let unmatched: Verdict
  private let contents: any SetContents
  /// Rules that stand in the place of those that were loaded.
  private var ownRules: [Rule]?

  /// Makes a set of what was read, or is read when it is asked for.
  init(
    name: Text, version: Text, sources: [RuleSource], shell: Shell, unmatched: Verdict,
    _ contents: any SetContents
  ) {
    self.name = name
    self.version = version
    self.sources = sources
    self.shell = shell
    self.unmatched = unmatched
    self.contents = contents
  }

  package var title: Text? { contents.title }
  package var reviewedCommit: Text? { contents.review?.commit }
  package var authority: Authority { contents.authority }
  package var environments: [TargetEnvironment] { contents.environments }
  package var hints: EnvironmentHints { contents.hints }
  package var levels: Levels? { contents.levels }
  /// The options of programs that take the next argument.
  package var valued: [Text: [Text]] { contents.valued }
  /// By tool (`make`, `npm`, `just`) and target.
  package var targets: [Text: [Text: BuildTarget]] { contents.targets }
  package var detectors: [Text: Detector] { contents.detectors }
  package var waivers: [Waiver] { contents.waivers }
  package var prompt: [Text] { contents.prompt }
  package var redact: [Text] { contents.redact }
  /// All of these an answer must fit.
  package var response: [ResponseSchema] { contents.response }
  /// The detectors and params that nothing of the set uses, unless it is built in.
  package var unused: [(place: RulePlace, text: Text)] { contents.unused }

  package var rules: [Rule] {
    get { ownRules ?? contents.rules }
    set { ownRules = newValue }
  }

  /// What must be there when an item is closed, each as a rule that speaks where it is not.
  package var deliverables: [Rule] { contents.deliverables }

  /// The rules and, behind them, what must be there at a close.
  package var allRules: [Rule] { rules + deliverables }

  /// The files whose changes make the set stale: those that it names, or else what its rules cite.
  package var reviewedFiles: [Text] {
    guard let review = contents.review else { return [] }
    var seen: Set<Text> = []
    return review.files ?? allRules.flatMap(\.cites).filter { seen.insert($0).inserted }
  }

  func detector(_ name: Text) -> Detector? { contents.detector(name) }

  /// Whether it has levels at all.
  var hasLevels: Bool { contents.hasLevels }

  /// Whether it has environments at all.
  var hasEnvironments: Bool { contents.hasEnvironments }

  /// The table of its rules, where they are those that were built in.
  var table: RuleTable? { ownRules == nil ? contents.table : nil }

  /// How many of its rules belong to a phase.
  func ruleCount(of phase: Phase) -> Int {
    if let table { return (0..<table.ruleCount).count { table.rule($0, isOf: phase) } }
    return rules.count { $0.phases.contains(phase) }
  }
}
