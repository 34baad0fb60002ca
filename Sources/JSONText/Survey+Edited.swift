extension Survey {
  /// The document as splices would leave it, parsed again with every run of untouched elements of the surveyed arrays
  /// abbreviated to one `null`.
  ///
  /// Whether the whole document would parse is decided by this: a run of elements was validated by the survey, keeps
  /// its bytes, and a value in place of values that commas join leaves everything around it as it is. What the
  /// splices touch is parsed as it would be written. The cost does not grow with the document. The splices must be
  /// sorted and must not overlap.
  package func edited(by splices: [Splice]) throws(JSONError) -> Document {
    var skeleton = Skeleton(bytes: bytes, splices: splices[...])
    for table in tables.map(\.table).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      var row = 0
      while row < table.count {
        let end = table.firstTouched(by: splices, from: row)
        if end > row {
          skeleton.omit(table.range(row).lowerBound..<table.range(end - 1).upperBound)
        }
        row = end + 1
      }
    }
    skeleton.copy(upTo: bytes.count)
    return try Document(Bytes(skeleton.result))
  }
}

extension Survey.Table {
  /// The first row from a given one on that a splice reaches into, or the number of rows.
  ///
  /// A splice between two rows touches the one in front of it, so that it never falls into a run that is left out.
  fileprivate func firstTouched(by splices: [Splice], from row: Int) -> Int {
    var first = count
    for splice in splices {
      let candidate = firstRow(from: row, endingAtOrBehind: splice.range.lowerBound)
      guard candidate < first else { continue }
      let begin = range(candidate).lowerBound
      if splice.range.upperBound > begin || splice.range.lowerBound >= begin {
        first = candidate
      } else if candidate > row {
        // The splice lies between two rows, behind the one before this.
        first = min(first, candidate - 1)
      }
    }
    return first
  }

  /// The first row from a given one on that ends at or behind an offset, found by halving.
  private func firstRow(from row: Int, endingAtOrBehind offset: Int) -> Int {
    var low = row
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if range(middle).upperBound < offset { low = middle + 1 } else { high = middle }
    }
    return low
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

  /// Leaves out a range into which no splice reaches.
  mutating func omit(_ range: Range<Int>) {
    copy(upTo: range.lowerBound)
    result.append(contentsOf: "null".utf8)
    position = range.upperBound
  }

  /// Copies what stands before an offset, with the splices up to it applied.
  mutating func copy(upTo end: Int) {
    while let next = splices.first, next.range.upperBound <= end {
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
