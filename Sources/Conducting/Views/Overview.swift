package import Backlog
package import Evidence
package import JSONText
package import Machine
package import Rules

/// The state of a project at a glance.
package struct Overview: Sendable {
  package var root: Path
  package var runState: RunState
  package var consent: Consent
  package var isConsentPresent: Bool
  package var prerequisites: [PrerequisiteVerdict]
  /// What would refuse the next claim before any item is looked at.
  package var refusals: [(code: ReasonCode, text: Text)]
  package var warnings: [Reason]
  package var counts: [(status: Status, count: Int)]
  /// The item that would be handed out next, as far as the items alone decide.
  package var next: Item?
  /// Why no item would be, where none would.
  package var nothing: Refusal?
  /// The claims that are held now, in the order of their numbers.
  package var held: [(item: Text, claim: Claim)]

  /// The rule sets in force.
  package var rules: [RuleSet]
  /// The items that rules have stopped, in the order of their ids.
  package var stopped: [(item: Text, stop: Stop)]

  /// Looks at everything that a claim looks at; takes no lock and writes nothing.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    let gate = Gate(project, context)
    root = project.root
    runState = gate.runState
    consent = gate.consent
    isConsentPresent = gate.readings.inputs.contains {
      $0.path == project.configuration.consent.text && $0.content != nil
    }
    prerequisites = gate.prerequisites
    refusals = gate.refusals
    warnings = gate.warnings
    counts = []
    held = []
    rules = gate.shelf.book.sets
    stopped = []
    guard let file = gate.backlog else { return }
    let surroundings = try Surroundings(project, context, file)
    stopped = surroundings.stopped.map { ($0.key, $0.value) }.sorted { $0.item < $1.item }
    let judge = try ItemJudge(project, context, gate.shelf, level: nil)
    switch Choice(file.content, surroundings, wanted: nil, judge: judge).outcome {
    case .item(let item): next = item
    case .none(let refusal): nothing = refusal
    }
    var tally: [Text: Int] = [:]
    for row in 0..<file.content.count {
      let status = file.content.status(at: row)
      tally[status.word, default: 0] += 1
      guard status == .inProgress || surroundings.open[file.content.id(at: row)] != nil,
        let item = file.content.item(at: row), let holder = surroundings.holder(of: item)
      else { continue }
      held.append((item.id, holder))
    }
    held.sort { $0.claim.number < $1.claim.number }
    let known = Status.known.map(\.word)
    counts = (known + tally.keys.filter { !known.contains($0) }.sorted())
      .compactMap { word in tally[word].map { (Status(word), $0) } }
  }
}
