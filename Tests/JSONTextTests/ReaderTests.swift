import JSONText
import Testing

struct ReaderTests {
  @Test(arguments: [
    ("", JSONError.Reason.noValue, 0, 1, 1),
    (" \n ", .noValue, 3, 2, 2),
    ("{\"a\":1,\n \"b\":2,}", .trailingComma, 14, 2, 7),
    ("[1,2,\r\n]", .trailingComma, 4, 1, 5),
    ("[1 2]", .unexpected(0x32, expected: .commaOrBracket), 3, 1, 4),
    ("{\"a\" 1}", .unexpected(0x31, expected: .colon), 5, 1, 6),
    ("{a:1}", .unexpected(0x61, expected: .keyOrBrace), 1, 1, 2),
    ("{\"a\":1 \"b\":2}", .unexpected(0x22, expected: .commaOrBrace), 7, 1, 8),
    ("{\"a\":1, 2}", .unexpected(0x32, expected: .key), 8, 1, 9),
    ("{\"a\":1", .endOfText(expected: .commaOrBrace), 6, 1, 7),
    ("[", .endOfText(expected: .valueOrBracket), 1, 1, 2),
    ("{\"a\":", .endOfText(expected: .value), 5, 1, 6),
    ("{} {}", .textAfterDocument, 3, 1, 4),
    ("1 // one", .comment, 2, 1, 3),
    ("[/*x*/1]", .comment, 1, 1, 2),
    ("[NaN]", .unknownWord, 1, 1, 2),
    ("[True]", .unknownWord, 1, 1, 2),
    ("[nul]", .unknownWord, 1, 1, 2),
    ("['a']", .unexpected(0x27, expected: .value), 1, 1, 2),
    ("[01]", .leadingZero, 1, 1, 2),
    ("[-]", .missingDigits(.integer), 1, 1, 2),
    ("[1.]", .missingDigits(.fraction), 1, 1, 2),
    ("[1e+]", .missingDigits(.exponent), 1, 1, 2),
    ("[\"a", .unterminatedString, 1, 1, 2),
    ("[\"a\nb\"]", .controlCharacter(0x0A), 3, 1, 4),
    ("[\"\\x\"]", .unknownEscape(0x78), 2, 1, 3),
    ("[\"\\u12g4\"]", .malformedUnicodeEscape, 2, 1, 3),
    ("[\"\\ud800\"]", .loneSurrogate, 2, 1, 3),
    ("[\"\\udc00\\ud800\"]", .loneSurrogate, 2, 1, 3),
    ("[\"\\ud800\\u0061\"]", .loneSurrogate, 2, 1, 3),
    (" \u{FEFF}{}", .misplacedByteOrderMark, 1, 1, 2),
    ("{}\u{FEFF}", .misplacedByteOrderMark, 2, 1, 3),
    ("\u{FEFF}\u{FEFF}{}", .misplacedByteOrderMark, 3, 1, 1),
    ("\u{FEFF}[x]", .unknownWord, 4, 1, 2),
    ("{\"a\":{\"b\":1},\n\"c\":{},\n  \"a\":2}", .duplicateKey("a"), 24, 3, 3),
  ])
  func namesReasonAndPlace(
    _ text: String, _ reason: JSONError.Reason, _ offset: Int, _ line: Int, _ column: Int
  ) {
    let verdict = Verdict(Array(text.utf8))
    #expect(verdict.isUnanimous)
    let expected = JSONError(reason: reason, offset: offset, line: line, column: column)
    #expect(verdict.document == expected)
  }

  @Test(arguments: [
    [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0x80], [0xE1, 0x80],
    [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80],
    [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xFE, 0xFE],
    [0xD0, 0xB0, 0xD0, 0xB0, 0xD0, 0xB0, 0xC1, 0xB0], [0xD0, 0xB0, 0xD0, 0xB0, 0xD0, 0xB0, 0xD0],
    [0xD0, 0xB0, 0xD0, 0xB0, 0xD0, 0xB0, 0xD0, 0xC0],
  ])
  func refusesMalformedUTF8(_ bytes: [UInt8]) {
    // At every distance from the blocks in which strings are read.
    for padding in 0..<20 {
      let start = [0x5B, 0x22] + Array(repeating: UInt8(0x78), count: padding)
      let verdict = Verdict(start + bytes + [0x22, 0x5D])
      #expect(verdict.isUnanimous)
      #expect(verdict.document?.reason == .malformedUTF8, "padding \(padding)")
      #expect(Verdict([0x7B, 0x22] + bytes + [0x22, 0x3A, 0x31, 0x7D]).document != nil)
    }
  }

