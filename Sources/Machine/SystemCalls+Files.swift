private import CMachine

extension SystemCalls {
  /// Opens a path; the descriptor never reaches a child, and a pipe or device is not waited for.
  func open(_ path: Path, _ flags: Int32, mode: UInt32 = 0) throws(SystemError) -> Int32 {
    let all = flags | Flag.closeOnExec | Flag.noWait
    return Int32(try unsafe attempt(.open, at: path) { unsafe Int64(cm_open($0, all, mode)) })
  }

  /// Opens a new file without a name in a directory, where the system has such a thing.
  func openUnnamed(in directory: Path, mode: UInt32) throws(SystemError) -> Int32 {
    Int32(try unsafe attempt(.open, at: directory) { unsafe Int64(cm_open_unnamed($0, mode)) })
  }

  /// Closes a descriptor; it is gone whatever the answer is, so that an interruption means nothing.
  func close(_ descriptor: Int32, _ path: Path? = nil) throws(SystemError) {
    do {
      _ = try attempt(.close, path) { _ in Int64(cm_close(descriptor)) }
    } catch {
      if error.errno != Code.interrupted { throw error }
    }
  }

  /// Reads where the descriptor stands; 0 at the end.
  func read(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, _ path: Path? = nil
  ) throws(SystemError) -> Int {
    let count = buffer.count
    return Int(
      try attempt(.read, path) {
        unsafe cm_read(descriptor, buffer.baseAddress, Int64(SystemCalls.part(count, $0)))
      })
  }

  /// Reads at a place; 0 at the end.
  func read(
    _ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer, at offset: Int, _ path: Path
  ) throws(SystemError) -> Int {
    let count = buffer.count
    return Int(
      try attempt(.pread, path) {
        unsafe cm_pread(
          descriptor, buffer.baseAddress, Int64(SystemCalls.part(count, $0)), Int64(offset))
      })
  }

  /// Writes some of the bytes where the descriptor stands and says how many.
  func write(
    _ descriptor: Int32, _ buffer: UnsafeRawBufferPointer, _ path: Path? = nil
  ) throws(SystemError) -> Int {
    let count = buffer.count
    return Int(
      try attempt(.write, path) {
        unsafe cm_write(descriptor, buffer.baseAddress, Int64(SystemCalls.part(count, $0)))
      })
  }

  /// Writes some of the bytes at a place and says how many.
  func write(
    _ descriptor: Int32, _ buffer: UnsafeRawBufferPointer, at offset: Int, _ path: Path
  ) throws(SystemError) -> Int {
    let count = buffer.count
    return Int(
      try attempt(.pwrite, path) {
        unsafe cm_pwrite(
          descriptor, buffer.baseAddress, Int64(SystemCalls.part(count, $0)), Int64(offset))
      })
  }

  /// Writes some of several buffers in one go and says how many bytes.
  func write(
    _ descriptor: Int32, _ pieces: [UnsafeRawBufferPointer], _ path: Path
  ) throws(SystemError) -> Int {
    Int(
      try attempt(.write, path) { short in
        guard let first = unsafe pieces.first else { return 0 }
        if unsafe short || pieces.count == 1 {
          let count = SystemCalls.part(first.count, short)
          return unsafe cm_write(descriptor, first.baseAddress, Int64(count))
        }
        let parts = unsafe pieces.map {
          unsafe cm_piece(start: $0.baseAddress, length: UInt($0.count))
        }
        return unsafe cm_writev(descriptor, parts, Int32(parts.count))
      })
  }

  /// Half, but never nothing, of a transfer that a test cuts short.
  private static func part(_ count: Int, _ short: Bool) -> Int {
    short ? max(min(count, 1), count / 2) : count
  }

