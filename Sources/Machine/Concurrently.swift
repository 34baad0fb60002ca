private import CMachine

/// Does two things at the same time, the second in a thread of its own, and returns both results.
///
/// A plain thread and not a task: the program has two short pieces of work to overlap, and starting the
/// concurrency runtime takes longer than either. Signals stay with the calling thread. Where no thread is
/// to be had the two are done one after the other.
package func concurrently<A, B>(_ a: @Sendable () -> A, _ b: @Sendable () -> B) -> (A, B) {
  withoutActuallyEscaping(b) { b in
    let work = Work(b)
    let argument = unsafe Unmanaged.passUnretained(work as AnyWork).toOpaque()
    var thread: UInt64 = 0
    let started = unsafe cm_start_thread(
      { pointer in
        guard let pointer = unsafe pointer else { return }
        unsafe Unmanaged<AnyWork>.fromOpaque(pointer).takeUnretainedValue().run()
      }, argument, &thread)
    guard started == 0 else { return (a(), b()) }
    let first = a()
    cm_join_thread(thread)
    // Joined, so the result is there; the other branch is for the compiler.
    return (first, work.result ?? b())
  }
}

private class AnyWork {
  func run() {}
}

private final class Work<Value>: AnyWork {
  private let body: @Sendable () -> Value
  private(set) var result: Value?

  init(_ body: @escaping @Sendable () -> Value) { self.body = body }

  override func run() { result = body() }
}
