internal import CMachine

extension Processes {
  /// Runs a program that may work for long: as `run`, but that it is asked several times a second whether the program
  /// may go on, and that one which says more than is kept is ended for it (`interrupted` and truncated). A `program` is
  /// executed in place of the file that the first argument names.
  package func work(
    _ arguments: [[UInt8]], environment: [[UInt8]], directory: Path, input: [UInt8],
    limits: Limits, program: Path? = nil, mayGoOn: @escaping () -> Bool
  ) throws(SystemError) -> Finished {
    var conversation = try Conversation(calls: calls, input: input, limit: limits.output)
    defer { conversation.close() }
    let end = try live(
      arguments, environment, in: directory, &conversation,
      Attendance(limits: limits, program: program, mayGoOn: mayGoOn, endsTheTalkative: true))
    return Finished(
      status: end.status, output: conversation.output, errors: conversation.errors,
      truncated: conversation.truncated)
  }
}

extension Machine {
  /// Waits; an end that somebody asks for (`Signals`) ends the waiting, too.
  package func wait(seconds: Double) throws(SystemError) {
    let milliseconds = Int64(min(max(seconds, 0), 1e6) * 1000)
    guard milliseconds > 0, Signals.noted == nil else { return }
    guard let signals = Signals.descriptor else {
      return calls.sleep(nanoseconds: milliseconds * 1_000_000)
    }
    try calls.wait(for: signals, Flag.pollIn, milliseconds: milliseconds)
  }
}
