import JSONText
import ShellText

/// Judges what one kind of shell would run of a line, by the sets that read lines as that shell does.
final class CommandJudge {
  /// What led to a line, and what that means for it.
  struct Frame {
    var start = Directory.start
    var trail: Text = ""
    var remark: Text?
    var depth = 0
    /// For each set, what the commands that led here say of the environment, one entry for each way.
    var hints: [Set<Hinted>]
  }

  static let depthLimit = 8
  static let alternativesLimit = 32

  let book: RuleBook
  let shell: RuleSet.Shell
  let sets: [RuleSet]
  let circumstances: Circumstances
  let guarded: [Text]
  let hasCommandRules: Bool
  private let indexes: [RuleIndex]
  private let tables: [EnvironmentTable]
  let protection: Protection

  private(set) var findings: [Finding] = []
  private(set) var programs: [[Text]] = []
  private(set) var environments: [EnvironmentFinding] = []
  private var levelNeeds: [[LevelNeed]]
  /// Whether any rule said anything.
  private(set) var hasSpoken = false
  private(set) var fault: JudgingFault?
  var isUnderstood = true
  var scripts: [(path: Text, bytes: Bytes)] = []
  var visited: Set<Text> = []
  var bytesRead = 0

  init(
    _ book: RuleBook, _ shell: RuleSet.Shell, _ circumstances: Circumstances,
    where isAsked: (Rule) -> Bool = { _ in true }
  ) {
    self.book = book
    self.shell = shell
    self.circumstances = circumstances
    sets = book.sets.filter { $0.shell == shell }
    guarded = book.guardedPrograms
    hasCommandRules = book.sets.contains { $0.rules.contains { $0.phases.contains(.command) } }
    indexes = sets.map { RuleIndex($0, where: isAsked) }
    tables = sets.map { EnvironmentTable(set: $0, circumstances: circumstances) }
    protection = Protection(circumstances)
    levelNeeds = sets.map { _ in [] }
  }

  /// The frame of what was given to judge.
  var outermost: Frame {
    Frame(hints: tables.map { [$0.hints(circumstances.item)] })
  }

  func reading(_ line: [UInt8]) -> Reading {
    shell == .posix ? ShellLine.reading(line) : PowerShellLine.reading(line)
  }

  func reading(vector: [Text]) -> Reading {
    let words = vector.map(\.bytes)
    return shell == .posix
      ? ShellLine.reading(vector: words) : PowerShellLine.reading(vector: words)
  }

  /// Judges all that a reading tells.
  func judge(_ reading: Reading, _ frame: Frame) {
    noteUnknowns(reading, frame)
    let starts = Starts(reading.vectors, shell)
    let subjects = reading.vectors.map { vector in
      CommandSubject(
        vector, shell: shell, scripts: reading.scripts, isChained: starts.isChained,
        start: frame.start, trail: frame.trail)
    }
    let hints = sets.indices.map { ways(subjects, starts, $0, frame) }
    for (index, subject) in subjects.enumerated() {
      programs.append(
        [Text(subject.vector.program.written)]
          + subject.vector.arguments.map { Text($0.written) })
      for set in sets.indices {
        ask(
          set, subject, Self.finding(hints[set][index]), frame,
          isStarter: starts.isStarter[index])
      }
      protect(subject.writtenPaths, subject.saw)
      var inner = frame
      inner.hints = hints.map { $0[index] }
      follow(subject, inner)
    }
    protect(lineAccesses(reading, frame), frame.trail + "a redirection")
    judgeLooseScripts(reading, subjects, frame)
    judgeInlineCode(reading, frame)
  }

  /// Redirections, also of what is no program by itself.
  private func lineAccesses(_ reading: Reading, _ frame: Frame) -> [WrittenPath] {
    reading.accesses.filter { $0.kind != .read }.map { access in
      let directory = access.directory.path.map { frame.start.entering(Argument($0)) }
      return WrittenPath(path: access.path, directory: directory ?? .unknown, isDeep: false)
    }
  }

  // MARK: Rules

  private func ask(
    _ place: Int, _ subject: CommandSubject, _ environment: EnvironmentFinding, _ frame: Frame,
    isStarter: Bool
  ) {
    let set = sets[place]
    if environment != .none { environments.append(environment) }
    let evaluator = Evaluator(
      set: set, circumstances: circumstances, subject: .command(subject),
      environment: environment)
    var asked = Asked(evaluator: evaluator, saw: subject.saw)
    asked.command = subject.written
    asked.remark = frame.remark
    asked.paths = subject.writtenPaths.flatMap {
      evaluator.paths.path($0.path, in: $0.directory).candidates
    }
    var isMatched = false
    for index in indexes[place].rules(for: subject.name) {
      let rule = set.rules[index]
      do throws(JudgingFault) {
        let answer = try evaluator.answer(rule.condition)
        guard rule.speaks(at: answer.degree) else { continue }
        try take(rule, answer, asked, place)
      } catch {
        fault = error
        add(.error(in: rule, of: set, error, saw: subject.saw))
      }
      isMatched = true
    }
    if isMatched { hasSpoken = true }
    if !isMatched, !isStarter, set.unmatched > .allow {
      add(
        Finding(
          set: set.name, rule: "unmatched", verdict: set.unmatched,
          because: "no rule of the set matches this command", saw: subject.saw))
    }
  }

