private import CMachine

/// Every system call of the program, in one place, so that a test can make call number N fail.
///
/// Numbers start at 1 and count each attempt, also one that only reads metadata. A call that a signal
/// interrupts is made anew (and counted anew), but for `close`, after which the descriptor is gone
/// whatever the answer was. What cannot fail is not counted: giving memory back, the environment, the
/// process's own number, what kind of terminal there is.
package final class SystemCalls: Sendable {
  /// The calls by their usual names.
  package enum Call: String, Sendable, CaseIterable {
    case access, adopt, chmod, chown, clock, close, exchange, execve, fcntl, fstat, fsync, ftruncate
    case futimens, getcwd, gethostname, getrandom, kill, link, list, lock, mkdir, mmap, open, pidfd
    case pipe, poll, pread, pwrite, read, readlink, realpath, rename, rmdir, seal, sigaction, sleep
    case spawn, stat, unlink, wait, write, writeback

    /// Whether an interrupted call is simply made again.
    fileprivate var isRepeated: Bool { self != .close }
  }

  /// What a test makes of a call.
  package enum Fault: Sendable, Equatable {
    /// The call is not made and reports this error number.
    case fail(Int32)
    /// The process ends at once, as by `kill -9`.
    case die
    /// A read or write moves at most half of what it could; other calls are made as usual.
    case short
  }

  private let fault: (@Sendable (Call, Int) -> Fault?)?
  private let numbers = Counter()

  /// Calls that go through, but for those that `fault` spoils.
  package init(fault: (@Sendable (Call, Int) -> Fault?)? = nil) {
    self.fault = fault
  }

  /// How many calls were made, counted only where a fault is watched for.
  package var count: Int { Int(numbers.value) }

  /// Prints the number of calls to standard error when the process ends.
  func printCountAtExit() { numbers.printAtExit() }

  /// Makes a call and turns its negative answers into errors.
  ///
  /// `body` gets `true` when it is to read or write less than it could.
  @inline(__always)
  func attempt(
    _ call: Call, _ path: Path? = nil, _ body: (_ short: Bool) -> Int64
  ) throws(SystemError) -> Int64 {
    while true {
      var result: Int64
      switch verdict(call) {
      case nil: result = body(false)
      case .short: result = body(true)
      case .die:
        cm_die(137)
        continue
      case .fail(let code):
        // The descriptor must not leak because a test says that closing it failed.
        if call == .close { _ = body(false) }
        result = -Int64(code)
      }
      if result >= 0 { return result }
      let code = Int32(-result)
      if code == Code.interrupted, call.isRepeated { continue }
      throw SystemError(call: call, errno: code, path: path)
    }
  }

  /// The same for a call about a path.
  @inline(__always)
  func attempt(
    _ call: Call, at path: Path, _ body: (UnsafePointer<CChar>) -> Int64
  ) throws(SystemError) -> Int64 {
    if path.bytes.contains(0) { throw SystemError(call: call, errno: Code.invalid, path: path) }
    return try attempt(call, path) { _ in unsafe path.withCString(body) }
  }

  /// A call whose answer cannot be an error; a fault can only end the process at it.
  @inline(__always)
  func certain(_ call: Call) {
    if verdict(call) == .die { cm_die(137) }
  }

  @inline(__always)
  private func verdict(_ call: Call) -> Fault? {
    guard let fault else { return nil }
    return fault(call, Int(numbers.add(1)))
  }
}

extension Path {
  /// The bytes with a NUL at the end, for as long as `body` runs.
  func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
    let room = bytes.count + 1
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
      for (index, byte) in bytes.enumerated() {
        unsafe buffer.initializeElement(at: index, to: CChar(bitPattern: byte))
      }
      unsafe buffer.initializeElement(at: bytes.count, to: 0)
      // A buffer of at least one element always has an address.
      guard let start = buffer.baseAddress else { return unsafe body("") }
      return unsafe body(UnsafePointer(start))
    }
  }
}
