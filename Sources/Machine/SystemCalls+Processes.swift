internal import CMachine

extension SystemCalls {
  /// Nanoseconds since 1970 by the system's clock.
  func now() -> Int64 {
    certain(.clock)
    return cm_now()
  }

  /// Nanoseconds of a clock that nobody can set.
  func monotonic() -> Int64 {
    certain(.clock)
    return cm_monotonic()
  }

  /// Waits; a signal may end it early.
  func sleep(nanoseconds: Int64) {
    certain(.sleep)
    _ = cm_sleep(nanoseconds)
  }

  /// Fills a buffer with the system's random bytes.
  func random(_ buffer: UnsafeMutableRawBufferPointer) throws(SystemError) {
    _ = try attempt(.getrandom) { _ in
      unsafe Int64(cm_random(buffer.baseAddress, Int64(buffer.count)))
    }
  }

  /// The name of this machine.
  func host() throws(SystemError) -> String {
    var room = [CChar](repeating: 0, count: 256)
    let count = try attempt(.gethostname) { _ in
      unsafe room.withUnsafeMutableBufferPointer { buffer in
        unsafe Int64(cm_host(buffer.baseAddress, Int64(buffer.count)))
      }
    }
    return String(decoding: room[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A pipe whose ends no child inherits.
  func pipe() throws(SystemError) -> (read: Int32, write: Int32) {
    var ends: (Int32, Int32) = (-1, -1)
    _ = try attempt(.pipe) { _ in
      unsafe withUnsafeMutableBytes(of: &ends) { bytes in
        unsafe Int64(cm_pipe(bytes.baseAddress?.assumingMemoryBound(to: Int32.self)))
      }
    }
    return ends
  }

  /// Makes reads and writes on a descriptor report EAGAIN where they would wait.
  func keepFromBlocking(_ descriptor: Int32) throws(SystemError) {
    _ = try attempt(.fcntl) { _ in Int64(cm_keep_from_blocking(descriptor)) }
  }

  /// Starts a program in a process group of its own with three descriptors and nothing else of ours.
  func spawn(
    _ program: Path, _ arguments: [[UInt8]], _ environment: [[UInt8]], in directory: Path?,
    input: Int32, output: Int32, errors: Int32
  ) throws(SystemError) -> Int32 {
    let ends = [input, output, errors]
    let pid = try unsafe attempt(.spawn, at: program) { program in
      unsafe SystemCalls.withVector(arguments) { arguments in
        unsafe SystemCalls.withVector(environment) { environment in
          guard let directory else {
            return unsafe Int64(cm_spawn(program, arguments, environment, nil, ends))
          }
          return unsafe directory.withCString { directory in
            unsafe Int64(cm_spawn(program, arguments, environment, directory, ends))
          }
        }
      }
    }
    return Int32(pid)
  }

  /// Starts a program that shares group, terminal and descriptors with this process; signals that are sent
  /// to this process are from then on passed on to it.
  func spawnHere(
    _ program: Path, _ arguments: [[UInt8]], _ environment: [[UInt8]]
  ) throws(SystemError) -> Int32 {
    Int32(
      try unsafe attempt(.spawn, at: program) { program in
        unsafe SystemCalls.withVector(arguments) { arguments in
          unsafe SystemCalls.withVector(environment) { environment in
            unsafe Int64(cm_spawn_here(program, arguments, environment))
          }
        }
      })
  }

  /// Waits for the end of the program that was started by `spawnHere`.
  func attend() throws(SystemError) -> Finished.Status {
    var code: Int32 = 0
    let kind = try attempt(.wait) { _ in unsafe Int64(cm_attend(&code)) }
    return kind == 1 ? .exited(code) : .signalled(code)
  }

  /// Puts a program in the place of this process, with the variables that it was given; returns only by throwing.
  func execute(_ program: Path, _ arguments: [[UInt8]]) throws(SystemError) {
    _ = try unsafe attempt(.execve, at: program) { program in
      unsafe SystemCalls.withVector(arguments) { arguments in
        unsafe Int64(cm_execute(program, arguments, cm_environment()))
      }
    }
  }

  private static func withVector<R>(
    _ texts: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
  ) -> R {
    let total = texts.reduce(0) { $0 + $1.count + 1 }
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: total + 1) { text in
      unsafe withUnsafeTemporaryAllocation(
        of: UnsafeMutablePointer<CChar>?.self, capacity: texts.count + 1
      ) { vector in
        var next = 0
        for (index, bytes) in texts.enumerated() {
          unsafe vector.initializeElement(at: index, to: text.baseAddress.map { unsafe $0 + next })
          for byte in bytes {
            unsafe text.initializeElement(at: next, to: CChar(bitPattern: byte))
            next += 1
          }
          unsafe text.initializeElement(at: next, to: 0)
          next += 1
        }
        unsafe vector.initializeElement(at: texts.count, to: nil)
        guard let start = vector.baseAddress else {
          var none: UnsafeMutablePointer<CChar>?
          return unsafe body(&none)
        }
        return unsafe body(start)
      }
    }
  }

  /// A descriptor that becomes readable when the process ends; `nil` where the system has none.
  func descriptor(ofProcess pid: Int32) throws(SystemError) -> Int32? {
    do {
      return Int32(try attempt(.pidfd) { _ in Int64(cm_process_descriptor(pid)) })
    } catch {
      if error.errno == Code.noSuchCall || error.errno == Code.notPermitted { return nil }
      throw error
    }
  }

  /// How a child ended, without collecting it; `nil` while it runs.
  func look(atChild pid: Int32) throws(SystemError) -> Finished.Status? {
    var code: Int32 = 0
    switch try attempt(.wait, nil, { _ in unsafe Int64(cm_look_at_child(pid, &code)) }) {
    case 0: return nil
    case 1: return .exited(code)
    default: return .signalled(code)
    }
  }

  /// Collects an ended child, or (for a negative number) one of a process group; `nil` when there is
  /// no such child left, 0 when all of them still run.
  func collect(_ pid: Int32) throws(SystemError) -> Int32? {
    do {
      return Int32(try attempt(.wait) { _ in Int64(cm_collect(pid)) })
    } catch {
      if error.errno == Code.noChild { return nil }
      throw error
    }
  }

  /// Whether this process has any child, ended ones included.
  func hasChild() -> Bool {
    (try? attempt(.wait) { _ in Int64(cm_any_child()) }) != nil
  }

  /// Signals a process or (for a negative number) a group; `false` when there is none.
  func signal(_ pid: Int32, _ signal: Int32) throws(SystemError) -> Bool {
    do {
      _ = try attempt(.kill) { _ in Int64(cm_signal(pid, signal)) }
      return true
    } catch {
      if error.errno == Code.noSuchProcess { return false }
      throw error
    }
  }

  /// Makes orphans among our descendants our own children, or ends that.
  func adoptOrphans(_ on: Bool) throws(SystemError) {
    _ = try attempt(.adopt) { _ in Int64(cm_adopt_orphans(on ? 1 : 0)) }
  }

  /// Waits until a descriptor is ready or time is up; an interruption counts as nothing ready.
  func poll(_ entries: inout [cm_poll], milliseconds: Int64) throws(SystemError) {
    var isInterrupted = false
    _ = try attempt(.poll) { _ in
      let count = Int32(entries.count)
      let result = unsafe entries.withUnsafeMutableBufferPointer { buffer in
        unsafe Int64(cm_poll(buffer.baseAddress, count, milliseconds))
      }
      isInterrupted = result == -Int64(Code.interrupted)
      return isInterrupted ? 0 : result
    }
    if isInterrupted {
      for index in entries.indices { entries[index].seen = 0 }
    }
  }

  /// Waits until one descriptor is ready.
  func wait(for descriptor: Int32, _ wanted: Int16, milliseconds: Int64 = -1) throws(SystemError) {
    var entries = [cm_poll(fd: descriptor, wanted: wanted, seen: 0)]
    try poll(&entries, milliseconds: milliseconds)
  }

  /// The number of this process.
  var processID: Int32 { cm_process_id() }
}
