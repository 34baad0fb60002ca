/// The exact value of a number, whatever its spelling: 1, 1.0 and 10e-1 are one and the same.
struct Decimal: Equatable, Sendable {
  /// Whether it is below zero; zero never is.
  let isNegative: Bool
  /// The digits without zeros at either end; none for zero.
  let digits: [UInt8]
  /// The power of ten of the last digit; 0 for zero.
  let exponent: Int

  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
  }

  /// Whether there is nothing behind the decimal point.
  var isWhole: Bool { exponent >= 0 }

  /// The order of the values, as -1, 0 or 1.
  func compared(to other: Decimal) -> Int {
    if isNegative != other.isNegative { return isNegative ? -1 : 1 }
    let order = magnitudeCompared(to: other)
    return isNegative ? -order : order
  }

  private func magnitudeCompared(to other: Decimal) -> Int {
    if digits.isEmpty || other.digits.isEmpty {
      return digits.isEmpty ? (other.digits.isEmpty ? 0 : -1) : 1
    }
    let (height, otherHeight) = (exponent + digits.count, other.exponent + other.digits.count)
    if height != otherHeight { return height < otherHeight ? -1 : 1 }
    if digits == other.digits { return 0 }
    return digits.lexicographicallyPrecedes(other.digits) ? -1 : 1
  }

  /// The digits as a number; nil for more of them than fit, and for zero.
  var significand: UInt64? {
    digits.isEmpty || digits.count > 18
      ? nil : digits.reduce(0) { $0 * 10 + UInt64($1) }
  }

  /// Whether the value is a whole number of times `divisor`, which must have a significand.
  func isMultiple(of divisor: Decimal) -> Bool {
    guard let modulus = divisor.significand, !digits.isEmpty else { return digits.isEmpty }
    // The digits do not end in a zero, so that no power of ten is left to take from them.
    guard exponent >= divisor.exponent else { return false }
    var rest: UInt64 = 0
    for digit in digits { rest = (rest * 10 + UInt64(digit)) % modulus }
    var power = exponent - divisor.exponent
    var factor = 10 % modulus
    while power > 0 {
      if power & 1 == 1 { rest = Self.product(rest, factor, modulus) }
      factor = Self.product(factor, factor, modulus)
      power >>= 1
    }
    return rest == 0
  }

  private static func product(_ one: UInt64, _ other: UInt64, _ modulus: UInt64) -> UInt64 {
    modulus.dividingFullWidth(one.multipliedFullWidth(by: other)).remainder
  }
}
