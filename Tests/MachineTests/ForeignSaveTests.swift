import Glibc
import Testing

@testable import Machine

/// What happens when somebody who takes no lock saves the file while it is being edited.
@Suite struct ForeignSaveTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Edits `a` from "old" to "ours" while `meddle` runs just before the given call of its kind.
  private func edit(
    _ call: SystemCalls.Call, _ turn: Int = 1,
    _ meddle: @escaping @Sendable (Scratch) throws -> Void
  ) throws -> StagedFile.Outcome {
    try scratch.save("old", at: "a")
    let seen = Counter()
    let isCommitting = Counter()
    let scratch = scratch
    let files = Files(
      calls: SystemCalls { present, _ in
        if present == call, isCommitting.value == 1, seen.add(1) == turn { try? meddle(scratch) }
        return nil
      })
    let image = try files.image(scratch / "a", limit: 100)
    let staged = try unsafe withPieces(["ours"]) { try unsafe files.stage($0, for: scratch / "a") }
    _ = isCommitting.add(1)
    return try staged.commit(expecting: image)
  }

  @Test func aSaveBeforeTheCommitSurvives() throws {
    #expect(try edit(.stat) { try $0.replace("person", at: "a") } == .changed)
    #expect(try scratch.text("a") == "person")
    #expect(try scratch.names() == ["a"])
  }

  @Test func aSaveInPlaceBeforeTheCommitSurvives() throws {
    #expect(try edit(.stat) { try $0.save("person", at: "a") } == .changed)
    #expect(try scratch.text("a") == "person")
    #expect(try scratch.names() == ["a"])
  }

  @Test func aSaveOfTheSameBytesIsNoChange() throws {
    #expect(try edit(.stat) { try $0.replace("old", at: "a") } == .done)
    #expect(try scratch.text("a") == "ours")
  }

  @Test func aChangeOfTheModeIsAChange() throws {
    for call in [SystemCalls.Call.stat, .exchange] {
      #expect(try edit(call) { $0.mode("a", 0o600) } == .changed)
      #expect(try scratch.text("a") == "old")
      #expect(try scratch.files.identity(scratch / "a")?.mode == 0o600)
      try scratch.files.remove(scratch / "a")
    }
  }

  @Test func aSaveJustBeforeTheExchangeIsPutBack() throws {
    #expect(try edit(.exchange) { try $0.replace("person", at: "a") } == .changed)
    #expect(try scratch.text("a") == "person")
    #expect(try scratch.names() == ["a"])
  }

  @Test func aSaveInPlaceOfEqualLengthJustBeforeTheExchangeIsPutBack() throws {
    #expect(try edit(.exchange) { try $0.save("OLD", at: "a") } == .changed)
    #expect(try scratch.text("a") == "OLD")
    #expect(try scratch.names() == ["a"])
  }

  @Test func aSaveThroughAnOpenFileWhileWeCompareIsPutBack() throws {
    let outcome = try edit(.pread) { try $0.save("OLD", at: ".a.conductor-tmp") }
    #expect(outcome == .changed)
    #expect(try scratch.text("a") == "OLD")
    #expect(try scratch.names() == ["a"])
  }

  @Test func aRemovalBeforeTheExchangeStays() throws {
    #expect(try edit(.exchange) { try $0.files.remove($0 / "a") } == .changed)
    #expect(try scratch.names() == [])
  }

  @Test func aLinkOrDirectoryPutInPlaceIsPutBack() throws {
    let outcome = try edit(.exchange) {
      try $0.files.remove($0 / "a")
      $0.link("a", to: "elsewhere")
    }
    #expect(outcome == .changed)
    #expect(try scratch.files.identity(scratch / "a", followLinks: false)?.kind == .link)
    #expect(try scratch.names() == ["a"])
    try scratch.files.remove(scratch / "a")

    let other = try edit(.exchange) {
      try $0.files.remove($0 / "a")
      try $0.files.makeDirectory($0 / "a")
    }
    #expect(other == .changed)
    #expect(try scratch.files.identity(scratch / "a")?.kind == .directory)
    #expect(try scratch.names() == ["a"])
  }

  /// The first save is noticed after the exchange; the second comes just before it is put back.
  private func editWithTwoSaves(
    _ second: @escaping @Sendable (Scratch) throws -> Void
  ) throws -> StagedFile.Outcome {
    try scratch.save("old", at: "a")
    let seen = Counter()
    let scratch = scratch
    let files = Files(
      calls: SystemCalls { call, _ in
        guard call == .exchange else { return nil }
        let turn = seen.add(1)
        if turn == 1 { try? scratch.replace("first", at: "a") }
        if turn == 2 { try? second(scratch) }
        return nil
      })
    let image = try files.image(scratch / "a", limit: 100)
    let staged = try unsafe withPieces(["ours"]) { try unsafe files.stage($0, for: scratch / "a") }
    return try staged.commit(expecting: image)
  }

  @Test func aSecondSaveWhileTheFirstIsPutBackIsKept() throws {
    let outcome = try editWithTwoSaves { try $0.replace("second", at: "a") }
    guard case .changedTwice(let kept) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try scratch.text("a") == "first")
    #expect(try scratch.text(kept.name) == "second")
    #expect(try scratch.names() == ["a", kept.name.string])
  }

  @Test func aSecondSaveIntoOurFileOfEqualLengthIsKept() throws {
    let outcome = try editWithTwoSaves { try $0.save("OURS", at: "a") }
    guard case .changedTwice(let kept) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try scratch.text("a") == "first")
    #expect(try scratch.text(kept.name) == "OURS")
  }

  @Test func aRemovalWhileTheFirstIsPutBackLosesNoSave() throws {
    #expect(try editWithTwoSaves { try $0.files.remove($0 / "a") } == .changed)
    #expect(try scratch.text("a") == "first")
    #expect(try scratch.names() == ["a"])
  }

  @Test func anUnreadableDisplacedFileIsPutBack() throws {
    try scratch.save("old", at: "a")
    let isCommitting = Counter()
    let files = Files(
      calls: SystemCalls { call, _ in
        call == .pread && isCommitting.value == 1 ? .fail(Code.inputOutput) : nil
      })
    let image = try files.image(scratch / "a", limit: 100)
    let staged = try unsafe withPieces(["ours"]) { try unsafe files.stage($0, for: scratch / "a") }
    _ = isCommitting.add(1)
    #expect(throws: SystemError.self) { try staged.commit(expecting: image) }
    #expect(!staged.isInPlace)
    #expect(try scratch.text("a") == "old")
    #expect(try scratch.names() == ["a"])
  }

  @Test func everyFailureWhileAPersonSavesKeepsTheSave() throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      try scratch.save("old", at: "a")
      let seen = Counter()
      let exchanges = Counter()
      let meddling = SystemCalls { call, _ in
        if call == .exchange, exchanges.add(1) == 1 { try? scratch.replace("person", at: "a") }
        return seen.add(1) == number ? fault : nil
      }
      do {
        let files = Files(calls: meddling)
        let image = try files.image(scratch / "a", limit: 100)
        let staged = try unsafe withPieces(["ours"]) {
          try unsafe files.stage($0, for: scratch / "a")
        }
        #expect(try staged.commit(expecting: image) == .changed)
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
      // Counted for the loop around us, which watches its own calls.
      for _ in 0..<seen.value { _ = calls.now() }
      if exchanges.value == 0 { return }
      // Nowhere else: a save may lie beside the file after a failure, and is never gone.
      let places = try scratch.names().map { try scratch.text(Path($0)) }
      #expect(places.contains("person"), "\(fault) at call \(number): \(places)")
    }
  }
}
