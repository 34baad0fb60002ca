/// Keeps of a scan what a survey is asked for.
///
/// Depths: the root is at 0, its members are at 1, the elements of a requested array at 2, and
/// their members at 3. Everything further inside is only passed over.
struct SurveySink: ScanSink {
  /// A requested array that was found.
  struct Found {
    var request: Int
    var range: Range<Int>
    var rows: TableRows
  }

  private struct Column {
    var hash: UInt32
    var key: Text
  }

  private struct Wanted {
    var array: Text
    var columns: [Column]
    /// One bit for each hash of a column's key, so that most other keys pass at once.
    var filter: UInt64
  }

  private(set) var rootKind = Kind.null
  private(set) var rootRange = 0..<0
  private(set) var members: [Survey.Member] = []
  private(set) var tables: [Found] = []

  private let bytes: Bytes
  private let wanted: [Wanted]
  private var memberKey: Range<Int>?
  private var start = 0
  private var elementStart = 0
  private var valueStart = 0
  /// The column that the next value at depth 3 belongs to; 0 for none.
  private var column = 0
  private var request = 0
  private var columns: [Column] = []
  private var filter: UInt64 = 0
  private var rows: TableRows?

  init(_ bytes: Bytes, _ requests: [Survey.Request]) {
    self.bytes = bytes
    wanted = requests.map { request in
      let columns = request.columns.map { key in
        Column(hash: Scanner.hash(of: key.bytes), key: key)
      }
      return Wanted(
        array: request.array, columns: columns,
        filter: columns.reduce(0) { $0 | 1 << UInt64($1.hash >> 26) })
    }
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
    default: start = position
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
  mutating func key(_ key: ScannedKey, depth: Int) {
    if depth == 3 {
      if filter & (1 << UInt64(key.hash >> 26)) != 0 { findColumn(key) }
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
      self.start = start
      outer(kind, end, depth)
    }
  }

  /// A value at depth 3 is complete.
  @inline(__always)
  private mutating func value(_ start: Int, _ end: Int) {
    guard column != 0 else { return }
    rows?.set(column, start, end)
    column = 0
  }

  /// A value at depth 2 is complete: an element, if a requested array is open.
  @inline(__always)
  private mutating func element(_ start: Int, _ end: Int) {
    guard let rows else { return }
    rows.set(0, start, end)
    rows.finishRow(Double(end - self.start) / Double(bytes.count - self.start))
  }

  /// A value at depth 0 or 1 is complete: the root, or a member of it.
  @inline(never)
  private mutating func outer(_ kind: Kind, _ end: Int, _ depth: Int) {
    if depth == 0 {
      rootKind = kind
      rootRange = start..<end
      return
    }
    if let rows {
      tables.append(Found(request: request, range: start..<end, rows: rows))
      self.rows = nil
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
      let found = wanted.firstIndex(where: { stringEquals(bytes, keyRange, $0.array) })
    else { return }
    request = found
    columns = wanted[found].columns
    filter = wanted[found].filter
    rows = TableRows(columns: columns.count)
  }

  @inline(never)
  private mutating func findColumn(_ key: ScannedKey) {
    for (position, candidate) in columns.enumerated()
    where candidate.hash == key.hash
      && stringEquals(bytes, Int(key.start)..<Int(key.end), candidate.key)
    {
      column = position + 1
      return
    }
  }
}
