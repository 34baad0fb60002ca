/// UTF-8 text compared, hashed and ordered by its bytes, never by Unicode equivalence.
///
/// The bytes are always well-formed UTF-8: what is not is replaced by U+FFFD when a text is made.
package struct Text: Hashable, Comparable, Sendable {
  /// The UTF-8 bytes.
  package let bytes: [UInt8]

  /// The text of a string.
  package init(_ string: String) {
    bytes = Array(string.utf8)
  }

  /// The text of UTF-8 bytes, each ill-formed part replaced by U+FFFD.
  package init(bytes: [UInt8]) {
    self.bytes = isWellFormed(bytes) ? bytes : Array(String(decoding: bytes, as: UTF8.self).utf8)
  }

  /// The text of bytes that were already found to be well-formed.
  init(wellFormed bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The same text as a string.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether there is no character at all.
  package var isEmpty: Bool { bytes.isEmpty }

  /// One text after the other.
  package static func + (one: Text, other: Text) -> Text {
    Text(wellFormed: one.bytes + other.bytes)
  }

  /// The order of the UTF-8 bytes, which is that of the code points.
  package static func < (one: Text, other: Text) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  /// Whether the text begins with exactly these bytes.
  package func hasPrefix(_ prefix: Text) -> Bool {
    bytes.starts(with: prefix.bytes)
  }

  /// Whether the text ends with exactly these bytes.
  package func hasSuffix(_ suffix: Text) -> Bool {
    bytes.count >= suffix.bytes.count
      && bytes[(bytes.count - suffix.bytes.count)...].elementsEqual(suffix.bytes)
  }

  /// Whether exactly these bytes occur somewhere in the text.
  package func contains(_ other: Text) -> Bool {
    guard let first = other.bytes.first else { return true }
    guard bytes.count >= other.bytes.count else { return false }
    for start in 0...(bytes.count - other.bytes.count) where bytes[start] == first {
      if bytes[start..<(start + other.bytes.count)].elementsEqual(other.bytes) { return true }
    }
    return false
  }
}

extension Text: ExpressibleByStringInterpolation {
  /// The text of a literal.
  package init(stringLiteral value: String) {
    self.init(value)
  }
}

extension Text: CustomStringConvertible {
  /// The text itself.
  package var description: String { string }
}
