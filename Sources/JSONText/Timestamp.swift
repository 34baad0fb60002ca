/// An instant as JSON text spells it, by RFC 3339.
///
/// Only instants that a signed 64-bit count of nanoseconds can hold are representable: from
/// 1677-09-21T00:12:44Z to 2262-04-11T23:47:16Z. Second 60 is refused, since no clock that conductor
/// reads ever shows it.
package struct Timestamp: Hashable, Comparable, Sendable {
  /// Nanoseconds since the beginning of 1970, UTC.
  package var nanoseconds: Int64

  /// The instant this many nanoseconds after the beginning of 1970, UTC.
  package init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  /// The instant of a date-time with any offset, midnight UTC of a bare date `YYYY-MM-DD`, or the instant of
  /// `/Date(milliseconds)/`.
  ///
  /// Nil for everything else: there is no leniency about digits, separators or ranges. Digits after
  /// the ninth of a fraction are dropped.
  package init?(_ text: Text) {
    if let milliseconds = Self.dateCall(text.bytes) {
      let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
      guard !overflow else { return nil }
      nanoseconds = product
      return
    }
    var reader = Reader(rest: text.bytes[...])
    guard let date = reader.date() else { return nil }
    var seconds = date * 86_400
    var fraction: Int64 = 0
    if !reader.rest.isEmpty {
      guard let time = reader.time(), reader.rest.isEmpty else { return nil }
      seconds += time.seconds
      fraction = time.nanoseconds
    }
    // A fraction counts forwards, before 1970 too.
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = whole.addingReportingOverflow(fraction)
    guard !overflow, !carry else { return nil }
    nanoseconds = sum
  }

  /// The milliseconds of `/Date(1700000000000)/`, the way in which older PowerShell writes times; an offset behind
  /// the number only says how the time was shown, and moves nothing.
  private static func dateCall(_ bytes: [UInt8]) -> Int64? {
    guard bytes.starts(with: "/Date(".utf8), bytes.suffix(2).elementsEqual(")/".utf8) else {
      return nil
    }
    let inner = bytes.dropFirst(6).dropLast(2)
    let sign = inner.dropFirst().firstIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
    if let sign {
      let offset = inner[(sign + 1)...]
      guard offset.count == 4, offset.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    }
    let number = inner[..<(sign ?? inner.endIndex)]
    guard number.first != UInt8(ascii: "+") else { return nil }
    return Int64(String(decoding: number, as: UTF8.self))
  }

  /// The order of time.
  package static func < (one: Timestamp, other: Timestamp) -> Bool {
    one.nanoseconds < other.nanoseconds
  }

  /// The instant so many seconds later, or the last or first that can be told.
  package func adding(seconds: Int64) -> Timestamp {
    let (span, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, carry) = nanoseconds.addingReportingOverflow(span)
    if overflow || carry { return Timestamp(nanoseconds: seconds < 0 ? .min : .max) }
    return Timestamp(nanoseconds: sum)
  }

  /// The instant as `2026-11-21T08:30:00Z`, fractions of the second dropped.
  package var text: Text {
    Text(wellFormed: Array("\(dateText)T\(timeText)Z".utf8))
  }

  /// The instant as `2026-11-21T08:30:00.123Z`.
  package var milliseconds: Text {
    Text(wellFormed: Array("\(dateText)T\(timeText).\(millisecondText)Z".utf8))
  }

  /// The instant as `20261121T083000.123Z`, for names of files.
  package var compact: Text {
    Text(
      wellFormed: milliseconds.bytes.filter { $0 != Byte.minus && $0 != Byte.colon })
  }

  /// The month as `2026-11`.
  package var month: Text {
    Text(wellFormed: Array(dateText.utf8.prefix(7)))
  }

  /// The date as `2026-11-21`.
  package var date: Text {
    Text(wellFormed: Array(dateText.utf8))
  }

  private var days: Int64 { floored(nanoseconds, 86_400_000_000_000).quotient }

  private var dateText: String {
    let (year, month, day) = civil(days)
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  private var timeText: String {
    let second = floored(nanoseconds, 86_400_000_000_000).remainder / 1_000_000_000
    return
      "\(padded(second / 3600, 2)):\(padded(second / 60 % 60, 2)):\(padded(second % 60, 2))"
  }

  private var millisecondText: String {
    padded(floored(nanoseconds, 1_000_000_000).remainder / 1_000_000, 3)
  }
}

extension Timestamp: CustomStringConvertible {
  /// The instant to the second.
  package var description: String { text.string }
}

/// Reads the parts of a date-time from left to right.
private struct Reader {
  var rest: ArraySlice<UInt8>

  /// Days since the beginning of 1970.
  mutating func date() -> Int64? {
    guard let year = number(4), take(Byte.minus), let month = number(2), take(Byte.minus),
      let day = number(2), year >= 1, (1...12).contains(month),
      (1...length(ofMonth: month, year)).contains(day)
    else { return nil }
    return daysSince1970(year, month, day)
  }

  /// Seconds since midnight UTC, negative or past a day where the offset makes it so.
  mutating func time() -> (seconds: Int64, nanoseconds: Int64)? {
    guard take(0x54) || take(0x74), let hour = number(2), hour < 24, take(Byte.colon),
      let minute = number(2), minute < 60, take(Byte.colon), let second = number(2), second < 60,
      let nanoseconds = fraction(), let offset = offset()
    else { return nil }
    return (hour * 3600 + minute * 60 + second - offset, nanoseconds)
  }

  private mutating func fraction() -> Int64? {
    guard take(Byte.point) else { return 0 }
    var nanoseconds: Int64 = 0
    var weight: Int64 = 100_000_000
    guard let first = rest.first, Byte.isDigit(first) else { return nil }
    while let byte = rest.first, Byte.isDigit(byte) {
      nanoseconds += Int64(byte - Byte.zero) * weight
      weight /= 10
      rest.removeFirst()
    }
    return nanoseconds
  }

  private mutating func offset() -> Int64? {
    if take(0x5A) || take(0x7A) { return 0 }
    let isNegative = take(Byte.minus)
    guard isNegative || take(Byte.plus), let hour = number(2), hour < 24, take(Byte.colon),
      let minute = number(2), minute < 60
    else { return nil }
    let seconds = hour * 3600 + minute * 60
    return isNegative ? -seconds : seconds
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func number(_ count: Int) -> Int64? {
    guard rest.count >= count else { return nil }
    var value: Int64 = 0
    for byte in rest.prefix(count) {
      guard Byte.isDigit(byte) else { return nil }
      value = value * 10 + Int64(byte - Byte.zero)
    }
    rest.removeFirst(count)
    return value
  }
}

private func length(ofMonth month: Int64, _ year: Int64) -> Int64 {
  switch month {
  case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  case 4, 6, 9, 11: 30
  default: 31
  }
}

/// Days of the Gregorian calendar, counted in years that begin with March, so that the leap day is
/// the last of its year.
private func daysSince1970(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
  let marchYear = month > 2 ? year : year - 1
  let marchMonth = (month + 9) % 12
  let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
  return marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
}

private func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
  // An estimate that is never too late by more than a year, then corrected.
  let sinceZero = days + 719_468
  var marchYear = sinceZero * 400 / 146_097
  while daysSince1970(marchYear + 1, 3, 1) <= days { marchYear += 1 }
  while daysSince1970(marchYear, 3, 1) > days { marchYear -= 1 }
  let dayOfYear = days - daysSince1970(marchYear, 3, 1)
  let marchMonth = (dayOfYear * 5 + 2) / 153
  let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return (
    month > 2 ? marchYear : marchYear + 1, month, dayOfYear - (marchMonth * 153 + 2) / 5 + 1
  )
}

private func floored(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
  let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

private func padded(_ value: Int64, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
