import Backlog
package import JSONText

/// Where items of work come from: the project's own file, or a plugin that asks another system.
package protocol BacklogSource: Sendable {
  /// The name by which a failure of it is told.
  var name: Text { get }

  /// All items that it has now, in their order, each an object with an id of its own.
  func items() throws(Refusal) -> [SourceItem]
}

/// An item as a source offers it.
package struct SourceItem: Sendable {
  package var id: Text
  /// The whole item.
  package var node: Node
}

/// The project's own backlog as a source.
package struct OwnBacklog: BacklogSource {
  private let project: Project
  private let context: Context

  /// Reads the backlog of a project.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  package var name: Text { project.configuration.backlog.text }

  package func items() throws(Refusal) -> [SourceItem] {
    let backlog = try BacklogFile(project, context).content
    return (0..<backlog.count).compactMap { row in
      backlog.item(at: row).map { SourceItem(id: $0.id, node: $0.node) }
    }
  }
}

/// A source that a plugin is.
package struct PluginBacklog: BacklogSource {
  private let plugin: Plugin

  /// Reads items from a plugin of the kind `backlog`.
  package init(_ plugin: Plugin) { self.plugin = plugin }

  package var name: Text { plugin.name }

  package func items() throws(Refusal) -> [SourceItem] {
    let answer = try plugin.ask(PluginKind.backlog.rawValue, [:])
    try answer.object(keys: ["items"])
    var items: [SourceItem] = []
    var seen: Set<Text> = []
    for node in try answer.array("items") {
      guard node.kind == .object else {
        throw answer.fault("an item is an object, not " + node.words, node)
      }
      let id = try answer.text("id", of: node)
      _ = try answer.text("title", of: node)
      guard !id.isEmpty, seen.insert(id).inserted else {
        throw answer.fault(
          "each item has an id of its own, unlike " + Text(bytes: quoted(id)), node)
      }
      items.append(SourceItem(id: id, node: node))
    }
    return items
  }
}
