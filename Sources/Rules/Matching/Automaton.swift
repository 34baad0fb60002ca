/// A set of states that all advance together over a text.
///
/// Every state is entered at most once per character, so that time grows with the product of the
/// lengths of program and text whatever the pattern says.
struct Automaton: Sendable {
  /// One step of the program.
  enum Instruction: Sendable {
    case scalar(UInt32)
    case any
    case set(Int)
    case split(Int, Int)
    case jump(Int)
    case assert(Assertion)
    case match
  }

  /// A condition on a place between two characters.
  enum Assertion: Sendable {
    case textStart
    case textEnd
    case lineStart
    case lineEnd
    case wordEdge
    case noWordEdge
    case wordStart
    case wordEnd
    /// The same where only letters, digits and the underscore of ASCII are word characters.
    case asciiWordEdge
    case noAsciiWordEdge
    /// No word character stands before, or behind.
    case noWordBefore
    case noWordBehind
  }

  var program: [Instruction] = []
  var sets: [CharacterSet] = []
  var ignoresCase = false
  /// Texts without which nothing matches.
  var needles: Needles?

  /// The leftmost of all matches that begin at or behind a place, and of those the longest.
  func firstMatch(in text: [UInt8], from start: Int = 0) -> Range<Int>? {
    if let needles, !needles.occur(in: text) { return nil }
    var current = Threads(count: program.count)
    var next = Threads(count: program.count)
    var best: Range<Int>?
    var previous = Self.scalar(before: start, text)
    var at = start
    while true {
      let (scalar, length) = Self.scalar(text, at)
      // Threads stand in the order of their starts, so the first to reach a state is the leftmost.
      if best == nil { enter(0, start: at, &current, previous, scalar, at, &best) }
      guard let scalar, best == nil || !current.states.isEmpty else { break }
      let following = Self.scalar(text, at + length).0
      next.clear()
      for (state, start) in zip(current.states, current.starts) {
        if let best, start > best.lowerBound { break }
        let takes =
          switch program[state] {
          case .scalar(let expected): expected == folded(scalar)
          case .any: true
          case .set(let index):
            sets[index].contains(scalar) || (ignoresCase && sets[index].contains(swapped(scalar)))
          default: false
          }
        if takes { enter(state + 1, start: start, &next, scalar, following, at + length, &best) }
      }
      swap(&current, &next)
      previous = scalar
      at += length
    }
    return best
  }

  private func folded(_ scalar: UInt32) -> UInt32 {
    ignoresCase && scalar >= 65 && scalar <= 90 ? scalar | 0x20 : scalar
  }

  private func swapped(_ scalar: UInt32) -> UInt32 {
    let lower = scalar | 0x20
    return lower >= 97 && lower <= 122 && scalar < 128 ? scalar ^ 0x20 : scalar
  }

  /// States that are alive, in the order of where their matches began.
  private struct Threads {
    var states: [Int] = []
    var starts: [Int] = []
    private var seen: [Int]
    private var generation = 1

    init(count: Int) { seen = Array(repeating: 0, count: count) }

    mutating func clear() {
      states.removeAll(keepingCapacity: true)
      starts.removeAll(keepingCapacity: true)
      generation += 1
    }

    mutating func mark(_ state: Int) -> Bool {
      if seen[state] == generation { return false }
      seen[state] = generation
      return true
    }
  }

  private func enter(
    _ state: Int, start: Int, _ threads: inout Threads, _ previous: UInt32?, _ next: UInt32?,
    _ at: Int, _ best: inout Range<Int>?
  ) {
    var open = [state]
    while let state = open.popLast() {
      guard threads.mark(state) else { continue }
      switch program[state] {
      case .jump(let target): open.append(target)
      case .split(let first, let second):
        open.append(second)
        open.append(first)
      case .assert(let assertion):
        if Self.holds(assertion, previous, next) { open.append(state + 1) }
      case .match:
        if let known = best, known.lowerBound < start { continue }
        best = start..<at
      default:
        threads.states.append(state)
        threads.starts.append(start)
      }
    }
  }

