package import JSONText

extension Schema {
  /// Reads a schema whose patterns are the expressions of ECMA-262 in Unicode mode.
  package convenience init(_ node: Node) throws(SchemaFault) {
    try self.init(node, patterns: Schema.webPattern)
  }

  private static func webPattern(_ pattern: Text) throws(BadPattern) -> TextTest {
    do {
      var parser = WebPatternParser(pattern.bytes)
      let expression = try Expression(try parser.parse(), wholeWords: false, ignoringCase: false)
      return { text in expression.matches(text) }
    } catch {
      throw BadPattern(Text("\(error.reason.rawValue), at byte \(error.offset + 1) of it"))
    }
  }
}

/// Reads the text of a regular expression of ECMA-262, as far as an automaton can say it.
///
/// Groups that look ahead or behind and references back are refused: no automaton of a bounded size can say them. Whether
/// a repetition is greedy makes no difference to whether there is a match.
struct WebPatternParser: PatternReading {
  let text: [UInt8]
  var at = 0
  private var depth = 0

  init(_ text: [UInt8]) { self.text = text }

  private func follows(_ word: StaticString) -> Bool {
    text[at...].starts(with: word.description.utf8)
  }

  // MARK: Structure

  /// The whole pattern as a tree; whatever is left over is an error.
  mutating func parse() throws(PatternError) -> PatternTree {
    let tree = try choice()
    if at < text.count { throw failure(.unopenedGroup) }
    return tree
  }

