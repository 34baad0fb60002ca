import Backlog
import Evidence
package import JSONText
package import Rules

/// An item that was next but for the rules, with what they said of it.
package struct PassedOver: Sendable {
  /// The item's id.
  package var item: Text
  /// What the rules said, which is not that it may be handed out.
  package var judgement: Judgement

  /// Every rule that does not let it through, the strictest first.
  var reasons: [(code: ReasonCode, text: Text)] {
    judgement.findings.compactMap { finding in
      ReasonCode(finding.verdict).map { ($0, item + ": " + finding.sentence) }
    }
  }
}

extension ReasonCode {
  /// The code of a rule's verdict; nil for one that stands in nobody's way.
  init?(_ verdict: Verdict) {
    switch verdict {
    case .allow: return nil
    case .ask: self = .ruleAsk
    case .deny: self = .ruleDeny
    case .stop: self = .ruleStop
    }
  }
}

extension Authority {
  /// Whether an actor may decide what goes to a person; where nobody is named, whoever has a place in the chain may,
  /// and without a chain anybody.
  func lets(_ actor: Text, decideFor person: Text?) -> Bool {
    if let person { return covers(actor, person) }
    return chain.isEmpty || chain.contains(actor)
  }
}

/// What plugins said of items, so that each is asked once about the same item, and before the lock is taken.
final class JudgeMemory {
  /// An item as it was judged.
  private struct Question: Hashable {
    let judge: Text
    let item: [UInt8]
    let level: Text?
  }

  private var known: [Question: Judgement] = [:]

  /// The answer of a judge, which is asked only where it has not been.
  func judgement(by judge: any Judge, of question: JudgeQuestion, _ item: Item) -> Judgement {
    let key = Question(
      judge: judge.name, item: item.node.raw.array, level: question.circumstances.level)
    if let answer = known[key] { return answer }
    let answer = judge.judgement(of: question)
    known[key] = answer
    return answer
  }
}

/// Judges items by the rules, and by the plugins that judge items, before they are handed out.
final class ItemJudge {
  private let shelf: RuleShelf
  private let plugins: [any Judge]
  private let memory: JudgeMemory
  private let circumstances: Circumstances
  private let level: Text?
  private let files: ProjectFiles
  private let decisions: [Input]

  /// The items that the rules kept from being handed out, in the order in which they were met.
  private(set) var passedOver: [PassedOver] = []
  /// What was said of the item that was let through.
  private(set) var accepted = Judgement()

  /// Prepares to judge items that are to be handed out at a level, where one was asked for. A list of all items asks no
  /// plugins, each of which would be started once for each item.
  init(
    _ project: Project, _ context: Context, _ shelf: RuleShelf, level: Text?,
    remembering memory: JudgeMemory = JudgeMemory(), asksPlugins: Bool = true
  ) throws(Refusal) {
    self.shelf = shelf
    self.memory = memory
    plugins = asksPlugins ? PluginShelf(project, context).judges(of: .item) : []
    self.level = level
    files = ProjectFiles(root: project.workplace(context.machine), context.machine)
    let approvals = shelf.book.sets.isEmpty ? nil : try Approvals(project, context, shelf)
    decisions = approvals?.inputs ?? []
    circumstances = Circumstances(
      project, context, shelf: shelf, files: files, approvals: approvals?.approvals ?? [])
  }

  /// The decisions that count, and the files that rules asked about.
  var inputs: [Input] { decisions + files.inputs }

  /// Whether the rules let an item be handed out; where they do not it is noted.
  func lets(_ item: Item) -> Bool {
    if isSilent { return true }
    let judgement = judgement(of: item)
    if judgement.verdict == .allow {
      accepted = judgement
      return true
    }
    passedOver.append(PassedOver(item: item.id, judgement: judgement))
    return false
  }

  /// Whether nobody has a say.
  private var isSilent: Bool { shelf.book.sets.isEmpty && plugins.isEmpty }

  /// What keeps an item from being handed out, the strictest first; nothing is noted of it.
  func objections(to item: Item) -> [Finding] {
    isSilent ? [] : judgement(of: item).findings.filter { $0.verdict != .allow }
  }

  private func judgement(of item: Item) -> Judgement {
    var circumstances = circumstances
    circumstances.item = item.node
    circumstances.level = level ?? item.level
    let question = JudgeQuestion(.item(item.node), circumstances)
    let releases = Releases(circumstances.approvals, shelf.book.sets)
    var judgement = shelf.book.judgement(of: question)
    judgement.add(shelf.book.judgement(ofLevelFor: item.node, circumstances))
    judgement = releases.applied(to: judgement, of: item.id)
    // Nothing is stricter than a stop, and plugins take their time.
    for plugin in plugins where judgement.verdict < .stop {
      judgement.add(memory.judgement(by: plugin, of: question, item))
      judgement = releases.applied(to: judgement, of: item.id)
    }
    return judgement
  }

  /// What a receipt says of the rules: everything that was judged on the way.
  var record: RulesRecord {
    var record = RulesRecord(shelf)
    for passed in passedOver { record.add(passed.judgement, subject: passed.item) }
    record.add(accepted)
    return record
  }
}
