import JSONText
import Rules
import Testing

@testable import Conducting

/// Patches as git prints them, told apart into changes.
@Suite struct PatchTests {
  private func read(_ text: String) throws -> Patch { try Patch(Array(text.utf8)) }

  /// One change as `kind path (from) +added -removed`, short enough for tables.
  private func told(_ text: String) throws -> [String] {
    try read(text).changes.map { change in
      "\(change.kind.rawValue) \(change.path)" + (change.from.map { " from \($0)" } ?? "")
        + (change.isBinary ? " binary" : "")
        + change.added.map { " +\($0)" }.joined() + change.removed.map { " -\($0)" }.joined()
    }
  }

  @Test func anEmptyPatchChangesNothing() throws {
    #expect(try read("").changes.isEmpty)
    #expect(try read("").lineCount == 0)
  }

  @Test(
    arguments: [
      (
        """
        diff --git a/a.txt b/a.txt
        index 1111111..2222222 100644
        --- a/a.txt
        +++ b/a.txt
        @@ -1,2 +1 @@ func heading() {
        -one
        -two
        +three
        @@ -9,0 +9,2 @@
        +four
        +five

        """, ["modify a.txt +three +four +five -one -two"], 5
      ),
      (
        """
        diff --git a/new b/new
        new file mode 100644
        index 0000000..2222222
        --- /dev/null
        +++ b/new
        @@ -0,0 +1 @@
        +x
        \\ No newline at end of file
        diff --git a/empty b/empty
        new file mode 100755
        index 0000000..e69de29

        """, ["add new +x", "add empty"], 1
      ),
      (
        """
        diff --git a/gone b/gone
        deleted file mode 100644
        index 2222222..0000000
        --- a/gone
        +++ /dev/null
        @@ -1 +0,0 @@
        -x

        """, ["delete gone -x"], 1
      ),
      (
        """
        diff --git a/old name b/new name
        similarity index 90%
        rename from old name
        rename to new name
        index 1111111..2222222 100644
        --- a/old name\t
        +++ b/new name\t
        @@ -3 +3 @@
        -x
        +y
        diff --git a/one b/two
        similarity index 100%
        copy from one
        copy to two

        """, ["rename new name from old name +y -x", "copy two from one"], 2
      ),
      (
        """
        diff --git a/tool b/tool
        old mode 100644
        new mode 100755
        diff --git a/both b/both
        old mode 100644
        new mode 100755
        index 1111111..2222222
        --- a/both
        +++ b/both
        @@ -1 +1 @@
        -x
        +y

        """, ["mode tool", "modify both +y -x"], 2
      ),
      (
        """
        diff --git a/picture.png b/picture.png
        index 1111111..2222222 100644
        Binary files a/picture.png and b/picture.png differ
        diff --git a/a b b/a b
        new file mode 100644
        index 0000000..2222222
        Binary files /dev/null and b/a b differ

        """, ["modify picture.png binary", "add a b binary"], 0
      ),
      (
        """
        diff --git a/lib b/lib
        index 1111111..2222222 160000
        --- a/lib
        +++ b/lib
        @@ -1 +1 @@
        -Subproject commit 1111111
        +Subproject commit 2222222
        diff --git a/sub b/sub
        new file mode 160000
        index 0000000..2222222
        --- /dev/null
        +++ b/sub
        @@ -0,0 +1 @@
        +Subproject commit 2222222

        """,
        [
          "submodule lib +Subproject commit 2222222 -Subproject commit 1111111",
          "submodule sub +Subproject commit 2222222",
        ], 3
      ),
      (
        """
        diff --git "a/tab\\there \\"q\\" \\\\ \\303\\251" "b/tab\\there \\"q\\" \\\\ \\303\\251"
        old mode 100644
        new mode 100755
        diff --git "a/line\\nend" "b/line\\nend"
        index 1111111..2222222 100644
        --- "a/line\\nend"
        +++ "b/line\\nend"
        @@ -0,0 +1 @@
        +x

        """, ["mode tab\there \"q\" \\ é", "modify line\nend +x"], 1
      ),
      ("* Unmerged path half done\n", ["modify half done"], 0),
    ] as [(String, [String], Int)])
  func changes(patch: String, expected: [String], lines: Int) throws {
    #expect(try told(patch) == expected)
    #expect(try read(patch).lineCount == lines)
  }

  @Test func contentNeverPassesForAHeading() throws {
    let patch = """
      diff --git a/a b/a
      index 1111111..2222222 100644
      --- a/a
      +++ b/a
      @@ -1,2 +1,3 @@
      --- a/other
      -diff --git a/x b/x
      +++ b/other
      +@@ -1 +1 @@
      +diff --git a/hidden b/hidden

      """
    let read = try read(patch)
    #expect(read.changes.map(\.path) == ["a"])
    #expect(
      read.changes.first?.added == ["++ b/other", "@@ -1 +1 @@", "diff --git a/hidden b/hidden"])
    #expect(read.changes.first?.removed == ["-- a/other", "diff --git a/x b/x"])
    #expect(read.lineCount == 5)
  }

  @Test func carriageReturnsAndOtherBytesBelongToTheContent() throws {
    let patch =
      Array(
        "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\r\n+two".utf8)
      + [0xff, 0x0d, 0x0a]
    let change = try #require(try Patch(patch).changes.first)
    #expect(change.removed == ["one\r"])
    #expect(change.added == ["two\u{fffd}\r"])
    #expect(!change.isBinary)
  }

  @Test func aNulMakesAFileBinaryAndItsLinesDoNotCount() throws {
    let patch =
      Array("diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+t".utf8)
      + [0] + Array("wo\n".utf8)
    let read = try Patch(patch)
    #expect(read.changes.first?.isBinary == true)
    #expect(read.lineCount == 0)
    #expect(read.changes.first?.removed == ["one"], "its lines are judged all the same")
  }

  @Test(arguments: [
    "something else\n",
    "diff --git a/a b/b\n",
    "diff --git nothing\n",
    "diff --git a/a b/a\nan unknown heading\n",
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n",
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ nonsense @@\n",
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n-y\n",
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,-5 +1 @@\n+x\n",
    "diff --git \"a/a b/a\n--- \"a/a\n+++ b/a\n",
    "diff --git a/a b/a\n--- \"a/\\9\"\n+++ b/a\n",
    "diff --git a/a b/a\n--- other/a\n+++ b/a\n",
    "diff --cc a\n",
  ])
  func whatIsNotInGitsFormIsRefused(patch: String) {
    #expect(throws: Patch.Fault.self) { try self.read(patch) }
  }

  @Test func everyCutOfAPatchIsReadOrRefused() throws {
    let whole = Array(
      """
      diff --git a/a b/a
      index 1111111..2222222 100644
      --- a/a
      +++ b/a
      @@ -1,2 +1,2 @@
      -x
      -y
      +x
      +z
      diff --git "a/\\303\\251" "b/\\303\\251"
      similarity index 90%
      rename from "\\303\\251"
      rename to other

      """.utf8)
    let complete = try Patch(whole).changes.count
    for length in whole.indices {
      // What is cut may be refused, or tell of less; it never tells of more.
      guard let part = try? Patch(Array(whole[..<length])) else { continue }
      #expect(part.changes.count <= complete)
    }
  }
}
