/// What the program is told on standard input.
package struct StandardInput: Sendable {
  private let calls: SystemCalls

  /// Standard input by way of these calls.
  package init(calls: SystemCalls) { self.calls = calls }

  /// All bytes to the end, waiting for whoever writes them; EFBIG when there are more than `limit`.
  package func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let result = unsafe withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
        let count = Result { () throws(SystemError) in try unsafe calls.read(0, buffer) }
        return count.map { unsafe [UInt8](buffer[..<$0]) }
      }
      switch result {
      case .success(let part):
        if part.isEmpty { return all }
        all += part
        if all.count > limit { throw SystemError(call: .read, errno: Code.tooLarge) }
      case .failure(let error) where error.errno == Code.wouldBlock:
        try calls.wait(for: 0, Flag.pollIn)
      case .failure(let error): throw error
      }
    }
  }
}
