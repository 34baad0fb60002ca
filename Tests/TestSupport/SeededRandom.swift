#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Random numbers that a printed seed repeats.
package struct SeededRandom: RandomNumberGenerator {
  /// The seed of this run: from the environment, else a new one.
  package static let seed: UInt64 = {
    let seed =
      variable("CONDUCTOR_TEST_SEED").flatMap(UInt64.init) ?? .random(in: 0...99_999_999)
    print("CONDUCTOR_TEST_SEED=\(seed)")
    return seed
  }()

  private var state: UInt64

  /// A stream of its own for each use of the seed.
  package init(_ stream: UInt64) {
    state = Self.seed &* 0x9E37_79B9_7F4A_7C15 &+ stream &* 0xD1B5_4A32_D192_ED03
  }

  /// The next number (the SplitMix64 generator).
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number below a bound.
  package mutating func below(_ bound: Int) -> Int {
    Int.random(in: 0..<bound, using: &self)
  }

  /// True once in so many times.
  package mutating func oneIn(_ count: Int) -> Bool {
    below(count) == 0
  }

  /// One of the values.
  package mutating func pick<Value>(_ values: [Value]) -> Value {
    values[below(values.count)]
  }
}
