import CBytes

extension Scanner {
  /// Reads a string from its opening quote; gives the position of the closing one.
  @inline(__always)
  @unsafe
  static func string(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int, _ escaped: inout Bool
  ) throws(ScanFault) -> Int {
    let at = unsafe scan_plain(bytes, start &+ 1, end)
    if at < end, unsafe bytes[at] == Byte.quote { return at }
    let rest = unsafe try uncommonString(bytes, start, at, end)
    escaped = rest.escaped
    return rest.close
  }

  /// Where an uncommon string ends, and whether it has escapes.
  struct StringEnd {
    var close: Int
    var escaped: Bool
  }

  /// Goes on with a string that holds escapes or non-ASCII text, or that is faulty.
  @inline(never)
  @unsafe
  private static func uncommonString(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ from: Int, _ end: Int
  ) throws(ScanFault) -> StringEnd {
    var at = from
    var escaped = false
    while at < end {
      let byte = unsafe bytes[at]
      if byte == Byte.quote { return StringEnd(close: at, escaped: escaped) }
      if byte == Byte.backslash {
        escaped = true
        at = unsafe try escape(bytes, at, end, start)
      } else if byte < Byte.space {
        throw ScanFault(reason: .controlCharacter(byte), offset: at)
      } else {
        at = unsafe try foreignRun(bytes, at, end)
      }
      at = unsafe scan_plain(bytes, at, end)
    }
    throw ScanFault(reason: .unterminatedString, offset: start)
  }

  /// Reads on over characters outside ASCII; gives the position of the first byte that is none.
  ///
  /// Text in other scripts comes in runs, mostly of two-byte characters with single spaces between
  /// them, where starting the ASCII loop for each word would cost more than the word.
  @inline(__always)
  @unsafe
  private static func foreignRun(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) throws(ScanFault) -> Int {
    var at = start
    while at < end {
      let byte = unsafe bytes[at]
      if byte < 0x80 {
        guard byte == Byte.space, at &+ 1 < end, unsafe bytes[at &+ 1] >= 0x80 else { return at }
        at &+= 1
        continue
      }
      while end &- at >= 8 {
        // Four characters of two bytes, none of them led by C0 or C1.
        let four = unsafe UnsafeRawPointer(bytes + at).loadUnaligned(as: UInt64.self).littleEndian
        guard four & 0xC0E0_C0E0_C0E0_C0E0 == 0x80C0_80C0_80C0_80C0,
          (four & 0x001E_001E_001E_001E &+ 0x007E_007E_007E_007E) & 0x0080_0080_0080_0080
            == 0x0080_0080_0080_0080
        else { break }
        at &+= 8
      }
      guard at < end, unsafe bytes[at] >= 0x80 else { continue }
      let length = unsafe sequenceLength(bytes, at, end)
      guard length > 0 else { throw ScanFault(reason: .malformedUTF8, offset: at) }
      at &+= length
    }
    return at
  }

  /// Reads one escape from its backslash; gives the position after it.
  @unsafe
  private static func escape(
    _ bytes: UnsafePointer<UInt8>, _ at: Int, _ end: Int, _ start: Int
  ) throws(ScanFault) -> Int {
    guard at + 1 < end else { throw ScanFault(reason: .unterminatedString, offset: start) }
    switch unsafe bytes[at + 1] {
    case Byte.quote, Byte.backslash, Byte.slash, Byte.b, Byte.f, Byte.n, Byte.r, Byte.t:
      return at + 2
    case Byte.u:
      guard at + 6 <= end, let code = unsafe hexNumber(bytes, at + 2) else {
        throw ScanFault(reason: .malformedUnicodeEscape, offset: at)
      }
      guard code & 0xF800 == 0xD800 else { return at + 6 }
      guard code < 0xDC00, at + 8 <= end, unsafe bytes[at + 6] == Byte.backslash,
        unsafe bytes[at + 7] == Byte.u
      else { throw ScanFault(reason: .loneSurrogate, offset: at) }
      guard at + 12 <= end, let low = unsafe hexNumber(bytes, at + 8) else {
        throw ScanFault(reason: .malformedUnicodeEscape, offset: at + 6)
      }
      guard low & 0xFC00 == 0xDC00 else { throw ScanFault(reason: .loneSurrogate, offset: at) }
      return at + 12
    case let other:
      throw ScanFault(reason: .unknownEscape(other), offset: at)
    }
  }

  /// Reads a number; gives the position after it.
  @inline(__always)
  @unsafe
  static func number(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) throws(ScanFault) -> Int {
    var at = start
    if unsafe bytes[at] == Byte.minus { at &+= 1 }
    let digits = at
    at = unsafe skipDigits(bytes, at, end)
    guard at > digits else {
      throw ScanFault(reason: .missingDigits(.integer), offset: start)
    }
    if unsafe bytes[digits] == Byte.zero, at > digits + 1 {
      throw ScanFault(reason: .leadingZero, offset: digits)
    }
    if at < end, unsafe bytes[at] == Byte.point {
      let fraction = at &+ 1
      at = unsafe skipDigits(bytes, fraction, end)
      guard at > fraction else {
        throw ScanFault(reason: .missingDigits(.fraction), offset: start)
      }
    }
    if at < end, unsafe bytes[at] | 0x20 == Byte.e {
      at &+= 1
      if at < end, unsafe bytes[at] == Byte.plus || bytes[at] == Byte.minus { at &+= 1 }
      let exponent = at
      at = unsafe skipDigits(bytes, exponent, end)
      guard at > exponent else {
        throw ScanFault(reason: .missingDigits(.exponent), offset: start)
      }
    }
    return at
  }

  @inline(__always)
  @unsafe
  private static func skipDigits(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var at = start
    while at < end, unsafe Byte.isDigit(bytes[at]) { at &+= 1 }
    return at
  }

  /// Reads `true`, `false` or `null`; gives the position after it.
  @inline(__always)
  @unsafe
  static func word(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) throws(ScanFault) -> Int {
    let expected: StaticString
    switch unsafe bytes[start] {
    case Byte.t: expected = "true"
    case Byte.f: expected = "false"
    default: expected = "null"
    }
    let count = expected.utf8CodeUnitCount
    guard end - start >= count, unsafe scan_equal(bytes + start, expected.utf8Start, count) else {
      throw ScanFault(reason: .unknownWord, offset: start)
    }
    return start &+ count
  }

  /// The fault of a byte that cannot stand where it does.
  @inline(never)
  @unsafe
  static func misfit(
    _ bytes: UnsafePointer<UInt8>, _ at: Int, _ end: Int, _ expected: JSONError.Expectation
  ) -> ScanFault {
    let byte = unsafe bytes[at]
    if byte >= 0x80 {
      guard unsafe sequenceLength(bytes, at, end) > 0 else {
        return ScanFault(reason: .malformedUTF8, offset: at)
      }
      if end - at >= 3, byte == 0xEF, unsafe bytes[at + 1] == 0xBB, unsafe bytes[at + 2] == 0xBF {
        return ScanFault(reason: .misplacedByteOrderMark, offset: at)
      }
    }
    if byte == Byte.slash, at + 1 < end, unsafe bytes[at + 1] == Byte.slash || bytes[at + 1] == 0x2A
    {
      return ScanFault(reason: .comment, offset: at)
    }
    if expected == .value, byte | 0x20 >= 0x61, byte | 0x20 <= 0x7A {
      return ScanFault(reason: .unknownWord, offset: at)
    }
    return ScanFault(reason: .unexpected(byte, expected: expected), offset: at)
  }
}