  private mutating func choice() throws(PatternError) -> PatternTree {
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternTree {
    var parts: [PatternTree] = []
    while let next = byte, next != UInt8(ascii: "|"), next != UInt8(ascii: ")") {
      let start = at
      parts.append(try repeated(try atom(), from: start))
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func repeated(
    _ atom: PatternTree, from start: Int
  ) throws(PatternError) -> PatternTree {
    guard let (least, most) = try repetition() else { return atom }
    if case .assertion = atom { throw failure(.nothingToRepeat, at: start) }
    _ = skip("?")
    if let next = byte, "*+?{".utf8.contains(next) { throw failure(.nothingToRepeat) }
    return .repetition(atom, least, most)
  }

  private mutating func atom() throws(PatternError) -> PatternTree {
    let start = at
    guard let next = byte else { throw failure(.empty) }
    switch next {
    case UInt8(ascii: "("): return try group()
    case UInt8(ascii: "["):
      at += 1
      return .set(try bracket(from: start))
    case UInt8(ascii: "."):
      at += 1
      return .set(CharacterSet(ranges: [10...10, 13...13, 0x2028...0x2029], isNegated: true))
    case UInt8(ascii: "^"):
      at += 1
      return .assertion(.textStart)
    case UInt8(ascii: "$"):
      at += 1
      return .assertion(.textEnd)
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
      throw failure(.nothingToRepeat)
    case UInt8(ascii: "\\"):
      if let assertion = edge() { return .assertion(assertion) }
      let set = try escape(inSet: false)
      return set.onlyScalar.map { .scalar($0) } ?? .set(set)
    default: return .scalar(take())
    }
  }

  private mutating func group() throws(PatternError) -> PatternTree {
    let start = at
    depth += 1
    defer { depth -= 1 }
    if depth > Self.depthLimit { throw failure(.tooDeep) }
    at += 1
    for word in ["?=", "?!", "?<=", "?<!"] as [StaticString] where follows(word) {
      throw failure(.lookaround, at: start)
    }
    if follows("?:") {
      at += 2
    } else if follows("?<") {
      while let next = byte, next != UInt8(ascii: ">") { at += 1 }
      guard skip(">") else { throw failure(.unclosedGroup, at: start) }
    }
    let inner = try choice()
    guard skip(")") else { throw failure(.unclosedGroup, at: start) }
    return .sequence([inner])
  }

  private mutating func edge() -> Automaton.Assertion? {
    let isEdge = follows("\\b")
    guard isEdge || follows("\\B") else { return nil }
    at += 2
    return isEdge ? .asciiWordEdge : .noAsciiWordEdge
  }

  // MARK: Sets

  private mutating func bracket(from start: Int) throws(PatternError) -> CharacterSet {
    var set = CharacterSet()
    set.isNegated = skip("^")
    while let next = byte, next != UInt8(ascii: "]") {
      let place = at
      let low = try member()
      guard byte == UInt8(ascii: "-"), at + 1 < text.count, text[at + 1] != UInt8(ascii: "]") else {
        set.ranges += low.ranges
        set.categories.formUnion(low.categories)
        continue
      }
      at += 1
      let high = try member()
      guard let first = low.onlyScalar, let last = high.onlyScalar, first <= last else {
        throw failure(.badRange, at: place)
      }
      set.ranges.append(first...last)
    }
    guard skip("]") else { throw failure(.unclosedSet, at: start) }
    return set
  }

  private mutating func member() throws(PatternError) -> CharacterSet {
    guard byte == UInt8(ascii: "\\") else {
      let scalar = take()
      return CharacterSet(ranges: [scalar...scalar])
    }
    return try escape(inSet: true)
  }

  /// What a backslash and what follows it stand for, never negated.
  private mutating func escape(inSet: Bool) throws(PatternError) -> CharacterSet {
    let start = at
    at += 1
    guard let next = byte else { throw failure(.trailingBackslash, at: start) }
    at += 1
    func only(_ scalar: UInt32) -> CharacterSet { CharacterSet(ranges: [scalar...scalar]) }
    switch next {
    case UInt8(ascii: "d"): return CharacterSet(ranges: Self.digits)
    case UInt8(ascii: "D"): return CharacterSet(ranges: Self.others(than: Self.digits))
    case UInt8(ascii: "w"): return CharacterSet(ranges: Self.wordCharacters)
    case UInt8(ascii: "W"): return CharacterSet(ranges: Self.others(than: Self.wordCharacters))
    case UInt8(ascii: "s"): return CharacterSet(ranges: Self.spaces)
    case UInt8(ascii: "S"): return CharacterSet(ranges: Self.others(than: Self.spaces))
    case UInt8(ascii: "p"): return CharacterSet(categories: try property(from: start))
    case UInt8(ascii: "P"):
      return CharacterSet(
        categories: GeneralCategories.all.subtracting(try property(from: start)))
    case UInt8(ascii: "n"): return only(10)
    case UInt8(ascii: "r"): return only(13)
    case UInt8(ascii: "t"): return only(9)
    case UInt8(ascii: "v"): return only(11)
    case UInt8(ascii: "f"): return only(12)
    case UInt8(ascii: "b") where inSet: return only(8)
    case UInt8(ascii: "-") where inSet: return only(0x2D)
    case UInt8(ascii: "0") where byte.map({ $0 < 48 || $0 > 57 }) ?? true: return only(0)
    case UInt8(ascii: "c"):
      guard let letter = byte, (0x61...0x7A).contains(letter | 0x20) else { break }
      at += 1
      return only(UInt32(letter & 0x1F))
    case UInt8(ascii: "x"):
      guard let value = hexadecimal(digits: 2) else { break }
      return only(value)
    case UInt8(ascii: "u"):
      guard let value = codePoint() else { break }
      return only(value)
    case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "k"):
      throw failure(.backReference, at: start)
    default:
      if "^$\\.*+?()[]{}|/".utf8.contains(next) { return only(UInt32(next)) }
    }
    throw failure(.unknownEscape, at: start)
  }

  private mutating func hexadecimal(digits: Int) -> UInt32? {
    guard at + digits <= text.count else { return nil }
    let word = String(decoding: text[at..<(at + digits)], as: UTF8.self)
    guard word.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
      let value = UInt32(word, radix: 16)
    else { return nil }
    at += digits
    return value
  }

  /// What stands behind `\u`: four digits, two halves of a pair, or any number of digits in braces.
  private mutating func codePoint() -> UInt32? {
    if skip("{") {
      guard let end = text[at...].firstIndex(of: UInt8(ascii: "}")), end > at, end - at <= 6,
        let value = hexadecimal(digits: end - at), value <= 0x10_FFFF
      else { return nil }
      at += 1
      return value
    }
    guard let high = hexadecimal(digits: 4) else { return nil }
    guard (0xD800...0xDBFF).contains(high), follows("\\u") else { return high }
    let place = at
    at += 2
    guard let low = hexadecimal(digits: 4), (0xDC00...0xDFFF).contains(low) else {
      at = place
      return high
    }
    return 0x1_0000 + (high & 0x3FF) << 10 + (low & 0x3FF)
  }

  private mutating func property(
    from start: Int
  ) throws(PatternError) -> Set<Unicode.GeneralCategory> {
    guard skip("{"), let end = text[at...].firstIndex(of: UInt8(ascii: "}")) else {
      throw failure(.unknownEscape, at: start)
    }
    let name = String(decoding: text[at..<end], as: UTF8.self)
    guard let found = GeneralCategories.named(name) else {
      throw failure(.unknownProperty, at: start)
    }
    at = end + 1
    return found
  }

  private static let digits: [ClosedRange<UInt32>] = [48...57]
  private static let wordCharacters: [ClosedRange<UInt32>] = [48...57, 65...90, 95...95, 97...122]
  private static let spaces: [ClosedRange<UInt32>] = [
    9...13, 32...32, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ]

  /// All characters but those of some ranges, which stand in order.
  private static func others(than ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    return result + [next...UInt32.max]
  }
}

extension CharacterSet {
  /// The one character of the set; nil where there are more.
  fileprivate var onlyScalar: UInt32? {
    guard ranges.count == 1, categories.isEmpty, ranges[0].count == 1 else { return nil }
    return ranges[0].lowerBound
  }
}
