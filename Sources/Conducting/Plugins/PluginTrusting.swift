import Evidence
package import JSONText
package import Machine

/// Records that an operator lets a plugin run, or lets it run no more.
package struct PluginTrusting {
  private let project: Project
  private let context: Context
  private let store: TrustStore

  /// Prepares a change of what is trusted in a project.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context.redacting(for: project)
    store = TrustStore(project, context)
  }

  /// What was trusted, and where that is recorded.
  package struct Answer: Sendable {
    package var declaration: PluginDeclaration
    package var record: TrustRecord
    /// The file outside of the repository, absolute.
    package var place: Path
    /// The receipt, relative to the project's root.
    package var receipt: Path
  }

  /// Trusts a plugin exactly as it is declared now; its files must be there and be what was declared.
  package func trust(_ name: Text, by actor: Text?) throws(Refusal) -> Answer {
    let plugin = try PluginShelf(project, context).plugin(name)
    let parts = try plugin.parts()
    let record = try TrustRecord(
      root: project.root, plugin.declaration, at: context.now,
      by: context.redaction.clean(actor ?? Text(context.machine.userName)),
      isRehearsed: context.isRehearsing)
    let state = try StateFolder(project, context)
    defer { state.close() }
    let staged = try store.stage(record)
    let receipt = try commit(
      name, by: record.by, outcome: "trusted", state,
      inputs: parts.map { Input(path: $0.path.text, content: ($0.bytes.count, $0.digest)) },
      details: [
        .init(key: "declaration", value: record.declaration),
        .init(key: "digest", value: .string(record.fingerprint.hex)),
        .init(key: "recorded_at", value: .string(staged.target.text)),
      ])
    do {
      try staged.putInPlace()
    } catch {
      throw Refusal(error)
    }
    return Answer(
      declaration: plugin.declaration, record: record, place: staged.target, receipt: receipt)
  }

  /// Forgets the trust in a plugin, also in one that is declared no more; nil where nobody trusted it.
  package func untrust(_ name: Text) throws(Refusal) -> Path? {
    let state = try StateFolder(project, context)
    defer { state.close() }
    guard try store.forget(name) else {
      _ = try PluginShelf(project, context).plugin(name)
      return nil
    }
    return try commit(
      name, by: context.agentName(nil, project), outcome: "untrusted", state, inputs: [],
      details: [])
  }

  private func commit(
    _ name: Text, by actor: Text, outcome: Text, _ state: StateFolder, inputs: [Input],
    details: [JSON.Member]
  ) throws(Refusal) -> Path {
    var receipt = context.receipt(kind: "trust", agent: actor, outcome: outcome)
    receipt.rules = Receipt.noRules
    receipt.inputs = inputs
    receipt.add("plugin", .string(name))
    receipt.details += details
    guard case .done(let path) = try state.commit(Step(receipt)) else {
      throw Refusal(.internalFault, "a step without a change was told that its file had changed")
    }
    return path
  }
}
