/// A lock that the kernel holds for this process and frees when the process ends, however it ends.
///
/// It is taken on a file of its own, or on one that never changes, never on one that is renamed over.
/// Children do not inherit it. The file stays behind when the lock is released: removing it would let two
/// processes hold "the" lock.
package final class FileLock {
  private let calls: SystemCalls
  private var descriptor: Int32?

  private init(descriptor: Int32, calls: SystemCalls) {
    self.descriptor = descriptor
    self.calls = calls
  }

  deinit { release() }

  /// Takes the lock, waiting at most `timeout` seconds (0: tries once); `nil` when it is not to be had.
  ///
  /// The waiting is done in the kernel's queue (see `cm_lock`). An end asked for meanwhile (`Signals`)
  /// throws EINTR. The file is made when it is missing, unless it is one that must be there; its directory is not.
  package static func acquire(
    _ path: Path, exclusive: Bool = true, makesFile: Bool = true, timeout seconds: Double,
    calls: SystemCalls
  ) throws(SystemError) -> FileLock? {
    let limit = min(max(seconds, 0), 1e9)
    let deadline = limit > 0 ? calls.monotonic() + Int64(limit * 1e9) : 0
    while true {
      let flags = Flag.readWrite | Flag.noLink | (makesFile ? Flag.create : 0)
      let descriptor = try calls.open(path, flags, mode: 0o644)
      do {
        let mine = try calls.status(of: descriptor, path)
        try Files.check(mine.kind, path)
        let isHeld = try calls.lock(descriptor, exclusive: exclusive, until: deadline, path)
        guard isHeld else {
          try? calls.close(descriptor)
          return nil
        }
        // Somebody may have removed the file while we waited: then others lock another one.
        let present = try calls.status(path, followLinks: false)
        if let present, present.isSameFile(as: mine) {
          return FileLock(descriptor: descriptor, calls: calls)
        }
        try calls.close(descriptor, path)
      } catch {
        try? calls.close(descriptor)
        throw error
      }
    }
  }

  /// Gives the lock up; harmless when that was done before.
  package func release() {
    guard let descriptor else { return }
    self.descriptor = nil
    try? calls.close(descriptor)
  }
}
