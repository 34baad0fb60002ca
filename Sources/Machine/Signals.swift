private import CMachine

/// The wish of a person or a supervisor that the program end: SIGINT, SIGTERM, and SIGHUP of a terminal
/// that goes.
///
/// The first is only noted, so that the step under way finishes or is undone; the second ends the process
/// at once, in the way the system would have.
package enum Signals {
  /// Starts noting; signals that the process was started to ignore stay ignored.
  package static func watch(calls: SystemCalls) throws(SystemError) {
    _ = try calls.attempt(.sigaction) { _ in Int64(cm_note_signals()) }
  }

  /// The signal that was noted; `nil` while nobody asked for an end.
  package static var noted: Int32? {
    let signal = cm_noted_signal()
    return signal == 0 ? nil : signal
  }

  /// A descriptor that becomes readable with the first signal and stays so; `nil` when nobody watches.
  static var descriptor: Int32? {
    let descriptor = cm_signal_descriptor()
    return descriptor < 0 ? nil : descriptor
  }

  /// Makes writing to a closed pipe an error instead of a silent end of the process.
  package static func ignoreBrokenPipes() { cm_ignore_broken_pipes() }
}
