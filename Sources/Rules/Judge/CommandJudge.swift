import JSONText
import ShellText

/// Judges what one kind of shell would run of a line, by the sets that read lines as that shell does.
final class CommandJudge {
  /// What led to a line, and what that means for it.
  struct Frame {
    var start = Directory.start
    var trail: Text = ""
    var remark: Text?
    /// The targets and scripts through which it is reached, the outermost first.
    var steps: [Step] = []
    /// For each set, what the commands that led here say of the environment, one entry for each way.
    var hints: [Ways]

    /// One target or script on the way.
    struct Step: Equatable {
      var name: Text
      var start: Directory
      var hints: [Ways]
    }
  }

  static let depthLimit = 8
  static let alternativesLimit = 32

  let book: RuleBook
  let shell: RuleSet.Shell
  let sets: [RuleSet]
  let circumstances: Circumstances
  let hasCommandRules: Bool
  private let indexes: [RuleIndex]
  private let asksAll: Bool
  private let tables: [EnvironmentTable]
  let protection: Protection

  let tally: Tally
  private(set) var programs: [[Text]] = []
  var isUnderstood = true
  var scripts: [(path: Text, bytes: Bytes)] = []
  /// How many more targets and scripts are followed.
  var stepsLeft = 500
  var bytesRead = 0

  init(
    _ book: RuleBook, _ shell: RuleSet.Shell, _ circumstances: Circumstances,
    where isAsked: ((Rule) -> Bool)? = nil
  ) {
    self.book = book
    self.shell = shell
    self.circumstances = circumstances
    sets = book.sets.filter { $0.shell == shell }
    hasCommandRules = book.commandPlan.hasCommandRules
    if let isAsked {
      indexes = sets.map { RuleIndex($0, where: isAsked) }
    } else {
      indexes = book.commandPlan.indexes(of: shell)
    }
    asksAll = isAsked == nil
    tables = sets.map { EnvironmentTable(set: $0, circumstances: circumstances) }
    protection = Protection(circumstances)
    tally = Tally(sets, circumstances)
  }

  /// The programs whose mere mention counts, where a line cannot be understood.
  var guarded: [Text] { book.commandPlan.guarded }

  /// The frame of what was given to judge.
  var outermost: Frame {
    Frame(hints: tables.map { Ways([$0.hints(circumstances.item)]) })
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
        ask(set, subject, Self.finding(hints[set][index]), frame, starts.isStarter[index])
      }
      protect(subject)
      refuseOperatorsVerbs(subject)
      var inner = frame
      inner.hints = hints.map { $0[index] }
      followTargets(subject, inner)
    }
    for script in reading.scripts {
      let readers = subjects.indices.filter {
        !starts.isStarter[$0] && subjects[$0].scripts.contains(script)
      }
      for index in readers {
        var inner = frame
        inner.hints = hints.map { $0[index] }
        follow(script, subjects[index], inner)
      }
      if readers.isEmpty { follow(script, nil, frame) }
    }
    judgeBareRedirections(reading, frame)
    judgeBareSettings(reading, frame)
    judgeInlineCode(reading, frame)
  }

  /// Redirections of groups, and those that stand alone.
  private func judgeBareRedirections(_ reading: Reading, _ frame: Frame) {
    let taken = Set(reading.vectors.flatMap(\.accesses))
    for access in reading.accesses where access.kind != .read && !taken.contains(access) {
      protect(asking(Vector(opening: access), frame))
    }
  }

  /// Variables that are set for what comes after the line.
  private func judgeBareSettings(_ reading: Reading, _ frame: Frame) {
    if !reading.settings.isEmpty { _ = asking(Vector(setting: reading.settings), frame) }
  }

  /// Asks all sets about what happens without a program.
  private func asking(_ vector: Vector, _ frame: Frame) -> CommandSubject {
    let subject = CommandSubject(
      vector, shell: shell, scripts: [], isChained: false, start: frame.start, trail: frame.trail)
    for set in sets.indices {
      ask(set, subject, Self.finding(frame.hints[set]), frame, true)
    }
    return subject
  }

  // MARK: Rules

  private func ask(
    _ place: Int, _ subject: CommandSubject, _ environment: EnvironmentFinding, _ frame: Frame,
    _ isStarter: Bool
  ) {
    let set = sets[place]
    let evaluator = Evaluator(
      set: set, circumstances: circumstances, subject: .command(subject),
      environment: environment)
    var asked = Asked(evaluator: evaluator, saw: subject.saw)
    asked.command = subject.written
    asked.remark = frame.remark
    if !set.waivers.isEmpty {
      asked.paths = subject.writtenNames(evaluator.paths).flatMap(\.candidates)
    }
    let candidates = indexes[place].candidates(
      for: subject.name, CommandFacts(subject, environment))
    if tally.ask(candidates, asked, at: place) || isStarter || set.unmatched == .allow || !asksAll {
      return
    }
    tally.add(
      Finding(
        set: set.name, rule: "unmatched", verdict: set.unmatched,
        because: "no rule of the set matches this command", saw: subject.saw))
  }

  // MARK: Environments

  /// For each vector of a line, what it and the programs that start it say of the environment.
  private func ways(
    _ subjects: [CommandSubject], _ starts: Starts, _ set: Int, _ frame: Frame
  ) -> [Ways] {
    // What the process itself is told, it was told before anything that it starts.
    let own = subjects.map { tables[set].hints($0, isOutermost: frame.steps.isEmpty) }
    var known = [Ways?](repeating: nil, count: subjects.count)
    func all(_ index: Int, _ depth: Int) -> Ways {
      if let result = known[index] { return result }
      let starters = depth < subjects.count ? starts.starters[index] : []
      let outer =
        starters.isEmpty
        ? frame.hints[set] : Ways(starters.flatMap { all($0, depth + 1).all })
      var result = Ways(
        outer.all.map { hinted in
          var joined = hinted
          joined.add(own[index])
          return joined
        })
      if result.all.count > Self.alternativesLimit {
        var joined = Hinted()
        joined.problems.insert("too many ways lead to it")
        result = Ways([joined])
      }
      known[index] = result
      return result
    }
    return subjects.indices.map { all($0, 0) }
  }

  /// One environment where every way agrees.
  static func finding(_ hints: Ways) -> EnvironmentFinding {
    EnvironmentFinding.merged(hints.all.map(\.finding), isNoneNeutral: false)
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
    // What stands alone is started by nothing, and is what nearly every line is.
    guard vectors.count > 1 else {
      starters = vectors.map { _ in [] }
      isStarter = vectors.map { _ in false }
      isChained = false
      return
    }
    struct Key: Hashable {
      var name: Spelling?
      var via: ArraySlice<Spelling>
    }
    var places: [Key: [Int]] = [:]
    for (index, vector) in vectors.enumerated() {
      places[Key(name: vector.name, via: vector.via[...]), default: []].append(index)
    }
    let starters = vectors.map { vector in
      // What stands last may be no vector of its own, as the option of `python -m`.
      var via = vector.via[...]
      while let name = via.popLast() {
        if let found = places[Key(name: name, via: via)] { return found }
      }
      return []
    }
    var isStarter = vectors.map { vector in
      shell == .powershell && !vector.arguments.isEmpty
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
