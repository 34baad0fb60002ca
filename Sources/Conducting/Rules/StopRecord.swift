import Evidence
package import JSONText
package import Machine
package import Rules

/// The record of a stop: what was judged, what was found, and to whom it goes.
package struct StopRecord {
  /// What was judged: `command`, `item`, `diff`, `response`.
  package var kind: Text
  /// The thing itself, as it was judged.
  package var subject: Text
  /// The item that was worked on, which is held from now on.
  package var item: Text?
  package var judgement: Judgement

  /// States what was stopped.
  package init(kind: Text, subject: Text, item: Text?, _ judgement: Judgement) {
    self.kind = kind
    self.subject = subject
    self.item = item
    self.judgement = judgement
  }

  /// The person to whom the strictest finding goes.
  package var escalateTo: Text? {
    judgement.findings.filter { $0.verdict == .stop }.compactMap(\.escalateTo).first
  }

  /// Writes the record under a lock of its own; answers where it lies, relative to the project's root.
  package func write(
    _ project: Project, _ context: Context, _ shelf: RuleShelf, agent: Text? = nil
  ) throws(Refusal) -> Path {
    let context = context.redacting(by: shelf)
    let state = try StateFolder(project, context)
    defer { state.close() }
    var rules = RulesRecord(shelf)
    rules.add(judgement)
    var step = step(context, agent: context.agentName(agent, project))
    step.receipt.inputs = shelf.inputs
    step.receipt.rules = rules.json
    guard case .done(let path) = try state.commit(step) else {
      throw Refusal(.internalFault, "a step without a change was told that its file had changed")
    }
    return path
  }

  /// The step that records the stop.
  func step(_ context: Context, agent: Text) -> Step {
    var receipt = context.receipt(kind: "stop", agent: agent, outcome: "stopped")
    receipt.reasons = judgement.findings.filter { $0.verdict == .stop }
      .map { ReasonCode.ruleStop.reason($0.sentence) }
    receipt.add("item", item.map { .string($0) })
    receipt.add("trigger", ["kind": .string(kind), "subject": .string(subject)])
    receipt.add("evidence", .array(judgement.findings.map(\.json)))
    receipt.add("escalate_to", escalateTo.map { .string($0) } ?? .null)
    var step = Step(receipt)
    step.stops =
      causes.isEmpty
      ? nil
      : item.map { item in
        StoppedItem(
          item: item, at: context.now, causes: causes, isRehearsed: context.isRehearsing)
      }
    return step
  }

  private var causes: [StoppedItem.Cause] {
    judgement.findings.filter { $0.verdict == .stop && !$0.isPassing }.map {
      StoppedItem.Cause(rule: $0.name, right: $0.right, escalateTo: $0.escalateTo)
    }
  }
}
