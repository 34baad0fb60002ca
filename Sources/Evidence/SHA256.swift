import CBytes
package import JSONText

/// The 32 bytes that SHA-256 makes of any content.
package struct Digest: Hashable, Sendable {
  /// The digest's bytes, always 32 of them.
  package let bytes: [UInt8]

  fileprivate init(state: [UInt32]) {
    bytes = state.flatMap { word in
      [UInt8(word >> 24), UInt8(word >> 16 & 0xFF), UInt8(word >> 8 & 0xFF), UInt8(word & 0xFF)]
    }
  }

  /// Reads 64 lower-case hexadecimal digits, the form that `sha256sum` writes; anything else is nil.
  package init?(hex: [UInt8]) {
    guard hex.count == 64 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(32)
    for i in stride(from: 0, to: 64, by: 2) {
      guard let high = Self.value(hex[i]), let low = Self.value(hex[i + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The digest as 64 lower-case hexadecimal digits.
  package var hex: Text {
    let digits = Array("0123456789abcdef".utf8)
    return Text(bytes: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The first 16 hexadecimal digits, for places where a person compares by eye.
  package var short: Text { Text(bytes: Array(hex.bytes.prefix(16))) }
}

/// SHA-256, fed piece by piece.
package struct SHA256: Sendable {
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  /// Begins with nothing fed.
  package init() {}

  /// Feeds the bytes of a buffer; whole blocks are folded in place, without a copy.
  package mutating func update(_ buffer: UnsafeRawBufferPointer) {
    length += UInt64(buffer.count)
    var rest = unsafe buffer
    if !pending.isEmpty {
      let missing = min(64 - pending.count, rest.count)
      unsafe pending.append(contentsOf: rest.prefix(missing))
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(missing))
      guard pending.count == 64 else { return }
      let block = pending
      unsafe block.withUnsafeBytes { unsafe fold($0, blocks: 1) }
      pending.removeAll(keepingCapacity: true)
    }
    let blocks = rest.count / 64
    if blocks > 0 {
      unsafe fold(rest, blocks: blocks)
    }
    unsafe pending.append(contentsOf: rest.dropFirst(blocks * 64))
  }

  /// Feeds bytes that a document keeps.
  package mutating func update(_ bytes: Bytes) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  /// Feeds an array.
  package mutating func update(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  private mutating func fold(_ buffer: UnsafeRawBufferPointer, blocks: Int) {
    guard let start = buffer.baseAddress else { return }
    unsafe state.withUnsafeMutableBufferPointer { state in
      unsafe cbytes_sha256_blocks(
        state.baseAddress, start.assumingMemoryBound(to: UInt8.self), blocks)
    }
  }

  /// The digest of all that was fed; the value itself can be fed on.
  package func finish() -> Digest {
    var last = self
    var tail: [UInt8] = [0x80]
    tail.append(contentsOf: repeatElement(0, count: (119 - pending.count) % 64))
    let bits = length << 3
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
    }
    last.update(tail)
    return Digest(state: last.state)
  }

  /// The digest of one piece of bytes.
  package static func hash(_ bytes: Bytes) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of an array.
  package static func hash(_ bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The digest of a text's bytes.
  package static func hash(_ text: Text) -> Digest { hash(text.bytes) }

  /// The digest of pieces as if they were one.
  package static func hash(_ pieces: [Bytes]) -> Digest {
    var hash = SHA256()
    for piece in pieces { hash.update(piece) }
    return hash.finish()
  }
}

/// A digest together with the states on the way to it, so that the digest of an edited copy need not begin anew.
package struct SteppedDigest: Sendable {
  /// The digest of all bytes.
  package let digest: Digest
  private let states: [SHA256]

  /// The number of bytes between two states that are kept.
  private static let step = 1 << 20

  /// Hashes bytes and keeps the states.
  package init(of bytes: Bytes) {
    var hash = SHA256()
    var states: [SHA256] = []
    var position = 0
    while position < bytes.count {
      states.append(hash)
      let end = min(position + Self.step, bytes.count)
      hash.update(bytes[position..<end])
      position = end
    }
    self.states = states
    digest = hash.finish()
  }

  /// The digest of pieces that are the hashed bytes up to an offset and whatever they like behind it.
  package func digest(of pieces: [Bytes], unchangedUpTo offset: Int) -> Digest {
    guard !states.isEmpty else { return SHA256.hash(pieces) }
    let index = min(offset / Self.step, states.count - 1)
    var hash = states[index]
    var skipped = index * Self.step
    for piece in pieces {
      let rest = min(skipped, piece.count)
      skipped -= rest
      hash.update(piece[rest..<piece.count])
    }
    return hash.finish()
  }
}
