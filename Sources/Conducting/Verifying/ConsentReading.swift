import Evidence
import JSONText
import Machine

/// The operator's consent as a verification or a closing reads it, with the run state.
struct ConsentReading {
  private let readings: Readings
  /// The consent; nil where it cannot be read.
  private(set) var consent: Consent?
  /// Why it cannot be read.
  private(set) var fault: Refusal?
  private(set) var runState = RunState()

  /// Reads both once.
  init(_ project: Project, _ context: Context) {
    readings = Readings(project, context.machine)
    let path = project.configuration.consent
    do {
      let bytes = try readings.small(path)
      consent = try bytes.map { (bytes) throws(Refusal) in try Consent(Bytes(bytes), path: path) }
      if bytes == nil { consent = Consent() }
    } catch let error as SystemError {
      fault = Refusal(error, .consentInvalid, relativeTo: project.root)
    } catch {
      fault = error as? Refusal ?? Refusal(.consentInvalid, path.text + " cannot be read")
    }
    let place = RunState.path(project)
    do {
      if let bytes = try readings.small(place) { runState = RunState(Bytes(bytes)) }
    } catch {
      runState.fault = Text(error.text)
    }
  }

  /// What keeps an item from being closed, whatever its work is worth. A pause does not: it hands out nothing more, and
  /// what is finished may be finished.
  func checkMayClose() throws(Refusal) {
    if let fault { throw fault }
    if let fault = runState.fault {
      throw Refusal(
        .runStateUnreadable, "the run state cannot be understood: " + fault,
        hint: "\"conductor resume\" or \"conductor pause\" writes it anew.")
    }
    if runState.mode == .dryRun {
      throw Refusal(
        .modeForbids, "the mode is DRY_RUN, in which no item is closed",
        hint: "\"conductor status\" shows what is in force.")
    }
  }

  /// Whether work without tests is refused. A consent that cannot be read may say so, and one whose time has run out
  /// allows nothing more than before.
  var requiresTests: Bool { consent?.requireTests ?? true }

  /// What deserves a look.
  var warnings: [Reason] {
    (fault?.reasons ?? []) + (consent?.notes ?? [])
  }

  /// The form that receipts hold.
  var json: JSON { consent?.json ?? .null }

  var inputs: [Input] { readings.inputs }
}
