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
    if let reason = run.halt() ?? limit() ?? run.withdrawal(during: work) { return reason }
    renew()
    run.beat()
    return nil
  }

  private func limit() -> Reason? {
    guard let limit = run.request.maxRuntime, run.elapsed >= limit else { return nil }
    return ReasonCode.halted.reason("the run has lasted as long as it may")
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
