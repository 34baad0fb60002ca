import Conducting
import JSONText
import Machine
import Rules

/// `conductor init`: begins a project without touching what is there.
struct InitCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let machine = session.machine
    let root = session.request[.root].map { machine.workingDirectory.appending(Path($0)) }
    let directory = (root ?? machine.workingDirectory).normalized
    let rules = try self.rules
    let agent = session.request[.agent].flatMap(Initialization.Agent.init(rawValue:))
    let outcomes = try Initialization(directory, session.context, rules: rules, agent: agent).run()
    let steps = nextSteps(outcomes, rules, agent)
    if session.isJSON {
      try session.print([
        "format": "conductor/init/1", "exit": 0, "root": .string(directory.text),
        "files": .array(
          outcomes.map { ["path": .string($0.path.text), "written": .bool($0.isNew)] }),
        "next": .array(steps.map { .text($0) }),
      ])
      return .done
    }
    for outcome in outcomes {
      try session.print(lines: [
        (outcome.isNew ? "wrote " : "kept  ") + session.shown(outcome.path)
      ])
    }
    for step in steps { session.note(step) }
    return .done
  }

  /// The sets that are asked for, each of which must come with conductor.
  private var rules: [Text] {
    get throws(UsageError) {
      for name in session.request[.rules] where !BuiltIn.names.contains(Text(name)) {
        throw UsageError(
          .unacceptable(
            subject: "--rules", value: name, .other("is no rule set that comes with conductor")),
          command: session.request.command.words,
          suggestions: NearestWord.find(name, among: BuiltIn.names.map(\.string)),
          hints: [
            "These sets come with conductor: " + BuiltIn.names.map(\.string).joined(separator: ", ")
          ])
      }
      return session.request[.rules].map { Text($0) }
    }
  }

  private func nextSteps(
    _ outcomes: [Initialization.Outcome], _ rules: [Text], _ agent: Initialization.Agent?
  ) -> [String] {
    func isNew(_ path: Path) -> Bool { outcomes.contains { $0.isNew && $0.path == path } }
    var steps: [String] = []
    if isNew(Configuration().backlog) {
      steps.append(
        """
        The new backlog asks for neither an authenticity summary nor a CI summary: its prerequisites
        say "none" of both. Say "required" there once such summaries exist, and work waits for them.
        """)
    }
    if !rules.isEmpty, !isNew(Configuration.path) {
      let names = rules.map { "\"\(session.shown($0))\"" }.joined(separator: ", ")
      steps.append(
        "\(Configuration.path) was there already: add \(names) to its \"rules\" yourself.")
    }
    switch agent {
    case .claude where isNew(Initialization.claudeSettings):
      steps.append(
        "Claude Code asks \"conductor guard\" before every tool from its next start on. Keep conductor on its PATH."
      )
    case .claude:
      let hooks = String(decoding: Initialization.hooks.written(indent: 2), as: UTF8.self)
      steps.append(
        "\(Initialization.claudeSettings) was there already, and is as it was. Merge this into it yourself:\n\(hooks)"
      )
    case .codex where isNew(Initialization.codexRules):
      steps.append(
        """
        Codex reads \(Initialization.codexRules) from its next start on, once you trust the project there.
        The file holds what a prefix can say of the rules of now; when they change, remove it and run
        "conductor rules export --format codex --to \(Initialization.codexRules)".
        """)
    case .codex:
      steps.append(
        "\(Initialization.codexRules) was there already, and is as it was. Compare it with the output of \"conductor rules export --format codex\"."
      )
    case nil: break
    }
    if isNew(Configuration().backlog) { steps.append("Try \"conductor next\" now.") }
    return steps
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