  /// The facts about what stands at a path; `nil` when there is nothing.
  func status(_ path: Path, followLinks: Bool) throws(SystemError) -> FileIdentity? {
    var facts = cm_stat()
    do {
      _ = try unsafe attempt(.stat, at: path) {
        unsafe Int64(cm_stat_path($0, followLinks ? 1 : 0, &facts))
      }
    } catch {
      if error.isMissing { return nil }
      throw error
    }
    return FileIdentity(facts)
  }

  /// The facts about an open file.
  func status(of descriptor: Int32, _ path: Path?) throws(SystemError) -> FileIdentity {
    var facts = cm_stat()
    _ = try attempt(.fstat, path) { _ in unsafe Int64(cm_stat_descriptor(descriptor, &facts)) }
    return FileIdentity(facts)
  }

  /// Asks whether this user may write to, or run, what stands at a path.
  func access(_ path: Path, _ mode: Int32) throws(SystemError) {
    _ = try unsafe attempt(.access, at: path) { unsafe Int64(cm_access($0, mode)) }
  }

  /// Waits until the file is on the disk; with `contentOnly` its times and mode need not be.
  func sync(_ descriptor: Int32, contentOnly: Bool = false, _ path: Path) throws(SystemError) {
    _ = try attempt(.fsync, path) { _ in Int64(cm_sync(descriptor, contentOnly ? 1 : 0)) }
  }

  /// Asks the system to start writing a range to the disk, without waiting for it.
  func writeBack(_ descriptor: Int32, _ range: Range<Int>, _ path: Path) throws(SystemError) {
    do {
      _ = try attempt(.writeback, path) { _ in
        Int64(cm_write_back(descriptor, Int64(range.lowerBound), Int64(range.count)))
      }
    } catch {
      // Only a hint: where it is not to be had, the later sync does all the work.
      let absent = [Code.noSuchCall, Code.invalid, Code.notSupported]
      if !absent.contains(error.errno) { throw error }
    }
  }

  /// Cuts or extends an open file.
  func truncate(_ descriptor: Int32, to size: Int, _ path: Path) throws(SystemError) {
    _ = try attempt(.ftruncate, path) { _ in Int64(cm_truncate(descriptor, Int64(size))) }
  }

  /// Sets the permission bits of an open file.
  func changeMode(_ descriptor: Int32, _ mode: UInt32, _ path: Path) throws(SystemError) {
    _ = try attempt(.chmod, path) { _ in Int64(cm_change_mode(descriptor, mode)) }
  }

  /// Sets user and group of an open file.
  func changeOwner(
    _ descriptor: Int32, user: UInt32, group: UInt32, _ path: Path
  ) throws(SystemError) {
    _ = try attempt(.chown, path) { _ in Int64(cm_change_owner(descriptor, user, group)) }
  }

  /// Sets the time at which an open file was last modified.
  func setModified(_ descriptor: Int32, _ nanoseconds: Int64, _ path: Path) throws(SystemError) {
    _ = try attempt(.futimens, path) { _ in Int64(cm_set_modified(descriptor, nanoseconds)) }
  }

  /// Gives a file a second name; fails where that name is taken.
  func link(_ from: Path, _ to: Path) throws(SystemError) {
    try unsafe pair(.link, from, to) { unsafe cm_link($0, $1) }
  }

  /// Gives a file without a name its first; fails where that name is taken.
  func link(unnamed descriptor: Int32, _ to: Path) throws(SystemError) {
    _ = try unsafe attempt(.link, at: to) { unsafe Int64(cm_link_unnamed(descriptor, $0)) }
  }

  /// Moves a file, replacing what stands at the new path.
  func rename(_ from: Path, over to: Path) throws(SystemError) {
    try unsafe pair(.rename, from, to) { unsafe cm_rename($0, $1) }
  }

  /// Moves a file to a path at which nothing stands.
  func rename(_ from: Path, toNew to: Path) throws(SystemError) {
    try unsafe pair(.rename, from, to) { unsafe cm_rename_new($0, $1) }
  }

