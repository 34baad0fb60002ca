import Backlog
import Evidence
import JSONText
import Machine

/// The present claim on an item, found for a command that acts on it.
struct ClaimedItem {
  let id: Text
  let claim: Claim
  /// The item's row, where the backlog shows the claim; nil where only the state folder knows it.
  let row: Int?
  let open: OpenClaim?

  /// Finds the claim that a command may act on.
  ///
  /// The number comes from `--claim`, else from `CONDUCTOR_CLAIM`; with neither the command is accepted only while
  /// the item has been claimed exactly once, since an older agent could otherwise act on a newer one's claim.
  init(
    _ id: Text, number given: Int?, _ backlog: Backlog, _ state: StateFolder, _ context: Context
  ) throws(Refusal) {
    let item = backlog.row(of: id).flatMap { backlog.item(at: $0) }
    let open = state.openClaims[id]
    // A claim outlives the item where another branch's backlog has none such: it must be possible to end it.
    guard item != nil || open != nil else {
      throw Refusal(
        .itemUnknown, "there is no item " + id + " in the backlog",
        hint: "\"conductor backlog list\" shows the items.")
    }
    let shown = item?.status == .inProgress ? item?.claim : nil
    let present = [shown, open?.claim].compactMap { $0 }.max { $0.number < $1.number }
    guard let present else {
      throw Refusal(
        .notClaimed, id + " is not claimed; its status is " + (item?.status.word ?? "unknown"))
    }
    var number = given
    if number == nil { number = try Self.numberFromEnvironment(context) }
    if let number, number != present.number {
      throw Refusal(
        .staleClaim,
        "claim " + Text("\(number)") + " on " + id + " is not the present one, which is claim "
          + Text("\(present.number)") + " of " + present.by)
    }
    if number == nil, backlog.timesClaimed(id) > 1 {
      throw Refusal(
        .claimNumberNeeded, id + " was claimed more than once",
        hint: "Say which claim is meant with --claim N.")
    }
    self.id = id
    claim = present
    self.row = shown?.number == present.number ? item?.row : nil
    self.open = open?.claim.number == present.number ? open : nil
  }

  /// Whether a loop on this machine keeps the claim, and lives.
  func isSupervised(_ project: Project, _ context: Context) -> Bool {
    open.map { ClaimLock.lives(of: [id: $0], project, context)[claim.number] ?? false } ?? false
  }

  private static func numberFromEnvironment(_ context: Context) throws(Refusal) -> Int? {
    guard let text = context.machine.environment["CONDUCTOR_CLAIM"], !text.isEmpty else {
      return nil
    }
    guard let number = Int(text), number > 0 else {
      throw Refusal(.usage, "CONDUCTOR_CLAIM must be a claim's number, not " + Text(text))
    }
    return number
  }
}

/// The part that every command on a claim shares: lock, backlog, step, and starting anew when somebody saved.
struct ClaimStep {
  let project: Project
  let context: Context

  init(project: Project, context: Context) {
    self.project = project
    self.context = context.redacting(for: project)
  }

  /// The same for a step that has read the rule sets already.
  init(_ project: Project, _ context: Context, redactingBy shelf: RuleShelf) {
    self.project = project
    self.context = context.redacting(by: shelf)
  }

  /// Runs a step until nobody saves the backlog in between.
  func run<Answer>(
    _ attempt: (StateFolder, BacklogFile) throws(Refusal) -> Answer?
  ) throws(Refusal) -> Answer {
    let state = try StateFolder(project, context)
    defer { state.close() }
    for _ in 0..<NextItem.attempts {
      let file = try BacklogFile(project, context)
      if let answer = try attempt(state, file) { return answer }
    }
    throw Refusal(
      .busy, "the backlog was saved by somebody else each time a change was about to be written",
      hint: "Try again when nobody edits the file.")
  }

  /// Begins the receipt of a step on a claim.
  func receipt(
    kind: Text, outcome: Text, _ item: ClaimedItem, _ file: BacklogFile
  ) -> Receipt {
    var receipt = context.receipt(kind: kind, agent: item.claim.by, outcome: outcome)
    receipt.inputs = [
      Input(path: file.path.text, content: (file.bytes.count, file.digest))
    ]
    receipt.rules = Receipt.noRules
    receipt.add("item", .string(item.id))
    receipt.add("claim", item.claim.json)
    return receipt
  }

  /// Writes an edit of the backlog beside it, where there is anything to edit.
  func stage(_ splices: [Splice], _ file: BacklogFile) throws(Refusal) -> StagedChange? {
    splices.isEmpty ? nil : try file.stage(splices, project, context)
  }
}
