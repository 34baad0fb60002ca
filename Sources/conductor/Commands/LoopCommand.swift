import Conducting
import JSONText
import Machine

/// `conductor loop`: works through the backlog unattended.
struct LoopCommand {
  private let session: Session
  private var request: Request { session.request }

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let project = try session.project()
    let wanted = try wanted()
    let view = LoopView(session)
    var sinks: [any Sink] = [EventLog(project, session.context)]
    sinks.append(session.isJSON ? EventStream(session) : view)
    let plugins = PluginShelf(project, session.context)
    sinks += plugins.sinks
    let isJSON = session.isJSON
    let run = LoopRun(
      project, session.context, wanted, executor: try executor(project, plugins),
      steps: ProjectSteps(project, session.context), sinks: sinks,
      emit: { (answer, event) throws(Refusal) in try deliver(answer, event) },
      beat: { if !isJSON { view.beat() } })
    let report = run.run()
    if session.isJSON {
      try session.print(line: report.json)
    } else {
      view.end()
      tell(report)
    }
    return report.exit
  }

  // MARK: What is asked

  private func wanted() throws -> LoopRequest {
    var wanted = LoopRequest()
    wanted.next = NextCommand.wanted(request)
    wanted.executor = FlagKey.executor.text(in: request)
    wanted.maxCycles = request[.maxCycles]
    wanted.interval = seconds(.interval)
    wanted.watches = request[.watch]
    wanted.maxRuntime = seconds(.maxRuntime)
    wanted.maxIdle = seconds(.maxIdle)
    wanted.stopFile = request[.stopFile].map {
      session.machine.workingDirectory.appending(Path($0)).normalized
    }
    wanted.applies = request[.apply]
    if wanted.maxIdle != nil, !wanted.watches {
      throw UsageError(
        .stated("--max-idle says how long a run waits for work, and needs --watch"),
        command: request.command.words)
    }
    if wanted.applies, wanted.executor == nil {
      throw UsageError(
        .stated("--apply says where an executor's agent works, and needs --executor"),
        command: request.command.words)
    }
    return wanted
  }

  private func seconds(_ key: FlagKey<Duration>) -> Double? {
    request[key].map { Double($0.components.seconds) }
  }

  private func executor(
    _ project: Project, _ plugins: PluginShelf
  ) throws(Refusal) -> (any Executor)? {
    guard let name = FlagKey.executor.text(in: request) else { return nil }
    if let plugin = plugins.executors.first(where: { $0.name == name }) { return plugin }
    let known = project.configuration.executors
    guard let setting = known.first(where: { $0.name == name }) else {
      let all = known.map(\.name) + plugins.executors.map(\.name)
      let names = all.map { "\"\($0)\"" }.joined(separator: ", ")
      throw Refusal(
        .executorUnknown, "the configuration has no executor " + name,
        hint: all.isEmpty
          ? "Add one under executors in " + Configuration.path.text
          : Text("It has \(names)"))
    }
    return CommandExecutor(setting, project, session.context)
  }

  // MARK: Answers

  /// Prints a prompt, or with `--json` the event that carries it; a reader that has gone makes it undelivered.
  private func deliver(_ answer: NextAnswer, _ event: Event) throws(Refusal) {
    do {
      if session.isJSON {
        try session.print(line: event.json)
      } else if let prompt = answer.prompt {
        try session.print(prompt.string)
      }
    } catch {
      throw Refusal(
        .undelivered,
        "the prompt could not be delivered: standard output was closed or failed")
    }
  }

  private func tell(_ report: RunReport) {
    let words = ReportText(session).lines(report)
    // A report is what a run is for: it stays when less is wanted.
    session.warn(words.joined(separator: "\n"))
    if report.cycles.contains(where: { $0.outcome == .emitted && $0.claim != nil }) {
      session.warn(NextAnswer.reminder.string)
    }
  }
}

/// Prints every event as one line of JSON.
private struct EventStream: Sink {
  private let session: Session

  init(_ session: Session) { self.session = session }

  var name: Text { "standard output" }

  func take(_ event: Event) throws(Refusal) {
    // A prompt is delivered by whoever must know that it was.
    guard !event.isDelivered else { return }
    do {
      try session.print(line: event.json)
    } catch {
      throw Refusal(.inputOutput, "it was closed by its reader, or failed")
    }
  }
}
