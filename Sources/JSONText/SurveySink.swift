/// Keeps of a scan what a survey is asked for.
///
/// Depths: the root is at 0, its members are at 1, the elements of a requested array at 2, and
/// their members at 3. Everything further inside is only passed over.
struct SurveySink: ScanSink {
  /// A requested array that was found.
  struct Found {
    /// Which of the requests.
    var request: Int
    /// Where the array lies.
    var range: Range<Int>
    /// Its elements.
    var rows: TableRows
  }

  /// What the outermost value is.
  private(set) var rootKind = Kind.null
  /// Where the outermost value lies.
  private(set) var rootRange = 0..<0
  /// The members of the root object so far.
  private(set) var members: [Survey.Member] = []
  /// The requested arrays so far.
  private(set) var tables: [Found] = []

  private let bytes: Bytes
  private let requests: [Survey.Request]
  private var memberKey: Range<Int>?
  private var rootStart = 0
  private var start = 0
  private var elementStart = 0
  private var valueStart = 0
  /// The column that the next value at depth 3 belongs to; 0 for none.
  private var column = 0
  private var request = 0
  private var filter: UInt64 = 0
  private var names: ColumnNames?
  private var table: TableFiller?

  /// Nothing yet of these bytes.
  init(_ bytes: Bytes, _ requests: [Survey.Request]) {
    self.bytes = bytes
    self.requests = requests
  }

  /// Gives back what a scan that failed had begun.
  mutating func discard() {
    table?.discard()
    table = nil
  }

  @inline(__always)
  mutating func open(_ kind: Kind, at position: Int, depth: Int) {
    guard depth <= 3 else { return }
    switch depth {
    case 3: valueStart = position
    case 2: elementStart = position
    case 1:
      start = position
      if kind == .array { beginTable() }
    default: rootStart = position
    }
  }

  @inline(__always)
  mutating func close(_ kind: Kind, before end: Int, depth: Int) {
    guard depth <= 3 else { return }
    switch depth {
    case 3: value(valueStart, end)
    case 2: element(elementStart, end)
    default: outer(kind, end, depth)
    }
  }

  @inline(__always)
  @unsafe
  mutating func key(_ key: ScannedKey, in text: UnsafePointer<UInt8>, depth: Int) {
    if depth == 3 {
      if filter & (1 << UInt64(key.hash >> 26)) != 0 { unsafe findColumn(key, text) }
    } else if depth == 1 {
      memberKey = Int(key.start)..<Int(key.end)
    }
  }

  @inline(__always)
  mutating func scalar(_ kind: Kind, _ start: Int, _ end: Int, escaped: Bool, depth: Int) {
    guard depth <= 3 else { return }
    switch depth {
    case 3: value(start, end)
    case 2: element(start, end)
    default:
      if depth == 0 { rootStart = start } else { self.start = start }
      outer(kind, end, depth)
    }
  }

  /// A value at depth 3 is complete.
  @inline(__always)
  private mutating func value(_ start: Int, _ end: Int) {
    guard column != 0 else { return }
    table?.set(column, start, end)
    // Now, while the bytes are at hand: coming back for them later costs more than all the rest of finding a row.
    if column == 1, let hash = KeyHash.of(bytes, start..<end) { table?.set(hash: hash) }
    column = 0
  }

  /// A value at depth 2 is complete: an element, if a requested array is open.
  @inline(__always)
  private mutating func element(_ start: Int, _ end: Int) {
    guard table != nil else { return }
    table?.set(0, start, end)
    table?.finishRow(read: end &- self.start, of: bytes.count &- self.start)
  }

  /// A value at depth 0 or 1 is complete: the root, or a member of it.
  @inline(never)
  private mutating func outer(_ kind: Kind, _ end: Int, _ depth: Int) {
    if depth == 0 {
      rootKind = kind
      rootRange = rootStart..<end
      return
    }
    if let table {
      tables.append(Found(request: request, range: start..<end, rows: table.finish()))
      self.table = nil
      filter = 0
    }
    if let keyRange = memberKey {
      members.append(
        Survey.Member(
          key: decodedString(bytes, keyRange), keyRange: keyRange, valueRange: start..<end,
          kind: kind))
      memberKey = nil
    }
  }

  @inline(never)
  private mutating func beginTable() {
    guard let keyRange = memberKey,
      let found = requests.firstIndex(where: { stringEquals(bytes, keyRange, $0.array) })
    else { return }
    let names = ColumnNames(requests[found].columns)
    request = found
    filter = names.filter
    self.names = names
    table = TableFiller(columns: requests[found].columns.count)
  }

  @inline(__always)
  private mutating func findColumn(_ key: ScannedKey, _ text: UnsafePointer<UInt8>) {
    if let found = unsafe names?.index(of: key, text) { column = found + 1 }
  }
}
