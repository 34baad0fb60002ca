/// How many columns of a terminal a text takes, and where to cut it so that it takes fewer.
///
/// Terminals disagree about rare emoji sequences; this follows the common rule: a cluster is as wide as
/// its base, wide when it is East Asian wide or shown as emoji, and marks that combine add nothing.
enum DisplayWidth {
  /// The columns that a printable text takes on one line.
  static func of(_ text: String) -> Int {
    if isSimple(text) { return text.utf8.reduce(0) { $0 + ($1 & 0xc0 == 0x80 ? 0 : 1) } }
    return text.reduce(0) { $0 + of($1) }
  }

  /// The columns that one user-perceived character takes: 0, 1 or 2.
  static func of(_ character: Character) -> Int {
    var widest = 0
    for scalar in character.unicodeScalars {
      if scalar.value == 0xfe0f { return 2 }
      widest = max(widest, of(scalar))
    }
    return widest
  }

  /// The text cut to at most `width` columns, with an ellipsis in the last one where something is left out.
  static func truncate(_ text: String, to width: Int) -> String {
    if of(text) <= width { return text }
    guard width > 0 else { return "" }
    if isSimple(text) {
      var cut = text.unicodeScalars.prefix(width - 1)
      while cut.last == " " { cut.removeLast() }
      return String(cut) + "…"
    }
    var cut = ""
    var used = 0
    for character in text {
      let columns = of(character)
      if used + columns > width - 1 { break }
      used += columns
      cut.append(character)
    }
    while cut.last == " " { cut.removeLast() }
    return cut + "…"
  }

  /// The text with spaces added up to `width` columns, on the left when it is to stand at the right.
  static func pad(_ text: String, to width: Int, atRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - of(text)))
    return atRight ? spaces + text : text + spaces
  }

  // Below U+0300, the first mark that combines, every printable scalar takes one column; its UTF-8 begins
  // with 0xcc. Finding the clusters of a text costs many times as much.
  private static func isSimple(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0xcc } }

  private static func of(_ scalar: Unicode.Scalar) -> Int {
    if scalar.value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    // The vowels and final consonants of a Hangul syllable are drawn inside the block of its first letter.
    if (0x1160...0x11ff).contains(scalar.value) { return 0 }
    return isWide(scalar) ? 2 : 1
  }

  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x1100 { return false }
    if scalar.properties.isEmojiPresentation { return true }
    return wideRanges.contains { $0.contains(scalar.value) }
  }

  // The blocks of Unicode's East Asian Width that are W or F, joined where only unassigned code points
  // lie between.
  private static let wideRanges: [ClosedRange<UInt32>] = [
    0x1100...0x115f, 0x2329...0x232a, 0x2630...0x2637, 0x268a...0x268f, 0x2e80...0x303e,
    0x3041...0x33ff, 0x3400...0x4dbf, 0x4dc0...0x4dff, 0x4e00...0xa4cf, 0xa960...0xa97f,
    0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff01...0xff60,
    0xffe0...0xffe6, 0x16fe0...0x18dff, 0x1aff0...0x1b2ff, 0x1d300...0x1d376, 0x1f200...0x1f265,
    0x20000...0x3fffd,
  ]
}
