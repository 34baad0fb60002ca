package import Backlog
package import Evidence
package import JSONText
package import Machine

/// The newest answer that was accepted for a claim, as its listed receipt tells it.
package struct SubmissionRecord: Sendable {
  /// The record, relative to the project's root.
  package var receipt: Path
  /// The receipts that the answer names, as they were when it was accepted.
  package var receipts: [(path: Text, sha256: Digest)]
  /// What the answer says; empty where it was too long to be recorded whole.
  package var analysis: Text
  /// The commands that it proposes; none where it was too long to be recorded whole.
  package var commands: [Text]
  private let receiptsDirectory: Text

  /// The newest accepted submission of a claim; nil where there is none.
  package static func newest(
    of claim: Claim, item: Text, _ project: Project, _ context: Context
  ) throws(Refusal) -> SubmissionRecord? {
    let found = try ReceiptShelf(project, context)
      .newest(kind: "submission", item: item, claim: claim.number) { root in
        root["outcome"]?.text == SubmissionAnswer.Outcome.accepted.rawValue
      }
    return found.map { SubmissionRecord($0.path, $0.root) }
  }

  private init(_ path: Path, _ root: Node) {
    receipt = path
    receipts = (root["receipts"]?.elements ?? []).compactMap { entry in
      guard let path = entry["path"]?.text, let hex = entry["sha256"]?.text,
        let digest = Digest(hex: hex.bytes)
      else { return nil }
      return (path, digest)
    }
    let document = root["answer"]?["text"]?.text.flatMap { try? Document(Bytes($0.bytes)) }
    let answer = document.map { Answer($0.root) }
    analysis = answer?.analysis ?? ""
    commands = answer?.commands.map(\.line) ?? []
    receiptsDirectory = root["guardrails"]?["receipts_dir"]?.text ?? ""
  }

  /// What is wrong with its receipts now: gone, changed, or led outside. Empty when all is well.
  package func faults(_ project: Project, _ context: Context, directory: Path) -> [Reason] {
    let folder = ReceiptFolder(
      root: directory, stated: receiptsDirectory, files: context.machine.files)
    return receipts.compactMap { receipt in
      do throws(ReceiptFolder.Objection) {
        guard try folder.find(receipt.path).digest != receipt.sha256 else { return nil }
        return ReasonCode.answerInvalid.reason(
          receipt.path + " has changed since the answer that names it was accepted")
      } catch {
        return ReasonCode.answerInvalid.reason(error.text)
      }
    }
  }
}
