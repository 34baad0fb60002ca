/// What a child came to whose words were taken as they came.
package struct Attended: Equatable, Sendable {
  /// How it ended.
  package var status: Finished.Status
  /// Whether something that it had started still ran when it had ended, and had to be ended.
  package var isOutlived: Bool
  /// How long it ran.
  package var nanoseconds: Int64

  /// States what a child came to.
  package init(status: Finished.Status, isOutlived: Bool, nanoseconds: Int64) {
    self.status = status
    self.isOutlived = isOutlived
    self.nanoseconds = nanoseconds
  }
}

extension Processes {
  /// Runs a program that may say any amount: both of its streams go to a listener in the order in which it writes.
  ///
  /// Its standard input is empty. What it leaves running is ended as in `run`, and is told. A failure of the listener
  /// ends the child and is thrown. `tick` hears a few times a second how many nanoseconds the child has run.
  package func listen(
    to arguments: [[UInt8]], environment: [[UInt8]], directory: Path, limits: Limits,
    tick: @escaping (Int64) -> Void = { _ in },
    listener: @escaping ([UInt8]) throws(SystemError) -> Void
  ) throws(SystemError) -> Attended {
    var conversation = try Conversation(calls: calls, listener: listener)
    defer { conversation.close() }
    let end = try live(
      arguments, environment, in: directory, &conversation,
      Attendance(limits: limits, looksForSurvivors: true, tick: tick))
    return Attended(
      status: end.status, isOutlived: end.isOutlived, nanoseconds: end.nanoseconds)
  }
}
