#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

private import CMachine

/// Ends the process with a status, after what the runtime has still to write is written.
package func terminate(_ status: Int32) -> Never { exit(status) }

/// Ends the process as another one ended, by its status or by the same signal.
package func terminate(as status: Finished.Status) -> Never {
  switch status {
  case .exited(let code): exit(code)
  case .signalled(let signal):
    cm_end_by(signal)
    exit(128 + signal)
  case .timedOut, .interrupted: exit(128 + SIGTERM)
  }
}

/// What the process says and how it ends when it cannot end by itself.
package enum LastWords {
  /// From now on the process ends with the status when time is up, when it crashes, and when a file that it reads is
  /// cut off by somebody else; of the first two it says one of the sentences on standard error.
  package static func arrange(
    status: Int32, seconds: Double, late: StaticString, crashed: StaticString
  ) throws(SystemError) {
    cm_end_cut_readers_with(status)
    // Sentences that stand in the program itself outlive everything.
    let words = unsafe (
      UnsafeRawPointer(late.utf8Start).assumingMemoryBound(to: CChar.self),
      UnsafeRawPointer(crashed.utf8Start).assumingMemoryBound(to: CChar.self)
    )
    _ = try SystemCalls().attempt(.sigaction) { _ in
      unsafe Int64(cm_give_last_words(Int64(seconds * 1e9), words.0, words.1, status))
    }
  }
}
