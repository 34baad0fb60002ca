import Backlog
import Evidence
package import JSONText
import Machine
import Rules

/// The executor that a configuration states: a program that is run under the watch of `exec`.
package struct CommandExecutor: Executor {
  private let setting: ExecutorSetting
  private let project: Project
  private let context: Context

  /// How much an agent may print on each stream before it is ended for it.
  static let outputLimit = 16 << 20

  /// Prepares an executor of a project.
  package init(_ setting: ExecutorSetting, _ project: Project, _ context: Context) {
    self.setting = setting
    self.project = project
    self.context = context
  }

  package var name: Text { setting.name }

  /// Judges the agent's own command line, and runs it with the prompt on its standard input.
  package func run(_ task: ExecutorTask) throws(Refusal) -> ExecutorResult {
    let shelf = try RuleShelf(project, context)
    var surroundings = RunSurroundings(project, context, shelf)
    surroundings.item = try project.item(task.item, context).node
    surroundings.itemID = task.item
    surroundings.claim = task.claim
    surroundings.level = task.level
    let files = context.machine.files
    let words = try words(task, files)
    var judgement = try surroundings.judgement(of: words.command)
    // The operator has named this command; what merely cannot be told of it is his affair.
    judgement.findings.removeAll { $0.rule == "protected-path" && $0.verdict == .ask }
    guard judgement.verdict == .allow else {
      let deed = RefusedDeed(
        judgement, kind: "command", subject: CommandWords.line(words.command), item: task.item,
        project, context, shelf)
      throw Self.refusal(deed)
    }
    let before = try words.answer.map { (path) throws(Refusal) in try identity(path) }
    let end = try surroundings.within { (variables) throws(Refusal) in
      try work(words.command, task, variables)
    }
    return try result(of: end.finished, end.reason, task, words.answer, before ?? nil)
  }

  private static func refusal(_ deed: RefusedDeed) -> Refusal {
    let findings = deed.judgement.findings.compactMap { finding in
      ReasonCode(finding.verdict).map {
        ($0, deed.subject + " was not started: " + finding.sentence)
      }
    }
    return Refusal(findings, hint: "The executor's command stands in " + Configuration.path.text)
  }

  // MARK: Before

  private struct Words {
    var command: [Text]
    var answer: Path?
  }

  /// The command with the task's own values, and the file in which the answer is looked for.
  private func words(_ task: ExecutorTask, _ files: Files) throws(Refusal) -> Words {
    let schema = ExecutorSetting.answerSchema.written(indent: nil)
    let schemaFile = task.recordsDirectory / Path("answer-schema.json")
    if setting.command.contains(where: { $0.contains("{schema}") }) {
      do {
        try files.store(schema + [0x0A], at: schemaFile)
      } catch {
        throw Refusal(error, relativeTo: project.root)
      }
    }
    let values: [(Text, Text)] = [
      ("{schema}", schemaFile.text), ("{schema-text}", Text(bytes: schema)),
      ("{records}", task.recordsDirectory.text), ("{item}", task.item),
      ("{claim}", Text("\(task.claim)")),
    ]
    return Words(
      command: setting.command.map { ExecutorSetting.filled($0, values) },
      answer: setting.answerFile.map {
        (task.directory / Path(ExecutorSetting.filled($0, values))).normalized
      })
  }

  private func identity(_ path: Path) throws(Refusal) -> FileIdentity? {
    do {
      return try context.machine.files.identity(path)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  // MARK: While it runs

  private func work(
    _ command: [Text], _ task: ExecutorTask, _ variables: [[UInt8]]
  ) throws(Refusal) -> (finished: Finished, reason: Reason?) {
    let limit = min(Double(setting.timeout), task.timeout ?? .infinity)
    var limits = Processes.Limits(timeout: limit, output: Self.outputLimit)
    limits.grace = 5
    var reason: Reason?
    do {
      let finished = try context.machine.processes.work(
        command.map(\.bytes), environment: environment(variables, task),
        directory: task.directory, input: task.prompt, limits: limits
      ) {
        reason = reason ?? task.pulse()
        return reason == nil
      }
      return (finished, reason)
    } catch {
      let program = command.first ?? ""
      guard error.call == .spawn else { throw Refusal(error, relativeTo: project.root) }
      throw Refusal(
        .executorUnavailable,
        "the executor " + name + " cannot start " + program + ": " + error.words,
        hint: "Install the program, or correct executors." + name + ".command in "
          + Configuration.path.text)
    }
  }

  /// The variables that the setting lets through, and those that the run itself needs.
  private func environment(_ variables: [[UInt8]], _ task: ExecutorTask) -> [[UInt8]] {
    let own = task.variables
    let fixed = own.compactMap { variable in
      variable.value.map { Array("\(variable.name)=".utf8) + $0 }
    }
    let kept = variables.filter { line in
      let name = line.prefix { $0 != UInt8(ascii: "=") }
      if own.contains(where: { name.elementsEqual($0.name.utf8) }) { return false }
      guard let wanted = setting.environment else { return true }
      return name.elementsEqual("PATH".utf8) || wanted.contains { name.elementsEqual($0.bytes) }
    }
    return kept + fixed
  }

  // MARK: Afterwards

  private func result(
    of finished: Finished, _ ended: Reason?, _ task: ExecutorTask, _ answer: Path?,
    _ before: FileIdentity?
  ) throws(Refusal) -> ExecutorResult {
    var result = ExecutorResult(status: finished.status)
    result.output = try keep(finished, task)
    let report = setting.profile.report(on: finished.output)
    result.cost = report.cost
    result.tokens = report.tokens
    result.answer = report.answer
    if let answer { result.answer = try fresh(answer, before) }
    result.endedBecause = ended
    if finished.status == .interrupted, ended == nil, !finished.truncated {
      result.endedBecause = ReasonCode.halted.reason("a signal asked for an end")
    }
    if result.endedBecause == nil {
      result.failure =
        AgentFailure(finished, report, hasAnswer: result.answer != nil, name: name)
        .reason
    }
    return result
  }

  /// The answer in a file, where the agent has written it; one that lay there before is nobody's answer.
  private func fresh(_ path: Path, _ before: FileIdentity?) throws(Refusal) -> [UInt8]? {
    guard let now = try identity(path), now != before else { return nil }
    guard let bytes = try? context.machine.files.read(path, limit: LastDocument.limit) else {
      return nil
    }
    return LastDocument.find(in: bytes)
  }

  /// Keeps what the agent printed, its errors behind a line of their own.
  private func keep(_ finished: Finished, _ task: ExecutorTask) throws(Refusal) -> Path {
    var bytes = finished.output
    if !finished.errors.isEmpty {
      if let last = bytes.last, last != 0x0A { bytes.append(0x0A) }
      bytes += Array("[on standard error]\n".utf8) + finished.errors
    }
    if finished.truncated { bytes += Array("\n[cut here by conductor]\n".utf8) }
    let files = context.machine.files
    let hex = context.machine.random.hex(8)
    let path = task.recordsDirectory / Path("agent-\(task.claim)-\(hex).log")
    do {
      try files.makeDirectory(task.recordsDirectory)
      // Nothing rests on it, so that the cycle does not wait until the disk has it.
      try files.create(bytes, at: path, mode: 0o666)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    return path.relative(to: project.root) ?? path
  }
}
