import CBytes
import JSONText
import Testing

@testable import Evidence

@Suite struct SHA256Tests {
  /// Published examples: FIPS 180-2, appendix B, and the empty message.
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func matchesPublishedVectors(message: String, digest: String) {
    #expect(SHA256.hash(Text(message)).hex == Text(digest))
  }

  @Test func matchesTheMillionLetters() {
    let message = Array(repeating: UInt8(ascii: "a"), count: 1_000_000)
    #expect(
      SHA256.hash(message).hex
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func feedingInPiecesGivesTheSameDigest() {
    let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 127, 128, 129, 1000] {
      let whole = SHA256.hash(Array(message.prefix(length)))
      for step in [1, 3, 63, 64, 65, 200] {
        var hash = SHA256()
        var rest = message.prefix(length)
        while !rest.isEmpty {
          hash.update(Array(rest.prefix(step)))
          rest = rest.dropFirst(step)
        }
        #expect(hash.finish() == whole, "length \(length) in steps of \(step)")
      }
    }
  }

  @Test func specialInstructionsAgreeWithThePortableCode() {
    let message = (0..<6400).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 3) }
    var fast: [UInt32] = [1, 2, 3, 4, 5, 6, 7, 8]
    var portable = fast
    unsafe cbytes_sha256_blocks(&fast, message, 100)
    unsafe cbytes_sha256_blocks_portable(&portable, message, 100)
    #expect(fast == portable)
  }

  @Test func readsBackItsOwnDigitsAndNothingElse() {
    let digest = SHA256.hash("abc")
    #expect(Digest(hex: digest.hex.bytes) == digest)
    #expect(Digest(hex: Array(digest.hex.bytes.dropLast())) == nil)
    #expect(Digest(hex: Array(digest.hex.string.uppercased().utf8)) == nil)
  }

  @Test func anEditedCopyHasTheDigestOfItsBytes() {
    let bytes = Bytes((0..<(3 << 20) + 77).map { UInt8(truncatingIfNeeded: $0 &* 13 ^ $0 >> 9) })
    let stepped = SteppedDigest(of: bytes)
    #expect(stepped.digest == SHA256.hash(bytes))
    for offset in [0, 1, 63, 1 << 20, 1 << 20 + 1, 3 << 20, bytes.count] {
      let pieces = [bytes[0..<offset], Bytes("new"), bytes[offset..<bytes.count]]
      #expect(
        stepped.digest(of: pieces, unchangedUpTo: offset) == SHA256.hash(pieces), "offset \(offset)"
      )
    }
    let nothing = SteppedDigest(of: Bytes([]))
    #expect(nothing.digest(of: [Bytes("x")], unchangedUpTo: 0) == SHA256.hash("x"))
  }
}
