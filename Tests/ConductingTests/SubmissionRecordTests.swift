import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// What later steps learn of the answer that was accepted last.
@Suite struct SubmissionRecordTests {
  private static let work = "_report/usage/autonomy-conductor/work"

  private struct Claimed {
    let place: Workplace
    let context: Context
    let project: Project

    init() throws {
      place = try Workplace(Workplace.twoItems)
      context = place.context()
      project = try place.project(context)
      _ = try NextItem(project, context, NextRequest()).run()
      try place.folder.write("one", "\(work)/a.txt")
    }

    func submit(_ answer: String, later: Int64 = 1) throws -> SubmissionAnswer {
      try Submitting(project, place.context(later: later, seed: UInt64(later + 10))).run(
        "ND-001", number: 1, answer: Array(answer.utf8), named: "answer.json")
    }

    func newest() throws -> SubmissionRecord? {
      let claim = try #require(try place.shownClaim("ND-001"))
      return try SubmissionRecord.newest(of: claim, item: "ND-001", project, context)
    }

    func faults() throws -> [Text] {
      let record = try #require(try newest())
      return record.faults(project, context, directory: Path(place.folder.path)).map(\.text)
    }
  }

  private static func answer(_ analysis: String) -> String {
    #"{"analysis": "\#(analysis)", "commands": ["ls", {"run": "pwd"}], "receipts": ["\#(work)/a.txt"]}"#
  }

  @Test func theLastAcceptedAnswerCounts() throws {
    let claimed = try Claimed()
    #expect(try claimed.newest() == nil)
    #expect(try claimed.submit(Self.answer("first"), later: 1).exit == .done)
    #expect(try claimed.submit(Self.answer("second"), later: 2).exit == .done)
    #expect(try claimed.submit("{}", later: 3).exit == .wrongContent)
    let record = try #require(try claimed.newest())
    #expect(record.analysis == "second" && record.commands == ["ls", "pwd"])
    #expect(record.receipts.map(\.path) == ["\(Text(Self.work))/a.txt"])
    #expect(try claimed.place.findings() == [])
  }

  @Test func receiptsThatAreGoneChangedOrLedOutsideAreFaults() throws {
    let claimed = try Claimed()
    let folder = claimed.place.folder
    _ = try claimed.submit(Self.answer(""))
    #expect(try claimed.faults() == [])
    try folder.write("two", "\(Self.work)/a.txt")
    #expect(try claimed.faults().first?.string.contains("has changed") == true)
    folder.remove("\(Self.work)/a.txt")
    #expect(try claimed.faults().first?.string.contains("is not there") == true)
    try folder.write("one", "a.txt")
    try folder.link("\(Self.work)/a.txt", to: "../../../../a.txt")
    #expect(try claimed.faults().first?.string.contains("outside") == true)
  }

  @Test func anAnswerForAnEndedClaimIsOfNoUseToTheNextOne() throws {
    let claimed = try Claimed()
    _ = try claimed.submit(Self.answer(""))
    let later = claimed.place.context(later: 5, seed: 50)
    _ = try Release(claimed.project, later).run("ND-001", number: 1, reason: nil, blocks: false)
    let again = claimed.place.context(later: 6, seed: 60)
    _ = try NextItem(claimed.project, again, NextRequest()).run()
    #expect(try claimed.newest() == nil)
    #expect(try claimed.submit(Self.answer(""), later: 7).exit == .refused)
  }
}
