import Backlog
package import Evidence
package import JSONText
import Machine
import Rules

/// What a loop needs for each claim beyond an operator's own `next`: consent, budgets, and items to leave alone.
package struct Unattended: Sendable {
  /// What the consent said when the run began; later changes can only take away from it.
  package var start: Consent
  /// The executor; nil where prompts are only emitted.
  package var executor: Text?
  /// Whether the executor's form has a place for the cost.
  package var tellsCost = true
  /// Whether work is to reach the user's own tree.
  package var applies = false
  /// The items that this run has worked on already.
  package var tried: Set<Text> = []
  /// Why the last look handed out nothing; the same again needs no further receipt.
  package var knownRefusal: [Reason] = []
  /// What this run has counted itself. What is on the disk can only be more.
  package var spent = Counters()
  /// How many minutes the run has taken.
  package var minutes: Double = 0
  /// Whether the loop holds the claim's lock and renews it.
  package var isSupervised: Bool { executor != nil }

  /// States what a run begins with.
  package init(start: Consent) { self.start = start }

  // MARK: Before any item

  /// Everything that consent, mode and budgets have against another cycle.
  func refusals(_ consent: Consent, _ gate: Gate, _ counters: Counters, now: Timestamp) -> [(
    code: ReasonCode, text: Text
  )] {
    let consent = consent.narrowed(to: start)
    var refusals: [(ReasonCode, Text)] = []
    if !consent.autoEnabled || !consent.continuous {
      let missing: Text = consent.autoEnabled ? "continuous" : "auto_enabled"
      refusals.append(
        (
          .consentAbsent,
          "there is no consent to unattended work: "
            + (gate.consentAbsence ?? gate.consentPath.text + " does not say that " + missing
              + " is true")
        ))
    }
    if consent.requireExecute, executor == nil {
      refusals.append(
        (
          .executorRequired,
          "the consent requires that unattended work goes through an executor, and none is named"
        ))
    }
    if applies { refusals += Self.obstacles(toApplying: consent, gate) }
    if !counters.hold(spent.day(of: now), at: now) {
      refusals.append(
        (
          .countersUnreadable,
          "the counters of the budgets show less than this run itself has used, so that somebody has altered them"
        ))
    }
    return refusals + budgets(consent.budget, counters.day(of: now))
  }

  private static func obstacles(
    toApplying consent: Consent, _ gate: Gate
  ) -> [(code: ReasonCode, text: Text)] {
    var obstacles: [(ReasonCode, Text)] = []
    if !consent.allowApply {
      obstacles.append(
        (.applyForbidden, "the consent does not let work be applied: allow_apply is not true"))
    }
    if let mode = gate.effectiveMode {
      let words: Text =
        mode == .selectiveAuto
        ? ", which lets through only what a rule set names, and no loaded one names anything"
        : ""
      obstacles.append(
        (
          .applyForbidden,
          "the mode is " + Text(mode.rawValue) + ", in which nothing reaches the user's own tree"
            + words
        ))
    }
    return obstacles
  }

  private func budgets(
    _ budget: Consent.Budget, _ day: Counters.Day
  ) -> [(code: ReasonCode, text: Text)] {
    var refusals: [(ReasonCode, Text)] = []
    if let limit = budget.cyclesPerDay, day.cycles >= limit {
      refusals.append(
        (.budgetCycles, "the day's " + Text("\(limit)") + " cycles are used up"))
    }
    if let limit = budget.minutesPerRun, minutes >= limit {
      refusals.append((.budgetMinutes, "the run's " + Self.words(limit) + " minutes are used up"))
    }
    guard let limit = budget.costPerDay, executor != nil else { return refusals }
    if day.cost >= limit {
      refusals.append(
        (
          .budgetCost,
          "the day's cost of " + limit.spelling + " is used up: " + day.cost.spelling
            + " was spent"
        ))
    }
    if !tellsCost {
      refusals.append(
        (
          .costUnknown,
          "the consent caps the cost, and the executor " + (executor ?? "") + " tells none"
        ))
    } else if day.unknownCosts > 0 {
      refusals.append(
        (
          .costUnknown,
          "the consent caps the cost, and what an agent cost today is not known"
        ))
    }
    return refusals
  }

  /// How much of each budget is used, from 0 to 1, for whoever wants to be told in time.
  func usage(_ budget: Consent.Budget, _ day: Counters.Day) -> [(name: Text, share: Double)] {
    var usage: [(Text, Double)] = []
    if let limit = budget.cyclesPerDay {
      usage.append(("cycles_per_day", Double(day.cycles) / Double(limit)))
    }
    if let limit = budget.minutesPerRun { usage.append(("minutes_per_run", minutes / limit)) }
    if let limit = budget.costPerDay { usage.append(("cost_per_day", day.cost.share(of: limit))) }
    return usage
  }

  private static func words(_ value: Double) -> Text {
    Number(value)?.spelling ?? "an unknown amount"
  }

  // MARK: Item by item

  /// Why this run leaves an item alone that could be next; nil where it does not.
  func objection(
    to item: Item, _ consent: Consent, _ counters: Counters, now: Timestamp
  ) -> (code: ReasonCode, text: Text)? {
    if tried.contains(item.id) {
      return (.triedInRun, item.id + ": it was worked on in this run already")
    }
    guard consent.covers(item.plan), start.covers(item.plan) else {
      return (.planNotConsented, item.id + ": the consent limits unattended work to other plans")
    }
    if let attempts = counters.items[item.id], attempts.notBefore > counters.moment(now) {
      return (
        .backingOff,
        item.id + ": its last attempt failed; the next one may begin at "
          + attempts.notBefore.text
      )
    }
    return nil
  }
}