  /// Swaps what stands at two paths, in one step.
  func exchange(_ one: Path, _ other: Path) throws(SystemError) {
    try unsafe pair(.exchange, one, other) { unsafe cm_exchange($0, $1) }
  }

  private func pair(
    _ call: Call, _ from: Path, _ to: Path,
    _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  ) throws(SystemError) {
    if from.bytes.contains(0) { throw SystemError(call: call, errno: Code.invalid, path: from) }
    _ = try unsafe attempt(call, at: to) { target in
      unsafe from.withCString { unsafe Int64(body($0, target)) }
    }
  }

  /// Removes a name.
  func unlink(_ path: Path) throws(SystemError) {
    _ = try unsafe attempt(.unlink, at: path) { unsafe Int64(cm_unlink($0)) }
  }

  /// Makes one directory.
  func makeDirectory(_ path: Path, mode: UInt32) throws(SystemError) {
    _ = try unsafe attempt(.mkdir, at: path) { unsafe Int64(cm_make_directory($0, mode)) }
  }

  /// Removes a directory that holds nothing.
  func removeDirectory(_ path: Path) throws(SystemError) {
    _ = try unsafe attempt(.rmdir, at: path) { unsafe Int64(cm_remove_directory($0)) }
  }

  /// The text of a link.
  func readLink(_ path: Path) throws(SystemError) -> [UInt8] {
    try unsafe pathBytes(.readlink, path) { unsafe cm_read_link($0, $1, $2) }
  }

  /// The absolute path without any link in it.
  func realPath(_ path: Path) throws(SystemError) -> Path {
    unsafe Path(bytes: try pathBytes(.realpath, path) { unsafe cm_real_path($0, $1, $2) })
  }

  /// The file that this process runs, as it was named when it was started.
  func ownProgram() throws(SystemError) -> Path {
    var room = [CChar](repeating: 0, count: 4096)
    let count = try attempt(.readlink) { _ in
      unsafe room.withUnsafeMutableBufferPointer { buffer in
        unsafe cm_own_program(buffer.baseAddress, Int64(buffer.count))
      }
    }
    return Path(bytes: room[..<Int(count)].map { UInt8(bitPattern: $0) })
  }