  @Test func acceptsEveryCharacter() throws {
    var scalars: [Unicode.Scalar] = []
    for code in UInt32(0)...0x10FFFF where code % 7 == 0 || code < 0x900 || code > 0x10_FF00 {
      if let scalar = Unicode.Scalar(code) { scalars.append(scalar) }
    }
    var text = ""
    text.unicodeScalars.append(contentsOf: scalars)
    let json = JSON.text(text)
    #expect(try Document(Bytes(json.written())).root.text == Text(text))
  }

  @Test func knowsEveryEscape() throws {
    let node = try document(#""\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\ud83d\ude02\u0000""#).root
    #expect(node.text == Text("\"\\/\u{8}\u{C}\n\r\tAé€😂\0"))
  }

  @Test func toleratesByteOrderMarkAtTheStart() throws {
    let root = try document("\u{FEFF}{\"a\":1}").root
    #expect(root.range == 3..<10)
    #expect(root["a"]?.integer == 1)
    #expect(root["a"]?.place.column == 6)
  }

  @Test func limitsDepth() {
    let nested = { (depth: Int) in
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(error(of: nested(512)) == nil)
    #expect(error(of: nested(513))?.reason == .tooDeep(limit: 512))
    #expect(error(of: nested(513))?.offset == 512)
    let objects = String(repeating: #"{"a":"#, count: 100_000)
    #expect(error(of: objects)?.reason == .tooDeep(limit: 512))
    #expect(error(of: nested(100_000))?.reason == .tooDeep(limit: 512))
    #expect(throws: JSONError.self) { try Document(Bytes("[[1]]"), depthLimit: 1) }
    #expect(throws: Never.self) { try Document(Bytes("[1]"), depthLimit: 1) }
    #expect(throws: Never.self) { try Document(Bytes("1"), depthLimit: 0) }
    #expect(throws: JSONError.self) {
      try Document(Bytes(Array(nested(600).utf8)), depthLimit: 9999)
    }
  }

  @Test(arguments: [
    #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"\u0061":1,"\u0061":2}"#,
    #"{"":1,"":2}"#, #"[[{"x":{"k/":1,"k\/":2}}]]"#, #"{"é":1,"\u00e9":2}"#,
    #"{"😂":1,"\ud83d\ude02":2}"#,
  ])
  func refusesDuplicateKeys(_ text: String) {
    let verdict = Verdict(Array(text.utf8))
    #expect(verdict.isUnanimous)
    guard case .duplicateKey = verdict.document?.reason else {
      Issue.record("\(text) was not refused as it should be")
      return
    }
  }

  @Test(arguments: [
    // Composed and decomposed é are two names: bytes count, not looks.
    "{\"\u{E9}\":1,\"e\u{301}\":2}", #"{"a":1,"A":2}"#, #"{"a":{"a":1},"b":{"a":1}}"#,
    #"[{"a":1},{"a":1}]"#, #"{"a":1,"a ":2}"#, #"{"\\u0061":1,"a":2}"#,
  ])
  func acceptsDifferentKeys(_ text: String) {
    #expect(error(of: text) == nil)
  }

  /// Around the size at which an object gets a hash table, and far beyond it.
  @Test(arguments: [2, 31, 32, 33, 34, 64, 65, 1000, 20_000])
  func findsDuplicatesInLargeObjects(_ count: Int) {
    let members = (0..<count).map {
      #""key number \#($0) of many":{"key number \#($0) of many":0}"#
    }
    #expect(error(of: "{\(members.joined(separator: ","))}") == nil)
    for double in [0, count / 2, count - 1] {
      for key in ["key number \(double) of many", #"\u006bey number \#(double) of many"#] {
        let text = "{\(members.joined(separator: ",")),\"\(key)\":0}"
        let found = Verdict(Array(text.utf8))
        #expect(found.isUnanimous)
        #expect(found.document?.reason == .duplicateKey(Text("key number \(double) of many")))
      }
    }
  }

  @Test func keepsLargeObjectsApart() {
    // Large objects inside large objects, each with the same keys.
    let inner = "{" + (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
    let outer = "{" + (0..<40).map { "\"k\($0)\":\(inner)" }.joined(separator: ",") + "}"
    #expect(error(of: "[\(outer),\(outer),\(inner)]") == nil)
    #expect(error(of: "[\(outer),{\"x\":\(inner),\"x\":\(inner)}]")?.reason == .duplicateKey("x"))
  }

  @Test func messagesAreSentencesWithoutLongKeys() {
    #expect(error(of: #"{"a":1,"a":2}"#)?.message == #"duplicate key "a""#)
    let key = String(repeating: "é", count: 100_000)
    let message = error(of: "{\"\(key)\":1,\"\(key)\":2}")?.message ?? ""
    #expect(message.utf8.count < 120)
    #expect(error(of: "[1,]")?.description == "line 1, column 3: a comma after the last entry")
  }
}
