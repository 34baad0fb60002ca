import Backlog
package import Evidence
package import JSONText
import Machine
import Rules

/// Everything that a decision rests on, read once and judged: what the gate in front of the items has found.
package struct Gate {
  /// The consent in force.
  package var consent = Consent()
  /// Where it stands.
  let consentPath: Path
  /// Why there is none to read, where that is so.
  private(set) var consentAbsence: Text?
  /// The run state in force.
  package var runState = RunState()
  /// The backlog, where it could be read.
  package var backlog: BacklogFile?
  /// The prerequisites that were judged; none where the backlog that asks for them could not be read.
  package var prerequisites: [PrerequisiteVerdict] = []
  /// Everything that refuses, before any item is looked at.
  package var refusals: [(code: ReasonCode, text: Text)] = []
  /// What deserves a look although it stopped nothing.
  package var warnings: [Reason] = []
  /// The files that were read.
  package let readings: Readings
  /// The rule sets in force.
  package let shelf: RuleShelf
  /// Whether a prerequisite does not hold, for whatever reason.
  private var hasUnmetPrerequisite = false

  /// Reads the files of a project and judges them, in the order in which refusals take precedence.
  package init(_ project: Project, _ context: Context) {
    self.init(
      project, context, RuleShelf(surveying: project, context),
      besides: PluginShelf(project, context).prerequisites)
  }

  /// The same with rule sets that were loaded already, and with prerequisites beside those of the program.
  init(
    _ project: Project, _ context: Context, _ shelf: RuleShelf, besides others: [any Prerequisite]
  ) {
    readings = Readings(project, context.machine)
    self.shelf = shelf
    let configuration = project.configuration
    consentPath = configuration.consent
    refusals += shelf.faults.map { (.rulesInvalid, $0.text) }
    readPlugins(PluginShelf(project, context))
    readBacklog(project, context)
    readConsent(project, context)
    readRunState(project, context)
    warnings += [modeNote].compactMap { $0 }
    guard let backlog else { return }
    let kinds: [any Prerequisite] =
      [
        Authenticity(path: configuration.authenticity),
        ContinuousIntegration(path: configuration.ci),
      ] + others
    for kind in kinds {
      let verdict = kind.judge(readings, backlog.content.prerequisites, now: context.now)
      prerequisites.append(verdict)
      if verdict.holds { continue }
      hasUnmetPrerequisite = true
      refusals += verdict.reasons
    }
  }

  /// A plugin that cannot be run would be worse than none, because somebody relies on it. What is wrong with one that
  /// is a prerequisite its verdict says.
  private mutating func readPlugins(_ plugins: PluginShelf) {
    for plugin in plugins.plugins {
      do {
        for part in try plugin.verified() {
          readings.record(part.path, size: part.bytes.count, digest: part.digest)
        }
      } catch {
        guard plugin.declaration.kind != .prerequisite else { continue }
        refusals += error.reasons.map { reason in
          (ReasonCode(rawValue: reason.code.string) ?? .pluginInvalid, reason.text)
        }
      }
    }
  }

  private mutating func readBacklog(_ project: Project, _ context: Context) {
    let path = project.configuration.backlog
    do {
      let file = try BacklogFile(project, context)
      readings.record(file)
      backlog = file
    } catch {
      if error.exit == .missingFile { readings.recordAbsent(path) }
      refusals += error.reasons.map { reason in
        (ReasonCode(rawValue: reason.code.string) ?? .backlogInvalid, reason.text)
      }
    }
  }

  private mutating func readConsent(_ project: Project, _ context: Context) {
    let path = project.configuration.consent
    do {
      guard let bytes = try readings.small(path) else {
        consentAbsence = path.text + " does not exist"
        return
      }
      consent = try Consent(Bytes(bytes), path: path)
      warnings += consent.notes
      if consent.isExpired(at: context.now) {
        let words = path.text + " has expired and counts as absent"
        warnings.append(ReasonCode.consentExpired.reason(words))
        consentAbsence = words
        consent = Consent()
      }
    } catch let error as SystemError {
      refusals.append(
        (.consentInvalid, path.text + " cannot be read: " + Text(error.text)))
    } catch let refusal as Refusal {
      refusals += refusal.reasons.map { (.consentInvalid, $0.text) }
    } catch {
      refusals.append((.internalFault, "the consent failed in an unknown way"))
    }
  }

  private mutating func readRunState(_ project: Project, _ context: Context) {
    let path = RunState.path(project)
    do {
      if let bytes = try readings.small(path) { runState = RunState(Bytes(bytes)) }
    } catch {
      runState.isPaused = true
      runState.fault = Text(error.text)
    }
    if let fault = runState.fault {
      refusals.append(
        (
          .runStateUnreadable,
          path.text + " cannot be understood: " + fault + "; that counts as paused"
        ))
    } else if runState.isPaused {
      refusals.append((.paused, "the project is paused" + Self.circumstances(runState)))
    }
  }

  private static func circumstances(_ state: RunState) -> Text {
    let by: Text = state.by.map { " by " + $0 } ?? ""
    let at: Text = state.at.map { " since " + $0.text } ?? ""
    let reason: Text = state.reason.map { ": " + $0 } ?? ""
    return by + at + reason
  }

  /// The mode that holds: the one that was set; without one, that of the set `autopilot`, where it is loaded.
  package var effectiveMode: RunState.Mode? {
    runState.mode ?? (shelf.book.sets.contains { $0.name == "autopilot" } ? .prOnly : nil)
  }

  /// What the mode that holds does not do although its name says so.
  package var modeNote: Reason? {
    guard effectiveMode == .selectiveAuto else { return nil }
    return ReasonCode.modeWithoutEffect.reason(
      "the mode SELECTIVE_AUTO lets through only what a rule set names, and no loaded one names anything, so that it holds as PR_ONLY"
    )
  }

  /// The refusal that all of this amounts to, or nil where the items may be looked at.
  package var refusal: Refusal? {
    guard !refusals.isEmpty else { return nil }
    var refusal = Refusal(refusals, hint: hint)
    // A prerequisite that cannot be asked does not hold, whatever keeps it from being asked.
    if refusal.exit == .unavailable, hasUnmetPrerequisite { refusal.exit = .prerequisiteUnmet }
    return refusal
  }

  private var hint: Text? {
    switch Refusal(refusals).exit {
    case .notPermitted: permissionHint
    case .prerequisiteUnmet where refusals.contains { $0.code == .pluginUnmet }:
      "Bring about what the plugin asks for; \"conductor plugin check\" asks each of them anew."
    case .prerequisiteUnmet:
      "Bring the named file up to date, or opt out of it in the backlog's prerequisites."
    case .wrongContent: "Mend the file at the place that is named; nothing was changed."
    case .missingFile: "\"conductor init\" begins a project with a backlog of its own."
    case .wrongConfiguration:
      "Mend the rule set at the place that is named."
    case .unavailable:
      "\"conductor plugin list\" shows how each plugin stands; \"conductor plugin trust\" says that one may be run."
    default: nil
    }
  }

  private var permissionHint: Text {
    func has(_ codes: Set<ReasonCode>) -> Bool { refusals.contains { codes.contains($0.code) } }
    if has([.paused, .runStateUnreadable]) {
      return "\"conductor resume\" ends a pause; \"conductor status\" shows what is in force."
    }
    if has([.budgetCycles, .budgetCost, .costUnknown]) {
      return "The budget stands in " + consentPath.text + "; it counts by days of UTC."
    }
    return "An operator says in " + consentPath.text
      + " what unattended work may do; \"conductor status\" shows what is in force."
  }

  /// The form of the prerequisites that receipts hold, with a null for what was not judged.
  package var preflight: JSON {
    let own: [Text] = ["authenticity", "ci"]
    let names = own + prerequisites.map(\.name).filter { !own.contains($0) }
    return .object(
      names.map { name in
        .init(key: name, value: prerequisites.first { $0.name == name }?.json ?? .null)
      })
  }
}
