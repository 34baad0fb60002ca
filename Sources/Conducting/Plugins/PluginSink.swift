package import JSONText

/// A sink that a plugin is.
package struct PluginSink: Sink {
  private let plugin: Plugin

  /// Sends events to a plugin of the kind `sink`.
  package init(_ plugin: Plugin) { self.plugin = plugin }

  package var name: Text { plugin.name }

  /// Anything but the word that the event was taken is a failure.
  package func take(_ event: Event) throws(Refusal) {
    let answer = try plugin.ask(PluginKind.sink.rawValue, ["event": event.json])
    try answer.object(keys: ["taken"])
    guard try answer.flag("taken") else {
      throw answer.fault("it has not taken the event", answer.root)
    }
  }
}
