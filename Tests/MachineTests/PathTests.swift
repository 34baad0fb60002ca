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
}
