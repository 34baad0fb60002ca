import Glibc
import Testing

@testable import Machine

@Suite struct FileImageTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let size = 5 << 20

  private func text(_ image: FileImage) -> String {
    unsafe String(decoding: image.buffer, as: UTF8.self)
  }

  @Test(arguments: [0, 1, 1 << 20 - 1, 1 << 20, 1 << 20 + 1, 3 << 20 + 7])
  func holdsExactlyTheFile(size: Int) throws {
    let random = Random(seed: UInt64(size))
    let content = random.hex(size)
    try scratch.save(content, at: "a")
    let image = try scratch.files.image(scratch / "a", limit: size)
    #expect(image.identity == (try scratch.files.identity(scratch / "a")))
    #expect(text(image) == content)
  }

  @Test(arguments: [100, FileImageTests.size])
  func doesNotChangeWithTheFile(size: Int) throws {
    let content = String(repeating: "a", count: size)
    try scratch.save(content, at: "a")
    let image = try scratch.files.image(scratch / "a", limit: size)
    try scratch.save("b", at: "a")
    #expect(text(image) == content)
  }

  @Test(arguments: [100, FileImageTests.size])
  func isReadAnewWhenTheFileChangesMeanwhile(size: Int) throws {
    let old = String(repeating: "a", count: size)
    for new in [
      "", "b", String(repeating: "b", count: size), String(repeating: "c", count: size + 5),
    ] {
      try scratch.save(old, at: "a")
      let seen = Counter()
      let scratch = scratch
      let files = Files(
        calls: SystemCalls { call, _ in
          if call == .pread, seen.add(1) == 1 { try? scratch.save(new, at: "a") }
          return nil
        })
      let image = try files.image(scratch / "a", limit: 2 * size)
      #expect(text(image) == new)
    }
  }

  @Test func aFileThatKeepsChangingIsBusy() throws {
    try scratch.save("aaaa", at: "a")
    let scratch = scratch
    let files = Files(
      calls: SystemCalls { call, number in
        if call == .pread { try? scratch.save("\(number) and more", at: "a") }
        return call == .sleep ? .short : nil
      })
    #expect(throws: SystemError(call: .read, errno: EBUSY, path: scratch / "a")) {
      _ = try files.image(scratch / "a", limit: 100)
    }
  }

  @Test func everyFailureIsReportedOrOvercome() throws {
    let content = String(repeating: "a", count: FileImageTests.size)
    try scratch.save(content, at: "a")
    try spoilingEachCall { calls, fault, number in
      do {
        let image = try Files(calls: calls).image(scratch / "a", limit: 1 << 30)
        #expect(text(image) == content, "\(fault) at call \(number)")
      } catch {
        #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
      }
    }
  }
}
