import JSONText

/// Finds rows by id, in a table of its own because a hundred thousand boxed keys would cost more than the claim.
///
/// A slot holds an id's hash above its row counted from 1, so that ids are compared only where their hashes agree.
struct Identifiers: Sendable {
  private var slots: [UInt64]
  private let mask: Int

  init(_ survey: Survey, _ items: Survey.Table) throws(BacklogError) {
    var size = 16
    while size < items.count * 2 { size *= 2 }
    slots = Array(repeating: 0, count: size)
    mask = size - 1
    for row in 0..<items.count {
      guard let hash = items.hash(row), let range = items.value(row, Backlog.Column.id.rawValue)
      else {
        throw Self.fault(of: row, survey, items)
      }
      var slot = Int(hash) & mask
      while slots[slot] != 0 {
        if let other = Self.row(slots[slot], hash),
          let otherRange = items.value(other, Backlog.Column.id.rawValue),
          decodedString(survey.bytes, range) == decodedString(survey.bytes, otherRange)
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
      slots[slot] = UInt64(hash) << 32 | UInt64(row + 1)
    }
  }

  func row(of id: Text, _ survey: Survey, _ items: Survey.Table) -> Int? {
    let hash = KeyHash.of(id)
    var slot = Int(hash) & mask
    while slots[slot] != 0 {
      if let row = Self.row(slots[slot], hash),
        let range = items.value(row, Backlog.Column.id.rawValue),
        stringEquals(survey.bytes, range, id)
      {
        return row
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// The row in a slot, where its hash is the one looked for.
  private static func row(_ slot: UInt64, _ hash: UInt32) -> Int? {
    slot >> 32 == UInt64(hash) ? Int(slot & 0xFFFF_FFFF) - 1 : nil
  }

  /// Why a row has no id that could be found by.
  private static func fault(
    of row: Int, _ survey: Survey, _ items: Survey.Table
  ) -> BacklogError {
    if let range = items.value(row, Backlog.Column.id.rawValue) {
      return BacklogError("an id must be a string", at: range.lowerBound, in: survey)
    }
    return BacklogError(
      items.kind(row) == .object ? "the item has no id" : "every item must be an object",
      at: items.range(row).lowerBound, in: survey)
  }
}
