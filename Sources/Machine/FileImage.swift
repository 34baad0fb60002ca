/// The bytes of a file as they were when it was read once; nothing that happens to the file later
/// changes them.
///
/// They are a copy in memory of our own. A mapping of the file would be some milliseconds faster for a
/// large one, but it changes under the reader when somebody writes to the file and kills the reader when
/// somebody cuts it. Large files are read by two threads into large pages instead, which takes about as
/// long as the mapping with its page faults (8 against 6.5 ms for 66 MB).
@safe package final class FileImage: @unchecked Sendable {
  /// The bytes, valid as long as this object lives.
  @unsafe package let buffer: UnsafeRawBufferPointer
  /// The facts about the file when it was read; its size is that of the bytes.
  package let identity: FileIdentity
  private let memory: UnsafeMutableRawBufferPointer
  private let isMapped: Bool
  /// The open file whose own bytes these are.
  private let file: (descriptor: Int32, calls: SystemCalls)?

  /// How many bytes the file held.
  package var count: Int { unsafe buffer.count }
  /// Whether the bytes are the file's own, so that comparing them with the file says nothing: see `view`.
  var isShared: Bool { file != nil }

  /// From this size on reading in two threads pays for starting one.
  private static let largeSize = 1 << 20
  private static let attempts = 6

  init(
    memory: UnsafeMutableRawBufferPointer, isMapped: Bool, buffer: UnsafeRawBufferPointer,
    identity: FileIdentity, file: (descriptor: Int32, calls: SystemCalls)? = nil
  ) {
    self.file = file
    unsafe self.memory = memory
    self.isMapped = isMapped
    unsafe self.buffer = buffer
    self.identity = identity
  }

  deinit {
    if isMapped {
      unsafe SystemCalls.unmap(memory)
    } else {
      unsafe memory.deallocate()
    }
    if let file { try? file.calls.close(file.descriptor) }
  }

  /// Brings all bytes within reach, for whoever has the time while others begin to use them already.
  package func load() {
    if isShared { unsafe SystemCalls.load(memory) }
  }

  /// Tells the system, once the file is about to be displaced, that its memory is better used for something else.
  ///
  /// The bytes can be used as before; they would only have to be read from the disk again. Removing a large file
  /// takes longer the more of it lies in memory.
  package func forget() {
    if let file { unsafe SystemCalls.forget(file.descriptor, memory) }
  }

  /// Reads an open file until its facts are the same before and after.
  static func read(
    _ descriptor: Int32, _ path: Path, limit: Int, _ calls: SystemCalls
  ) throws(SystemError) -> FileImage {
    for attempt in 0..<attempts {
      if attempt > 0 { calls.sleep(nanoseconds: 1_000_000 << attempt) }
      let before = try calls.status(of: descriptor, path)
      if before.size > limit {
        throw SystemError(call: .read, errno: Code.tooLarge, path: path)
      }
      guard let image = try read(descriptor, path, before, calls) else { continue }
      if try calls.status(of: descriptor, path) == before { return image }
    }
    throw SystemError(call: .read, errno: Code.busy, path: path)
  }

  /// `nil` when the file turned out shorter or longer than it said.
  private static func read(
    _ descriptor: Int32, _ path: Path, _ identity: FileIdentity, _ calls: SystemCalls
  ) throws(SystemError) -> FileImage? {
    let size = identity.size
    let isLarge = size >= largeSize
    let image: FileImage
    if isLarge {
      let (whole, start) = try unsafe calls.map(size, path)
      image = unsafe FileImage(
        memory: whole, isMapped: true, buffer: .init(start: start, count: size),
        identity: identity)
    } else {
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 1, alignment: 64)
      image = unsafe FileImage(
        memory: memory, isMapped: false, buffer: .init(start: memory.baseAddress, count: size),
        identity: identity)
    }
    let target = unsafe Target(start: UnsafeMutableRawPointer(mutating: image.buffer.baseAddress))
    let fill = { @Sendable (range: Range<Int>) in
      target.fill(range, from: descriptor, path, calls)
    }
    let results: [Result<Bool, SystemError>]
    if isLarge {
      let half = size / 2 & ~(2 << 20 - 1)
      let (first, second) = concurrently({ fill(0..<half) }, { fill(half..<size) })
      results = [first, second]
    } else {
      results = [fill(0..<size)]
    }
    for result in results {
      if try !result.get() { return nil }
    }
    return image
  }

  /// Where the threads put their parts; each writes to its own range only.
  @safe private struct Target: @unchecked Sendable {
    let start: UnsafeMutableRawPointer?

    /// Reads a range of the file; `false` when the file ends within it.
    func fill(
      _ range: Range<Int>, from descriptor: Int32, _ path: Path, _ calls: SystemCalls
    ) -> Result<Bool, SystemError> {
      do throws(SystemError) {
        var done = range.lowerBound
        while done < range.upperBound {
          let rest = unsafe UnsafeMutableRawBufferPointer(
            start: start.map { unsafe $0 + done }, count: range.upperBound - done)
          let count = try unsafe calls.read(descriptor, rest, at: done, path)
          if count == 0 { return .success(false) }
          done += count
        }
        return .success(true)
      } catch {
        return .failure(error)
      }
    }
  }
}
