/// Reads the white space around places of a validated source, as far as an edit needs it.
struct Surroundings {
  /// What is edited.
  let source: Bytes

  /// How far the habits of a whole file are looked for.
  private static let sampleSize = 65_536

  /// The run of white space that ends at a position.
  func space(before end: Int) -> Range<Int> {
    var start = end
    while start > 0, Byte.isSpace(source[start - 1]) { start -= 1 }
    return start..<end
  }

  /// The run of white space that begins at a position.
  func space(after start: Int) -> Range<Int> {
    var end = start
    while end < source.count, Byte.isSpace(source[end]) { end += 1 }
    return start..<end
  }

  /// The bytes of a range as an array.
  func text(_ range: Range<Int>) -> [UInt8] {
    source[range].array
  }

  /// The white space at the start of the line that a position lies on.
  func indent(ofLineAt position: Int) -> [UInt8] {
    var start = position
    while start > 0, !isNewline(source[start - 1]) { start -= 1 }
    if start == 0, hasByteOrderMark { start = 3 }
    var end = start
    while end < position, source[end] == Byte.space || source[end] == Byte.tab { end += 1 }
    return text(start..<end)
  }

  /// The member or element whose value begins at a position, seen from there.
  struct Position {
    /// Whether a line break stands before it.
    var isOnOwnLine: Bool
    /// The colon with its white space, for a member on one line with it.
    var colon: [UInt8]?
  }

  /// How the value that begins at a position stands in what is around it.
  func position(ofValueAt start: Int) -> Position {
    var entryStart = start
    var colon: [UInt8]?
    let before = space(before: start)
    if before.lowerBound > 0, source[before.lowerBound - 1] == Byte.colon {
      let gap = space(before: before.lowerBound - 1)
      entryStart = openingQuote(before: gap.lowerBound)
      let text = text(gap.lowerBound..<start)
      if !hasNewline(text) { colon = text }
    }
    let lead = space(before: entryStart)
    if hasNewline(text(lead)) { return Position(isOnOwnLine: true, colon: colon) }
    if lead.lowerBound > 0, source[lead.lowerBound - 1] == Byte.comma {
      // Commas may lead their lines.
      let trail = space(before: lead.lowerBound - 1)
      return Position(isOnOwnLine: hasNewline(text(trail)), colon: colon)
    }
    guard isBeforeRoot(lead.lowerBound) else { return Position(isOnOwnLine: false, colon: colon) }
    // The root: any line break in the file tells that it is not meant to be on one line.
    return Position(isOnOwnLine: firstNewline != nil, colon: colon)
  }

  /// What ends the lines of this file: as the first one does, a line feed where there is none.
  var newline: [UInt8] {
    guard let first = firstNewline else { return [Byte.lineFeed] }
    return newlineText(at: first)
  }

  /// What one level of nesting adds: the indentation of the first line that has any.
  var unit: [UInt8] {
    guard var at = firstNewline else { return [Byte.space, Byte.space] }
    let limit = min(source.count, Self.sampleSize)
    while at < limit {
      if isNewline(source[at]) {
        var end = at + 1
        while end < limit, source[end] == Byte.space || source[end] == Byte.tab { end += 1 }
        if end > at + 1, end < limit, !isNewline(source[end]) { return text((at + 1)..<end) }
        at = end
      } else {
        at += 1
      }
    }
    return [Byte.space, Byte.space]
  }

  private var hasByteOrderMark: Bool {
    unsafe source.withUnsafeBytes { unsafe startsWithByteOrderMark($0) }
  }

  private var firstNewline: Int? {
    (0..<min(source.count, Self.sampleSize)).first { isNewline(source[$0]) }
  }

  private func isBeforeRoot(_ position: Int) -> Bool {
    position == 0 || position == 3 && hasByteOrderMark
  }

  private func newlineText(at position: Int) -> [UInt8] {
    if source[position] == Byte.carriageReturn, position + 1 < source.count,
      source[position + 1] == Byte.lineFeed
    {
      return [Byte.carriageReturn, Byte.lineFeed]
    }
    return [source[position]]
  }

  /// Where the string that ends before a position begins: at the last quote that is not escaped.
  private func openingQuote(before end: Int) -> Int {
    var at = end - 2
    while at > 0 {
      if source[at] == Byte.quote {
        var backslashes = 0
        while at - backslashes > 0, source[at - backslashes - 1] == Byte.backslash {
          backslashes += 1
        }
        if backslashes % 2 == 0 { return at }
      }
      at -= 1
    }
    return 0
  }
}

/// Whether the byte ends a line; a lone carriage return does too, as on very old systems.
func isNewline(_ byte: UInt8) -> Bool {
  byte == Byte.lineFeed || byte == Byte.carriageReturn
}

/// Whether there is a line break among the bytes.
func hasNewline(_ bytes: [UInt8]) -> Bool {
  bytes.contains(where: isNewline)
}

/// White space reduced to its last line break and the indentation after it; as it is without one.
func lastLine(_ space: [UInt8]) -> [UInt8] {
  guard let last = space.lastIndex(where: isNewline) else { return space }
  let isPair =
    space[last] == Byte.lineFeed && last > 0 && space[last - 1] == Byte.carriageReturn
  return Array(space[(isPair ? last - 1 : last)...])
}

/// The line break and the indentation of white space that has one.
func lineParts(_ space: [UInt8]) -> (newline: [UInt8], indent: [UInt8])? {
  let line = lastLine(space)
  guard let last = line.lastIndex(where: isNewline) else { return nil }
  return (Array(line[...last]), Array(line[(last + 1)...]))
}

/// What has to be added to one indentation to get a deeper one; nil if it is not deeper.
func step(from outer: [UInt8], to inner: [UInt8]) -> [UInt8]? {
  guard inner.count > outer.count, inner.starts(with: outer) else { return nil }
  return Array(inner[outer.count...])
}
