/// Positions of the elements of an array and of some of their members, 4 bytes for each end.
///
/// Filled by one scan and never changed afterwards, which is why threads may share it.
@safe
final class TableRows: @unchecked Sendable {
  /// How many pairs each row has: the element's range, one for each column, and what is known of the first column.
  let width: Int
  /// How many rows there are.
  let count: Int

  private let positions: UnsafeMutablePointer<UInt32>

  fileprivate init(width: Int, count: Int, positions: UnsafeMutablePointer<UInt32>) {
    self.width = width
    self.count = count
    unsafe self.positions = unsafe positions
  }

  deinit {
    unsafe positions.deallocate()
  }

  /// The range of a column, 0 being the element itself; nil if the row has none.
  ///
  /// No value inside an array begins at position 0, so that 0 can stand for none.
  func range(_ row: Int, _ column: Int) -> Range<Int>? {
    precondition(
      row >= 0 && row < count && column >= 0 && column < width - 1, "no such row or column")
    let place = unsafe positions + (row * width + column) * 2
    let start = unsafe Int(place[0])
    return unsafe start == 0 ? nil : start..<Int(place[1])
  }

  /// The hash of the string in the first column; nil where there is none, or another value.
  func hash(_ row: Int) -> UInt32? {
    precondition(row >= 0 && row < count, "no such row")
    let place = unsafe positions + (row * width + width - 1) * 2
    return unsafe place[1] == 0 ? nil : place[0]
  }
}

/// Fills the rows of one table while the scan goes on; whoever began it has to finish it.
@safe
struct TableFiller {
  private let width: Int
  private var base: UnsafeMutablePointer<UInt32>
  private var row: UnsafeMutablePointer<UInt32>
  private var limit: UnsafeMutablePointer<UInt32>

  /// Rows of this many columns.
  init(columns: Int) {
    let size = (columns + 2) * 2
    width = size
    unsafe base = .allocate(capacity: 16 * size)
    unsafe row = unsafe base
    unsafe limit = unsafe base + 15 * size
    unsafe row.initialize(repeating: 0, count: size)
  }

  /// Notes a range of the row that is being filled: 0 is the element, columns count from 1.
  @inline(__always)
  mutating func set(_ column: Int, _ start: Int, _ end: Int) {
    unsafe row[column &* 2] = UInt32(truncatingIfNeeded: start)
    unsafe row[column &* 2 &+ 1] = UInt32(truncatingIfNeeded: end)
  }

  /// Notes the hash of the string in the first column.
  @inline(__always)
  mutating func set(hash: UInt32) {
    unsafe row[width &- 2] = hash
    unsafe row[width &- 1] = 1
  }

  /// Completes the row.
  ///
  /// `read` of the `total` bytes that the array can have at most are behind it, which tells how
  /// many more rows are to be expected.
  @inline(__always)
  mutating func finishRow(read: Int, of total: Int) {
    if unsafe row == limit { grow(read, total) }
    unsafe row += width
    unsafe row.initialize(repeating: 0, count: width)
  }

  /// The rows that are complete; the filler is spent.
  func finish() -> TableRows {
    unsafe TableRows(width: width / 2, count: (row - base) / width, positions: base)
  }

  /// Gives the memory back after a scan that failed.
  func discard() {
    unsafe base.deallocate()
  }

  /// Makes room for what the rest of the file will probably hold, so that rows are copied rarely.
  @inline(never)
  private mutating func grow(_ read: Int, _ total: Int) {
    let used = unsafe row - base + width
    let rows = used / width
    // A sample of few rows may be far from typical, so it is not believed beyond a factor.
    let expected = Int(Double(rows) * Double(total) / Double(max(read, 1)) * 1.02) + 2
    let capacity = max(rows * 2, min(expected, rows * 1024))
    let larger = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity * width)
    unsafe larger.update(from: base, count: used)
    unsafe base.deallocate()
    unsafe row = unsafe larger + (used - width)
    unsafe limit = unsafe larger + (capacity - 1) * width
    unsafe base = unsafe larger
  }
}
