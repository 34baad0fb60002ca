import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// `conductor plugin list`: how each plugin stands.
struct PluginListCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let survey = try PluginSurvey(session.project(), session.context)
    if session.isJSON {
      try session.print([
        "format": "conductor/plugins/1", "exit": 0,
        "plugins": .array(survey.entries.map(\.json)),
      ])
      return .done
    }
    let columns: [Layout.Column] = [
      .init("NAME"), .init("KIND"), .init("STATE"), .flexible("COMMAND", leastWidth: 16),
    ]
    try session.print(
      lines: Layout(columns, width: session.width, style: session.style).lines(
        survey.entries.map { entry in
          [
            .init(entry.declaration.name.string, .bold),
            .init(entry.declaration.kind.rawValue.string),
            .init(entry.state.string, entry.isFaulty ? .red : .green),
            .init(entry.declaration.shownCommand.string, .dim),
          ]
        }))
    for reason in survey.entries.flatMap(\.reasons) { session.note(session.shown(reason.text)) }
    if survey.entries.isEmpty { session.note("The configuration declares no plugin.") }
    return .done
  }
}

/// `conductor plugin check`: whether each plugin answers as it must.
struct PluginCheckCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let survey = try PluginSurvey(
      asking: session.request.arguments.first.map { Text($0) }, session.project(),
      session.context)
    let exit: ExitCode = survey.hasProblems ? .checkFailed : .done
    if session.isJSON {
      try session.print([
        "format": "conductor/plugin-check/1", "exit": .integer(Int(exit.rawValue)),
        "plugins": .array(survey.entries.map(\.json)),
      ])
      return exit
    }
    try session.print(lines: survey.entries.map(line))
    if survey.entries.isEmpty { session.note("The configuration declares no plugin.") }
    return exit
  }

  private func line(_ entry: PluginSurvey.Entry) -> String {
    let name = session.style.bold(session.shown(entry.declaration.name))
    if let reason = entry.reasons.first {
      return name + "  " + session.style.paint("failed", .red) + "  " + session.shown(reason.text)
    }
    var words = [entry.declaration.kind.rawValue.string]
    if let version = entry.description?.version { words.append(session.shown(version)) }
    if let offer = entry.offer {
      words.append(
        TimeWords.counted(Int64(offer.items), "item") + ", \(offer.known) of them known here")
    }
    if let text = entry.description?.text { words.append(session.shown(text)) }
    return name + "  " + session.style.paint("ok", .green) + "  " + words.joined(separator: ", ")
  }
}

/// `conductor plugin trust` and `untrust`: what an operator lets run.
struct PluginTrustCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func trust() throws -> ExitCode {
    try OperatorOnly.check(session.project(), session.context)
    let answer = try PluginTrusting(session.project(), session.context).trust(
      Text(session.request.operand), by: FlagKey.by.text(in: session.request))
    let declaration = answer.declaration
    if session.isJSON {
      try session.print([
        "format": "conductor/plugin-trust/1", "exit": 0, "outcome": "trusted",
        "plugin": .string(declaration.name), "declaration": declaration.json,
        "digest": .string(answer.record.fingerprint.hex), "by": .string(answer.record.by),
        "recorded_at": .string(answer.place.text), "receipt": .string(answer.receipt.text),
      ])
      return .done
    }
    try session.print(lines: shown(declaration, by: answer.record.by))
    session.note("recorded in \(session.shown(answer.place))")
    session.note("receipt \(session.shown(answer.receipt))")
    return .done
  }

  func untrust() throws -> ExitCode {
    let name = Text(session.request.operand)
    let receipt = try PluginTrusting(session.project(), session.context).untrust(name)
    if session.isJSON {
      try session.print([
        "format": "conductor/plugin-trust/1", "exit": 0, "outcome": "untrusted",
        "plugin": .string(name), "changed": .bool(receipt != nil),
        "receipt": receipt.map { .string($0.text) } ?? .null,
      ])
      return .done
    }
    session.note(
      receipt == nil
        ? "nobody trusted \(session.shown(name))"
        : "\(session.shown(name)) is trusted no more")
    if let receipt { session.note("receipt \(session.shown(receipt))") }
    return .done
  }

  private func shown(_ declaration: PluginDeclaration, by actor: Text) -> [String] {
    func line(_ term: String, _ text: Text) -> [String] {
      Paragraph.entry(term, session.shown(text), column: 15, width: session.width)
    }
    func list(_ texts: [Text], or none: Text) -> Text {
      texts.dropFirst().reduce(texts.first ?? none) { $0 + ", " + $1 }
    }
    return line("plugin", declaration.name) + line("kind", declaration.kind.rawValue)
      + line("command", declaration.shownCommand)
      + declaration.pinned.flatMap { line("sha256", $0.digest.hex + "  " + $0.path.text) }
      + line("timeout", Text("\(declaration.timeout)s"))
      + line("environment", list(declaration.environment, or: "none of the operator's variables"))
      + (declaration.kind == .judge
        ? line("phases", list(declaration.phases.map(\.word), or: "none")) : [])
      + line("trusted by", actor)
  }
}
