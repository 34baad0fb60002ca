import Backlog
import Evidence
import JSONText
import Machine
import Rules

/// The newest verification of a claim that a listed receipt records.
struct StandingVerification {
  let receipt: Path
  private let root: Node

  /// Finds it; nil where there is none.
  init?(of work: Examination) throws(Refusal) {
    let found = try ReceiptShelf(work.project, work.context)
      .newest(kind: "verification", item: work.record.item, claim: work.claim.number)
    guard let found else { return nil }
    (receipt, root) = found
  }

  var outcome: Text { root["outcome"]?.text ?? "" }

  /// How many tests ran for it.
  var testsRun: Int { root["tests"]?.elements.count { $0["exit"] != nil } ?? 0 }

  /// Whether it still says of the work as it lies there that it may be closed: the same tree, the same limits and the
  /// same rules; and on the real clock, one that was made there.
  func stands(for work: Examination, requiresTests: Bool) -> Bool {
    guard outcome == "verified" || (outcome == "unverified" && !requiresTests) else {
      return false
    }
    if !work.context.isRehearsing, root["fixed"]?["CONDUCTOR_NOW"] != nil { return false }
    let sets = root["rules"]?["sets"]?.elements.map(\.json) ?? []
    return root["tree"]?.text == work.measurement.tree
      && sets == work.shelf.book.sets.map(\.json)
      && root["claim_receipt"]?.text == work.record.receipt.text
  }
}
