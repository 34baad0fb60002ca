import JSONText
import TestSupport
import Testing

/// Damaged bytes never crash a reader, and all readers agree on them.
struct MutationTests {
  @Test func readersAgreeOnDamagedDocuments() throws {
    var random = SeededRandom(5)
    let fragments = [
      "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u", "\\ud800", "\\u0061", "0", "-", "e", "true",
      "\u{FEFF}", "é", "\n", "\0", "//", "\"id\":",
    ]
    var accepted = 0
    for _ in 0..<3000 {
      var writer = RandomDocument(random)
      var bytes = writer.backlog()
      random = writer.random
      for _ in 0...random.below(3) {
        let at = random.below(bytes.count + 1)
        switch random.below(5) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
        case 1: bytes.insert(contentsOf: Array(random.pick(fragments).utf8), at: at)
        case 2: bytes.removeSubrange(min(at, bytes.count)..<min(at + 1, bytes.count))
        case 3: bytes.removeSubrange(at...)
        default:
          guard at < bytes.count else { continue }
          bytes[at] = UInt8.random(in: 0...255, using: &random)
        }
      }
      let verdict = Verdict(bytes)
      #expect(verdict.isUnanimous, "\(bytes)")
      if verdict.isAccepted { accepted += 1 }
      if let fault = verdict.document {
        #expect(fault.offset >= 0 && fault.offset <= bytes.count)
        #expect(fault.line >= 1 && fault.column >= 1)
        #expect(!fault.message.isEmpty)
      }
      // Well-formed UTF-8 is what the standard library says it is.
      if verdict.isAccepted { #expect(String(validating: bytes, as: UTF8.self) != nil) }
    }
    // Else the test would only ever see one side.
    #expect(accepted > 50)
  }

  /// Every beginning of a document is refused, and only the whole is accepted.
  @Test func refusesEveryBeginning() {
    var writer = RandomDocument(SeededRandom(6))
    var bytes = writer.backlog()
    while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
    for count in 0..<bytes.count {
      let verdict = Verdict(Array(bytes[..<count]))
      #expect(verdict.isUnanimous && !verdict.isAccepted, "\(string(Array(bytes[..<count])))")
    }
    #expect(Verdict(bytes).isAccepted)
  }

  /// A string is well-formed UTF-8 exactly where the standard library says so.
  @Test func agreesWithTheStandardLibraryOnUTF8() {
    var random = SeededRandom(7)
    let leads: [UInt8] = [
      0x20, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xD0, 0xDF, 0xE0,
      0xE1,
      0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
    ]
    let whole = ["é", "я", "€", "😂", " ", "ab", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{10FFFF}"]
    var accepted = 0
    for _ in 0..<20_000 {
      var body: [UInt8] = []
      while !random.oneIn(12) { body += Array(random.pick(whole).utf8) }
      if !random.oneIn(3) {
        body.insert(random.pick(leads), at: random.below(body.count + 1))
      }
      let isValid = String(validating: body, as: UTF8.self) != nil
      let fault = error { () throws(JSONError) in try validate(Bytes([0x22] + body + [0x22])) }
      #expect((fault == nil) == isValid, "\(body)")
      if isValid { accepted += 1 }
    }
    #expect(accepted > 1000)
  }

  @Test func readersAgreeOnRandomBytes() {
    var random = SeededRandom(8)
    for _ in 0..<2000 {
      let bytes = (0..<(2 + random.below(40))).map { _ in UInt8.random(in: 0...255, using: &random)
      }
      #expect(Verdict(bytes).isUnanimous)
    }
  }
}
