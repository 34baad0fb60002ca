package import Backlog
package import Evidence
package import JSONText
package import Machine
import Rules

/// What was asked of `next`, as far as the command line said it.
package struct NextRequest: Sendable {
  package var diffLimit: Int?
  package var tests: [Text] = []
  package var receiptsDirectory: Text?
  package var plan: Text?
  package var item: Text?
  package var agent: Text?
  package var lease: Int?
  package var level: Text?
  package var isDryRun = false
  /// What a loop asks with; nil for an operator's own act.
  package var unattended: Unattended?
  /// Whether the work will be done in a separate checkout of the present commit.
  package var isSeparate = false

  /// Asks for whatever comes next, with every preset.
  package init() {}
}

/// What `next` came to, in whatever form it is shown.
package struct NextAnswer: Sendable {
  /// Why nothing was handed out; nil where something was.
  package var refusal: Refusal?
  /// Whether the refusal is a plan that did not match, which is silent by contract.
  package var isSilent = false
  /// The item that was handed out.
  package var item: Item?
  /// The claim on it; nil for a dry run, which holds nothing.
  package var claim: Claim?
  /// The contract text.
  package var prompt: Text?
  /// Where the record lies, relative to the project's root.
  package var receipt: Path?
  /// What deserves a look.
  package var warnings: [Reason] = []
  /// What the rules said of everything that was judged, as the receipt has it.
  package var rules: JSON = Receipt.noRules
  /// Whether nothing but the record remains.
  package var isDryRun = false
  /// The lock by which a supervisor shows that it lives; nil for a claim that nobody supervises.
  package var lock: ClaimLock?
  /// The guardrails that the prompt states.
  package var guardrails: Guardrails?
  /// The consent that was read for it.
  package var consent: Consent?
  /// The counters as they are now; nil where nobody asked for them.
  package var counters: Counters?

  /// An answer that hands out nothing.
  package init(refusal: Refusal) { self.refusal = refusal }

  init(
    item: Item, claim: Claim?, prompt: Text, receipt: Path, warnings: [Reason], rules: JSON,
    isDryRun: Bool
  ) {
    self.item = item
    self.claim = claim
    self.prompt = prompt
    self.receipt = receipt
    self.warnings = warnings
    self.rules = rules
    self.isDryRun = isDryRun
  }

  /// The sentence that every run ends with that is not dry.
  package static let reminder: Text =
    "Now run the suggested commands yourself, and honour the guardrails: nothing was executed."
}

