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
    var judgement = command(circumstances, where: asks) { _ in
      ShellLine.reading(vector: [Array("fetch".utf8), url.bytes])
    }
    judgement.findings.removeAll { $0.rule == "unmatched" }
    return judgement
  }

  /// The environment that a command line is aimed at.
  package func environment(
    ofCommand line: [UInt8], _ circumstances: Circumstances
  ) -> EnvironmentFinding { judgement(ofCommand: line, circumstances).environment }

  /// The programs that rules with a verdict above allow name, without wildcards.
  package var guardedPrograms: [Text] {
    var names: Set<Text> = []
    for set in sets {
      for rule in set.rules where rule.guards { names.formUnion(rule.condition.namedPrograms) }
    }
    return names.sorted()
  }

  /// The programs whose starts a rule may refuse or hold to a level, and the build tools of whose targets a set says
  /// what they run.
  package var watchedPrograms: [Text] {
    var names: Set<Text> = []
    for set in sets {
      names.formUnion(set.targets.keys)
      for rule in set.rules where rule.phases.contains(.command) && !rule.isMerelyAllowing {
        names.formUnion(rule.condition.namedPrograms)
      }
    }
    return names.sorted()
  }

  private func command(
    _ circumstances: Circumstances, where isAsked: (Rule) -> Bool = { _ in true },
    _ reading: (CommandJudge) -> Reading
  ) -> Judgement {
    var judgement = Judgement()
    var environments: [EnvironmentFinding] = []
    for shell in shells {
      let judge = CommandJudge(self, shell, circumstances, where: isAsked)
      judge.judge(reading(judge), judge.outermost)
      judge.settleLevels()
      judgement.findings += judge.findings
      if !judge.isUnderstood { judgement.isUnderstood = false }
      for program in judge.programs where !judgement.programs.contains(program) {
        judgement.programs.append(program)
      }
      for script in judge.scripts
      where !judgement.scripts.contains(where: { $0.path == script.path }) {
        judgement.scripts.append(script)
      }
      environments += judge.environments
    }
    judgement.environment = .merged(environments, isNoneNeutral: true)
    finish(&judgement) { $0.phases.contains(.command) && isAsked($0) }
    return judgement
  }

  /// The shells as which lines are read: those of the sets, or POSIX where there is none.
  private var shells: [RuleSet.Shell] {
    let kinds: [RuleSet.Shell] = [.posix, .powershell]
    let found = kinds.filter { kind in sets.contains { $0.shell == kind } }
    return found.isEmpty ? [.posix] : found
  }

  /// Brings findings into their order, each only once, and counts the rules that were asked.
  func finish(_ judgement: inout Judgement, _ isAsked: (Rule) -> Bool) {
    judgement.findings = Finding.ordered(judgement.findings)
    var names: Set<Text> = []
    for set in sets {
      for rule in set.rules where isAsked(rule) { names.insert(set.name + "/" + rule.id) }
    }
    judgement.judged = names.count
    let isStopped = judgement.findings.contains {
      $0.verdict == .stop && $0.because.hasPrefix("environment ambiguous: ")
    }
    if isStopped, judgement.environment == .none {
      judgement.environment = .ambiguous("nothing names an environment")
    }
  }
}

extension Finding {
  /// The strictest first and then by name, what was seen and why, each only once.
  package static func ordered(_ findings: [Finding]) -> [Finding] {
    var result: [Finding] = []
    let sorted = findings.sorted { a, b in
      if a.verdict != b.verdict { return a.verdict > b.verdict }
      return (a.name, a.saw, a.because, a.sortKey) < (b.name, b.saw, b.because, b.sortKey)
    }
    for finding in sorted where finding != result.last { result.append(finding) }
    return result
  }

  private var sortKey: Text {
    Text.joined(
      [approval ?? "", waiver ?? "", escalateTo ?? "", instead ?? "", code ?? ""], by: "\u{1}")
  }
}
