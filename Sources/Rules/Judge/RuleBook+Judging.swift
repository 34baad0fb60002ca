package import JSONText
import ShellText

extension RuleBook {
  /// Judges a command line as each set's shell would read it.
  package func judgement(
    ofCommand line: [UInt8], _ circumstances: Circumstances
  ) -> Judgement {
    command(circumstances) { $0.reading(line) }
  }

  /// Judges an argument vector as it is, without reading it as a line.
  package func judgement(
    ofVector vector: [Text], _ circumstances: Circumstances
  ) -> Judgement {
    command(circumstances) { $0.reading(vector: vector) }
  }

  /// Judges a fetch from the network by the sets that speak of hosts.
  package func judgement(ofFetch url: Text, _ circumstances: Circumstances) -> Judgement {
    let asks: (Rule) -> Bool = { $0.condition.asksForHost }
    return command(circumstances, where: asks) { judge in
      if WebAddress.all(in: url.bytes).isEmpty {
        judge.tally.add("not-understood", .ask, "this is no URL with a scheme", saw: url)
      }
      return ShellLine.reading(vector: [Array("fetch".utf8), url.bytes])
    }
  }

  /// The environment that a command line is aimed at.
  package func environment(
    ofCommand line: [UInt8], _ circumstances: Circumstances
  ) -> EnvironmentFinding { judgement(ofCommand: line, circumstances).environment }

  /// The programs that rules with a verdict above allow name, without wildcards.
  package var guardedPrograms: [Text] { commandPlan.guarded }

  /// The programs whose starts a rule may refuse or hold to a level, and the build tools of whose targets a set says
  /// what they run.
  package var watchedPrograms: [Text] { Set(sets.flatMap(\.watchedPrograms)).sorted() }

  /// Judges a reading for each kind of shell; where only some rules are asked, no command is unmatched.
  private func command(
    _ circumstances: Circumstances, where isAsked: ((Rule) -> Bool)? = nil,
    _ reading: (CommandJudge) -> Reading
  ) -> Judgement {
    let circumstances = circumstances.within(self)
    let judgements = shells.enumerated().map { (index, shell) in
      let judge = CommandJudge(self, shell, circumstances, where: isAsked)
      judge.judge(reading(judge), judge.outermost)
      judge.tally.settleLevels()
      var judgement = Judgement()
      judgement.findings = judge.tally.findings
      judgement.isUnderstood = judge.isUnderstood
      // A second way to read the line only tells the same programs in another spelling.
      judgement.programs = index == 0 ? judge.programs : []
      judgement.scripts = judge.scripts
      judgement.environment = .merged(judge.tally.environments, isNoneNeutral: true)
      return judgement
    }
    let judged =
      isAsked.map { isAsked in sets.ruleCount { $0.phases.contains(.command) && isAsked($0) } }
    return finished(
      Tally([], circumstances), with: judgements, judged: judged ?? commandPlan.ruleCount)
  }

  /// The shells as which lines are read: those of the sets, or POSIX where there is none.
  private var shells: [RuleSet.Shell] {
    let kinds: [RuleSet.Shell] = [.posix, .powershell]
    let found = kinds.filter { kind in sets.contains { $0.shell == kind } }
    return found.isEmpty ? [.posix] : found
  }

  /// One judgement of what was said, its findings in order, with the rules that were asked counted.
  func finished(
    _ tally: Tally, with parts: [Judgement] = [], judged: Int
  ) -> Judgement {
    var judgement = Judgement()
    judgement.judged = judged
    judgement.findings = Finding.ordered(tally.findings + parts.flatMap(\.findings))
    judgement.isUnderstood = parts.allSatisfy(\.isUnderstood)
    judgement.environment = .merged(
      tally.environments + parts.map(\.environment), isNoneNeutral: true)
    for part in parts {
      for program in part.programs where !judgement.programs.contains(program) {
        judgement.programs.append(program)
      }
      for script in part.scripts
      where !judgement.scripts.contains(where: { $0.path == script.path }) {
        judgement.scripts.append(script)
      }
    }
    return judgement
  }
}

extension Circumstances {
  /// The same, knowing which levels several of the book's sets name.
  func within(_ book: RuleBook) -> Circumstances {
    guard book.sets.count(where: \.hasLevels) > 1 else { return self }
    var owners: [Text: Set<Text>] = [:]
    for set in book.sets {
      for level in set.levels?.levels ?? [] { owners[level.name, default: []].insert(set.name) }
    }
    var result = self
    result.sharedLevels = Set(owners.filter { $0.value.count > 1 }.keys)
    return result
  }
}

extension Finding {
  /// The strictest first and then by name, what was seen and why, each only once.
  package static func ordered(_ findings: [Finding]) -> [Finding] {
    var result: [Finding] = []
    let sorted = findings.sorted { a, b in
      a.verdict == b.verdict
        ? a.sortKey.lexicographicallyPrecedes(b.sortKey) : a.verdict > b.verdict
    }
    for finding in sorted where finding != result.last { result.append(finding) }
    return result
  }

  /// Everything that may differ, so that equal findings stand together.
  private var sortKey: [Text] {
    [
      name, saw, because, instead ?? "", escalateTo ?? "", right ?? "", code ?? "", approval ?? "",
      waiver ?? "", place?.file ?? "", "\(place?.line ?? 0)", isError ? "error" : "",
    ]
  }
}
