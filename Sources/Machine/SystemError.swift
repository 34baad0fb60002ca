private import CMachine

/// A failed system call: which one, the system's error number, and the path it was about.
///
/// Refusals that Machine decides itself (a directory where a file is needed, a file over its limit, a
/// file that keeps changing) carry the number that the system uses for the same thing.
package struct SystemError: Error, Equatable, Sendable {
  /// The call that failed.
  package var call: SystemCalls.Call
  /// The system's number, such as ENOSPC.
  package var errno: Int32
  /// What the call was about, where it was about a path.
  package var path: Path?

  /// An error as a call reports it.
  package init(call: SystemCalls.Call, errno: Int32, path: Path? = nil) {
    self.call = call
    self.errno = errno
    self.path = path
  }

  /// Whether the error says that there is nothing at the path.
  package var isMissing: Bool { errno == Code.missing || errno == Code.notDirectory }

  /// The system's own words, such as "No space left on device".
  package var text: String {
    let room = 256
    return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
      unsafe buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress else { return "error \(errno)" }
      unsafe cm_error_text(errno, start, Int64(room))
      return unsafe String(cString: start)
    }
  }
}

extension SystemError: CustomStringConvertible {
  /// One line for a log; a message for people is made from the parts.
  package var description: String {
    guard let path else { return "\(call.rawValue): \(text)" }
    return "\(call.rawValue) \(path.string): \(text)"
  }
}
