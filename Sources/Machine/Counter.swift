private import CMachine

/// A number that several threads may count up at once.
///
/// The standard library's atomics need a newer macOS than the package asks for.
@safe final class Counter: @unchecked Sendable {
  private let box: UnsafeMutablePointer<Int64>

  /// A counter that stands at a number.
  init(_ start: Int64 = 0) {
    unsafe box = .allocate(capacity: 1)
    unsafe box.initialize(to: start)
  }

  deinit { unsafe box.deallocate() }

  /// The present value.
  var value: Int64 { unsafe cm_value(box) }

  /// Adds and returns the sum; wraps around at the end.
  func add(_ amount: Int64) -> Int64 { unsafe cm_add(box, amount) }

  /// Prints the value to standard error when the process ends; keeps the counter alive until then.
  func printAtExit() {
    _ = unsafe Unmanaged.passRetained(self)
    unsafe cm_print_at_exit(box)
  }
}
