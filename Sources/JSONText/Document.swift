/// A wholly validated document: its bytes and a table of where every value lies.
///
/// The table costs 16 bytes for each key and each value, which suits small and middle-sized files;
/// for huge ones there is `Survey`. It is a class so that handing a `Node` around counts one reference and not three.
package final class Document: Sendable {
  /// The bytes that were read; all ranges of nodes count in them.
  package let bytes: Bytes
  /// The bytes of the file that this document is a part of, or the same as `bytes`.
  package let source: Bytes
  /// Where this document's bytes begin in `source`.
  package let offset: Int

  /// The table, in the order of the text; the root comes first.
  let slots: [Slot]

  /// One key or value. A key stands directly before its value.
  struct Slot {
    /// The position of the first byte.
    var start: UInt32
    /// The position after the last byte.
    var end: UInt32
    /// The slot that follows this one and everything inside it.
    var next: UInt32
    /// What the value is; a key is a string.
    var kind: Kind
    /// Whether a string is spelled with a backslash.
    var escaped: Bool
  }

  /// Reads a document, or says what is wrong with it.
  package convenience init(_ bytes: Bytes, depthLimit: Int = 512) throws(JSONError) {
    try self.init(bytes, depthLimit: depthLimit, source: bytes, offset: 0)
  }

  /// Reads a part of a larger document, so that places are told in the larger one.
  init(_ bytes: Bytes, depthLimit: Int, source: Bytes, offset: Int) throws(JSONError) {
    var sink = DocumentSink(bytes.count)
    try Scanner.run(bytes, depthLimit: depthLimit, into: &sink)
    self.bytes = bytes
    self.source = source
    self.offset = offset
    self.slots = sink.slots
  }

  /// Reads one value of a larger text as a document of its own, whose positions count in the larger one.
  package init(part range: Range<Int>, of bytes: Bytes) throws(JSONError) {
    let part = bytes[range]
    var sink = DocumentSink(part.count, offset: range.lowerBound)
    try Scanner.run(part, depthLimit: Scanner.greatestDepth, into: &sink)
    self.bytes = bytes
    source = bytes
    offset = 0
    slots = sink.slots
  }

  /// The outermost value.
  package var root: Node { Node(document: self, index: 0) }
}

private struct DocumentSink: ScanSink {
  var slots: [Document.Slot] = []
  private var open: [Int] = []
  private let offset: UInt32

  /// Makes room for as many keys and values as there usually are in so many bytes, which begin at an offset.
  init(_ count: Int, offset: Int = 0) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    slots.reserveCapacity(count / 12)
  }

  mutating func open(_ kind: Kind, at start: Int, depth: Int) {
    open.append(slots.count)
    append(kind, start, start)
  }

  mutating func close(_ kind: Kind, before end: Int, depth: Int) {
    let index = open.removeLast()
    slots[index].end = offset &+ UInt32(truncatingIfNeeded: end)
    slots[index].next = UInt32(truncatingIfNeeded: slots.count)
  }

  @unsafe
  mutating func key(_ key: ScannedKey, in text: UnsafePointer<UInt8>, depth: Int) {
    append(.string, Int(key.start), Int(key.end), escaped: key.escaped)
  }

  mutating func scalar(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool, depth: Int) {
    append(kind, start, end, escaped: escaped)
  }

  private mutating func append(
    _ kind: Kind, _ start: Int, _ end: Int, escaped: Bool = false
  ) {
    slots.append(
      Document.Slot(
        start: offset &+ UInt32(truncatingIfNeeded: start),
        end: offset &+ UInt32(truncatingIfNeeded: end),
        next: UInt32(truncatingIfNeeded: slots.count + 1), kind: kind,
        escaped: escaped))
  }
}
