private import CMachine

/// A piece of work in a thread of its own, whose result is waited for where it is needed.
///
/// Work that is small, or for which no thread is to be had, is done when it is asked for. A value that goes out of
/// use waits for its thread, so that nothing runs on behind the back of a step that has failed.
package final class Background<Value: Sendable>: @unchecked Sendable {
  private let body: @Sendable () -> Value
  private var result: Value?
  private var thread: UInt64?

  /// Begins the work, in a thread where it is worth one.
  package init(isLarge: Bool, _ body: @escaping @Sendable () -> Value) {
    self.body = body
    guard isLarge else { return }
    var thread: UInt64 = 0
    // The object outlives its thread, because going out of use joins it.
    let argument = unsafe Unmanaged.passUnretained(self as AnyObject).toOpaque()
    let started = unsafe cm_start_thread(
      { pointer in
        guard let pointer = unsafe pointer else { return }
        let object = unsafe Unmanaged<AnyObject>.fromOpaque(pointer).takeUnretainedValue()
        (object as? any Startable)?.start()
      }, argument, &thread)
    if started == 0 { self.thread = thread }
  }

  deinit { join() }

  /// The result, once it is there. It must be asked for by one thread at a time.
  package var value: Value {
    join()
    if let result { return result }
    let result = body()
    self.result = result
    return result
  }

  private func join() {
    guard let thread else { return }
    cm_join_thread(thread)
    self.thread = nil
  }
}

private protocol Startable: AnyObject {
  func start()
}

extension Background: Startable {
  fileprivate func start() { result = body() }
}
