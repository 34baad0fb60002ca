import JSONText
import Testing

struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0),
    ("1970-01-01", 0),
    ("2026-11-21T08:30:00Z", 1_795_249_800),
    ("2026-11-21T10:00:00+01:30", 1_795_249_800),
    ("2026-11-20T23:30:00-09:00", 1_795_249_800),
    ("2026-11-21t08:30:00z", 1_795_249_800),
    ("2026-11-21T08:30:00-00:00", 1_795_249_800),
    ("2024-02-29", 1_709_164_800),
    ("2000-02-29T00:00:00Z", 951_782_400),
    ("1969-12-31T23:59:59Z", -1),
    ("1900-03-01", -2_203_891_200),
    ("2262-04-11T23:47:16Z", 9_223_372_036),
    ("1677-09-21T00:12:44Z", -9_223_372_036),
    ("/Date(1795249800000)/", 1_795_249_800),
    ("/Date(1795249800000+0200)/", 1_795_249_800),
    ("/Date(-1000)/", -1),
  ])
  func readsInstants(_ text: String, _ seconds: Int64) throws {
    #expect(try #require(Timestamp(Text(text))).nanoseconds == seconds * 1_000_000_000)
  }

  @Test(arguments: [
    "/Date()/", "/Date(x)/", "/Date(1)", "/Date(+1)/", "/Date(1+2)/",
    "/Date(99999999999999999999)/",
    "", "2026", "2026-11", "2026-1-1", "2026-00-10", "2026-13-01", "2026-11-00", "2026-11-31",
    "2025-02-29", "1900-02-29", "2100-02-29", "2026-11-21T", "2026-11-21T08:30", "2026-11-21Z",
    "2026-11-21T08:30:00", "2026-11-21 08:30:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:60:00Z",
    "2026-11-21T08:30:60Z", "2016-12-31T23:59:60Z", "2026-11-21T08:30:00.Z",
    "2026-11-21T08:30:00,5Z",
    "2026-11-21T08:30:00+1:30", "2026-11-21T08:30:00+0130", "2026-11-21T08:30:00+24:00",
    "2026-11-21T08:30:00+01:60", "2026-11-21T08:30:00Zx", " 2026-11-21", "2026-11-21 ",
    "-026-11-21",
    "+2026-11-21", "20261121", "２026-11-21", "2026-11-21T08:30:00.5", "0000-01-01", "1600-01-01",
    "2263-01-01", "9999-12-31T23:59:59Z", "1677-09-21T00:12:43Z", "2262-04-11T23:47:17Z",
  ])
  func refusesEverythingElse(_ text: String) {
    #expect(Timestamp(Text(text)) == nil)
  }

  @Test func readsFractions() {
    #expect(Timestamp("1970-01-01T00:00:00.5Z")?.nanoseconds == 500_000_000)
    #expect(Timestamp("1970-01-01T00:00:00.123456789987Z")?.nanoseconds == 123_456_789)
    #expect(Timestamp("1969-12-31T23:59:59.25Z")?.nanoseconds == -750_000_000)
    #expect(Timestamp("2262-04-11T23:47:16.854775807Z")?.nanoseconds == .max)
    #expect(Timestamp("2262-04-11T23:47:16.854775808Z") == nil)
  }

  @Test func writesInstants() {
    let instant = Timestamp(nanoseconds: 1_795_249_800_123_999_999)
    #expect(instant.text == "2026-11-21T08:30:00Z")
    #expect(instant.milliseconds == "2026-11-21T08:30:00.123Z")
    #expect(instant.compact == "20261121T083000.123Z")
    #expect(instant.month == "2026-11")
    #expect(instant.date == "2026-11-21")
    #expect(Timestamp(nanoseconds: -1).milliseconds == "1969-12-31T23:59:59.999Z")
    #expect(Timestamp(nanoseconds: .min).text == "1677-09-21T00:12:43Z")
    #expect(Timestamp(nanoseconds: .max).text == "2262-04-11T23:47:16Z")
  }

  @Test func addsWithoutOverflow() {
    let instant = Timestamp(nanoseconds: 0)
    #expect(instant.adding(seconds: 7200).text == "1970-01-01T02:00:00Z")
    #expect(instant.adding(seconds: -1) < instant)
    #expect(instant.adding(seconds: .max).nanoseconds == .max)
    #expect(instant.adding(seconds: .min).nanoseconds == .min)
    #expect(Timestamp(nanoseconds: .max).adding(seconds: 1).nanoseconds == .max)
  }

  /// Every day that can be told is one after the day before, and reads as it is written.
  @Test func countsEveryDay() throws {
    var year = 1677
    var month = 9
    var day = 22
    for number in Int64(-106_751)...106_750 {
      let instant = Timestamp(nanoseconds: number * 86_400_000_000_000)
      let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
      let expected = Text("\(year)-\(two(month))-\(two(day))")
      guard instant.date == expected, Timestamp(expected) == instant else {
        Issue.record("day \(number) is \(instant.date), not \(expected)")
        return
      }
      let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      day += 1
      if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
  }
}
