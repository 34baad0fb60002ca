import Foundation

/// A repeatable random source; the seed is printed and can be given again in CONDUCTOR_TEST_SEED.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(for test: String) {
    let given = ProcessInfo.processInfo.environment["CONDUCTOR_TEST_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 1...UInt64(UInt32.max))
    print("\(test): CONDUCTOR_TEST_SEED=\(seed)")
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}

/// Text made of everything that has ever upset a terminal or a table.
func unrulyText(_ random: inout SeededRandom, upTo length: Int) -> String {
  let pieces = [
    "a", "Z", "7", " ", "-", "\\", "\u{1b}[31m", "\n", "\r\n", "\t", "\u{7f}", "\u{85}", "\u{9b}",
    "\u{202e}", "\u{2066}", "\u{2028}", "\u{feff}", "\u{200b}", "é", "e\u{301}", "漢", "한", "ｶ", "😀",
    "👩‍👩‍👧", "🇪🇺", "❤️", "\u{301}", "\u{fffd}", "ـ", "\u{e0041}", "…", "'", "\"", "`", "$(x)",
  ]
  return (0..<Int.random(in: 0...length, using: &random)).map { _ in
    pieces.randomElement(using: &random) ?? ""
  }.joined()
}
