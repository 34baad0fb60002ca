extension Survey {
  /// The document as splices would leave it, parsed again with every untouched element of the surveyed arrays
  /// abbreviated to `null`.
  ///
  /// Whether the whole document would parse is decided by this: an abbreviated element was validated by the survey,
  /// keeps its bytes, and a value in place of a value leaves everything around it as it is. What the splices touch,
  /// and all that lies between the elements, is parsed as it would be written. The cost grows with the number of
  /// elements and not with their size. The splices must be sorted and must not overlap.
  package func edited(by splices: [Splice]) throws(JSONError) -> Document {
    var skeleton = Skeleton(bytes: bytes, splices: splices[...])
    skeleton.result.reserveCapacity(4096 + tables.reduce(0) { $0 + $1.table.count * 16 })
    for table in tables.map(\.table).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      for row in 0..<table.count { skeleton.pass(table.range(row)) }
    }
    skeleton.copy(upTo: bytes.count)
    return try Document(Bytes(skeleton.result))
  }
}

/// The text of a document in which untouched values are left out.
private struct Skeleton {
  let bytes: Bytes
  var splices: ArraySlice<Splice>
  var result: [UInt8] = []
  private var position = 0

  init(bytes: Bytes, splices: ArraySlice<Splice>) {
    self.bytes = bytes
    self.splices = splices
  }

  /// Goes over an element: leaves it out where no splice reaches into it, else lets it stand to be copied.
  mutating func pass(_ element: Range<Int>) {
    while let next = splices.first, next.range.upperBound <= element.lowerBound {
      copy(upTo: next.range.upperBound)
    }
    if let next = splices.first, next.range.lowerBound < element.upperBound { return }
    copy(upTo: element.lowerBound)
    result.append(contentsOf: "null".utf8)
    position = element.upperBound
  }

  /// Copies what stands before an offset, with the splices that begin before it, or at the very end, applied.
  mutating func copy(upTo end: Int) {
    while let next = splices.first, next.range.upperBound <= end,
      next.range.lowerBound < end || next.range.isEmpty
    {
      append(position..<next.range.lowerBound)
      result.append(contentsOf: next.replacement)
      position = next.range.upperBound
      splices.removeFirst()
    }
    if position < end { append(position..<end) }
    position = max(position, end)
  }

  private mutating func append(_ range: Range<Int>) {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe result.append(contentsOf: buffer[range])
    }
  }
}
