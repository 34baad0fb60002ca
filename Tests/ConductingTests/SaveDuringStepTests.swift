import Backlog
import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// People and editors take no lock: what they save while a step goes on is never lost, and the step counts all the
/// same or says that it does not.
@Suite struct SaveDuringStepTests {
  enum Manner: CaseIterable, Sendable { case inPlace, byRename }

  /// What a person who has the file open saves: what they read before the step, with a line changed.
  private func edited(_ before: [String: [UInt8]]) throws -> String {
    let text = String(decoding: try #require(before[Workplace.backlogPath]), as: UTF8.self)
    return text.replacing("\"title\": \"Second\"", with: "\"title\": \"Renamed\"")
  }

  /// Takes a deed during which a person saves the backlog right before call number N.
  private func save(
    _ text: String, _ manner: Manner, before number: Int, of deed: Deed, in place: Workplace
  ) -> (refusal: Refusal?, calls: Int) {
    let folder = place.folder
    let context = place.context(fault: { _, present in
      if present == number {
        switch manner {
        case .inPlace: try? folder.write(text, Workplace.backlogPath)
        case .byRename: try? folder.replace(text, Workplace.backlogPath)
        }
      }
      return nil
    })
    let refusal = outcome { try deed.run(place, context) }
    return (refusal, context.machine.calls.count)
  }

  @Test(
    arguments: [Deed.firstClaim, .laterClaim, .release, .renewal, .addition], Manner.allCases)
  func aSaveAtAnyMomentOfAStepIsKept(_ deed: Deed, _ manner: Manner) throws {
    let before = try deed.preparation()
    let text = try edited(before)
    // The steps share most of their calls: by default one in three of the others is tried.
    let isThorough = deed == .laterClaim || variable("CONDUCTOR_ROUNDS") != nil
    var number = 1
    var sawStep = 0
    while true {
      let place = try Workplace(like: before)
      let (refusal, calls) = save(text, manner, before: number, of: deed, in: place)
      if calls < number { break }
      let note: Comment = "\(deed) \(manner) before call \(number)"
      #expect(refusal == nil, "\(note) \(refusal?.reasons.first?.text.string ?? "")")
      let present = try place.backlog()
      #expect(String(decoding: present, as: UTF8.self).contains("Renamed"), "\(note): lost")
      #expect(try Backlog(Bytes(present)).count >= 2, note)
      #expect(place.leftovers() == [], note)
      #expect(try place.findings() == [], note)
      let claims = try place.settledClaims()
      switch deed {
      case .release: #expect(claims.isEmpty, note)
      case .addition: break
      default:
        // A claim that the person's save wiped out of the backlog is held all the same.
        let number = deed == .laterClaim ? 2 : 1
        #expect(claims["ND-001"]?.claim.number == number, note)
        let context = place.context(seed: 50)
        var request = NextRequest()
        request.item = "ND-001"
        let answer = try NextItem(place.project(context), context, request).run()
        #expect(answer.refusal?.reasons.first?.code == "held", note)
      }
      if present != Array(text.utf8) { sawStep += 1 }
      number += isThorough ? 1 : 3
    }
    #expect(sawStep > 8, "most saves come before the step and are built upon")
  }

  @Test func aBacklogThatChangesEachTimeEndsAsBusyAndHandsNothingOut() throws {
    let before = try Deed.laterClaim.preparation()
    let text = try edited(before)
    let place = try Workplace(like: before)
    let folder = place.folder
    let context = place.context(fault: { call, number in
      // Whenever the new content is about to be compared, the person has typed again.
      if call == .exchange || call == .futimens {
        try? folder.replace(text + String(repeating: " ", count: number), Workplace.backlogPath)
      }
      return nil
    })
    let refusal = outcome { try Deed.laterClaim.run(place, context) }
    #expect(refusal?.exit == .busy)
    #expect(refusal?.hint != nil)
    #expect(try place.folder.text(Workplace.backlogPath).contains("Renamed"))
    #expect(try place.settledClaims().isEmpty)
    try place.expectAgreement("after giving up")
  }

  @Test func aSaveThatCannotBeParsedStopsTheStepAndIsKept() throws {
    let before = try Deed.laterClaim.preparation()
    var number = 1
    var refused = 0
    while true {
      let place = try Workplace(like: before)
      let (refusal, calls) = save(
        "{ \"items\": [", .byRename, before: number, of: .laterClaim, in: place)
      if calls < number { break }
      #expect(try place.folder.text(Workplace.backlogPath) == "{ \"items\": [", "call \(number)")
      if let refusal {
        #expect(refusal.exit == .wrongContent, "call \(number)")
        #expect(try place.settledClaims().isEmpty, "call \(number)")
        refused += 1
      } else {
        #expect(try place.settledClaims()["ND-001"] != nil, "call \(number)")
      }
      #expect(try place.findings() == [], "call \(number)")
      number += 1
    }
    #expect(refused > 20)
  }

  @Test func aBacklogThatIsRemovedMeanwhileIsNotBroughtBack() throws {
    let before = try Deed.laterClaim.preparation()
    var number = 1
    while true {
      let place = try Workplace(like: before)
      let folder = place.folder
      let wanted = number
      let context = place.context(fault: { _, present in
        if present == wanted { folder.remove(Workplace.backlogPath) }
        return nil
      })
      let refusal = outcome { try Deed.laterClaim.run(place, context) }
      if context.machine.calls.count < number { break }
      #expect(!place.folder.holds(Workplace.backlogPath), "call \(number): it came back")
      if let refusal {
        let expected: [ExitCode] = [.missingFile, .readingOrWritingFailed, .busy]
        #expect(expected.contains(refusal.exit), "call \(number) \(refusal)")
      }
      number += 1
    }
  }
}
