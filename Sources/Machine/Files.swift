/// What the program does with files, each step by way of `SystemCalls`.
///
/// Reading never waits for a pipe or a device: where a regular file is needed, anything else is refused
/// with a system's error number (EISDIR for a directory, ENXIO for the rest).
package struct Files: Sendable {
  /// The calls that everything here is made of.
  package let calls: SystemCalls

  /// Files by way of these calls.
  package init(calls: SystemCalls) { self.calls = calls }

  /// The facts about what stands at a path; `nil` when nothing does.
  package func identity(
    _ path: Path, followLinks: Bool = true
  ) throws(SystemError) -> FileIdentity? {
    try calls.status(path, followLinks: followLinks)
  }

  /// All bytes of a regular file, EFBIG when there are more than `limit`.
  ///
  /// The size that the system states is not relied on, so that files of /proc can be read too. What
  /// somebody writes meanwhile may be read by half; `image` is the one that notices.
  package func read(_ path: Path, limit: Int) throws(SystemError) -> [UInt8] {
    let (descriptor, identity) = try openFile(path)
    defer { try? calls.close(descriptor) }
    return try all(of: descriptor, expecting: identity.size, path, limit: limit)
  }

  /// The first bytes of a regular file, fewer where it is shorter; `nil` when nothing stands there.
  package func head(_ path: Path, count: Int) throws(SystemError) -> [UInt8]? {
    let descriptor: Int32
    do {
      (descriptor, _) = try openFile(path)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
    defer { try? calls.close(descriptor) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { unsafe buffer.deallocate() }
    let got = try unsafe calls.read(descriptor, buffer, path)
    return unsafe Array(buffer.prefix(got))
  }

  /// All that standard input holds, EFBIG when that is more than `limit`; waits for whoever writes it.
  package func standardInput(limit: Int) throws(SystemError) -> [UInt8] {
    try all(of: 0, expecting: 0, "standard input", limit: limit)
  }

  private func all(
    of descriptor: Int32, expecting size: Int, _ path: Path, limit: Int
  ) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var room = min(max(size, 4095), max(limit, 0)) + 1
    while true {
      let start = bytes.count
      var problem: SystemError?
      bytes.append(contentsOf: repeatElement(0, count: room))
      var count = 0
      unsafe bytes.withUnsafeMutableBytes { buffer in
        do throws(SystemError) {
          let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
          count = try unsafe calls.read(descriptor, rest, path)
        } catch {
          problem = error
        }
      }
      if let problem { throw problem }
      bytes.removeLast(room - count)
      if bytes.count > limit {
        throw SystemError(call: .read, errno: Code.tooLarge, path: path)
      }
      if count == 0 { return bytes }
      room = min(max(bytes.count, 4096), limit - bytes.count + 1)
    }
  }

  /// The bytes of a regular file at one moment, EFBIG when there are more than `limit`, EBUSY when
  /// somebody kept changing the file while it was read.
  package func image(_ path: Path, limit: Int) throws(SystemError) -> FileImage {
    let (descriptor, _) = try openFile(path)
    defer { try? calls.close(descriptor) }
    return try FileImage.read(descriptor, path, limit: limit, calls)
  }

  /// Opens a regular file for reading, and says what it is.
  func openFile(
    _ path: Path, followLinks: Bool = true
  ) throws(SystemError) -> (Int32, FileIdentity) {
    let flags = Flag.read | (followLinks ? 0 : Flag.noLink)
    let descriptor = try calls.open(path, flags)
    do {
      let identity = try calls.status(of: descriptor, path)
      try Files.check(identity.kind, path)
      return (descriptor, identity)
    } catch {
      try? calls.close(descriptor)
      throw error
    }
  }

  /// Refuses what is no regular file.
  static func check(_ kind: FileIdentity.Kind, _ path: Path) throws(SystemError) {
    switch kind {
    case .file: return
    case .directory: throw SystemError(call: .open, errno: Code.isDirectory, path: path)
    case .link: throw SystemError(call: .open, errno: Code.loop, path: path)
    case .other: throw SystemError(call: .open, errno: Code.notAFile, path: path)
    }
  }

  /// The entries of a directory, unsorted, without `.` and `..`; links are not followed.
  package func list(
    _ directory: Path
  ) throws(SystemError) -> [(name: Path, kind: FileIdentity.Kind)] {
    var found: [(name: Path, kind: FileIdentity.Kind)] = []
    for (name, kind) in try calls.entries(directory) {
      if let kind {
        found.append((name, kind))
      } else if let identity = try calls.status(directory / name, followLinks: false) {
        found.append((name, identity.kind))
      }
    }
    return found
  }

  /// The absolute path without any link, `.` or `..` in it; ENOENT when nothing stands there.
  package func resolve(_ path: Path) throws(SystemError) -> Path {
    try calls.realPath(path)
  }

  /// The text of a link.
  package func linkText(_ path: Path) throws(SystemError) -> [UInt8] {
    try calls.readLink(path)
  }

  /// Makes a directory and those above it; each new one is on the disk, name and all, on return.
  package func makeDirectory(_ path: Path) throws(SystemError) {
    if let identity = try calls.status(path, followLinks: true) {
      if identity.kind == .directory { return }
      throw SystemError(call: .mkdir, errno: Code.exists, path: path)
    }
    let parent = path.parent
    if parent != path { try makeDirectory(parent) }
    do {
      try calls.makeDirectory(path, mode: 0o777)
    } catch {
      // Somebody else may make the same one at the same time.
      let made = try calls.status(path, followLinks: true)
      guard error.errno == Code.exists, made?.kind == .directory else { throw error }
    }
    try syncDirectory(parent)
  }

  /// Puts the names in a directory on the disk: what was made, renamed or removed there stays so.
  package func syncDirectory(_ path: Path) throws(SystemError) {
    let descriptor = try calls.open(path, Flag.read | Flag.directory)
    defer { try? calls.close(descriptor) }
    do {
      try calls.sync(descriptor, path)
    } catch {
      // Some file systems cannot sync a directory and keep its names without being asked.
      if error.errno != Code.invalid { throw error }
    }
  }

  /// Adds bytes to a file that must have exactly the expected size, and syncs them unless told not to; ESTALE when it has
  /// another. A missing file counts as empty and is made.
  ///
  /// When a step fails, the file is cut back to what it was. A crash may leave a part of the bytes.
  package func append(
    _ bytes: [UInt8], to path: Path, at expectedSize: Int, syncs: Bool = true
  ) throws(SystemError) {
    let (descriptor, isNew) = try openForAppending(path)
    var isWritten = false
    defer { try? calls.close(descriptor) }
    do throws(SystemError) {
      let identity = try calls.status(of: descriptor, path)
      try Files.check(identity.kind, path)
      guard identity.size == expectedSize else {
        throw SystemError(call: .fstat, errno: Code.stale, path: path)
      }
      isWritten = true
      try write(bytes, to: descriptor, at: expectedSize, path)
      if syncs { try calls.sync(descriptor, contentOnly: true, path) }
      if isNew { try syncDirectory(path.parent) }
    } catch {
      if isNew {
        try? calls.unlink(path)
      } else if isWritten {
        try? calls.truncate(descriptor, to: expectedSize, path)
      }
      throw error
    }
  }

  private func openForAppending(_ path: Path) throws(SystemError) -> (Int32, isNew: Bool) {
    do {
      return (try calls.open(path, Flag.write | Flag.noLink), false)
    } catch {
      if error.errno != Code.missing { throw error }
    }
    let flags = Flag.write | Flag.noLink | Flag.create | Flag.exclusive
    return (try calls.open(path, flags, mode: 0o666), true)
  }

  /// Writes all bytes at a place of an open file.
  func write(
    _ bytes: [UInt8], to descriptor: Int32, at offset: Int, _ path: Path
  ) throws(SystemError) {
    var done = 0
    while done < bytes.count {
      var result: Result<Int, SystemError> = .success(0)
      unsafe bytes.withUnsafeBytes { buffer in
        let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[done...])
        result = Result { () throws(SystemError) in
          try unsafe calls.write(descriptor, rest, at: offset + done, path)
        }
      }
      let count = try result.get()
      if count == 0 { throw SystemError(call: .pwrite, errno: Code.inputOutput, path: path) }
      done += count
    }
  }

  /// Cuts a regular file to a size and syncs it.
  package func truncate(_ path: Path, to size: Int) throws(SystemError) {
    let descriptor = try calls.open(path, Flag.write | Flag.noLink)
    defer { try? calls.close(descriptor) }
    try Files.check(try calls.status(of: descriptor, path).kind, path)
    try calls.truncate(descriptor, to: size, path)
    try calls.sync(descriptor, path)
  }

  /// Removes a file's name; that it is gone is on the disk only after `syncDirectory`.
  package func remove(_ path: Path) throws(SystemError) {
    try calls.unlink(path)
  }
}
