import CBytes

/// Immutable bytes kept alive by an owner, cheap to copy and to slice.
///
/// The owner may be this module's own box, a mapped file, or anything else that neither frees nor
/// changes the memory while it lives.
@safe
package struct Bytes: @unchecked Sendable, Equatable {
  private let owner: AnyObject
  private let base: UnsafeRawPointer
  /// How many bytes there are.
  package let count: Int

  private init(owner: AnyObject, base: UnsafeRawPointer, count: Int) {
    self.owner = owner
    unsafe self.base = unsafe base
    self.count = count
  }

  /// A copy of the array's bytes.
  package init(_ array: [UInt8]) {
    let box = Box(count: array.count)
    unsafe array.withUnsafeBytes { source in
      unsafe box.memory.copyMemory(from: source)
    }
    unsafe self.init(owner: box, base: UnsafeRawPointer(box.start), count: array.count)
  }

  /// The UTF-8 bytes of a literal, which live as long as the program.
  package init(_ text: StaticString) {
    if text.hasPointerRepresentation {
      unsafe self.init(
        owner: Box.nothing, base: UnsafeRawPointer(text.utf8Start), count: text.utf8CodeUnitCount)
    } else {
      self.init(Array(String(text.unicodeScalar).utf8))
    }
  }

  /// The bytes of a buffer that stays readable and unchanged for as long as `owner` lives.
  @unsafe
  package init(keeping owner: AnyObject, _ buffer: UnsafeRawBufferPointer) {
    if let start = buffer.baseAddress {
      unsafe self.init(owner: owner, base: start, count: buffer.count)
    } else {
      self.init([])
    }
  }

  /// Whether there is no byte at all.
  package var isEmpty: Bool { count == 0 }

  /// The byte at a position, which must lie inside.
  package subscript(position: Int) -> UInt8 {
    precondition(position >= 0 && position < count, "position outside the bytes")
    return unsafe base.load(fromByteOffset: position, as: UInt8.self)
  }

  /// A slice that shares the owner and counts its own positions from 0.
  package subscript(range: Range<Int>) -> Bytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the bytes")
    return unsafe Bytes(owner: owner, base: base + range.lowerBound, count: range.count)
  }

  /// A copy as an array.
  package var array: [UInt8] {
    unsafe withUnsafeBytes { unsafe Array($0) }
  }

  /// Gives the memory for the time of the call.
  package func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let result: Result
    do {
      result = try unsafe body(UnsafeRawBufferPointer(start: base, count: count))
    } catch {
      withExtendedLifetime(owner) {}
      throw error
    }
    withExtendedLifetime(owner) {}
    return result
  }

  /// The first place of a byte at or behind a position.
  package func firstIndex(of byte: UInt8, from position: Int) -> Int? {
    unsafe withUnsafeBytes { buffer in unsafe buffer[position...].firstIndex(of: byte) }
  }

  /// Whether exactly these bytes stand at a position; false where they would not fit.
  func hold(_ other: [UInt8], at position: Int) -> Bool {
    guard position >= 0, other.count <= count - position else { return false }
    let same = unsafe other.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return true }
      return unsafe scan_equal(
        (base + position).assumingMemoryBound(to: UInt8.self), start, buffer.count)
    }
    withExtendedLifetime(owner) {}
    return same
  }

  /// Whether a byte occurs in a range.
  func hold(_ byte: UInt8, in range: Range<Int>) -> Bool {
    unsafe self[range].withUnsafeBytes { unsafe $0.contains(byte) }
  }

  /// Equality of the bytes, whoever owns them.
  package static func == (one: Bytes, other: Bytes) -> Bool {
    guard one.count == other.count else { return false }
    let same =
      unsafe one.base == other.base
      || scan_equal(
        one.base.assumingMemoryBound(to: UInt8.self),
        other.base.assumingMemoryBound(to: UInt8.self), one.count)
    withExtendedLifetime((one.owner, other.owner)) {}
    return same
  }
}

/// Memory of its own for bytes that came as an array.
@safe
private final class Box {
  let memory: UnsafeMutableRawBufferPointer
  let start: UnsafeMutableRawPointer

  init(count: Int) {
    unsafe start = .allocate(byteCount: max(count, 1), alignment: 16)
    unsafe memory = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  deinit {
    unsafe start.deallocate()
  }

  /// The owner of bytes that need none.
  static var nothing: Box { Box.empty.box }

  /// Never written after it was made, so that all threads may share it.
  private struct Shared: @unchecked Sendable { let box: Box }
  private static let empty = Shared(box: Box(count: 0))
}
