package import Backlog
package import Evidence
package import JSONText
package import Machine

/// What an item's claim was made from, as the listed receipt of the claim tells it: limits, tests, and the tree at that
/// time. Nothing here is taken from the present backlog, which somebody may have changed since.
package struct ClaimRecord: Sendable {
  package var item: Text
  /// The claim as it stands now, its lease perhaps renewed.
  package var claim: Claim
  /// The claim's receipt, relative to the project's root.
  package var receipt: Path
  /// When the item was claimed.
  package var time: Timestamp
  /// The limits that the prompt stated.
  package var guardrails: Guardrails
  /// The item as it stood.
  package var task: Node
  /// The top of the checkout that the work is measured in, absolute; nil where there was none.
  package var checkout: Path?
  /// All that the receipt says.
  let root: Node

  /// Finds the receipt of a claim; refuses where no listed one records it, since there is nothing to measure against.
  package init(
    _ item: Text, _ claim: Claim, _ project: Project, _ context: Context
  ) throws(Refusal) {
    let found = try ReceiptShelf(project, context)
      .newest(kind: "claim", item: item, claim: claim.number)
    guard let found, found.root["dry_run"]?.bool == false else {
      throw Refusal(
        .claimUnrecorded,
        "no listed receipt records claim " + Text("\(claim.number)") + " on " + item
          + ", so that nothing says what the work may be measured against",
        hint:
          "Release the item and claim it again; \"conductor receipts verify\" says what is missing."
      )
    }
    let root = found.root
    guard let limits = root["guardrails"], let limit = limits["diff_limit"]?.integer,
      let tests = limits["tests"], tests.kind == .array,
      let directory = limits["receipts_dir"]?.text, let task = root["task"],
      let time = root["generated_at"]?.text.flatMap({ Timestamp($0) })
    else {
      throw Refusal(
        .claimUnrecorded,
        found.path.text + " is not in the form of a claim's receipt",
        hint: "Release the item and claim it again.")
    }
    self.item = item
    self.claim = claim
    receipt = found.path
    self.time = time
    guardrails = Guardrails(
      diffLimit: limit, tests: tests.elements.compactMap(\.text), receiptsDirectory: directory,
      level: limits["level"]?.text)
    self.task = task
    checkout = root["git"]?["top"]?.text.map { Path($0) }
    self.root = root
  }

  /// The same for a claim that a command has found.
  init(_ item: ClaimedItem, _ project: Project, _ context: Context) throws(Refusal) {
    try self.init(item.id, item.claim, project, context)
  }
}
