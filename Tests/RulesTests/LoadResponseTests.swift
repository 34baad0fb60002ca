import JSONText
import Rules
import TestSupport
import Testing

/// What a set says of answers.
@Suite struct LoadResponseTests {
  private func response(_ text: String) -> String { Loading.set("\"response\": \(text)") }

  private func faults(_ set: RuleSet, _ answer: String) throws -> [[String]] {
    let node = try Document(Bytes(Array(answer.utf8))).root
    return set.response.map { $0.schema.findings(in: node).map(\.pointer.string) }
  }

  @Test func schemasOfExtendedSetsCountBesideItsOwn() throws {
    let base = response(#"{"properties": {"analysis": {"type": "object"}}}"#)
      .replacing("house", with: "base")
    let own = Loading.set(
      #""extends": "base", "response": [{"maxProperties": 3}, {"properties": {"commands": {"maxItems": 0}}}]"#
    )
    let set = try Loading.load(own, others: ["base": base])
    #expect(
      try faults(set, #"{"analysis": "", "commands": [1]}"#) == [["/analysis"], [], ["/commands"]])
    let again = try Loading.load(
      String(decoding: set.effective.written(indent: 2), as: UTF8.self))
    #expect(again.response.map(\.definition) == set.response.map(\.definition))
  }

  @Test(
    arguments: [
      (#"{"typ": "object"}"#, 1, #"unknown keyword "typ"; did you mean "type"?"#),
      ("{\n  \"properties\": {\"a\": {\"pattern\": \"(\"}}}", 2, "bad pattern: unclosed group"),
      (#"{"pattern": "(?=a)"}"#, 1, "look ahead"), ("true", 1, "is an object"),
      ("[]", 1, "at least one schema"), ("[{}, 1]", 1, "is an object"),
      (#"{"const": "${owner}"}"#, 1, "params are not put into a schema"),
      (#"{"properties": {"${owner}": true}}"#, 1, "params are not put into a schema"),
    ] as [(String, Int, String)])
  func aSchemaThatCannotBeUsedKeepsTheSetFromLoading(
    text: String, line: Int, words: String
  ) throws {
    let fault = try Loading.fault(response(text))
    #expect(fault.text.string.contains(words), "\(fault)")
    #expect(fault.file == "set.json" && fault.line == line, "\(fault)")
  }

  @Test func thePageOfFilesNamesEveryKeywordAndNoOthers() throws {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
    let page = try Folder().text(root + "/docs/files.md")
    let start = try #require(page.firstRange(of: "### JSON Schema\n"))
    let end = try #require(page.firstRange(of: "A schema that uses any other keyword"))
    let named = page[start.upperBound..<end.lowerBound].matches(of: #/`([^`]+)`/#).map {
      String($0.output.1)
    }
    #expect(Set(named) == Set(SchemaKeyword.allCases.map(\.rawValue)))
  }
}
