/// The time of day: the system's, or one that stands still for tests.
package struct Clock: Sendable {
  private let fixedTime: Int64?
  private let calls: SystemCalls

  /// The system's clock.
  package init(calls: SystemCalls) {
    self.calls = calls
    fixedTime = nil
  }

  /// A clock that always shows the same time.
  package init(fixedAt nanoseconds: Int64) {
    calls = SystemCalls()
    fixedTime = nanoseconds
  }

  /// Nanoseconds since 1970 UTC.
  package var now: Int64 { fixedTime ?? calls.now() }

  /// Nanoseconds of a clock that nobody can set, and that goes on where the other one stands still.
  package var uptime: Int64 { calls.monotonic() }

  /// Whether the clock stands still, which receipts must say.
  package var fixed: Bool { fixedTime != nil }

  /// Nanoseconds since 1970 of an RFC 3339 date and time, such as `2026-11-21T08:30:00.5+02:00`; `nil`
  /// for anything else and for years that 64 bits of nanoseconds do not reach.
  ///
  /// Strict, as befits a switch of tests. What project files say is read by the JSON side, which stands
  /// apart from this target.
  package static func instant(_ text: String) -> Int64? {
    var rest = Array(text.utf8)[...]
    func number(_ digits: Int) -> Int64? {
      guard rest.count >= digits else { return nil }
      var value: Int64 = 0
      for byte in rest.prefix(digits) {
        guard byte >= 48, byte <= 57 else { return nil }
        value = value * 10 + Int64(byte - 48)
      }
      rest.removeFirst(digits)
      return value
    }
    func take(_ character: Unicode.Scalar) -> Bool {
      guard rest.first == UInt8(ascii: character) else { return false }
      rest.removeFirst()
      return true
    }
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
      take("T"), let hour = number(2), take(":"), let minute = number(2), take(":"),
      let second = number(2)
    else { return nil }
    var fraction: Int64 = 0
    if take(".") {
      let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
      guard !digits.isEmpty else { return nil }
      for position in 0..<9 {
        let digit = position < digits.count ? digits[digits.startIndex + position] : 48
        fraction = fraction * 10 + Int64(digit - 48)
      }
      rest.removeFirst(digits.count)
    }
    var offset: Int64 = 0
    if !take("Z") {
      let isWest = take("-")
      guard isWest || take("+"), let hours = number(2), take(":"), let minutes = number(2),
        hours <= 23, minutes <= 59
      else { return nil }
      offset = (hours * 60 + minutes) * (isWest ? -60 : 60)
    }
    guard rest.isEmpty, let days = days(year, month, day), hour <= 23, minute <= 59, second <= 59
    else { return nil }
    let seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
    let (whole, tooMany) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, over) = whole.addingReportingOverflow(fraction)
    return tooMany || over ? nil : sum
  }

  /// Days from 1970-01-01 to a date of the Gregorian calendar; `nil` for one that does not exist.
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let lengths: [Int64] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard month >= 1, month <= 12 else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let length = lengths[Int(month) - 1] + (isLeap && month == 2 ? 1 : 0)
    guard day >= 1, day <= length else { return nil }
    let before = year - 1
    let leapDays = year < 1 ? 0 : before / 4 - before / 100 + before / 400 + 1
    var days = year * 365 + leapDays - 719_528
    for other in 0..<(Int(month) - 1) { days += lengths[other] }
    if isLeap && month > 2 { days += 1 }
    return days + day - 1
  }
}
