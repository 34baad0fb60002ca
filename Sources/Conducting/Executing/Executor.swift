package import Evidence
package import JSONText
package import Machine

/// What runs an agent on a prompt and brings back its answer; plugins can be one too.
package protocol Executor: Sendable {
  /// The name by which it is asked for.
  var name: Text { get }

  /// Runs the agent to its end.
  ///
  /// Whatever the agent does wrong is told in the result. What is thrown says that it could not be run at all.
  func run(_ task: ExecutorTask) throws(Refusal) -> ExecutorResult
}

/// One piece of work for an executor.
package struct ExecutorTask {
  /// The item that is worked on.
  package var item: Text
  /// The number of its claim.
  package var claim: Int
  /// The level that holds for it, where one was asked for.
  package var level: Text?
  /// The contract text, for the agent's standard input.
  package var prompt: [UInt8]
  /// Where the agent works, absolute.
  package var directory: Path
  /// Where the agent is to leave its receipts, absolute.
  package var receiptsDirectory: Path
  /// Where what the agent printed is kept, absolute; the folder is there.
  package var recordsDirectory: Path
  /// The longest that the agent may take, in seconds, where the run as a whole has less time than the executor allows.
  package var timeout: Double?
  /// Asked several times a second while the agent lives; a reason ends the agent, politely first.
  package var pulse: () -> Reason?

  /// States a piece of work.
  package init(
    item: Text, claim: Int, level: Text? = nil, prompt: [UInt8], directory: Path,
    receiptsDirectory: Path, recordsDirectory: Path, timeout: Double? = nil,
    pulse: @escaping () -> Reason? = { nil }
  ) {
    self.item = item
    self.claim = claim
    self.level = level
    self.prompt = prompt
    self.directory = directory
    self.receiptsDirectory = receiptsDirectory
    self.recordsDirectory = recordsDirectory
    self.timeout = timeout
    self.pulse = pulse
  }

  /// The variables that tell the agent, and what it starts, what it works on.
  package var variables: [(name: String, value: [UInt8]?)] {
    [
      ("CONDUCTOR_ITEM", item.bytes), ("CONDUCTOR_CLAIM", Array("\(claim)".utf8)),
      (Self.receiptsVariable, receiptsDirectory.bytes),
    ]
  }

  /// The variable that none but a loop sets.
  static let receiptsVariable = "CONDUCTOR_RECEIPTS"
}

/// What an executor brings back.
package struct ExecutorResult: Sendable {
  /// How the agent ended.
  package var status: Finished.Status
  /// The agent's answer, one JSON document; nil where there was none.
  package var answer: [UInt8]?
  /// What went wrong with the run of the agent; nil where it brought an answer and ended well.
  package var failure: Reason?
  /// Why the agent was ended before its time, where `pulse` asked for it.
  package var endedBecause: Reason?
  /// What the agent says it cost, in the currency of whoever bills it; nil where it does not say.
  package var cost: Number?
  /// What the agent says it read and wrote; nil where it does not say.
  package var tokens: TokenCount?
  /// The file that holds what the agent printed.
  package var output: Path?

  /// States how an agent ended; everything else is unknown until somebody says so.
  package init(status: Finished.Status) { self.status = status }
}

/// How much a model read and wrote, as the agent counts it.
package struct TokenCount: Equatable, Sendable {
  package var input: Int
  package var output: Int

  /// States a count.
  package init(input: Int, output: Int) {
    self.input = input
    self.output = output
  }

  /// The form that receipts and events hold.
  package var json: JSON { ["input": .integer(input), "output": .integer(output)] }
}
