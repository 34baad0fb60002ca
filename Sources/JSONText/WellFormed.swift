import CBytes

/// Whether the bytes are UTF-8 without overlong forms, surrogates or values above U+10FFFF.
func isWellFormed(_ bytes: [UInt8]) -> Bool {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return true }
    var at = 0
    while at < buffer.count {
      if unsafe start[at] < 0x80 {
        at += 1
        continue
      }
      let length = unsafe sequenceLength(start, at, buffer.count)
      guard length > 0 else { return false }
      at += length
    }
    return true
  }
}

/// How many bytes the well-formed non-ASCII character at a position has; 0 when it is ill-formed.
@inline(__always)
@unsafe
func sequenceLength(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ end: Int) -> Int {
  let lead = unsafe bytes[at]
  let left = end - at
  if lead < 0xE0 {
    guard lead >= 0xC2, left >= 2, unsafe isContinuation(bytes[at + 1]) else { return 0 }
    return 2
  }
  if lead < 0xF0 {
    guard left >= 3 else { return 0 }
    let second = unsafe bytes[at + 1]
    guard isContinuation(second), unsafe isContinuation(bytes[at + 2]) else { return 0 }
    // E0 would be overlong below A0; ED would be a surrogate from A0.
    if lead == 0xE0 && second < 0xA0 || lead == 0xED && second >= 0xA0 { return 0 }
    return 3
  }
  guard lead <= 0xF4, left >= 4 else { return 0 }
  let second = unsafe bytes[at + 1]
  guard isContinuation(second), unsafe isContinuation(bytes[at + 2]),
    unsafe isContinuation(bytes[at + 3])
  else { return 0 }
  // F0 would be overlong below 90; F4 would be above U+10FFFF from 90.
  if lead == 0xF0 && second < 0x90 || lead == 0xF4 && second >= 0x90 { return 0 }
  return 4
}

@inline(__always)
private func isContinuation(_ byte: UInt8) -> Bool {
  byte & 0xC0 == 0x80
}
