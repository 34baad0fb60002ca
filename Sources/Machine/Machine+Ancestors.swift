#if !os(Linux)
  private import CMachine
#endif

/// A process from which this one descends.
package struct Ancestor: Equatable, Sendable {
  /// Its number.
  package var id: Int32
  /// The file that it runs, without links; `nil` where the system does not say.
  package var executable: Path?
  /// Whether that is the very file that this process runs.
  package var runsThisProgram: Bool
  /// Its argument vector, the name it was started by first.
  package var arguments: [[UInt8]]

  /// States what is known of a process.
  package init(id: Int32, executable: Path?, runsThisProgram: Bool, arguments: [[UInt8]]) {
    self.id = id
    self.executable = executable
    self.runsThisProgram = runsThisProgram
    self.arguments = arguments
  }
}

extension Machine {
  /// The processes from which this one descends, its parent first.
  ///
  /// The system is asked, not the environment, which any of them could have changed. Fails where the system does not
  /// tell, or where an ancestor ended each time that the line was followed.
  package func ancestors() throws(SystemError) -> [Ancestor] {
    var problem = SystemError(call: .read, errno: Code.noSuchProcess, path: nil)
    for _ in 0..<3 {
      do {
        return try line()
      } catch {
        guard error.isMissing || error.errno == Code.noSuchProcess else { throw error }
        problem = error
      }
    }
    throw problem
  }

  /// Longer lines of descent do not occur; a circle must not hang.
  private static let longestLine = 4096

  private func line() throws(SystemError) -> [Ancestor] {
    var found: [Ancestor] = []
    var id = try parent(of: calls.processID)
    while id > 0, found.count < Self.longestLine {
      found.append(ancestor(id))
      // The first process has no parent that anybody could ask about.
      id = id == 1 ? 0 : try parent(of: id)
    }
    return found
  }

  #if os(Linux)
    private func parent(of id: Int32) throws(SystemError) -> Int32 {
      let path = Path("/proc/\(id)/stat")
      let bytes = try files.read(path, limit: 1 << 16)
      // The name in parentheses may hold anything, so that the fields are counted from its end.
      let fields = bytes.lastIndex(of: UInt8(ascii: ")")).map {
        bytes[($0 + 1)...].split(separator: UInt8(ascii: " "))
      }
      guard let fields, fields.count > 1,
        let parent = Int32(String(decoding: fields[1], as: UTF8.self))
      else { throw SystemError(call: .read, errno: Code.invalid, path: path) }
      return parent
    }

    /// What cannot be read, as of another user's process, is left open.
    private func ancestor(_ id: Int32) -> Ancestor {
      let link = Path("/proc/\(id)/exe")
      let own = try? files.identity("/proc/self/exe")
      let other = try? files.identity(link)
      let arguments = (try? files.read(Path("/proc/\(id)/cmdline"), limit: 1 << 22)) ?? []
      return Ancestor(
        id: id, executable: (try? files.linkText(link)).map { Path(bytes: $0) },
        runsThisProgram: own.flatMap { own in other.map { $0.isSameFile(as: own) } } ?? false,
        arguments: Self.vector(arguments))
    }
  #else
    private func parent(of id: Int32) throws(SystemError) -> Int32 {
      Int32(try calls.attempt(.read) { _ in Int64(cm_parent(id)) })
    }

    private func ancestor(_ id: Int32) -> Ancestor {
      let executable = told { unsafe cm_executable(id, $0, $1) }.map { Path(bytes: $0) }
      let own = told { unsafe cm_executable(calls.processID, $0, $1) }.map { Path(bytes: $0) }
      return Ancestor(
        id: id, executable: executable, runsThisProgram: executable != nil && executable == own,
        arguments: Self.vector(told { unsafe cm_arguments(id, $0, $1) } ?? []))
    }

    private func told(_ body: (UnsafeMutablePointer<CChar>?, Int64) -> Int64) -> [UInt8]? {
      var room = [CChar](repeating: 0, count: 1 << 20)
      let count = unsafe room.withUnsafeMutableBufferPointer { buffer in
        unsafe body(buffer.baseAddress, Int64(buffer.count))
      }
      return count < 0 ? nil : room[..<Int(count)].map { UInt8(bitPattern: $0) }
    }
  #endif

  private static func vector(_ bytes: [UInt8]) -> [[UInt8]] {
    var parts = bytes.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }
}
