import Backlog
import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// Backlogs that no claim may be made in: each is refused with a place, and none is ever written to.
@Suite struct BrokenBacklogTests {
  private func gate(_ bytes: [UInt8], _ place: Workplace) throws -> Gate {
    try place.folder.write(bytes, Workplace.backlogPath)
    let context = place.context()
    return Gate(try place.project(context), context)
  }

  private func expectRefused(_ bytes: [UInt8], _ place: Workplace, _ note: Comment) throws {
    let gate = try gate(bytes, place)
    let refusal = try #require(gate.refusal, note)
    #expect(refusal.exit == .wrongContent, note)
    #expect(gate.backlog == nil, note)
    let text = try #require(refusal.reasons.first?.text.string)
    #expect(text.hasPrefix("\(Workplace.backlogPath):"), "\(note): \(text)")
    let place = text.split(separator: ":")
    #expect(place.count > 3 && Int(place[1]) != nil && Int(place[2]) != nil, "\(note): \(text)")
  }

  @Test func truncatedAtEveryByte() throws {
    let place = try Workplace(Workplace.twoItems)
    let whole = Array(Workplace.twoItems.utf8)
    for length in 0..<(whole.count - 1) {
      try expectRefused(Array(whole.prefix(length)), place, "cut after \(length) bytes")
    }
    #expect(try gate(Array(whole.dropLast()), place).refusal == nil, "the last newline is optional")
  }

  @Test func everyByteReplacedByOneThatCannotStandThere() throws {
    let place = try Workplace(Workplace.twoItems)
    let whole = Array(Workplace.twoItems.utf8)
    for byte: UInt8 in [0x00, 0xFF, 0xC0] {
      for index in whole.indices {
        var broken = whole
        broken[index] = byte
        try expectRefused(broken, place, "byte \(byte) at \(index)")
      }
    }
  }

  @Test(arguments: [
    ("an empty file", "", 1, 1),
    ("white space", " \n\t", 2, 2),
    ("an array", "[]", 1, 1),
    ("a string", "\"items\"", 1, 1),
    ("no items", "{ \"version\": 0 }", 1, 1),
    ("items of null", "{\n  \"items\": null }", 2, 12),
    ("items as an object", "{ \"items\": {} }", 1, 12),
    ("items as a string", "{ \"items\": \"ND-001\" }", 1, 12),
    ("an item that is no object", "{ \"items\": [\n \"ND-001\" ] }", 2, 2),
    ("an item without id", "{ \"items\": [ { \"title\": \"x\" } ] }", 1, 14),
    ("a number as id", "{ \"items\": [ { \"id\": 1 } ] }", 1, 22),
    ("null as id", "{ \"items\": [ { \"id\": null } ] }", 1, 22),
    ("an id twice", "{ \"items\": [ { \"id\": \"A\" },\n { \"id\": \"A\" } ] }", 2, 10),
    (
      "an id twice by escapes", "{ \"items\": [ { \"id\": \"A\" },\n { \"id\": \"\\u0041\" } ] }",
      2, 10
    ),
    ("a key twice", "{ \"items\": [],\n  \"items\": [] }", 2, 3),
    ("a key twice by escapes", "{ \"items\": [],\n  \"\\u0069tems\": [] }", 2, 3),
    ("a key of an item twice", "{ \"items\": [ { \"id\": \"A\", \"id\": \"B\" } ] }", 1, 27),
    ("a trailing comma", "{ \"items\": [ ], }", 1, 15),
    ("a comment", "{ // none\n \"items\": [] }", 1, 3),
    ("a second document", "{ \"items\": [] }\n{}", 2, 1),
    ("a lone surrogate", "{ \"items\": [ { \"id\": \"\\ud800\" } ] }", 1, 23),
    ("NaN", "{ \"items\": [ { \"id\": \"A\", \"n\": NaN } ] }", 1, 32),
    ("history as an object", "{ \"items\": [],\n \"history\": {} }", 2, 13),
    ("history of null", "{ \"items\": [], \"history\": null }", 1, 27),
    ("prerequisites as an array", "{ \"prerequisites\": [], \"items\": [] }", 1, 20),
    (
      "a trust above 1", "{ \"prerequisites\": { \"min_overall_trust\": 1.5 }, \"items\": [] }", 1,
      43
    ),
    (
      "a trust in quotes",
      "{ \"prerequisites\": { \"min_overall_trust\": \"0.7\" }, \"items\": [] }",
      1, 43
    ),
    ("an unknown wish for CI", "{ \"prerequisites\": { \"ci\": false }, \"items\": [] }", 1, 28),
    ("an unknown order", "{ \"selection\": { \"order\": \"random\" }, \"items\": [] }", 1, 27),
  ])
  func refusedAtItsPlace(_ what: String, _ text: String, _ line: Int, _ column: Int) throws {
    let place = try Workplace(Workplace.twoItems)
    let refusal = try #require(try gate(Array(text.utf8), place).refusal, "\(what) was accepted")
    #expect(refusal.exit == .wrongContent)
    let words = refusal.reasons.first?.text.string ?? ""
    #expect(words.hasPrefix("\(Workplace.backlogPath):\(line):\(column): "), "\(what): \(words)")
  }

  @Test func aHundredThousandDeep() throws {
    let place = try Workplace(Workplace.twoItems)
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
      let depth = 100_000
      let deep =
        String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      try expectRefused(Array(deep.utf8), place, "deep at the top")
      let inside = "{ \"items\": [ { \"id\": \"A\", \"x\": \(deep) } ] }"
      try expectRefused(Array(inside.utf8), place, "deep inside an item")
      try expectRefused(
        Array(String(repeating: open, count: depth).utf8), place, "deep and never closed")
    }
  }

  @Test func aStepInABrokenBacklogLeavesARefusalAndNothingElse() throws {
    for deed in [Deed.laterClaim, .release, .renewal, .addition] {
      let before = try deed.preparation()
      let place = try Workplace(like: before)
      try place.folder.write("{ \"items\": [", Workplace.backlogPath)
      let refusal = try #require(outcome { try deed.run(place, place.context()) })
      #expect(refusal.exit == .wrongContent, "\(deed)")
      #expect(try place.backlog() == Array("{ \"items\": [".utf8))
      #expect(try place.findings() == [])
    }
  }
}
