import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// Every system call of every step made to fail in turn: files are old or new and never between, and what the caller
/// is told is what holds.
@Suite struct FailingCallTests {
  /// What cannot be read refuses by its own meaning; all else is a failure to read or write.
  private static func isTold(_ refusal: Refusal) -> Bool {
    let closed: [ExitCode] = [
      .wrongContent, .notPermitted, .prerequisiteUnmet, .wrongConfiguration,
    ]
    return refusal.exit == .readingOrWritingFailed || closed.contains(refusal.exit)
  }

  private static let harmless: [SystemCalls.Fault] = [.fail(Code.interrupted), .short]

  @Test(arguments: Deed.allCases, [Code.noSpace, Code.inputOutput])
  func oneFailingCallLeavesOldOrNewAndSaysWhich(_ deed: Deed, _ code: Int32) throws {
    try spoilEach(deed, .fail(code)) { place, refusal, old, new, note in
      let present = try deed.result(place)
      if let refusal {
        #expect(Self.isTold(refusal), "\(note) \(refusal)")
        #expect(refusal.reasons.first?.text.isEmpty == false, note)
        #expect(present == old, "\(note): a step that failed has changed a file")
      } else {
        #expect(present == new, "\(note): a step that succeeded has not changed its file")
      }
      try place.expectAgreement(note)
      #expect(
        try deed.result(place) == present, "\(note): settling changed what the caller was told")
    }
  }

  @Test(arguments: Deed.allCases, harmless)
  func anInterruptedOrShortCallChangesNothing(_ deed: Deed, _ fault: SystemCalls.Fault) throws {
    try spoilEach(deed, fault) { place, refusal, _, new, note in
      #expect(refusal == nil, "\(note) \(refusal?.reasons.first?.text.string ?? "")")
      #expect(try deed.result(place) == new, note)
      try place.expectAgreement(note)
    }
  }

  /// A disk that fills up stays full: nothing more can be written, not even that the step is undone.
  @Test(arguments: Deed.allCases)
  func aDiskThatStaysFullHandsNothingOut(_ deed: Deed) throws {
    let needsRoom: Set<SystemCalls.Call> = [.write, .pwrite, .mkdir, .link]
    try spoil(deed) { number in
      { call, present in
        present >= number && needsRoom.contains(call) ? .fail(Code.noSpace) : nil
      }
    } then: { place, refusal, old, new, note in
      let present = try deed.result(place)
      #expect(present == (refusal == nil ? new : old), note)
      try place.expectAgreement(note)
      #expect(
        try deed.result(place) == present,
        "\(note): the next command did what the caller was told had failed")
    }
  }

  /// A disk that answers nothing any more cannot even be told to undo: then the message must say so.
  @Test(arguments: Deed.allCases)
  func aDiskThatDiesLeavesNoOneInTheDark(_ deed: Deed) throws {
    try spoil(deed) { number in
      { _, present in present >= number ? .fail(Code.inputOutput) : nil }
    } then: { place, refusal, old, new, note in
      try place.expectAgreement(note)
      let present = try deed.result(place)
      #expect(present == old || present == new, "\(note): neither old nor new")
      if let refusal, present == new, old != new {
        let text = refusal.reasons.map(\.text.string).joined(separator: " ")
        #expect(text.contains("next command"), "\(note): \(text)")
      }
      if refusal == nil { #expect(present == new, note) }
    }
  }

  // MARK: Spoiling

  typealias Check = (
    _ place: Workplace, _ refusal: Refusal?, _ old: [String: [UInt8]], _ new: [String: [UInt8]],
    _ note: Comment
  ) throws -> Void

  private func spoilEach(_ deed: Deed, _ fault: SystemCalls.Fault, then check: Check) throws {
    try spoil(deed) { number in
      { _, present in present == number ? fault : nil }
    } then: {
      try check($0, $1, $2, $3, "\($4) \(fault)")
    }
  }

  private func spoil(
    _ deed: Deed,
    _ plan: (Int) -> @Sendable (SystemCalls.Call, Int) -> SystemCalls.Fault?, then check: Check
  ) throws {
    let isWhole = deed == .firstClaim || deed == .pause
    let step = isWhole || variable("CONDUCTOR_ROUNDS") != nil ? 1 : 5
    let offset = Int(SeededRandom.seed % 5)
    let before = try deed.preparation()
    let old = try deed.oldResult(before)
    let new = try deed.wholeResult(before)
    var number = 1
    while true {
      // All deeds share most of their calls: by default one in five of the others is tried.
      while step > 1, number % step != offset { number += 1 }
      let place = try Workplace(like: before)
      let context = place.context(fault: plan(number))
      let refusal = outcome { try deed.run(place, context) }
      try check(place, refusal, old, new, "\(deed) call \(number)")
      if context.machine.calls.count < number { break }
      number += 1
    }
    #expect(number > 20, "the step makes calls")
  }
}
