import Backlog
package import Evidence
package import JSONText
package import Machine
package import Rules

/// What somebody decides, as the command line said it.
package struct ApprovalRequest: Sendable {
  /// The id of a rule, a right that rules ask for, a level, or `release`.
  package var right: Text
  package var item: Text?
  package var environment: Text?
  /// Who decides.
  package var actor: Text
  /// How many seconds it holds; nil for ever.
  package var lifetime: Int?
  package var workOrder: Text?
  package var rollback: Text?
  package var reason: Text?
  /// The files that are accepted as they are, relative to the project's root.
  package var paths: [Text] = []
  /// The SSH key to sign with.
  package var key: Path?

  /// States who grants what.
  package init(right: Text, actor: Text) {
    self.right = right
    self.actor = actor
  }
}

/// What came of a decision.
package struct ApprovalAnswer: Sendable {
  /// Where the decision lies, relative to the project's root.
  package var path: Path
  /// Where the record of it lies.
  package var receipt: Path
  /// Whether a signature shows that it is the actor's own.
  package var isAuthenticated: Bool
  /// Whether the item was stopped, and is not any more.
  package var hasReleased: Bool
  /// What was accepted exactly as it is.
  package var accepted: [Approval.Accepted]
  /// The rules from which the item is not released yet.
  package var remaining: [Text]
  /// What deserves a look.
  package var warnings: [Reason]
}

