import Testing

@testable import Machine

/// Views of large files: no copy of our own, and yet no write by anybody goes unseen.
@Suite struct FileViewTests {
  private let scratch: Scratch
  private let content = String(repeating: "a", count: 5 << 20)

  init() throws { scratch = try Scratch() }

  private func view() throws -> FileImage {
    try save(secondsAgo: 1)
    return try scratch.files.view(scratch / "a", limit: 1 << 30)
  }

  /// Writes the file and dates it, since a file that was written a moment ago is copied.
  private func save(secondsAgo: Int64) throws {
    try scratch.save(content, at: "a")
    let calls = scratch.files.calls
    let descriptor = try calls.open(scratch / "a", Flag.write)
    defer { try? calls.close(descriptor) }
    try calls.setModified(descriptor, calls.now() - secondsAgo * 1_000_000_000, "a")
  }

  private func stage() throws -> StagedFile {
    let new = Array("new".utf8)
    var staged: StagedFile?
    try unsafe new.withUnsafeBytes {
      staged = try unsafe scratch.files.stage([$0], for: scratch / "a")
    }
    return try #require(staged)
  }

  @Test func holdsTheFileAndIsReplaced() throws {
    let image = try view()
    #expect(image.isShared)
    #expect(unsafe String(decoding: image.buffer, as: UTF8.self) == content)
    #expect(try stage().commit(expecting: image) == .done)
    #expect(try scratch.files.read(scratch / "a", limit: 10) == Array("new".utf8))
  }

  @Test func aFileWrittenAMomentAgoIsCopied() throws {
    // So far ahead that no delay of this test makes it the past.
    try save(secondsAgo: -3600)
    #expect(try !scratch.files.view(scratch / "a", limit: 1 << 30).isShared)
  }

  @Test func whatWasPutInPlaceByOurselvesIsNotCopied() throws {
    try scratch.save("old", at: "a")
    let old = try scratch.files.image(scratch / "a", limit: 1 << 30)
    let new = Array(content.utf8)
    var outcome: StagedFile.Outcome?
    try unsafe new.withUnsafeBytes {
      outcome = try unsafe scratch.files.stage([$0], for: scratch / "a").commit(expecting: old)
    }
    #expect(outcome == .done)
    // No wait: staging gave the file a time that no later write can have.
    #expect(try scratch.files.view(scratch / "a", limit: 1 << 30).isShared)
  }

  @Test func theBytesStayWhenTheirMemoryIsGivenBack() throws {
    let image = try view()
    image.load()
    image.forget()
    #expect(unsafe String(decoding: image.buffer, as: UTF8.self) == content)
    #expect(try stage().commit(expecting: image) == .done)
    #expect(unsafe String(decoding: image.buffer, as: UTF8.self) == content)
  }

  @Test func whatIsOpenedIsClosed() throws {
    _ = try view()
    let opened = Counter()
    let files = Files(
      calls: SystemCalls { call, _ in
        if call == .open { _ = opened.add(1) }
        if call == .close { _ = opened.add(-1) }
        return nil
      })
    var image: FileImage? = try files.view(scratch / "a", limit: 1 << 30)
    #expect(image?.isShared == true)
    #expect(opened.value == 1)
    image = nil
    #expect(opened.value == 0)
    let failing = Files(
      calls: SystemCalls { call, _ in
        if call == .open { _ = opened.add(1) }
        if call == .close { _ = opened.add(-1) }
        return call == .mmap ? .fail(Code.noMemory) : nil
      })
    #expect(throws: SystemError.self) { try failing.view(scratch / "a", limit: 1 << 30) }
    #expect(opened.value == 0)
  }

  @Test func aWriteIntoTheFileIsSeen() throws {
    let image = try view()
    let staged = try stage()
    let saved = "b" + content.dropFirst()
    try scratch.save(saved, at: "a")
    #expect(try staged.commit(expecting: image) == .changed)
    #expect(try scratch.files.read(scratch / "a", limit: 1 << 30) == Array(saved.utf8))
    #expect(try scratch.files.leftover(for: scratch / "a") == nil)
  }

  @Test func aSaveAtTheLastInstantIsSeen() throws {
    for isReplaced in [false, true] {
      let image = try view()
      let scratch = scratch
      let content = content
      let files = Files(
        calls: SystemCalls { call, _ in
          guard call == .exchange else { return nil }
          try? scratch.save("theirs" + content, at: isReplaced ? "b" : "a")
          if isReplaced { try? scratch.files.calls.rename(scratch / "b", over: scratch / "a") }
          return nil
        })
      let new = Array("new".utf8)
      var outcome: StagedFile.Outcome?
      try unsafe new.withUnsafeBytes {
        outcome = try unsafe files.stage([$0], for: scratch / "a").commit(expecting: image)
      }
      // The hook saves again when the first save is put back; either way the last save is what lies there.
      #expect(outcome != .done)
      let left = try scratch.files.read(scratch / "a", limit: 1 << 30)
      #expect(left == Array(("theirs" + content).utf8))
    }
  }
}
