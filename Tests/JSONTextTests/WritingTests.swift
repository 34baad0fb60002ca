import JSONText
import Testing

struct WritingTests {
  private let value: JSON = [
    "a": [1, true, nil, []], "b": [:], "c": ["d": "x\n", "e": [["f": -2]]],
  ]

  @Test func writesOnOneLine() {
    #expect(
      string(value.written(indent: nil))
        == #"{"a":[1,true,null,[]],"b":{},"c":{"d":"x\n","e":[{"f":-2}]}}"#)
  }

  @Test func writesOnLines() {
    #expect(
      string(value.written())
        == """
        {
          "a": [
            1,
            true,
            null,
            []
          ],
          "b": {},
          "c": {
            "d": "x\\n",
            "e": [
              {
                "f": -2
              }
            ]
          }
        }
        """)
    #expect(
      string((["a": 1] as JSON).written(indent: 4, newline: "\r\n")) == "{\r\n    \"a\": 1\r\n}")
    #expect(string((["a": 1] as JSON).written(indent: 0)) == "{\n\"a\": 1\n}")
    #expect(string(JSON.integer(.min).written()) == "-9223372036854775808")
  }

  @Test func comparesNumbersBySpelling() throws {
    #expect(try JSON.number(#require(Number("5"))) == 5)
    #expect(try JSON.number(#require(Number("5.0"))) != 5)
    #expect(JSON(Number(5)) == .integer(5))
    #expect(JSON.double(0.5) == JSON.number(try #require(Number("0.5"))))
    #expect(JSON.double(.nan) == .null)
    #expect(value["c"]?["e"]?[0]?["f"] == -2)
    #expect(value["x"] == nil)
    #expect(value["a"]?[9] == nil)
  }

  @Test func literalsInterpolate() {
    let name = "x"
    #expect("a\(name)" as JSON == .string("ax"))
  }
}
