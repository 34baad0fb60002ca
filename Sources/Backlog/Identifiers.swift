import JSONText

/// Finds rows by id, in a table of its own because a hundred thousand boxed keys would cost more than the claim.
struct Identifiers: Sendable {
  private var slots: [Int32]
  private let mask: Int

  init(_ survey: Survey, _ items: Survey.Table) throws(BacklogError) {
    var size = 16
    while size < items.count * 2 { size *= 2 }
    slots = Array(repeating: -1, count: size)
    mask = size - 1
    for row in 0..<items.count {
      // Only an object has an id, so that looking at the kind of each item would only cost a look at its bytes.
      guard let range = items.value(row, Backlog.Column.id.rawValue) else {
        throw BacklogError(
          items.kind(row) == .object ? "the item has no id" : "every item must be an object",
          at: items.range(row).lowerBound, in: survey)
      }
      guard survey.bytes[range.lowerBound] == UInt8(ascii: "\"") else {
        throw BacklogError("an id must be a string", at: range.lowerBound, in: survey)
      }
      var slot = Self.hash(survey.bytes, range) & mask
      while slots[slot] >= 0 {
        let other = Int(slots[slot])
        if let otherRange = items.value(other, Backlog.Column.id.rawValue),
          Self.equal(survey.bytes, range, otherRange)
        {
          let id = decodedString(survey.bytes, range)
          let first = survey.place(otherRange.lowerBound)
          throw BacklogError(
            "the id " + Text(bytes: quoted(id)) + " stands already in line "
              + Text("\(first.line)"),
            at: range.lowerBound, in: survey)
        }
        slot = (slot + 1) & mask
      }
      slots[slot] = Int32(truncatingIfNeeded: row)
    }
  }

  func row(of id: Text, _ survey: Survey, _ items: Survey.Table) -> Int? {
    var slot = Self.hash(id.bytes) & mask
    while slots[slot] >= 0 {
      let row = Int(slots[slot])
      if let range = items.value(row, Backlog.Column.id.rawValue),
        stringEquals(survey.bytes, range, id)
      {
        return row
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Hashes the decoded id, so that two spellings of one id meet.
  private static func hash(_ bytes: Bytes, _ range: Range<Int>) -> Int {
    unsafe bytes.withUnsafeBytes { buffer in
      let inner = unsafe UnsafeRawBufferPointer(
        rebasing: buffer[(range.lowerBound + 1)..<(range.upperBound - 1)])
      if unsafe inner.contains(UInt8(ascii: "\\")) {
        return hash(decodedString(bytes, range).bytes)
      }
      return unsafe hash(inner)
    }
  }

  private static func hash(_ bytes: [UInt8]) -> Int {
    unsafe bytes.withUnsafeBytes { unsafe hash($0) }
  }

  /// Multiplying eight bytes at a time is enough for a table of one file's ids, and much cheaper than the standard
  /// hasher; the seed differs in each process, so that no file can be made to fill one slot.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
    var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count)
    var offset = 0
    while offset + 8 <= bytes.count {
      hash = unsafe mixed(hash, bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = unsafe rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    return Int(truncatingIfNeeded: mixed(hash, rest))
  }

  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let (high, low) = (hash ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    return high ^ low
  }

  private static let seed = UInt64.random(in: .min ... .max)

  private static func equal(_ bytes: Bytes, _ a: Range<Int>, _ b: Range<Int>) -> Bool {
    bytes[a] == bytes[b] || decodedString(bytes, a) == decodedString(bytes, b)
  }
}