  private static func holds(
    _ assertion: Assertion, _ previous: UInt32?, _ next: UInt32?
  ) -> Bool {
    let before = previous.map(CharacterSet.isWord) ?? false
    let behind = next.map(CharacterSet.isWord) ?? false
    return switch assertion {
    case .textStart: previous == nil
    case .textEnd: next == nil
    case .lineStart: previous.map(CharacterSet.lineEnds.contains) ?? true
    case .lineEnd: next.map(CharacterSet.lineEnds.contains) ?? true
    case .wordEdge: before != behind
    case .noWordEdge: before == behind
    case .asciiWordEdge: isAsciiWord(previous) != isAsciiWord(next)
    case .noAsciiWordEdge: isAsciiWord(previous) == isAsciiWord(next)
    case .wordStart: !before && behind
    case .wordEnd: before && !behind
    case .noWordBefore: !before
    case .noWordBehind: !behind
    }
  }

  private static func isAsciiWord(_ scalar: UInt32?) -> Bool {
    scalar.map { $0 < 0x80 && CharacterSet.isWord($0) } ?? false
  }

  /// The character that ends before a place; nil at the start of the text.
  private static func scalar(before place: Int, _ text: [UInt8]) -> UInt32? {
    guard place > 0, place <= text.count else { return nil }
    var first = place - 1
    while first > 0, place - first < 4, text[first] & 0xc0 == 0x80 { first -= 1 }
    let (value, length) = scalar(text, first)
    return first + length == place ? value : scalar(text, place - 1).0
  }

  /// The character at a place and its length; a byte that is no UTF-8 counts as one of its own.
  static func scalar(_ text: [UInt8], _ at: Int) -> (UInt32?, Int) {
    guard at < text.count else { return (nil, 0) }
    let first = text[at]
    if first < 0x80 { return (UInt32(first), 1) }
    let length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2
    let invalid = (UInt32(0x11_0000) + UInt32(first), 1)
    guard first >= 0xc2, first <= 0xf4, at + length <= text.count else { return invalid }
    var value = UInt32(first) & (0x7f >> UInt32(length))
    for index in (at + 1)..<(at + length) {
      guard text[index] & 0xc0 == 0x80 else { return invalid }
      value = value << 6 | UInt32(text[index] & 0x3f)
    }
    let smallest: UInt32 = length == 4 ? 0x1_0000 : length == 3 ? 0x800 : 0x80
    guard value >= smallest, Unicode.Scalar(value) != nil else { return invalid }
    return (value, length)
  }
}

/// Characters as ranges of their numbers.
struct CharacterSet: Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  /// Unicode's general categories, all of whose characters belong to it.
  var categories: Set<Unicode.GeneralCategory> = []
  var isNegated = false

  /// The characters with which a line ends.
  static let lineEnds = CharacterSet(ranges: [10...10, 13...13])

  /// Whether the set, taken as it stands or negated, holds the character.
  func contains(_ scalar: UInt32) -> Bool {
    (ranges.contains { $0.contains(scalar) } || isOfCategory(scalar)) != isNegated
  }

  private func isOfCategory(_ scalar: UInt32) -> Bool {
    guard !categories.isEmpty, let scalar = Unicode.Scalar(scalar) else { return false }
    return categories.contains(scalar.properties.generalCategory)
  }

  /// Letters, digits, the underscore, and everything beyond ASCII.
  static func isWord(_ scalar: UInt32) -> Bool {
    let lower = scalar | 0x20
    return (lower >= 97 && lower <= 122 && scalar < 128) || (scalar >= 48 && scalar <= 57)
      || scalar == 95 || scalar >= 128
  }

  private static func ranges(_ text: StaticString) -> [ClosedRange<UInt32>] {
    let bytes = "\(text)".unicodeScalars.map(\.value)
    return stride(from: 0, to: bytes.count - 1, by: 2).map { bytes[$0]...bytes[$0 + 1] }
  }

  /// The ranges of a class such as `alpha`, in ASCII; nil for a name that is none.
  static func named(_ name: String) -> [ClosedRange<UInt32>]? {
    switch name {
    case "alpha": ranges("azAZ")
    case "digit": ranges("09")
    case "alnum": ranges("azAZ09")
    case "upper": ranges("AZ")
    case "lower": ranges("az")
    case "xdigit": ranges("09afAF")
    case "space": [9...13, 32...32]
    case "blank": [9...9, 32...32]
    case "punct": [33...47, 58...64, 91...96, 123...126]
    case "cntrl": [0...31, 127...127]
    case "print": [32...126]
    case "graph": [33...126]
    case "word": ranges("azAZ09__") + [128...UInt32.max]
    default: nil
    }
  }
}
