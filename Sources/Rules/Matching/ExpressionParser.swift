/// Reads the text of an extended regular expression.
struct ExpressionParser: PatternReading {
  /// What every step of the parser may throw.
  typealias Failure = PatternError

  let text: [UInt8]
  private let ignoresCase: Bool
  private let byLine: Bool
  var at = 0
  private var depth = 0

  init(_ text: [UInt8], ignoresCase: Bool, byLine: Bool) {
    self.text = text
    self.ignoresCase = ignoresCase
    self.byLine = byLine
  }

  /// The whole pattern as a tree; whatever is left over is an error.
  mutating func parse() throws(Failure) -> PatternTree {
    let tree = try choice()
    if at < text.count { throw failure(.unopenedGroup) }
    return tree
  }

  private mutating func choice() throws(Failure) -> PatternTree {
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(Failure) -> PatternTree {
    var parts: [PatternTree] = []
    while let next = byte, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") {
      let start = at
      let atom = try atom()
      parts.append(try repeated(atom, from: start))
    }
    if parts.isEmpty { throw failure(.empty) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated(_ atom: PatternTree, from start: Int) throws(Failure)
    -> PatternTree
  {
    guard let (least, most) = try repetition() else { return atom }
    if case .assertion = atom { throw failure(.nothingToRepeat, at: start) }
    if let next = byte, "*+?{".utf8.contains(next) { throw failure(.nothingToRepeat) }
    return .repetition(atom, least, most)
  }

  private mutating func atom() throws(Failure) -> PatternTree {
    let start = at
    guard let next = byte else { throw failure(.empty) }
    switch next {
    case UInt8(ascii: "("):
      depth += 1
      defer { depth -= 1 }
      if depth > Self.depthLimit { throw failure(.tooDeep) }
      at += 1
      let inner = try choice()
      guard byte == UInt8(ascii: ")") else { throw failure(.unclosedGroup, at: start) }
      at += 1
      return .sequence([inner])
    case UInt8(ascii: "["): return .set(try bracket())
    case UInt8(ascii: "."):
      at += 1
      return byLine ? .set(withoutLineEnds(CharacterSet(isNegated: true))) : .any
    case UInt8(ascii: "^"):
      at += 1
      return .assertion(byLine ? .lineStart : .textStart)
    case UInt8(ascii: "$"):
      at += 1
      return .assertion(byLine ? .lineEnd : .textEnd)
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw failure(.nothingToRepeat)
    case UInt8(ascii: "\\"): return try escape()
    default: return literal(take())
    }
  }

  private func literal(_ scalar: UInt32) -> PatternTree {
    .scalar(ignoresCase && scalar >= 65 && scalar <= 90 ? scalar | 0x20 : scalar)
  }

  private mutating func escape() throws(Failure) -> PatternTree {
    at += 1
    guard let next = byte else { throw failure(.trailingBackslash, at: at - 1) }
    let isWordByte = next < 128 && CharacterSet.isWord(UInt32(next))
    guard isWordByte || next == UInt8(ascii: "<") || next == UInt8(ascii: ">") else {
      return literal(take())
    }
    at += 1
    func set(_ name: String, negated: Bool) -> PatternTree {
      .set(CharacterSet(ranges: CharacterSet.named(name) ?? [], isNegated: negated))
    }
    switch next {
    case UInt8(ascii: "b"): return .assertion(.wordEdge)
    case UInt8(ascii: "B"): return .assertion(.noWordEdge)
    case UInt8(ascii: "<"): return .assertion(.wordStart)
    case UInt8(ascii: ">"): return .assertion(.wordEnd)
    case UInt8(ascii: "d"): return set("digit", negated: false)
    case UInt8(ascii: "D"): return set("digit", negated: true)
    case UInt8(ascii: "s"): return set("space", negated: false)
    case UInt8(ascii: "S"): return set("space", negated: true)
    case UInt8(ascii: "w"): return set("word", negated: false)
    case UInt8(ascii: "W"): return set("word", negated: true)
    case UInt8(ascii: "n"): return .scalar(10)
    case UInt8(ascii: "t"): return .scalar(9)
    default: throw failure(.unknownEscape, at: at - 2)
    }
  }

  /// Of a set that leaves something out, the same without the ends of lines.
  private func withoutLineEnds(_ set: CharacterSet) -> CharacterSet {
    guard byLine, set.isNegated else { return set }
    var set = set
    set.ranges += CharacterSet.lineEnds.ranges
    return set
  }

  private mutating func bracket() throws(Failure) -> CharacterSet {
    let start = at
    var set = CharacterSet()
    at += 1
    if byte == UInt8(ascii: "^") {
      set.isNegated = true
      at += 1
    }
    var isFirst = true
    while let next = byte, next != UInt8(ascii: "]") || isFirst {
      isFirst = false
      if next == UInt8(ascii: "["), at + 1 < text.count, ":.=".utf8.contains(text[at + 1]) {
        set.ranges += try classRanges()
        continue
      }
      if let ranges = try escapedRanges() {
        set.ranges += ranges
        continue
      }
      let place = at
      let low = take()
      guard byte == UInt8(ascii: "-"), at + 1 < text.count, text[at + 1] != UInt8(ascii: "]") else {
        set.ranges.append(low...low)
        continue
      }
      at += 1
      let high = take()
      guard low <= high else { throw failure(.badRange, at: place) }
      set.ranges.append(low...high)
    }
    guard byte == UInt8(ascii: "]") else { throw failure(.unclosedSet, at: start) }
    at += 1
    return withoutLineEnds(set)
  }

  /// What a backslash before a letter or digit stands for; nil for any other, which stands for itself.
  private mutating func escapedRanges() throws(Failure) -> [ClosedRange<UInt32>]? {
    guard byte == UInt8(ascii: "\\"), at + 1 < text.count, text[at + 1] < 128,
      CharacterSet.isWord(UInt32(text[at + 1]))
    else { return nil }
    let start = at
    switch try escape() {
    case .scalar(let value): return [value...value]
    case .set(let set) where !set.isNegated: return set.ranges
    default: throw failure(.unknownEscape, at: start)
    }
  }

  private mutating func classRanges() throws(Failure) -> [ClosedRange<UInt32>] {
    let start = at
    let mark = text[at + 1]
    at += 2
    let nameStart = at
    while at < text.count, text[at] != mark { at += 1 }
    guard mark == UInt8(ascii: ":"), at + 1 < text.count, text[at + 1] == UInt8(ascii: "]"),
      let ranges = CharacterSet.named(String(decoding: text[nameStart..<at], as: UTF8.self))
    else { throw failure(.unknownClass, at: start) }
    at += 2
    return ranges
  }
}