  /// Takes what a rule says.
  private func take(
    _ rule: Rule, _ answer: Answer, _ asked: Asked, _ place: Int
  ) throws(JudgingFault) {
    switch rule.effect {
    case .verdict(let verdict):
      for finding in asked.findings(rule, verdict, answer, saw: asked.saw) {
        add(asked.waived(finding))
      }
    case .level(let name):
      guard let rank = asked.evaluator.set.levels?.rank(name) else {
        throw JudgingFault(text: "no level \(name)")
      }
      levelNeeds[place].append(
        LevelNeed(rank: rank, rule: rule, degree: answer.degree, asked: asked))
      if rule.needsEnvironment, let reason = asked.evaluator.environment.reasonAgainst {
        add(
          asked.waived(
            asked.finding(rule, .stop, "environment ambiguous: " + reason, saw: asked.saw)))
      }
    }
  }

  func add(_ finding: Finding) { findings.append(finding) }

  /// Adds what the program itself refuses.
  func add(_ rule: Text, _ verdict: Verdict, _ because: Text, saw: Text) {
    add(
      Finding(
        set: "conductor", rule: rule, verdict: verdict, because: because, saw: saw.shortened(400)))
  }

  /// Adds what the levels that were asked for mean, once everything was asked.
  func settleLevels() {
    for place in sets.indices {
      let judge = LevelJudge(set: sets[place], circumstances: circumstances)
      for (finding, need) in judge.findings(levelNeeds[place]) { add(need.asked.waived(finding)) }
    }
  }

  // MARK: Environments

  /// For each vector of a line, what it and the programs that start it say of the environment.
  private func ways(
    _ subjects: [CommandSubject], _ starts: Starts, _ set: Int, _ frame: Frame
  ) -> [Set<Hinted>] {
    let own = subjects.map { tables[set].hints($0) }
    var known: [Int: Set<Hinted>] = [:]
    func all(_ index: Int, _ depth: Int) -> Set<Hinted> {
      if let result = known[index] { return result }
      let starters = depth < subjects.count ? starts.starters[index] : []
      var outer: Set<Hinted> = []
      for starter in starters { outer.formUnion(all(starter, depth + 1)) }
      if starters.isEmpty { outer = frame.hints[set] }
      var result: Set<Hinted> = []
      for hinted in outer {
        var joined = hinted
        joined.add(own[index])
        result.insert(joined)
      }
      if result.count > Self.alternativesLimit {
        var joined = Hinted()
        joined.problems.insert("too many ways lead to it")
        result = [joined]
      }
      known[index] = result
      return result
    }
    return subjects.indices.map { all($0, 0) }
  }

  /// One environment where every way agrees.
  static func finding(_ hints: Set<Hinted>) -> EnvironmentFinding {
    EnvironmentFinding.merged(hints.map(\.finding), isNoneNeutral: false)
  }
}

/// Which vectors of a reading start which others.
struct Starts {
  /// For each vector, the ones through which it may be started.
  let starters: [[Int]]
  /// Whether a vector does nothing but start others.
  let isStarter: [Bool]
  /// Whether more than one vector does something by itself.
  let isChained: Bool

  private static let hosts: Set<Text> = [
    "pwsh", "powershell", "cmd", "invoke-expression", "iex", "start-process", "saps", "start",
  ]

  init(_ vectors: [Vector], _ shell: RuleSet.Shell) {
    struct Key: Hashable {
      var name: Spelling?
      var via: ArraySlice<Spelling>
    }
    var places: [Key: [Int]] = [:]
    for (index, vector) in vectors.enumerated() {
      places[Key(name: vector.name, via: vector.via[...]), default: []].append(index)
    }
    let starters = vectors.map { vector in
      vector.via.isEmpty
        ? [] : places[Key(name: vector.via.last, via: vector.via.dropLast())] ?? []
    }
    var isStarter = vectors.map { vector in
      shell == .powershell && vectors.count > 1 && !vector.arguments.isEmpty
        && Self.hosts.contains(CommandSubject.name(of: vector, shell))
    }
    for index in starters.joined() { isStarter[index] = true }
    self.starters = starters
    self.isStarter = isStarter
    isChained = isStarter.count { !$0 } > 1
  }
}

extension EnvironmentFinding {
  /// What several findings say together: one environment only where all agree.
  static func merged(_ findings: [EnvironmentFinding], isNoneNeutral: Bool) -> EnvironmentFinding {
    var names: Set<Text> = []
    var reasons: Set<Text> = []
    var hasNone = false
    for finding in findings {
      switch finding {
      case .none: hasNone = true
      case .resolved(let name): names.insert(name)
      case .ambiguous(let reason): reasons.insert(reason)
      }
    }
    if let reason = reasons.min() { return .ambiguous(reason) }
    if names.count > 1 {
      return .ambiguous(Text.joined(names.sorted(), by: " and ") + " are both named")
    }
    guard let name = names.first else { return .none }
    return hasNone && !isNoneNeutral
      ? .ambiguous("\(name) is named in one way that leads to it, and nothing in another")
      : .resolved(name)
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
