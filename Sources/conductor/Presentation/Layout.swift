/// A table of text: columns aligned, and no line wider than the screen.
struct Layout: Sendable {
  /// One column: its heading, its side, and whether it gives way first when the screen is narrow.
  struct Column: Sendable {
    /// The heading; empty for none.
    var title: String
    /// Whether the cells stand at the right, as numbers do.
    var isNumeric: Bool
    /// Whether this column is cut before the others.
    var isFlexible: Bool
    /// The columns below which a flexible one is not cut while others can still give way.
    var leastWidth: Int

    /// A column that keeps its width until every flexible one is at its least.
    init(_ title: String = "", isNumeric: Bool = false) {
      (self.title, self.isNumeric, isFlexible, leastWidth) = (title, isNumeric, false, 1)
    }

    /// A column that is cut first, such as a title or a reason.
    static func flexible(_ title: String = "", leastWidth: Int = 12) -> Column {
      var column = Column(title)
      (column.isFlexible, column.leastWidth) = (true, max(1, leastWidth))
      return column
    }
  }

  /// One cell: its text, which is made printable here, and its tint.
  struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    /// The text in printable form, on one line.
    let text: String
    /// How it stands out where colour is on.
    let tint: Style.Tint
    fileprivate let columns: Int

    /// A cell from text of any origin.
    init(_ text: String, _ tint: Style.Tint = .plain) {
      self.text = Printable.line(text)
      self.tint = tint
      columns = DisplayWidth.of(self.text)
    }

    init(stringLiteral value: String) { self.init(value) }
  }

  private let columns: [Column]
  private let width: Int?
  private let style: Style
  private let indent: Int
  private let gap = 2

  /// A table of these columns for a screen of `width` columns, or of any width where that is nil.
  init(_ columns: [Column], width: Int?, style: Style = .plain, indent: Int = 0) {
    self.columns = columns
    self.width = width
    self.style = style
    self.indent = indent
  }

  /// The lines of the table: the headings, when any column has one, and one line for each row.
  ///
  /// Cells that a row lacks are empty, and cells beyond the last column are left out.
  func lines(_ rows: [[Cell]]) -> [String] {
    var table = rows.map { row in
      columns.indices.map { $0 < row.count ? row[$0] : Cell("") }
    }
    if columns.contains(where: { !$0.title.isEmpty }) {
      table.insert(columns.map { Cell($0.title, .dim) }, at: 0)
    }
    let widths = fitted(natural(table))
    return table.map { line($0, widths) }
  }

  private func natural(_ table: [[Cell]]) -> [Int] {
    var widths = Array(repeating: 0, count: columns.count)
    for row in table {
      for (index, cell) in row.enumerated() {
        widths[index] = max(widths[index], cell.columns)
      }
    }
    return widths
  }

  /// The widths that fit the screen: the flexible columns give way first, then all, the widest before others.
  private func fitted(_ natural: [Int]) -> [Int] {
    guard let width else { return natural }
    var widths = natural
    var excess = total(widths) - width
    let flexible = columns.indices.filter { columns[$0].isFlexible }
    shrink(&widths, flexible, by: &excess) { columns[$0].leastWidth }
    shrink(&widths, Array(columns.indices), by: &excess) { _ in 1 }
    return widths
  }

  private func shrink(
    _ widths: inout [Int], _ candidates: [Int], by excess: inout Int, to least: (Int) -> Int
  ) {
    while excess > 0 {
      let open = candidates.filter { widths[$0] > least($0) }
      guard let widest = open.max(by: { widths[$0] < widths[$1] }) else { return }
      // Down to the next widest in one step, so that a cell of a megabyte costs no megabyte of steps.
      let floor = open.filter { widths[$0] < widths[widest] }.map { widths[$0] }.max() ?? 0
      let step = max(1, min(excess, widths[widest] - max(floor, least(widest))))
      widths[widest] -= step
      excess -= step
    }
  }

  private func total(_ widths: [Int]) -> Int {
    indent + widths.reduce(0, +) + gap * widths.filter { $0 > 0 }.dropFirst().count
  }

  private func line(_ row: [Cell], _ widths: [Int]) -> String {
    var pieces: [(text: String, tint: Style.Tint)] = [
      (String(repeating: " ", count: indent), .plain)
    ]
    let shown = columns.indices.filter { widths[$0] > 0 }
    for index in shown {
      if index != shown.first { pieces.append((String(repeating: " ", count: gap), .plain)) }
      let cell = row[index]
      let isCut = cell.columns > widths[index]
      let text = isCut ? DisplayWidth.truncate(cell.text, to: widths[index]) : cell.text
      let columns = isCut ? DisplayWidth.of(text) : cell.columns
      let spaces = String(repeating: " ", count: max(0, widths[index] - columns))
      let isNumeric = self.columns[index].isNumeric
      if isNumeric { pieces.append((spaces, .plain)) }
      pieces.append((text, row[index].tint))
      if !isNumeric { pieces.append((spaces, .plain)) }
    }
    return painted(trimmed(cut(pieces, widths)))
  }

  /// The pieces up to the edge of the screen; needed only where there is less than one column for each.
  private func cut(
    _ pieces: [(text: String, tint: Style.Tint)], _ widths: [Int]
  ) -> [(text: String, tint: Style.Tint)] {
    guard let width, total(widths) > width else { return pieces }
    var left = width
    var kept: [(text: String, tint: Style.Tint)] = []
    for piece in pieces where left > 0 {
      let text = DisplayWidth.truncate(piece.text, to: left)
      left -= DisplayWidth.of(text)
      kept.append((text, piece.tint))
    }
    return kept
  }

  private func trimmed(
    _ pieces: [(text: String, tint: Style.Tint)]
  ) -> [(text: String, tint: Style.Tint)] {
    var pieces = pieces
    while var last = pieces.popLast() {
      while last.text.last == " " { last.text.removeLast() }
      if last.text.isEmpty { continue }
      return pieces + [last]
    }
    return []
  }

  private func painted(_ pieces: [(text: String, tint: Style.Tint)]) -> String {
    pieces.map { style.paint($0.text, $0.tint) }.joined()
  }
}
