/// The direct entries of one object or array, found by scanning just its bytes.
struct Outline {
  /// An element, or a member with its key.
  struct Entry {
    /// Where the key stands, quotes included; nil in an array.
    var key: Range<Int>?
    /// Where the value stands.
    var value: Range<Int>
    /// What the value is.
    var kind: Kind

    /// Where the entry begins.
    var start: Int { key?.lowerBound ?? value.lowerBound }
  }

  /// Whether this is an object or an array.
  let kind: Kind
  /// Where the whole object or array lies.
  let range: Range<Int>
  /// What is directly inside, in order.
  let entries: [Entry]

  /// The outline of the object or array at a range; nil if there is none.
  init?(_ bytes: Bytes, _ range: Range<Int>) {
    var sink = OutlineSink(offset: range.lowerBound)
    do {
      try Scanner.run(bytes[range], depthLimit: Scanner.greatestDepth, into: &sink)
    } catch {
      return nil
    }
    guard let kind = sink.kind else { return nil }
    self.kind = kind
    self.range = range
    entries = sink.entries
  }
}

private struct OutlineSink: ScanSink {
  let offset: Int
  var kind: Kind?
  var entries: [Outline.Entry] = []
  private var start = 0
  private var key: Range<Int>?

  init(offset: Int) {
    self.offset = offset
  }

  mutating func open(_ kind: Kind, at start: Int, depth: Int) {
    if depth == 0 { self.kind = kind }
    if depth == 1 { self.start = start }
  }

  mutating func close(_ kind: Kind, before end: Int, depth: Int) {
    if depth == 1 { append(kind, start, end) }
  }

  @unsafe
  mutating func key(_ key: ScannedKey, in text: UnsafePointer<UInt8>, depth: Int) {
    if depth == 1 { self.key = (offset + Int(key.start))..<(offset + Int(key.end)) }
  }

  mutating func scalar(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool, depth: Int) {
    if depth == 1 { append(kind, start, end) }
  }

  private mutating func append(_ kind: Kind, _ start: Int, _ end: Int) {
    entries.append(
      Outline.Entry(key: key, value: (offset + start)..<(offset + end), kind: kind))
  }
}
