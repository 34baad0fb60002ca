private import CMachine

/// What the program may reach outside itself, as one value.
///
/// Nothing else in the program touches the outside, so that a test that provides another value knows all
/// that can happen.
package struct Machine: Sendable {
  /// The system calls that files and processes are made of.
  package var calls: SystemCalls
  /// Files and directories.
  package var files: Files
  /// The time of day.
  package var clock: Clock
  /// Chance.
  package var random: Random
  /// The variables that the process was given.
  package var environment: Environment
  /// The directory in which it was started.
  package var workingDirectory: Path
  /// Children.
  package var processes: Processes
  /// Standard output and standard error.
  package var output: Output
  /// Standard input.
  package var standardInput: StandardInput
  /// The name of this machine.
  package var host: String
  /// The name of the user, as the environment has it, else `uid-` and the number.
  package var userName: String

  /// The facts about a checkout, found out by the git program.
  package var git: Git { Git(files: files, processes: processes, environment: environment) }
  /// What the streams lead to.
  package var terminal: Terminal { Terminal(environment: environment) }

  /// Why the program cannot start.
  package enum StartError: Error, Equatable, Sendable {
    /// A variable has a value that makes no sense; `expected` says what would.
    case variable(name: String, value: String, expected: String)
    /// The system refused.
    case call(SystemError)
  }

  /// A machine of the parts that are given; the others follow from `calls`.
  package init(
    calls: SystemCalls, clock: Clock, random: Random, environment: Environment,
    workingDirectory: Path, host: String, userName: String
  ) {
    self.calls = calls
    files = Files(calls: calls)
    self.clock = clock
    self.random = random
    self.environment = environment
    self.workingDirectory = workingDirectory
    processes = Processes(calls: calls)
    output = Output(calls: calls)
    standardInput = StandardInput(calls: calls)
    self.host = host
    self.userName = userName
  }

  /// This machine as it is, but for clock and chance where CONDUCTOR_NOW or CONDUCTOR_SEED fix them.
  ///
  /// Also makes sure that the three standard descriptors are open, lest a file take the place of one.
  package static func real() throws(StartError) -> Machine {
    let environment = Environment.ofThisProcess()
    let calls = try SystemCalls.real(environment)
    let clock = try clock(environment, calls)
    let random = random(environment, calls)
    do throws(SystemError) {
      _ = try calls.attempt(.open) { _ in Int64(cm_open_standard_descriptors()) }
      Signals.ignoreBrokenPipes()
      return Machine(
        calls: calls, clock: clock, random: random, environment: environment,
        workingDirectory: try calls.workingDirectory(), host: try calls.host(),
        userName: userName(environment))
    } catch {
      throw .call(error)
    }
  }

  /// The file that this process runs, under the name by which it was started, links resolved; `nil` where the
  /// system does not tell.
  package static var ownProgram: Path? { try? SystemCalls().ownProgram() }

  /// The arguments of this process, the program's own name first, whatever their bytes.
  package static var ownArguments: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      guard var next = unsafe CommandLine.unsafeArgv[index] else { return nil }
      var bytes: [UInt8] = []
      while unsafe next.pointee != 0 {
        unsafe bytes.append(UInt8(bitPattern: next.pointee))
        unsafe next += 1
      }
      return bytes
    }
  }

  /// The same machine with some variables set anew, or taken away where the value is nil, and with the clock and the
  /// chance that follow from them.
  package func changing(
    _ variables: [(name: String, value: String?)]
  ) throws(StartError) -> Machine {
    var changed = self
    changed.environment = environment.changing(variables)
    changed.clock = try Self.clock(changed.environment, calls)
    changed.random = Self.random(changed.environment, calls)
    return changed
  }

  /// The clock that the environment asks for.
  static func clock(_ environment: Environment, _ calls: SystemCalls) throws(StartError) -> Clock {
    let name = "CONDUCTOR_NOW"
    guard let text = environment[name] else { return Clock(calls: calls) }
    guard let instant = Clock.instant(text) else {
      throw .variable(name: name, value: text, expected: "a time such as 2026-11-21T08:30:00Z")
    }
    return Clock(fixedAt: instant)
  }

  /// The chance that the environment asks for.
  static func random(_ environment: Environment, _ calls: SystemCalls) -> Random {
    guard let seed = environment["CONDUCTOR_SEED"] else { return Random(calls: calls) }
    return Random(seed: seed)
  }

  /// The system's list of users is not asked: reading it needs code that is loaded while running.
  private static func userName(_ environment: Environment) -> String {
    for name in ["USER", "LOGNAME"] {
      if let text = environment[name], !text.isEmpty { return text }
    }
    return "uid-\(cm_user())"
  }
}
