package import JSONText

/// How a claim ends other than by being finished.
package struct Ending: Equatable, Sendable {
  /// When it ended.
  package var at: Timestamp
  /// Why, for the next one who looks at the history.
  package var reason: Text
  /// Whether the item is to be blocked instead of pending again.
  package var blocks: Bool
  /// How `pending` was spelled before the claim, where that is known; restored byte for byte.
  package var spelling: [UInt8]?

  /// States an ending.
  package init(at: Timestamp, reason: Text, blocks: Bool = false, spelling: [UInt8]? = nil) {
    self.at = at
    self.reason = reason
    self.blocks = blocks
    self.spelling = spelling
  }
}

extension Backlog {
  /// Whether the document would still be a backlog with these edits: it parses, and every item that an edit touches
  /// is an object with an id.
  package func staysWhole(with splices: [Splice]) -> Bool {
    guard let edited = try? survey.edited(by: splices).root, edited.kind == .object,
      let items = edited["items"], items.kind == .array,
      edited["history"]?.kind ?? .array == .array
    else { return false }
    return items.elements.allSatisfy { $0.isNull || $0["id"]?.text != nil }
  }

  /// The spelling of an item's status in the file, quotes and escapes included.
  package func statusSpelling(at row: Int) -> [UInt8]? {
    items.value(row, Column.status.rawValue).map { survey.bytes[$0].array }
  }

  /// The edit that claims an item: its status, its claim right behind the status, and an entry in the history.
  ///
  /// The claim stands behind the status because there it changes no line but the status's own. Fails for an item
  /// without a status, which is never eligible.
  package func claiming(_ row: Int, _ claim: Claim) throws(BacklogError) -> [Splice] {
    var edit = Edit(survey.bytes)
    try set("in_progress", at: row, in: &edit)
    let object = items.range(row)
    if let old = items.value(row, Column.claim.rawValue) {
      edit.replace(old, with: claim.json)
    } else {
      edit.insertMember("claim", claim.json, intoObject: object, after: "status")
    }
    appendToHistory(
      [
        "id": .string(id(at: row)), "claimed_at": .string(claim.at.text),
        "claimed_by": .string(claim.by), "claim": .integer(claim.number),
      ], in: &edit)
    return edit.splices
  }

  /// The edit that unwinds a claim: all but the history is as it was before.
  package func releasing(
    _ row: Int, number: Int, _ ending: Ending
  ) throws(BacklogError) -> [Splice] {
    var edit = Edit(survey.bytes)
    if let spelling = ending.spelling, !ending.blocks,
      let range = items.value(row, Column.status.rawValue)
    {
      edit.replaceRaw(range, with: spelling)
    } else {
      try set(ending.blocks ? "blocked" : "pending", at: row, in: &edit)
    }
    if items.value(row, Column.claim.rawValue) != nil {
      edit.removeMember("claim", fromObject: items.range(row))
    }
    if let entry = historyEntry(of: id(at: row), number: number) {
      edit.insertMember(
        "released_at", .string(ending.at.text), intoObject: entry, after: nil)
      edit.insertMember("reason", .string(ending.reason), intoObject: entry, after: nil)
    }
    return edit.splices
  }

  /// The edit that finishes an item: done, with the time in the item and in the history's entry of its claim, and
  /// without the claim.
  ///
  /// A time from an earlier life of the item is replaced.
  package func closing(
    _ row: Int, number: Int?, at time: Timestamp
  ) throws(BacklogError) -> [Splice] {
    var edit = Edit(survey.bytes)
    try set("done", at: row, in: &edit)
    let object = items.range(row)
    edit.insertMember("completed_at", .string(time.text), intoObject: object, after: "status")
    if items.value(row, Column.claim.rawValue) != nil {
      edit.removeMember("claim", fromObject: object)
    }
    if let number, let entry = historyEntry(of: id(at: row), number: number) {
      edit.insertMember("completed_at", .string(time.text), intoObject: entry, after: nil)
    }
    return edit.splices
  }

  /// The edit that proposes an item: its work waits for a person on a branch, and nobody holds it any more.
  package func proposing(
    _ row: Int, number: Int, at time: Timestamp, branch: Text
  ) throws(BacklogError) -> [Splice] {
    var edit = Edit(survey.bytes)
    try set("proposed", at: row, in: &edit)
    if items.value(row, Column.claim.rawValue) != nil {
      edit.removeMember("claim", fromObject: items.range(row))
    }
    if let entry = historyEntry(of: id(at: row), number: number) {
      edit.insertMember("proposed_at", .string(time.text), intoObject: entry, after: nil)
      edit.insertMember("branch", .string(branch), intoObject: entry, after: nil)
    }
    return edit.splices
  }

  /// The number of an item's latest claim, by the history.
  package func latestNumber(_ id: Text) -> Int? {
    guard let history else { return nil }
    return (0..<history.count).compactMap { row -> Int? in
      guard let range = history.value(row, HistoryColumn.id.rawValue),
        stringEquals(survey.bytes, range, id)
      else { return nil }
      return history.value(row, HistoryColumn.claim.rawValue)
        .flatMap { survey.node($0)?.integer }
    }.max()
  }

  /// The edit that extends a claim; nothing but the time in `until` changes.
  package func renewing(_ row: Int, until: Timestamp) -> [Splice] {
    guard let range = items.value(row, Column.claim.rawValue),
      let value = survey.node(range)?["until"]
    else { return [] }
    var edit = Edit(survey.bytes)
    let place =
      (range.lowerBound + value.range.lowerBound)..<(range.lowerBound + value.range.upperBound)
    edit.replace(place, with: .string(until.text))
    return edit.splices
  }

  /// The edit that adds an item as the last one, laid out as the present last one is.
  package func adding(_ item: JSON) -> [Splice] {
    var edit = Edit(survey.bytes)
    edit.appendElement(
      item, toArray: items.range, like: items.count > 0 ? items.range(items.count - 1) : nil)
    return edit.splices
  }

  private func set(_ status: Text, at row: Int, in edit: inout Edit) throws(BacklogError) {
    guard let range = items.value(row, Column.status.rawValue) else {
      throw BacklogError("the item has no status", at: items.range(row).lowerBound, in: survey)
    }
    edit.replace(range, with: .string(status))
  }

  private func appendToHistory(_ entry: JSON, in edit: inout Edit) {
    guard let history else {
      return edit.insertMember(
        "history", [entry], intoObject: survey.rootRange, after: "items")
    }
    edit.appendElement(
      entry, toArray: history.range,
      like: history.count > 0 ? history.range(history.count - 1) : nil)
  }

  /// The history's entry of one claim; where a number stands twice, the last one, which is the present claim's.
  private func historyEntry(of id: Text, number: Int) -> Range<Int>? {
    guard let history else { return nil }
    for row in (0..<history.count).reversed() {
      guard let idRange = history.value(row, HistoryColumn.id.rawValue),
        stringEquals(survey.bytes, idRange, id),
        let claimRange = history.value(row, HistoryColumn.claim.rawValue),
        survey.node(claimRange)?.integer == number
      else { continue }
      return history.range(row)
    }
    return nil
  }

  /// How often an item was claimed, by the history; decides whether a claim's number may be left unsaid.
  package func timesClaimed(_ id: Text) -> Int {
    guard let history else { return 0 }
    return (0..<history.count).count { row in
      history.value(row, HistoryColumn.id.rawValue).map { stringEquals(survey.bytes, $0, id) }
        ?? false
    }
  }
}
