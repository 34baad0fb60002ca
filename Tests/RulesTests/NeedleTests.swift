import TestSupport
import Testing

@testable import Rules

@Suite("Texts that a pattern needs")
struct NeedleTests {
  /// Patterns that are made at random find in random texts what they find without the shortcut.
  @Test func noMatchIsLost() throws {
    var random = SeededRandom(41)
    for _ in 0..<3000 {
      let ignoresCase = Bool.random(using: &random)
      let tree = Self.tree(&random, depth: 3)
      var compiler = AutomatonCompiler(ignoresCase: ignoresCase)
      try compiler.add(tree)
      let plain = compiler.finished(nil)
      var quick = plain
      quick.needles = Needles(tree, ignoresCase: ignoresCase)
      for _ in 0..<8 {
        let letters: [UInt8] = Array("abAB.é".utf8)
        let count = Int.random(in: 0...12, using: &random)
        let text = (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &random)]
        }
        #expect(
          plain.firstMatch(in: text) == quick.firstMatch(in: text), "\(tree) \(text)")
      }
    }
  }

  @Test func wholeWordsOfAPatternAreNeeded() {
    let word = PatternTree.sequence("drop".unicodeScalars.map { .scalar($0.value) })
    let space = PatternTree.repetition(.set(CharacterSet(ranges: [32...32])), 1, nil)
    let needles = Needles(.sequence([word, space, .choice([word, word])]), ignoresCase: true)
    #expect(needles?.occur(in: Array("please DROP it".utf8)) == true)
    #expect(needles?.occur(in: Array("please keep it".utf8)) == false)
    #expect(Needles(.choice([word, .any]), ignoresCase: false) == nil)
  }

  private static func tree(_ random: inout SeededRandom, depth: Int) -> PatternTree {
    let kind = Int.random(in: 0..<(depth == 0 ? 4 : 7), using: &random)
    switch kind {
    case 0, 1: return .scalar([0x61, 0x62][Int.random(in: 0...1, using: &random)])
    case 2: return [.any, .empty, .assertion(.wordEdge)][Int.random(in: 0...2, using: &random)]
    case 3: return .set(CharacterSet(ranges: [0x61...0x61], isNegated: Bool.random(using: &random)))
    case 4:
      return .choice((0..<2).map { _ in tree(&random, depth: depth - 1) })
    case 5:
      let least = Int.random(in: 0...2, using: &random)
      return .repetition(
        tree(&random, depth: depth - 1), least, Bool.random(using: &random) ? nil : 3)
    default: return .sequence((0..<3).map { _ in tree(&random, depth: depth - 1) })
    }
  }
}
