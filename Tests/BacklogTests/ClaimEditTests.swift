import JSONText
import TestSupport
import Testing

@testable import Backlog

/// Claims and their unwinding, on documents of every style, against a model that only knows values.
@Suite struct ClaimEditTests {
  private let claim = Claim(by: "codex", at: now, until: now.adding(seconds: 7200), number: 3)

  private func edited(_ backlog: Backlog, _ splices: [Splice]) throws -> Backlog {
    #expect(backlog.staysWhole(with: splices))
    return try Backlog(Bytes(Edit.apply(splices, to: backlog.survey.bytes)))
  }

  @Test func aClaimShowsOnlyItsOwnLines() throws {
    let source = """
      {
        "version": 0,
        "items": [
          { "id": "ND-001", "status": "done" },
          {
            "id": "ND-067",
            "status": "pending",
            "notes": "x"
          }
        ],
        "history": [
          { "id": "ND-001", "claimed_at": "2025-09-22T21:33:12Z" }
        ]
      }

      """
    let backlog = try Backlog(Bytes(Array(source.utf8)))
    let after = try edited(backlog, backlog.claiming(1, claim))
    let old = source.split(separator: "\n")
    let new = Text(bytes: after.survey.bytes.array).string.split(separator: "\n")
    let added = new.filter { !old.contains($0) }.map { $0.drop { $0 == " " } }
    #expect(
      added == [
        "\"status\": \"in_progress\",", "\"claim\": {", "\"by\": \"codex\",",
        "\"at\": \"\(now.text)\",", "\"until\": \"\(claim.until.text)\",", "\"number\": 3", "},",
        "{ \"id\": \"ND-001\", \"claimed_at\": \"2025-09-22T21:33:12Z\" },",
        "{ \"id\": \"ND-067\", \"claimed_at\": \"\(now.text)\", \"claimed_by\": \"codex\", \"claim\": 3 }",
      ])
    let gone = old.filter { !new.contains($0) }.map { $0.drop { $0 == " " } }
    #expect(
      gone == [
        "\"status\": \"pending\",",
        "{ \"id\": \"ND-001\", \"claimed_at\": \"2025-09-22T21:33:12Z\" }",
      ])
  }

  /// After a claim and its release the document is what it was, byte for byte, but for the history.
  @Test func aReleaseUndoesAClaimInEveryStyle() throws {
    var random = SeededRandom(11)
    var claims = 0
    for round in 0..<1500 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      guard let backlog = try? Backlog(source), backlog.count > 0 else { continue }
      let row = random.below(backlog.count)
      guard let spelling = backlog.statusSpelling(at: row) else {
        #expect(throws: BacklogError.self) { try backlog.claiming(row, claim) }
        continue
      }
      claims += 1
      let claimed = try edited(backlog, backlog.claiming(row, claim))
      let item = try #require(claimed.item(at: row))
      #expect(item.status == .inProgress)
      #expect(item.claim == claim, "round \(round)")
      #expect(claimed.highestNumber == 3)
      #expect(try valuesAgree(backlog, claimed, row: row), "round \(round)")

      let ending = Ending(at: now.adding(seconds: 9), reason: "done with it", spelling: spelling)
      let released = try edited(claimed, claimed.releasing(row, number: 3, ending))
      #expect(
        try withHistory(of: backlog, released) == source,
        "round \(round), seed \(SeededRandom.seed)")
      let entry = try #require(
        Document(released.survey.bytes).root["history"]?.elements.last)
      #expect(entry["released_at"]?.text == ending.at.text)
      #expect(entry["reason"]?.text == "done with it")
    }
    #expect(claims > 300)
  }

  /// After a claim and its closing the document is what it was but for status, time and history.
  @Test func aClosingChangesNothingElseInEveryStyle() throws {
    var random = SeededRandom(13)
    var closings = 0
    for round in 0..<1500 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      guard let backlog = try? Backlog(source), backlog.count > 0 else { continue }
      let row = random.below(backlog.count)
      guard backlog.statusSpelling(at: row) != nil else {
        #expect(throws: BacklogError.self) { try backlog.closing(row, number: 3, at: now) }
        continue
      }
      closings += 1
      let note: Comment = "round \(round), seed \(SeededRandom.seed)"
      let claimed = try edited(backlog, backlog.claiming(row, claim))
      let time = now.adding(seconds: 60)
      let closed = try edited(claimed, claimed.closing(row, number: 3, at: time))
      let item = try #require(closed.item(at: row))
      #expect(item.status == .done)
      #expect(item.claim == nil)
      #expect(item.node["claim"] == nil, note)
      #expect(item.node["completed_at"]?.text == time.text)
      #expect(try valuesAgree(claimed, closed, row: row, grows: false), note)
      let root = try Document(closed.survey.bytes).root
      let last = try #require(root["history"]?.elements.last)
      #expect(last["completed_at"]?.text == time.text)
      #expect(last["claim"]?.integer == 3)
      // Without the time, and with the status as it was, the item has the bytes that it had before.
      var edit = Edit(closed.survey.bytes)
      let closedItem = try #require(root["items"]?.elements[row])
      edit.removeMember("completed_at", from: closedItem)
      if let spelling = backlog.statusSpelling(at: row),
        let range = try Document(closed.survey.bytes).root["items"]?.elements[row]["status"]?.range
      {
        edit.replaceRaw(range, with: spelling)
      }
      let undone = try Document(Bytes(Edit.apply(edit.splices, to: closed.survey.bytes))).root
      let old = try #require(Document(source).root["items"]?.elements[row])
      #expect(undone["items"]?.elements[row].raw == old.raw, note)
    }
    #expect(closings > 300)
  }

  @Test func aClosingShowsOnlyItsOwnLines() throws {
    let source = """
      {
        "items": [
          {
            "id": "ND-067",
            "status": "in_progress",
            "claim": { "by": "x", "at": "2025-09-22T21:33:12Z", "until": "2025-09-22T22:33:12Z", "number": 3 },
            "notes": "x"
          }
        ],
        "history": [
          { "id": "ND-067", "claimed_at": "2025-09-20T21:33:12Z", "claim": 2, "completed_at": "then" },
          { "id": "ND-067", "claimed_at": "2025-09-22T21:33:12Z", "claim": 3 }
        ]
      }

      """
    let backlog = try Backlog(Bytes(Array(source.utf8)))
    let after = try edited(backlog, backlog.closing(0, number: 3, at: now))
    let expected =
      source
      .replacing("\"in_progress\",\n", with: "\"done\",\n")
      .replacing(
        "      \"claim\": { \"by\": \"x\", \"at\": \"2025-09-22T21:33:12Z\", \"until\": \"2025-09-22T22:33:12Z\", \"number\": 3 },\n",
        with: "      \"completed_at\": \"\(now.text)\",\n"
      )
      .replacing("\"claim\": 3 }", with: "\"claim\": 3, \"completed_at\": \"\(now.text)\" }")
    #expect(Text(bytes: after.survey.bytes.array).string == expected)
    #expect(backlog.latestNumber("ND-067") == 3)
    #expect(backlog.latestNumber("ND-068") == nil)
  }

  @Test func anItemThatIsDoneOnceMoreHasOneTime() throws {
    let source =
      #"{"items":[{"id":"a","status":"in_progress","completed_at":"then","claim":{}}]}"#
    let backlog = try Backlog(Bytes(Array(source.utf8)))
    let after = try edited(backlog, backlog.closing(0, number: 7, at: now))
    #expect(
      Text(bytes: after.survey.bytes.array).string
        == #"{"items":[{"id":"a","status":"done","completed_at":"\#(now.text)"}]}"#)
  }

  /// The document with the history as another one has it, so that all else can be compared byte for byte.
  private func withHistory(of old: Backlog, _ new: Backlog) throws -> Bytes {
    let bytes = new.survey.bytes
    let history = try #require(new.survey.member("history"))
    var edit = Edit(bytes)
    guard let before = old.survey.member("history") else {
      edit.removeMember("history", fromObject: new.survey.rootRange)
      return Bytes(Edit.apply(edit.splices, to: bytes))
    }
    let old = old.survey.bytes[before.valueRange]
    if let last = try Document(old).root.elements.last {
      let kept = old[0..<last.range.upperBound]
      #expect(bytes[history.valueRange][0..<kept.count] == kept, "earlier entries keep their bytes")
    }
    edit.replaceRaw(history.valueRange, with: old.array)
    return Bytes(Edit.apply(edit.splices, to: bytes))
  }

  private func valuesAgree(
    _ old: Backlog, _ new: Backlog, row: Int, grows: Bool = true
  ) throws -> Bool {
    let a = try Document(old.survey.bytes).root
    let b = try Document(new.survey.bytes).root
    for member in a.members where member.key != "items" && member.key != "history" {
      guard b[member.key]?.json == member.value.json else { return false }
    }
    let oldItems = a["items"]?.elements ?? []
    let newItems = b["items"]?.elements ?? []
    guard oldItems.count == newItems.count else { return false }
    for i in oldItems.indices {
      if i != row, oldItems[i].raw != newItems[i].raw { return false }
      guard i == row else { continue }
      for member in oldItems[i].members
      where !["status", "claim", "completed_at"].contains(member.key) {
        guard newItems[i][member.key]?.raw == member.value.raw else { return false }
      }
    }
    return b["history"]?.elements.count == (a["history"]?.elements.count ?? 0) + (grows ? 1 : 0)
  }

  @Test func theAbbreviatedDocumentParsesExactlyWhenTheWholeDoes() throws {
    var random = SeededRandom(12)
    for round in 0..<800 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      guard let backlog = try? Backlog(source) else { continue }
      let start = random.below(source.count + 1)
      let end = min(source.count, start + random.below(6))
      let splice = Splice(
        range: start..<end,
        replacement: Array(
          random.pick(["", "x", "\"", ",", "{}", "[1]", " ", "}", "null", "\\"]).utf8))
      let whole = Edit.apply([splice], to: source)
      let parses = (try? Document(Bytes(whole))) != nil
      let abbreviated = (try? backlog.survey.edited(by: [splice])) != nil
      if abbreviated { #expect(parses, "round \(round), seed \(SeededRandom.seed): \(splice)") }
      if parses { #expect(abbreviated, "round \(round), seed \(SeededRandom.seed): \(splice)") }
    }
  }

  @Test func aRenewalChangesNothingButTheTime() throws {
    let backlog = try backlog("{\"id\": \"a\", \"status\": \"pending\"}")
    let claimed = try edited(backlog, backlog.claiming(0, claim))
    let until = claim.until.adding(seconds: 60)
    let renewed = try edited(claimed, claimed.renewing(0, until: until))
    let expected = Text(bytes: claimed.survey.bytes.array).string
      .replacing(claim.until.text.string, with: until.text.string)
    #expect(Text(bytes: renewed.survey.bytes.array).string == expected)
  }

  @Test func aTakenOverItemKeepsOneClaimAndGainsAnEntry() throws {
    let backlog = try backlog("{\"id\": \"a\", \"status\": \"pending\"}")
    let first = try edited(backlog, backlog.claiming(0, claim))
    let next = Claim(by: "other", at: now, until: now.adding(seconds: 1), number: 4)
    let second = try edited(first, first.claiming(0, next))
    #expect(second.item(at: 0)?.claim == next)
    #expect(second.timesClaimed("a") == 2)
    let root = try Document(second.survey.bytes).root
    #expect(root["history"]?.elements.map { $0["claim"]?.integer } == [3, 4])
  }

  @Test func aBlockedItemSaysSo() throws {
    let backlog = try backlog("{\"id\": \"a\", \"status\": \"pending\"}")
    let claimed = try edited(backlog, backlog.claiming(0, claim))
    let ending = Ending(at: now, reason: "needs a decision", blocks: true)
    let blocked = try edited(claimed, claimed.releasing(0, number: 3, ending))
    #expect(blocked.status(at: 0) == .blocked)
    #expect(blocked.item(at: 0)?.claim == nil)
  }

  @Test func addsAnItemLaidOutAsTheLastOne() throws {
    let source = "{\r\n\t\"items\": [\r\n\t\t{\"id\": \"a\"}\r\n\t]\r\n}"
    let backlog = try Backlog(Bytes(Array(source.utf8)))
    let after = try edited(backlog, backlog.adding(["id": "b", "title": "t"]))
    #expect(
      Text(bytes: after.survey.bytes.array)
        == "{\r\n\t\"items\": [\r\n\t\t{\"id\": \"a\"},\r\n\t\t{\"id\": \"b\", \"title\": \"t\"}\r\n\t]\r\n}"
    )
  }
}
