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
    /// Somewhat above what the program and Swift's runtime take, and far below what Foundation would add to them.
    private static let sizeLimit = 12 << 20

    private func bytes() throws -> [UInt8] {
      try Array(Data(contentsOf: URL(fileURLWithPath: #require(release))))
    }

    @Test func itNeedsNoSharedLibrary() throws {
      let program = try #require(ExecutableHeader(bytes()), "the release is no 64-bit ELF program")
      #expect(program.isProgram)
      #expect(!program.hasInterpreter, "it asks for a dynamic linker")
      #expect(program.neededLibraries == 0)
    }

    @Test func itIsStripped() throws {
      let program = try #require(ExecutableHeader(bytes()), "the release is no 64-bit ELF program")
      #expect(program.sections > 0)
      #expect(!program.hasSymbolTable)
    }

    @Test func itIsSmallAndHoldsNoFoundation() throws {
      let bytes = try bytes()
      #expect(bytes.count <= Self.sizeLimit, "\(bytes.count) bytes")
      // The runtime itself names one type of Foundation's, so the word alone says nothing; these come from linking.
      for name in ["libFoundation", "FoundationEssentials", "lib_Foundation", "NSFileManager"] {
        #expect(!bytes.contains(Array(name.utf8)), "\(name) is in the release")
      }
      let known = "_plans/next-development.todo.json"
      #expect(bytes.contains(Array(known.utf8)), "the search does not find what is there")
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

/// What the header of an ELF file says about how the program is started; nil for any other file.
private struct ExecutableHeader {
  /// Whether the file is a program at all, rather than an object or a library.
  private(set) var isProgram = false
  /// Whether another program, the dynamic linker, must start this one.
  private(set) var hasInterpreter = false
  /// How many shared libraries are named that must be there.
  private(set) var neededLibraries = 0
  /// How many sections the file has.
  private(set) var sections = 0
  /// Whether the names of functions are still in the file.
  private(set) var hasSymbolTable = false

  private let bytes: [UInt8]

  init?(_ bytes: [UInt8]) {
    // 64 bits, little-endian: the only kind of machine that a Swift toolchain exists for on Linux.
    guard bytes.count > 64, bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
    self.bytes = bytes
    // 2 is a program at a fixed address, 3 one that can be put anywhere (or a library, which nobody could start).
    isProgram = [2, 3].contains(number(16, 2))
    let (segments, segmentSize, segmentCount) = (number(32, 8), number(54, 2), number(56, 2))
    for index in 0..<segmentCount {
      let start = segments + index * segmentSize
      switch number(start, 4) {
      case 2: neededLibraries += libraries(from: number(start + 8, 8), size: number(start + 32, 8))
      case 3: hasInterpreter = true
      default: break
      }
    }
    let (table, entrySize) = (number(40, 8), number(58, 2))
    sections = number(60, 2)
    for index in 0..<sections where number(table + index * entrySize + 4, 4) == 2 {
      hasSymbolTable = true
    }
  }

  /// Counts the entries of kind 1, "needed", in a table of pairs that an entry of kind 0 ends.
  private func libraries(from start: Int, size: Int) -> Int {
    var count = 0
    for entry in stride(from: start, to: start + size, by: 16) {
      let kind = number(entry, 8)
      if kind == 0 { break }
      if kind == 1 { count += 1 }
    }
    return count
  }

  private func number(_ start: Int, _ length: Int) -> Int {
    guard start >= 0, start <= bytes.count - length else { return 0 }
    return bytes[start..<start + length].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

extension [UInt8] {
  /// Whether a run of bytes occurs; looks at the first byte alone until it fits, since a program has millions.
  fileprivate func contains(_ word: [UInt8]) -> Bool {
    guard let first = word.first, count >= word.count else { return false }
    return (0...count - word.count).contains { start in
      self[start] == first && self[start..<start + word.count].elementsEqual(word)
    }
  }
}
