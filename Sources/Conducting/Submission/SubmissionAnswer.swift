package import Backlog
package import Evidence
package import JSONText
package import Machine
package import Rules

/// What came of an answer.
package struct SubmissionAnswer: Sendable {
  /// How an answer can end.
  package enum Outcome: Text, Sendable {
    case accepted, asked, refused
  }

  /// The item that the answer is about.
  package var item: Text
  /// The claim that it is about; nil where that is not the present one.
  package var claim: Claim?
  package var outcome: Outcome
  package var exit: ExitCode
  package var reasons: [Reason] = []
  package var warnings: [Reason] = []
  /// What is wrong with the answer itself.
  package var faults: [SchemaFinding] = []
  /// What the rules said of it; nil where it could not be read.
  package var judgement: Judgement?
  /// The receipts that the agent has left, as they were found.
  package var receipts: [LeftReceipt] = []
  /// The record of the stop, where a rule has stopped it.
  package var stop: Path?
  /// Where the record lies, relative to the project's root.
  package var receipt: Path

  /// The document that `--json` answers with.
  package var json: JSON {
    [
      "format": "conductor/submission/1", "outcome": .string(outcome.rawValue),
      "exit": .integer(Int(exit.rawValue)), "item": .string(item), "claim": claim?.json ?? .null,
      "reasons": .array(reasons.map(\.json)), "warnings": .array(warnings.map(\.json)),
      "faults": .array(faults.map(\.json)),
      "rules": .array(judgement?.findings.map(\.json) ?? []),
      "receipts": .array(receipts.map(\.json)),
      "stop": stop.map { .string($0.text) } ?? .null, "receipt": .string(receipt.text),
    ]
  }
}
