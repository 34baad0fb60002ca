import Evidence
package import JSONText

/// One thing that happened in a run, as sinks, `events.jsonl` and `--json` tell it.
package struct Event: Sendable {
  /// What happened; a name never changes its meaning.
  package enum Name: String, CaseIterable, Sendable {
    case runBegun = "run-begun"
    case claimed = "claimed"
    case emitted = "emitted"
    case executorStarted = "executor-started"
    case executorEnded = "executor-ended"
    case submitted = "submitted"
    case verified = "verified"
    case closed = "closed"
    case proposed = "proposed"
    case pushed = "pushed"
    case released = "released"
    case refused = "refused"
    case idle = "idle"
    case paused = "paused"
    case warning = "warning"
    case runEnded = "run-ended"
    case runFailed = "run-failed"
    case policyViolation = "policy-violation"
    case protectedPath = "protected-path"
    case ownTreeChanged = "own-tree-changed"
    case checkFailed = "required-check-failed"
    case budgetThreshold = "budget-threshold"

    /// Whether somebody should be woken by it.
    package var isAlert: Bool {
      switch self {
      case .runFailed, .policyViolation, .protectedPath, .ownTreeChanged, .checkFailed,
        .budgetThreshold:
        true
      default: false
      }
    }

    /// What it says, for the reference.
    package var meaning: String {
      switch self {
      case .runBegun: "A run began."
      case .claimed: "An item was claimed for this run."
      case .emitted: "A prompt was printed, and its item stays claimed."
      case .executorStarted: "An agent was started on an item."
      case .executorEnded: "The agent ended; the fields say how, and what it cost where it says so."
      case .submitted: "The agent's answer was accepted."
      case .verified: "The work was measured; the fields say with what outcome."
      case .closed: "The item is done."
      case .proposed: "The work waits on a branch for a person."
      case .pushed: "The branch of proposed work was pushed; the fields say to where."
      case .released: "The claim was unwound; the fields say why."
      case .refused: "Nothing was handed out, and the run ends for the reason that is given."
      case .idle: "Nothing can be handed out at present, and the run waits."
      case .paused: "The run paused the project."
      case .warning: "Something deserves a look although it stops nothing."
      case .runEnded: "The run ended; the fields count what was done."
      case .runFailed: "An item's cycle failed."
      case .policyViolation: "A rule spoke against what an agent did or proposed."
      case .protectedPath: "A protected file was changed while an agent ran, or by its work."
      case .ownTreeChanged:
        "Files of the user's own tree changed while an agent was to work in a separate checkout."
      case .checkFailed: "A test, or another check that the item needs, failed."
      case .budgetThreshold: "A budget is nearly used up, or used up."
      }
    }
  }

  /// The format's name and version.
  package static let format: Text = "conductor/event/1"

  package var name: Name
  package var time: Timestamp
  /// The random name of the run.
  package var run: Text
  package var item: Text?
  /// The number of the claim that it is about.
  package var claim: Int?
  /// What only this kind of event has, clean of secrets.
  package var fields: [JSON.Member]
  /// Whether whoever must know of it has been told already, other than by a sink.
  package var isDelivered = false

  /// States what happened at the present moment of a run; secrets in the fields are replaced.
  package init(
    _ name: Name, _ context: Context, item: Text? = nil, claim: Int? = nil,
    _ fields: [JSON.Member] = []
  ) {
    self.name = name
    time = context.now
    run = context.run
    self.item = item
    self.claim = claim
    self.fields = fields.map {
      JSON.Member(key: $0.key, value: context.redaction.clean($0.value))
    }
  }

  /// The event as one value.
  package var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "format", value: .string(Self.format)),
      .init(key: "event", value: .text(name.rawValue)),
      .init(key: "time", value: .string(time.milliseconds)),
      .init(key: "run", value: .string(run)),
      .init(key: "alert", value: .bool(name.isAlert)),
    ]
    if let item { members.append(.init(key: "item", value: .string(item))) }
    if let claim { members.append(.init(key: "claim", value: .integer(claim))) }
    return .object(members + fields)
  }

  /// The event as one line, a newline at its end.
  package var line: [UInt8] { json.written(indent: nil) + [0x0A] }
}
