/// A number as JSON spells it, kept in exactly that spelling.
package struct Number: Hashable, Sendable {
  /// The digits as they stand or are to stand in the text.
  package let spelling: Text

  /// A number spelled like this; nil if JSON has no such spelling.
  package init?(_ spelling: Text) {
    guard isNumber(spelling.bytes) else { return nil }
    self.spelling = spelling
  }

  /// The shortest spelling of a Double; nil if it is not finite.
  package init?(_ value: Double) {
    guard let digits = ecmaScriptSpelling(of: value) else { return nil }
    spelling = Text(wellFormed: digits)
  }

  /// The plain decimal spelling of an integer.
  package init(_ value: Int) {
    spelling = Text(wellFormed: Array(String(value).utf8))
  }

  /// A spelling that was already found to be one.
  init(wellFormed spelling: Text) {
    self.spelling = spelling
  }

  /// The exact integer value, whatever the spelling (1, 1.0, 1e2); nil if there is none in an Int.
  package var integer: Int? {
    let decimal = decimal
    let (isNegative, digits, exponent) = (decimal.isNegative, decimal.digits, decimal.exponent)
    guard !digits.isEmpty else { return 0 }
    guard exponent >= 0, digits.count <= 19, exponent <= 19 - digits.count else { return nil }
    var value = 0
    for digit in digits + Array(repeating: 0, count: exponent) {
      // Downwards, because the least Int has no positive counterpart.
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, underflow) = product.subtractingReportingOverflow(Int(digit))
      if overflow || underflow { return nil }
      value = sum
    }
    if isNegative { return value }
    return value == Int.min ? nil : -value
  }

  /// The nearest Double; nil if that is not finite.
  package var double: Double? {
    guard let value = Double(spelling.string), value.isFinite else { return nil }
    return value
  }

  /// The value in units of which `places` decimals make one, rounded to the nearest; the greatest Int where it is more
  /// than fits, and nil below zero.
  package func units(places: Int) -> Int? {
    let decimal = decimal
    guard !decimal.isNegative else { return nil }
    guard !decimal.digits.isEmpty else { return 0 }
    // How many of the digits stand before the point, counted in units.
    let height = decimal.digits.count + decimal.exponent + places
    guard height >= 0 else { return 0 }
    guard height <= 19 else { return .max }
    var value = 0
    for index in 0..<height {
      let digit = index < decimal.digits.count ? decimal.digits[index] : 0
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = product.addingReportingOverflow(Int(digit))
      if overflow || isOver { return .max }
      value = sum
    }
    let isUp = height < decimal.digits.count && decimal.digits[height] >= 5
    return isUp && value < .max ? value + 1 : value
  }

  /// The exact value.
  var decimal: Decimal {
    var digits: [UInt8] = []
    var exponent = 0
    var isNegative = false
    var inFraction = false
    var bytes = spelling.bytes[...]
    if bytes.first == Byte.minus {
      isNegative = true
      bytes.removeFirst()
    }
    while let byte = bytes.first, byte | 0x20 != Byte.e {
      bytes.removeFirst()
      if byte == Byte.point {
        inFraction = true
      } else {
        if !digits.isEmpty || byte != Byte.zero { digits.append(byte - Byte.zero) }
        if inFraction { exponent -= 1 }
      }
    }
    var written = 0
    var isNegativeExponent = false
    for byte in bytes.dropFirst() {
      if Byte.isDigit(byte) {
        // Far beyond any number of digits that a file can hold, and far from overflowing.
        written = min(written * 10 + Int(byte - Byte.zero), 1 << 40)
      } else {
        isNegativeExponent = byte == Byte.minus
      }
    }
    exponent += isNegativeExponent ? -written : written
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    return Decimal(isNegative: isNegative, digits: digits, exponent: exponent)
  }
}

private func isNumber(_ bytes: [UInt8]) -> Bool {
  guard let first = bytes.first, first == Byte.minus || Byte.isDigit(first) else { return false }
  return unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return false }
    let end = unsafe try? Scanner.number(start, 0, buffer.count)
    return end == buffer.count
  }
}

/// The spelling of a Double in ECMAScript, as RFC 8785 wants it; nil if it is not finite.
///
/// The digits are those of Swift's own shortest description; only their layout differs.
func ecmaScriptSpelling(of value: Double) -> [UInt8]? {
  guard value.isFinite else { return nil }
  if value == 0 { return [Byte.zero] }
  var digits: [UInt8] = []
  // The position of the decimal point, counted from the first digit.
  var point = 0
  var inFraction = false
  var exponent = 0
  var isNegativeExponent = false
  var inExponent = false
  for byte in value.magnitude.description.utf8 {
    switch byte {
    case Byte.point: inFraction = true
    case Byte.e: inExponent = true
    case Byte.minus: isNegativeExponent = true
    case Byte.plus: break
    default:
      if inExponent {
        exponent = exponent * 10 + Int(byte - Byte.zero)
      } else if digits.isEmpty && byte == Byte.zero {
        if inFraction { point -= 1 }
      } else {
        digits.append(byte)
        if !inFraction { point += 1 }
      }
    }
  }
  point += isNegativeExponent ? -exponent : exponent
  while digits.last == Byte.zero { digits.removeLast() }

  var result: [UInt8] = value < 0 ? [Byte.minus] : []
  let count = digits.count
  switch point {
  case count...21 where count <= 21:
    result += digits
    result += Array(repeating: Byte.zero, count: point - count)
  case 1...21:
    result += digits[..<point]
    result.append(Byte.point)
    result += digits[point...]
  case -5...0:
    result += [Byte.zero, Byte.point]
    result += Array(repeating: Byte.zero, count: -point)
    result += digits
  default:
    result.append(digits[0])
    if count > 1 {
      result.append(Byte.point)
      result += digits[1...]
    }
    result += [Byte.e, point > 0 ? Byte.plus : Byte.minus]
    result += Array(String(abs(point - 1)).utf8)
  }
  return result
}
