#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// Compares an open file with bytes in memory, part by part, so that no second copy is needed.
@safe struct Comparison: @unchecked Sendable {
  private let pieces: [(start: Int, bytes: UnsafeRawBufferPointer)]
  private let descriptor: Int32
  private let path: Path
  private let calls: SystemCalls
  /// The number of bytes in all pieces.
  let size: Int

  /// A part stays in the processor's cache between reading and comparing.
  private static let partSize = 128 << 10
  /// From this size on a second thread pays.
  private static let largeSize = 4 << 20

  /// A comparison with the bytes of several buffers one after the other, which must outlive it.
  init(
    _ pieces: [UnsafeRawBufferPointer], _ descriptor: Int32, _ path: Path, _ calls: SystemCalls
  ) {
    var placed: [(start: Int, bytes: UnsafeRawBufferPointer)] = unsafe []
    var next = 0
    for index in unsafe pieces.indices {
      let piece = unsafe pieces[index]
      if unsafe piece.isEmpty { continue }
      unsafe placed.append((next, piece))
      next += piece.count
    }
    unsafe self.pieces = placed
    self.descriptor = descriptor
    self.path = path
    self.calls = calls
    size = next
  }

  /// Whether the file's first `size` bytes are these.
  func isEqual() throws(SystemError) -> Bool {
    if size < Comparison.largeSize { return try isEqual(0..<size).get() }
    let half = size / 2
    let (first, second) = concurrently({ isEqual(0..<half) }, { isEqual(half..<size) })
    let isFirstEqual = try first.get()
    return try second.get() && isFirstEqual
  }

  private func isEqual(_ range: Range<Int>) -> Result<Bool, SystemError> {
    let count = min(range.count, Comparison.partSize)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    defer { unsafe buffer.deallocate() }
    do throws(SystemError) {
      var offset = range.lowerBound
      var index = unsafe pieces.lastIndex { unsafe $0.start <= offset } ?? 0
      while offset < range.upperBound {
        let wanted = min(buffer.count, range.upperBound - offset)
        let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        let got = try unsafe calls.read(descriptor, part, at: offset, path)
        if got == 0 { return .success(false) }
        var done = 0
        while done < got {
          let (start, bytes) = unsafe pieces[index]
          let inside = offset + done - start
          let length = min(got - done, bytes.count - inside)
          guard let mine = bytes.baseAddress, let theirs = buffer.baseAddress,
            unsafe memcmp(mine + inside, theirs + done, length) == 0
          else { return .success(false) }
          done += length
          if inside + length == bytes.count { index += 1 }
        }
        offset += got
      }
      return .success(true)
    } catch {
      return .failure(error)
    }
  }
}
