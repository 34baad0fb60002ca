import JSONText
import Rules
import Testing

/// Reading schemas and holding values against them, beyond what the published suite asks.
@Suite struct SchemaTests {
  private func node(_ text: String) throws -> Node {
    try Document(Bytes(Array(text.utf8))).root
  }

  private func findings(_ schema: String, _ value: String) throws -> [String] {
    try Schema(node(schema)).findings(in: node(value)).map {
      "\($0.line):\($0.column) \($0.pointer) \($0.text)"
    }
  }

  private func refusal(_ schema: String) -> SchemaFault? {
    do {
      _ = try Schema(try node(schema))
      return nil
    } catch {
      return error as? SchemaFault
    }
  }

  // MARK: Reading

  @Test(
    arguments: [
      (##"{"patern": "a"}"##, 1, #"did you mean "pattern"?"#),
      (##"{"properties": {"a": {"typ": "string"}}}"##, 22, #""type""#),
      (##"{"unevaluatedProperties": false}"##, 1, "unknown keyword"),
      (##"{"$dynamicRef": "#a"}"##, 1, "unknown keyword"),
      (##"{"type": "sting"}"##, 9, #""string"?"#), (##"{"type": []}"##, 9, "at least one"),
      (##"{"minLength": -1}"##, 14, "whole number"), (##"{"minLength": 1.5}"##, 14, "whole number"),
      (##"{"maximum": "1"}"##, 12, "a number"), (##"{"multipleOf": 0}"##, 15, "above 0"),
      (##"{"multipleOf": -2}"##, 15, "above 0"),
      (##"{"multipleOf": 1234567890123456789}"##, 15, "18 digits"),
      (##"{"required": "a"}"##, 13, "array of strings"), (##"{"allOf": []}"##, 10, "not empty"),
      (##"{"items": [true]}"##, 10, "a schema is"), (##"{"enum": 1}"##, 9, "array of values"),
      (##"{"uniqueItems": 1}"##, 16, "true or false"),
      (##"{"pattern": "("}"##, 12, "unclosed group"),
      (##"{"patternProperties": {"[": true}}"##, 23, "bad pattern"),
      (##"{"$schema": "http://json-schema.org/draft-07/schema#"}"##, 12, "2020-12"),
      (##"{"properties": {"a": {"$id": "x"}}}"##, 29, "at the top"),
      (##"{"$ref": "#/$defs/a"}"##, 9, "nothing stands"),
      (##"{"$ref": "other.json"}"##, 9, "same schema"),
      (##"{"$ref": "#"}"##, 0, "back to itself"),
      (##"{"if": {"$ref": "#"}}"##, 0, "back to itself"),
      (
        ##"{"$defs": {"a": {"allOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}"##,
        0, "back to itself"
      ),
    ] as [(String, Int, String)])
  func aSchemaThatSaysMoreThanIsKnownIsRefusedAtItsPlace(
    schema: String, offset: Int, words: String
  ) throws {
    let fault = try #require(refusal(schema), "\(schema)")
    #expect(fault.text.string.contains(words), "\(schema): \(fault.text)")
    if offset > 0 { #expect(fault.range.lowerBound == offset, "\(schema)") }
  }

  @Test func chainsOfReferencesHaveAnEnd() throws {
    func chain(_ count: Int) -> String {
      let links = (0..<count).map { ##""d\##($0)": {"$ref": "#/$defs/d\##($0 + 1)"}"## }
      return
        ##"{"$ref": "#/$defs/d0", "$defs": {\##(links.joined(separator: ", ")), "d\##(count)": {}}}"##
    }
    #expect(refusal(chain(90)) == nil)
    #expect(refusal(chain(110))?.text.string.contains("in turn") == true)
    #expect(refusal(chain(5_000))?.text.string.contains("in turn") == true)
  }

  // MARK: Holding values against it

  @Test func everyFaultIsNamedWithPointerAndPlace() throws {
    let schema = """
      {"type": "object", "required": ["a", "b"], "additionalProperties": false,
       "properties": {"a": {"type": "array", "items": {"type": "integer"}}, "a/b~": {"const": 1}}}
      """
    let value = "{\"a\": [1, \"x\", 2.5],\n \"a/b~\": 2, \"aa\": 0}"
    #expect(
      try findings(schema, value) == [
        "1:1  b is missing", "1:11 /a/1 must be a whole number, not the string \"x\"",
        "1:16 /a/2 must be a whole number, not the number 2.5",
        "2:10 /a~1b~0 must be 1, not the number 2",
        "2:13 /aa unknown key \"aa\"; did you mean \"a\"?",
      ])
  }

  @Test func ofSeveralSchemasTheOneForThisKindOfValueSpeaks() throws {
    let schema = """
      {"anyOf": [{"type": "string"}, {"type": "object", "required": ["run"]}]}
      """
    #expect(try findings(schema, "{}") == ["1:1  run is missing"])
    #expect(try findings(schema, "5") == ["1:1  must be a string or an object, not the number 5"])
    let numbers = #"{"oneOf": [{"minimum": 3}, {"multipleOf": 5}]}"#
    #expect(try findings(numbers, "5") == ["1:1  fits 2 schemas, of which exactly one must fit"])
    #expect(
      try findings(numbers, "1") == ["1:1  fits none of the 2 schemas, one of which must fit"])
  }

  @Test(
    arguments: [
      (#"{"const": 1}"#, "1.0", true), (#"{"const": 100}"#, "1e2", true),
      (#"{"const": 0}"#, "-0.0", true),
      (#"{"const": {"a": 1, "b": [2]}}"#, #"{"b": [2.0], "a": 1}"#, true),
      (#"{"const": "é"}"#, #""e\#u{301}""#, false), (#"{"const": "a"}"#, #""\u0061""#, true),
      (#"{"const": 12345678901234567890}"#, "12345678901234567891", false),
      (#"{"maximum": 12345678901234567890}"#, "12345678901234567891", false),
      (#"{"maximum": 1e400}"#, "1e399", true), (#"{"minimum": -1e400}"#, "-1e401", false),
      (#"{"exclusiveMaximum": 0.1}"#, "0.10", false), (#"{"exclusiveMinimum": -0.1}"#, "0", true),
      (#"{"multipleOf": 0.1}"#, "0.3", true), (#"{"multipleOf": 0.1}"#, "0.35", false),
      (#"{"multipleOf": 0.01}"#, "19.99", true), (#"{"multipleOf": 3}"#, "1e30", false),
      (#"{"multipleOf": 7}"#, "700000000000000000000000000007", true),
      (#"{"multipleOf": 0.5}"#, "1e999999999999", true), (#"{"multipleOf": 3}"#, "0", true),
      (#"{"type": "integer"}"#, "1e400", true), (#"{"type": "integer"}"#, "1.5e0", false),
      (#"{"maxLength": 1}"#, #""🐲""#, true), (#"{"maxLength": 1}"#, #""\#u{65}\#u{301}""#, false),
      (#"{"uniqueItems": true}"#, #"[{"a": 1, "b": 2}, {"b": 2, "a": 1.0}]"#, false),
      (#"{"uniqueItems": true}"#, #"["1", 1, true, null, [], {}]"#, true),
      (#"{"enum": []}"#, "1", false), (#"{"minContains": 2}"#, "[]", true), ("false", "1", false),
    ] as [(String, String, Bool)])
  func valuesAreHeldAgainstASchemaByWhatTheyAre(
    schema: String, value: String, fits: Bool
  ) throws {
    #expect(try findings(schema, value).isEmpty == fits, "\(schema) \(value)")
  }

  /// Each definition asks twice for the next one, so that without memory the last is asked 2^40 times.
  @Test func aValueIsHeldAgainstASchemaOnlyOnce() throws {
    let half = (0..<40).map {
      ##""d\##($0)": {"allOf": [{"$ref": "#/$defs/d\##($0 + 1)"}, {"$ref": "#/$defs/d\##($0 + 1)"}]}"##
    }
    let most =
      ##"{"$ref": "#/$defs/d0", "$defs": {\##(half.joined(separator: ", ")), "d40": {"type": "string"}}}"##
    #expect(try findings(most, "1") == ["1:1  must be a string, not the number 1"])
    #expect(try findings(most, "\"x\"") == [])
  }

  @Test func aValueThatIsNestedTooDeeplyIsAFaultWhateverTheSchemaSays() throws {
    let schema = ##"{"not": {"type": "string"}, "items": {"$ref": "#"}}"##
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(try findings(schema, nested(100)) == [])
    let deep = try findings(schema, nested(500))
    #expect(deep.count == 1 && deep[0].contains("too deeply"), "\(deep)")
  }

  @Test func manyFaultsAreCounted() throws {
    let value = "[" + Array(repeating: "1", count: 1000).joined(separator: ",") + "]"
    let all = try findings(#"{"items": {"type": "string"}}"#, value)
    #expect(all.count == 200 && all.last?.contains("and 800 more faults") == true)
  }
}
