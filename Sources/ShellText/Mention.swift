/// Names of programs in text that is not understood.
package enum Mention {
  /// Whether a word of the text, its quotes and backslashes taken out, is or can match the name.
  package static func of(_ word: Spelling, in text: Spelling) -> Bool {
    if word.isEmpty { return false }
    let bytes = text.bytes
    if let first = word.bytes.first,
      !bytes.contains(where: { $0 == first || "*?[".utf8.contains($0) })
    {
      return false
    }
    var current: [UInt8] = []
    var index = 0
    while index <= bytes.count {
      let byte = index < bytes.count ? bytes[index] : UInt8(ascii: " ")
      switch byte {
      // Quotes join what they separate in shell; other languages are tried below.
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): break
      case UInt8(ascii: "\\"):
        if index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") { index += 1 }
      case _ where isWordByte[Int(byte)]: current.append(byte)
      default:
        if matches(current, word) { return true }
        current = []
      }
      index += 1
    }
    return quotedWords(bytes, word)
  }

  /// Words of other languages end at quotes: `['alembic','upgrade']`, `"x"alembic"y"`.
  private static func quotedWords(_ bytes: [UInt8], _ word: Spelling) -> Bool {
    bytes.split(whereSeparator: { !isWordByte[Int($0)] }).contains { matches(Array($0), word) }
  }

  private static let isWordByte: [Bool] = (0...255).map { continuesWord(UInt8($0)) }

  private static func continuesWord(_ byte: UInt8) -> Bool {
    byte.continuesName || byte >= 0x80 || "-.*?[]".utf8.contains(byte)
  }

  private static func matches(_ found: [UInt8], _ word: Spelling) -> Bool {
    if !found.isEmpty, found.contains(UInt8(ascii: "[")),
      Wildcard.matches(found[...], word.bytes[...])
    {
      return true
    }
    var found = found[...]
    while found.last == UInt8(ascii: ".") { found = found.dropLast() }
    while let first = found.first, first == UInt8(ascii: "[") { found = found.dropFirst() }
    if found.elementsEqual(word.bytes) { return true }
    if found.last == UInt8(ascii: "]"), found.dropLast().elementsEqual(word.bytes) { return true }
    guard found.contains(where: { "*?[".utf8.contains($0) }),
      found.contains(where: { !"*?".utf8.contains($0) })
    else { return false }
    return Wildcard.matches(found, word.bytes[...])
  }
}

/// File name patterns as a shell matches them, without slashes.
package enum Wildcard {
  /// Whether a pattern takes the whole text; without sets a bracket stands for itself.
  ///
  /// Time grows with the product of the lengths; nothing is tried twice beyond the last star.
  package static func matches(
    _ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>, hasSets: Bool = true
  ) -> Bool {
    var p = pattern.startIndex
    var t = text.startIndex
    var star: (p: Int, t: Int)?
    while t < text.endIndex {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        star = (p, t)
        p += 1
      } else if p < pattern.endIndex, let next = step(pattern, p, text[t], hasSets) {
        p = next
        t += 1
      } else if let last = star {
        star = (last.p, last.t + 1)
        p = last.p + 1
        t = last.t + 1
      } else {
        return false
      }
    }
    while p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.endIndex
  }

  /// The place behind one element of the pattern that takes the byte. A set takes any byte.
  private static func step(
    _ pattern: ArraySlice<UInt8>, _ at: Int, _ byte: UInt8, _ hasSets: Bool
  ) -> Int? {
    switch pattern[at] {
    case UInt8(ascii: "?"): return at + 1
    case UInt8(ascii: "[") where hasSets:
      guard let close = pattern[(at + 1)...].firstIndex(of: UInt8(ascii: "]")) else { return nil }
      return close + 1
    default: return pattern[at] == byte ? at + 1 : nil
    }
  }
}
