internal import CMachine

/// What a child left when it ended.
package struct Finished: Equatable, Sendable {
  /// How it ended.
  package enum Status: Equatable, Sendable {
    /// By itself, with this exit status.
    case exited(Int32)
    /// By a signal that did not come from here.
    case signalled(Int32)
    /// It ran longer than it might and was ended.
    case timedOut
    /// The program itself was asked to end (`Signals`), and so the child was ended.
    case interrupted
  }

  /// How it ended.
  package var status: Status
  /// What it wrote to standard output, up to the limit.
  package var output: [UInt8]
  /// What it wrote to standard error, up to the limit.
  package var errors: [UInt8]
  /// Whether either was longer than the limit and is cut.
  package var truncated: Bool

  /// Whether it ended by itself with status 0.
  package var isSuccess: Bool { status == .exited(0) }
}

/// Children: each is started by its argument vector, never by a shell's command line, and is gone with
/// all that it started when `run` returns.
package struct Processes: Sendable {
  let calls: SystemCalls

  /// Children by way of these calls.
  package init(calls: SystemCalls) { self.calls = calls }

  /// How long a child may live and how much it may say.
  package struct Limits: Sendable {
    /// Seconds until it is asked to end; `nil` for no limit.
    package var timeout: Double?
    /// Seconds between asking and ending it by force.
    package var grace: Double
    /// How many bytes of each stream are kept; what comes after is read and dropped.
    package var output: Int
    /// Whether the child is ended as soon as an end of the program is asked for; a short one has a while to end first.
    package var heedsSignals = true

    /// The limits, with two seconds of grace and 16 MB of output unless said otherwise.
    package init(timeout: Double? = nil, grace: Double = 2, output: Int = 16 << 20) {
      self.timeout = timeout
      self.grace = grace
      self.output = output
    }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - arguments: The program and its arguments. A name without a slash is looked up in the absolute
  ///     directories of the PATH of `environment`.
  ///   - environment: All variables that the child has, each as `NAME=value`; nothing is passed on from
  ///     this process.
  ///   - directory: Where it starts; `nil` for the present directory.
  ///   - input: What it can read on standard input.
  ///
  /// What the child leaves running when it ends is ended too, also where it moved to a session of its
  /// own (on Linux; elsewhere its process group is). Throws ENOENT or EACCES when the program cannot be
  /// started.
  package func run(
    _ arguments: [[UInt8]], environment: [[UInt8]], directory: Path? = nil,
    input: [UInt8] = [], limits: Limits = Limits()
  ) throws(SystemError) -> Finished {
    var conversation = try Conversation(calls: calls, input: input, limit: limits.output)
    defer { conversation.close() }
    let end = try live(
      arguments, environment, in: directory, &conversation, Attendance(limits: limits))
    return Finished(
      status: end.status, output: conversation.output, errors: conversation.errors,
      truncated: conversation.truncated)
  }

  /// The same for text.
  package func run(
    _ arguments: [String], environment: [(name: String, value: String)], directory: Path? = nil,
    input: [UInt8] = [], limits: Limits = Limits()
  ) throws(SystemError) -> Finished {
    try run(
      arguments.map { Array($0.utf8) },
      environment: environment.map { Array("\($0.name)=\($0.value)".utf8) }, directory: directory,
      input: input, limits: limits)
  }

  /// After the child's end, so long its pipes may stay open before whoever holds them is ended: a filter
  /// at the end of a pipeline may still have to say its last words.
  private static let lastWords: Int64 = 200_000_000

  /// How a child is attended.
  struct Attendance {
    var limits: Limits
    /// The file that is executed, where it is not the one that the first argument names.
    var program: Path?
    /// Whether it is asked who outlives the child.
    var looksForSurvivors = false
    /// Is told now and then how many nanoseconds the child has lived.
    var tick: ((Int64) -> Void)?
    /// Is asked now and then whether the child may live on.
    var mayGoOn: (() -> Bool)?
    /// Whether a child that says more than is kept is ended for it.
    var endsTheTalkative = false
    /// Whether anybody wants to be asked or told while the child lives.
    var isWatched: Bool { tick != nil || mayGoOn != nil }
  }

  /// How a child ended, after how many nanoseconds, and whether somebody whom it started lived on.
  typealias End = (status: Finished.Status, isOutlived: Bool, nanoseconds: Int64)

  private static let tickLength: Int64 = 250_000_000

  /// How long a child that is short by its nature may live although an end of the program is asked for.
  private static let shortWork: Int64 = 3_000_000_000

  /// Starts a child, attends it to its end, and ends whoever it left.
  func live(
    _ arguments: [[UInt8]], _ environment: [[UInt8]], in directory: Path?,
    _ conversation: inout Conversation, _ attendance: Attendance
  ) throws(SystemError) -> End {
    let program =
      if let program = attendance.program { program } else {
        try find(arguments.first ?? [], environment)
      }
    for text in arguments + environment where text.contains(0) {
      throw SystemError(call: .spawn, errno: Code.invalid, path: program)
    }
    if let directory, directory.bytes.contains(0) {
      throw SystemError(call: .spawn, errno: Code.invalid, path: directory)
    }
    Signals.ignoreBrokenPipes()
    let family = try ProcessFamily(calls: calls)
    defer { family.leave() }
    try family.start(
      program, arguments, environment, in: directory, input: conversation.childEnds[0],
      output: conversation.childEnds[1], errors: conversation.childEnds[2])
    conversation.closeChildEnds()
    return try attend(family, &conversation, attendance)
  }

  private func attend(
    _ family: ProcessFamily, _ conversation: inout Conversation, _ attendance: Attendance
  ) throws(SystemError) -> End {
    let limits = attendance.limits
    let start = calls.monotonic()
    let limit = limits.timeout.map { start + Int64(min(max($0, 0), 1e9) * 1e9) }
    let grace = Int64(min(max(limits.grace, 0), 1e9) * 1e9)
    let heeds = limits.heedsSignals ? start : start + Processes.shortWork
    var status: Finished.Status?
    var ended: Int64?
    var asked: Int64?
    var isOutlived = false
    do throws(SystemError) {
      while true {
        if status == nil, let found = try family.childStatus() {
          status = found
          ended = calls.monotonic()
        }
        let now = calls.monotonic()
        if let ended, now - ended >= Processes.lastWords { break }
        if status != nil, conversation.isOver { break }
        let isAskedToEnd = ended == nil && Signals.noted != nil
        if isAskedToEnd, now >= heeds {
          status = .interrupted
          break
        }
        if ended == nil, let limit, now >= limit {
          status = .timedOut
          break
        }
        attendance.tick?(now - start)
        if ended == nil, let mayGoOn = attendance.mayGoOn,
          asked.map({ now - $0 >= Processes.tickLength }) ?? true
        {
          asked = now
          if !mayGoOn() {
            status = .interrupted
            break
          }
        }
        if ended == nil, attendance.endsTheTalkative, conversation.truncated {
          status = .interrupted
          break
        }
        let until = ended.map { $0 + Processes.lastWords } ?? limit
        let length = attendance.isWatched ? Processes.tickLength : Int64.max
        let pause = min(
          until.map { $0 - now } ?? length, isAskedToEnd ? heeds - now : length, length)
        try conversation.turn(
          watching: ended == nil ? family.descriptor : nil,
          nanoseconds: pause == Int64.max ? nil : pause)
      }
      if let ended, attendance.looksForSurvivors {
        isOutlived = try outlives(family, &conversation, until: ended + Processes.lastWords)
      }
    } catch {
      try? family.end(&conversation, grace: 0)
      throw error
    }
    let length = (ended ?? calls.monotonic()) - start
    try family.end(&conversation, grace: grace)
    try conversation.drain()
    return (status ?? .timedOut, isOutlived, length)
  }

  /// Whether somebody stays whom the ended child started; who is about to end by himself has a moment to do so.
  private func outlives(
    _ family: ProcessFamily, _ conversation: inout Conversation, until limit: Int64
  ) throws(SystemError) -> Bool {
    while family.outlivesChild() {
      if calls.monotonic() >= limit { return true }
      if conversation.isOver {
        calls.sleep(nanoseconds: 5_000_000)
      } else {
        try conversation.turn(watching: nil, nanoseconds: 5_000_000)
      }
    }
    return false
  }

  /// A name without a slash is never looked up in a relative directory of the PATH, nor in an empty one:
  /// the present directory belongs to the project, and so to whoever wrote a program into it.
  private func find(_ name: [UInt8], _ environment: [[UInt8]]) throws(SystemError) -> Path {
    let given = environment.first { $0.starts(with: "PATH=".utf8) }
    var search = ProgramSearch(list: given.map { Array($0.dropFirst(5)) }, calls: calls)
    search.keep { $0.isAbsolute }
    let path = Path(bytes: name)
    guard let found = try search.find(path) else {
      throw SystemError(
        call: .spawn, errno: search.wasDenied ? Code.denied : Code.missing, path: path)
    }
    return found
  }
}
