import Glibc
import Testing

@testable import Machine

@Suite struct FilesTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func code(_ body: () throws -> Void) -> Int32? {
    do {
      try body()
      return nil
    } catch let error as SystemError {
      return error.errno
    } catch {
      return -1
    }
  }

  @Test func readsOnlyRegularFilesAndNeverWaits() throws {
    try scratch.save("text", at: "a")
    scratch.makePipe("pipe")
    let files = scratch.files
    for read in [
      { (path: Path) in _ = try files.read(path, limit: 100) },
      { (path: Path) in _ = try files.image(path, limit: 100) },
    ] {
      #expect(code { try read(scratch / "a") } == nil)
      #expect(code { try read(scratch / "pipe") } == ENXIO)
      #expect(code { try read("/dev/null") } == ENXIO)
      #expect(code { try read(scratch.path) } == EISDIR)
      #expect(code { try read(scratch / "missing") } == ENOENT)
      #expect(code { try read(scratch / "a/b") } == ENOTDIR)
    }
  }

  @Test func limitsAreExact() throws {
    for size in [0, 1, 4095, 4096, 4097, 70_000] {
      let text = String(repeating: "x", count: size)
      try scratch.save(text, at: "a")
      #expect(try scratch.files.read(scratch / "a", limit: size).count == size)
      #expect(try scratch.files.image(scratch / "a", limit: size).count == size)
      if size == 0 { continue }
      #expect(code { _ = try scratch.files.read(scratch / "a", limit: size - 1) } == EFBIG)
      #expect(code { _ = try scratch.files.image(scratch / "a", limit: size - 1) } == EFBIG)
    }
  }

  @Test(.enabled(if: isThere("/proc/self/stat"), "there is no /proc"))
  func readsFilesThatStateNoSize() throws {
    #expect(try !scratch.files.read("/proc/self/stat", limit: 100_000).isEmpty)
  }

  @Test func listsWithKindsAndOddNames() throws {
    let odd = Path(bytes: [10, 255, 32, 34])
    try scratch.save("", at: odd)
    try scratch.files.makeDirectory(scratch / "directory")
    scratch.link("link", to: "nowhere")
    scratch.makePipe("pipe")
    var found: [Path: FileIdentity.Kind] = [:]
    for (name, kind) in try scratch.files.list(scratch.path) { found[name] = kind }
    #expect(found == [odd: .file, "directory": .directory, "link": .link, "pipe": .other])
    #expect(code { _ = try scratch.files.list(scratch / odd) } == ENOTDIR)
  }

  @Test func makesDirectoriesWithTheirParents() throws {
    try scratch.files.makeDirectory(scratch / "a/b/c")
    try scratch.files.makeDirectory(scratch / "a/b/c")
    #expect(try scratch.files.identity(scratch / "a/b/c")?.kind == .directory)
    try scratch.save("", at: "file")
    #expect(code { try scratch.files.makeDirectory(scratch / "file") } == EEXIST)
    #expect(code { try scratch.files.makeDirectory(scratch / "file/below") } == EEXIST)
  }

  @Test func identityTellsLinksFromTargets() throws {
    try scratch.save("12345", at: "a")
    scratch.link("link", to: "a")
    scratch.link("dangling", to: "nowhere")
    let target = try #require(try scratch.files.identity(scratch / "link"))
    #expect(target.kind == .file)
    #expect(target.size == 5)
    let present = try #require(try scratch.files.identity(scratch / "a"))
    #expect(target.isSameFile(as: present))
    #expect(try scratch.files.identity(scratch / "link", followLinks: false)?.kind == .link)
    #expect(try scratch.files.identity(scratch / "dangling") == nil)
    #expect(try scratch.files.resolve(scratch / "link") == scratch / "a")
    #expect(code { _ = try scratch.files.resolve(scratch / "dangling") } == ENOENT)
  }

  @Test func appendsAtTheExpectedSizeOnly() throws {
    let path = scratch / "ledger"
    try scratch.files.append(Array("one\n".utf8), to: path, at: 0)
    try scratch.files.append(Array("two\n".utf8), to: path, at: 4)
    #expect(code { try scratch.files.append([65], to: path, at: 4) } == ESTALE)
    #expect(code { try scratch.files.append([65], to: scratch / "new", at: 4) } == ESTALE)
    #expect(try scratch.text("ledger") == "one\ntwo\n")
    #expect(try scratch.names() == ["ledger"])
    try scratch.files.truncate(path, to: 4)
    #expect(try scratch.text("ledger") == "one\n")
  }

  @Test func everyFailureOfAnAppendLeavesOldOrNew() throws {
    for old in [nil, "one\n"] {
      try spoilingEachCall { calls, fault, number in
        let scratch = try Scratch()
        if let old { try scratch.save(old, at: "a") }
        var isDone = false
        do {
          let size = old?.utf8.count ?? 0
          try Files(calls: calls).append(Array("two\n".utf8), to: scratch / "a", at: size)
          isDone = true
        } catch {
          #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
        }
        let text = try scratch.names().isEmpty ? nil : scratch.text("a")
        if isDone {
          #expect(text == (old ?? "") + "two\n", "\(fault) at call \(number)")
        } else {
          #expect(text == old, "\(fault) at call \(number)")
        }
      }
    }
  }

  @Test func aFullDiskInTheMiddleOfAnAppendIsUndone() throws {
    try scratch.save("one\n", at: "a")
    let writes = Counter()
    let files = Files(
      calls: SystemCalls { call, _ in
        guard call == .pwrite else { return nil }
        return writes.add(1) == 1 ? .short : .fail(ENOSPC)
      })
    #expect(code { try files.append(Array("two\n".utf8), to: scratch / "a", at: 4) } == ENOSPC)
    #expect(try scratch.text("a") == "one\n")
  }

  @Test func publishingNeverReplaces() throws {
    let path = scratch / "receipt"
    try scratch.files.publish(Array("first".utf8), at: path, temporaryIn: scratch.path)
    #expect(
      code { try scratch.files.publish([50], at: path, temporaryIn: scratch.path) } == EEXIST)
    scratch.link("dangling", to: "nowhere")
    #expect(
      code {
        try scratch.files.publish([50], at: scratch / "dangling", temporaryIn: scratch.path)
      } == EEXIST)
    #expect(try scratch.text("receipt") == "first")
    #expect(try scratch.names() == ["dangling", "receipt"])
  }

  /// Without files that have no name, and without hard links either.
  private static func poor(_ links: Bool) -> Files {
    let opens = Counter()
    return Files(
      calls: SystemCalls { call, _ in
        if call == .open, opens.add(1) == 1 { return .fail(EOPNOTSUPP) }
        return call == .link && !links ? .fail(EPERM) : nil
      })
  }

  @Test(arguments: [true, false])
  func publishingWorksOnPoorerFileSystems(links: Bool) throws {
    let path = scratch / "receipt"
    try FilesTests.poor(links).publish(Array("1".utf8), at: path, temporaryIn: scratch.path)
    #expect(
      code { try FilesTests.poor(links).publish([50], at: path, temporaryIn: scratch.path) }
        == EEXIST)
    #expect(try scratch.text("receipt") == "1")
    #expect(try scratch.names() == ["receipt"])
  }

  @Test func oneOfTwoPublishersWins() throws {
    for round in 0..<50 {
      let path = scratch / Path("receipt-\(round)")
      let files = scratch.files
      let directory = scratch.path
      let publish = { @Sendable (text: String) in
        (try? files.publish(Array(text.utf8), at: path, temporaryIn: directory)) != nil
      }
      let (one, other) = concurrently({ publish("one") }, { publish("other") })
      #expect(one != other)
      #expect(try scratch.text(path.name) == (one ? "one" : "other"))
    }
  }

  @Test(arguments: [false, true])
  func everyFailureOfPublishingLeavesNothingOrTheWhole(named: Bool) throws {
    try spoilingEachCall { calls, fault, number in
      let scratch = try Scratch()
      let opens = Counter()
      let spoilt = SystemCalls { call, _ in
        if named, call == .open, opens.add(1) == 1 { return .fail(EOPNOTSUPP) }
        return calls.spoils(call)
      }
      var isDone = false
      do {
        try Files(calls: spoilt).publish(
          Array("whole".utf8), at: scratch / "r", temporaryIn: scratch.path)
        isDone = true
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
      let names = try scratch.names()
      if names.contains("r") {
        #expect(try scratch.text("r") == "whole")
      } else {
        #expect(!isDone)
      }
      let others = names.filter { $0 != "r" }
      #expect(others.allSatisfy { $0.hasSuffix(".conductor-tmp") }, "\(others)")
      if isDone { #expect(others.isEmpty, "\(fault) at call \(number)") }
    }
  }
}

extension SystemCalls {
  /// What these calls would make of one more call, for tests that join two plans.
  func spoils(_ call: Call) -> Fault? {
    do {
      var isShort = false
      _ = try attempt(call == .close ? .stat : call) {
        isShort = $0
        return 0
      }
      return isShort ? .short : nil
    } catch {
      return .fail(error.errno)
    }
  }
}
