import JSONText
import Testing

@Suite struct TimeSpanTests {
  @Test(
    arguments: [
      ("90s", 90), ("45m", 2700), ("2h", 7200), ("1d", 86400), ("0s", nil), ("", nil), ("s", nil),
      ("-1s", nil),
      ("1.5h", nil), ("1h30m", nil), ("99999999999999999999d", nil), ("5", nil), ("5w", nil),
    ] as [(String, Int?)])
  func readsSpansOfTime(text: String, seconds: Int?) {
    #expect(TimeSpan.seconds(Text(text)) == seconds)
  }
}
