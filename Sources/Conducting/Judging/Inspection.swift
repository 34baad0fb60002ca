import Backlog
package import Evidence
package import JSONText
import Machine
package import Rules

/// Judging by the rules of a project without changing anything.
package struct Inspection: Sendable {
  /// The sets in force.
  package let shelf: RuleShelf
  private let project: Project
  private let context: Context
  private let circumstances: Circumstances
  private let itemID: Text?
  private let panel: JudgePanel

  /// What is known beside the thing that is judged.
  package struct Surroundings: Sendable {
    /// The id of the item that is worked on.
    package var item: Text?
    package var level: Text?
    package var environment: Text?

    /// Nothing is known.
    package init() {}
  }

  /// What was found, and the status that follows.
  package struct Outcome: Sendable {
    package var judgement: Judgement
    /// What else is to be said, such as that no rule was asked.
    package var reasons: [Reason] = []
    package var exit: ExitCode

    /// The document that judging commands answer with.
    package var json: JSON {
      guard case .object(var members) = judgement.json else { return judgement.json }
      for index in members.indices where members[index].key == "exit" {
        members[index].value = .integer(Int(exit.rawValue))
      }
      return .object(members + [.init(key: "reasons", value: .array(reasons.map(\.json)))])
    }
  }

  /// Loads the rules and reads what is known of the surroundings.
  package init(
    _ project: Project, _ context: Context, _ surroundings: Surroundings = Surroundings()
  ) throws(Refusal) {
    self.project = project
    self.context = context
    itemID = surroundings.item
    shelf = try RuleShelf(project, context)
    panel = JudgePanel(
      shelf.book, beside: PluginShelf(project, context.redacting(by: shelf)).judges)
    if surroundings.level != nil, shelf.book.levelNames.isEmpty {
      throw Refusal(
        .usage, "no loaded rule set has levels, so that none can be named",
        hint: "Leave out --level, or load a rule set that has levels.")
    }
    try shelf.check(level: surroundings.level)
    try shelf.check(environment: surroundings.environment)
    let item = try surroundings.item.map { (id) throws(Refusal) in
      try project.item(id, context).node
    }
    circumstances = Circumstances(
      project, context, shelf: shelf, item: item, level: surroundings.level,
      environment: surroundings.environment,
      approvals: try Approvals.read(project, context, shelf))
  }

  // MARK: Judging

  /// Judges a command line as each set's shell would read it.
  package func command(_ line: Text) -> Outcome {
    outcome(judgement(of: .command(line)))
  }

  /// Judges an argument vector as it is.
  package func vector(_ vector: [Text]) -> Outcome {
    outcome(judgement(of: .vector(vector)))
  }

  /// Judges the item that the surroundings name.
  package func item() -> Outcome? {
    circumstances.item.map { outcome(judgement(of: .item($0))) }
  }

  /// Judges an item that stands in no backlog: an object, or plain text whose first line is the title.
  package func item(text bytes: [UInt8]) throws(Refusal) -> Outcome {
    var circumstances = circumstances
    let item = try Self.item(from: bytes)
    circumstances.item = item
    return outcome(panel.judgement(of: JudgeQuestion(.item(item), circumstances)))
  }

  private func judgement(of subject: JudgeQuestion.Subject) -> Judgement {
    panel.judgement(of: JudgeQuestion(subject, circumstances))
  }

  private static func item(from bytes: [UInt8]) throws(Refusal) -> Node {
    do {
      if let document = try? Document(Bytes(bytes)), document.root.kind == .object {
        return document.root
      }
      let text = Text(bytes: bytes)
      let lines = text.bytes.split(
        separator: 10, maxSplits: 1, omittingEmptySubsequences: false
      ).map { Text(bytes: Array($0)) }
      let item: JSON = [
        "title": .string(lines.first ?? ""), "notes": .string(lines.dropFirst().first ?? ""),
      ]
      return try Document(Bytes(item.written(indent: nil))).root
    } catch {
      throw Refusal(.internalFault, "an item that was just written does not parse")
    }
  }

  /// Judges what changed; more lines than the limit are refused besides.
  package func changes(_ changes: WorkingChanges, limit: Int?) -> Outcome {
    var judgement = judgement(of: .changes(changes.changes))
    for path in changes.hidden {
      judgement.findings.append(
        Finding(
          set: "conductor", rule: "hidden-file", verdict: .deny,
          because: "It has changed, and a flag of git's index keeps the change out of the diff.",
          saw: path))
    }
    let own = circumstances.item?["diff_limit"]?.integer
    let allowed = limit ?? own ?? project.configuration.diffLimit
    if changes.lineCount > allowed {
      judgement.findings.append(
        Finding(
          set: "conductor", rule: "diff-limit", verdict: .deny,
          because: "A change may add and delete " + Text("\(allowed)") + " lines in all.",
          saw: Text("\(changes.lineCount)") + " lines added or deleted"))
    }
    judgement.sortFindings()
    return outcome(judgement)
  }

  /// Judges what an agent answered, read by the schemas of the sets; the receipts that it names must be there.
  package func answer(_ bytes: [UInt8], named name: Text) throws(Refusal) -> Outcome {
    let answer = try Answer(Bytes(bytes), named: name, shelf.book)
    let judged = AnswerJudge(panel: panel, circumstances: circumstances).judgement(of: answer)
    let folder = ReceiptFolder(
      root: project.workplace(context.machine), stated: try receiptsDirectory(),
      files: context.machine.files)
    let faults =
      judged.faults
      + answer.receipts.compactMap { stated in
        if case .fault(let fault) = folder.find(stated) { fault } else { nil }
      }
    guard faults.isEmpty else {
      throw Refusal(faults.map { (.answerInvalid, $0.sentence(in: name)) })
    }
    return outcome(judged.judgement)
  }

  /// Where receipts are left: as the item's claim states it, or where nobody has said otherwise.
  private func receiptsDirectory() throws(Refusal) -> Text {
    guard let itemID,
      let open = try StateFolder.openClaim(on: itemID, project, context)
    else { return project.work.text }
    return try ClaimRecord(itemID, open.claim, project, context).guardrails.receiptsDirectory
  }

  /// The environment that a command line is aimed at.
  package func environment(of line: Text) -> EnvironmentFinding {
    shelf.book.environment(ofCommand: line.bytes, circumstances)
  }

  /// That no set was loaded is never a pass.
  private func outcome(_ judgement: Judgement) -> Outcome {
    var outcome = Outcome(judgement: judgement, exit: judgement.verdict.exit)
    if shelf.book.sets.isEmpty, judgement.judged == 0 {
      outcome.reasons = [
        ReasonCode.nothingJudged.reason("no rule set is loaded, so that no rule was asked")
      ]
      if judgement.verdict == .allow { outcome.exit = ReasonCode.nothingJudged.exit }
    }
    return outcome
  }
}
