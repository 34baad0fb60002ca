import Backlog
import Evidence
import JSONText
import Machine

/// What the supervisor does while an agent works: it looks whether the run may go on, and renews the claim in time.
final class ClaimWatch {
  private let run: LoopRun
  private let work: CycleWork
  private let lease: Int64
  private var until: Timestamp

  init(_ run: LoopRun, _ work: CycleWork, _ claim: Claim) {
    self.run = run
    self.work = work
    lease = max((claim.until.nanoseconds - claim.at.nanoseconds) / 1_000_000_000, 1)
    until = claim.until
  }

  /// Why the agent is to be ended now; nil where it may go on.
  func pulse() -> Reason? {
    if let reason = run.halt() ?? limit() ?? withdrawn() { return reason }
    renew()
    run.beat()
    return nil
  }

  private func limit() -> Reason? {
    if let limit = run.request.maxRuntime, run.elapsed >= limit {
      return ReasonCode.halted.reason("the run has lasted as long as it may")
    }
    if let limit = run.terms.start.budget.minutesPerRun, run.elapsed >= limit * 60 {
      return ReasonCode.budgetMinutes.reason("the run's minutes are used up")
    }
    return nil
  }

  /// Why consent or run state do not permit the run any more.
  private func withdrawn() -> Reason? {
    let (project, context) = (run.project, run.context)
    do {
      let consent = try Consent.read(project, context).narrowed(to: run.terms.start)
      if !consent.autoEnabled || !consent.continuous {
        return ReasonCode.consentAbsent.reason("the consent was withdrawn while the agent worked")
      }
      if run.request.applies, !consent.allowApply {
        return ReasonCode.applyForbidden.reason(
          "the consent to apply work was withdrawn while the agent worked")
      }
    } catch {
      let words = error.reasons.first?.text ?? "nobody can say why"
      return ReasonCode.consentAbsent.reason("the consent cannot be read any more: " + words)
    }
    let path = project.state / RunState.name
    do {
      let bytes = try context.machine.files.readIfPresent(path, limit: Project.smallSizeLimit)
      let state = bytes.map { RunState(Bytes($0)) } ?? RunState()
      if run.request.applies, let mode = state.mode {
        return ReasonCode.applyForbidden.reason(
          "the mode was set to " + Text(mode.rawValue) + " while the agent worked")
      }
      guard state.isPaused else { return nil }
      let words: Text = state.reason.map { ": " + $0 } ?? ""
      return ReasonCode.paused.reason("the project was paused while the agent worked" + words)
    } catch {
      return ReasonCode.runStateUnreadable.reason("the run state cannot be read: " + error.words)
    }
  }

  /// Renews the claim once half of its lease is over. One that fails is tried again at the next pulse; until then the
  /// lock shows that somebody is there.
  private func renew() {
    let now = run.context.now
    guard !run.context.isRehearsing, now >= until.adding(seconds: -lease / 2) else { return }
    if let answer = try? Renewal(run.project, run.context).run(
      work.item, number: work.claim, lease: Int(lease))
    {
      until = answer.claim.until
    }
  }
}
