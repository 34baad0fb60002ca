/// Spans of time as people write them: `90s`, `45m`, `2h`, `1d`.
package enum TimeSpan {
  /// The seconds of a duration above zero; nil for anything that is not exactly one number and one unit.
  package static func seconds(_ text: Text) -> Int? {
    guard let unit = text.bytes.last, text.bytes.count > 1 else { return nil }
    let factor: Int
    switch unit {
    case UInt8(ascii: "s"): factor = 1
    case UInt8(ascii: "m"): factor = 60
    case UInt8(ascii: "h"): factor = 3600
    case UInt8(ascii: "d"): factor = 86400
    default: return nil
    }
    var value = 0
    for digit in text.bytes.dropLast() {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      guard !overflow, tens <= Int.max / 200_000 else { return nil }
      value = tens + Int(digit - UInt8(ascii: "0"))
    }
    return value > 0 ? value * factor : nil
  }
}
