/// One replacement of source bytes.
package struct Splice: Equatable, Sendable {
  /// The source bytes that go; none for an insertion.
  package var range: Range<Int>
  /// The bytes that come in their place.
  package var replacement: [UInt8]

  /// The replacement of these bytes by those.
  package init(range: Range<Int>, replacement: [UInt8]) {
    self.range = range
    self.replacement = replacement
  }

  /// The splices in the order of the text, without those that lie inside another one.
  ///
  /// Of two for the very same bytes the later one counts, insertions at one place all stay, in the
  /// order in which they came. Two that overlap in part contradict each other, which is a mistake
  /// of the caller that no input can provoke.
  static func settled(_ splices: [Splice]) -> [Splice] {
    let ordered = splices.enumerated().sorted { one, other in
      let (a, b) = (one.element.range, other.element.range)
      if a.lowerBound != b.lowerBound { return a.lowerBound < b.lowerBound }
      // Insertions before what stands there; then the longest, which swallows the others.
      if a.isEmpty != b.isEmpty { return a.isEmpty }
      if a.upperBound != b.upperBound { return a.upperBound > b.upperBound }
      return one.offset < other.offset
    }
    var result: [Splice] = []
    for (_, splice) in ordered {
      guard let last = result.last, splice.range.lowerBound < last.range.upperBound else {
        result.append(splice)
        continue
      }
      if splice.range == last.range {
        result[result.count - 1] = splice
      } else {
        precondition(splice.range.upperBound <= last.range.upperBound, "edits overlap in part")
      }
    }
    return result
  }
}
