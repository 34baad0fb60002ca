import Testing

@testable import conductor

@Suite struct ParagraphTests {
  @Test func breaksAtSpaces() {
    #expect(Paragraph.lines("one two three four", width: 9) == ["one two", "three", "four"])
    #expect(Paragraph.lines("one two three", width: nil) == ["one two three"])
    #expect(Paragraph.lines("", width: 10) == [])
    #expect(Paragraph.lines("  a   b ", width: 10) == ["a b"])
  }

  @Test func indentsTheFirstLineAndTheOthers() {
    let lines = Paragraph.lines("aa bb cc dd", width: 9, indent: 2, hanging: 4)
    #expect(lines == ["  aa bb", "    cc dd"])
  }

  @Test func keepsAWordThatIsTooWide() {
    let lines = Paragraph.lines("see docs/automation/conductor.json now", width: 10)
    #expect(lines == ["see", "docs/automation/conductor.json", "now"])
  }

  @Test func countsColumnsAndNotCharacters() {
    #expect(Paragraph.lines("漢字 漢字 漢字", width: 9) == ["漢字 漢字", "漢字"])
  }

  @Test func keepsPiecesWhole() {
    let pieces = ["conductor", "next", "[--lease D]", "[--dry-run]"]
    let lines = Paragraph.lines(of: pieces, width: 24, indent: 0, hanging: 2)
    #expect(lines == ["conductor next", "  [--lease D]", "  [--dry-run]"])
  }

  @Test func putsAnExplanationBesideOrBelowItsTerm() {
    #expect(
      Paragraph.entry("--json", "Answer in JSON.", column: 12, width: 24)
        == ["  --json    Answer in", "            JSON."])
    #expect(
      Paragraph.entry("--receipts-dir DIR", "Where.", column: 12, width: 40)
        == ["  --receipts-dir DIR", "            Where."])
    #expect(Paragraph.entry("7", "", column: 6, width: 40) == ["  7"])
  }
}
