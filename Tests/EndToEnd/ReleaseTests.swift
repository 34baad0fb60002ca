import Foundation
import Machine
import Testing

private let release = ProcessInfo.processInfo.environment["CONDUCTOR_RELEASE"]

/// Guards what is promised of a release on Linux: one file that stands alone wherever it is put.
///
/// The release is built apart from the tests, so its path comes from outside: `make check` and the continuous
/// integration name it in CONDUCTOR_RELEASE.
@Suite(.enabled(if: release != nil, "CONDUCTOR_RELEASE names no release to look at"))
struct ReleaseTests {
  #if os(Linux)
    /// Room to grow above what the program and Swift's runtime take (12 MB), and still less than with the smallest
    /// part of Foundation, which would add 7 MB.
    private static let sizeLimit = 18 << 20

    private func content() throws -> Data {
      try Data(contentsOf: URL(fileURLWithPath: #require(release)))
    }

    @Test func itNeedsNoSharedLibraryAndIsStripped() throws {
      let facts = try #require(ExecutableFacts(content()), "the release is no 64-bit ELF program")
      #expect(facts.isProgram)
      #expect(!facts.hasInterpreter, "it asks for a dynamic linker")
      #expect(facts.neededLibraries == 0)
      #expect(facts.sections > 0)
      #expect(!facts.hasSymbolTable)
    }

    @Test func itIsSmallAndHoldsNoFoundation() throws {
      let content = try content()
      #expect(content.count <= Self.sizeLimit)
      func holds(_ name: String) -> Bool { content.range(of: Data(name.utf8)) != nil }
      // The runtime itself names one type of Foundation's, so the word alone says nothing; these come from linking.
      for name in ["libFoundation", "FoundationEssentials", "lib_Foundation", "NSFileManager"] {
        let isThere = holds(name)
        #expect(!isThere, "\(name) is in the release")
      }
      let findsWhatIsThere = holds("_plans/next-development.todo.json")
      #expect(findsWhatIsThere)
    }
  #endif

  @Test func aCopyElsewhereRunsWithNothingAround() throws {
    let path = try #require(release)
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("conductor-release-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let copy = folder.appendingPathComponent("another name")
    try FileManager.default.copyItem(at: URL(fileURLWithPath: path), to: copy)

    let finished = try Processes(calls: SystemCalls()).run(
      [Array(copy.path.utf8), Array("version".utf8)], environment: [], directory: "/")
    #expect(finished.status == .exited(0))
    #expect(finished.errors.isEmpty)
    #expect(String(decoding: finished.output, as: UTF8.self).hasPrefix("conductor "))
  }
}

/// What an ELF file says about how the program is started; nil for any other file.
private struct ExecutableFacts {
  /// Whether the file is a program at all, rather than an object.
  private(set) var isProgram = false
  /// Whether another program, the dynamic linker, must start this one.
  private(set) var hasInterpreter = false
  /// How many shared libraries are named that must be there.
  private(set) var neededLibraries = 0
  /// How many sections the file has.
  private(set) var sections = 0
  /// Whether the names of functions are still in the file.
  private(set) var hasSymbolTable = false

  init?(_ content: Data) {
    // 64 bits, little-endian: there is no Swift for other machines on Linux.
    guard content.count > 64, content.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
      return nil
    }
    func number(_ start: Int, _ length: Int) -> Int {
      guard start >= 0, start <= content.count - length else { return 0 }
      return content[start..<start + length].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    // 2 is a program at a fixed address, 3 one that can be put anywhere.
    isProgram = [2, 3].contains(number(16, 2))
    let (segments, segmentSize) = (number(32, 8), number(54, 2))
    for index in 0..<number(56, 2) {
      let start = segments + index * segmentSize
      if number(start, 4) == 3 { hasInterpreter = true }
      guard number(start, 4) == 2 else { continue }
      // A table of pairs; kind 1 names a library, and kind 0 ends it.
      let table = number(start + 8, 8)
      for entry in stride(from: table, to: table + number(start + 32, 8), by: 16) {
        if number(entry, 8) == 0 { break }
        if number(entry, 8) == 1 { neededLibraries += 1 }
      }
    }
    sections = number(60, 2)
    let (table, entrySize) = (number(40, 8), number(58, 2))
    for index in 0..<sections where number(table + index * entrySize + 4, 4) == 2 {
      hasSymbolTable = true
    }
  }
}
