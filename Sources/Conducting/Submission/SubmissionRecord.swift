import Backlog
package import Evidence
package import JSONText
package import Machine

/// The newest submission that a claim has, as a listed receipt tells it.
package struct SubmissionRecord: Sendable {
  package var receipt: Path
  package var receipts: [(path: Text, sha256: Digest)]
  package var analysis: Text
  package var commands: [Text]

  static func newest(
    of claim: Claim, item: Text, _ project: Project, _ context: Context
  ) throws(Refusal) -> SubmissionRecord? { nil }

  package func faults(_ project: Project, _ context: Context, directory: Path) -> [Reason] { [] }
}
