import JSONText
import TestSupport
import Testing

struct SurveyTests {
  private func survey(_ text: String, _ requests: Survey.Request...) throws -> Survey {
    try Survey(Bytes(Array(text.utf8)), requests)
  }

  private func values(_ survey: Survey, _ array: Text, _ column: Int) -> [String?] {
    guard let table = survey.table(array) else { return [] }
    return (0..<table.count).map { row in
      table.value(row, column).map { string(survey.bytes[$0].array) }
    }
  }

  @Test func keepsColumnsOfRequestedArrays() throws {
    let survey = try survey(
      """
      \u{FEFF}{ "other": [{"id": 0}], "items": [
        {"id": "a", "x": {"id": "deep", "status": [{"id": 1}]}, "status": "pending"},
        7, [1, [2]], {},
        {"st\\u0061tus": {"id": "deep"}, "id": [1, 2]} ],
      "history": [], "last": null }
      """,
      Survey.Request(array: "items", columns: ["id", "status"]),
      Survey.Request(array: "history", columns: ["id"]),
      Survey.Request(array: "last", columns: []),
      Survey.Request(array: "absent", columns: ["id"]))
    #expect(survey.rootKind == .object)
    #expect(survey.members.map(\.key) == ["other", "items", "history", "last"])
    #expect(survey.members.map(\.kind) == [.array, .array, .array, .null])
    #expect(values(survey, "items", 0) == ["\"a\"", nil, nil, nil, "[1, 2]"])
    #expect(values(survey, "items", 1) == ["\"pending\"", nil, nil, nil, "{\"id\": \"deep\"}"])
    let items = try #require(survey.table("items"))
    #expect((0..<items.count).map(items.kind) == [.object, .number, .array, .object, .object])
    #expect(string(survey.bytes[items.range(2)].array) == "[1, [2]]")
    #expect(items.range == survey.member("items")?.valueRange)
    #expect(survey.table("history")?.count == 0)
    #expect(survey.table("last") == nil)
    #expect(survey.table("absent") == nil)
    #expect(survey.table("other") == nil)
    #expect(survey.member("absent") == nil)
  }

  @Test func tellsPlacesInTheWholeFile() throws {
    let survey = try survey(
      "{\"items\": [\n  {\"id\": 1},\n  {\"id\": \"b\"}\n]}",
      Survey.Request(array: "items", columns: ["id"]))
    let items = try #require(survey.table("items"))
    let item = try survey.document(items.range(1)).root
    #expect(item["id"]?.text == "b")
    let id = try #require(item["id"])
    #expect(id.place == (3, 10))
    #expect(survey.place(id.sourceRange.lowerBound) == (3, 10))
    #expect(id.sourceRange == items.value(1, 0))
  }

  @Test(arguments: ["[1,{\"items\":[1]}]", "7", "\"items\"", "null"])
  func toleratesOtherRoots(_ text: String) throws {
    let survey = try survey(text, Survey.Request(array: "items", columns: ["id"]))
    #expect(survey.members.isEmpty)
    #expect(survey.table("items") == nil)
    #expect(survey.rootRange == 0..<text.utf8.count)
  }

  @Test func holdsManyRows() throws {
    let rows = (0..<5000).map { row in
      row % 3 == 0 ? "{\"n\":\(row)}" : "{\"pad\":\"\(String(repeating: "x", count: row % 40))\"}"
    }
    let survey = try survey(
      "{\"rows\":[\(rows.joined(separator: ", "))]}",
      Survey.Request(array: "rows", columns: ["n", "m", "pad"]))
    let table = try #require(survey.table("rows"))
    #expect(table.count == 5000)
    for row in 0..<5000 {
      #expect(string(survey.bytes[table.range(row)].array) == rows[row])
      #expect(
        table.value(row, 0).map { string(survey.bytes[$0].array) }
          == (row % 3 == 0 ? "\(row)" : nil))
      #expect(table.value(row, 1) == nil)
      #expect((table.value(row, 2) != nil) == (row % 3 != 0))
    }
  }

  /// Whatever a document says about an array, a survey says too.
  @Test func agreesWithDocument() throws {
    var random = SeededRandom(1)
    let columns: [Text] = ["id", "status", "a rather long name of a member", "é", ""]
    for _ in 0..<200 {
      var writer = RandomDocument(random)
      let bytes = Bytes(writer.backlog())
      random = writer.random
      let document = try Document(bytes)
      let survey = try Survey(bytes, [Survey.Request(array: "items", columns: columns)])
      #expect(survey.members.map(\.valueRange) == document.root.members.map(\.value.range))
      #expect(survey.members.map(\.keyRange) == document.root.members.map(\.keyRange))
      let items = document.root["items"]?.elements ?? []
      let table = survey.table("items")
      #expect((table?.count ?? 0) == items.count)
      for (row, item) in items.enumerated() {
        #expect(table?.range(row) == item.range)
        for (column, key) in columns.enumerated() {
          #expect(table?.value(row, column) == item[key]?.range)
        }
      }
    }
  }
}
