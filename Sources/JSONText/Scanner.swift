import CBytes

/// The one reader of JSON in this program: strict by RFC 8259, told apart only by who listens.
///
/// It keeps its own stack of open objects and arrays, so that no input can exhaust the thread's.
package enum Scanner {
  /// The greatest nesting that is ever accepted, whatever limit is asked for.
  package static let greatestDepth = 512

  /// Reads a whole document and reports it to the sink.
  static func run<Sink: ScanSink>(
    _ bytes: Bytes, depthLimit: Int, into sink: inout Sink
  ) throws(JSONError) {
    do throws(ScanFault) {
      try unsafe bytes.withUnsafeBytes { buffer throws(ScanFault) in
        guard buffer.count < Int(UInt32.max) else {
          throw ScanFault(reason: .tooLarge, offset: 0)
        }
        guard let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
          throw ScanFault(reason: .noValue, offset: 0)
        }
        let first = unsafe startsWithByteOrderMark(buffer) ? 3 : 0
        try unsafe document(
          start, from: first, to: buffer.count,
          depthLimit: min(max(depthLimit, 0), greatestDepth), into: &sink)
      }
    } catch {
      throw JSONError(error, in: bytes)
    }
  }

  private static func document<Sink: ScanSink>(
    _ bytes: UnsafePointer<UInt8>, from first: Int, to end: Int, depthLimit: Int,
    into sink: inout Sink
  ) throws(ScanFault) {
    var seen = unsafe SeenKeys(text: bytes, depthLimit: depthLimit)
    // For each open level: whether the one around it is an object.
    let levels = UnsafeMutablePointer<Bool>.allocate(capacity: depthLimit + 1)
    defer { unsafe levels.deallocate() }
    var depth = 0
    var inObject = false

    var at = unsafe skipSpace(bytes, first, end)
    guard at < end else { throw ScanFault(reason: .noValue, offset: at) }

    values: while true {
      guard at < end else {
        throw ScanFault(reason: .endOfText(expected: .value), offset: at)
      }
      let byte = unsafe bytes[at]
      switch byte {
      case Byte.quote:
        var escaped = false
        let close = unsafe try string(bytes, at, end, &escaped)
        sink.scalar(.string, at, close &+ 1, escaped: escaped, depth: depth)
        at = close &+ 1
      case Byte.openBrace:
        guard depth < depthLimit else {
          throw ScanFault(reason: .tooDeep(limit: depthLimit), offset: at)
        }
        sink.open(.object, at: at, depth: depth)
        unsafe levels[depth] = inObject
        depth &+= 1
        inObject = true
        seen.open()
        at = unsafe skipSpace(bytes, at &+ 1, end)
        if at < end, unsafe bytes[at] == Byte.closeBrace { break }
        at = unsafe try key(bytes, at, end, .keyOrBrace, &seen, &sink, depth)
        continue values
      case Byte.openBracket:
        guard depth < depthLimit else {
          throw ScanFault(reason: .tooDeep(limit: depthLimit), offset: at)
        }
        sink.open(.array, at: at, depth: depth)
        unsafe levels[depth] = inObject
        depth &+= 1
        inObject = false
        at = unsafe skipSpace(bytes, at &+ 1, end)
        guard at < end else {
          throw ScanFault(reason: .endOfText(expected: .valueOrBracket), offset: at)
        }
        if unsafe bytes[at] == Byte.closeBracket { break }
        continue values
      case Byte.minus, Byte.zero...Byte.nine:
        let stop = unsafe try number(bytes, at, end)
        sink.scalar(.number, at, stop, escaped: false, depth: depth)
        at = stop
      case Byte.t, Byte.f, Byte.n:
        let stop = unsafe try word(bytes, at, end)
        sink.scalar(byte == Byte.n ? .null : .bool, at, stop, escaped: false, depth: depth)
        at = stop
      default:
        throw unsafe misfit(bytes, at, end, .value)
      }

      // After a value, or before the end of an empty object or array.
      while depth > 0 {
        at = unsafe skipSpace(bytes, at, end)
        guard at < end else {
          throw ScanFault(
            reason: .endOfText(expected: inObject ? .commaOrBrace : .commaOrBracket), offset: at)
        }
        let byte = unsafe bytes[at]
        if byte == Byte.comma {
          let comma = at
          at = unsafe skipSpace(bytes, at &+ 1, end)
          if inObject {
            if at < end, unsafe bytes[at] == Byte.closeBrace {
              throw ScanFault(reason: .trailingComma, offset: comma)
            }
            at = unsafe try key(bytes, at, end, .key, &seen, &sink, depth)
          } else if at < end, unsafe bytes[at] == Byte.closeBracket {
            throw ScanFault(reason: .trailingComma, offset: comma)
          }
          continue values
        }
        if inObject {
          guard byte == Byte.closeBrace else {
            throw unsafe misfit(bytes, at, end, .commaOrBrace)
          }
          seen.close()
          depth &-= 1
          at &+= 1
          sink.close(.object, before: at, depth: depth)
        } else {
          guard byte == Byte.closeBracket else {
            throw unsafe misfit(bytes, at, end, .commaOrBracket)
          }
          depth &-= 1
          at &+= 1
          sink.close(.array, before: at, depth: depth)
        }
        inObject = unsafe levels[depth]
      }

      at = unsafe skipSpace(bytes, at, end)
      guard at == end else {
        let fault = unsafe misfit(bytes, at, end, .value)
        switch fault.reason {
        case .comment, .misplacedByteOrderMark, .malformedUTF8: throw fault
        default: throw ScanFault(reason: .textAfterDocument, offset: at)
        }
      }
      return
    }
  }

  /// Reads a key with its colon; gives the position at which its value should begin.
  @inline(__always)
  @unsafe
  private static func key<Sink: ScanSink>(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int,
    _ expected: JSONError.Expectation, _ seen: inout SeenKeys, _ sink: inout Sink, _ depth: Int
  ) throws(ScanFault) -> Int {
    guard start < end else {
      throw ScanFault(reason: .endOfText(expected: expected), offset: start)
    }
    guard unsafe bytes[start] == Byte.quote else {
      throw unsafe misfit(bytes, start, end, expected)
    }
    var escaped = false
    let close = unsafe try string(bytes, start, end, &escaped)
    let key = ScannedKey(
      start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: close &+ 1),
      hash: escaped
        ? unsafe hashOfEscaped(bytes, start, close &+ 1)
        : unsafe cheapHash(bytes + (start &+ 1), close &- start &- 1),
      escaped: escaped)
    guard seen.insert(key) else {
      throw ScanFault(
        reason: .duplicateKey(
          Text(wellFormed: unsafe decodedString(bytes, start, close + 1))), offset: start)
    }
    unsafe sink.key(key, in: bytes, depth: depth)
    var at = unsafe skipSpace(bytes, close &+ 1, end)
    guard at < end else {
      throw ScanFault(reason: .endOfText(expected: .colon), offset: at)
    }
    guard unsafe bytes[at] == Byte.colon else {
      throw unsafe misfit(bytes, at, end, .colon)
    }
    at = unsafe skipSpace(bytes, at &+ 1, end)
    return at
  }

  @inline(never)
  @unsafe
  private static func hashOfEscaped(
    _ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> UInt32 {
    unsafe hash(of: decodedString(bytes, start, end))
  }

  /// The hash that `ScannedKey` carries, of bytes from elsewhere.
  static func hash(of key: [UInt8]) -> UInt32 {
    unsafe key.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return hashOfNothing() }
      return unsafe cheapHash(start, buffer.count)
    }
  }

  private static func hashOfNothing() -> UInt32 {
    var nothing: UInt8 = 0
    return unsafe withUnsafePointer(to: &nothing) { unsafe cheapHash($0, 0) }
  }

  /// The first position that is not white space; most gaps are none or a single space.
  @inline(__always)
  @unsafe
  private static func skipSpace(_ bytes: UnsafePointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    guard start < end, unsafe bytes[start] <= Byte.space else { return start }
    let next = start &+ 1
    if next < end, unsafe bytes[next] > Byte.space, unsafe Byte.isSpace(bytes[start]) {
      return next
    }
    return unsafe scan_space(bytes, start, end)
  }
}
