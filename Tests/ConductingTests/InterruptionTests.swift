import Backlog
import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// What the next command makes of a step that was cut short, whoever touched the files in between.
@Suite struct InterruptionTests {
  /// Takes a deed and ends it before a call, as `kill -9` does.
  private func interrupt(_ deed: Deed, at number: Int, in place: Workplace) -> Bool {
    let context = place.context(fault: { _, present in
      present >= number ? .fail(Code.inputOutput) : nil
    })
    _ = outcome { try deed.run(place, context) }
    return context.machine.calls.count >= number
  }

  /// Runs a check for each call at which a deed can be cut short.
  private func interruptEach(
    _ deed: Deed, _ check: (_ place: Workplace, _ note: Comment) throws -> Void
  ) throws {
    let before = try deed.preparation()
    var number = 1
    while true {
      let place = try Workplace(like: before)
      guard interrupt(deed, at: number, in: place) else { break }
      try check(place, "\(deed) cut short at call \(number)")
      number += 1
    }
    #expect(number > 20, "the step makes calls")
  }

  @Test(arguments: [Deed.laterClaim, .release])
  func aPersonsSaveAfterTheCrashIsKeptAndTheRecordsAgree(_ deed: Deed) throws {
    try interruptEach(deed) { place, note in
      let text = String(decoding: try place.backlog(), as: UTF8.self)
      try place.folder.replace(
        text.replacing("\"title\": \"Second\"", with: "\"title\": \"Renamed\""),
        Workplace.backlogPath)
      try place.expectAgreement(note)
      #expect(try place.folder.text(Workplace.backlogPath).contains("Renamed"), note)
      let claims = try place.settledClaims()
      let recorded = place.folder.files().filter { $0.contains("/conductor-") }.count
      let before = deed == .laterClaim ? 2 : 1
      let isDone = deed == .laterClaim ? !claims.isEmpty : claims.isEmpty
      #expect(recorded == before + (isDone ? 1 : 0), "\(note): a step without a record")
    }
  }

  @Test(arguments: [Deed.firstClaim, .release, .pause, .stopRecord, .approval])
  func aRecoveryThatIsCutShortIsRecoveredFrom(_ deed: Deed) throws {
    let before = try deed.preparation()
    let results = [try deed.oldResult(before), try deed.wholeResult(before)]
    var random = SeededRandom(11)
    for _ in 0..<(variable("CONDUCTOR_ROUNDS").flatMap(Int.init) ?? 60) {
      let place = try Workplace(like: before)
      let (first, second) = (1 + random.below(130), 1 + random.below(60))
      _ = interrupt(deed, at: first, in: place)
      let context = place.context(seed: 98) { _, present in
        present >= second ? .fail(Code.inputOutput) : nil
      }
      _ = outcome { _ = try StateFolder(place.project(context), context) }
      let note: Comment = "\(deed) at \(first), recovery at \(second)"
      try place.expectAgreement(note)
      #expect(results.contains(try deed.result(place)), note)
    }
  }

  @Test func readersBesideAnInterruptedStepSeeOneOfItsTwoSides() throws {
    try interruptEach(.laterClaim) { place, note in
      let tree = try place.folder.tree()
      let context = place.context()
      let project = try place.project(context)
      let listing = try Listing(project, context, .init())
      #expect(listing.rows.map(\.item.id) == ["ND-001", "ND-002"], note)
      let diagnosis = Diagnosis(project, context)
      let journal = try Journal(Bytes((try? place.folder.bytes(Workplace.journalPath)) ?? []))
      let reports = diagnosis.findings.contains { $0.check == "interrupted-step" }
      #expect(reports == (journal.pending != nil), "\(note): doctor must report an open step")
      #expect(try place.folder.tree() == tree, "\(note): a reader has written")
    }
  }

  @Test func aCompletedClaimOfACrashedProcessIsReported() throws {
    let before = try Deed.laterClaim.preparation()
    var reported = 0
    try interruptEach(.laterClaim) { place, note in
      let pending = try Journal(Bytes(place.folder.bytes(Workplace.journalPath))).pending != nil
      let context = place.context(seed: 12)
      let answer = try NextItem(place.project(context), context, NextRequest()).run()
      let told = answer.warnings.contains { $0.code == "interrupted" }
      let isHeld = try place.settledClaims()["ND-001"]?.claim.number == 2
      #expect(told == (pending && isHeld && answer.item?.id == "ND-002"), note)
      if told { reported += 1 }
    }
    #expect(reported > 5)
    #expect(before.isEmpty == false)
  }

  @Test func aTornLastLineOfTheJournalCountsAsNeverWritten() throws {
    let before = try Deed.release.preparation()
    let whole = try #require(before[Workplace.journalPath])
    let lines = whole.split(separator: 0x0A, omittingEmptySubsequences: false)
    let torn = lines[0].count
    for length in [1, 8, 16, 17, 18, 100, torn / 2, torn - 1] {
      let place = try Workplace(like: before)
      try place.folder.write(whole + lines[0].prefix(length), Workplace.journalPath)
      try Deed.release.run(place, place.context())
      #expect(try place.settledClaims().isEmpty, "torn after \(length) bytes")
      try place.expectAgreement("torn after \(length) bytes")
    }
  }

  @Test func aJournalThatIsDamagedInTheMiddleIsRefusedAndNotTouched() throws {
    let before = try Deed.release.preparation()
    var journal = try #require(before[Workplace.journalPath])
    journal[40] ^= 1
    let place = try Workplace(like: before)
    try place.folder.write(journal, Workplace.journalPath)
    let tree = try place.folder.tree()
    for deed in [Deed.release, .renewal, .addition, .firstClaim] {
      let refusal = outcome { try deed.run(place, place.context()) }
      #expect(refusal?.exit == .readingOrWritingFailed)
      #expect(refusal?.reasons.first?.text.contains("journal is damaged in line 1") == true)
      #expect(refusal?.hint != nil, "the message has a next step")
    }
    #expect(try place.folder.tree() == tree)
  }

  @Test func aLongJournalIsRewrittenAndKeepsClaimsAndNumbers() throws {
    let place = try Workplace(Workplace.twoItems)
    try Deed.firstClaim.run(place, place.context(seed: 1))
    for turn in 0..<40 {
      let context = place.context(later: Int64(turn), seed: UInt64(100 + turn))
      let control = RunControl(try place.project(context), context)
      _ = try control.pause(reason: Text(String(repeating: "long ", count: 1200)))
    }
    let size = try place.folder.bytes(Workplace.journalPath).count
    #expect(size < 200 << 10, "the journal does not grow with the past: \(size)")
    #expect(try place.settledClaims()["ND-001"]?.claim.number == 1)
    #expect(try place.findings() == [])
  }

  @Test func theWriterThatIsNoNameIsRefusedWithANextStep() throws {
    let place = try Workplace(like: Deed.release.preparation())
    try place.folder.write("../../evil\n", Workplace.statePath + "/writer")
    let tree = try place.folder.tree()
    let refusal = outcome { try Deed.release.run(place, place.context()) }
    #expect(refusal?.exit == .readingOrWritingFailed)
    #expect(refusal?.hint != nil)
    #expect(try place.folder.tree() == tree)
  }
}
