/// Where the program's own words go: standard output and standard error.
package struct Output: Sendable {
  /// Which of the two.
  package enum Stream: Int32, Sendable {
    /// The answer.
    case standardOutput = 1
    /// Everything else.
    case standardError = 2
  }

  /// What became of the bytes.
  package enum Delivery: Equatable, Sendable {
    /// All were taken.
    case delivered
    /// Nobody reads at the other end any more.
    case closed
  }

  private let calls: SystemCalls

  /// Output by way of these calls.
  package init(calls: SystemCalls) { self.calls = calls }

  /// Writes all bytes, waiting where a reader is slow, also on a descriptor that somebody set not to wait.
  ///
  /// A reader that has gone is an answer, not an error; a full disk is an error. How much was taken
  /// before either is not known.
  package func write(_ bytes: [UInt8], to stream: Stream) throws(SystemError) -> Delivery {
    try write(bytes, toDescriptor: stream.rawValue)
  }

  /// The same for any descriptor.
  func write(_ bytes: [UInt8], toDescriptor descriptor: Int32) throws(SystemError) -> Delivery {
    Signals.ignoreBrokenPipes()
    var done = 0
    while done < bytes.count {
      var result: Result<Int, SystemError> = .success(0)
      unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        result = Result { () throws(SystemError) in try unsafe calls.write(descriptor, rest) }
      }
      switch result {
      case .success(let count):
        done += count
      case .failure(let error) where error.errno == Code.wouldBlock:
        try calls.wait(for: descriptor, Flag.pollOut)
      case .failure(let error) where error.errno == Code.brokenPipe:
        return .closed
      case .failure(let error):
        throw error
      }
    }
    return .delivered
  }
}
