package import JSONText

/// Items, changed files and answers.
extension RuleBook {
  /// Judges an item before it is handed out; the item is the one in the circumstances.
  package func judgement(ofItem item: Node, _ circumstances: Circumstances) -> Judgement {
    var circumstances = circumstances
    circumstances.item = item
    var judgement = Judgement()
    let name = item["id"]?.text ?? "the item"
    for set in sets {
      let evaluator = Evaluator(
        set: set, circumstances: circumstances, subject: .item(item))
      var asked = Asked(evaluator: evaluator, saw: name)
      asked.isItem = true
      judgement.findings += findings(.item, asked)
    }
    judgement.environment = .merged(
      sets.map {
        Evaluator(set: $0, circumstances: circumstances, subject: .item(item)).environment
      }, isNoneNeutral: true)
    finish(&judgement) { $0.phases.contains(.item) }
    return judgement
  }

  /// Judges changed files, each by itself and as part of the whole.
  package func judgement(
    ofChanges changes: [Change], _ circumstances: Circumstances
  ) -> Judgement {
    var judgement = Judgement()
    let protection = Protection(circumstances)
    var needs: [Int: [LevelNeed]] = [:]
    for change in changes {
      let paths = [change.path] + [change.from].compactMap { $0 }
      for path in paths where protection.covers(path) {
        judgement.findings.append(
          Finding(
            set: "conductor", rule: "protected-path", verdict: .stop,
            because: "\(path) is protected from agents", saw: path))
      }
      for (place, set) in sets.enumerated() {
        let evaluator = Evaluator(
          set: set, circumstances: circumstances, subject: .change(change, of: changes))
        var asked = Asked(evaluator: evaluator, saw: change.path)
        asked.paths = paths.map { Paths.normal($0.bytes) }
        judgement.findings += findings(.diff, asked) { needs[place, default: []].append($0) }
      }
    }
    for (place, set) in sets.enumerated() {
      let judge = LevelJudge(set: set, circumstances: circumstances)
      judgement.findings += judge.findings(needs[place] ?? []).map { $1.asked.waived($0) }
    }
    judgement.environment = .merged(
      sets.map { Evaluator(set: $0, circumstances: circumstances, subject: .nothing).environment },
      isNoneNeutral: true)
    finish(&judgement) { $0.phases.contains(.diff) }
    return judgement
  }

  /// Judges what an agent answered: its analysis and each command that it proposes.
  package func judgement(
    ofAnalysis analysis: Text, commands: [Text], _ circumstances: Circumstances
  ) -> Judgement {
    var judgement = Judgement()
    for set in sets {
      let evaluator = Evaluator(
        set: set, circumstances: circumstances, subject: .texts([analysis] + commands))
      let asked = Asked(evaluator: evaluator, saw: analysis.shortened())
      judgement.findings += findings(.response, asked)
    }
    var environments: [EnvironmentFinding] = []
    for command in commands {
      let other = self.judgement(ofCommand: command.bytes, circumstances)
      judgement.findings += other.findings
      if !other.isUnderstood { judgement.isUnderstood = false }
      judgement.programs += other.programs
      for script in other.scripts
      where !judgement.scripts.contains(where: { $0.path == script.path }) {
        judgement.scripts.append(script)
      }
      environments.append(other.environment)
    }
    judgement.environment = .merged(environments, isNoneNeutral: true)
    finish(&judgement) { rule in
      rule.phases.contains(.response) || (!commands.isEmpty && rule.phases.contains(.command))
    }
    return judgement
  }

  /// What the rules of a phase say of something that is no command.
  private func findings(
    _ phase: Phase, _ asked: Asked, level take: (LevelNeed) -> Void = { _ in }
  ) -> [Finding] {
    let set = asked.evaluator.set
    var findings: [Finding] = []
    for rule in set.rules where rule.phases.contains(phase) {
      do throws(JudgingFault) {
        let answer = try asked.evaluator.answer(rule.condition)
        guard rule.speaks(at: answer.degree) else { continue }
        let saw = answer.saw ?? asked.saw
        switch rule.effect {
        case .verdict(let verdict):
          findings += asked.findings(rule, verdict, answer, saw: saw).map(asked.waived)
        case .level(let name):
          guard let rank = set.levels?.rank(name) else {
            throw JudgingFault(text: "no level \(name)")
          }
          take(LevelNeed(rank: rank, rule: rule, degree: answer.degree, asked: asked))
        }
      } catch {
        findings.append(.error(in: rule, of: set, error, saw: asked.saw))
      }
    }
    return findings
  }
}
