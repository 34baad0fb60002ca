internal import CMachine

/// The three pipes to a child: what is still to be said to it, and what it has said.
struct Conversation {
  /// The child's standard input, output and errors, until it has them.
  private(set) var childEnds: [Int32]
  /// What the child wrote to standard output, up to the limit.
  private(set) var output: [UInt8] = []
  /// What it wrote to standard error, up to the limit.
  private(set) var errors: [UInt8] = []
  /// Whether something was dropped because of the limit.
  private(set) var truncated = false

  private let calls: SystemCalls
  private let listener: Listener?
  private let limit: Int
  private let input: [UInt8]
  private var told = 0
  /// Our ends, -1 once closed: to the child's input, from its output and its errors.
  private var ends: [Int32] = [-1, -1, -1]

  /// Who takes what the child says, piece by piece as it comes, instead of having it kept.
  typealias Listener = ([UInt8]) throws(SystemError) -> Void

  /// Three pipes, with `limit` bytes of each stream to be kept.
  init(calls: SystemCalls, input: [UInt8], limit: Int) throws(SystemError) {
    self.calls = calls
    self.input = input
    self.limit = max(limit, 0)
    listener = nil
    childEnds = [-1, -1, -1]
    do {
      for index in 0..<3 {
        let (read, write) = try calls.pipe()
        childEnds[index] = index == 0 ? read : write
        ends[index] = index == 0 ? write : read
        try calls.keepFromBlocking(ends[index])
      }
    } catch {
      close()
      throw error
    }
    if input.isEmpty { closeEnd(0) }
  }

  /// A child to whom nothing is said, and whose two streams come by one pipe, so that their order is its own.
  init(calls: SystemCalls, listener: @escaping Listener) throws(SystemError) {
    self.calls = calls
    self.listener = listener
    (input, limit) = ([], 0)
    childEnds = [-1, -1, -1]
    do {
      (childEnds[0], ends[0]) = try calls.pipe()
      let (read, write) = try calls.pipe()
      (childEnds[1], childEnds[2], ends[1]) = (write, write, read)
      try calls.keepFromBlocking(read)
    } catch {
      close()
      throw error
    }
    closeEnd(0)
  }

  /// Whether both of the child's streams have ended.
  var isOver: Bool { ends[1] < 0 && ends[2] < 0 }

  /// Closes what only the child needs, so that its streams end when it does.
  mutating func closeChildEnds() {
    for descriptor in Set(childEnds) where descriptor >= 0 { try? calls.close(descriptor) }
    childEnds = [-1, -1, -1]
  }

  /// Closes all that is open.
  mutating func close() {
    closeChildEnds()
    for index in ends.indices { closeEnd(index) }
  }

  private mutating func closeEnd(_ index: Int) {
    if ends[index] < 0 { return }
    try? calls.close(ends[index])
    ends[index] = -1
  }

  /// Waits until something can be said or heard, the watched descriptor is ready, a person asks for an
  /// end, or time is up; then says and hears what is possible.
  mutating func turn(watching watched: Int32?, nanoseconds: Int64?) throws(SystemError) {
    var entries: [cm_poll] = []
    for index in ends.indices where ends[index] >= 0 {
      let wanted = index == 0 ? Flag.pollOut : Flag.pollIn
      entries.append(cm_poll(fd: ends[index], wanted: wanted, seen: 0))
    }
    if let watched { entries.append(cm_poll(fd: watched, wanted: Flag.pollIn, seen: 0)) }
    if Signals.noted == nil, let signals = Signals.descriptor {
      entries.append(cm_poll(fd: signals, wanted: Flag.pollIn, seen: 0))
    }
    // Rounded up, lest the last millisecond be spent in a busy loop. Without a descriptor for the child
    // its end must be asked for.
    var milliseconds = nanoseconds.map { max($0, 0) / 1_000_000 + 1 } ?? -1
    if watched == nil { milliseconds = milliseconds < 0 ? 10 : min(milliseconds, 10) }
    try calls.poll(&entries, milliseconds: milliseconds)
    for entry in entries where entry.seen != 0 {
      guard let index = ends.firstIndex(of: entry.fd) else { continue }
      if index == 0 { try say() } else { _ = try hear(index) }
    }
  }

  /// Hears what still lies in the pipes, without waiting and without end where somebody goes on talking.
  mutating func drain() throws(SystemError) {
    for index in 1...2 {
      for _ in 0..<64 where ends[index] >= 0 {
        if try !hear(index) { break }
      }
    }
  }

  private mutating func say() throws(SystemError) {
    var result: Result<Int, SystemError> = .success(0)
    unsafe input.withUnsafeBytes { buffer in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[told...])
      result = Result { () throws(SystemError) in try unsafe calls.write(ends[0], rest) }
    }
    switch result {
    case .success(let count): told += count
    case .failure(let error) where error.errno == Code.wouldBlock: return
    // A child need not read all that it is told.
    case .failure(let error) where error.errno == Code.brokenPipe: told = input.count
    case .failure(let error): throw error
    }
    if told == input.count { closeEnd(0) }
  }

  /// `false` when there was nothing to hear.
  private mutating func hear(_ index: Int) throws(SystemError) -> Bool {
    let descriptor = ends[index]
    let result = unsafe withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
      let count = Result { () throws(SystemError) in
        try unsafe calls.read(descriptor, buffer)
      }
      return count.map { unsafe [UInt8](buffer[..<$0]) }
    }
    switch result {
    case .success(let heard):
      if heard.isEmpty { closeEnd(index) }
      if let listener {
        try listener(heard)
        return true
      }
      let room = limit - (index == 1 ? output.count : errors.count)
      if heard.count > room { truncated = true }
      if index == 1 {
        output += heard.prefix(room)
      } else {
        errors += heard.prefix(room)
      }
      return true
    case .failure(let error) where error.errno == Code.wouldBlock: return false
    case .failure(let error): throw error
    }
  }
}