/// Hands out the next eligible item: gate, selection, claim, prompt, receipt.
package struct NextItem {
  private let project: Project
  private let context: Context
  private let request: NextRequest
  private let agent: Text
  private let git: GitRecord
  private let shelf: RuleShelf
  private let reviews: Reviews
  private let plugins: PluginShelf
  private let memory = JudgeMemory()
  private let prerequisites: [any Prerequisite]
  private let protected: Protected

  /// How often a step is decided anew because somebody else saved the backlog in between.
  static let attempts = 5

  /// Prepares a cycle. The rule sets are read, and git and the prerequisites that plugins add are asked, before the lock
  /// is taken, so that nobody waits for any of them.
  package init(_ project: Project, _ context: Context, _ request: NextRequest) {
    let shelf = RuleShelf(surveying: project, context)
    let context = context.redacting(by: shelf)
    self.project = project
    self.context = context
    self.request = request
    self.shelf = shelf
    agent = context.agentName(request.agent, project)
    git =
      request.isDryRun
      ? .notAsked : GitRecord(claiming: project, context, isSeparate: request.isSeparate)
    protected = Protected(project, context, shelf)
    reviews = Reviews(project, context, shelf)
    plugins = PluginShelf(project, context)
    let readings = Readings(project, context.machine)
    prerequisites = plugins.prerequisites.map {
      SettledPrerequisite(verdict: $0.judge(readings, Prerequisites(), now: context.now))
    }
  }

  /// Runs the cycle. Every refusal of its own is an answer with a receipt; what is thrown had no record.
  package func run() throws(Refusal) -> NextAnswer {
    try shelf.check(level: request.level)
    if let fault = protected.fault { throw Refusal(fault, relativeTo: project.root) }
    try askAhead()
    let state = try StateFolder(project, context)
    defer { state.close() }
    for _ in 0..<Self.attempts {
      if let answer = try attempt(state) { return answer }
    }
    throw Refusal(
      .busy, "the backlog was saved by somebody else each time a claim was about to be written",
      hint: "Try again when nobody edits the file.")
  }

  /// Asks the plugins that judge items about those that are probably next, so that their answers are at hand under the
  /// lock; only an item that changes meanwhile is asked about there.
  private func askAhead() throws(Refusal) {
    guard !plugins.judges(of: .item).isEmpty else { return }
    let gate = Gate(project, context, shelf, besides: prerequisites)
    guard gate.refusal == nil, let file = gate.backlog else { return }
    let surroundings = try Surroundings(project, context, file)
    let judge = try ItemJudge(
      project, context, shelf, level: request.level, remembering: memory)
    _ = Choice(file.content, surroundings, wanted: request.item, judge: judge).outcome
  }

  private func attempt(_ state: StateFolder) throws(Refusal) -> NextAnswer? {
    var gate = Gate(project, context, shelf, besides: prerequisites)
    gate.warnings += reviews.warnings
    if let recovered = state.recovered { gate.warnings.append(recovered) }
    let counters = try request.unattended.map { (terms) throws(Refusal) in
      let counters = try Counters.read(project, context)
      gate.refusals += terms.refusals(gate.consent, gate, counters, now: context.now)
      if counters.isSetBack(context.now) {
        gate.warnings.append(
          ReasonCode.clockSetBack.reason(
            "the clock was set back; until it is " + counters.moment(context.now).text
              + " again, budgets count for that day"))
      }
      return counters
    }
    if let refusal = gate.refusal { return try refuse(refusal, gate, state) }
    guard let file = gate.backlog else {
      return try refuse(Refusal(.backlogMissing, "there is no backlog"), gate, state)
    }
    let archive = try Archive(project, context, for: file, gate.readings)
    let surroundings = Surroundings(
      now: context.now, open: state.openClaims.mapValues(\.claim), archivedDone: archive.done,
      stopped: state.stoppedItems.mapValues(\.stop),
      supervisorLives: ClaimLock.lives(of: state.openClaims, project, context))
    let judge: ItemJudge
    do {
      judge = try ItemJudge(
        project, context, shelf, level: request.level, remembering: memory)
    } catch {
      return try refuse(error, gate, state)
    }
    let choosing = Choice(
      file.content, surroundings, wanted: request.item, judge: judge,
      objection: objection(gate, counters))
    let outcome = choosing.outcome
    if !isDry(gate) { try recordStops(judge, gate, state) }
    let choice: Item
    switch outcome {
    case .item(let item): choice = item
    case .none(let refusal): return try refuse(refusal, gate, state, judge: judge)
    }
    if let plan = request.plan, choice.plan != plan {
      let refusal = Refusal(
        .planMismatch,
        "the next eligible item " + choice.id + " belongs to "
          + (choice.plan.map { "plan " + $0 } ?? "no plan") + ", not to plan " + plan)
      var answer = try refuse(refusal, gate, state, item: choice, judge: judge)
      answer.isSilent = true
      return answer
    }
    var answer = try handOut(
      choice, judge, file, gate, state, counters?.items[choice.id]?.lesson,
      highest: max(archive.highestNumber, state.highestNumber))
    answer?.consent = gate.consent
    return answer
  }

  private func objection(_ gate: Gate, _ counters: Counters?) -> Choice.Objection {
    let (terms, now) = (request.unattended, context.now)
    return { item in
      counters.flatMap { terms?.objection(to: item, gate.consent, $0, now: now) }
    }
  }

  /// Whether nothing but the record is to remain.
  private func isDry(_ gate: Gate) -> Bool { request.isDryRun || gate.effectiveMode == .dryRun }

  /// Records each item that a rule stops, so that it is held until a person releases it.
  private func recordStops(
    _ judge: ItemJudge, _ gate: Gate, _ state: StateFolder
  ) throws(Refusal) {
    for passed in judge.passedOver where passed.judgement.verdict == .stop {
      let record = StopRecord(
        kind: "item", subject: passed.item, item: passed.item, passed.judgement)
      var rules = RulesRecord(shelf)
      rules.add(passed.judgement)
      var step = record.step(context, agent: agent)
      step.receipt.inputs = inputs(gate, judge)
      step.receipt.rules = rules.json
      _ = try state.commit(step)
    }
  }

  private func inputs(_ gate: Gate, _ judge: ItemJudge?) -> [Input] {
    gate.readings.inputs + shelf.inputs + (judge?.inputs ?? [])
  }

  // MARK: Refusing

  private func refuse(
    _ refusal: Refusal, _ gate: Gate, _ state: StateFolder, item: Item? = nil,
    judge: ItemJudge? = nil
  ) throws(Refusal) -> NextAnswer {
    if let known = request.unattended?.knownRefusal, known == refusal.reasons {
      var answer = NextAnswer(refusal: refusal)
      answer.warnings = gate.warnings
      answer.consent = gate.consent
      return answer
    }
    var receipt = receipt(kind: "refusal", outcome: "refused", gate, judge, item: item)
    receipt.reasons = refusal.reasons
    receipt.add("exit", .integer(Int(refusal.exit.rawValue)))
    receipt.add("asked", asked)
    let committed: Committed
    do {
      committed = try state.commit(Step(receipt))
    } catch {
      // What was found stays the answer's first part, or a full disk would hide it.
      var both = refusal
      both.reasons += error.reasons
      both.exit = error.exit
      throw both
    }
    guard case .done(let path) = committed else {
      throw Refusal(.internalFault, "a step without a change was told that its file had changed")
    }
    var answer = NextAnswer(refusal: refusal)
    answer.receipt = path
    answer.warnings = gate.warnings
    answer.rules = receipt.rules
    answer.isDryRun = request.isDryRun
    answer.consent = gate.consent
    return answer
  }

  private var asked: JSON {
    [
      "plan_id": request.plan.map { .string($0) } ?? .null,
      "item": request.item.map { .string($0) } ?? .null,
    ]
  }

  // MARK: Claiming

  /// An item that is about to be handed out, with everything that does not depend on a claim.
  private struct Offer {
    let item: Item
    let judge: ItemJudge
    let prompt: Prompt
    /// The item as it stands, read before the backlog's own bytes are let go.
    let task: JSON
    var warnings: [Reason]
  }

  private func handOut(
    _ item: Item, _ judge: ItemJudge, _ file: BacklogFile, _ gate: Gate, _ state: StateFolder,
    _ lesson: Text?, highest: Int
  ) throws(Refusal) -> NextAnswer? {
    let prompt = Prompt(
      item, guardrails(for: item), rules(for: item), lesson: lesson, redaction: context.redaction)
    var offer = Offer(
      item: item, judge: judge, prompt: prompt, task: item.node.json, warnings: gate.warnings)
    if judge.record.isEmpty {
      offer.warnings.append(
        ReasonCode.noRules.reason(
          shelf.book.sets.isEmpty
            ? "no rule was judged: no rule set is loaded"
            : "no rule was judged: no loaded rule set speaks of items"))
    }
    offer.warnings += notes(on: prompt, gate)
    if request.isDryRun { return try rehearse(offer, file, gate, state) }
    if gate.effectiveMode == .dryRun {
      offer.warnings.append(
        ReasonCode.modeDryRun.reason("the mode is DRY_RUN, so nothing was claimed"))
      return try rehearse(offer, file, gate, state)
    }
    let number = 1 + max(highest, file.content.highestNumber)
    return try claim(offer, number: number, file, gate, state)
  }

  /// Claims the item; nil where somebody else saved the backlog in between.
  private func claim(
    _ offer: Offer, number: Int, _ file: BacklogFile, _ gate: Gate, _ state: StateFolder
  ) throws(Refusal) -> NextAnswer? {
    let item = offer.item
    let lease = Int64(request.lease ?? project.configuration.lease)
    let claim = Claim(
      by: agent, at: context.now, until: context.now.adding(seconds: lease), number: number)
    let spelling = item.status == .pending ? file.content.statusSpelling(at: item.row) : nil
    let supervision = try supervise(number)
    let staged: StagedChange
    do {
      staged = try stage(claim, item, file)
    } catch {
      giveUp(supervision)
      return try refuse(error, gate, state, item: item, judge: offer.judge)
    }
    // Only now, because the receipt waits for digests that are made while the new backlog is written.
    var receipt = receipt(of: offer, outcome: "claimed", gate)
    receipt.add("claim", claim.json)
    receipt.add("backlog", staged.change.json)
    receipt.add("git", git.json)
    receipt.add("protected", protected.json)
    var step = Step(receipt)
    step.staged = staged
    step.opens = OpenClaim(
      item: item.id, claim: claim, spelling: spelling ?? state.openClaims[item.id]?.spelling,
      supervisor: supervision.lock == nil ? nil : Text(context.machine.host))
    let committed: Committed
    do {
      committed = try state.commit(step)
    } catch {
      giveUp(supervision)
      throw error
    }
    guard case .done(let path) = committed else {
      giveUp(supervision)
      return nil
    }
    var answer = NextAnswer(
      item: item, claim: claim, prompt: offer.prompt.text, receipt: path, warnings: offer.warnings,
      rules: receipt.rules, isDryRun: false)
    answer.lock = supervision.lock
    answer.guardrails = receipt.guardrails
    answer.counters = supervision.counters
    return answer
  }

  /// What a loop has of a claim before anybody can see it.
  private typealias Supervision = (lock: ClaimLock?, counters: Counters?)

  /// Takes the lock of a loop's claim and counts its cycle: before the claim is made, lest it look as if its supervisor
  /// had died, and so that no crash hands out more than the day has.
  private func supervise(_ number: Int) throws(Refusal) -> Supervision {
    guard let terms = request.unattended else { return (nil, nil) }
    let lock = try terms.isSupervised ? ClaimLock.take(number, project, context) : nil
    do {
      let counters = try Counters.update(project, context) { counters in
        counters.begin(at: context.now)
        return counters
      }
      return (lock, counters)
    } catch {
      lock?.release()
      throw error
    }
  }

  /// Ends what was begun for a claim that is not made. A cycle that cannot be taken back stays counted.
  private func giveUp(_ supervision: Supervision) {
    supervision.lock?.release()
    guard supervision.counters != nil else { return }
    try? Counters.update(project, context) { $0.takeBack(at: context.now) }
  }

  /// Records what would be handed out, and leaves the backlog alone: nobody else ever sees the item held.
  private func rehearse(
    _ offer: Offer, _ file: BacklogFile, _ gate: Gate, _ state: StateFolder
  ) throws(Refusal) -> NextAnswer? {
    var receipt = receipt(of: offer, outcome: "dry_run", gate)
    receipt.isDryRun = true
    receipt.add("claim", .null)
    let digest = JSON.string(file.digest.hex)
    receipt.add("backlog", ["path": .string(file.path.text), "before": digest, "after": digest])
    receipt.add("git", git.json)
    guard case .done(let path) = try state.commit(Step(receipt)) else { return nil }
    return NextAnswer(
      item: offer.item, claim: nil, prompt: offer.prompt.text, receipt: path,
      warnings: offer.warnings, rules: receipt.rules, isDryRun: true)
  }

  private func receipt(of offer: Offer, outcome: Text, _ gate: Gate) -> Receipt {
    var receipt = receipt(kind: "claim", outcome: outcome, gate, offer.judge, item: offer.item)
    receipt.warnings = offer.warnings
    receipt.prompt = offer.prompt.text
    receipt.add("task", offer.task)
    return receipt
  }

  private func stage(
    _ claim: Claim, _ item: Item, _ file: BacklogFile
  ) throws(Refusal) -> StagedChange {
    let splices = try file.placed { () throws(BacklogError) in
      try file.content.claiming(item.row, claim)
    }
    return try file.stage(splices, project, context)
  }

  private func guardrails(for item: Item) -> Guardrails {
    let configuration = project.configuration
    return Guardrails(
      diffLimit: request.diffLimit ?? item.diffLimit ?? configuration.diffLimit,
      tests: request.tests.isEmpty ? item.tests ?? configuration.tests : request.tests,
      receiptsDirectory: request.receiptsDirectory ?? project.work.text,
      level: request.level ?? item.level ?? levels(for: item).first?.name)
  }

  /// The level in force of each set that has levels: the one asked for, else the item's, else the set's own.
  private func levels(for item: Item) -> [Levels.Level] {
    var circumstances = Circumstances(now: context.now)
    circumstances.level = request.level ?? item.level
    return shelf.book.levels(inForce: circumstances).map(\.level)
  }

  /// What the sets put into the prompt, each line once.
  private func rules(for item: Item) -> Prompt.Rules {
    var rules = Prompt.Rules()
    let levels = levels(for: item)
    for level in levels where !rules.levels.contains(level.name) { rules.levels.append(level.name) }
    var seen: Set<Text> = []
    rules.lines = (shelf.book.promptLines + levels.flatMap(\.prompt)).filter {
      seen.insert($0).inserted
    }
    rules.cautions = reviews.cautions
    return rules
  }

  private func notes(on prompt: Prompt, _ gate: Gate) -> [Reason] {
    var notes = prompt.suspicious.map { line in
      ReasonCode.notesStateGuardrails.reason("the notes say " + Text(bytes: quoted(line)))
    }
    if gate.consent.requireExecute, request.unattended == nil {
      notes.append(
        ReasonCode.executionRequired.reason(
          "the consent requires that unattended work goes through an executor; this claim is an operator's own"
        ))
    }
    if case .absent(let why) = git {
      notes.append(
        ReasonCode.noVerification.reason("the work cannot be measured afterwards: " + why))
    }
    return notes
  }

  private func receipt(
    kind: Text, outcome: Text, _ gate: Gate, _ judge: ItemJudge?, item: Item?
  ) -> Receipt {
    var receipt = context.receipt(kind: kind, agent: agent, outcome: outcome)
    receipt.guardrails =
      item.map { guardrails(for: $0) }
      ?? Guardrails(
        diffLimit: request.diffLimit ?? project.configuration.diffLimit,
        tests: request.tests.isEmpty ? project.configuration.tests : request.tests,
        receiptsDirectory: request.receiptsDirectory ?? project.work.text, level: request.level)
    receipt.isDryRun = request.isDryRun
    receipt.preflight = gate.preflight
    receipt.consent = gate.consent.json
    receipt.inputs = inputs(gate, judge)
    receipt.rules = judge?.record.json ?? RulesRecord(shelf).json
    receipt.warnings = gate.warnings
    receipt.add("item", (item?.id ?? request.item).map { .string($0) })
    return receipt
  }
}

extension Receipt {
  /// What a receipt says of rules where no set is loaded: zero judged, which is not a pass and does not look like one.
  static let noRules: JSON = RulesRecord(RuleShelf()).json
}

extension FileChange {
  /// The form that receipts hold: the digests before and after.
  var json: JSON {
    [
      "path": .string(path.text), "before": before.map { .string($0.hex) } ?? .null,
      "after": .string(after.hex),
    ]
  }
}

extension Context {
  /// The agent on whose behalf a step is taken: the one named, else the project's, else the user.
  ///
  /// It stands in the backlog for all to see, so that it is cleaned like every text that is recorded.
  package func agentName(_ named: Text?, _ project: Project) -> Text {
    redaction.clean(
      named ?? project.configuration.agent ?? Text(machine.userName))
  }
}
