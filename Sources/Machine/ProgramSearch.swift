/// Where the name of a program leads, by the directories of a PATH.
package struct ProgramSearch {
  /// The directories that hold when no PATH is set.
  package static let preset = Array("/usr/local/bin:/usr/bin:/bin".utf8)

  /// The directories in their order; an empty entry of the PATH is the present directory.
  package private(set) var directories: [Path]
  /// Whether the last search found a file that may not be run, and nothing better.
  package private(set) var wasDenied = false
  private let calls: SystemCalls

  /// A search through the directories of a PATH; without one, through the usual ones.
  package init(list: [UInt8]?, calls: SystemCalls) {
    self.calls = calls
    directories = (list ?? Self.preset)
      .split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "." : Path(bytes: Array($0)) }
  }

  /// Leaves out directories.
  package mutating func keep(_ isWanted: (Path) -> Bool) {
    directories.removeAll { !isWanted($0) }
  }

  /// Leaves out a directory, however it is spelled, with all that stand before it. What stands behind it is what a
  /// program finds that was itself found there, and no two such programs can find each other.
  package mutating func skip(through directory: FileIdentity) throws(SystemError) {
    for index in directories.indices.reversed() {
      guard let found = try identity(directories[index]) else { continue }
      if found.isSameFile(as: directory) {
        directories.removeSubrange(...index)
        return
      }
    }
  }

  /// The first file of that name that may be run; a name with a slash stands for itself.
  package mutating func find(_ name: Path) throws(SystemError) -> Path? {
    wasDenied = false
    if name.bytes.isEmpty { return nil }
    if name.bytes.contains(UInt8(ascii: "/")) { return name }
    for directory in directories {
      let candidate = directory / name
      guard try identity(candidate)?.kind == .file else { continue }
      do {
        try calls.access(candidate, Flag.mayRun)
        return candidate
      } catch {
        if error.errno != Code.denied, !error.isMissing { throw error }
        if error.errno == Code.denied { wasDenied = true }
      }
    }
    return nil
  }

  /// What stands at a path; nothing, where a directory on the way may not be searched.
  private mutating func identity(_ path: Path) throws(SystemError) -> FileIdentity? {
    do {
      return try calls.status(path, followLinks: true)
    } catch {
      guard error.errno == Code.denied || error.errno == Code.loop else { throw error }
      wasDenied = wasDenied || error.errno == Code.denied
      return nil
    }
  }
}
