import Testing

@testable import conductor

@Suite struct DisplayWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("漢字", 4), ("한글", 4), ("ｶﾅ", 2), ("Ａ", 2),
    ("😀", 2), ("👩‍👩‍👧", 2), ("🇪🇺", 2), ("❤️", 2), ("❤", 1), ("…", 1), ("가", 2),
    ("\u{1112}\u{1161}\u{11ab}", 2), ("שלום", 4), ("𠮷", 2), ("—", 1),
  ])
  func countsColumns(_ text: String, _ columns: Int) {
    #expect(DisplayWidth.of(text) == columns)
  }

  @Test(arguments: [
    ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""),
    ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"), ("ab cdef", 4, "ab…"), ("", 0, ""),
    ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
  ])
  func cutsWithAnEllipsis(_ text: String, _ width: Int, _ cut: String) {
    #expect(DisplayWidth.truncate(text, to: width).isSpelled(cut))
  }

  @Test func padsByColumns() {
    #expect(DisplayWidth.pad("漢", to: 4) == "漢  ")
    #expect(DisplayWidth.pad("7", to: 3, atRight: true) == "  7")
    #expect(DisplayWidth.pad("long", to: 2) == "long")
  }

  @Test func theShortWayForSimpleTextCountsAsTheLongOne() {
    var random = SeededRandom(for: "width")
    for _ in 0..<2_000 {
      let text = Printable.line(unrulyText(&random, upTo: 20))
      #expect(DisplayWidth.of(text) == text.map { DisplayWidth.of($0) }.reduce(0, +))
    }
    for value in UInt32(0x20)..<0x300 where !(0x7f...0x9f).contains(value) {
      let text = Unicode.Scalar(value).map { String($0) } ?? ""
      #expect(DisplayWidth.of(text) == 1 && text.map { DisplayWidth.of($0) } == [1])
    }
  }

  @Test func cutTextAlwaysFits() {
    var random = SeededRandom(for: "truncate")
    for _ in 0..<2_000 {
      let text = Printable.line(unrulyText(&random, upTo: 30))
      let width = Int.random(in: 0...40, using: &random)
      let cut = DisplayWidth.truncate(text, to: width)
      #expect(DisplayWidth.of(cut) <= width)
      if DisplayWidth.of(text) <= width { #expect(cut.isSpelled(text)) }
    }
  }
}
