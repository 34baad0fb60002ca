package import Evidence
package import JSONText

/// How each plugin of a project stands, for those who look.
package struct PluginSurvey: Sendable {
  /// One plugin, as it was found.
  package struct Entry: Sendable {
    package var declaration: PluginDeclaration
    /// `trusted`, `missing`, `changed` or `untrusted`.
    package var state: Text
    /// Who trusts it as it is, and since when.
    package var record: TrustRecord?
    /// What is wrong with it.
    package var reasons: [Reason] = []
    /// What it said of itself, where it was asked.
    package var description: Plugin.Description?
    /// How many items a backlog offers, and how many of them the project's own has already.
    package var offer: (items: Int, known: Int)?

    /// Whether anything keeps it from being run.
    package var isFaulty: Bool { !reasons.isEmpty }
  }

  package private(set) var entries: [Entry] = []

  /// Looks at the files and the trust of each, and runs nothing.
  package init(_ project: Project, _ context: Context) {
    let store = TrustStore(project, context)
    entries = PluginShelf(project, context).plugins.map { Self.look(at: $0, store) }
  }

  /// The same, and asks each that may be run what it is; one alone where a name is given.
  package init(asking name: Text?, _ project: Project, _ context: Context) throws(Refusal) {
    let context = context.redacting(for: project)
    let shelf = PluginShelf(project, context)
    let store = TrustStore(project, context)
    let wanted = try name.map { (name) throws(Refusal) in [try shelf.plugin(name)] }
    for plugin in wanted ?? shelf.plugins {
      var entry = Self.look(at: plugin, store)
      if !entry.isFaulty {
        do {
          try Self.ask(plugin, &entry, project, context)
        } catch {
          entry.reasons = error.reasons
        }
      }
      entries.append(entry)
    }
  }

  private static func look(at plugin: Plugin, _ store: TrustStore) -> Entry {
    var entry = Entry(declaration: plugin.declaration, state: "trusted")
    do {
      _ = try plugin.verified()
      entry.record = try store.record(of: plugin.name)
    } catch {
      entry.reasons = error.reasons
      let words: [ReasonCode: Text] = [
        .pluginMissing: "missing", .pluginChanged: "changed", .pluginUntrusted: "untrusted",
      ]
      let code = error.reasons.first.flatMap { ReasonCode(rawValue: $0.code.string) }
      entry.state = code.flatMap { words[$0] } ?? "untrusted"
    }
    return entry
  }

  private static func ask(
    _ plugin: Plugin, _ entry: inout Entry, _ project: Project, _ context: Context
  ) throws(Refusal) {
    entry.description = try plugin.describe()
    guard plugin.declaration.kind == .backlog else { return }
    let offered = try ids(of: PluginBacklog(plugin))
    let known = try ids(of: OwnBacklog(project, context))
    entry.offer = (offered.count, offered.intersection(known).count)
  }

  private static func ids(of source: any BacklogSource) throws(Refusal) -> Set<Text> {
    Set(try source.items().map(\.id))
  }

  /// Whether anything must be mended.
  package var hasProblems: Bool { entries.contains(where: \.isFaulty) }
}

extension PluginSurvey.Entry {
  /// The form that `--json` answers with.
  package var json: JSON {
    func text(_ text: Text?) -> JSON { text.map { .string($0) } ?? .null }
    return [
      "name": .string(declaration.name), "state": .string(state), "declaration": declaration.json,
      "trusted_by": text(record?.by), "trusted_at": text(record?.at.text),
      "version": text(description?.version), "description": text(description?.text),
      "items": offer.map { .integer($0.items) } ?? .null,
      "known_items": offer.map { .integer($0.known) } ?? .null,
      "reasons": .array(reasons.map(\.json)),
    ]
  }
}
