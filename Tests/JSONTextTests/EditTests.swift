import JSONText
import Testing

/// What edits look like, example by example; the random tests guard that they are right.
struct EditTests {
  private func edit(_ text: String, _ body: (inout Edit, Node) throws -> Void) throws -> String {
    let document = try document(text)
    var edit = Edit(document.bytes)
    try body(&edit, document.root)
    let result = edit.edited
    #expect(throws: Never.self, "\(string(result))") { try Document(Bytes(result)) }
    return string(result)
  }

  private func expect(
    _ source: String, toBecome expected: String, _ body: (inout Edit, Node) throws -> Void
  ) throws {
    let result = try edit(source, body)
    #expect(result == expected)
  }

  private let claim: JSON = ["by": "x", "number": 3]

  @Test func claimsInLines() throws {
    let source = """
      {
        "items": [
          {
            "id": "a",
            "status": "pending",
            "notes": "n"
          }
        ],
        "history": []
      }

      """
    let result = try edit(source) { edit, root in
      let item = try #require(root["items"]?.elements[0])
      edit.replace(try #require(item["status"]).range, with: "in_progress")
      edit.insertMember("claim", claim, into: item, after: "status")
      edit.appendElement(["id": "a", "n": 1], toArray: try #require(root["history"]).range)
    }
    #expect(
      result == """
        {
          "items": [
            {
              "id": "a",
              "status": "in_progress",
              "claim": {
                "by": "x",
                "number": 3
              },
              "notes": "n"
            }
          ],
          "history": [
            {
              "id": "a",
              "n": 1
            }
          ]
        }

        """)
  }

  @Test(arguments: [
    (#"{"a":1,"b":2}"#, #"{"a":1,"claim":{"by":"x","number":3},"b":2}"#),
    (#"{"a": 1, "b": 2}"#, #"{"a": 1, "claim": {"by": "x", "number": 3}, "b": 2}"#),
    (
      #"{ "a" : 1 , "b" : 2 }"#,
      #"{ "a" : 1 , "claim" : { "by" : "x" , "number" : 3 } , "b" : 2 }"#
    ),
    (#"{"a":1}"#, #"{"a":1,"claim":{"by":"x","number":3}}"#),
    (#"{"a": 1}"#, #"{"a": 1, "claim": {"by": "x", "number": 3}}"#),
    (#"{ "a": 1 }"#, #"{ "a": 1, "claim": { "by": "x", "number": 3 } }"#),
    ("{}", #"{"claim": {"by": "x", "number": 3}}"#),
    ("{ }", #"{ "claim": {"by": "x", "number": 3} }"#),
    (
      "{\n\t\"a\": 1,\n\n\t\"b\": 2\n}\n",
      "{\n\t\"a\": 1,\n\t\"claim\": {\n\t\t\"by\": \"x\",\n\t\t\"number\": 3\n\t},\n\n\t\"b\": 2\n}\n"
    ),
    (
      "{\r\n  \"a\": 1\r\n}",
      "{\r\n  \"a\": 1,\r\n  \"claim\": {\r\n    \"by\": \"x\",\r\n    \"number\": 3\r\n  }\r\n}"
    ),
    (
      "{ \"a\": 1\n, \"b\": 2\n}",
      "{ \"a\": 1\n, \"claim\": {\n  \"by\": \"x\",\n  \"number\": 3\n}\n, \"b\": 2\n}"
    ),
    ("{}\n", "{\n  \"claim\": {\n    \"by\": \"x\",\n    \"number\": 3\n  }\n}\n"),
  ])
  func insertsInTheStyleOfTheObject(_ source: String, _ expected: String) throws {
    let result = try edit(source) { edit, root in
      edit.insertMember("claim", claim, into: root, after: "a")
    }
    #expect(result == expected)
    try expect(result, toBecome: source) { edit, root in
      edit.removeMember("claim", from: root)
    }
  }

  @Test func keepsPackedLines() throws {
    let source = "[\n  { \"id\": 1, \"status\": \"p\",\n    \"notes\": 2 }\n]"
    let result = try edit(source) { edit, root in
      edit.insertMember("claim", [1], into: root.elements[0], after: "status")
    }
    #expect(
      result == "[\n  { \"id\": 1, \"status\": \"p\", \"claim\": [1],\n    \"notes\": 2 }\n]")
  }

  @Test(arguments: [
    (#"{"h":[]}"#, #"{"h":[{"id":"x","t":[1]}]}"#),
    (#"{"h": []}"#, #"{"h": [{"id": "x", "t": [1]}]}"#),
    (#"{"h": [ ]}"#, #"{"h": [ {"id": "x", "t": [1]} ]}"#),
    (#"{"h":[1]}"#, #"{"h":[1,{"id":"x","t":[1]}]}"#),
    (#"{"h": [1]}"#, #"{"h": [1, {"id": "x", "t": [1]}]}"#),
    (#"{"h": [ {"id": 1} ]}"#, #"{"h": [ {"id": 1}, {"id": "x", "t": [ 1 ]} ]}"#),
    (
      "{\n  \"h\": [\n    {\"id\": 1, \"x\": 2},\n    {\"id\": 2}\n  ]\n}",
      "{\n  \"h\": [\n    {\"id\": 1, \"x\": 2},\n    {\"id\": 2},\n    {\"id\": \"x\", \"t\": [1]}\n  ]\n}"
    ),
    (
      "{\n  \"h\": [{\n    \"id\": 1\n  }, {\n    \"id\": 2\n  }]\n}",
      "{\n  \"h\": [{\n    \"id\": 1\n  }, {\n    \"id\": 2\n  }, {\n    \"id\": \"x\",\n"
        + "    \"t\": [\n      1\n    ]\n  }]\n}"
    ),
    (
      "[\r\n\t{\r\n\t\t\"id\": 1,\r\n\t\t\"t\": [1, 2]\r\n\t}\r\n]",
      "[\r\n\t{\r\n\t\t\"id\": 1,\r\n\t\t\"t\": [1, 2]\r\n\t},\r\n\t{\r\n\t\t\"id\": \"x\",\r\n"
        + "\t\t\"t\": [1]\r\n\t}\r\n]"
    ),
    (
      "[ 1\n, 2\n]",
      "[ 1\n, 2\n, {\n  \"id\": \"x\",\n  \"t\": [\n    1\n  ]\n}\n]"
    ),
    ("[]", #"[{"id": "x", "t": [1]}]"#),
    (
      "[\n]\n",
      "[\n  {\n    \"id\": \"x\",\n    \"t\": [\n      1\n    ]\n  }\n]\n"
    ),
    (
      "{\n    \"h\": [ ]\n}",
      "{\n    \"h\": [\n        {\n            \"id\": \"x\",\n            \"t\": [\n"
        + "                1\n            ]\n        }\n    ]\n}"
    ),
  ])
  func appendsInTheStyleOfTheLastElement(_ source: String, _ expected: String) throws {
    for isGiven in [false, true] {
      let result = try edit(source) { edit, root in
        let array = try #require(root.kind == .array ? root : root["h"])
        edit.appendElement(
          ["id": "x", "t": [1]], toArray: array.range,
          like: isGiven ? array.elements.last?.range : nil)
      }
      #expect(result == expected)
    }
  }

  @Test func appendsSeveral() throws {
    for source in ["[]", "[1]", "[]\n", "[\n  1\n]"] {
      let result = try edit(source) { edit, root in
        edit.appendElement(2, toArray: root.range)
        edit.appendElement(3, toArray: root.range)
      }
      let expected = try document(source).root.elements.compactMap(\.integer) + [2, 3]
      #expect(try document(result).root.elements.compactMap(\.integer) == expected)
    }
  }

  @Test func insertsSeveralIntoOneObject() throws {
    try expect("{}", toBecome: #"{"a": 1, "b": 2}"#) { edit, root in
      edit.insertMember("a", 1, into: root)
      edit.insertMember("b", 2, into: root)
    }
    try expect(#"{"x":0,"y":0}"#, toBecome: #"{"x":0,"a":1,"b":2,"y":0,"c":3,"d":4}"#) {
      edit, root in
      edit.insertMember("a", 1, into: root, after: "x")
      edit.insertMember("b", 2, into: root, after: "x")
      edit.insertMember("c", 3, into: root)
      edit.insertMember("d", 4, into: root, after: "missing")
    }
  }

  @Test func neverWritesKeyTwice() throws {
    let source = #"{"a":1,"\u0062":2}"#
    try expect(source, toBecome: #"{"a":1,"\u0062":3}"#) { edit, root in
      edit.insertMember("b", 3, into: root)
    }
    try expect(source, toBecome: #"{"a":1,"c":4,"\u0062":2}"#) { edit, root in
      edit.insertMember("c", 3, into: root, after: "a")
      edit.insertMember("c", 4, into: root)
    }
  }

  @Test func removesAndInsertsTogether() throws {
    let source = #"{"a":1,"b":2,"c":3}"#
    try expect(source, toBecome: #"{"x":0,"b":2,"c":3}"#) { edit, root in
      let found = ["a", "a", "missing"].map { edit.removeMember($0, from: root) }
      #expect(found == [true, false, false])
      edit.insertMember("x", 0, into: root, after: "a")
    }
    try expect(source, toBecome: "{}") { edit, root in
      for key in ["a", "b", "c"] as [Text] { edit.removeMember(key, from: root) }
    }
    try expect(source, toBecome: #"{"b":9,"y":8}"#) { edit, root in
      for key in ["a", "b", "c"] as [Text] { edit.removeMember(key, from: root) }
      edit.insertMember("b", 9, into: root, after: "a")
      edit.insertMember("y", 8, into: root)
    }
    try expect(source, toBecome: source) { edit, root in
      edit.insertMember("x", 0, into: root)
      edit.removeMember("x", from: root)
    }
  }

  @Test func removalSwallowsEditsInside() throws {
    let result = try edit(#"{"a":{"b":[1]},"c":2}"#) { edit, root in
      let a = try #require(root["a"])
      edit.insertMember("x", 1, into: a)
      edit.appendElement(2, toArray: try #require(a["b"]).range)
      edit.replace(a.range, with: 0)
      edit.removeMember("a", from: root)
    }
    #expect(result == #"{"c":2}"#)
  }

  @Test func replacesNestedValuesInStyle() throws {
    try expect("{\n  \"a\": 1\n}", toBecome: "{\n  \"a\": {\n    \"b\": {}\n  }\n}") { edit, root in
      edit.replace(try #require(root["a"]).range, with: ["b": [:]])
    }
    try expect(#"{"a":1}"#, toBecome: #"{"a":{"b":1,"c":2}}"#) { edit, root in
      edit.replace(try #require(root["a"]).range, with: ["b": 1, "c": 2])
    }
    try expect("[1]", toBecome: "[2.00]") { edit, root in
      edit.replaceRaw(root.elements[0].range, with: Array("1.00".utf8))
      edit.replaceRaw(root.elements[0].range, with: Array("2.00".utf8))
    }
  }

  @Test func piecesShareTheSource() throws {
    let source = Bytes(Array(#"{"a":1,"b":2}"#.utf8))
    let splices = [
      Splice(range: 5..<6, replacement: [0x37]), Splice(range: 12..<12, replacement: [0x30]),
    ]
    let pieces = Edit.pieces(splices, of: source)
    #expect(pieces.map { string($0.array) } == [#"{"a":"#, "7", #","b":2"#, "0", "}"])
    unsafe source.withUnsafeBytes { whole in
      unsafe pieces[2].withUnsafeBytes { part in
        #expect(unsafe part.baseAddress == whole.baseAddress.map { unsafe $0 + 6 })
      }
    }
    #expect(string(Edit.apply(splices, to: source)) == #"{"a":7,"b":20}"#)
    #expect(Edit.pieces([], of: source) == [source])
    #expect(Edit(source).splices.isEmpty)
  }

  @Test func editsPartsOfSurveys() throws {
    let source = Bytes(Array("{\n \"items\": [\n  {\n   \"id\": 1\n  }\n ]\n}".utf8))
    let survey = try Survey(source, [Survey.Request(array: "items", columns: ["id"])])
    let item = try survey.document(try #require(survey.table("items")).range(0)).root
    var edit = Edit(source)
    edit.insertMember("x", [1], into: item, after: "id")
    #expect(
      string(edit.edited)
        == "{\n \"items\": [\n  {\n   \"id\": 1,\n   \"x\": [\n    1\n   ]\n  }\n ]\n}")
  }
}
