/// Bytes of a command line, equal only when every byte is equal.
///
/// `String` would let combining characters hide a slash or a leading dash from comparisons.
package struct Spelling: Hashable, Sendable {
  package var bytes: [UInt8]

  package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// Bytes that are no UTF-8 show as replacement characters.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  package var isEmpty: Bool { bytes.isEmpty }

  /// Whether it begins with these bytes, whatever follows them.
  package func hasPrefix(_ other: Spelling) -> Bool { bytes.starts(with: other.bytes) }

  /// Whether it ends with these bytes.
  package func hasSuffix(_ other: Spelling) -> Bool {
    bytes.count >= other.bytes.count && bytes.suffix(other.bytes.count).elementsEqual(other.bytes)
  }

  /// Whether these bytes stand anywhere in it.
  func contains(_ other: Spelling) -> Bool {
    guard let first = other.bytes.first else { return true }
    var start = bytes.startIndex
    while let found = bytes[start...].firstIndex(of: first) {
      if bytes[found...].starts(with: other.bytes) { return true }
      start = found + 1
    }
    return false
  }

  /// Whether one of its bytes is this one.
  package func contains(_ byte: UInt8) -> Bool { bytes.contains(byte) }

  /// What stands behind the last slash: the name by which a program is known.
  package var lastComponent: Spelling {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return self }
    return Spelling(bytes[(slash + 1)...])
  }

  /// The bytes behind the first few.
  func dropping(_ count: Int) -> Spelling { Spelling(bytes.dropFirst(count)) }

  /// The two sides of the first `=`, when there is one.
  var sidesOfEquals: (Spelling, Spelling)? {
    guard let sign = bytes.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return (Spelling(bytes[..<sign]), Spelling(bytes[(sign + 1)...]))
  }

  static func + (left: Spelling, right: Spelling) -> Spelling { Spelling(left.bytes + right.bytes) }
}

extension Spelling: ExpressibleByStringLiteral, CustomStringConvertible {
  package init(stringLiteral value: String) { self.init(value) }

  package var description: String { string }
}

extension UInt8 {
  /// May begin a variable's name.
  var beginsName: Bool {
    (self | 0x20 >= UInt8(ascii: "a") && self | 0x20 <= UInt8(ascii: "z"))
      || self == UInt8(ascii: "_")
  }

  var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

  /// May stand inside a variable's name.
  var continuesName: Bool { beginsName || isDigit }

  var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

  /// Ends an unquoted word.
  var endsWord: Bool {
    switch self {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"),
      UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "<"), UInt8(ascii: ">"),
      UInt8(ascii: "("), UInt8(ascii: ")"):
      true
    default: false
    }
  }
}
