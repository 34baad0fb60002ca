import CBytes

/// The text of the JSON string at a range of validated bytes, quotes included in the range.
///
/// A range that holds no string gives its source text.
package func decodedString(_ bytes: Bytes, _ range: Range<Int>) -> Text {
  let slice = bytes[range]
  return unsafe slice.withUnsafeBytes { buffer -> Text in
    guard let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
      unsafe isQuoted(start, buffer.count)
    else { return unsafe Text(bytes: Array(buffer)) }
    return unsafe Text(wellFormed: decodedString(start, 0, buffer.count))
  }
}

/// Whether the JSON string at a range of validated bytes, quotes included, says this text.
///
/// Without a backslash nothing is copied.
package func stringEquals(_ bytes: Bytes, _ range: Range<Int>, _ text: Text) -> Bool {
  let count = text.bytes.count
  // No escape is shorter than what it stands for.
  guard range.count >= count + 2, bytes[range.lowerBound] == Byte.quote else { return false }
  guard range.count > count + 2 else {
    // Equal lengths: either the same bytes without any escape, or different texts.
    return bytes.hold(text.bytes, at: range.lowerBound + 1)
      && !text.bytes.contains(Byte.backslash)
  }
  // Longer ones differ, unless escapes make up for the difference.
  return bytes.hold(Byte.backslash, in: range) && decodedString(bytes, range) == text
}

@unsafe
private func isQuoted(_ start: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  unsafe count >= 2 && start[0] == Byte.quote && start[count - 1] == Byte.quote
}

/// The decoded bytes of a validated string whose quotes stand at `start` and before `end`.
@unsafe
func decodedString(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> [UInt8] {
  var at = start + 1
  let last = end - 1
  var result: [UInt8] = []
  result.reserveCapacity(last - at)
  while at < last {
    let start = at
    while at < last, unsafe bytes[at] != Byte.backslash { at += 1 }
    if at > start {
      unsafe result.append(contentsOf: UnsafeBufferPointer(start: bytes + start, count: at - start))
      continue
    }
    let escape = unsafe bytes[at + 1]
    at += 2
    switch escape {
    case Byte.b: result.append(0x08)
    case Byte.f: result.append(0x0C)
    case Byte.n: result.append(Byte.lineFeed)
    case Byte.r: result.append(Byte.carriageReturn)
    case Byte.t: result.append(Byte.tab)
    case Byte.u:
      var code = unsafe hexNumber(bytes, at) ?? 0xFFFD
      at += 4
      if code >> 10 == 0x36 {
        let low = unsafe hexNumber(bytes, at + 2) ?? 0xDC00
        code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
        at += 6
      }
      appendUTF8(code, to: &result)
    default: result.append(escape)
    }
  }
  return result
}

/// The number that four hexadecimal digits at a position spell; nil when they are not.
@unsafe
func hexNumber(_ bytes: UnsafePointer<UInt8>, _ at: Int) -> UInt32? {
  var number: UInt32 = 0
  for position in at..<(at + 4) {
    guard let digit = unsafe Byte.hexValue(bytes[position]) else { return nil }
    number = number << 4 | digit
  }
  return number
}

private func appendUTF8(_ code: UInt32, to result: inout [UInt8]) {
  switch code {
  case 0..<0x80:
    result.append(UInt8(truncatingIfNeeded: code))
  case 0x80..<0x800:
    result.append(UInt8(truncatingIfNeeded: 0xC0 | code >> 6))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
  case 0x800..<0x10000:
    result.append(UInt8(truncatingIfNeeded: 0xE0 | code >> 12))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
  default:
    result.append(UInt8(truncatingIfNeeded: 0xF0 | code >> 18))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code >> 12 & 0x3F))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code >> 6 & 0x3F))
    result.append(UInt8(truncatingIfNeeded: 0x80 | code & 0x3F))
  }
}

/// The JSON spelling of a string, quotes included.
///
/// ASCII control characters (DEL too) are escaped, as the quote and the backslash are; everything
/// else stays as it is.
package func quoted(_ text: Text) -> [UInt8] {
  var result: [UInt8] = []
  result.reserveCapacity(text.bytes.count + 2)
  appendQuoted(text, to: &result, forTerminals: true)
  return result
}

/// Appends the JSON spelling of a string; RFC 8785 wants only what JSON demands escaped, people's terminals need more.
func appendQuoted(_ text: Text, to result: inout [UInt8], forTerminals: Bool) {
  result.append(Byte.quote)
  let bytes = text.bytes
  var i = 0
  while i < bytes.count {
    let byte = bytes[i]
    i += 1
    switch byte {
    case Byte.quote, Byte.backslash:
      result.append(Byte.backslash)
      result.append(byte)
    case 0x08: result += [Byte.backslash, Byte.b]
    case 0x0C: result += [Byte.backslash, Byte.f]
    case Byte.lineFeed: result += [Byte.backslash, Byte.n]
    case Byte.carriageReturn: result += [Byte.backslash, Byte.r]
    case Byte.tab: result += [Byte.backslash, Byte.t]
    case 0..<Byte.space,
      Byte.delete where forTerminals:
      appendEscape(UInt16(byte), to: &result)
    case 0xC2... where forTerminals:
      guard let (unit, length) = misleadingScalar(bytes, at: i - 1) else {
        result.append(byte)
        continue
      }
      appendEscape(unit, to: &result)
      i += length - 1
    default: result.append(byte)
    }
  }
  result.append(Byte.quote)
}

private func appendEscape(_ unit: UInt16, to result: inout [UInt8]) {
  result += [Byte.backslash, Byte.u]
  for shift: UInt16 in [12, 8, 4, 0] {
    result.append(Byte.hexDigit(UInt8(truncatingIfNeeded: unit >> shift) & 15))
  }
}

/// A scalar of more than one byte that a terminal obeys or reorders text by: C1 controls, separators, direction marks.
private func misleadingScalar(_ bytes: [UInt8], at i: Int) -> (unit: UInt16, length: Int)? {
  guard i + 1 < bytes.count else { return nil }
  let (first, second) = (bytes[i], bytes[i + 1])
  if first == 0xC2, (0x80...0x9F).contains(second) { return (UInt16(second), 2) }
  if first == 0xD8, second == 0x9C { return (0x061C, 2) }
  guard i + 2 < bytes.count else { return nil }
  let third = bytes[i + 2]
  switch (first, second, third) {
  case (0xE2, 0x80, 0x8E...0x8F), (0xE2, 0x80, 0xA8...0xAE), (0xE2, 0x81, 0xA6...0xA9),
    (0xEF, 0xBB, 0xBF):
    let high = UInt16(first & 0x0F) << 12
    return (high | UInt16(second & 0x3F) << 6 | UInt16(third & 0x3F), 3)
  default: return nil
  }
}
