import JSONText
import Testing

struct DocumentTests {
  @Test func findsMembersAndElements() throws {
    let root = try document(
      #" {"a": [1, {"b": null}, "x"], "\u0063": {"d": true, "e": false}, "é": "ü"} "#
    ).root
    #expect(root.kind == .object)
    #expect(root.members.map(\.key) == ["a", "c", "é"])
    #expect(root["a"]?.elements.map(\.kind) == [.number, .object, .string])
    #expect(root["a"]?.elements[1]["b"]?.isNull == true)
    #expect(root["c"]?["d"]?.bool == true)
    #expect(root["c"]?["e"]?.bool == false)
    #expect(root["é"]?.text == "ü")
    #expect(root["e\u{301}"] == nil)
    #expect(root["missing"] == nil)
    #expect(root["a"]?["b"] == nil)
    #expect(root.elements.isEmpty)
    #expect(root["a"]?.members.isEmpty == true)
    #expect(root["a"]?.text == nil)
  }

  @Test func tellsRangesAndPlaces() throws {
    let source = "{\r\n  \"a\": [10,\r\n    20]\r\n}"
    let root = try document(source).root
    let second = try #require(root["a"]?.elements[1])
    #expect(string(second.raw.array) == "20")
    #expect(second.place == (3, 5))
    #expect(root.members[0].keyRange == 5..<8)
    #expect(string(try #require(root["a"]).raw.array) == "[10,\r\n    20]")
  }

  @Test func keepsNumbersAsTheyAreSpelled() throws {
    let source = "[1.0,1e2,-0,12345678901234567890,7]"
    let root = try document(source).root
    #expect(string(root.json.written(indent: nil)) == source)
    #expect(root.elements.map(\.integer) == [1, 100, 0, nil, 7])
    #expect(root.elements[4].json == 7)
    #expect(try root.elements[0].json == .number(#require(Number("1.0"))))
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("-0.0e5", 0), ("0e999999999999999999999", 0), ("1", 1), ("1.0", 1),
    ("1.50e1", 15), ("100e-2", 1), ("1e2", 100), ("9223372036854775807", Int.max),
    ("-9223372036854775808", Int.min), ("-9.223372036854775808e18", Int.min),
    ("0.000001e6", 1), ("1000000000000000000000e-3", 1_000_000_000_000_000_000),
  ])
  func readsExactIntegers(_ spelling: String, _ value: Int) throws {
    #expect(try #require(Number(Text(spelling))).integer == value)
  }

  @Test(arguments: [
    "1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19",
    "1e99999999999999999999999", "-1e-99999999999999999999999", "10e18",
  ])
  func hasNoIntegerForOthers(_ spelling: String) throws {
    #expect(try #require(Number(Text(spelling))).integer == nil)
  }

  @Test(arguments: ["", "-", "+1", "01", ".5", "1.", "1e", "1e+", "NaN", "1 ", " 1", "0x1", "1,"])
  func refusesOtherSpellings(_ spelling: String) {
    #expect(Number(Text(spelling)) == nil)
  }

  @Test func readsDoubles() throws {
    #expect(try document("0.7").root.double == 0.7)
    #expect(try document("1e400").root.double == nil)
    #expect(try document("-1e400").root.double == nil)
    #expect(try document("1e-400").root.double == 0)
    #expect(try document("true").root.double == nil)
    #expect(Number(Double.nan) == nil)
    #expect(Number(-Double.infinity) == nil)
  }
}

struct BytesTests {
  @Test func slicesShareAndCountFromZero() {
    let bytes = Bytes([1, 2, 3, 4, 5])
    let slice = bytes[1..<4]
    #expect(slice.count == 3)
    #expect(slice[0] == 2)
    #expect(slice[1..<3].array == [3, 4])
    #expect(slice == Bytes([2, 3, 4]))
    #expect(slice != Bytes([2, 3, 5]))
    #expect(slice != Bytes([2, 3]))
    #expect(bytes[2..<2].isEmpty)
    #expect(bytes[5..<5] == Bytes([]))
  }

  @Test func takesLiterals() {
    let literal: StaticString = "aé"
    #expect(Bytes(literal).array == [0x61, 0xC3, 0xA9])
    #expect(Bytes("").isEmpty)
  }

  @Test func keepsTheOwnerAlive() {
    @safe final class Owner {
      let memory: UnsafeMutableRawBufferPointer
      init() {
        unsafe memory = .allocate(byteCount: 3, alignment: 1)
        unsafe memory.copyBytes(from: [7, 8, 9])
      }
      deinit { unsafe memory.deallocate() }
    }
    weak var seen: Owner?
    func make() -> Bytes {
      let owner = Owner()
      seen = owner
      return unsafe Bytes(keeping: owner, UnsafeRawBufferPointer(owner.memory))[1..<3]
    }
    var bytes: Bytes? = make()
    #expect(seen != nil)
    #expect(bytes?.array == [8, 9])
    bytes = nil
    #expect(seen == nil)
  }
}

struct TextTests {
  @Test func comparesBytes() {
    let composed = Text("\u{E9}")
    let decomposed = Text("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed)
    #expect(Text("a") < "aa")
    #expect("\(composed)x" as Text == "éx")
  }

  @Test func isAlwaysWellFormed() {
    #expect(Text(bytes: [0x61, 0xFF, 0x62]) == "a\u{FFFD}b")
    #expect(Text(bytes: [0xED, 0xA0, 0x80]).string.unicodeScalars.allSatisfy { $0 == "\u{FFFD}" })
    #expect(Text(bytes: [0xC3, 0xA9]) == "é")
  }

  @Test func searches() {
    let text: Text = "abcabd"
    #expect(text.contains("abd"))
    #expect(!text.contains("abe"))
    #expect(text.contains(""))
    #expect(!Text("").contains("a"))
    #expect(text.hasPrefix("abc"))
    #expect(!text.hasPrefix("abd"))
    #expect(text.hasSuffix("abd"))
    #expect(!text.hasSuffix("xabcabd"))
    #expect(text + "x" == "abcabdx")
    #expect(Text("").isEmpty)
  }

  @Test func quotes() {
    #expect(
      string(quoted("a\"\\\n\u{1}\u{7F}é/\u{2028}")) == #""a\"\\\n\u0001\u007fé/\u2028""#)
  }

  @Test func comparesStringsInPlace() throws {
    let source = Bytes(#"["abc","a\u0062c","a\\c","","\u0000", 12]"#)
    let ranges = try Document(source).root.elements.map(\.range)
    #expect(
      ranges.map { stringEquals(source, $0, "abc") } == [true, true, false, false, false, false])
    #expect(stringEquals(source, ranges[2], "a\\c"))
    #expect(!stringEquals(source, ranges[2], "a\\\\c"))
    #expect(stringEquals(source, ranges[3], ""))
    #expect(stringEquals(source, ranges[4], "\0"))
    #expect(!stringEquals(source, ranges[5], "12"))
    #expect(!stringEquals(source, ranges[5], ""))
    #expect(decodedString(source, ranges[1]) == "abc")
    #expect(decodedString(source, ranges[5]) == "12")
  }
}
