/// Positions of the elements of an array and of some of their members, 4 bytes for each end.
///
/// Filled by one scan and never changed afterwards, which is why threads may share it.
@safe
final class TableRows: @unchecked Sendable {
  /// How many ranges each row has: the element's own and one for each column.
  let width: Int
  /// How many rows are complete.
  private(set) var count = 0

  private var capacity: Int
  private var positions: UnsafeMutablePointer<UInt32>

  /// Rows of this many columns.
  init(columns: Int) {
    width = columns + 1
    capacity = 16
    unsafe positions = .allocate(capacity: capacity * width * 2)
    unsafe positions.initialize(repeating: 0, count: width * 2)
  }

  deinit {
    unsafe positions.deallocate()
  }

  /// Notes a range of the row that is being filled: 0 is the element, columns count from 1.
  @inline(__always)
  func set(_ column: Int, _ start: Int, _ end: Int) {
    let place = unsafe positions + (count &* width &+ column) &* 2
    unsafe place[0] = UInt32(truncatingIfNeeded: start)
    unsafe place[1] = UInt32(truncatingIfNeeded: end)
  }

  /// Completes the row; `progress` is how much of the array, from 0 to 1, has been read.
  @inline(__always)
  func finishRow(_ progress: @autoclosure () -> Double) {
    count &+= 1
    if count == capacity { grow(progress()) }
    unsafe (positions + count &* width &* 2).initialize(repeating: 0, count: width &* 2)
  }

  /// The range of a column, 0 being the element itself; nil if the row has none.
  ///
  /// No value inside an array begins at position 0, so that 0 can stand for none.
  func range(_ row: Int, _ column: Int) -> Range<Int>? {
    precondition(row >= 0 && row < count && column >= 0 && column < width, "no such row or column")
    let place = unsafe positions + (row * width + column) * 2
    let start = unsafe Int(place[0])
    return unsafe start == 0 ? nil : start..<Int(place[1])
  }

  /// Makes room for what the rest of the file will probably hold, so that it is copied rarely.
  @inline(never)
  private func grow(_ progress: Double) {
    let estimate = progress > 0 ? Double(count) / progress * 1.02 : 0
    let larger = max(capacity * 2, min(Int(min(estimate, 1e9)), capacity * 4096))
    let target = UnsafeMutablePointer<UInt32>.allocate(capacity: larger * width * 2)
    unsafe target.update(from: positions, count: count * width * 2)
    unsafe positions.deallocate()
    unsafe positions = unsafe target
    capacity = larger
  }
}
