/// What is to happen to the members of one object.
struct ObjectEdit {
  private struct Insertion {
    var key: Text
    var value: JSON
    /// The member of the source that it follows.
    var after: Int
  }

  private let outline: Outline
  private var removed: Set<Int> = []
  private var insertions: [Insertion] = []
  private var replacements: [Int: JSON] = [:]

  /// No change yet to the object at a range; nil if there is none.
  init?(_ source: Bytes, _ range: Range<Int>) {
    guard let outline = Outline(source, range), outline.kind == .object else { return nil }
    self.outline = outline
  }

  /// Adds a member after another one or at the end; one that is there already gets the new value.
  mutating func insert(_ key: Text, _ value: JSON, after: Text?, _ source: Bytes) {
    if let index = insertions.firstIndex(where: { $0.key == key }) {
      insertions[index].value = value
    } else if let index = index(of: key, source), !removed.contains(index) {
      replacements[index] = value
    } else {
      let after = after.flatMap { index(of: $0, source) } ?? outline.entries.count - 1
      insertions.append(Insertion(key: key, value: value, after: after))
    }
  }

  /// Takes a member away; false if there is none of that name.
  mutating func remove(_ key: Text, _ source: Bytes) -> Bool {
    if let index = insertions.firstIndex(where: { $0.key == key }) {
      insertions.remove(at: index)
      return true
    }
    guard let index = index(of: key, source) else { return false }
    replacements[index] = nil
    return removed.insert(index).inserted
  }

  private func index(of key: Text, _ source: Bytes) -> Int? {
    outline.entries.firstIndex { entry in
      entry.key.map { stringEquals(source, $0, key) } ?? false
    }
  }

  /// The splices that bring all this about.
  func splices(_ around: Surroundings) -> [Splice] {
    let entries = outline.entries
    guard !entries.isEmpty else { return spliceOfEmpty(around) }
    var result: [Splice] = []
    for (index, value) in replacements {
      let style = EntryStyle(afterMember: index, of: outline, in: around)
      result.append(
        Splice(
          range: entries[index].value,
          replacement: style.layout.text(of: value, indent: style.indent)))
    }
    guard removed.count < entries.count else { return spliceOfWhole(around) }

    var index = 0
    while index < entries.count {
      let first = index
      while index < entries.count, removed.contains(index) { index += 1 }
      if first == 0, index > 0 {
        // From the first key to that of the first member that stays.
        var text: [UInt8] = []
        for insertion in insertions where insertion.after < index {
          let style = EntryStyle(afterMember: insertion.after, of: outline, in: around)
          text += self.text(insertion, style) + style.separator
        }
        result.append(
          Splice(range: entries[0].start..<entries[index].start, replacement: text))
      } else if index > first {
        result.append(
          Splice(
            range: entries[first - 1].value.upperBound..<entries[index - 1].value.upperBound,
            replacement: following(first..<index, around)))
      }
      if index < entries.count {
        let end = entries[index].value.upperBound
        let text = following(index..<(index + 1), around)
        if !text.isEmpty { result.append(Splice(range: end..<end, replacement: text)) }
        index += 1
      }
    }
    return result
  }

  /// The inserted members that follow any of these, each with the comma before it.
  private func following(_ members: Range<Int>, _ around: Surroundings) -> [UInt8] {
    var text: [UInt8] = []
    for insertion in insertions where members.contains(insertion.after) {
      let style = EntryStyle(afterMember: insertion.after, of: outline, in: around)
      text += style.separator + self.text(insertion, style)
    }
    return text
  }

  private func text(_ insertion: Insertion, _ style: EntryStyle) -> [UInt8] {
    style.layout.text(
      of: JSON.Member(key: insertion.key, value: insertion.value), indent: style.indent)
  }

  private func spliceOfEmpty(_ around: Surroundings) -> [Splice] {
    guard !insertions.isEmpty else { return [] }
    let style = EntryStyle(firstIn: outline, in: around)
    var text = style.lead
    for (position, insertion) in insertions.enumerated() {
      if position > 0 { text += style.separator }
      text += self.text(insertion, style)
    }
    text += style.trail
    let inside = (outline.range.lowerBound + 1)..<(outline.range.upperBound - 1)
    return [Splice(range: inside, replacement: text)]
  }

  /// Every member goes; what comes instead keeps the white space at both ends.
  private func spliceOfWhole(_ around: Surroundings) -> [Splice] {
    let entries = outline.entries
    let first = entries[0].start
    let end = entries[entries.count - 1].value.upperBound
    guard insertions.isEmpty else {
      var text: [UInt8] = []
      for (position, insertion) in insertions.enumerated() {
        let style = EntryStyle(afterMember: insertion.after, of: outline, in: around)
        if position > 0 { text += style.separator }
        text += self.text(insertion, style)
      }
      return [Splice(range: first..<end, replacement: text)]
    }
    let inside = (outline.range.lowerBound + 1)..<(outline.range.upperBound - 1)
    let isPadding = around.text(inside.lowerBound..<first) == around.text(end..<inside.upperBound)
    // The same white space at both ends was there before the first member came.
    return [Splice(range: isPadding ? inside.lowerBound..<end : inside, replacement: [])]
  }
}
