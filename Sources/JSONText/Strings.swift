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
    let byte = unsafe bytes[at]
    guard byte == Byte.backslash else {
      result.append(byte)
      at += 1
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
  appendQuoted(text, to: &result, escapingDelete: true)
  return result
}

/// Appends the JSON spelling of a string; RFC 8785 wants DEL as it is, people's terminals do not.
func appendQuoted(_ text: Text, to result: inout [UInt8], escapingDelete: Bool) {
  result.append(Byte.quote)
  for byte in text.bytes {
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
      Byte.delete where escapingDelete:
      result += [Byte.backslash, Byte.u, Byte.zero, Byte.zero]
      result.append(Byte.hexDigit(byte >> 4))
      result.append(Byte.hexDigit(byte & 15))
    default: result.append(byte)
    }
  }
  result.append(Byte.quote)
}
