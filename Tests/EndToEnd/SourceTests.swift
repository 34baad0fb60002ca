import Machine
import TestSupport
import Testing

/// Promises about the sources as a whole that the compiler does not keep.
@Suite struct SourceTests {
  private static let root = Program.sources.string

  /// What code that pure targets stand on may include: nothing of the outside.
  private static let headers: Set<String> = [
    "CBytes.h", "scan.h", "sha256.h", "stddef.h", "stdint.h", "stdbool.h", "stdatomic.h",
    "string.h", "immintrin.h", "emmintrin.h", "cpuid.h", "arm_neon.h",
  ]

  static func included(_ source: String) -> [String] {
    source.matches(of: #/#\s*(?:include|import)\s*[<"]([^>"]+)/#).map { String($0.1) }
  }

  private func sources(below folder: String) throws -> [(name: String, text: String)] {
    let reader = try Folder()
    return try reader.files("\(Self.root)/\(folder)").map { ($0, try reader.text($0)) }
  }

  @Test func noHeaderOfTheSystemIsIncludedWherePureTargetsStand() throws {
    for (name, text) in try sources(below: "Sources/CBytes") {
      #expect(Self.included(text).filter { !Self.headers.contains($0) } == [], "\(name)")
    }
    #expect(Self.included("#  include <unistd.h>\n#import \"x.h\"") == ["unistd.h", "x.h"])
  }

  @Test func nothingInTheSourcesEndsTheProgramByForce() throws {
    let forbidden = ["try!", "fatalError(", " as! ", "abort()"]
    for (name, text) in try sources(below: "Sources") {
      for word in forbidden { #expect(!text.contains(word), "\(word) in \(name)") }
    }
  }

  @Test func noSourceFileIsTooLongToRead() throws {
    for (name, text) in try sources(below: "Sources") + sources(below: "Tests")
    where name.hasSuffix(".swift") {
      let lines = text.utf8.count { $0 == 0x0A }
      #expect(lines <= 600, "\(name) has \(lines) lines")
    }
  }
}
