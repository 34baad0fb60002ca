import Conducting
import JSONText
import Machine

/// `conductor init`: begins a project without touching what is there.
struct InitCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let machine = session.machine
    let root = session.request[.root].map { machine.workingDirectory.appending(Path($0)) }
    let directory = (root ?? machine.workingDirectory).normalized
    let outcomes = try Initialization(directory, session.context).run()
    if session.isJSON {
      try session.print([
        "format": "conductor/init/1", "exit": 0, "root": .string(directory.text),
        "files": .array(
          outcomes.map { ["path": .string($0.path.text), "written": .bool($0.isNew)] }),
      ])
      return .done
    }
    for outcome in outcomes {
      try session.print(lines: [
        (outcome.isNew ? "wrote " : "kept  ") + session.shown(outcome.path)
      ])
    }
    guard outcomes.contains(where: { $0.isNew && $0.path == Configuration().backlog }) else {
      return .done
    }
    session.note(
      """
      The new backlog asks for neither an authenticity summary nor a CI summary: its prerequisites
      say "none" of both. Say "required" there once such summaries exist, and work waits for them.
      Try "conductor next" now.
      """)
    return .done
  }
}

/// `conductor doctor`: what is wrong, and how to mend it.
struct DoctorCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let diagnosis = try diagnosis()
    let code: ExitCode = diagnosis.hasProblems ? .checkFailed : .done
    if session.isJSON {
      try session.print([
        "format": "conductor/doctor/1", "exit": .integer(Int(code.rawValue)),
        "findings": .array(
          diagnosis.findings.map { finding in
            [
              "weight": .text(finding.weight.rawValue), "check": .string(finding.check),
              "text": .string(finding.text), "remedy": finding.remedy.map { .string($0) } ?? .null,
            ]
          }),
      ])
      return code
    }
    for finding in diagnosis.findings {
      var lines = [mark(finding.weight) + " " + session.shown(finding.text)]
      if let remedy = finding.remedy { lines.append("        " + session.shown(remedy)) }
      try session.print(lines: lines)
    }
    return code
  }

  /// A configuration that does not load is itself what is wrong; only a missing project leaves nothing to look at.
  private func diagnosis() throws -> Diagnosis {
    do {
      return Diagnosis(try session.project(), session.context)
    } catch  where error.exit == .wrongConfiguration {
      return Diagnosis(of: error)
    }
  }

  private func mark(_ weight: Diagnosis.Weight) -> String {
    switch weight {
    case .good: session.style.green("good   ")
    case .note: session.style.yellow("note   ")
    case .problem: session.style.red("problem")
    }
  }
}

/// The commands that print pages made from the command table, and the version.
struct PagesCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let page = try page()
    if session.isJSON {
      try session.print([
        "format": "conductor/page/1", "exit": 0, "version": .text(Program.version),
        "text": .text(page),
      ])
    } else {
      try session.print(page)
    }
    return .done
  }

  private func page() throws -> String {
    switch session.request.command {
    case .completions:
      (Shell(rawValue: session.request.operand) ?? .bash).completion()
    case .manual: ManualPage(version: Program.version).source
    case .version: "conductor \(Program.version)\n"
    default:
      try HelpText(width: session.width, style: session.style).text(on: session.request.arguments)
    }
  }
}
