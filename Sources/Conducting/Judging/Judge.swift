package import JSONText
package import Rules

/// Something that is about to happen or has happened, and that judges are asked about.
package struct JudgeQuestion: Sendable {
  /// What is judged.
  package enum Subject: Sendable {
    /// An item before it is handed out.
    case item(Node)
    /// A command line as it would be typed.
    case command(Text)
    /// A program with its arguments.
    case vector([Text])
    /// What changed in the working tree.
    case changes([Change])
    /// What an agent answered.
    case answer(analysis: Text, commands: [ProposedCommand])
    /// Whether the item that is worked on may be closed.
    case close
  }

  /// The phases in which judges are asked.
  package static let phases: [Phase] = [.item, .command, .diff, .response, .close]

  package var subject: Subject
  /// Everything else that is known.
  package var circumstances: Circumstances

  /// Asks about a subject.
  package init(_ subject: Subject, _ circumstances: Circumstances) {
    self.subject = subject
    self.circumstances = circumstances
  }

  /// The phase that the subject belongs to.
  package var phase: Phase {
    switch subject {
    case .item: .item
    case .command, .vector: .command
    case .changes: .diff
    case .answer: .response
    case .close: .close
    }
  }
}

/// What has a say when something is judged: the rule sets of a project, and every plugin that is a judge.
package protocol Judge: Sendable {
  /// The name by which a failure of it is told.
  var name: Text { get }

  /// Judges; whatever goes wrong on the way is a stop of its own kind, so that a judge that cannot be asked never
  /// lets anything pass.
  func judgement(of question: JudgeQuestion) -> Judgement
}

extension RuleBook: Judge {
  package var name: Text { "rules" }

  package func judgement(of question: JudgeQuestion) -> Judgement {
    let circumstances = question.circumstances
    switch question.subject {
    case .item(let node): return judgement(ofItem: node, circumstances)
    case .command(let line): return judgement(ofCommand: line.bytes, circumstances)
    case .vector(let words): return judgement(ofVector: words, circumstances)
    case .changes(let changes): return judgement(ofChanges: changes, circumstances)
    case .answer(let analysis, let commands):
      return judgement(ofAnalysis: analysis, commands: commands, circumstances)
    case .close: return judgement(ofClose: circumstances)
    }
  }
}

/// All judges of a project, of whom the strictest wins.
package struct JudgePanel: Sendable {
  package let judges: [any Judge]

  /// A panel of the rule sets and of whoever is asked beside them.
  package init(_ book: RuleBook, beside others: [any Judge] = []) {
    judges = [book] + others
  }

  /// What all of them say together.
  package func judgement(of question: JudgeQuestion) -> Judgement {
    var judgement = Judgement()
    for (index, judge) in judges.enumerated() {
      let next = judge.judgement(of: question)
      if index == 0 { judgement = next } else { judgement.add(next) }
    }
    return judgement
  }
}

extension Judgement {
  /// Adds what another judge said of the same thing.
  package mutating func add(_ other: Judgement) {
    judged += other.judged
    for finding in other.findings where !findings.contains(finding) { findings.append(finding) }
    sortFindings()
  }

  /// Puts the strictest first, and those of one verdict in the order of their names.
  package mutating func sortFindings() {
    findings.sort { ($1.verdict, $0.name) < ($0.verdict, $1.name) }
  }
}
