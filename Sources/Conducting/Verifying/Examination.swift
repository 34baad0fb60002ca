import Backlog
import Evidence
import JSONText
import Machine
import Rules

/// The work on a claim as it lies there: everything that can be looked at without running anything of it.
struct Examination {
  /// The project as it is seen from the checkout that is measured.
  let project: Project
  let context: Context
  let shelf: RuleShelf
  /// The rule sets and the plugins that judge.
  let panel: JudgePanel
  let claim: Claim
  let record: ClaimRecord
  /// Whether a loop keeps the claim.
  private let isSupervised: Bool
  let measurement: Measurement
  let submission: SubmissionRecord?
  let approvals: Approvals
  /// The backlog as it was when the claim was found.
  let backlog: Digest
  /// What the rules for changed files say.
  let judgement: Judgement
  let files: ProjectFiles
  private let turn: FileLock

  /// Finds the claim under the lock, and measures without it, so that nobody waits.
  init(
    _ id: Text, number: Int?, _ project: Project, _ context: Context, at checkout: Path?
  ) throws(Refusal) {
    shelf = try RuleShelf(project, context)
    self.context = context.redacting(by: shelf)
    let found: ClaimedItem
    (found, backlog) = try Self.find(id, number, project, self.context)
    claim = found.claim
    isSupervised = found.isSupervised(project, self.context)
    record = try ClaimRecord(found, project, self.context)
    turn = try Self.turn(of: record, project, context)
    let project = Self.seen(project, record, at: checkout, self.context)
    self.project = project
    approvals = try Approvals(project, self.context, shelf)
    do {
      measurement = try Measurement(
        record, project, self.context, shelf, approvals: approvals.approvals, at: checkout)
    } catch {
      throw Self.explained(error, id)
    }
    submission = try SubmissionRecord.newest(of: claim, item: id, project, self.context)
    files = ProjectFiles(root: project.workplace(context.machine), context.machine)
    let circumstances = Self.circumstances(
      project, self.context, shelf, files, record, measurement, submission, approvals)
    panel = JudgePanel(shelf.book, beside: PluginShelf(project, self.context).judges)
    judgement = Self.judgement(circumstances, shelf, panel, record, measurement)
  }

  private static func find(
    _ id: Text, _ number: Int?, _ project: Project, _ context: Context
  ) throws(Refusal) -> (ClaimedItem, Digest) {
    let state = try StateFolder(project, context)
    defer { state.close() }
    let file = try BacklogFile(project, context)
    return (try ClaimedItem(id, number: number, file.content, state, context), file.digest)
  }

  /// The project with its root in the checkout that is measured: the named one, else that of the claim.
  private static func seen(
    _ project: Project, _ record: ClaimRecord, at checkout: Path?, _ context: Context
  ) -> Project {
    guard let top = checkout ?? record.checkout else { return project }
    let here = project.workplace(context.machine)
    if checkout == nil, here.relative(to: top) != nil { return project }
    return Project(
      root: project.root, checkout: (top / record.place(project)).normalized,
      configuration: project.configuration, configurationBytes: project.configurationBytes)
  }

  /// Refuses where a loop keeps the claim: it decides what becomes of the work, and where that work lies.
  func checkUnsupervised() throws(Refusal) {
    guard isSupervised else { return }
    throw Refusal(
      .claimSupervised,
      "claim " + Text("\(claim.number)") + " on " + record.item
        + " is kept by a loop, which closes the item itself once the agent has answered",
      hint: "An agent answers and ends; an operator waits for the loop, or ends it first.")
  }

  /// Lets others verify this claim.
  func close() { turn.release() }

