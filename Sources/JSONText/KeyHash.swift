/// Hashes of strings by their decoded bytes, so that two spellings of one string meet.
///
/// Multiplying eight bytes at a time is enough for the keys of one file, and much cheaper than the standard hasher.
/// The seed differs in each process, so that no file can be made to fill one slot of a table.
package enum KeyHash {
  private static let seed = UInt64.random(in: .min ... .max)

  /// The hash of a text, to be compared with that of a string in a document.
  package static func of(_ text: Text) -> UInt32 {
    unsafe text.bytes.withUnsafeBytes { unsafe hash($0) }
  }

  /// The hash of the JSON string at a range; nil where another value stands there.
  static func of(_ bytes: Bytes, _ range: Range<Int>) -> UInt32? {
    unsafe bytes.withUnsafeBytes { buffer in
      guard range.count >= 2, unsafe buffer[range.lowerBound] == UInt8(ascii: "\"") else {
        return nil
      }
      let inner = unsafe UnsafeRawBufferPointer(
        rebasing: buffer[(range.lowerBound + 1)..<(range.upperBound - 1)])
      if unsafe inner.contains(UInt8(ascii: "\\")) { return of(decodedString(bytes, range)) }
      return unsafe hash(inner)
    }
  }

  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = unsafe mixed(hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = unsafe rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return UInt32(truncatingIfNeeded: mixed(hash, rest))
  }

  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }
}
