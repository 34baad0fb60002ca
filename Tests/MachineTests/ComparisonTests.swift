import TestSupport
import Testing

@testable import Machine

extension Children {
  /// Comparing copies of files, which git does without looking anywhere else.
  @Suite struct ComparisonTests {
    let scratch: Scratch
    let measuring: MeasuringRepository

    init() throws {
      scratch = try Scratch()
      let repository = try Repository(in: scratch)
      try scratch.files.makeDirectory(scratch / "store")
      measuring = try MeasuringRepository(
        Repository.git, at: repository.top, store: scratch / "store")
    }

    private func lay(_ text: String, _ side: MeasuringRepository.Side, _ name: Path) throws {
      try measuring.lay(Array(text.utf8), on: side, as: name, isExecutable: name == "x")
    }

    private func patch() throws -> [String] {
      String(decoding: try measuring.comparison(), as: UTF8.self).split(separator: "\n")
        .map(String.init).filter { !$0.hasPrefix("index ") }
    }

    @Test func bothSidesAreEmptyAtFirstAndAgainAfterwards() throws {
      defer { measuring.close() }
      #expect(try patch() == [])
      try lay("1\n", .before, "1")
      try lay("1\n", .after, "1")
      #expect(try patch() == [])
      try lay("new", .after, "2")
      #expect(
        try patch() == [
          "diff --git b/2 b/2", "new file mode 100644", "--- /dev/null", "+++ b/2",
          "@@ -0,0 +1 @@", "+new", "\\ No newline at end of file",
        ])
      #expect(try patch() == [])
    }

    @Test func nothingOfAnEarlierComparisonIsLeft() throws {
      defer { measuring.close() }
      try lay("a longer text\n", .before, "x")
      try lay("1\n", .before, "gone")
      try lay("another long text\n", .after, "x")
      #expect(try !patch().isEmpty)
      try lay("1\n", .before, "x")
      try measuring.lay(Array("1\n".utf8), on: .after, as: "x", isExecutable: false)
      #expect(try patch() == ["diff --git a/x b/x", "old mode 100755", "new mode 100644"])
      try lay("1\n", .before, "x")
      try lay("1\n", .after, "x")
      #expect(try patch() == [])
    }

    @Test func changesAreTold() throws {
      defer { measuring.close() }
      let long = (1...30).map { "line \($0)\n" }.joined()
      try lay("1\n2\n3\n", .before, "1")
      try lay("1\n3\n4\n", .after, "1")
      try lay(long, .before, "2")
      try lay(long + "more\n", .after, "3")
      try lay("a\0b\n", .before, "4")
      try lay("x", .before, "5")
      try measuring.lay(Array("x".utf8), on: .after, as: "5", isExecutable: true)
      let lines = try patch()
      #expect(lines.contains("-2") && lines.contains("+4") && lines.contains("+more"))
      #expect(lines.contains("rename from a/2") && lines.contains("rename to b/3"))
      #expect(lines.contains("deleted file mode 100644") && lines.contains("-a\0b"))
      #expect(lines.contains("old mode 100644") && lines.contains("new mode 100755"))
      #expect(!lines.contains { $0.hasPrefix("Binary") })
    }
  }
}
