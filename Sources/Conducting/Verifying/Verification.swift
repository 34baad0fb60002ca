import Backlog
import Evidence
package import JSONText
package import Machine
import Rules

/// Measures the work on a claim against what the claim allows, runs its tests, and records what was found.
///
/// Nothing but records and the tests' output is written.
package struct Verification {
  private let project: Project
  private let context: Context

  /// Prepares a verification.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  /// Verifies the present claim on an item; with another checkout of the project, the work that was done there.
  ///
  /// What was found is an answer with a receipt, whatever it is. Thrown is what had none, as for a claim that is not
  /// the present one.
  package func run(
    _ id: Text, number: Int?, at checkout: Path? = nil,
    progress: @escaping (TestProgress) -> Void = { _ in }
  ) throws(Refusal) -> VerificationAnswer {
    let work = try Examination(id, number: number, project, context, at: checkout)
    defer { work.close() }
    return try run(work, at: checkout, progress: progress)
  }

  /// The same for work that was looked at already.
  func run(
    _ work: Examination, at checkout: Path?, progress: @escaping (TestProgress) -> Void
  ) throws(Refusal) -> VerificationAnswer {
    let consent = ConsentReading(project, work.context)
    if work.judgement.verdict == .stop {
      _ = try StopRecord(
        kind: "diff", subject: work.record.item, item: work.record.item, work.judgement
      ).write(project, work.context, work.shelf, agent: work.claim.by)
    }
    var checks = work.checks
    let tests = try tests(of: work, checks, progress)
    checks.append(Self.summary(of: tests, requiresTests: consent.requiresTests))
    if tests.contains(where: { $0.log != nil }) {
      let stands = try work.stands(at: checkout, logs: tests.compactMap(\.log))
      checks.append(Self.treeCheck(stands: stands))
      // What the tests did to the operator's files and to the agent's receipts, some of which no tree holds.
      let touched = [try work.protectedCheckNow(), work.submissionCheck].compactMap { $0 }
      checks = checks.map { check in touched.first { $0.name == check.name } ?? check }
    }
    return try record(work, checks, tests, consent, at: checkout)
  }

  // MARK: Tests

  /// What a rule or the guard refuses may be in the very files that a test would run; so then none runs.
  private func tests(
    of work: Examination, _ checks: [VerificationCheck],
    _ progress: @escaping (TestProgress) -> Void
  ) throws(Refusal) -> [TestOutcome] {
    let tests = work.record.guardrails.tests
    guard !tests.isEmpty else { return [] }
    if checks.contains(where: { $0.outcome == .refused }) {
      return tests.map { .notRun($0) }
    }
    var surroundings = RunSurroundings(work.project, work.context, work.shelf)
    surroundings.item = work.record.task
    surroundings.itemID = work.record.item
    surroundings.claim = work.claim.number
    surroundings.level = work.record.guardrails.level
    let run = TestRun(
      surroundings: surroundings, directory: work.project.checkout,
      claim: work.claim.number, timeout: project.configuration.testTimeout, progress: progress)
    return try run.run(
      tests, try LogFolder(work.record.guardrails.receiptsDirectory, project, work.context))
  }

  private static func summary(
    of tests: [TestOutcome], requiresTests: Bool
  ) -> VerificationCheck {
    guard !tests.isEmpty else {
      return VerificationCheck(
        "tests", requiresTests ? .refused : .none, measured: "no test was asked for",
        allowed: requiresTests ? "at least 1" : "",
        reasons: requiresTests
          ? [
            ReasonCode.testsRequired.reason(
              "no test was asked for, and the consent says require_tests")
          ] : [],
        next: requiresTests
          ? ["Release the item, and claim it with --test, or give it tests in the backlog."] : [])
    }
    let passed = tests.count { $0.outcome == .passed }
    let worst = VerificationCheck.Outcome.worst(of: tests.map(\.outcome))
    return VerificationCheck(
      "tests", worst, measured: Text("\(passed) of \(tests.count) passed"), allowed: "all pass")
  }

  private static func treeCheck(stands: Bool) -> VerificationCheck {
    guard !stands else {
      return VerificationCheck("tree", .passed, measured: "unchanged", allowed: "unchanged")
    }
    return VerificationCheck(
      "tree", .failed, measured: "changed", allowed: "unchanged",
      reasons: [
        ReasonCode.treeChanged.reason(
          "the working tree changed while the tests ran, so that what they showed is about neither tree"
        )
      ],
      next: ["Let git ignore what tests leave behind, or have them leave nothing; then try again."])
  }

  // MARK: Recording

  private func record(
    _ work: Examination, _ checks: [VerificationCheck], _ tests: [TestOutcome],
    _ consent: ConsentReading, at checkout: Path?
  ) throws(Refusal) -> VerificationAnswer {
    let state = try StateFolder(project, work.context)
    defer { state.close() }
    let file = try BacklogFile(project, work.context)
    let item = try ClaimedItem(
      work.record.item, number: work.claim.number, file.content, state, work.context)
    var checks = checks
    if let held = state.stoppedItems[item.id] { checks.append(Self.stopCheck(held)) }
    if try !work.stands(at: checkout, logs: tests.compactMap(\.log)),
      !checks.contains(where: { $0.name == "tree" && $0.outcome == .failed })
    {
      checks.removeAll { $0.name == "tree" }
      checks.append(
        VerificationCheck(
          "tree", .failed, measured: "changed", allowed: "unchanged",
          reasons: [
            ReasonCode.treeChanged.reason("the working tree changed while it was being verified")
          ], next: ["Try again when nobody works on the tree."]))
    }
    let verdict = VerificationVerdict(checks, tests, requiresTests: consent.requiresTests)
    var answer = VerificationAnswer(
      item: item.id, claim: item.claim, tree: work.measurement.tree, checks: checks, tests: tests,
      outcome: verdict.outcome, exit: verdict.exit, reasons: Self.reasons(checks, tests),
      warnings: consent.warnings + work.measurement.notes, measured: work.measured,
      rules: work.rules.json, receipt: "")
    if tests.isEmpty, verdict.exit == .done {
      answer.warnings.append(
        ReasonCode.noTests.reason(
          "no test was asked for, so that none shows that the work is right")
      )
    }
    if work.judgement.judged == 0 {
      answer.warnings.append(ReasonCode.noRules.reason("no rule was asked about the changed files"))
    }
    var receipt = work.receipt(kind: "verification", answer, item, file)
    receipt.consent = consent.json
    receipt.inputs += consent.inputs
    guard case .done(let path) = try state.commit(Step(receipt)) else {
      throw Refusal(.internalFault, "a step without a change was told that its file had changed")
    }
    answer.receipt = path
    return answer
  }

  /// That something of the work was stopped, by a rule or while a test ran.
  static func stopCheck(_ held: StoppedItem) -> VerificationCheck {
    VerificationCheck(
      "stops", .refused, measured: Text("\(held.causes.count) open"), allowed: "none",
      reasons: held.causes.map { cause in
        ReasonCode.stopped.reason(
          held.item + " was stopped by " + cause.rule
            + (cause.escalateTo.map { ", which goes to " + $0 } ?? ""))
      },
      next: [
        "conductor approve release --item " + CommandWords.line([held.item]) + " --by ACTOR"
      ])
  }

  /// The gravest first: that the consent wants tests, what was refused, what failed, what a person must decide.
  private static func reasons(
    _ checks: [VerificationCheck], _ tests: [TestOutcome]
  ) -> [Reason] {
    let all = checks.map { ($0.outcome, $0.reasons) } + tests.map { ($0.outcome, $0.reasons) }
    if let cut = tests.first(where: \.isCutShort) { return cut.reasons }
    let ranked = VerificationCheck.Outcome.byGravity.flatMap { wanted in
      all.filter { $0.0 == wanted }.flatMap(\.1)
    }
    let first = Text(ReasonCode.testsRequired.rawValue)
    return ranked.filter { $0.code == first } + ranked.filter { $0.code != first }
  }
}

