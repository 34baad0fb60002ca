/// What listens to the scanner: everything that is valid JSON, in the order of the text.
///
/// `depth` is the number of objects and arrays around what is reported. An error may still follow,
/// after which what was collected is worth nothing.
protocol ScanSink {
  /// An object or array begins.
  mutating func open(_ kind: Kind, at start: Int, depth: Int)
  /// The innermost object or array ends before this position.
  mutating func close(_ kind: Kind, before end: Int, depth: Int)
  /// A key of the text at this address; its value is what is reported next at the same depth.
  @unsafe
  mutating func key(_ key: ScannedKey, in text: UnsafePointer<UInt8>, depth: Int)
  /// A value that is neither object nor array; `escaped` tells whether a string has a backslash.
  mutating func scalar(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool, depth: Int)
}

/// A key as it was found: where, whether it has escapes, and a hash of its decoded bytes.
struct ScannedKey {
  /// Where the opening quote stands.
  var start: UInt32
  /// The position after the closing quote.
  var end: UInt32
  /// A hash that equal keys share, however they are spelled.
  var hash: UInt32
  /// Whether the spelling has a backslash.
  var escaped: Bool
}

/// Listens to nothing: for validation alone.
struct DeafSink: ScanSink {
  mutating func open(_ kind: Kind, at start: Int, depth: Int) {}
  mutating func close(_ kind: Kind, before end: Int, depth: Int) {}
  @unsafe
  mutating func key(_ key: ScannedKey, in text: UnsafePointer<UInt8>, depth: Int) {}
  mutating func scalar(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool, depth: Int) {}
}

/// Reads a document for its errors only.
package func validate(_ bytes: Bytes, depthLimit: Int = Scanner.greatestDepth) throws(JSONError) {
  var sink = DeafSink()
  try Scanner.run(bytes, depthLimit: depthLimit, into: &sink)
}