  /// One verification of a claim at a time: the tests of two would disturb each other, and a test that verifies its own
  /// claim would never come to an end. The lock lies on the claim's receipt, which is the claim's own and stays.
  private static func turn(
    of record: ClaimRecord, _ project: Project, _ context: Context
  ) throws(Refusal) -> FileLock {
    let turn: FileLock?
    do {
      turn = try FileLock.acquire(
        project.root / record.receipt, makesFile: false, timeout: 0, calls: context.machine.calls)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    if let turn { return turn }
    throw Refusal(
      .busy,
      "claim " + Text("\(record.claim.number)") + " on " + record.item
        + " is being verified by another process",
      hint: "Try again when that has ended.")
  }

  /// Without git nothing can be measured, and then nothing is ever found to be right.
  private static func explained(_ error: Refusal, _ id: Text) -> Refusal {
    guard error.exit == ReasonCode.gitAbsent.exit else { return error }
    var refusal = error
    refusal.hint =
      "The work cannot be verified without git. Release " + id
      + " with \"conductor release\", or set it done by hand."
    return refusal
  }

  /// What rules may know of the claim and of the checkout.
  private static func circumstances(
    _ project: Project, _ context: Context, _ shelf: RuleShelf, _ files: ProjectFiles,
    _ record: ClaimRecord, _ measurement: Measurement, _ submission: SubmissionRecord?,
    _ approvals: Approvals
  ) -> Circumstances {
    var circumstances = Circumstances(
      project, context, shelf: shelf, files: files, item: record.task,
      level: record.guardrails.level, approvals: approvals.approvals)
    circumstances.claimedAt = record.time
    var facts = CheckoutFacts()
    facts.isClean = measurement.isClean
    facts.changes = measurement.changes
    facts.untracked = measurement.untracked
    facts.commits = measurement.commits
    facts.commands = submission?.commands
    facts.analysis = submission?.analysis
    circumstances.checkout = facts
    return circumstances
  }

  /// The same with the tests that were run.
  func circumstances(testsRun: Int) -> Circumstances {
    var circumstances = Self.circumstances(
      project, context, shelf, files, record, measurement, submission, approvals)
    circumstances.checkout?.testsRun = testsRun
    return circumstances
  }

  private static func judgement(
    _ circumstances: Circumstances, _ shelf: RuleShelf, _ panel: JudgePanel, _ record: ClaimRecord,
    _ measurement: Measurement
  ) -> Judgement {
    var judgement = panel.judgement(
      of: JudgeQuestion(.changes(measurement.changes), circumstances))
    // What an operator may accept one by one is a check of its own.
    let told = Set(measurement.protected.map(\.path))
    judgement.findings.removeAll { $0.rule == "protected-path" && told.contains($0.saw) }
    return Releases(circumstances.approvals, shelf.book.sets)
      .applied(to: judgement, of: record.item)
  }

  /// Whether the working tree is still as it was measured; `logs` are those of tests that no receipt records yet.
  func stands(at checkout: Path?, logs: [LogRecord] = []) throws(Refusal) -> Bool {
    try measurement.stands(record, project, context, at: checkout, logs: logs)
  }

  /// The check of the operator's files as they are now.
  func protectedCheckNow() throws(Refusal) -> VerificationCheck {
    protectedCheck(
      try Measurement.protected(
        record, project, context, shelf, approvals: approvals.approvals))
  }

  /// Everything that was read for the decision.
  var inputs: [Input] { shelf.inputs + approvals.inputs + files.inputs }

  /// What a receipt says of the rules.
  var rules: RulesRecord {
    var rules = RulesRecord(shelf)
    rules.add(judgement)
    return rules
  }

  // MARK: Checks

  /// Everything that was looked at, in the order in which people read it.
  var checks: [VerificationCheck] {
    [
      files(measurement.changes.count), lines, protectedCheck(measurement.protected), outside,
      coverage,
      ruleCheck,
    ] + [submissionCheck].compactMap { $0 }
  }

  /// The places that lie outside the project's root, which an item never is about.
  private var strays: [Text] {
    let changed = measurement.changes.flatMap { [$0.path] + [$0.from].compactMap { $0 } }
    return Set(changed.filter { $0.hasPrefix("../") || $0.hasPrefix("/") }).sorted()
  }

  /// The level in force that lets no file change; nil where none does.
  private var stillLevel: Text? {
    var circumstances = Circumstances(now: context.now)
    circumstances.level = record.guardrails.level
    return shelf.book.levels(inForce: circumstances).first { !$0.level.changesFiles }?.level.name
  }

  private func files(_ count: Int) -> VerificationCheck {
    let measured: Text = count == 1 ? "1 file changed" : Text("\(count) files changed")
    if let level = stillLevel {
      return VerificationCheck(
        "changes", count == 0 ? .passed : .refused,
        measured: count == 0 ? "nothing changed" : measured, allowed: "none at " + level,
        reasons: count == 0
          ? []
          : [
            ReasonCode.changesForbidden.reason(
              measured + ", and at the level " + level + " nothing is changed")
          ],
        next: count == 0 ? [] : ["Take the changes back, or claim the item at another level."])
    }
    guard count == 0 else {
      return VerificationCheck("changes", .passed, measured: measured, allowed: "at least 1")
    }
    return VerificationCheck(
      "changes", .failed, measured: "nothing changed", allowed: "at least 1",
      reasons: [
        ReasonCode.nothingChanged.reason(
          "nothing has changed since " + record.item + " was claimed")
      ],
      next: [
        "Give the item back with \"conductor release " + record.item
          + "\", or set it done by hand in the backlog."
      ])
  }

  private var lines: VerificationCheck {
    let (count, limit) = (measurement.lineCount, record.guardrails.diffLimit)
    let measured = Text("\(count) line") + (count == 1 ? "" : "s")
    let allowed = Text("\(limit) line") + (limit == 1 ? "" : "s")
    guard count > limit else {
      return VerificationCheck("diff limit", .passed, measured: measured, allowed: allowed)
    }
    return VerificationCheck(
      "diff limit", .failed, measured: measured, allowed: allowed,
      reasons: [
        ReasonCode.diffLimit.reason(
          measured + " were added and deleted, and the claim allows " + Text("\(limit)"))
      ],
      next: ["Make the change smaller, or release the item and claim it with a wider limit."])
  }

  /// Whether anything of the operator's has changed; also asked later, as it is then.
  private func protectedCheck(_ changes: [ProtectedChange]) -> VerificationCheck {
    let open = changes.filter { $0.approval == nil }
    let accepted = changes.count - open.count
    let measured =
      Text("\(changes.count) changed")
      + (accepted > 0 ? Text(", \(accepted) accepted") : "")
    guard !open.isEmpty else {
      return VerificationCheck("protected files", .passed, measured: measured, allowed: "none")
    }
    return VerificationCheck(
      "protected files", .refused, measured: measured, allowed: "none",
      reasons: open.prefix(Self.listLimit).map {
        ReasonCode.protectedChange.reason($0.path + " " + $0.what + ", which is the operator's")
      } + rest(open.count, "protected file", .protectedChange),
      next: open.prefix(Self.listLimit).map { accepting("protected-change", $0.path) })
  }

  /// How an operator accepts exactly what became of a path.
  private func accepting(_ right: Text, _ path: Text) -> Text {
    "conductor approve " + right + " --item " + CommandWords.line([record.item]) + " --path "
      + CommandWords.line([path]) + " --by ACTOR"
  }

  private var outside: VerificationCheck {
    let strays = strays
    guard !strays.isEmpty else {
      return VerificationCheck(
        "outside the root", .passed, measured: "nothing", allowed: "nothing")
    }
    return VerificationCheck(
      "outside the root", .refused, measured: Text("\(strays.count) changed"), allowed: "nothing",
      reasons: strays.prefix(Self.listLimit).map {
        ReasonCode.outsideRoot.reason($0 + " lies outside the project, and was changed")
      } + rest(strays.count, "path", .outsideRoot),
      next: ["Take back what was changed outside the project."])
  }

  private var coverage: VerificationCheck {
    let missing = measurement.unmeasured.filter { $0.approval == nil }
    guard !missing.isEmpty else {
      let accepted = measurement.unmeasured.count
      return VerificationCheck(
        "measured", .passed,
        measured: accepted == 0 ? "all of it" : Text("all but \(accepted) accepted"),
        allowed: "all of it")
    }
    return VerificationCheck(
      "measured", .asked,
      measured: Text("not \(missing.count)") + (missing.count == 1 ? " path" : " paths"),
      allowed: "all of it",
      reasons: missing.prefix(Self.listLimit).map {
        ReasonCode.unmeasured.reason(
          $0.path + " cannot be measured, and so not be closed without approval: " + $0.why)
      } + rest(missing.count, "path", .unmeasured),
      next: missing.prefix(Self.listLimit).map { accepting("unmeasured", $0.path) })
  }

  private var ruleCheck: VerificationCheck {
    let objections = judgement.findings.filter { $0.verdict > .allow }
    let asked = Text("\(judgement.judged) rule") + (judgement.judged == 1 ? "" : "s") + " asked"
    guard let worst = objections.map(\.verdict).max() else {
      let isEmpty = judgement.judged == 0
      return VerificationCheck(
        "rules", isEmpty ? .none : .passed, measured: isEmpty ? "no rule was asked" : asked,
        allowed: "no objection")
    }
    return VerificationCheck(
      "rules", worst == .ask ? .asked : .refused,
      measured: asked + Text(", \(objections.count) object") + (objections.count == 1 ? "s" : ""),
      allowed: "no objection", reasons: objections.compactMap(\.objection))
  }

  /// The check of the answer's receipts as they are now.
  var submissionCheck: VerificationCheck? {
    guard let submission else { return nil }
    let faults = submission.faults(
      project, context, directory: project.workplace(context.machine))
    let count = submission.receipts.count
    let measured = Text("\(count) receipt") + (count == 1 ? "" : "s")
    return VerificationCheck(
      "submission", faults.isEmpty ? .passed : .failed,
      measured: faults.isEmpty ? measured : measured + Text(", \(faults.count) amiss"),
      allowed: "present, unchanged", reasons: faults,
      next: faults.isEmpty ? [] : ["Restore the receipts, or submit the answer anew."])
  }

  /// How many of a kind are named one by one.
  private static let listLimit = 50

  private func rest(_ count: Int, _ noun: Text, _ code: ReasonCode) -> [Reason] {
    guard count > Self.listLimit else { return [] }
    return [code.reason(Text("and \(count - Self.listLimit) more: each ") + noun + " counts")]
  }
}

extension Finding {
  /// The finding as a reason; nil for one that stands in nobody's way. A code of the rule's own is the reason's.
  var objection: Reason? {
    guard let preset = ReasonCode(verdict) else { return nil }
    return Reason(code: code ?? Text(preset.rawValue), text: sentence)
  }
}
