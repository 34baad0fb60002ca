import JSONText

/// A table as RFC 4180 writes it, read tolerantly: any line ends, a mark at the start, rows that are too short or long.
struct Table {
  let header: [Text]
  /// The rows, malformed ones among them.
  private(set) var rows: [[Text]] = []
  /// The lines, counted from 1, at which rows begin that do not have as many cells as the header, or whose quotes are
  /// astray.
  private(set) var malformed: [Int] = []

  /// Reads a table; nil where there is no header, or where a quote is never closed.
  init?(_ bytes: [UInt8]) {
    var reading = TableReading(bytes)
    guard let header = reading.row(), !header.isAstray else { return nil }
    self.header = header.cells
    while let row = reading.row() {
      rows.append(row.cells)
      if row.isAstray || row.cells.count != header.cells.count { malformed.append(row.line) }
    }
    if reading.isOpen { return nil }
  }

  /// The place of a column; nil where the header does not name it, or names it twice.
  func column(_ name: Text) -> Int? {
    let places = header.indices.filter { header[$0] == name }
    return places.count == 1 ? places.first : nil
  }

  /// The cells of a column; nil where there is none. A row that is too short has an empty one.
  func cells(of name: Text) -> [Text]? {
    guard let column = column(name) else { return nil }
    return rows.map { column < $0.count ? $0[column] : "" }
  }

  /// How many rows a change took out; rows are told apart by their first cells.
  static func deleted(_ change: Change) -> Int {
    func keys(_ lines: [Text]) -> [Text] {
      var reading = TableReading([UInt8](lines.map(\.bytes).joined(separator: [0x0A])))
      var keys: [Text] = []
      while let row = reading.row() { keys += row.cells.prefix(1) }
      return keys
    }
    let kept = Set(keys(change.added))
    return Set(keys(change.removed)).subtracting(kept).count
  }
}

/// The place in a table that is being read.
private struct TableReading {
  struct Row {
    var cells: [Text] = []
    var line: Int
    /// Whether a quote stands where none may.
    var isAstray = false
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  /// Whether a quote was never closed.
  private(set) var isOpen = false

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The next row that is not an empty line; nil at the end.
  mutating func row() -> Row? {
    while position < bytes.count, bytes[position] == 0x0A || bytes[position] == 0x0D {
      endLine()
    }
    guard position < bytes.count else { return nil }
    var row = Row(line: line)
    while true {
      row.cells.append(cell(&row))
      guard position < bytes.count, bytes[position] == Self.comma else { break }
      position += 1
    }
    endLine()
    return row
  }

  private mutating func endLine() {
    guard position < bytes.count else { return }
    if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A {
      position += 1
    }
    position += 1
    line += 1
  }

  private var isAtEnd: Bool {
    position >= bytes.count || [Self.comma, 0x0A, 0x0D].contains(bytes[position])
  }

  private mutating func cell(_ row: inout Row) -> Text {
    var text: [UInt8] = []
    if position < bytes.count, bytes[position] == Self.quote {
      position += 1
      while true {
        guard position < bytes.count else {
          isOpen = true
          row.isAstray = true
          return Text(bytes: text)
        }
        let byte = bytes[position]
        position += 1
        if byte == Self.quote {
          guard position < bytes.count, bytes[position] == Self.quote else { break }
          position += 1
        }
        if byte == 0x0A { line += 1 }
        text.append(byte)
      }
    }
    while !isAtEnd {
      if !text.isEmpty || bytes[position] == Self.quote {
        row.isAstray = row.isAstray || bytes[position] == Self.quote
      }
      text.append(bytes[position])
      position += 1
    }
    return Text(bytes: text)
  }
}
