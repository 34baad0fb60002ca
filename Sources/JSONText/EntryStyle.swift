/// How a new entry of an object or array is to look, taken from the entries around it.
struct EntryStyle {
  /// What stands between two entries: the comma with the white space around it.
  var separator: [UInt8]
  /// What stands between the opening bracket and the first entry; only used where there was none.
  var lead: [UInt8] = []
  /// What stands between the last entry and the closing bracket; only used where there was none.
  var trail: [UInt8] = []
  /// The indentation of the line that the entry begins on.
  var indent: [UInt8]
  /// How the entry's value is written.
  var layout: Layout
}

extension EntryStyle {
  /// The style of a member that is to follow one of those that an object has.
  init(afterMember index: Int, of object: Outline, in around: Surroundings) {
    let entries = object.entries
    let lead = around.text((object.range.lowerBound + 1)..<entries[0].start)
    let colon = Self.colon(of: entries[index], in: around)
    var before: [UInt8] = []
    var after: [UInt8]
    if entries.count > 1 {
      let gap = Self.gap(entries[max(index, 1) - 1], entries[max(index, 1)], in: around)
      (before, after) = (lastLine(gap.before), lastLine(gap.after))
    } else {
      after = Self.guessedGap(lead: lead, hint: colon)
    }
    self.init(
      separator: before + [Byte.comma] + after, indent: [],
      layout: Layout(colon: colon, objectPadding: hasNewline(lead) ? [] : lead))
    if let (newline, indent) = lineParts(after) ?? lineParts(before) {
      let outer = around.indent(ofLineAt: object.range.lowerBound)
      breakLines(
        newline: newline, indent: indent, unit: step(from: outer, to: indent) ?? around.unit)
    } else {
      layout.comma = separator
      layout.breaksOuter = false
    }
  }

  /// The style of the first entry of an empty object or array.
  ///
  /// White space that is already inside an object stays as it is at the end and is repeated at the
  /// start, so that removing the member again can tell what there was.
  init(firstIn empty: Outline, in around: Surroundings) {
    let position = around.position(ofValueAt: empty.range.lowerBound)
    let inside = around.text((empty.range.lowerBound + 1)..<(empty.range.upperBound - 1))
    let colon = position.colon ?? [Byte.colon, Byte.space]
    let comma = colon.last == Byte.colon ? [Byte.comma] : [Byte.comma, Byte.space]
    self.init(
      separator: comma, lead: inside, trail: inside, indent: [],
      layout: Layout(colon: colon, comma: comma, breaksOuter: false))
    let isLined = inside.isEmpty || empty.kind == .array ? position.isOnOwnLine : false
    if let (newline, indent) = lineParts(inside), empty.kind == .object {
      breakLines(newline: newline, indent: indent, unit: around.unit)
      separator = [Byte.comma] + newline + indent
    } else if isLined || hasNewline(inside) {
      let outer = around.indent(ofLineAt: empty.range.lowerBound)
      breakLines(newline: around.newline, indent: outer + around.unit, unit: around.unit)
      lead = layout.newline + indent
      trail = layout.newline + outer
      separator = [Byte.comma] + lead
    }
  }

  /// The style of an element that is to follow the last one of an array.
  init(afterElement last: Range<Int>, ofArrayAt array: Int, in around: Surroundings) {
    let leadRange = around.space(before: last.lowerBound)
    let lead = around.text(leadRange)
    let sample = Outline(around.source, last)
    var before: [UInt8] = []
    var after = lastLine(lead)
    let position = around.position(ofValueAt: array)
    layout = Layout(colon: position.colon ?? [Byte.colon, Byte.space])
    layout.comma = layout.colon.last == Byte.colon ? [Byte.comma] : [Byte.comma, Byte.space]
    if leadRange.lowerBound > array + 1 {
      before = lastLine(around.text(around.space(before: leadRange.lowerBound - 1)))
    } else {
      let hint = sample?.entries.first.map { Self.colon(of: $0, in: around) } ?? layout.colon
      after = Self.guessedGap(lead: lead, hint: hint)
      layout.arrayPadding = hasNewline(lead) ? [] : lead
    }
    separator = before + [Byte.comma] + after
    if let (newline, indent) = lineParts(after) ?? lineParts(before) {
      self.indent = indent
      layout.newline = newline
      layout.unit = around.unit
      if leadRange.lowerBound <= array + 1,
        let unit = step(from: around.indent(ofLineAt: array), to: indent)
      {
        layout.unit = unit
      }
    } else {
      indent = []
      layout.breaksOuter = false
    }
    imitate(sample, at: last, around)
  }

  /// Puts each entry on a line of its own.
  private mutating func breakLines(newline: [UInt8], indent: [UInt8], unit: [UInt8]) {
    self.indent = indent
    layout.newline = newline
    layout.unit = unit
    layout.breaksOuter = true
  }

  /// Takes over how the last element is laid out inside.
  private mutating func imitate(_ sample: Outline?, at last: Range<Int>, _ around: Surroundings) {
    guard let sample, let first = sample.entries.first else { return }
    let lead = around.text((last.lowerBound + 1)..<first.start)
    if sample.kind == .object { layout.colon = Self.colon(of: first, in: around) }
    var gap: (before: [UInt8], after: [UInt8])?
    if sample.entries.count > 1 {
      gap = Self.gap(sample.entries[0], sample.entries[1], in: around)
    }
    if let (newline, inner) = lineParts(lead) ?? gap.flatMap({ lineParts($0.after) }) {
      if indent.isEmpty { indent = around.indent(ofLineAt: last.lowerBound) }
      layout.newline = newline
      layout.unit = step(from: indent, to: inner) ?? around.unit
      layout.breaksOuter = true
      layout.breaksObjects = Self.breaks(.object, inside: sample, around)
      layout.breaksArrays = Self.breaks(.array, inside: sample, around)
    } else {
      layout.breaksOuter = false
      if sample.kind == .object { layout.objectPadding = lead } else { layout.arrayPadding = lead }
      if let gap {
        layout.comma = gap.before + [Byte.comma] + gap.after
      } else {
        layout.comma = [Byte.comma] + Self.guessedGap(lead: lead, hint: layout.colon)
      }
    }
  }

  /// Whether objects or arrays inside a sample have their entries on lines of their own; so they
  /// are written where the sample has none.
  private static func breaks(
    _ kind: Kind, inside sample: Outline, _ around: Surroundings
  ) -> Bool {
    for entry in sample.entries where entry.kind == kind {
      let text = around.text(entry.value)
      // Two bytes are an empty one, which tells nothing.
      if text.count > 2 { return hasNewline(text) }
    }
    return true
  }

  private static func colon(of entry: Outline.Entry, in around: Surroundings) -> [UInt8] {
    guard let key = entry.key else { return [Byte.colon, Byte.space] }
    let text = around.text(key.upperBound..<entry.value.lowerBound)
    return hasNewline(text) ? [Byte.colon, Byte.space] : text
  }

  /// The white space before and after the comma between two entries.
  private static func gap(
    _ one: Outline.Entry, _ next: Outline.Entry, in around: Surroundings
  ) -> (before: [UInt8], after: [UInt8]) {
    let before = around.space(after: one.value.upperBound)
    return (around.text(before), around.text((before.upperBound + 1)..<next.start))
  }

  /// What should follow a comma where there is none to imitate.
  private static func guessedGap(lead: [UInt8], hint colon: [UInt8]) -> [UInt8] {
    if !lead.isEmpty { return lastLine(lead) }
    return colon.last == Byte.colon ? [] : [Byte.space]
  }
}
