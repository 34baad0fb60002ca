/// Plain texts one of which stands in every text that a pattern matches, so that most texts need no closer look.
struct Needles: Sendable {
  private let texts: [[UInt8]]
  private let ignoresCase: Bool

  private static let limit = 16

  /// Finds the best such texts of a pattern; nil where there are none.
  init?(_ tree: PatternTree, ignoresCase: Bool) {
    guard let texts = Self.texts(tree) else { return nil }
    self.texts = texts
    self.ignoresCase = ignoresCase
  }

  /// Whether one of them occurs in a text.
  func occur(in text: [UInt8]) -> Bool {
    texts.contains { occurs($0, in: text) }
  }

  private func occurs(_ needle: [UInt8], in text: [UInt8]) -> Bool {
    guard needle.count <= text.count else { return false }
    let first = needle[0]
    let other = ignoresCase && first.isLowercaseLetter ? first & 0xDF : first
    for start in 0...(text.count - needle.count)
    where text[start] == first || text[start] == other {
      if holds(needle, text, start) { return true }
    }
    return false
  }

  private func holds(_ needle: [UInt8], _ text: [UInt8], _ start: Int) -> Bool {
    for offset in 1..<max(1, needle.count) {
      let byte = text[start + offset]
      let expected = needle[offset]
      if byte == expected { continue }
      guard ignoresCase, expected.isLowercaseLetter, byte == expected & 0xDF else { return false }
    }
    return true
  }

  /// The texts of which every match holds one; the longer the shortest of them, the better.
  private static func texts(_ tree: PatternTree) -> [[UInt8]]? {
    switch tree {
    case .scalar(let value): return value < 128 ? [[UInt8(value)]] : nil
    case .sequence(let parts): return best(of: parts)
    case .choice(let branches):
      var union: [[UInt8]] = []
      for branch in branches {
        guard let found = texts(branch) else { return nil }
        union += found
      }
      return union.isEmpty || union.count > limit ? nil : union
    case .repetition(let inner, let least, _): return least > 0 ? texts(inner) : nil
    case .empty, .any, .set, .assertion: return nil
    }
  }

  private static func best(of parts: [PatternTree]) -> [[UInt8]]? {
    var candidates: [[[UInt8]]] = []
    var run: [UInt8] = []
    func endRun() {
      if !run.isEmpty { candidates.append([run]) }
      run = []
    }
    for part in parts {
      switch part {
      case .scalar(let value) where value < 128: run.append(UInt8(value))
      case .assertion, .empty: break
      default:
        endRun()
        if let found = texts(part) { candidates.append(found) }
      }
    }
    endRun()
    func worth(_ texts: [[UInt8]]) -> Int { texts.map(\.count).min() ?? 0 }
    return candidates.max { worth($0) < worth($1) }
  }
}

extension UInt8 {
  fileprivate var isLowercaseLetter: Bool { (0x61...0x7A).contains(self) }
}
