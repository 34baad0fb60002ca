#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whose turn it is to start children.
///
/// A family of processes ends every orphan that it cannot tell from its own, and only one that lives alone can tell all
/// of them. Tests of all targets run in one process, so that those with children must wait for each other.
@safe package final class Turn: @unchecked Sendable {
  /// The turn that all tests share.
  package static let shared = Turn()

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var isTaken = false

  private init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe changed = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe changed.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(changed, nil)
  }

  /// Waits for the turn; it may be given back by another thread, as a test that waits for others may end on one.
  package func take() {
    unsafe pthread_mutex_lock(mutex)
    while isTaken { unsafe pthread_cond_wait(changed, mutex) }
    isTaken = true
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Gives the turn to the next.
  package func giveBack() {
    unsafe pthread_mutex_lock(mutex)
    isTaken = false
    unsafe pthread_cond_signal(changed)
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Runs a body when it is its turn.
  package func withTurn<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    take()
    defer { giveBack() }
    return try body()
  }
}
