package import JSONText

/// Where events go: a file, a screen, a plugin that tells somebody.
package protocol Sink: Sendable {
  /// The name by which a failure of it is told.
  var name: Text { get }

  /// Takes one event. A failure is told to the people who watch the run, and holds up no work.
  func take(_ event: Event) throws(Refusal)
}
