#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A directory of its own for one test, removed with everything in it when the test is over.
///
/// Files are written without syncing, since a test that is cut short has no use for them.
package final class Folder: Sendable {
  /// What the system answered when a step of a test could not be taken.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String

    init(_ step: String, _ path: String) {
      let number = errno
      description = unsafe "\(step) \(path): \(String(cString: strerror(number)))"
    }
  }

  /// The absolute path, links resolved.
  package let path: String

  /// Makes the directory where temporary files belong; a test of many thousand syncs asks for one in memory, where
  /// the system has such a place.
  package init(inMemory: Bool = false) throws {
    let memory = "/dev/shm"
    let hasMemory = unsafe access(memory, W_OK) == 0
    let base = inMemory && hasMemory ? memory : variable("TMPDIR") ?? "/tmp"
    var template = Array("\(base)/conductor-XXXXXX".utf8CString)
    guard let made = unsafe mkdtemp(&template), let real = unsafe realpath(made, nil) else {
      throw Failure("mkdtemp", base)
    }
    defer { unsafe free(real) }
    path = unsafe String(cString: real)
  }

  deinit { Self.removeAll(path) }

  /// The absolute path of what lies at a relative one; an absolute path stays as it is.
  package func place(_ name: String) -> String {
    name.hasPrefix("/") ? name : name == "." ? path : "\(path)/\(name)"
  }

  // MARK: Files

  /// Writes a file whole, with the directories above it, as an editor does that writes in place.
  package func write(_ bytes: [UInt8], _ name: String) throws {
    let target = place(name)
    var descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    if descriptor < 0, errno == ENOENT {
      try makeDirectory(Self.parent(target))
      descriptor = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    guard descriptor >= 0 else { throw Failure("open", target) }
    defer { close(descriptor) }
    var done = 0
    while done < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Self.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[done...]))
      }
      guard count > 0 else { throw Failure("write", target) }
      done += count
    }
  }

  private static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      unsafe Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }

  /// The same for text.
  package func write(_ text: String, _ name: String) throws { try write(Array(text.utf8), name) }

  /// Writes a file as an editor does that renames a new one over the old.
  package func replace(_ text: String, _ name: String) throws {
    try write(text, name + "~")
    guard unsafe rename(place(name + "~"), place(name)) == 0 else {
      throw Failure("rename", name)
    }
  }

  /// All bytes of a file.
  package func bytes(_ name: String) throws -> [UInt8] {
    let target = place(name)
    let descriptor = unsafe open(target, O_RDONLY)
    guard descriptor >= 0 else { throw Failure("open", target) }
    defer { close(descriptor) }
    var result: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe part.withUnsafeMutableBytes { buffer in
        unsafe read(descriptor, buffer.baseAddress, buffer.count)
      }
      guard count >= 0 else { throw Failure("read", target) }
      if count == 0 { return result }
      result += part[..<count]
    }
  }

  /// A file's text.
  package func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// Whether anything stands at a path, a dangling link included.
  package func holds(_ name: String) -> Bool {
    var facts = stat()
    return unsafe lstat(place(name), &facts) == 0
  }

  /// Makes a directory with those above it.
  package func makeDirectory(_ name: String) throws {
    let target = place(name)
    if unsafe mkdir(target, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT, target != "/" else { throw Failure("mkdir", target) }
    try makeDirectory(Self.parent(target))
    guard unsafe mkdir(target, 0o755) == 0 || errno == EEXIST else {
      throw Failure("mkdir", target)
    }
  }

  private static func parent(_ path: String) -> String {
    let cut = path.lastIndex(of: "/") ?? path.startIndex
    return cut == path.startIndex ? "/" : String(path[..<cut])
  }

  /// Removes a file or a directory with all in it.
  package func remove(_ name: String) { Self.removeAll(place(name)) }

  private static func removeAll(_ path: String) {
    if unsafe unlink(path) == 0 { return }
    unsafe chmod(path, 0o700)
    for name in entries(path) { removeAll("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  // MARK: Other things than files

  /// Makes a symbolic link.
  package func link(_ name: String, to text: String) throws {
    guard unsafe symlink(text, place(name)) == 0 else { throw Failure("symlink", name) }
  }

  /// Makes a named pipe.
  package func makePipe(_ name: String) throws {
    guard unsafe mkfifo(place(name), 0o644) == 0 else { throw Failure("mkfifo", name) }
  }

  /// Sets the permissions of what stands at a path.
  package func setMode(_ mode: UInt32, _ name: String) throws {
    guard unsafe chmod(place(name), mode_t(mode)) == 0 else { throw Failure("chmod", name) }
  }

  /// Gives a path to another user.
  package func setOwner(_ user: UInt32, _ name: String) throws {
    guard unsafe chown(place(name), user, user) == 0 else { throw Failure("chown", name) }
  }

  /// Extends a file with a hole, which takes no room on the disk.
  package func extend(_ name: String, to size: Int) throws {
    guard unsafe truncate(place(name), off_t(size)) == 0 else { throw Failure("truncate", name) }
  }

  // MARK: Trees

  /// The names in a directory, sorted.
  package func names(_ name: String = ".") -> [String] { Self.entries(place(name)) }

  private static func entries(_ path: String) -> [String] {
    guard let directory = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The relative paths of all files below a directory, sorted; links and pipes count as files.
  package func files(_ below: String = ".") -> [String] {
    var found: [String] = []
    var waiting = [below]
    while let name = waiting.popLast() {
      for entry in names(name) {
        let inner = name == "." ? entry : "\(name)/\(entry)"
        var facts = stat()
        guard unsafe lstat(place(inner), &facts) == 0 else { continue }
        if facts.st_mode & S_IFMT == S_IFDIR { waiting.append(inner) } else { found.append(inner) }
      }
    }
    return found.sorted()
  }

  /// The content of every plain file below the folder, by relative path.
  package func tree() throws -> [String: [UInt8]] {
    var tree: [String: [UInt8]] = [:]
    for name in files() { tree[name] = try bytes(name) }
    return tree
  }

  /// Writes every file of a tree that was taken of another folder.
  package func plant(_ tree: [String: [UInt8]]) throws {
    for (name, bytes) in tree { try write(bytes, name) }
  }
}

/// A variable of the test run's own environment.
package func variable(_ name: String) -> String? {
  guard let value = unsafe getenv(name) else { return nil }
  return unsafe String(cString: value)
}

/// Whether the tests run as a user whom no permission stops.
package let isSuperuser = geteuid() == 0
