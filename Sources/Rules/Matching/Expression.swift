/// A POSIX extended regular expression, compiled once, that no text can make slow.
///
/// Beyond POSIX it knows `\b \B \< \>`, `\d \s \w` with their opposites, `\n` and `\t`, in brackets too. There are no
/// back-references. Characters are those of UTF-8; case is folded in ASCII only.
package final class Expression: Sendable {
  private let automaton: Automaton

  /// `wholeWords`, the default, asks that no word character stands next to a match. `byLine` keeps `.` and `[^…]` within
  /// a line and lets `^` and `$` stand for its ends; what names the end of a line, as `\s` does, goes past it all the same.
  package convenience init(
    _ pattern: [UInt8], wholeWords: Bool = true, ignoringCase: Bool = false, byLine: Bool = false
  ) throws(PatternError) {
    var parser = ExpressionParser(pattern, ignoresCase: ignoringCase, byLine: byLine)
    try self.init(try parser.parse(), wholeWords: wholeWords, ignoringCase: ignoringCase)
  }

  /// An expression of a pattern that was read already.
  init(_ tree: PatternTree, wholeWords: Bool, ignoringCase: Bool) throws(PatternError) {
    var compiler = AutomatonCompiler(ignoresCase: ignoringCase)
    if wholeWords { try compiler.add(.assertion(.noWordBefore)) }
    try compiler.add(tree)
    if wholeWords { try compiler.add(.assertion(.noWordBehind)) }
    automaton = compiler.finished(Needles(tree, ignoresCase: ignoringCase))
  }

  package convenience init(
    _ pattern: String, wholeWords: Bool = true, ignoringCase: Bool = false, byLine: Bool = false
  ) throws(PatternError) {
    try self.init(
      Array(pattern.utf8), wholeWords: wholeWords, ignoringCase: ignoringCase, byLine: byLine)
  }

  /// Whether any part of the text matches.
  package func matches(_ text: [UInt8]) -> Bool { automaton.firstMatch(in: text) != nil }

  /// Whether any part of the text, taken as UTF-8, matches.
  package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

  /// The bytes of the leftmost match, and of those at the same place the longest.
  package func firstMatch(in text: [UInt8]) -> Range<Int>? { automaton.firstMatch(in: text) }

  /// All matches from left to right, none overlapping another; empty ones are left out.
  package func matches(in text: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var at = 0
    while at < text.count, let match = automaton.firstMatch(in: text, from: at) {
      if !match.isEmpty { found.append(match) }
      at = max(match.upperBound, match.lowerBound + 1)
    }
    return found
  }
}

/// What a pattern says, before it becomes a program.
indirect enum PatternTree {
  case empty
  case scalar(UInt32)
  case any
  case set(CharacterSet)
  case assertion(Automaton.Assertion)
  case sequence([PatternTree])
  case choice([PatternTree])
  case repetition(PatternTree, Int, Int?)
}

/// Turns trees into programs of bounded size.
struct AutomatonCompiler {
  private static let sizeLimit = 20_000
  private var automaton = Automaton()

  init(ignoresCase: Bool) { automaton.ignoresCase = ignoresCase }

  private mutating func emit(_ instruction: Automaton.Instruction) throws(PatternError) {
    if automaton.program.count >= Self.sizeLimit {
      throw PatternError(reason: .tooLarge, offset: 0)
    }
    automaton.program.append(instruction)
  }

  /// Appends the steps of a tree; fails when the program would grow past its limit.
  mutating func add(_ tree: PatternTree) throws(PatternError) {
    switch tree {
    case .empty: break
    case .scalar(let value): try emit(.scalar(value))
    case .any: try emit(.any)
    case .set(let set):
      automaton.sets.append(set)
      try emit(.set(automaton.sets.count - 1))
    case .assertion(let assertion): try emit(.assert(assertion))
    case .sequence(let parts): for part in parts { try add(part) }
    case .choice(let branches):
      var exits: [Int] = []
      for (index, branch) in branches.enumerated() {
        if index == branches.count - 1 {
          try add(branch)
          continue
        }
        let split = automaton.program.count
        try emit(.jump(0))
        try add(branch)
        exits.append(automaton.program.count)
        try emit(.jump(0))
        automaton.program[split] = .split(split + 1, automaton.program.count)
      }
      for exit in exits { automaton.program[exit] = .jump(automaton.program.count) }
    case .repetition(let inner, let least, let most):
      for _ in 0..<least { try add(inner) }
      guard let most else {
        let split = automaton.program.count
        try emit(.jump(0))
        try add(inner)
        try emit(.jump(split))
        automaton.program[split] = .split(split + 1, automaton.program.count)
        return
      }
      var splits: [Int] = []
      for _ in least..<max(least, most) {
        splits.append(automaton.program.count)
        try emit(.jump(0))
        try add(inner)
      }
      for split in splits { automaton.program[split] = .split(split + 1, automaton.program.count) }
    }
  }

  /// The program, closed by the step that reports a match.
  mutating func finished(_ needles: Needles?) -> Automaton {
    automaton.program.append(.match)
    automaton.needles = needles
    return automaton
  }
}
