package import JSONText

/// What agents cost, in whole billionths: sums of decimals are exact, as sums of binary fractions are not.
package struct Amount: Comparable, Hashable, Sendable {
  private var billionths: Int

  private static let places = 9

  /// Nothing at all.
  package static let zero = Amount(billionths: 0)

  private init(billionths: Int) { self.billionths = billionths }

  /// What a number says, to the nearest billionth; nil below zero.
  package init?(_ number: Number) {
    guard let units = number.units(places: Self.places) else { return nil }
    billionths = units
  }

  /// The sum; what is more than can be counted stays the greatest amount, so that no cap is ever passed unseen.
  package static func + (one: Amount, other: Amount) -> Amount {
    let (sum, overflow) = one.billionths.addingReportingOverflow(other.billionths)
    return Amount(billionths: overflow ? .max : sum)
  }

  package static func < (one: Amount, other: Amount) -> Bool { one.billionths < other.billionths }

  /// How much of a limit it is; all of it where the limit is nothing.
  package func share(of limit: Amount) -> Double {
    limit.billionths == 0 ? 1 : Double(billionths) / Double(limit.billionths)
  }

  /// The decimal spelling, without zeros behind the last digit that counts.
  package var spelling: Text {
    let digits = String(billionths)
    let padded = String(repeating: "0", count: max(0, Self.places + 1 - digits.count)) + digits
    var fraction = padded.suffix(Self.places)
    while fraction.last == "0" { fraction.removeLast() }
    let whole = padded.dropLast(Self.places)
    return Text(String(fraction.isEmpty ? whole : whole + "." + fraction))
  }

  /// The form in records.
  package var json: JSON { Number(spelling).map { JSON($0) } ?? .null }
}
