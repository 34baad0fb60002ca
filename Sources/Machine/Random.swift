/// Chance: the system's, or a fixed sequence that a seed determines.
package struct Random: Sendable {
  private enum Source: Sendable {
    case system(SystemCalls)
    case seeded(Counter)
  }

  private let source: Source

  /// Numbers of the system.
  package init(calls: SystemCalls) { source = .system(calls) }

  /// The sequence of a seed (SplitMix64, whose state is one number that threads can count up).
  package init(seed: UInt64) { source = .seeded(Counter(Int64(bitPattern: seed))) }

  /// A seed from text: a decimal number is itself, other text its FNV-1a hash.
  package init(seed text: String) {
    if let number = UInt64(text), text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) {
      self.init(seed: number)
    } else {
      let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
      }
      self.init(seed: hash)
    }
  }

  /// Whether a seed determines the numbers.
  package var fixed: Bool {
    if case .seeded = source { return true }
    return false
  }

  /// The next number.
  ///
  /// Names are made of it, never secrets: should the system refuse, clock and process number do.
  package func uint64() -> UInt64 {
    switch source {
    case .seeded(let counter):
      return Random.mix(UInt64(bitPattern: counter.add(Int64(bitPattern: Random.step))))
    case .system(let calls):
      var number: UInt64 = 0
      let isDrawn = unsafe withUnsafeMutableBytes(of: &number) { buffer in
        (try? unsafe calls.random(buffer)) != nil
      }
      if isDrawn { return number }
      let process = UInt64(UInt32(bitPattern: calls.processID)) << 32
      return Random.mix(UInt64(bitPattern: calls.now() &+ calls.monotonic()) ^ process)
    }
  }

  /// The next `count` bytes.
  package func bytes(_ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + 7)
    while result.count < count {
      let number = uint64()
      for shift in stride(from: 56, through: 0, by: -8) {
        result.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
      }
    }
    return Array(result.prefix(count))
  }

  /// The next `count` digits, lower-case hexadecimal.
  package func hex(_ count: Int) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let drawn = bytes((count + 1) / 2)
    let text = drawn.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text.prefix(count), as: UTF8.self)
  }

  private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func mix(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
