import JSONText
import TestSupport
import Testing

struct CanonicalTests {
  private func canonical(_ text: String) throws -> String {
    string(try document(text).root.json.canonical())
  }

  @Test func sortsByUTF16Units() throws {
    // U+1D11E is spelled D834 DD1E in UTF-16 and so comes before U+FB33, unlike in UTF-8.
    #expect(
      try canonical(#"{"\ufb33":1,"\ud834\udd1e":2,"é":3,"a":4,"aa":5,"":6}"#)
        == #"{"":6,"a":4,"aa":5,"é":3,"𝄞":2,"דּ":1}"#)
  }

  @Test func keepsDeleteAndEscapesControls() throws {
    #expect(try canonical("[\"\u{7F}\\u0000\\u001f\\b\\/\"]") == "[\"\u{7F}\\u0000\\u001f\\b/\"]")
  }

  @Test func layoutsNumbersLikeECMAScript() throws {
    #expect(
      try canonical("[-0, 1E30, 4.50, 2e-3, 1e21, 1e20, 0.0000001, 0.000001, 123456789012345678]")
        == "[0,1e+30,4.5,0.002,1e+21,100000000000000000000,1e-7,0.000001,123456789012345680]")
  }

  @Test func refusesNumbersThatAreNotFinite() throws {
    let number = try #require(Number("-1e400"))
    #expect(throws: CanonicalError.numberOutOfRange(number)) { try JSON.number(number).canonical() }
  }

  @Test func refusesDuplicateKeys() {
    let value: JSON = ["a": 1, "b": [["c": 1, "c": 2]]]
    #expect(throws: CanonicalError.duplicateKey("c")) { try value.canonical() }
  }
}

@Suite(.enabled(if: Suites.has("jcs/testdata"), "CONDUCTOR_SUITES names no RFC 8785 vectors"))
struct CanonicalSuiteTests {
  @Test(arguments: ["arrays", "french", "structures", "unicode", "values", "weird"])
  func matchesPublishedDocuments(_ name: String) throws {
    let input = try Document(Bytes(try Suites.read("jcs/testdata/input/\(name).json")))
    let bytes = try input.root.json.canonical()
    #expect(bytes == (try Suites.read("jcs/testdata/output/\(name).json")))
    let hexadecimal = string(try Suites.read("jcs/testdata/outhex/\(name).txt"))
    let expected = hexadecimal.split(whereSeparator: \.isWhitespace).map { UInt8($0, radix: 16) }
    #expect(bytes == expected)
    // What is canonical stays as it is.
    #expect(try Document(Bytes(bytes)).root.json.canonical() == bytes)
  }

  @Test func matchesPublishedNumbers() throws {
    let text = string(try Suites.read("jcs/es6numbers-10000.txt"))
    var count = 0
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ",")
      let bits = try #require(UInt64(parts[0], radix: 16))
      let value = Double(bitPattern: bits)
      let number = try #require(Number(value), "\(line)")
      #expect(number.spelling == Text(String(parts[1])), "\(line)")
      #expect(string(try JSON.double(value).canonical()) == parts[1], "\(line)")
      // The spelling means the same number again (minus zero alone loses its sign).
      #expect(number.double == value, "\(line)")
      count += 1
    }
    #expect(count == 10_000)
  }
}