extension Examination {
  /// How many paths of a kind a receipt spells out; the counts tell of all.
  private static let pathLimit = 500

  /// Begins the record of a step that rests on what was measured.
  func receipt(
    kind: Text, _ answer: VerificationAnswer, _ item: ClaimedItem, _ file: BacklogFile
  ) -> Receipt {
    var receipt = context.receipt(kind: kind, agent: item.claim.by, outcome: answer.outcome)
    receipt.reasons = answer.reasons
    receipt.warnings = answer.warnings
    receipt.guardrails = record.guardrails
    receipt.inputs =
      [Input(path: file.path.text, content: (file.bytes.count, file.digest))] + inputs
    receipt.rules = rules.json
    receipt.add("item", .string(item.id))
    receipt.add("claim", item.claim.json)
    receipt.add("exit", .integer(Int(answer.exit.rawValue)))
    receipt.add("claim_receipt", .string(record.receipt.text))
    receipt.add("tree", .string(measurement.tree))
    receipt.add("measured", measured)
    receipt.add("submission", submission.map { .string($0.receipt.text) } ?? .null)
    receipt.add("checks", .array(answer.checks.map(\.json)))
    receipt.add("tests", .array(answer.tests.map(\.json)))
    return receipt
  }

  /// The numbers and the paths, each list cut where it would fill the record.
  var measured: JSON {
    let paths = measurement.changes.prefix(Self.pathLimit).map { change -> JSON in
      ["path": .string(change.path), "change": .string(change.kind.rawValue)]
    }
    return [
      "base": record.root["git"]?["commit"]?.text.map { .string($0) } ?? .null,
      "head": measurement.head.map { .string($0) } ?? .null,
      "lines": .integer(measurement.lineCount), "files": .integer(measurement.changes.count),
      "paths": .array(Array(paths)),
      "protected_count": .integer(measurement.protected.count),
      "protected": .array(
        measurement.protected.prefix(Self.pathLimit).map { change in
          [
            "path": .string(change.path), "what": .string(change.what),
            "approval": change.approval.map { .string($0) } ?? .null,
          ]
        }),
      "unmeasured_count": .integer(measurement.unmeasured.count),
      "unmeasured": .array(
        measurement.unmeasured.prefix(Self.pathLimit).map { entry in
          [
            "path": .string(entry.path), "why": .string(entry.why),
            "approval": entry.approval.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }
}
