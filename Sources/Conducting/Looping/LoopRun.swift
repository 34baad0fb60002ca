import Backlog
import Evidence
import JSONText
import Machine

/// Unattended work: one cycle after the other for as long as consent, run state, budgets, prerequisites and rules
/// allow, each read anew before every cycle.
package final class LoopRun {
  let project: Project
  let context: Context
  let request: LoopRequest
  let executor: (any Executor)?
  let steps: any CycleSteps
  let feed: EventFeed
  private let emit: (NextAnswer, Event) throws(Refusal) -> Void
  /// Is called several times a second while the run waits for something.
  let beat: () -> Void
  private let began: Int64
  var terms: Unattended
  var report: RunReport
  private var told: Set<Text> = []

  /// Prepares a run.
  ///
  /// Without an executor `emit` delivers each prompt, told by an event as well; where it throws, the claim is released
  /// and the run ends.
  package init(
    _ project: Project, _ context: Context, _ request: LoopRequest,
    executor: (any Executor)?, steps: any CycleSteps, sinks: [any Sink],
    emit: @escaping (NextAnswer, Event) throws(Refusal) -> Void, beat: @escaping () -> Void = {}
  ) {
    self.project = project
    self.context = context.redacting(for: project)
    self.request = request
    self.executor = executor
    self.steps = steps
    self.emit = emit
    self.beat = beat
    feed = EventFeed(sinks)
    began = context.machine.clock.uptime
    // What cannot be read allows nothing; the first look at the backlog says so on the record.
    terms = Unattended(start: (try? Consent.read(project, context)) ?? Consent())
    terms.executor = executor?.name
    terms.applies = request.applies
    terms.tellsCost = Self.tellsCost(executor, project)
    report = RunReport(run: context.run, executor: executor?.name, began: context.now)
  }

  private static func tellsCost(_ executor: (any Executor)?, _ project: Project) -> Bool {
    let setting = project.configuration.executors.first { $0.name == executor?.name }
    return setting?.profile.tellsCost ?? true
  }

  /// Seconds since the run began.
  var elapsed: Double { Double(context.machine.clock.uptime - began) / 1e9 }

  // MARK: The run

  /// Runs to the end, whatever that is; the report says it, and its receipt is written.
  package func run() -> RunReport {
    clear()
    context.measuring.keep()
    defer { context.measuring.remove(context.machine.files) }
    tell(
      .runBegun, fields: [.init(key: "executor", value: executor.map { .string($0.name) } ?? .null)]
    )
    while true {
      do {
        if let ending = try turn() {
          report.ending = ending
          break
        }
      } catch {
        report.ending = .refused(error)
        break
      }
    }
    finish()
    return report
  }

  /// Removes what loops have left that died.
  private func clear() {
    RunFolder.endAgents(ofDeadLoops: project, context)
    Worktree.removeAbandoned(project, context)
    if !context.isRehearsing {
      MeasuringFolder.removeAbandoned(
        below: project.state / "measuring", now: context.machine.clock.now, context.machine.files)
    }
    guard let state = try? StateFolder(project, context) else { return }
    ClaimLock.removeAbandoned(state)
    state.close()
  }

  /// One cycle, or one look that finds nothing; answers why the run ends, where it does.
  private func turn() throws(Refusal) -> RunReport.Ending? {
    if let reason = halt() { return .halted(reason) }
    if let ending = limit() { return ending }
    terms.minutes = elapsed / 60
    let answer = try NextItem(project, context, wanted).run()
    report.warnings += answer.warnings.filter { !report.warnings.contains($0) }
    if let refusal = answer.refusal { return try consider(refusal, answer) }
    guard let item = answer.item else {
      throw Refusal(.internalFault, "nothing was handed out, and nothing was refused")
    }
    terms.tried.insert(item.id)
    if answer.claim != nil { terms.spent.begin(at: context.now) }
    terms.knownRefusal = []
    idleSince = nil
    tell(
      .claimed, item: item.id, claim: answer.claim?.number,
      fields: [
        .init(key: "title", value: item.title.map { .string($0) } ?? .null),
        .init(key: "dry_run", value: .bool(answer.isDryRun)),
        .init(
          key: "budget",
          value: .object(
            usage(answer).map { .init(key: $0.name, value: .double(Self.rounded($0.share))) })),
        .init(key: "receipt", value: answer.receipt.map { .string($0.text) } ?? .null),
      ])
    tellBudgets(answer)
    let start = elapsed
    var record: CycleRecord
    if let executor, let claim = answer.claim {
      record = cycle(item, claim, answer, executor)
    } else {
      record = try handOver(item, answer)
    }
    record.seconds = elapsed - start
    if let receipt = answer.receipt { record.receipts.insert(receipt, at: 0) }
    report.cycles.append(record)
    if let ending { return ending }
    if record.outcome == .interrupted { return .halted(record.reasons.first ?? Self.unexplained) }
    if let interval = request.interval { return rest(interval).map { .halted($0) } }
    return nil
  }

  /// Why the run must end after the cycle that has just failed.
  var ending: RunReport.Ending?
  private static let unexplained = ReasonCode.halted.reason("the run was ended")

  private var wanted: NextRequest {
    var wanted = request.next
    wanted.unattended = terms
    if executor != nil, !request.applies { wanted.isSeparate = true }
    return wanted
  }

  // MARK: Whether to go on

  /// Why the run is to end now because somebody asks for it.
  func halt() -> Reason? {
    if let signal = Signals.noted {
      return ReasonCode.halted.reason("signal " + Text("\(signal)") + " asked the run to end")
    }
    guard let file = request.stopFile else { return nil }
    do {
      guard try context.machine.files.identity(file) != nil else { return nil }
      return ReasonCode.halted.reason("the stop file " + file.text + " is there")
    } catch {
      return ReasonCode.halted.reason("the stop file cannot be looked for: " + error.words)
    }
  }

  private func limit() -> RunReport.Ending? {
    // A consent that was withdrawn is a reason of its own to end, whatever number of cycles holds without one.
    let consent = (try? Consent.read(project, context))?.narrowed(to: terms.start)
    let count = consent.flatMap { $0.autoEnabled && $0.continuous ? $0.maxIterations : nil }
    let limits = [request.maxCycles, count ?? terms.start.maxIterations]
      .compactMap { $0 }.filter { $0 > 0 }
    if let limit = limits.min(), report.cycles.count >= limit {
      return .complete(
        Text("\(limit)") + (limit == 1 ? " cycle is" : " cycles are") + " as many as may be")
    }
    if let limit = request.maxRuntime, elapsed >= limit {
      return .complete("the run has lasted as long as it may")
    }
    return nil
  }

  private var idleSince: Double?

  /// What a refusal to hand anything out means: the end, or that the run waits for better times.
  private func consider(
    _ refusal: Refusal, _ answer: NextAnswer
  ) throws(Refusal) -> RunReport.Ending? {
    let isKnown = terms.knownRefusal == refusal.reasons
    terms.knownRefusal = refusal.reasons
    let isEmpty = [.nothingEligible, .refused, .personMustDecide].contains(refusal.exit)
    let mayWait = isEmpty || refusal.exit == .prerequisiteUnmet && !halts(at: refusal, answer)
    let tried = Text(ReasonCode.triedInRun.rawValue)
    if !request.watches, !report.cycles.isEmpty, refusal.reasons.allSatisfy({ $0.code == tried }) {
      return .complete("every item that was eligible has been worked on")
    }
    guard request.watches, mayWait else {
      tell(.refused, fields: fields(refusal, answer.receipt))
      if refusal.exit == .prerequisiteUnmet, !report.cycles.isEmpty, halts(at: refusal, answer) {
        try pause(refusal)
      }
      return isEmpty ? .nothingEligible(refusal) : .refused(refusal)
    }
    if !isKnown { tell(.idle, fields: fields(refusal, answer.receipt)) }
    let since = idleSince ?? elapsed
    idleSince = since
    if let limit = request.maxIdle, elapsed - since >= limit { return .nothingEligible(refusal) }
    return rest(request.interval ?? LoopRequest.usualInterval).map { .halted($0) }
  }

  /// Whether the consent wants the project paused when one of these prerequisites falls.
  private func halts(at refusal: Refusal, _ answer: NextAnswer) -> Bool {
    let consent = (answer.consent ?? Consent()).narrowed(to: terms.start)
    return refusal.reasons.contains { reason in
      switch ReasonCode(rawValue: reason.code.string) {
      case .ciMissing, .ciUnreadable, .ciInvalid, .ciFailing: consent.haltOnCIFailure
      case .authenticityMissing, .authenticityUnreadable, .authenticityInvalid, .authenticityStale,
        .trustBelowMinimum, .attentionFeeds:
        consent.haltOnAttentionFeeds
      default: true
      }
    }
  }

  /// Pauses the project; whoever resumes it has looked.
  func pause(_ refusal: Refusal) throws(Refusal) {
    let words = refusal.reasons.first?.text ?? "a run could not go on"
    let answer = try RunControl(project, context).pause(
      reason: words + "; once that is mended, \"conductor resume\" lets work go on")
    tell(.paused, fields: fields(refusal, answer.receipt))
  }

  /// Waits, and looks now and then whether the run is to end.
  private func rest(_ seconds: Double) -> Reason? {
    let until = elapsed + seconds
    while elapsed < until {
      if let reason = halt() { return reason }
      if let limit = request.maxRuntime, elapsed >= limit { return nil }
      // The next look at the project then says why on the record.
      if withdrawal() != nil { return nil }
      beat()
      try? context.machine.wait(seconds: min(0.25, until - elapsed))
    }
    return halt()
  }

  // MARK: Prompts alone

  private func handOver(_ item: Item, _ answer: NextAnswer) throws(Refusal) -> CycleRecord {
    var fields: [JSON.Member] = [.init(key: "dry_run", value: .bool(answer.isDryRun))]
    if executor == nil {
      fields += [
        .init(key: "prompt", value: answer.prompt.map { .string($0) } ?? .null),
        .init(
          key: "prompt_sha256",
          value: answer.prompt.map { .string(SHA256.hash($0).hex) } ?? .null),
      ]
    }
    var event = Event(
      .emitted, context, item: item.id, claim: answer.claim?.number, fields)
    if executor == nil {
      do {
        try emit(answer, event)
        event.isDelivered = true
      } catch {
        try giveBack(item, answer)
        throw error
      }
    }
    feed.tell(event, context)
    return CycleRecord(item: item.id, claim: answer.claim?.number, outcome: .emitted)
  }

  private func giveBack(_ item: Item, _ answer: NextAnswer) throws(Refusal) {
    guard let claim = answer.claim else { return }
    let released = try Release(project, context).run(
      item.id, number: claim.number, reason: "the prompt could not be delivered", blocks: false,
      code: .undelivered, isSupervisor: true)
    tell(
      .released, item: item.id, claim: claim.number,
      fields: [.init(key: "receipt", value: .string(released.receipt.text))])
  }

  // MARK: Telling

  func tell(
    _ name: Event.Name, item: Text? = nil, claim: Int? = nil, fields: [JSON.Member] = []
  ) {
    feed.tell(Event(name, context, item: item, claim: claim, fields), context)
  }

  private func fields(_ refusal: Refusal, _ receipt: Path?) -> [JSON.Member] {
    [
      .init(key: "exit", value: .integer(Int(refusal.exit.rawValue))),
      .init(key: "reasons", value: .array(refusal.reasons.map(\.json))),
      .init(key: "receipt", value: receipt.map { .string($0.text) } ?? .null),
    ]
  }

  /// From this share on somebody is told that a budget runs out.
  private static let threshold = 0.8

  private func tellBudgets(_ answer: NextAnswer) {
    for (name, share) in usage(answer)
    where share >= Self.threshold && told.insert(name).inserted {
      tell(
        .budgetThreshold,
        fields: [
          .init(key: "budget", value: .string(name)),
          .init(key: "used", value: .double(Self.rounded(share))),
        ])
    }
  }

  /// How much of each budget is used, the cycle that begins included.
  private func usage(_ answer: NextAnswer) -> [(name: Text, share: Double)] {
    guard let counters = answer.counters, let consent = answer.consent else { return [] }
    return terms.usage(
      consent.narrowed(to: terms.start).budget, counters.day(of: context.now))
  }

  private static func rounded(_ share: Double) -> Double { (share * 100).rounded() / 100 }

  // MARK: The end

  private func finish() {
    report.ended = context.now
    report.seconds = elapsed
    report.warnings += feed.warnings
    if case .refused(let refusal) = report.ending, refusal.reasons.contains(where: { $0.isBudget })
    {
      tell(.budgetThreshold, fields: fields(refusal, nil))
    }
    do {
      let state = try StateFolder(project, context)
      defer { state.close() }
      // Also of the claims that this run has taken over.
      ClaimLock.removeAbandoned(state)
      var receipt = context.receipt(
        kind: "run", agent: context.agentName(request.next.agent, project),
        outcome: report.exit == .done ? "done" : "ended")
      receipt.reasons = report.reasons
      receipt.rules = Receipt.noRules
      receipt.add("exit", .integer(Int(report.exit.rawValue)))
      for member in report.details { receipt.add(member.key, member.value) }
      if case .done(let path) = try state.commit(Step(receipt)) { report.receipt = path }
    } catch {
      report.warnings += error.reasons
      report.ending = .refused(error)
    }
    tell(
      .runEnded,
      fields: [
        .init(key: "exit", value: .integer(Int(report.exit.rawValue))),
        .init(key: "reasons", value: .array(report.reasons.map(\.json))),
        .init(key: "cycles", value: .integer(report.cycles.count)),
        .init(key: "receipt", value: report.receipt.map { .string($0.text) } ?? .null),
      ])
  }
}

extension Reason {
  /// Whether it says that a budget is used up.
  fileprivate var isBudget: Bool {
    let codes: [ReasonCode] = [.budgetCycles, .budgetMinutes, .budgetCost, .costUnknown]
    return codes.contains { Text($0.rawValue) == code }
  }
}
