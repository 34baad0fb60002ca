import Backlog
import Evidence
package import JSONText
package import Machine

/// A new item as the command line describes it.
package struct NewItem: Sendable {
  package var id: Text?
  package var title: Text
  package var plan: Text?
  package var notes: Text?
  package var priority: Text?
  package var dependsOn: [Text] = []
  package var notBefore: Text?
  package var diffLimit: Int?
  package var tests: [Text] = []

  /// Describes an item by its title alone.
  package init(title: Text) { self.title = title }

  func json(id: Text) -> JSON {
    var members: [JSON.Member] = [
      .init(key: "id", value: .string(id)), .init(key: "title", value: .string(title)),
      .init(key: "status", value: "pending"),
    ]
    func add(_ key: Text, _ value: JSON?) {
      if let value { members.append(.init(key: key, value: value)) }
    }
    add("plan_suggestion", plan.map { .string($0) })
    add("notes", notes.map { .string($0) })
    add("priority", priority.map { .string($0) })
    add("depends_on", dependsOn.isEmpty ? nil : .array(dependsOn.map { .string($0) }))
    add("not_before", notBefore.map { .string($0) })
    add("diff_limit", diffLimit.map { .integer($0) })
    add("tests", tests.isEmpty ? nil : .array(tests.map { .string($0) }))
    return .object(members)
  }
}

/// Adds an item at the end of the backlog.
package struct Addition {
  private let step: ClaimStep

  /// Prepares an addition.
  package init(_ project: Project, _ context: Context) {
    step = ClaimStep(project: project, context: context)
  }

  /// Adds the item and answers its id and where the record lies.
  package func run(_ new: NewItem) throws(Refusal) -> (id: Text, receipt: Path) {
    if let time = new.notBefore, Timestamp(time) == nil {
      throw Refusal(
        .usage,
        "--not-before must be a date (2026-01-31) or a time (2026-01-31T09:00:00Z), not " + time)
    }
    return try step.run { (state, file) throws(Refusal) in
      let backlog = file.content
      let id = new.id ?? backlog.nextID()
      if backlog.row(of: id) != nil {
        throw Refusal(
          .idTaken, "the backlog has an item " + id + " already",
          hint: "Leave --id out, and the next free one is taken.")
      }
      if let missing = new.dependsOn.first(where: { backlog.row(of: $0) == nil }) {
        throw Refusal(
          .itemUnknown, "--depends-on names " + missing + ", which is not in the backlog")
      }
      let staged = try step.stage(backlog.adding(new.json(id: id)), file)
      var receipt = step.context.receipt(
        kind: "addition", agent: step.context.agentName(nil, step.project), outcome: "added")
      receipt.inputs = [Input(path: file.path.text, content: (file.bytes.count, file.digest))]
      receipt.rules = Receipt.noRules
      receipt.add("item", .string(id))
      receipt.add("task", new.json(id: id))
      receipt.add("backlog", staged?.change.json ?? .null)
      var prepared = Step(receipt)
      prepared.staged = staged
      guard case .done(let path) = try state.commit(prepared) else { return nil }
      return (id, path)
    }
  }
}
