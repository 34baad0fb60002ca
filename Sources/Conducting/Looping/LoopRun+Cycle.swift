import Backlog
import Evidence
import JSONText
import Machine
import Rules

/// One cycle with an agent: prompt, answer, submission, verification, and the end of the claim.
extension LoopRun {
  /// Runs the agent on an item that was just claimed. However it ends, the claim ends with it.
  func cycle(
    _ item: Item, _ claim: Claim, _ answer: NextAnswer, _ executor: any Executor
  ) -> CycleRecord {
    var record = CycleRecord(item: item.id, claim: claim.number, outcome: .failed)
    var work = CycleWork(
      item: item.id, claim: claim.number, plan: item.plan, executor: executor.name)
    var worktree: Worktree?
    var kept: Worktree.Kept?
    defer {
      worktree?.remove()
      answer.lock?.release()
    }
    do throws(Refusal) {
      if !request.applies {
        let made = try Worktree(for: item.id, claim.number, project, context)
        worktree = made
        work.worktree = made.root
      }
      let operators = RunStateWatch(project, context, since: answer.receipt)
      let own = request.applies ? nil : OwnTree(project, context)
      let result = try runAgent(on: work, claim, answer, executor, &record)
      if let own { tellTouched(own.changedSince(), work, &record) }
      try operators.check()
      if let reason = result.endedBecause { return unwind(work, &record, because: reason) }
      if let failure = result.failure { throw Self.refusal(ofAgent: failure) }
      guard let given = result.answer else {
        throw Refusal(.agentNoAnswer, "the executor " + executor.name + " brought no answer")
      }
      try take(try steps.submit(work, given), .submitted, work, &record)
      if let worktree {
        try take(try steps.verify(work), .verified, work, &record)
        kept = try propose(work, worktree, &record)
      } else {
        try take(try steps.close(work), .closed, work, &record)
        record.outcome = .closed
      }
      countSuccess(&record)
      if let kept { push(work, kept, &record) }
      return record
    } catch {
      if let reason = halt() { return unwind(work, &record, because: reason) }
      return fail(work, &record, error)
    }
  }

  // MARK: The agent

