package import Evidence
package import JSONText

/// One thing that a verification looks at: what it found, what is allowed, and whether that agrees.
package struct VerificationCheck: Sendable {
  /// What came of a check.
  package enum Outcome: String, CaseIterable, Sendable {
    case passed, failed, refused, asked
    /// There was nothing to check, which is not a pass.
    case none
  }

  /// What was looked at, in a word or two.
  package var name: Text
  package var outcome: Outcome
  /// What was found, in a few words.
  package var measured: Text
  /// What would have been allowed.
  package var allowed: Text
  /// What is wrong, one by one.
  package var reasons: [Reason]
  /// What the reader can do about it.
  package var next: [Text]

  /// States a check.
  package init(
    _ name: Text, _ outcome: Outcome, measured: Text, allowed: Text = "", reasons: [Reason] = [],
    next: [Text] = []
  ) {
    self.name = name
    self.outcome = outcome
    self.measured = measured
    self.allowed = allowed
    self.reasons = reasons
    self.next = next
  }

  /// The form that receipts and `--json` share.
  package var json: JSON {
    [
      "check": .string(name), "outcome": .text(outcome.rawValue), "measured": .string(measured),
      "allowed": .string(allowed), "reasons": .array(reasons.map(\.json)),
      "next": .array(next.map { .string($0) }),
    ]
  }
}

extension VerificationCheck.Outcome {
  /// The status that a command ends with where this is the worst of all outcomes.
  package var exit: ExitCode {
    switch self {
    case .passed, .none: .done
    case .failed: .checkFailed
    case .refused: .refused
    case .asked: .personMustDecide
    }
  }

  /// What keeps work from being closed: what was refused before what failed, before what a person must decide.
  static let byGravity: [Self] = [.refused, .failed, .asked]

  /// The worst of several.
  package static func worst(of outcomes: [Self]) -> Self {
    (byGravity + [.passed]).first { outcomes.contains($0) } ?? .none
  }
}