  private func pathBytes(
    _ call: Call, _ path: Path,
    _ body: (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>, Int64) -> Int64
  ) throws(SystemError) -> [UInt8] {
    var room = [CChar](repeating: 0, count: 4096 + 1)
    let count = try unsafe attempt(call, at: path) { text in
      unsafe room.withUnsafeMutableBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return -Int64(Code.noMemory) }
        return unsafe body(text, start, Int64(buffer.count - 1))
      }
    }
    return room[..<Int(count)].map { UInt8(bitPattern: $0) }
  }

  /// The directory in which the process works.
  func workingDirectory() throws(SystemError) -> Path {
    var room = [CChar](repeating: 0, count: 4096 + 1)
    let count = try attempt(.getcwd) { _ in
      unsafe room.withUnsafeMutableBufferPointer { buffer in
        unsafe cm_working_directory(buffer.baseAddress, Int64(buffer.count))
      }
    }
    return Path(bytes: room[..<Int(count)].map { UInt8(bitPattern: $0) })
  }

  /// The entries of a directory but `.` and `..`, in no order; the kind is `nil` where only another
  /// look can tell.
  func entries(
    _ path: Path, followLinks: Bool = true
  ) throws(SystemError) -> [(name: Path, kind: FileIdentity.Kind?)] {
    let flags = Flag.read | Flag.directory | (followLinks ? 0 : Flag.noLink)
    let descriptor = try open(path, flags)
    var directory: UnsafeMutableRawPointer?
    do {
      _ = try attempt(.list, path) { _ in unsafe Int64(cm_open_directory(descriptor, &directory)) }
    } catch {
      try? close(descriptor)
      throw error
    }
    defer { _ = try? attempt(.close, path) { _ in unsafe Int64(cm_close_directory(directory)) } }
    var found: [(name: Path, kind: FileIdentity.Kind?)] = []
    while true {
      var name: UnsafePointer<CChar>?
      var kind: Int32 = 0
      let count = try attempt(.list, path) { _ in
        unsafe cm_next_entry(directory, &name, &kind)
      }
      guard count > 0, let start = unsafe name else { return found }
      let buffer = unsafe UnsafeRawBufferPointer(start: start, count: Int(count))
      let bytes = unsafe [UInt8](buffer)
      if bytes == [46] || bytes == [46, 46] { continue }
      found.append((Path(bytes: bytes), FileIdentity.Kind(entry: kind)))
    }
  }

  /// Takes or waits for the lock on an open file; `false` when time is up.
  ///
  /// Ends early with EINTR when an end is asked for meanwhile (`Signals`); one that was asked for before
  /// is being obeyed already, and undoing a step may need the lock.
  func lock(
    _ descriptor: Int32, exclusive: Bool, until deadline: Int64, _ path: Path
  ) throws(SystemError) -> Bool {
    var isFirst = true
    let wasNoted = Signals.noted != nil
    while true {
      let left = isFirst && deadline == 0 ? 0 : deadline - monotonic()
      do {
        var interrupted = false
        // Renewed each second: a signal that came just before the wait began is then seen at last.
        let wait = min(max(left, 0), 1_000_000_000)
        _ = try attempt(.lock, path) { _ in
          let result = Int64(cm_lock(descriptor, exclusive ? 1 : 0, wait))
          interrupted = result == -Int64(Code.interrupted)
          return interrupted ? 0 : result
        }
        if !interrupted { return true }
      } catch {
        if error.errno != Code.wouldBlock { throw error }
        if left <= 0 { return false }
      }
      if !wasNoted, Signals.noted != nil {
        throw SystemError(call: .lock, errno: Code.interrupted, path: path)
      }
      isFirst = false
    }
  }

  /// Memory for `size` bytes: what to give back later, and where the content may start.
  func map(
    _ size: Int, _ path: Path
  ) throws(SystemError) -> (whole: UnsafeMutableRawBufferPointer, start: UnsafeMutableRawPointer) {
    var base: UnsafeMutableRawPointer?
    var start: UnsafeMutableRawPointer?
    var length: Int64 = 0
    _ = try attempt(.mmap, path) { _ in unsafe Int64(cm_map(Int64(size), &base, &length, &start)) }
    guard let start = unsafe start else {
      throw SystemError(call: .mmap, errno: Code.noMemory, path: path)
    }
    return unsafe (UnsafeMutableRawBufferPointer(start: base, count: Int(length)), start)
  }

  /// The bytes of an open file as they lie in the system's cache, for reading only.
  func map(
    file descriptor: Int32, _ size: Int, _ path: Path
  ) throws(SystemError) -> UnsafeMutableRawBufferPointer {
    var base: UnsafeMutableRawPointer?
    _ = try attempt(.mmap, path) { _ in
      unsafe Int64(cm_map_file(descriptor, Int64(size), &base))
    }
    return unsafe UnsafeMutableRawBufferPointer(start: base, count: size)
  }

  /// Brings a file that was mapped within reach, so that using it does not have to fetch it page by page.
  static func load(_ file: UnsafeMutableRawBufferPointer) {
    unsafe cm_load(file.baseAddress, Int64(file.count))
  }

  /// Gives the memory of a mapped file back while the map stays.
  static func forget(_ descriptor: Int32, _ file: UnsafeMutableRawBufferPointer) {
    unsafe cm_forget(descriptor, file.baseAddress, Int64(file.count))
  }

  /// Gives the memory back.
  static func unmap(_ whole: UnsafeMutableRawBufferPointer) {
    unsafe cm_unmap(whole.baseAddress, Int64(whole.count))
  }
}