  private func runAgent(
    on work: CycleWork, _ claim: Claim, _ answer: NextAnswer, _ executor: any Executor,
    _ record: inout CycleRecord
  ) throws(Refusal) -> ExecutorResult {
    let directory = work.worktree ?? project.checkout
    let receipts = Path(answer.guardrails?.receiptsDirectory ?? project.work.text)
    let records = project.receipts / "runs" / Path(context.run)
    let left = (directory / receipts).normalized
    do {
      try context.machine.files.makeDirectory(records)
      try context.machine.files.makeDirectory(left)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    let watch = ClaimWatch(self, work, claim)
    let task = ExecutorTask(
      item: work.item, claim: work.claim, level: answer.guardrails?.level,
      prompt: answer.prompt?.bytes ?? [], directory: directory,
      receiptsDirectory: left, recordsDirectory: records,
      pulse: watch.pulse)
    tell(
      .executorStarted, item: work.item, claim: work.claim,
      fields: [
        .init(key: "executor", value: .string(executor.name)),
        .init(key: "directory", value: .string(directory.text)),
      ])
    let result = try executor.run(task)
    record.cost = result.cost
    record.tokens = result.tokens
    record.output = result.output
    tell(
      .executorEnded, item: work.item, claim: work.claim,
      fields: [
        .init(key: "status", value: .string(result.status.words)),
        .init(key: "failure", value: result.failure?.json ?? .null),
        .init(key: "ended_because", value: result.endedBecause?.json ?? .null),
        .init(key: "cost", value: result.cost.map { JSON($0) } ?? .null),
        .init(key: "tokens", value: result.tokens?.json ?? .null),
        .init(key: "output", value: result.output.map { .string($0.text) } ?? .null),
      ])
    return result
  }

  // MARK: Steps

  private func take(
    _ result: StepResult, _ name: Event.Name, _ work: CycleWork, _ record: inout CycleRecord
  ) throws(Refusal) {
    if let receipt = result.receipt { record.receipts.append(receipt) }
    record.checks += result.checks
    record.warnings += result.warnings.filter { !record.warnings.contains($0) }
    guard result.exit == .done else {
      var refusal = Refusal([])
      (refusal.reasons, refusal.exit) = (result.reasons, result.exit)
      throw refusal
    }
    tell(
      name, item: work.item, claim: work.claim,
      fields: [
        .init(key: "receipt", value: result.receipt.map { .string($0.text) } ?? .null)
      ])
  }

  private func propose(
    _ work: CycleWork, _ worktree: Worktree, _ record: inout CycleRecord
  ) throws(Refusal) -> Worktree.Kept {
    let kept = try worktree.keep(
      in: project.receipts / "runs" / Path(context.run),
      message: work.item + ": claim " + Text("\(work.claim)") + " by " + work.executor)
    let answer = try Proposal(project, context).run(
      work.item, number: work.claim, kept, verification: record.receipts.last,
      checks: record.checks)
    record.outcome = .proposed
    record.branch = kept.branch
    record.patch = kept.patch
    record.receipts.append(answer.receipt)
    tell(
      .proposed, item: work.item, claim: work.claim,
      fields: [
        .init(key: "branch", value: .string(kept.branch)),
        .init(key: "patch", value: .string(kept.patch.text)),
        .init(key: "receipt", value: .string(answer.receipt.text)),
      ])
    return kept
  }

  /// Pushes what was proposed where the configuration wants it. The item stays proposed, whatever comes of it.
  private func push(_ work: CycleWork, _ kept: Worktree.Kept, _ record: inout CycleRecord) {
    guard let push = Push(project, context) else { return }
    do {
      let answer = try push.run(work.item, claim: work.claim, kept)
      record.receipts.append(answer.receipt)
      record.address = answer.address
      if let problem = answer.problem {
        record.warnings.append(problem)
        tell(
          .warning, item: work.item, claim: work.claim,
          fields: [
            .init(key: "reason", value: problem.json),
            .init(key: "branch", value: .string(kept.branch)),
            .init(key: "receipt", value: .string(answer.receipt.text)),
          ])
      } else {
        tell(
          .pushed, item: work.item, claim: work.claim,
          fields: [
            .init(key: "branch", value: .string(kept.branch)),
            .init(key: "commit", value: .string(kept.commit)),
            .init(key: "address", value: answer.address.map { .string($0) } ?? .null),
            .init(key: "receipt", value: .string(answer.receipt.text)),
          ])
      }
    } catch {
      // What cannot be recorded any more ends the run; the work itself is safe.
      record.warnings += error.reasons
      ending = .refused(error)
    }
  }

  // MARK: Counting

  /// Counts a cycle whose item is finished: what cannot be counted ends the run, and takes nothing back.
  private func countSuccess(_ record: inout CycleRecord) {
    let item = record.item
    do {
      try count(&record) { counters in
        counters.succeed(item)
        return 0
      }
    } catch {
      record.warnings += error.reasons
      ending = .refused(error)
    }
  }

  /// Counts what a cycle came to. Who cannot count must not go on.
  @discardableResult
  private func count(
    _ record: inout CycleRecord, _ body: (inout Counters) -> Int
  ) throws(Refusal) -> (attempts: Int, inARow: Int) {
    let state = try StateFolder(project, context)
    defer { state.close() }
    let cost = record.cost.flatMap { Amount($0) }
    terms.spent.spend(cost, at: context.now)
    return try Counters.update(project, context) { counters in
      counters.spend(cost, at: context.now)
      let attempts = body(&counters)
      return (attempts, counters.failuresInARow)
    }
  }

  // MARK: Unwinding

  /// The claim ends because the run must end; that is nobody's failure.
  private func unwind(
    _ work: CycleWork, _ record: inout CycleRecord, because reason: Reason
  ) -> CycleRecord {
    record.outcome = .interrupted
    record.reasons = [reason]
    record.exit = ReasonCode(rawValue: reason.code.string)?.exit ?? .notPermitted
    do {
      try count(&record) { _ in 0 }
    } catch {
      record.reasons += error.reasons
    }
    release(work, &record, reason.text, blocks: false)
    if record.exit == .notPermitted, reason.code != Text(ReasonCode.halted.rawValue) {
      var refusal = Refusal([])
      (refusal.reasons, refusal.exit) = ([reason], record.exit)
      ending = .refused(refusal)
    }
    return record
  }

  /// The cycle has failed: the item goes back with what the next attempt should know, and rests a while.
  private func fail(
    _ work: CycleWork, _ record: inout CycleRecord, _ refusal: Refusal
  ) -> CycleRecord {
    record.outcome = .failed
    record.reasons = refusal.reasons
    record.exit = refusal.exit
    alert(work, refusal)
    if Self.isOurs(refusal.exit) {
      // Not the agent's doing, so that no attempt is counted, and going on would only repeat it.
      release(work, &record, Self.lesson(refusal), blocks: false)
      ending = .refused(refusal)
      return record
    }
    do {
      let counts = try count(&record) { counters in
        let failures = counters.fail(work.item, Self.lesson(refusal), at: context.now)
        if failures >= Counters.attemptLimit { counters.forget(work.item) }
        return failures
      }
      let isLast = counts.attempts >= Counters.attemptLimit
      if isLast {
        record.reasons.append(
          ReasonCode.attemptsExhausted.reason(
            "that was attempt " + Text("\(counts.attempts)") + " of "
              + Text("\(Counters.attemptLimit)") + ", so that " + work.item + " is blocked"))
      }
      // What only an operator may change is no longer as it was when the run was allowed.
      let isStopped = Self.touchesProtected(refusal)
      if isStopped { record.receipts.append(try hold(work, refusal)) }
      release(work, &record, Self.lesson(refusal), blocks: isLast)
      try breakOff(afterInARow: counts.inARow)
      if isStopped, ending == nil { ending = .refused(refusal) }
    } catch {
      record.reasons += error.reasons
      ending = .refused(error)
    }
    return record
  }

  /// What went wrong in an agent's run is the agent's failure, also where it is a plugin's own.
  private static func refusal(ofAgent failure: Reason) -> Refusal {
    var refusal = Refusal(failure)
    refusal.exit = .checkFailed
    return refusal
  }

  /// Whether a failure is one of the machine or of the project, and not of the agent.
  private static func isOurs(_ exit: ExitCode) -> Bool {
    [
      .unavailable, .readingOrWritingFailed, .busy, .bug, .wrongConfiguration, .missingFile,
    ].contains(exit)
  }

  private static func touchesProtected(_ refusal: Refusal) -> Bool {
    refusal.reasons.contains { tellsOfProtected($0) }
  }

  /// Whether somebody has been at what is the operator's; that includes the record of a claim which this very run has
  /// made.
  private static func tellsOfProtected(_ reason: Reason) -> Bool {
    [ReasonCode.protectedChange, .claimUnrecorded].contains { reason.code == Text($0.rawValue) }
  }

  /// Stops the item, so that nobody works on it until a person has looked; answers where the record lies. Rule sets that
  /// load no more keep nothing from being stopped.
  private func hold(_ work: CycleWork, _ refusal: Refusal) throws(Refusal) -> Path {
    var judgement = Judgement()
    judgement.findings = refusal.reasons
      .filter { Self.tellsOfProtected($0) }
      .map {
        Finding(
          set: "conductor", rule: Text(OwnRule.protectedPath.rawValue), verdict: .stop,
          because: $0.text, saw: work.item)
      }
    return try StopRecord(kind: "diff", subject: work.item, item: work.item, judgement)
      .write(
        project, context, RuleShelf(surveying: project, context), agent: work.executor)
  }

  private func release(
    _ work: CycleWork, _ record: inout CycleRecord, _ reason: Text, blocks: Bool
  ) {
    do {
      let answer = try Release(project, context).run(
        work.item, number: work.claim, reason: reason, blocks: blocks, causes: record.reasons,
        isSupervisor: true)
      record.receipts.append(answer.receipt)
      tell(
        .released, item: work.item, claim: work.claim,
        fields: [
          .init(key: "status", value: .string(answer.status.word)),
          .init(key: "reason", value: .string(reason)),
          .init(key: "receipt", value: .string(answer.receipt.text)),
        ])
    } catch {
      // Its lock is given up with the run, so that whoever comes next takes the item over.
      record.reasons += error.reasons
      ending = .refused(error)
    }
  }

  /// Pauses the project when as many cycles in a row have failed as the consent allows.
  private func breakOff(afterInARow count: Int) throws(Refusal) {
    let consent = try Consent.read(project, context).narrowed(to: terms.start)
    guard let limit = consent.budget.failuresInARow, count >= limit else { return }
    let refusal = Refusal(
      .failuresInARow, Text("\(count)") + " cycles in a row have failed",
      hint: "Look at the failed items first; \"conductor resume\" then lets work go on.")
    try pause(refusal)
    let state = try StateFolder(project, context)
    defer { state.close() }
    try Counters.update(project, context) { $0.endRow() }
    ending = .refused(refusal)
  }

  private static let lessonLimit = 2000

  /// What the next attempt should know.
  private static func lesson(_ refusal: Refusal) -> Text {
    let words = refusal.reasons.map { $0.code + ": " + $0.text }
    let all = Array(words.map(\.bytes).joined(separator: [0x0A]))
    return all.count <= lessonLimit
      ? Text(bytes: all) : Text(String(decoding: all.prefix(lessonLimit), as: UTF8.self)) + " …"
  }

  // MARK: Alerts

  /// How many paths a message names.
  private static let namedPaths = 5

  /// Tells what became of the user's own tree while an agent was to work elsewhere.
  private func tellTouched(_ paths: [Path], _ work: CycleWork, _ record: inout CycleRecord) {
    guard !paths.isEmpty else { return }
    let named = paths.prefix(Self.namedPaths).map(\.text.bytes).joined(separator: Array(", ".utf8))
    let rest = paths.count - Self.namedPaths
    let reason = ReasonCode.ownTreeChanged.reason(
      "while the agent worked on " + work.item + " in a checkout of its own, "
        + Text(bytes: Array(named)) + (rest > 0 ? Text(" and \(rest) more") : "")
        + " changed in yours; was it not you, the agent wrote there: look at them with \"git diff\""
    )
    record.warnings.append(reason)
    tell(
      .ownTreeChanged, item: work.item, claim: work.claim,
      fields: [
        .init(key: "reasons", value: .array([reason.json])),
        .init(key: "paths", value: .array(paths.prefix(500).map { .string($0.text) })),
        .init(key: "count", value: .integer(paths.count)),
      ])
  }

  private func alert(_ work: CycleWork, _ refusal: Refusal) {
    let fields: [JSON.Member] = [
      .init(key: "exit", value: .integer(Int(refusal.exit.rawValue))),
      .init(key: "reasons", value: .array(refusal.reasons.map(\.json))),
    ]
    let codes = Set(refusal.reasons.map(\.code.string))
    // A code that conductor has not is a rule's own.
    if refusal.exit == .refused,
      codes.contains(where: {
        ["rule-stop", "rule-deny"].contains($0) || ReasonCode(rawValue: $0) == nil
      })
    {
      tell(.policyViolation, item: work.item, claim: work.claim, fields: fields)
    }
    if Self.touchesProtected(refusal) {
      tell(.protectedPath, item: work.item, claim: work.claim, fields: fields)
    }
    if refusal.exit == .checkFailed,
      !codes.contains(where: { $0.hasPrefix("agent-") || $0.hasPrefix("plugin-") })
    {
      tell(.checkFailed, item: work.item, claim: work.claim, fields: fields)
    }
    tell(.runFailed, item: work.item, claim: work.claim, fields: fields)
  }
}

extension Refusal {
  /// A refusal for a reason that was found earlier.
  fileprivate init(_ reason: Reason) {
    self.init(ReasonCode(rawValue: reason.code.string) ?? .agentFailed, reason.text)
  }
}

extension Finished.Status {
  /// How a child ended, in a phrase.
  var words: Text {
    switch self {
    case .exited(let status): Text("status \(status)")
    case .signalled(let signal): Text("signal \(signal)")
    case .timedOut: "ended for its time"
    case .interrupted: "ended on request"
    }
  }
}
