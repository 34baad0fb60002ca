import Backlog
import JSONText
import TestSupport
import Testing

/// The edit that proposes an item changes its status and its history, and takes the claim out.
@Suite struct ProposalEditTests {
  private static let before = """
    {
      "items": [
        { "id": "A", "status": "in_progress", "claim": { "by": "x", "at": "2026-11-21T08:00:00Z", "until": "2026-11-21T10:00:00Z", "number": 3 }, "own": [1] },
        { "id": "B", "status": "pending" }
      ],
      "history": [
        { "id": "A", "claimed_at": "2026-11-20T08:00:00Z", "claim": 2 },
        { "id": "A", "claimed_at": "2026-11-21T08:00:00Z", "claim": 3 }
      ]
    }

    """

  private let time = Timestamp("2026-11-21T09:00:00Z") ?? Timestamp(nanoseconds: 0)

  private func edited(_ backlog: Backlog, _ splices: [Splice]) throws -> Backlog {
    #expect(backlog.staysWhole(with: splices))
    return try Backlog(Bytes(Edit.apply(splices, to: backlog.survey.bytes)))
  }

  @Test("It changes those places and no other byte") func bytes() throws {
    let backlog = try Backlog(Bytes(Array(Self.before.utf8)))
    let proposed = try edited(
      backlog, backlog.proposing(0, number: 3, at: time, branch: "conductor/A-3"))
    let expected = Self.before
      .replacing(
        #""in_progress", "claim": { "by": "x", "at": "2026-11-21T08:00:00Z", "until": "2026-11-21T10:00:00Z", "number": 3 }"#,
        with: #""proposed""#
      ).replacing(
        #""claim": 3 }"#,
        with:
          #""claim": 3, "proposed_at": "2026-11-21T09:00:00Z", "branch": "conductor/A-3" }"#)
    #expect(String(decoding: proposed.survey.bytes.array, as: UTF8.self) == expected)
    #expect(proposed.item(at: 0)?.status == .proposed)
    #expect(proposed.highestNumber == 3)
  }

  @Test("Proposing and reopening leaves a random backlog as it was but for its history")
  func random() throws {
    var random = SeededRandom(203)
    let claim = Claim(by: "x", at: time, until: time.adding(seconds: 60), number: 9)
    var proposals = 0
    for round in 0..<600 {
      var writer = RandomDocument(random)
      let source = Bytes(writer.backlog())
      random = writer.random
      guard let backlog = try? Backlog(source), backlog.count > 0 else { continue }
      let row = random.below(backlog.count)
      guard let spelling = backlog.statusSpelling(at: row) else {
        #expect(throws: BacklogError.self) {
          try backlog.proposing(row, number: 9, at: time, branch: "b")
        }
        continue
      }
      proposals += 1
      let claimed = try edited(backlog, backlog.claiming(row, claim))
      let proposed = try edited(
        claimed, claimed.proposing(row, number: 9, at: time, branch: "b\"é"))
      let item = try #require(proposed.item(at: row))
      #expect(item.status == .proposed && item.node["claim"] == nil, "round \(round)")
      let root = try Document(proposed.survey.bytes).root
      #expect(root["history"]?.elements.last?["branch"]?.text == "b\"é")
      let ending = Ending(at: time, reason: "no", spelling: spelling)
      let released = try edited(proposed, proposed.releasing(row, number: 9, ending))
      let old = try #require(Document(source).root["items"]?.elements[row])
      let new = try #require(Document(released.survey.bytes).root["items"]?.elements[row])
      #expect(new.raw == old.raw, "round \(round), seed \(SeededRandom.seed)")
    }
    #expect(proposals > 200)
  }
}
