import Testing

@testable import conductor

@Suite struct TimeWordsTests {
  @Test(
    arguments: [
      (0, "0s"), (-5, "0s"), (45, "45s"), (60, "1m"), (61, "1m 1s"), (3_600, "1h"),
      (7_500, "2h 5m"),
      (7_205, "2h"), (86_400, "1d"), (93_600, "1d 2h"), (.max, "106751991167300d 15h"),
    ] as [(Int64, String)])
  func tellsALength(_ seconds: Int64, _ words: String) {
    #expect(TimeWords.length(seconds: seconds) == words)
  }

  @Test(
    arguments: [
      (7_500, "in 2h 5m"), (1, "in 1s"), (0, "now"), (-1, "1 second ago"), (-90, "1 minute ago"),
      (-720, "12 minutes ago"), (-3_600, "1 hour ago"), (-259_200, "3 days ago"),
      (-2_629_800, "1 month ago"), (-63_115_200, "2 years ago"),
    ] as [(Int64, String)])
  func tellsADistance(_ seconds: Int64, _ words: String) {
    let now: Int64 = 1_795_250_000_000_000_000
    #expect(TimeWords.distance(to: now + seconds * 1_000_000_000, from: now) == words)
  }

  @Test func survivesTheEndsOfTime() {
    #expect(TimeWords.distance(to: .max, from: .min) == "in 106751d 23h")
    #expect(TimeWords.distance(to: .min, from: .max) == "292 years ago")
  }

  @Test func partsOfASecondAreNow() {
    #expect(TimeWords.distance(to: 999_999_999, from: 0) == "now")
    #expect(TimeWords.distance(to: -999_999_999, from: 0) == "now")
  }
}

@Suite struct StyleTests {
  @Test func paintsOnlyWhenWanted() {
    #expect(Style.plain.red("no") == "no")
    #expect(Style.coloured.red("no") == "\u{1b}[31mno\u{1b}[0m")
    #expect(Style.coloured.bold("") == "")
    #expect(Style.coloured.paint("as it is", .plain) == "as it is")
    #expect(Set(Style.Tint.allCases.map { Style.coloured.paint("x", $0) }).count == 6)
  }
}
