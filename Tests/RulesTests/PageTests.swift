import JSONText
import Testing

@testable import Rules

/// Headings, boxes and tables of Markdown.
@Suite struct PageTests {
  private static func page(_ text: String) -> Page { Page(Array(text.utf8)) }

  @Test func boxesCountInEveryKindOfListAndNotInCode() {
    let boxes = Self.page(
      """
      - [x] one
        * [X] two
      1. [ ] three
      ```
      - [ ] not this
      ```
      [ ] nor this
      -[ ] nor this
      - [](nor-this.md)
      > - [ ] four
      - [] five
      > > * [x] six
      """
    ).boxes
    #expect(boxes.checked == 3)
    #expect(boxes.unchecked == 3)
  }

  @Test func aSectionEndsAtTheNextHeadingOfItsLevel() throws {
    let page = Self.page("# A\n## Target ##\n- [x] a\n### Inner\n- [ ] b\n## Other\n- [ ] c\n")
    let section = try #require(page.section("target"))
    #expect(section.boxes.checked == 1)
    #expect(section.boxes.unchecked == 1)
    #expect(page.section("Targets") == nil)
  }

  @Test func firstCellsAreReadWithoutTheirMarks() {
    let page = Self.page(
      "| ID | Title |\n|---|---|\n| **A-1** | x |\n|`A-2`|y|\n| [A-3](a.md) | |\nA-4 | z\n")
    #expect(page.firstCells == ["ID", "---", "A-1", "A-2", "A-3"])
  }

  @Test(arguments: [
    ("A\nx\nB\ny", true), ("## A\nx\n## B\n", true), ("**A**:\n\n**B:**\n", true),
    ("# A\n## inner\n# B", true), ("a title\nA\nB", true),
    ("A\nx", false), ("B\nA", false), ("A\nA\nB", false), ("## A\n## Other\n## B", false),
    ("## A\n# Other\n## B", false), ("A: x\nB: y", false), ("a\nb", false), ("", false),
    ("A\n```\nB\n```", false), ("## A\n## B.", false),
  ])
  func headingsAreExactlyTheseInThisOrder(_ text: String, _ holds: Bool) {
    let wanted: [Text] = ["A", "B"]
    #expect((Self.page(text).headings(wanted: wanted) == wanted) == holds)
  }
}
