package import Backlog
package import Evidence
package import JSONText
package import Machine

/// What a verification came to, in whatever form it is shown.
package struct VerificationAnswer: Sendable {
  package var item: Text
  package var claim: Claim
  /// The tree that this is about; a later change of it voids the verification.
  package var tree: Text
  package var checks: [VerificationCheck]
  package var tests: [TestOutcome]
  /// `verified`, `unverified`, `failed`, `refused`, `asked` or `interrupted`.
  package var outcome: Text
  package var exit: ExitCode
  /// Why it is not verified, the gravest first.
  package var reasons: [Reason]
  /// What deserves a look although it stopped nothing.
  package var warnings: [Reason]
  /// The numbers and the paths, as the receipt has them.
  package var measured: JSON
  /// What the rules said, as the receipt has it.
  package var rules: JSON
  /// Where the record lies, relative to the project's root.
  package var receipt: Path

  /// Whether the item may be closed on the strength of it.
  package var mayClose: Bool { outcome == "verified" || outcome == "unverified" }

  /// The document that `--json` answers with.
  package var json: JSON {
    [
      "format": "conductor/verification/1", "outcome": .string(outcome),
      "exit": .integer(Int(exit.rawValue)), "reasons": .array(reasons.map(\.json)),
      "warnings": .array(warnings.map(\.json)), "item": .string(item), "claim": claim.json,
      "tree": .string(tree), "measured": measured, "rules": rules,
      "checks": .array(checks.map(\.json)),
      "tests": .array(tests.map(\.json)), "receipt": .string(receipt.text),
    ]
  }
}

/// What all checks and tests together amount to.
struct VerificationVerdict: Equatable {
  var outcome: Text
  var exit: ExitCode

  /// What was refused counts before what failed, before what a person must decide; that the consent wants tests counts
  /// before all of them, and that the run was cut short before everything, since then not all was looked at.
  init(
    _ checks: [VerificationCheck], _ tests: [TestOutcome], requiresTests: Bool
  ) {
    let outcomes = checks.map(\.outcome) + tests.map(\.outcome)
    let worst = VerificationCheck.Outcome.worst(of: outcomes)
    if tests.contains(where: \.isCutShort) {
      (outcome, exit) = ("interrupted", ReasonCode.interrupted.exit)
    } else if tests.isEmpty, requiresTests {
      (outcome, exit) = ("refused", ReasonCode.testsRequired.exit)
    } else {
      switch worst {
      case .refused: outcome = "refused"
      case .failed: outcome = "failed"
      case .asked: outcome = "asked"
      case .passed, .none:
        outcome = tests.contains { $0.outcome == .passed } ? "verified" : "unverified"
      }
      exit = worst.exit
    }
  }
}
