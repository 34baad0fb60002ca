import Backlog
import Evidence
package import JSONText
package import Machine

/// Pauses and resumes a project.
package struct RunControl {
  private let project: Project
  private let context: Context

  /// Prepares a change of the run state.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context.redacting(for: project)
  }

  /// Whether the state changed, the state as it is now, where the record lies, and why the state before could not be
  /// understood, where that was so.
  package typealias Answer = (
    hasChanged: Bool, state: RunState, receipt: Path?, fault: Text?
  )

  /// The member of a receipt that says how the run state's file was before and after.
  static let record: Text = "run_state"

  /// Pauses again what somebody else has made of the run state, in the mode that was set before.
  func restore(_ mode: RunState.Mode?, reason: Text) throws(Refusal) {
    _ = try change(kind: "pause", outcome: "paused", reason: reason) { state in
      state.isPaused = true
      state.mode = mode
    }
  }

  /// Stops all handing out of work until somebody resumes it. A second pause replaces the reason.
  package func pause(reason: Text) throws(Refusal) -> Answer {
    try change(kind: "pause", outcome: "paused", reason: reason) { state in
      state.isPaused = true
    }
  }

  /// Lets work go on. What was never paused is left as it is.
  package func resume() throws(Refusal) -> Answer {
    try change(kind: "resume", outcome: "active", reason: nil) { state in
      state.isPaused = false
    }
  }

  /// Sets how far a run may go. The mode that is set already is left as it is.
  package func set(_ mode: RunState.Mode, reason: Text?) throws(Refusal) -> Answer {
    try change(kind: "mode", outcome: "set", reason: reason, code: .modeSet) { state in
      state.mode = mode
    }
  }

  private func change(
    kind: Text, outcome: Text, reason: Text?, code: ReasonCode = .paused,
    _ body: (inout RunState) -> Void
  ) throws(Refusal) -> Answer {
    let folder = try StateFolder(project, context)
    defer { folder.close() }
    let path = RunState.path(project)
    for _ in 0..<NextItem.attempts {
      let old: FileImage?
      do {
        old =
          try context.machine.files.identity(project.place(path)) == nil
          ? nil : context.machine.files.image(project.place(path), limit: Project.smallSizeLimit)
      } catch {
        throw Refusal(error, relativeTo: project.root)
      }
      let oldBytes = old.map { Bytes($0) }
      var state = oldBytes.map { RunState($0) } ?? RunState()
      let before = state
      body(&state)
      if state.isPaused == before.isPaused, state.mode == before.mode, before.fault == nil,
        reason == nil
      {
        return (false, before, nil, nil)
      }
      state.fault = nil
      state.by = context.agentName(nil, project)
      state.at = context.now
      let words = reason.map { context.redaction.clean($0) }
      // Why a mode was set says nothing about a pause that goes on.
      if code == .paused || !state.isPaused { state.reason = words }
      var receipt = context.receipt(kind: kind, agent: state.by ?? "unknown", outcome: outcome)
      receipt.reasons = words.map { [code.reason($0)] } ?? []
      receipt.inputs = [
        Input(path: path.text, content: oldBytes.map { ($0.count, SHA256.hash($0)) })
      ]
      receipt.rules = Receipt.noRules
      receipt.add("mode", state.mode.map { .text($0.rawValue) } ?? .null)
      let staged = try stage(state.bytes, path, old, oldBytes)
      receipt.add(Self.record, staged.change.json)
      var step = Step(receipt)
      step.staged = staged
      if case .done(let receiptPath) = try folder.commit(step) {
        return (true, state, receiptPath, before.fault)
      }
    }
    throw Refusal(.busy, path.text + " kept changing while it was about to be written")
  }

  private func stage(
    _ bytes: [UInt8], _ path: Path, _ old: FileImage?, _ oldBytes: Bytes?
  ) throws(Refusal) -> StagedChange {
    do {
      return StagedChange(
        change: FileChange(
          path: path, before: oldBytes.map { SHA256.hash($0) }, after: SHA256.hash(bytes),
          splices: [Splice(range: 0..<(oldBytes?.count ?? 0), replacement: bytes)]),
        edited: old, file: try context.machine.files.stage([Bytes(bytes)], for: project.place(path))
      )
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }
}
