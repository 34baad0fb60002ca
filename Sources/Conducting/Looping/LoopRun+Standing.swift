import Backlog
import Evidence
import JSONText
import Machine

/// Whether what allowed a run still allows it, while an agent works and between the cycles.
extension LoopRun {
  /// Why consent, its budget of minutes or the run state do not permit the run any more, with the item at work where
  /// there is one.
  func withdrawal(during work: CycleWork? = nil) -> Reason? {
    do {
      let consent = try Consent.read(project, context).narrowed(to: terms.start)
      if let reason = objection(of: consent, to: work) { return reason }
    } catch {
      let words = error.reasons.first?.text ?? "nobody can say why"
      return ReasonCode.consentAbsent.reason("the consent cannot be read any more: " + words)
    }
    do {
      return objection(of: try RunState.read(project, context), to: work)
    } catch {
      return ReasonCode.runStateUnreadable.reason("the run state cannot be read: " + error.words)
    }
  }

  private func objection(of consent: Consent, to work: CycleWork?) -> Reason? {
    if !consent.autoEnabled || !consent.continuous {
      return ReasonCode.consentAbsent.reason("the consent was withdrawn while the run went on")
    }
    if request.applies, !consent.allowApply {
      return ReasonCode.applyForbidden.reason(
        "the consent to apply work was withdrawn while the run went on")
    }
    if let work, !consent.covers(work.plan) {
      return ReasonCode.consentAbsent.reason(
        "the consent does not cover the plan of " + work.item + " any more")
    }
    if let limit = consent.budget.minutesPerRun, elapsed >= limit * 60 {
      return ReasonCode.budgetMinutes.reason("the run's minutes are used up")
    }
    return nil
  }

  private func objection(of state: RunState, to work: CycleWork?) -> Reason? {
    if request.applies, let mode = state.mode {
      return ReasonCode.applyForbidden.reason(
        "the mode was set to " + Text(mode.rawValue) + " while the run went on")
    }
    if state.isPaused {
      let words: Text = state.reason.map { ": " + $0 } ?? ""
      return ReasonCode.paused.reason("the project was paused while the run went on" + words)
    }
    // Between the cycles this mode ends nothing, since prompts may still be recorded.
    guard work != nil, state.mode == .dryRun else { return nil }
    return ReasonCode.modeForbids.reason(
      "the mode was set to DRY_RUN while the agent worked, and in it nothing comes of a run")
  }
}

extension RunState {
  /// The run state of a project as it stands; without a file, active and without a mode.
  static func read(_ project: Project, _ context: Context) throws(SystemError) -> RunState {
    let bytes = try context.machine.files.readIfPresent(
      project.place(path(project)), limit: Project.smallSizeLimit)
    return bytes.map { RunState(Bytes($0)) } ?? RunState()
  }
}
