import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// The commands that judge and change nothing.
struct CheckCommand {
  private let session: Session
  private var request: Request { session.request }

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    switch request.command {
    case .checkItem: try item()
    case .checkDiff: try diff()
    case .checkResponse: try response()
    case .checkEnvironment: try environment()
    default: try command()
    }
  }

  // MARK: What is judged

  private func command() throws -> ExitCode {
    let words = request.arguments.map { Text($0) }
    guard words.count == 1 || request[.argv] else {
      throw UsageError.stated(
        "the command line is one argument, and \(words.count) were given", of: request.command,
        hints: [
          "Put the line in quotes: conductor check command -- 'git push --force'",
          "To judge one program with its arguments, use --argv: conductor check command --argv -- git push --force",
        ])
    }
    let inspection = try inspection()
    return try tell(
      request[.argv] ? inspection.vector(words) : inspection.command(Text(request.operand)))
  }

  private func item() throws -> ExitCode {
    let file = request[.text]
    guard (file == nil) != (request.arguments.isEmpty) else {
      throw UsageError.stated(
        file == nil
          ? "check item needs the id of an item, or --text FILE"
          : "check item takes either the id of an item or --text, not both", of: request.command)
    }
    guard let file else {
      let inspection = try inspection(item: Text(request.operand))
      guard let outcome = inspection.item() else {
        throw Refusal(.itemUnknown, "there is no item " + Text(request.operand))
      }
      return try tell(outcome)
    }
    return try tell(try inspection().item(text: try session.input(file)))
  }

  private func diff() throws -> ExitCode {
    let project = try session.project()
    let inspection = try inspection()
    let changes = try WorkingChanges(
      project, session.context, base: FlagKey.base.text(in: request), staged: request[.staged])
    let outcome = inspection.changes(changes, limit: request[.diffLimit])
    return try tell(
      outcome,
      more: [
        .init(key: "files", value: .integer(changes.changes.count)),
        .init(key: "lines", value: .integer(changes.lineCount)),
      ],
      note: TimeWords.counted(Int64(changes.changes.count), "changed file") + ", "
        + TimeWords.counted(Int64(changes.lineCount), "line") + " added or deleted")
  }

  private func response() throws -> ExitCode {
    let bytes = try session.answer(request.operand)
    return try tell(
      try inspection().answer(bytes, named: Session.inputName(request.operand)))
  }

  private func environment() throws -> ExitCode {
    let finding = try inspection().environment(of: Text(request.operand))
    let exit: ExitCode
    if case .ambiguous = finding { exit = .refused } else { exit = .done }
    if session.isJSON {
      try session.print([
        "format": "conductor/environment/1", "exit": .integer(Int(exit.rawValue)),
        "verdict": exit == .done ? "allow" : "stop", "environment": finding.json,
      ])
      return exit
    }
    switch finding {
    case .none: try session.print("none\n")
    case .resolved(let name): try session.print(lines: [session.shown(name)])
    case .ambiguous(let why): try session.print(lines: ["ambiguous: " + session.shown(why)])
    }
    return exit
  }

  // MARK: Surroundings and answers

  private func inspection(item: Text? = nil) throws -> Inspection {
    var surroundings = Inspection.Surroundings()
    surroundings.item = item ?? FlagKey.item.text(in: request)
    surroundings.level = FlagKey.level.text(in: request)
    surroundings.environment = FlagKey.environment.text(in: request)
    return try Inspection(session.project(), session.context, surroundings)
  }

  private func tell(
    _ outcome: Inspection.Outcome, more: [JSON.Member] = [], note: String? = nil
  ) throws -> ExitCode {
    if session.isJSON {
      guard case .object(let members) = outcome.json else { return outcome.exit }
      try session.print(.object(members + more))
    } else {
      try session.print(
        lines: JudgementText(style: session.style, width: session.width).lines(outcome))
      if let note { session.note(note) }
      if outcome.reasons.contains(where: { $0.code == Text(ReasonCode.nothingJudged.rawValue) }) {
        session.note("\"conductor rules list\" shows the sets that could be loaded.")
      }
    }
    return outcome.exit
  }
}

extension Session {
  /// What messages call a file that is named on the command line.
  static func inputName(_ name: String) -> Text { name == "-" ? "standard input" : Text(name) }

  /// The bytes of a file as it is named on the command line, or of standard input for `-`.
  func input(_ name: String) throws(Refusal) -> [UInt8] {
    try input(name, unreadable)
  }

  /// The bytes of an agent's answer, of which one that is too long is a faulty one.
  func answer(_ name: String) throws(Refusal) -> [UInt8] {
    try input(name) { error in
      guard error.errno == Code.tooLarge else { return unreadable(error) }
      let most = Text("\(Project.smallSizeLimit >> 20) MB")
      return Refusal(
        .answerInvalid, Self.inputName(name) + " is larger than " + most + ", and is not read")
    }
  }

  private func unreadable(_ error: SystemError) -> Refusal {
    Refusal(
      error, error.isMissing ? .inputMissing : .inputOutput, relativeTo: machine.workingDirectory)
  }

  private func input(
    _ name: String, _ refusal: (SystemError) -> Refusal
  ) throws(Refusal) -> [UInt8] {
    let files = machine.files
    do {
      return name == "-"
        ? try files.standardInput(limit: Project.smallSizeLimit)
        : try files.read(machine.workingDirectory / Path(name), limit: Project.smallSizeLimit)
    } catch {
      throw refusal(error)
    }
  }
}
