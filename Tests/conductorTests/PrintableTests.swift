import Testing

@testable import conductor

@Suite struct PrintableTests {
  @Test(arguments: [
    ("plain text", "plain text"),
    ("back\\slash", "back\\slash"),
    ("a\u{1b}[31mred", "a\\u001b[31mred"),
    ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
    ("crlf\r\nend", "crlf\\r\\nend"),
    ("\u{0}\u{7f}\u{85}\u{9b}", "\\u0000\\u007f\\u0085\\u009b"),
    ("\u{202e}gpj.exe", "\\u202egpj.exe"),
    ("\u{200e}\u{200f}\u{061c}", "\\u200e\\u200f\\u061c"),
    ("\u{2066}x\u{2069}", "\\u2066x\\u2069"),
    ("\u{2028}\u{2029}", "\\u2028\\u2029"),
    ("zero\u{200b}width\u{feff}", "zero\\u200bwidth\\ufeff"),
    ("soft\u{ad}hyphen", "soft\\u00adhyphen"),
    ("tag\u{e0041}", "tag\\udb40\\udc41"),
    ("blank\u{3164}", "blank\\u3164"),
    ("é e\u{301} 漢 😀 👩‍👧 می‌خواهم", "é e\u{301} 漢 😀 👩‍👧 می‌خواهم"),
  ])
  func escapesWhatActsOrDeceives(_ typed: String, _ shown: String) {
    #expect(Printable.line(typed).isSpelled(shown))
    #expect(Printable.line(bytes: Array(typed.utf8)).isSpelled(shown))
  }

  @Test(
    arguments: [
      ([0x61, 0xff, 0x62], "a\\xffb"),
      ([0xc0, 0xaf], "\\xc0\\xaf"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"),
      ([0xf4, 0x90, 0x80, 0x80], "\\xf4\\x90\\x80\\x80"),
      ([0xe2, 0x82], "\\xe2\\x82"),
      ([0xe2, 0x82, 0xac], "€"),
      ([0xf0, 0x9f, 0x98, 0x80], "😀"),
      ([0xe0, 0x80, 0x80], "\\xe0\\x80\\x80"),
    ] as [([UInt8], String)])
  func showsBytesThatAreNoUTF8(_ bytes: [UInt8], _ shown: String) {
    #expect(Printable.line(bytes: bytes).isSpelled(shown))
  }

  @Test func everyControlAndFormatCharacterOfLatinIsHidden() {
    for value in UInt32(0)..<0x300 {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let category = scalar.properties.generalCategory
      #expect(Printable.isHidden(scalar) == (category == .control || category == .format))
    }
  }

  @Test func splitsAtEveryKindOfLineEnd() {
    #expect(Printable.lines("a\nb\r\nc\rd") == ["a", "b", "c", "d"])
    #expect(Printable.lines("a\n\n") == ["a", "", ""])
    #expect(Printable.lines("") == [""])
    #expect(Printable.lines("a\u{1b}b\nc") == ["a\\u001bb", "c"])
  }

  @Test func nothingHiddenIsLeftAndNothingChangesTwice() {
    var random = SeededRandom(for: "printable")
    for _ in 0..<2_000 {
      let text = unrulyText(&random, upTo: 30)
      let shown = Printable.line(text)
      #expect(!shown.unicodeScalars.contains(where: Printable.isHidden))
      #expect(!shown.utf8.contains { $0 < 0x20 || $0 == 0x7f })
      #expect(Printable.line(shown).isSpelled(shown))
      #expect(Printable.line(bytes: Array(text.utf8)).isSpelled(shown))
    }
  }
}
