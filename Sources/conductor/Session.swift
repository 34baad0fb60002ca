import Backlog
import Conducting
import Evidence
import JSONText
import Machine

/// One command being carried out: what was asked, what may be reached, and how answers are given.
struct Session {
  /// Standard output was closed by its reader, which ends the program quietly.
  struct Closed: Error {
    /// The status to end with: a reader that has seen enough is no failure.
    var status: ExitCode = .done
  }

  let machine: Machine
  let request: Request
  let context: Context

  init(_ machine: Machine, _ request: Request) {
    self.machine = machine
    self.request = request
    context = Context(machine: machine, version: Text(Program.version))
  }

  var isJSON: Bool { request[.json] }

  func run() throws -> ExitCode {
    if request[.help] {
      try print(HelpText(width: width, style: style).text(on: request.command.words))
      return .done
    }
    switch request.command {
    case .next: return try NextCommand(self).run()
    case .submit: return try SubmitCommand(self).run()
    case .verify: return try VerifyCommand(self).run()
    case .close: return try CloseCommand(self).run()
    case .release: return try ReleaseCommand(self).run()
    case .renew: return try RenewCommand(self).run()
    case .loop: return try LoopCommand(self).run()
    case .exec: return try ExecCommand(self).run()
    case .guardCall: return try GuardCommand(self).run()
    case .backlogList: return try BacklogListCommand(self).run()
    case .backlogShow: return try BacklogShowCommand(self).run()
    case .backlogCheck: return try BacklogCheckCommand(self).run()
    case .backlogAdd: return try BacklogAddCommand(self).run()
    case .checkCommand, .checkItem, .checkDiff, .checkResponse, .checkEnvironment:
      return try CheckCommand(self).run()
    case .rulesList: return try RulesListCommand(self).run()
    case .rulesShow: return try RulesShowCommand(self).run()
    case .rulesCheck, .rulesTest: return try RulesCheckCommand(self).run()
    case .rulesExplain: return try RulesExplainCommand(self).run()
    case .rulesExport: return try RulesExportCommand(self).run()
    case .pluginList: return try PluginListCommand(self).run()
    case .pluginTrust: return try PluginTrustCommand(self).trust()
    case .pluginUntrust: return try PluginTrustCommand(self).untrust()
    case .pluginCheck: return try PluginCheckCommand(self).run()
    case .status: return try StatusCommand(self).run()
    case .pause: return try PauseCommand(self).run()
    case .resume: return try ResumeCommand(self).run()
    case .mode: return try ModeCommand(self).run()
    case .approve: return try ApproveCommand(self).run()
    case .receiptsList: return try ReceiptsListCommand(self).run()
    case .receiptsShow: return try ReceiptsShowCommand(self).run()
    case .receiptsVerify: return try ReceiptsVerifyCommand(self).run()
    case .initialize: return try InitCommand(self).run()
    case .doctor: return try DoctorCommand(self).run()
    case .completions, .manual, .version, .help: return try PagesCommand(self).run()
    }
  }

  func project() throws(Refusal) -> Project {
    try Project.find(request[.root].map { Path($0) }, in: context)
  }

  // MARK: Answers

  /// The width that text may take: the terminal's, or any where nobody looks.
  var width: Int? {
    machine.terminal.isTerminal(.standardOutput) ? machine.terminal.columns : nil
  }

  var style: Style { machine.terminal.allowsColour(.standardOutput) ? .coloured : .plain }

  /// Prints text that is safe to print; whatever comes from files goes through `Printable` first.
  func print(_ text: String) throws {
    try deliver(Array(text.utf8))
  }

  func print(lines: [String]) throws {
    guard !lines.isEmpty else { return }
    try print(lines.joined(separator: "\n") + "\n")
  }

  /// Prints the one document that `--json` answers with.
  func print(_ document: JSON) throws {
    try deliver(document.written(indent: 2) + [0x0A])
  }

  /// Prints one of the lines that `--json` answers with where there is a stream of them.
  func print(line document: JSON) throws {
    try deliver(document.written(indent: nil) + [0x0A])
  }

  private func deliver(_ bytes: [UInt8]) throws {
    if try machine.output.write(bytes, to: .standardOutput) == .closed { throw Closed() }
  }

  /// Says something on standard error that `--quiet` leaves out, as does `--json`, whose document carries it.
  func note(_ text: String) {
    guard !request[.quiet], !isJSON else { return }
    warn(text)
  }

  /// Says something on standard error whatever was asked. A standard error that takes nothing, closed or full, stops
  /// nothing: what was done stays done, and the status says so.
  func warn(_ text: String) {
    _ = try? machine.output.write(Array((text + "\n").utf8), to: .standardError)
  }

  // MARK: Words

  func shown(_ text: Text) -> String { Printable.line(text.string) }
  func shown(_ path: Path) -> String { Printable.line(path.string) }

  func distance(to time: Timestamp) -> String {
    TimeWords.distance(to: time.nanoseconds, from: context.now.nanoseconds)
  }
}

extension FlagKey where Value == String {
  /// The flag's value as bytes, where it was given.
  func text(in request: Request) -> Text? { request[self].map { Text($0) } }
}
