package import Backlog
package import Evidence
package import JSONText
package import Machine

/// What a closing came to, in whatever form it is shown.
package struct ClosingAnswer: Sendable {
  package var item: Text
  /// The claim that ended, or that stands as it was; nil for a proposed item, whose claim has ended before.
  package var claim: Claim?
  /// `closed`, or what the work came to instead: `failed`, `refused`, `asked`, `interrupted`.
  package var outcome: Text
  package var exit: ExitCode
  package var reasons: [Reason] = []
  package var warnings: [Reason] = []
  /// The verification that was made for the closing; nil where one stood already.
  package var verification: VerificationAnswer?
  /// The receipt of the verification that the closing rests on; nil for a proposed item.
  package var verificationReceipt: Path?
  /// What was checked besides.
  package var checks: [VerificationCheck] = []
  /// Where the record lies, relative to the project's root.
  package var receipt: Path

  /// Whether the item is done.
  package var isClosed: Bool { outcome == "closed" }

  /// The document that `--json` answers with.
  package var json: JSON {
    [
      "format": "conductor/closing/1", "outcome": .string(outcome),
      "exit": .integer(Int(exit.rawValue)), "reasons": .array(reasons.map(\.json)),
      "warnings": .array(warnings.map(\.json)), "item": .string(item),
      "status": isClosed ? "done" : .null, "claim": claim?.json ?? .null,
      "verification": verificationReceipt.map { .string($0.text) } ?? .null,
      "verified_now": .bool(verification != nil),
      "tests": .array((verification?.tests ?? []).map(\.json)),
      "checks": .array(checks.map(\.json)), "receipt": .string(receipt.text),
    ]
  }
}
