package import JSONText

/// Why something was decided: a code that never changes its meaning, and a sentence for people.
package struct Reason: Equatable, Sendable {
  /// The code that programs may rely on.
  package let code: Text
  /// The sentence that says what was found.
  package let text: Text

  /// States a reason.
  package init(code: Text, text: Text) {
    self.code = code
    self.text = text
  }

  /// The form that receipts and `--json` share.
  package var json: JSON { ["code": .string(code), "text": .string(text)] }
}

/// A file as it was when a step read it: what was judged is what is recorded.
package struct Input: Equatable, Sendable {
  /// The path, relative to the project's root.
  package let path: Text
  /// Size and digest, or nil for a file that was absent.
  package let content: (size: Int, digest: Digest)?

  /// Records a file that was read, or its absence.
  package init(path: Text, content: (size: Int, digest: Digest)?) {
    self.path = path
    self.content = content
  }

  /// Compares path and content.
  package static func == (a: Input, b: Input) -> Bool {
    a.path == b.path && a.content?.size == b.content?.size
      && a.content?.digest == b.content?.digest
  }

  /// The form that receipts hold.
  package var json: JSON {
    guard let content else { return ["path": .string(path), "sha256": "absent"] }
    return [
      "path": .string(path), "size": .integer(content.size),
      "sha256": .string(content.digest.hex),
    ]
  }
}

/// The limits that a prompt states and a verification measures against.
package struct Guardrails: Equatable, Sendable {
  /// The number of changed lines that are allowed.
  package var diffLimit: Int
  /// The test commands, as received and in order.
  package var tests: [Text]
  /// Where the agent leaves its receipts, as given.
  package var receiptsDirectory: Text
  /// The level that was asked for, where one was.
  package var level: Text?

  /// States the limits of one piece of work.
  package init(diffLimit: Int, tests: [Text], receiptsDirectory: Text, level: Text? = nil) {
    self.diffLimit = diffLimit
    self.tests = tests
    self.receiptsDirectory = receiptsDirectory
    self.level = level
  }

  /// The form that receipts hold.
  package var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "diff_limit", value: .integer(diffLimit)),
      .init(key: "tests", value: .array(tests.map { .string($0) })),
      .init(key: "receipts_dir", value: .string(receiptsDirectory)),
    ]
    if let level { members.append(.init(key: "level", value: .string(level))) }
    return .object(members)
  }
}

/// The record of one step.
///
/// What every receipt holds are stored properties; what a kind adds stands in `details`, in the order given.
package struct Receipt: Sendable {
  /// The format's name and version, by which a reader knows what the keys mean.
  package static let format: Text = "conductor/receipt/1"

  /// What kind of step it records: `claim`, `refusal`, `release` and so on.
  package var kind: Text
  /// When the step was taken.
  package var time: Timestamp
  /// The version of the program.
  package var tool: Text
  /// The random name of the run that took the step.
  package var run: Text
  /// The agent on whose behalf it was taken.
  package var agent: Text
  /// The machine it was taken on.
  package var host: Text
  /// The values of variables that fixed clock or random, by the variables' names.
  package var fixed: [(name: Text, value: Text)] = []
  /// What came of it.
  package var outcome: Text
  /// Why.
  package var reasons: [Reason] = []
  /// What deserves a look although it stopped nothing.
  package var warnings: [Reason] = []
  /// The limits in force, where the step has any.
  package var guardrails: Guardrails?
  /// The prerequisites as they were found, each with snapshot, digest and verdict.
  package var preflight: JSON = .null
  /// The consent as it was read.
  package var consent: JSON = .null
  /// Every file that was read for the decision.
  package var inputs: [Input] = []
  /// The rule sets in force with their digests and counts.
  package var rules: JSON = .null
  /// Whether nothing but this record was to remain.
  package var isDryRun = false
  /// The exact text that goes to the agent. It was cleaned when it was made, and is recorded as it is.
  package var prompt: Text?
  /// What only this kind of receipt has.
  package var details: [JSON.Member] = []

  /// Begins the record of a step.
  package init(
    kind: Text, time: Timestamp, tool: Text, run: Text, agent: Text, host: Text, outcome: Text
  ) {
    self.kind = kind
    self.time = time
    self.tool = tool
    self.run = run
    self.agent = agent
    self.host = host
    self.outcome = outcome
  }

  /// Adds what only this kind of receipt has; a member that is nil is left out.
  package mutating func add(_ key: Text, _ value: JSON?) {
    if let value { details.append(.init(key: key, value: value)) }
  }

  /// The receipt's bytes, a newline at the end, with every secret replaced.
  package func bytes(cleanedBy redaction: Redaction) -> [UInt8] {
    var members: [JSON.Member] = [
      .init(key: "format", value: .string(Self.format)),
      .init(key: "kind", value: .string(kind)),
      .init(key: "generated_at", value: .string(time.milliseconds)),
      .init(key: "tool", value: .string("conductor " + tool)),
      .init(key: "run", value: .string(run)),
      .init(key: "agent", value: .string(redaction.clean(agent))),
      .init(key: "host", value: .string(host)),
    ]
    if !fixed.isEmpty {
      members.append(
        .init(
          key: "fixed",
          value: .object(fixed.map { .init(key: $0.name, value: .string($0.value)) })))
    }
    members += [
      .init(key: "outcome", value: .string(outcome)),
      .init(key: "reasons", value: .array(reasons.map { redaction.clean($0.json) })),
      .init(key: "warnings", value: .array(warnings.map { redaction.clean($0.json) })),
      .init(key: "dry_run", value: .bool(isDryRun)),
      .init(key: "guardrails", value: guardrails.map { redaction.clean($0.json) } ?? .null),
      .init(key: "preflight", value: redaction.clean(preflight)),
      .init(key: "consent", value: redaction.clean(consent)),
      .init(key: "inputs", value: .array(inputs.map(\.json))),
      .init(key: "rules", value: rules),
    ]
    if let prompt {
      members.append(.init(key: "prompt", value: .string(prompt)))
      members.append(.init(key: "prompt_sha256", value: .string(SHA256.hash(prompt).hex)))
    }
    members += details.map { .init(key: $0.key, value: redaction.clean($0.value)) }
    return JSON.object(members).written(indent: 2) + [0x0A]
  }
}
