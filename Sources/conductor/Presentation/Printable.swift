/// Turns text of unknown origin into text that is safe to show.
///
/// Titles, notes, paths and arguments may hold terminal escapes, direction marks that reorder what a
/// person reads, or characters that cannot be seen at all. Each of those becomes a visible escape in
/// JSON's spelling, and a byte that is not UTF-8 becomes `\xNN`. A backslash stays as it is, because
/// commands and patterns are full of them and are meant to be copied; so applying this twice changes
/// nothing more.
enum Printable {
  /// The text on one line, with everything that could act on a terminal or deceive a reader escaped.
  static func line(_ text: String) -> String {
    guard needsEscapes(text) else { return text }
    var shown = ""
    for scalar in text.unicodeScalars { append(scalar, to: &shown) }
    return shown
  }

  /// The same for bytes that are meant to be UTF-8 and perhaps are not.
  static func line(bytes: [UInt8]) -> String {
    var shown = ""
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let (scalar, length) = firstScalar(of: rest) else {
        if let byte = rest.popFirst() { shown += "\\x" + hex(UInt32(byte), digits: 2) }
        continue
      }
      append(scalar, to: &shown)
      rest = rest.dropFirst(length)
    }
    return shown
  }

  /// The text split at its line ends (LF, CRLF or CR), each line made printable.
  static func lines(_ text: String) -> [String] {
    var lines: [String] = []
    var current = ""
    var previousWasReturn = false
    for scalar in text.unicodeScalars {
      if scalar == "\n" && previousWasReturn {
        previousWasReturn = false
        continue
      }
      previousWasReturn = scalar == "\r"
      if scalar == "\n" || scalar == "\r" {
        lines.append(current)
        current = ""
      } else {
        append(scalar, to: &current)
      }
    }
    lines.append(current)
    return lines
  }

  /// Whether a scalar is one that this type would escape.
  static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x300 { return isControl(scalar) || scalar.value == 0xad }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: return true
    case .format: return !isVisibleFormat(scalar.value)
    default: return isBlankFiller(scalar.value)
    }
  }

  /// Whether a scalar is a control character in Unicode's sense: C0, DELETE or C1.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value)
  }

  private static func needsEscapes(_ text: String) -> Bool {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return false }
    return text.unicodeScalars.contains(where: isHidden)
  }

  private static func append(_ scalar: Unicode.Scalar, to shown: inout String) {
    guard isHidden(scalar) else {
      shown.unicodeScalars.append(scalar)
      return
    }
    switch scalar {
    case "\n": shown += "\\n"
    case "\r": shown += "\\r"
    case "\t": shown += "\\t"
    default:
      for unit in UTF16.encode(scalar) ?? .init() { shown += "\\u" + hex(UInt32(unit), digits: 4) }
    }
  }

  // Joiners shape emoji and several scripts; the Arabic and Indic number signs are printed marks.
  private static func isVisibleFormat(_ value: UInt32) -> Bool {
    switch value {
    case 0x200c, 0x200d, 0x600...0x605, 0x6dd, 0x70f, 0x890...0x891, 0x8e2, 0x110bd, 0x110cd: true
    default: false
    }
  }

  // Letters by category that are drawn as nothing, and so can make two texts look alike.
  private static func isBlankFiller(_ value: UInt32) -> Bool {
    switch value {
    case 0x115f, 0x1160, 0x3164, 0xffa0: true
    default: false
    }
  }

  // A strict decoder of one scalar: overlong forms, surrogates and cut sequences are no scalar.
  private static func firstScalar(of bytes: ArraySlice<UInt8>) -> (Unicode.Scalar, Int)? {
    guard let first = bytes.first else { return nil }
    if first < 0x80 { return (Unicode.Scalar(first), 1) }
    let length: Int
    let least: UInt32
    var value: UInt32
    switch first {
    case 0xc2...0xdf: (length, least, value) = (2, 0x80, UInt32(first & 0x1f))
    case 0xe0...0xef: (length, least, value) = (3, 0x800, UInt32(first & 0x0f))
    case 0xf0...0xf4: (length, least, value) = (4, 0x10000, UInt32(first & 0x07))
    default: return nil
    }
    guard bytes.count >= length else { return nil }
    for byte in bytes.dropFirst().prefix(length - 1) {
      guard byte & 0xc0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3f)
    }
    guard value >= least, let scalar = Unicode.Scalar(value) else { return nil }
    return (scalar, length)
  }

  private static func hex(_ value: UInt32, digits: Int) -> String {
    let spelled = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - spelled.utf8.count)) + spelled
  }
}
