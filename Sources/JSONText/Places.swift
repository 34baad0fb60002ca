import CBytes

/// Tells line and column of positions, both from 1, the column in bytes.
///
/// Positions that rise are found by reading on, so that a message for each of many elements reads the text once;
/// a position before the last one starts over.
package struct Places {
  private let bytes: Bytes
  private var position = 0
  private var line = 1
  private var lineStart = 0

  /// Begins at the start of a text.
  package init(_ bytes: Bytes) { self.bytes = bytes }

  /// Line and column of a position; one past the end counts as the end.
  package mutating func place(of offset: Int) -> (line: Int, column: Int) {
    let end = min(max(offset, 0), bytes.count)
    if end < position { self = Places(bytes) }
    unsafe bytes.withUnsafeBytes { buffer in
      if position == 0, end >= 3, unsafe startsWithByteOrderMark(buffer) { lineStart = 3 }
      guard let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
        return
      }
      let feeds = unsafe scan_feeds(start, position, end)
      guard feeds > 0 else { return }
      line += feeds
      lineStart = end
      while unsafe buffer[lineStart - 1] != Byte.lineFeed { lineStart -= 1 }
    }
    position = end
    return (line, end - lineStart + 1)
  }
}

/// Line and column of one position.
func place(of offset: Int, in bytes: Bytes) -> (line: Int, column: Int) {
  var places = Places(bytes)
  return places.place(of: offset)
}