extension Consent {
  /// The consent as it stands in the project's file; without one, or with one that has run out, what holds then.
  package static func read(_ project: Project, _ context: Context) throws(Refusal) -> Consent {
    let path = project.configuration.consent
    let bytes: [UInt8]?
    do {
      bytes = try context.machine.files.readIfPresent(
        project.place(path), limit: Project.smallSizeLimit)
    } catch {
      throw Refusal(error, .consentInvalid, relativeTo: project.root)
    }
    guard let bytes else { return Consent() }
    let consent = try Consent(Bytes(bytes), path: path)
    return consent.isExpired(at: context.now) ? Consent() : consent
  }

  /// This consent without anything that an earlier one did not give: while a run goes on, changes take away only.
  func narrowed(to start: Consent) -> Consent {
    var narrow = self
    narrow.autoEnabled = autoEnabled && start.autoEnabled
    narrow.continuous = continuous && start.continuous
    narrow.requireExecute = requireExecute || start.requireExecute
    narrow.requireTests = requireTests || start.requireTests
    narrow.allowApply = allowApply && start.allowApply
    narrow.haltOnAttentionFeeds = haltOnAttentionFeeds || start.haltOnAttentionFeeds
    narrow.haltOnCIFailure = haltOnCIFailure || start.haltOnCIFailure
    let counts = [maxIterations, start.maxIterations].filter { $0 > 0 }
    narrow.maxIterations = counts.min() ?? 0
    narrow.budget.cyclesPerDay = Self.least(budget.cyclesPerDay, start.budget.cyclesPerDay)
    narrow.budget.minutesPerRun = Self.least(budget.minutesPerRun, start.budget.minutesPerRun)
    narrow.budget.costPerDay = Self.least(budget.costPerDay, start.budget.costPerDay)
    narrow.budget.failuresInARow = Self.least(budget.failuresInARow, start.budget.failuresInARow)
    return narrow
  }

  /// Whether unattended work on a plan is allowed. A pattern that is none covers nothing.
  func covers(_ plan: Text?) -> Bool {
    guard let plans else { return true }
    guard let plan else { return false }
    return plans.contains { (try? Glob($0.bytes))?.matches(plan.bytes) ?? false }
  }

  private static func least<Value: Comparable>(_ one: Value?, _ other: Value?) -> Value? {
    [one, other].compactMap { $0 }.min()
  }
}
