import Glibc
import Synchronization
import Testing

@testable import Machine

/// Reads, stages and commits, as the program edits a file.
private func edit(
  _ path: Path, to texts: [String], _ files: Files
) throws -> StagedFile.Outcome {
  let image = try files.image(path, limit: 1 << 30)
  let staged = try unsafe withPieces(texts) { try unsafe files.stage($0, for: path) }
  return try staged.commit(expecting: image)
}

/// Calls in the order in which they were made.
private final class MadeCalls: Sendable {
  private let list = Mutex<[SystemCalls.Call]>([])

  var calls: [SystemCalls.Call] { list.withLock { $0 } }

  func add(_ call: SystemCalls.Call) { list.withLock { $0.append(call) } }
}

@Suite struct StagedFileTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func replacesTheContentAndLeavesNothingElse() throws {
    try scratch.save("old", at: "a.json")
    #expect(try edit(scratch / "a.json", to: ["n", "", "ew"], scratch.files) == .done)
    #expect(try scratch.text("a.json") == "new")
    #expect(try scratch.names() == ["a.json"])
  }

  @Test func keepsTheMode() throws {
    try scratch.save("old", at: "a")
    scratch.mode("a", 0o4640)
    #expect(try edit(scratch / "a", to: ["new"], scratch.files) == .done)
    #expect(try scratch.files.identity(scratch / "a")?.mode == 0o4640)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func keepsTheOwner() throws {
    try scratch.save("old", at: "a")
    _ = unsafe Scratch.withCString(scratch / "a") { unsafe chown($0, 4321, 1234) }
    #expect(try edit(scratch / "a", to: ["new"], scratch.files) == .done)
    let identity = try #require(try scratch.files.identity(scratch / "a"))
    #expect(identity.owner == 4321)
    #expect(identity.group == 1234)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give files away"))
  func replacesNothingWhenTheOwnerCannotBeKept() throws {
    try scratch.save("old", at: "a")
    _ = unsafe Scratch.withCString(scratch / "a") { unsafe chown($0, 4321, 1234) }
    let files = Files(calls: SystemCalls { call, _ in call == .chown ? .fail(EPERM) : nil })
    #expect(throws: SystemError(call: .chown, errno: EPERM, path: scratch / ".a.conductor-tmp")) {
      try edit(scratch / "a", to: ["new"], files)
    }
    #expect(try scratch.text("a") == "old")
    #expect(try scratch.names() == ["a"])
  }

  @Test func followsALinkAndKeepsIt() throws {
    try scratch.files.makeDirectory(scratch / "there")
    try scratch.save("old", at: "there/real")
    scratch.link("link", to: "there/real")
    #expect(try edit(scratch / "link", to: ["new"], scratch.files) == .done)
    #expect(try scratch.files.identity(scratch / "link", followLinks: false)?.kind == .link)
    #expect(try scratch.text("there/real") == "new")
    #expect(try scratch.names() == ["link", "there"])
  }

  @Test func refusesWhatCannotBeEdited() throws {
    scratch.link("dangling", to: "nowhere")
    scratch.link("circle", to: "circle")
    try scratch.files.makeDirectory(scratch / "directory")
    scratch.makePipe("pipe")
    try scratch.save("old", at: "readonly")
    scratch.mode("readonly", 0o444)
    let before = try scratch.names()
    let expected: [(Path, Int32)] = [
      ("dangling", ENOENT), ("circle", ELOOP), ("directory", EISDIR), ("pipe", ENXIO),
      ("readonly", EACCES), ("missing/file", ENOENT),
    ]
    for (name, code) in expected {
      do {
        _ = try unsafe withPieces(["new"]) {
          try unsafe scratch.files.stage($0, for: scratch / name)
        }
        Issue.record("\(name) was staged")
      } catch let error as SystemError {
        #expect(error.errno == code, "\(name)")
        if name != "missing/file" { #expect(error.path == scratch / name) }
      }
    }
    #expect(try scratch.names() == before)
    #expect(try scratch.text("readonly") == "old")
  }

  @Test func refusesAPathWithANul() throws {
    let path = scratch.path / Path(bytes: [97, 0, 98])
    #expect(throws: SystemError(call: .stat, errno: EINVAL, path: path)) {
      try stage(path)
    }
  }

  private func stage(_ path: Path) throws {
    try unsafe withPieces(["x"]) { _ = try unsafe scratch.files.stage($0, for: path) }
  }

  @Test func makesANewFileButReplacesNone() throws {
    let first = try unsafe withPieces(["1"]) {
      try unsafe scratch.files.stage($0, for: scratch / "new")
    }
    #expect(try first.commit(expecting: nil) == .done)
    #expect(try scratch.text("new") == "1")
    let second = try unsafe withPieces(["2"]) {
      try unsafe scratch.files.stage($0, for: scratch / "new")
    }
    #expect(try second.commit(expecting: nil) == .changed)
    #expect(try scratch.text("new") == "1")
    #expect(try scratch.names() == ["new"])
  }

  @Test func aFileThatGoesOutOfUseIsRemoved() throws {
    try scratch.save("old", at: "a")
    do {
      let staged = try unsafe withPieces(["new"]) {
        try unsafe scratch.files.stage($0, for: scratch / "a")
      }
      #expect(try scratch.files.leftover(for: scratch / "a") == staged.temporary)
    }
    #expect(try scratch.names() == ["a"])
  }

  @Test func committingTwiceIsAnError() throws {
    try scratch.save("old", at: "a")
    let image = try scratch.files.image(scratch / "a", limit: 100)
    let staged = try unsafe withPieces(["new"]) {
      try unsafe scratch.files.stage($0, for: scratch / "a")
    }
    #expect(try staged.commit(expecting: image) == .done)
    #expect(throws: SystemError.self) { try staged.commit(expecting: image) }
    try staged.discard()
    #expect(try scratch.text("a") == "new")
  }

  @Test func aLeftoverIsReportedAndThenReplaced() throws {
    try scratch.save("old", at: "a")
    try scratch.save("of a crash", at: ".a.conductor-tmp")
    scratch.link("b", to: "a")
    #expect(try scratch.files.leftover(for: scratch / "b") == scratch / ".a.conductor-tmp")
    #expect(try edit(scratch / "a", to: ["new"], scratch.files) == .done)
    #expect(try scratch.names() == ["a", "b"])
    #expect(try scratch.files.leftover(for: scratch / "a") == nil)
  }

  @Test func whatIsSetAsideIsVisibleAndWhole() throws {
    try scratch.save("old", at: "a")
    try scratch.save("theirs", at: ".a.conductor-tmp")
    let kept = try scratch.files.setAside(scratch / ".a.conductor-tmp", of: scratch / "a")
    #expect(kept.name.string.hasPrefix("a.saved-by-other-"))
    #expect(try scratch.text(kept.name) == "theirs")
    #expect(try scratch.names() == ["a", kept.name.string])
  }

  @Test func withoutExchangeItComparesAndRenames() throws {
    for code in [EINVAL, ENOSYS, EOPNOTSUPP] {
      let files = Files(calls: SystemCalls { call, _ in call == .exchange ? .fail(code) : nil })
      try scratch.save("old", at: "a")
      #expect(try edit(scratch / "a", to: ["new"], files) == .done)
      #expect(try scratch.text("a") == "new")
      let image = try files.image(scratch / "a", limit: 100)
      let staged = try unsafe withPieces(["newer"]) {
        try unsafe files.stage($0, for: scratch / "a")
      }
      try scratch.save("person", at: "a")
      #expect(try staged.commit(expecting: image) == .changed)
      #expect(try scratch.text("a") == "person")
      #expect(try scratch.names() == ["a"])
    }
  }

  @Test func everyFailureLeavesOldOrNew() throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      try scratch.save("old", at: "a")
      var outcome: StagedFile.Outcome?
      do {
        outcome = try edit(scratch / "a", to: ["n", "ew"], Files(calls: calls))
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
      let text = try scratch.text("a")
      let names = try scratch.names()
      #expect(text == "new" || (outcome == nil && text == "old"), "\(fault) at call \(number)")
      #expect(outcome == nil || outcome == .done)
      if isHarmless(fault) || outcome == .done {
        #expect(names == ["a"], "\(fault) at call \(number)")
      } else {
        #expect(Set(names).isSubset(of: ["a", ".a.conductor-tmp"]), "\(fault) at call \(number)")
      }
    }
  }

  @Test func everyFailureOfANewFileLeavesNoneOrTheWhole() throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      var outcome: StagedFile.Outcome?
      do {
        let files = Files(calls: calls)
        let staged = try unsafe withPieces(["new"]) {
          try unsafe files.stage($0, for: scratch / "a")
        }
        outcome = try staged.commit(expecting: nil)
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
      let names = try scratch.names()
      if names.contains("a") {
        #expect(try scratch.text("a") == "new")
      } else {
        #expect(outcome == nil)
      }
      #expect(Set(names).isSubset(of: ["a", ".a.conductor-tmp"]), "\(fault) at call \(number)")
    }
  }

  @Test func randomPiecesArriveWholeThroughShortWrites() throws {
    let random = Random(seed: testSeed)
    for round in 0..<30 {
      let texts = (0..<Int(random.uint64() % 700)).map { _ in
        random.hex(Int(random.uint64() % 40))
      }
      let salt = random.uint64()
      let calls = SystemCalls { _, number in (UInt64(number) &* salt) >> 62 == 0 ? .short : nil }
      try scratch.save("old", at: "a")
      #expect(
        try edit(scratch / "a", to: texts, Files(calls: calls)) == .done,
        "round \(round), CONDUCTOR_TEST_SEED=\(testSeed)")
      #expect(
        try scratch.text("a") == texts.joined(),
        "round \(round), CONDUCTOR_TEST_SEED=\(testSeed)")
    }
  }

  @Test func largeFilesArriveWhole() throws {
    let size = 11 << 20
    let text = [UInt8](repeating: 7, count: size)
    try scratch.files.append(text, to: scratch / "a", at: 0)
    let image = try scratch.files.image(scratch / "a", limit: 1 << 30)
    let staged = try unsafe scratch.files.stage(
      [
        UnsafeRawBufferPointer(rebasing: image.buffer[..<100]),
        UnsafeRawBufferPointer(rebasing: image.buffer[99...]),
      ], for: scratch / "a")
    #expect(try staged.commit(expecting: image) == .done)
    let after = try scratch.files.read(scratch / "a", limit: 1 << 30)
    #expect(after.count == size + 1)
    #expect(after == text + [7])
  }

  @Test func largeFilesAreWrittenInSmallPartsThatTheDiskBeginsOnEarly() throws {
    let made = MadeCalls()
    let files = Files(
      calls: SystemCalls { call, _ in
        if call == .write || call == .writeback || call == .fsync { made.add(call) }
        return nil
      })
    let text = [UInt8](repeating: 7, count: 9 << 20)
    try unsafe text.withUnsafeBytes {
      try unsafe files.stage([$0], for: scratch / "a").discard()
    }
    let written = made.calls.filter { $0 == .write }.count
    #expect(written == (9 << 20) / (64 << 10))
    #expect(made.calls.filter { $0 == .writeback }.count == 2)
    #expect(made.calls.last == .fsync)
  }

  @Test func workIsDoneBetweenWritingAndSyncing() throws {
    try scratch.save("old", at: "a")
    let seen = MadeCalls()
    let files = Files(
      calls: SystemCalls { call, _ in
        if [.write, .writeback, .chmod, .futimens, .fsync].contains(call) { seen.add(call) }
        return nil
      })
    var before: [SystemCalls.Call] = []
    let text = Array("new".utf8)
    try unsafe text.withUnsafeBytes {
      try unsafe files.stage([$0], for: scratch / "a") { before = seen.calls }.discard()
    }
    // The disk has begun by then, and what tells a later write from ours comes after it.
    #expect(before == [.write, .writeback])
    #expect(seen.calls == [.write, .writeback, .chmod, .futimens, .fsync])
  }

  @Test func everyFailureOfStagingBesideWorkLeavesTheOld() throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      try scratch.save("old", at: "a")
      let files = Files(calls: calls)
      var isStaged = false
      let text = Array("new".utf8)
      do {
        try unsafe text.withUnsafeBytes {
          let staged = try unsafe files.stage([$0], for: scratch / "a") {}
          isStaged = true
          #expect(try scratch.text(".a.conductor-tmp") == "new")
          try staged.discard()
        }
      } catch {
        #expect(!isHarmless(fault), "call \(number), \(fault): \(error)")
      }
      if isHarmless(fault) { #expect(isStaged, "call \(number), \(fault)") }
      #expect(try scratch.text("a") == "old", "call \(number), \(fault)")
    }
  }

  @Test func storingReplacesWhateverIsThere() throws {
    try scratch.files.store(Array("1".utf8), at: scratch / "state")
    scratch.mode("state", 0o600)
    try scratch.files.store([], at: scratch / "state")
    #expect(try scratch.text("state") == "")
    #expect(try scratch.files.identity(scratch / "state")?.mode == 0o600)
    #expect(try scratch.names() == ["state"])
  }

  @Test func everyFailureOfStoringLeavesOldOrNew() throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      try scratch.save("old", at: "a")
      var isDone = false
      do {
        try Files(calls: calls).store(Array("new".utf8), at: scratch / "a")
        isDone = true
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
      let text = try scratch.text("a")
      #expect(text == "new" || (!isDone && text == "old"), "\(fault) at call \(number)")
    }
  }

  @Test func comparisonSeesEveryByteAcrossPieces() throws {
    let size = 5 << 20
    let bytes = [UInt8](repeating: 7, count: size)
    let positions = [0, 1, 4095, 131_071, 131_072, size / 2 - 1, size / 2, size - 1]
    for position in positions {
      var other = bytes
      other[position] = 8
      try scratch.save("", at: "a")
      try scratch.files.append(other, to: scratch / "a", at: 0)
      let (descriptor, _) = try scratch.files.openFile(scratch / "a")
      defer { close(descriptor) }
      for cuts in [[], [1], [100_000, 3_000_000], [position], [position + 1]] {
        let isEqual = try unsafe bytes.withUnsafeBytes { buffer in
          var pieces: [UnsafeRawBufferPointer] = unsafe []
          var start = 0
          for cut in cuts + [size] {
            unsafe pieces.append(UnsafeRawBufferPointer(rebasing: buffer[start..<cut]))
            start = cut
          }
          return try unsafe Comparison(
            pieces, descriptor, scratch / "a", scratch.files.calls
          ).isEqual()
        }
        #expect(!isEqual, "byte \(position), cut at \(cuts)")
      }
    }
  }
}
