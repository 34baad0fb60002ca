import Evidence
import JSONText
import Machine

/// One run of a plugin: what it is sent, what it may know, how long it may take, and what came back.
struct PluginCall {
  /// The version of the protocol that plugins speak.
  static let version = 1
  /// The variables that every plugin gets, which no configuration hands through.
  static let presetNames: [Text] = [
    "PATH", "LANG", "CONDUCTOR_PLUGIN", "CONDUCTOR_ROOT", "CONDUCTOR_PROTOCOL",
  ]

  private static let path = "/usr/local/bin:/usr/bin:/bin"
  /// Seconds between asking a plugin to end and ending it by force.
  private static let grace: Double = 1
  /// How many lines of its complaints a refusal repeats, and how many bytes of them.
  private static let lastLines = 3
  private static let lastBytes = 500

  private let plugin: Plugin
  private let kind: Text
  private let request: JSON
  private let timeout: Double

  init(_ plugin: Plugin, kind: Text, request: JSON, timeout: Double? = nil) {
    self.plugin = plugin
    self.kind = kind
    self.request = request
    let own = Double(plugin.declaration.timeout)
    self.timeout = min(timeout ?? own, own)
  }

  /// The line that the plugin reads: compact, its members always in this order.
  private var message: [UInt8] {
    let json: JSON = [
      "protocol": .integer(Self.version), "kind": .string(kind), "request": request,
    ]
    return json.written(indent: nil) + [0x0A]
  }

  private var environment: [[UInt8]] {
    let declaration = plugin.declaration
    var variables = Environment([]).changing([
      ("PATH", Array(Self.path.utf8)), ("LANG", Array("C.UTF-8".utf8)),
      ("CONDUCTOR_PLUGIN", declaration.name.bytes),
      ("CONDUCTOR_ROOT", plugin.project.root.bytes),
      ("CONDUCTOR_PROTOCOL", Array("\(Self.version)".utf8)),
    ])
    for name in declaration.environment {
      let value = plugin.context.machine.environment.bytes(name.string)
      variables = variables.changing([(name.string, value)])
    }
    return variables.lines
  }

  /// Runs the program and answers what it printed, where it ended as it must.
  func run() throws(Refusal) -> [UInt8] {
    let finished = try finish()
    if let fault = fault(of: finished) { throw fault }
    return finished.output
  }

  /// Runs the program whose bytes were just verified to its end, however that comes.
  ///
  /// While it lives it is asked several times a second whether it may go on.
  func finish(
    mayGoOn: @escaping () -> Bool = { true }
  ) throws(Refusal) -> Finished {
    guard let program = try plugin.verified().first else {
      throw Refusal(.internalFault, "a plugin without a program was declared")
    }
    let context = plugin.context
    do {
      try checkExecutable(program.path)
      let temporary = plugin.project.state
      if try context.machine.files.identity(temporary) == nil {
        try context.machine.files.makeDirectory(temporary)
      }
      return try context.machine.files.withProgram(program.bytes, in: temporary) {
        (path: Path) throws(SystemError) in
        try context.machine.processes.work(
          plugin.declaration.command.map(\.bytes), environment: environment,
          directory: plugin.project.root, input: message,
          limits: .init(
            timeout: timeout, grace: Self.grace, output: plugin.declaration.outputLimit),
          program: path, mayGoOn: mayGoOn)
      }
    } catch {
      throw refusal(.pluginCrashed, "cannot be started: " + Text(error.text))
    }
  }

  private func checkExecutable(_ path: Path) throws(SystemError) {
    let place = plugin.project.place(path).normalized
    if try !plugin.context.machine.files.mayRun(place) {
      throw SystemError(call: .access, errno: Code.denied, path: path)
    }
  }

  /// What was wrong with a run; nil where it ended by itself, in time, and said no more than it may.
  func fault(of finished: Finished) -> Refusal? {
    if finished.truncated {
      return refusal(
        .pluginOverlong,
        "printed more than the " + Text("\(plugin.declaration.outputLimit)")
          + " bytes that it may")
    }
    switch finished.status {
    case .exited(0): return nil
    case .timedOut:
      return refusal(
        .pluginSlow,
        "took longer than the " + Text("\(Int(timeout.rounded(.up)))") + " seconds that it has"
          + lastWords(finished))
    case .exited(let code):
      return refusal(
        .pluginCrashed, "ended with status " + Text("\(code)") + lastWords(finished))
    case .signalled(let number):
      return refusal(
        .pluginCrashed, "was ended by signal " + Text("\(number)") + lastWords(finished))
    case .interrupted:
      return refusal(.pluginCrashed, "was ended, because conductor itself was asked to end")
    }
  }

  private func refusal(_ code: ReasonCode, _ text: Text) -> Refusal {
    Refusal(code, "the plugin " + plugin.name + " " + text)
  }

  /// What it complained of last, on one line.
  private func lastWords(_ finished: Finished) -> Text {
    let lines = finished.errors.split(separator: 0x0A).suffix(Self.lastLines)
    guard !lines.isEmpty else { return "" }
    let words = Text(bytes: Array(lines.joined(separator: Array("; ".utf8)).suffix(Self.lastBytes)))
    return "; it said: " + plugin.context.redaction.clean(words)
  }
}
