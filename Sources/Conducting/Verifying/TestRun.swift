package import JSONText
import Machine
import Rules

/// How far a verification has come, for those who wait for it.
package struct TestProgress: Sendable {
  /// Which test is meant, counted from 1, and of how many.
  package var number: Int
  package var count: Int
  package var command: Text
  /// How many seconds it has run.
  package var seconds: Int64
  /// What came of it, once it has ended.
  package var outcome: TestOutcome?
}

/// Runs the tests of a claim in their order, each under guard, with a time limit, and its output kept.
struct TestRun {
  let surroundings: RunSurroundings
  /// Where the tests start.
  let directory: Path
  /// The claim's number, by which the logs are named.
  let claim: Int
  /// How many seconds each may take.
  let timeout: Int
  let progress: (TestProgress) -> Void

  private var context: Context { surroundings.context }

  /// Runs all of them, also after one has failed; nothing more once an end was asked for.
  func run(_ tests: [Text], _ logs: LogFolder) throws(Refusal) -> [TestOutcome] {
    guard !tests.isEmpty else { return [] }
    return try surroundings.within { (variables) throws(Refusal) in
      var outcomes: [TestOutcome] = []
      for (index, test) in tests.enumerated() {
        if Signals.noted != nil {
          outcomes.append(.notReached(test))
          continue
        }
        var step = TestProgress(number: index + 1, count: tests.count, command: test, seconds: 0)
        progress(step)
        let outcome = try run(test, step, variables, logs)
        step.seconds = outcome.nanoseconds / 1_000_000_000
        step.outcome = outcome
        progress(step)
        outcomes.append(outcome)
      }
      return outcomes
    }
  }

  private func run(
    _ test: Text, _ step: TestProgress, _ variables: [[UInt8]], _ logs: LogFolder
  ) throws(Refusal) -> TestOutcome {
    if let refused = try objection(to: test) { return refused }
    let log = try logs.log(claim: claim, test: step.number)
    do {
      let end = try context.machine.processes.listen(
        to: ["/bin/sh", "-c"].map { Array($0.utf8) } + [test.bytes], environment: variables,
        directory: directory, limits: Processes.Limits(timeout: Double(timeout)),
        tick: { nanoseconds in
          var step = step
          step.seconds = nanoseconds / 1_000_000_000
          progress(step)
        }
      ) { (bytes) throws(SystemError) in try log.take(bytes) }
      return .ran(test, end, try log.finish(), timeout: timeout)
    } catch {
      guard error.call == .spawn else {
        throw Refusal(error, relativeTo: surroundings.project.root)
      }
      var outcome = TestOutcome(test, .notStarted, .failed)
      outcome.reasons = [
        ReasonCode.testNotStarted.reason(
          Text(bytes: quoted(test)) + " cannot be started: " + error.words)
      ]
      return outcome
    }
  }

  /// What the rules have against a test's own command line; it is then not run, as under `exec`. The shell that reads it
  /// is conductor's own start and nobody's command. A rule that wants a person to decide has its answer: a person named
  /// the test.
  private func objection(to test: Text) throws(Refusal) -> TestOutcome? {
    let judgement = try surroundings.judgement(ofLine: test)
    guard judgement.verdict > .ask else { return nil }
    let deed = RefusedDeed(
      judgement, kind: "command", subject: test, item: surroundings.itemID, surroundings.project,
      context, surroundings.shelf)
    var outcome = TestOutcome(test, .refused, .refused)
    outcome.reasons = judgement.findings.filter { $0.verdict > .ask }.compactMap(\.objection)
    if let fault = deed.recordFault { outcome.reasons.append(ReasonCode.inputOutput.reason(fault)) }
    return outcome
  }
}
