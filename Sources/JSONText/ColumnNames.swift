import CBytes

/// The keys of the columns of one table, as memory that a scan can compare with at once.
@safe
final class ColumnNames {
  @unsafe
  private struct Name {
    var hash: UInt32
    var text: Text
    var start: UnsafePointer<UInt8>
    var count: Int
  }

  private let names: UnsafeMutableBufferPointer<Name>

  /// These keys, in this order.
  init(_ columns: [Text]) {
    unsafe names = .allocate(capacity: columns.count)
    for (position, text) in columns.enumerated() {
      let count = text.bytes.count
      let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
      for (offset, byte) in text.bytes.enumerated() {
        unsafe (copy + offset).initialize(to: byte)
      }
      unsafe names.initializeElement(
        at: position,
        to: Name(
          hash: Scanner.hash(of: text.bytes), text: text, start: UnsafePointer(copy), count: count))
    }
  }

  deinit {
    for position in unsafe 0..<names.count { unsafe names[position].start.deallocate() }
    unsafe names.baseAddress?.deinitialize(count: names.count)
    unsafe names.deallocate()
  }

  /// One bit for each hash, so that most other keys pass at once.
  var filter: UInt64 {
    var filter: UInt64 = 0
    for position in unsafe 0..<names.count {
      unsafe filter |= 1 << UInt64(names[position].hash >> 26)
    }
    return filter
  }

  /// The position of the column that a key of the text at this address names.
  @inline(__always)
  @unsafe
  func index(of key: ScannedKey, _ text: UnsafePointer<UInt8>) -> Int? {
    guard let first = unsafe names.baseAddress else { return nil }
    for position in unsafe 0..<names.count {
      let name = unsafe first + position
      guard unsafe name.pointee.hash == key.hash else { continue }
      if key.escaped {
        let decoded = unsafe decodedString(text, Int(key.start), Int(key.end))
        if unsafe decoded == name.pointee.text.bytes { return position }
      } else if unsafe Int(key.end) &- Int(key.start) &- 2 == name.pointee.count,
        unsafe scan_equal(text + Int(key.start) + 1, name.pointee.start, name.pointee.count)
      {
        return position
      }
    }
    return nil
  }
}
