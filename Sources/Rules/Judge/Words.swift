package import JSONText
import ShellText

extension UInt8 {
  /// The lower-case form of an ASCII letter; any other byte as it is.
  var folded: UInt8 { self >= 65 && self <= 90 ? self | 0x20 : self }

  /// Letters, digits, the underscore, and every byte beyond ASCII.
  var isWord: Bool {
    let lower = self | 0x20
    return (lower >= 97 && lower <= 122) || (self >= 48 && self <= 57) || self == 95 || self >= 0x80
  }
}

extension Collection<UInt8> {
  /// Equality apart from the case of ASCII letters.
  func equalsIgnoringCase(_ other: some Collection<UInt8>) -> Bool {
    count == other.count && zip(self, other).allSatisfy { $0.folded == $1.folded }
  }
}

extension ArraySlice<UInt8> {
  /// Without blanks at its ends.
  var trimmed: ArraySlice<UInt8> {
    let start = drop { $0 <= 0x20 }
    guard let last = start.lastIndex(where: { $0 > 0x20 }) else { return start.prefix(0) }
    return start[...last]
  }
}

extension [UInt8] {
  /// Puts zero bytes, which no word of a rule matches, over a stretch.
  mutating func blank(_ range: Range<Int>) {
    for index in range { self[index] = 0 }
  }
}

extension Text {
  init(_ spelling: Spelling) { self.init(bytes: spelling.bytes) }

  /// A sentence without its full stop, so that more can follow.
  package var withoutFullStop: Text {
    bytes.last == UInt8(ascii: ".") ? Text(bytes: Array(bytes.dropLast())) : self
  }

  /// The text with ASCII letters in lower case.
  var lowercase: Text { Text(bytes: bytes.map(\.folded)) }

  /// The start of a long text, cut between characters, for messages.
  func shortened(_ limit: Int = 200) -> Text {
    guard bytes.count > limit else { return self }
    var end = limit
    while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
    return Text(bytes: Array(bytes[..<end])) + "…"
  }

  /// Texts in a row, with another between each two.
  static func joined(_ texts: some Sequence<Text>, by separator: Text) -> Text {
    var bytes: [UInt8] = []
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes += separator.bytes }
      bytes += text.bytes
    }
    return Text(bytes: bytes)
  }
}

extension Spelling {
  init(_ text: Text) { self.init(text.bytes) }
}

/// A name in which `*` stands for any text and `?` for any one byte.
enum NamePattern {
  static func isWild(_ pattern: Text) -> Bool {
    pattern.bytes.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }
  }

  /// Whether a name can match a pattern that begins with this byte.
  static func mayMatch(_ first: UInt8, _ name: Text) -> Bool {
    first == name.bytes.first || "*?\\".utf8.contains(first)
  }

  /// Whether the whole name matches.
  static func matches(_ pattern: Text, _ name: Text, ignoringCase: Bool) -> Bool {
    let pattern = ignoringCase ? pattern.lowercase.bytes : pattern.bytes
    let name = ignoringCase ? name.lowercase.bytes : name.bytes
    return Wildcard.matches(pattern[...], name[...], hasSets: false)
  }
}
