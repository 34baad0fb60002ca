/// The elements that are to be appended to one array.
struct ArrayEdit {
  private let range: Range<Int>
  private let last: Range<Int>?
  private var appended: [JSON] = []

  /// Nothing appended yet to the array at a range; nil if there is none.
  ///
  /// The array itself is read only where its last element is not given.
  init?(_ source: Bytes, _ range: Range<Int>, last: Range<Int>?) {
    self.range = range
    if let last {
      self.last = last
    } else {
      guard let outline = Outline(source, range), outline.kind == .array else { return nil }
      self.last = outline.entries.last?.value
    }
  }

  /// Adds an element at the end.
  mutating func append(_ value: JSON) {
    appended.append(value)
  }

  /// The one splice that brings this about.
  func splices(_ around: Surroundings) -> [Splice] {
    guard let last else {
      guard let outline = Outline(around.source, range) else { return [] }
      let style = EntryStyle(firstIn: outline, in: around)
      var text = style.lead
      for (position, value) in appended.enumerated() {
        if position > 0 { text += style.separator }
        text += style.layout.text(of: value, indent: style.indent)
      }
      text += style.trail
      let inside = (range.lowerBound + 1)..<(range.upperBound - 1)
      return [Splice(range: inside, replacement: text)]
    }
    let style = EntryStyle(afterElement: last, ofArrayAt: range.lowerBound, in: around)
    var text: [UInt8] = []
    for value in appended {
      text += style.separator + style.layout.text(of: value, indent: style.indent)
    }
    return [Splice(range: last.upperBound..<last.upperBound, replacement: text)]
  }
}
