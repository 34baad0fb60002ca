import JSONText
import TestSupport
import Testing

@testable import Backlog

@Suite struct BacklogTests {
  @Test(arguments: [
    ("[]", "a backlog must be an object", 1, 1),
    ("{}", "items is missing", 1, 1),
    ("{\n \"items\": {}}", "items must be an array", 2, 11),
    ("{\"items\": [\n1]}", "every item must be an object", 2, 1),
    ("{\"items\": [\n {\"title\": \"x\"}]}", "the item has no id", 2, 2),
    ("{\"items\": [{\"id\": 7}]}", "an id must be a string", 1, 19),
    ("{\"items\": [], \"history\": 1}", "history must be an array", 1, 26),
    (
      "{\"items\": [{\"id\": \"a\"},\n{\"id\": \"\\u0061\"}]}",
      "the id \"a\" stands already in line 1", 2, 8
    ),
    (
      "{\"items\": [],\n\"prerequisites\": {\"min_overall_trust\": \"0.7\"}}",
      "min_overall_trust must be a number from 0 to 1, not the string \"0.7\"", 2, 40
    ),
    (
      "{\"items\": [], \"prerequisites\": {\"min_overall_trust\": 1.5}}",
      "min_overall_trust must be a number from 0 to 1, not the number 1.5", 1, 54
    ),
    (
      "{\"items\": [], \"prerequisites\": {\"ci\": true}}",
      "ci must be \"required\" or \"none\", not true", 1, 39
    ),
    (
      "{\"items\": [], \"prerequisites\": {\"max_age\": 60}}",
      "max_age must be a duration such as \"45m\", \"2h\" or \"1d\", not the number 60", 1, 44
    ),
    (
      "{\"items\": [], \"selection\": {\"order\": \"best\"}}",
      "selection.order must be \"priority\" or \"array\", not the string \"best\"", 1, 38
    ),
  ])
  func refusesWithAPlace(source: String, text: String, line: Int, column: Int) throws {
    let error = #expect(throws: BacklogError.self) { try Backlog(Bytes(Array(source.utf8))) }
    #expect(error?.text == Text(text))
    #expect(error?.line == line)
    #expect(error?.column == column)
  }

  @Test func composedAndDecomposedIdsDiffer() throws {
    let backlog = try backlog("{\"id\": \"e\u{301}\"}, {\"id\": \"\u{e9}\"}")
    #expect(backlog.row(of: "e\u{301}") == 0)
    #expect(backlog.row(of: "\u{e9}") == 1)
  }

  @Test func findsEachOfManyRowsById() throws {
    let items = (0..<5000).map { "{\"id\": \"ND-\($0)\"}" }.joined(separator: ",")
    let backlog = try backlog(items)
    for row in 0..<5000 { #expect(backlog.row(of: Text("ND-\(row)")) == row) }
    #expect(backlog.row(of: "ND-5000") == nil)
    #expect(backlog.row(of: "") == nil)
  }

  @Test func strictDefaultsHoldWhereNothingIsSaid() throws {
    #expect(try backlog("").prerequisites == Prerequisites())
    let some = try backlog("", ", \"prerequisites\": {\"ci\": \"none\"}").prerequisites
    #expect(!some.requiresCI)
    #expect(some.requiresAuthenticity)
    #expect(some.minimumTrust == 0.7)
    #expect(some.requiresNoAttentionFeeds)
  }

  @Test func theHighestNumberIsFoundWhereverItStands() throws {
    #expect(try backlog("").highestNumber == 0)
    #expect(try backlog("{\"id\": \"a\", \"claim\": {\"number\": 4}}").highestNumber == 4)
    #expect(
      try backlog(
        "{\"id\": \"a\", \"claim\": {\"number\": 4}}",
        ", \"history\": [{\"claim\": 9}, {\"claim\": \"x\"}, {}]"
      ).highestNumber == 9)
  }

  @Test(arguments: [
    ([], "ND-001"), (["ND-067"], "ND-068"), (["ND-099", "ND-100"], "ND-101"),
    (["ND-9", "ND-10"], "ND-11"),
    (["a"], "a-001"), (["7"], "8"), (["ND-001", "X-5"], "X-6"),
  ])
  func continuesTheWayOfCounting(ids: [String], next: String) throws {
    let items = ids.map { "{\"id\": \"\($0)\"}" }.joined(separator: ",")
    #expect(try backlog(items).nextID() == Text(next))
  }
}
