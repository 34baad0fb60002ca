extension Processes {
  /// Runs a program to its end as a shell runs one in the foreground: it has the streams, the terminal and the
  /// process group of this process.
  ///
  /// Keys of the terminal reach it by themselves; signals that somebody sends to this process are passed on to it,
  /// and this process stops when it stops. On Linux all that it leaves running is ended with it: asked first, and
  /// ended by force after the grace; a process that detaches itself stays a descendant of this one all the while.
  package func runHere(
    _ program: Path, _ arguments: [[UInt8]], environment: [[UInt8]], grace: Double = 2
  ) throws(SystemError) -> Finished.Status {
    let files = Files(calls: calls)
    let earlier = calls.hasChild() ? ProcessTable(files).children(of: calls.processID) : []
    try calls.adoptOrphans(true)
    try Self.asShellsDo(program, arguments) { (program, arguments) throws(SystemError) in
      _ = try calls.spawnHere(program, arguments, environment)
    }
    let status = try calls.attend()
    endDescendants(except: earlier, grace: Int64(grace * 1e9))
    return status
  }

  /// Puts a program in the place of this process, with its variables as they are; returns only by throwing.
  package func become(_ program: Path, _ arguments: [[UInt8]]) throws(SystemError) {
    try Self.asShellsDo(program, arguments) { (program, arguments) throws(SystemError) in
      try calls.execute(program, arguments)
    }
  }

  /// A file that the system cannot start by itself is a script without a first line that names its shell.
  private static func asShellsDo(
    _ program: Path, _ arguments: [[UInt8]],
    _ start: (Path, [[UInt8]]) throws(SystemError) -> Void
  ) throws(SystemError) {
    do {
      try start(program, arguments)
    } catch {
      guard error.errno == Code.notAProgram else { throw error }
      let shell: Path = "/bin/sh"
      // A name that looked like an option would be one.
      let isOption = program.bytes.first == UInt8(ascii: "-")
      let script = isOption ? "." / program : program
      try start(shell, [shell.bytes, script.bytes] + arguments.dropFirst())
    }
  }

  /// Ends everybody who descends from this process; gives up five seconds after force was of no use.
  private func endDescendants(except earlier: Set<Int32>, grace: Int64) {
    let files = Files(calls: calls)
    let start = calls.monotonic()
    var asked: Set<Int32> = []
    var pause: Int64 = 500_000
    while calls.hasChild() {
      let table = ProcessTable(files)
      let mine = table.children(of: calls.processID).subtracting(earlier)
      for pid in mine { _ = try? calls.collect(pid) }
      let living = table.living(below: mine, except: earlier)
      let time = calls.monotonic() - start
      if living.isEmpty || time >= grace + 5_000_000_000 { return }
      let isForced = time >= grace
      for person in living where isForced || asked.insert(person.pid).inserted {
        _ = try? calls.signal(person.pid, isForced ? Flag.kill : Flag.terminate)
      }
      calls.sleep(nanoseconds: pause)
      pause = min(pause * 2, 10_000_000)
    }
  }
}

extension Processes {
  /// A process that was started with a text among its variables, as far as the system lets us look.
  package func someone(knowing text: [UInt8]) -> Int32? {
    let files = Files(calls: calls)
    return ProcessTable(files).people.first { person in
      guard !person.hasEnded,
        let variables = try? files.read(Path("/proc/\(person.pid)/environ"), limit: 8 << 20)
      else { return false }
      return Self.contains(variables, text)
    }?.pid
  }

  /// Ends every process that was started with some texts among its variables: asks, waits for the grace, then uses force.
  package func endEverybody(knowing texts: [[UInt8]], grace: Double) {
    let files = Files(calls: calls)
    let start = calls.monotonic()
    while true {
      let isForced = calls.monotonic() - start >= Int64(grace * 1e9)
      let found = ProcessTable(files).people.filter { person in
        guard !person.hasEnded, person.pid != calls.processID,
          let variables = try? files.read(Path("/proc/\(person.pid)/environ"), limit: 8 << 20)
        else { return false }
        return texts.allSatisfy { Self.contains(variables, $0) }
      }
      if found.isEmpty { return }
      for person in found {
        _ = try? calls.signal(person.pid, isForced ? Flag.kill : Flag.terminate)
      }
      // Who has been ended by force and is still there is not ours to end.
      if isForced { return }
      calls.sleep(nanoseconds: 50_000_000)
    }
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard let first = part.first else { return true }
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: part) { return true }
      start = found + 1
    }
    return false
  }
}
