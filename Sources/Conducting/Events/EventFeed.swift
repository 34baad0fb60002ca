import Evidence
import JSONText

/// Tells every sink what happens. A sink that fails is told of once, and holds up nothing; one that takes too long is
/// not asked again.
final class EventFeed {
  private let sinks: [any Sink]
  private var failed: Set<Text> = []
  private var slow: Set<Text> = []
  /// The sinks that failed, each with its first failure.
  private(set) var warnings: [Reason] = []

  init(_ sinks: [any Sink]) { self.sinks = sinks }

  func tell(_ event: Event, _ context: Context) {
    var faults: [Reason] = []
    for sink in sinks where !slow.contains(sink.name) {
      do {
        try sink.take(event)
      } catch {
        if error.reasons.contains(where: { $0.code == Text(ReasonCode.pluginSlow.rawValue) }) {
          slow.insert(sink.name)
        }
        guard failed.insert(sink.name).inserted else { continue }
        let words = error.reasons.first?.text ?? "it does not say why"
        faults.append(
          ReasonCode.sinkFailed.reason(sink.name + " does not take events: " + words))
      }
    }
    warnings += faults
    for fault in faults {
      tell(Event(.warning, context, [.init(key: "reason", value: fault.json)]), context)
    }
  }
}
