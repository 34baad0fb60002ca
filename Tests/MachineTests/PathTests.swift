import TestSupport
import Testing

@testable import Machine

@Suite struct PathTests {
  @Test func joining() {
    #expect(Path("a") / "b" == "a/b")
    #expect(Path("a/") / "b" == "a/b")
    #expect(Path("/") / "b" == "/b")
    #expect(Path("a") / "/b" == "/b")
    #expect(Path("") / "b" == "b")
    #expect(Path("a") / "" == "a")
  }

  @Test func partsOfAPath() {
    let cases: [(Path, parent: Path, name: Path)] = [
      ("/", "/", "/"), ("/a", "/", "a"), ("/a/b", "/a", "b"), ("/a//b//", "/a", "b"),
      ("a", ".", "a"), ("a/b", "a", "b"), ("", ".", "."), ("//", "/", "/"), ("..", ".", ".."),
    ]
    for (path, parent, name) in cases {
      #expect(path.parent == parent, "\(path)")
      #expect(path.name == name, "\(path)")
    }
  }

  @Test func normalizing() {
    let cases: [(Path, Path)] = [
      ("", "."), (".", "."), ("./a/.", "a"), ("a/../b", "b"), ("a/..", "."), ("../a", "../a"),
      ("a/../../b", "../b"), ("/..", "/"), ("/../a//b/", "/a/b"), ("//", "/"),
      ("../../a/../b", "../../b"),
    ]
    for (path, expected) in cases { #expect(path.normalized == expected, "\(path)") }
  }

  @Test func seenFromAbove() {
    let cases: [(Path, root: Path, Path?)] = [
      ("/a/b", "/a", "b"), ("/a", "/a/", "."), ("/ab", "/a", nil), ("/a/../b", "/a", nil),
      ("/a/b", "/", "a/b"), ("a/b", "a", "b"), ("a", ".", "a"), ("../a", ".", nil), ("a", "/", nil),
      ("/a/./b/c", "/a//b", "c"), ("../a/b", "../a", "b"), ("/..a/b", "/", "..a/b"),
    ]
    for (path, root, expected) in cases {
      #expect(path.relative(to: root) == expected, "\(path) from \(root)")
    }
  }

  @Test func bytesDecideAboutEqualityAndOrder() {
    let composed = Path("\u{e9}")
    let decomposed = Path("e\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(Path("Z") < "a")
    #expect(Path(bytes: [255]).string == "\u{fffd}")
    #expect(Path(bytes: [47, 255, 47, 10]).components == [Path(bytes: [255]), "\n"])
  }

  /// What is already written as it should be takes a shorter way, which must lead to the same.
  @Test func everyWayOfWritingAPathMeansTheSame() {
    var random = SeededRandom(31)
    let names = ["a", "b", "ab", ".", "..", "", "..a", ".b"]
    func path() -> Path {
      let parts = (0..<random.below(5)).map { _ in names[random.below(names.count)] }
      return Path((random.oneIn(2) ? "/" : "") + parts.joined(separator: "/"))
    }
    for _ in 0..<20_000 {
      let (one, other) = (path(), path())
      let note: Comment = "\(one) and \(other), CONDUCTOR_TEST_SEED=\(SeededRandom.seed)"
      // A dot more takes the longer way.
      let long = Path("." + "/" + one.string)
      if !one.isAbsolute { #expect(one.normalized == long.normalized, note) }
      #expect(one.normalized.normalized == one.normalized, note)
      let found = one.relative(to: other)
      #expect((one / "." / ".").relative(to: other / ".") == found, note)
      if let found {
        #expect((other / found).normalized == one.normalized, note)
      }
    }
  }
}
