package import JSONText

/// Items, changed files and answers.
extension RuleBook {
  /// Judges an item before it is handed out; the item is the one in the circumstances.
  package func judgement(ofItem item: Node, _ circumstances: Circumstances) -> Judgement {
    var circumstances = circumstances
    circumstances.item = item
    let tally = tally(circumstances)
    for place in sets.indices {
      var asked = Asked(
        evaluator: evaluator(place, tally, .item(item)), saw: item["id"]?.text ?? "the item")
      asked.isItem = true
      ask(.item, asked, place, tally)
    }
    return finished(tally, judged: sets.ruleCount(of: .item))
  }

  /// Judges changed files, each by itself and as part of the whole.
  package func judgement(
    ofChanges changes: [Change], _ circumstances: Circumstances
  ) -> Judgement {
    let tally = tally(circumstances)
    let protection = Protection(circumstances)
    for change in changes {
      let paths = [change.path] + [change.from].compactMap { $0 }
      for path in paths where protection.covers(path) {
        tally.add("protected-path", .stop, "\(path) is protected from agents", saw: path)
      }
      for place in sets.indices {
        var asked = Asked(
          evaluator: evaluator(place, tally, .change(change, of: changes)), saw: change.path)
        asked.paths = paths.map { Paths.normal($0.bytes) }
        ask(.diff, asked, place, tally)
      }
    }
    tally.settleLevels()
    return finished(tally, judged: sets.ruleCount(of: .diff))
  }

  /// Judges what an agent answered: its analysis and each command that it proposes.
  package func judgement(
    ofAnalysis analysis: Text, commands: [ProposedCommand], _ circumstances: Circumstances
  ) -> Judgement {
    let tally = tally(circumstances)
    for place in sets.indices {
      let asked = Asked(
        evaluator: evaluator(place, tally, .texts([analysis] + commands.map(\.line))),
        saw: analysis.shortened())
      ask(.response, asked, place, tally)
    }
    let proposed = commands.map { command in
      var circumstances = circumstances
      if let directory = command.directory { circumstances.directory = directory }
      return judgement(ofCommand: command.line.bytes, circumstances)
    }
    let judged = sets.ruleCount { rule in
      rule.phases.contains(.response) || (!commands.isEmpty && rule.phases.contains(.command))
    }
    return finished(tally, with: proposed, judged: judged)
  }

  func tally(_ circumstances: Circumstances) -> Tally {
    Tally(sets, circumstances.within(self))
  }

  func evaluator(_ place: Int, _ tally: Tally, _ subject: Subject) -> Evaluator {
    Evaluator(set: sets[place], circumstances: tally.circumstances, subject: subject)
  }

  /// Asks the rules of a phase about something that is no command.
  func ask(_ phase: Phase, _ asked: Asked, _ place: Int, _ tally: Tally) {
    var asked = asked
    asked.showsStretch = true
    let rules = sets[place].rules
    let candidates = rules.indices.lazy.filter { rules[$0].phases.contains(phase) }.map {
      Candidate(place: $0, condition: rules[$0].condition)
    }
    _ = tally.ask(candidates, asked, at: place)
  }
}