/// Records a person's decision, and releases an item from the stops that it covers.
package struct Approving {
  private let project: Project
  private let context: Context
  private let shelf: RuleShelf

  /// Prepares a decision; who may decide stands in the rule sets, so that all of them must load.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    shelf = try RuleShelf(project, context)
    self.project = project
    self.context = context.redacting(by: shelf)
  }

  /// Records the decision. One that the actor may not take is refused, on the record too.
  package func run(_ request: ApprovalRequest) throws(Refusal) -> ApprovalAnswer {
    guard request.item != nil || request.environment != nil else {
      throw Refusal(
        .usage, "an approval is for something: say for what with --item or --environment")
    }
    let accepted = try Acceptance(request, project, context).paths
    let state = try StateFolder(project, context)
    defer { state.close() }
    let stopped = request.item.flatMap { state.stoppedItems[$0] }
    try checkScope(request, isStopped: stopped != nil)
    let right = try GrantedRight(
      request.right, item: request.item, environment: request.environment, stopped: stopped,
      shelf.book.sets)
    if let objection = right.objection(to: request.actor) {
      try refuse(request, objection, state)
    }
    return try record(request, right, accepted, stopped, state)
  }

  /// Refuses an item and an environment that nobody knows, since a misspelt one would cover nothing.
  private func checkScope(_ request: ApprovalRequest, isStopped: Bool) throws(Refusal) {
    if let item = request.item, !isStopped {
      guard try BacklogFile(project, context).content.row(of: item) != nil else {
        throw Refusal(
          .itemUnknown, "there is no item " + item + " in the backlog",
          hint: "\"conductor backlog list\" shows the items.")
      }
    }
    guard let environment = request.environment else { return }
    let known = shelf.book.sets.flatMap(\.environments).map(\.name)
    guard !known.contains(environment) else { return }
    let nearest = NearestWord.find(environment.string, among: known.map(\.string)).first
    throw Refusal(
      .usage,
      "no loaded rule set has the environment " + Text(bytes: quoted(environment))
        + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? ""))
  }

  private func refuse(
    _ request: ApprovalRequest, _ objection: Text, _ state: StateFolder
  ) throws(Refusal) -> Never {
    let refusal = Refusal(
      .authorityInsufficient,
      request.actor + " may not approve " + request.right + ": " + objection)
    var receipt = receipt(request, kind: "refusal", outcome: "refused")
    receipt.reasons = refusal.reasons
    receipt.add("exit", .integer(Int(refusal.exit.rawValue)))
    _ = try state.commit(Step(receipt))
    throw refusal
  }

  private func record(
    _ request: ApprovalRequest, _ right: GrantedRight, _ accepted: [Approval.Accepted],
    _ stopped: StoppedItem?, _ state: StateFolder
  ) throws(Refusal) -> ApprovalAnswer {
    let name: ReceiptName
    let record: ApprovalRecord
    do {
      name = try state.freeName(at: context.now)
      var written = try self.record(request, right, name, state)
      written.paths = accepted
      record = written
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    let signature = Signature(project, context)
    let bound = shelf.key(of: record.actor)
    var besides: [Path] = []
    if let key = request.key { besides = try signature.sign(record, with: key, boundTo: bound) }
    let isAuthenticated = signature.isGood(of: record, Bytes(record.bytes).array, by: bound)
    do throws(Refusal) {
      if bound != nil, request.key != nil, !isAuthenticated {
        throw Refusal(
          .signatureFailed,
          "the signature is not by the key that the rule sets know for "
            + record.actor)
      }
      var step = step(request, record, isAuthenticated, name)
      let remaining = left(of: stopped, by: right, record, isAuthenticated)
      if let stopped, remaining.count < stopped.causes.count {
        step.frees = [stopped.item]
        if !remaining.isEmpty {
          step.stops = stopped
          step.stops?.causes = remaining
        }
      }
      guard case .done(let receipt) = try state.commit(step) else {
        throw Refusal(.internalFault, "a step without a change was told that its file had changed")
      }
      return ApprovalAnswer(
        path: path(of: record), receipt: receipt, isAuthenticated: isAuthenticated,
        hasReleased: stopped != nil && remaining.isEmpty, accepted: accepted,
        remaining: remaining.map(\.rule),
        warnings: notes(record, right, isAuthenticated))
    } catch {
      for path in besides { try? context.machine.files.remove(path) }
      throw error
    }
  }

  private func path(of record: ApprovalRecord) -> Path {
    project.configuration.receipts / Approvals.folder / Path(record.id + ".json")
  }

  private func record(
    _ request: ApprovalRequest, _ right: GrantedRight, _ name: ReceiptName, _ state: StateFolder
  ) throws(SystemError) -> ApprovalRecord {
    func clean(_ text: Text?) -> Text? { text.map { context.redaction.clean($0) } }
    return ApprovalRecord(
      id: name.id, right: request.right, covers: right.covers, item: request.item,
      environment: request.environment, actor: request.actor, at: context.now,
      expires: request.lifetime.map { context.now.adding(seconds: Int64($0)) },
      workOrder: clean(request.workOrder), rollback: clean(request.rollback),
      reason: clean(request.reason), isRehearsed: context.isRehearsing,
      ledger: state.ledgerPath.text, ledgerOffset: try state.ledgerSize())
  }

  private func step(
    _ request: ApprovalRequest, _ record: ApprovalRecord, _ isAuthenticated: Bool,
    _ name: ReceiptName
  ) -> Step {
    var receipt = receipt(request, kind: "approval", outcome: "approved")
    receipt.add(
      "approval",
      [
        "path": .string(path(of: record).text),
        "sha256": .string(SHA256.hash(record.bytes).hex),
        "covers": .array(record.covers.map { .string($0) }),
        "authenticated": .bool(isAuthenticated),
        "expires": record.expires.map { .string($0.text) } ?? .null,
        "work_order": record.workOrder.map { .string($0) } ?? .null,
        "rollback": record.rollback.map { .string($0) } ?? .null,
        "reason": record.reason.map { .string($0) } ?? .null,
        "paths": .array(record.paths.map(\.json)),
      ])
    var step = Step(receipt)
    step.name = name
    step.adds = Addendum(
      path: Approvals.folder / Path(record.id + ".json"), bytes: record.bytes)
    return step
  }

  private func receipt(_ request: ApprovalRequest, kind: Text, outcome: Text) -> Receipt {
    var receipt = context.receipt(kind: kind, agent: request.actor, outcome: outcome)
    receipt.inputs = shelf.inputs
    receipt.rules = RulesRecord(shelf).json
    receipt.add("item", request.item.map { .string($0) })
    receipt.add("environment", request.environment.map { .string($0) })
    receipt.add("right", .string(request.right))
    receipt.add("actor", .string(request.actor))
    return receipt
  }

  /// The causes of a stop that the decision does not cover. Where the actor is bound to a key, only a signed one does.
  private func left(
    of stopped: StoppedItem?, by right: GrantedRight, _ record: ApprovalRecord,
    _ isAuthenticated: Bool
  ) -> [StoppedItem.Cause] {
    guard let stopped else { return [] }
    let isBound = shelf.book.sets.contains { $0.authority.keys[record.actor] != nil }
    let mayRelease =
      record.environment == nil && (!isBound || isAuthenticated)
      && (stopped.isRehearsed || !context.isRehearsing)
    return stopped.causes.filter { cause in
      !mayRelease
        || !right.covers.contains(cause.rule)
          && !(cause.right.map { right.covers.contains($0) } ?? false)
    }
  }

  private func notes(
    _ record: ApprovalRecord, _ right: GrantedRight, _ isAuthenticated: Bool
  ) -> [Reason] {
    let said = ["work_order": record.workOrder, "rollback": record.rollback] as [Text: Text?]
    var notes = right.needs.filter { said[$0] == .some(nil) }.map { need in
      ReasonCode.approvalIncomplete.reason(
        "a rule asks for a " + (need == "work_order" ? "work order" : "rollback plan")
          + ", and the approval names none")
    }
    if !isAuthenticated, shelf.book.sets.contains(where: { $0.authority.keys[record.actor] != nil })
    {
      notes.append(
        ReasonCode.approvalIncomplete.reason(
          "the rule sets bind " + record.actor
            + " to a key, so that the approval counts only when it is signed: use --key"))
    }
    return notes
  }
}
