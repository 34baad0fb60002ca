package import Evidence
package import JSONText
package import Machine

/// What one cycle came to.
package struct CycleRecord: Sendable {
  /// How a cycle can end.
  package enum Outcome: String, Sendable {
    case closed, proposed, emitted
    /// The claim was unwound because the cycle failed.
    case failed
    /// The claim was unwound because the run had to end.
    case interrupted

    /// Whether the cycle did what it was for.
    package var isGood: Bool { self != .failed && self != .interrupted }
  }

  package var item: Text
  /// The claim's number; nil for a dry run, which claims nothing.
  package var claim: Int?
  package var outcome: Outcome
  /// The status that a run of nothing else would end with.
  package var exit: ExitCode = .done
  package var reasons: [Reason] = []
  /// What deserves a look although it stopped nothing.
  package var warnings: [Reason] = []
  /// How long it took, in seconds.
  package var seconds: Double = 0
  package var cost: Number?
  package var tokens: TokenCount?
  /// The receipts of its steps, in their order, relative to the project's root.
  package var receipts: [Path] = []
  /// What the agent printed.
  package var output: Path?
  /// The branch and the patch that wait for a person.
  package var branch: Text?
  package var patch: Path?
  /// Where the branch was pushed to.
  package var address: Text?
  /// The checks of its verification, each with its outcome.
  package var checks: [JSON] = []

  init(item: Text, claim: Int?, outcome: Outcome) {
    (self.item, self.claim, self.outcome) = (item, claim, outcome)
  }

  /// Why its branch was not pushed although it should have been.
  package var unpushed: Reason? {
    warnings.first { $0.code == Text(ReasonCode.pushFailed.rawValue) }
  }

  /// The warnings that are about this cycle, and not about how the project is set up.
  package var notable: [Reason] {
    let general = [ReasonCode.noRules, .noTests].map { Text($0.rawValue) }
    return warnings.filter { !general.contains($0.code) }
  }

  /// The form that the run's receipt and `--json` hold.
  package var json: JSON {
    [
      "item": .string(item), "claim": claim.map { .integer($0) } ?? .null,
      "outcome": .text(outcome.rawValue), "exit": .integer(Int(exit.rawValue)),
      "reasons": .array(reasons.map(\.json)), "warnings": .array(warnings.map(\.json)),
      "seconds": .double((seconds * 1000).rounded() / 1000),
      "cost": cost.map { JSON($0) } ?? .null, "tokens": tokens?.json ?? .null,
      "receipts": .array(receipts.map { .string($0.text) }),
      "output": output.map { .string($0.text) } ?? .null,
      "branch": branch.map { .string($0) } ?? .null,
      "patch": patch.map { .string($0.text) } ?? .null,
      "pushed_to": address.map { .string($0) } ?? .null, "checks": .array(checks),
    ]
  }
}

/// What a whole run came to.
package struct RunReport: Sendable {
  /// Why a run ended.
  package enum Ending: Sendable {
    /// As far as it was asked to go.
    case complete(Text)
    /// Nothing more is eligible.
    case nothingEligible(Refusal)
    /// Somebody asked for an end.
    case halted(Reason)
    /// It must not, or cannot, go on.
    case refused(Refusal)
  }

  package var run: Text
  package var executor: Text?
  package var began: Timestamp
  package var ended: Timestamp
  package var seconds: Double = 0
  package var cycles: [CycleRecord] = []
  package var ending: Ending = .complete("")
  package var warnings: [Reason] = []
  /// Where the record lies; nil where it could not be written.
  package var receipt: Path?

  init(run: Text, executor: Text?, began: Timestamp) {
    (self.run, self.executor, self.began, ended) = (run, executor, began, began)
  }

  /// The status that the run ends with.
  package var exit: ExitCode {
    let worst = cycles.filter { !$0.outcome.isGood }.map(\.exit).max {
      Self.rank($0) < Self.rank($1)
    }
    switch ending {
    case .refused(let refusal): return refusal.exit
    case .halted(let reason):
      let isWhole = !cycles.isEmpty && cycles.allSatisfy { $0.outcome.isGood }
      return isWhole
        ? .done : worst ?? ReasonCode(rawValue: reason.code.string)?.exit ?? .notPermitted
    case .nothingEligible(let refusal): return cycles.isEmpty ? refusal.exit : worst ?? .done
    case .complete: return worst ?? (cycles.isEmpty ? .nothingEligible : .done)
    }
  }

  /// How grave a failed cycle is beside another.
  private static func rank(_ code: ExitCode) -> Int {
    let order: [ExitCode] = [
      .nothingEligible, .personMustDecide, .notPermitted, .prerequisiteUnmet, .checkFailed,
      .refused,
    ]
    return order.firstIndex(of: code) ?? order.count
  }

  /// Why it ended, the deciding reason first.
  package var reasons: [Reason] {
    switch ending {
    case .complete(let words): [ReasonCode.runComplete.reason(words)]
    case .nothingEligible(let refusal), .refused(let refusal): refusal.reasons
    case .halted(let reason): [reason]
    }
  }

  /// How many cycles came to each end.
  package func count(_ outcome: CycleRecord.Outcome) -> Int {
    cycles.count { $0.outcome == outcome }
  }

  /// What all agents cost together, as far as they say it; nil where none says it.
  package var cost: Amount? {
    let costs = cycles.compactMap { $0.cost.flatMap { Amount($0) } }
    return costs.isEmpty ? nil : costs.reduce(.zero, +)
  }

  /// What deserves to be looked at first: whatever went wrong, the gravest before the rest, and what waits for a
  /// person, what was not pushed before the rest.
  package var lookAtFirst: [CycleRecord] {
    let wrong = cycles.filter { !$0.outcome.isGood }
      .enumerated().sorted {
        (Self.rank($1.element.exit), $0.offset) < (Self.rank($0.element.exit), $1.offset)
      }.map(\.element)
    let proposed = cycles.filter { $0.outcome == .proposed }
    return wrong + proposed.filter { $0.unpushed != nil } + proposed.filter { $0.unpushed == nil }
  }

  /// The document that `--json` ends with.
  package var json: JSON {
    .object(
      [
        .init(key: "format", value: "conductor/run-report/1"),
        .init(key: "run", value: .string(run)),
        .init(key: "outcome", value: exit == .done ? "done" : "ended"),
        .init(key: "exit", value: .integer(Int(exit.rawValue))),
      ] + details
        + [.init(key: "receipt", value: receipt.map { .string($0.text) } ?? .null)])
  }

  /// What the receipt of the run holds besides what every receipt has.
  var details: [JSON.Member] {
    [
      .init(key: "executor", value: executor.map { .string($0) } ?? .null),
      .init(key: "began", value: .string(began.milliseconds)),
      .init(key: "ended", value: .string(ended.milliseconds)),
      .init(key: "seconds", value: .double((seconds * 1000).rounded() / 1000)),
      .init(
        key: "ending",
        value: [
          "reasons": .array(reasons.map(\.json))
        ]),
      .init(
        key: "counts",
        value: .object(
          [.closed, .proposed, .emitted, .failed, .interrupted].map {
            (outcome: CycleRecord.Outcome) in
            .init(key: Text(outcome.rawValue), value: .integer(count(outcome)))
          })),
      .init(key: "cost", value: cost?.json ?? .null),
      .init(
        key: "look_at_first", value: .array(lookAtFirst.map { .string($0.item) })),
      .init(key: "cycles", value: .array(cycles.map(\.json))),
      .init(key: "notes", value: .array(warnings.map(\.json))),
    ]
  }
}
