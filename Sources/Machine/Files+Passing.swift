/// Things that live only as long as a run, so that nothing of them is synced.
extension Files {
  /// Makes a directory that nobody but this user may look into; EEXIST when the name is taken.
  package func makePrivateDirectory(_ path: Path) throws(SystemError) {
    try calls.makeDirectory(path, mode: 0o700)
  }

  /// Writes a file that nobody else reads: a new one, or all of one that is there, which then has the mode too.
  func rewrite(_ bytes: [UInt8], at path: Path, mode: UInt32) throws(SystemError) {
    let descriptor = try calls.open(path, Flag.write | Flag.create | Flag.noLink, mode: mode)
    defer { try? calls.close(descriptor) }
    let identity = try calls.status(of: descriptor, path)
    if identity.size > bytes.count { try calls.truncate(descriptor, to: bytes.count, path) }
    if identity.mode != mode { try calls.changeMode(descriptor, mode, path) }
    try write(bytes, to: descriptor, at: 0, path)
  }

  /// Writes a new file; EEXIST when the name is taken.
  package func create(
    _ bytes: [UInt8], at path: Path, mode: UInt32 = 0o600
  ) throws(SystemError) {
    let flags = Flag.write | Flag.create | Flag.exclusive | Flag.noLink
    let descriptor = try calls.open(path, flags, mode: mode)
    defer { try? calls.close(descriptor) }
    try write(bytes, to: descriptor, at: 0, path)
  }

  /// Gives a file a second name; a system may refuse that for a file of somebody else, or on another file system.
  package func link(_ file: Path, to path: Path) throws(SystemError) {
    try calls.link(file, path)
  }

  /// Whether a file may be run, which a whole file system can forbid.
  package func mayRun(_ path: Path) throws(SystemError) -> Bool {
    do {
      try calls.access(path, Flag.mayRun)
      return true
    } catch {
      if error.errno == Code.denied { return false }
      throw error
    }
  }

  /// Removes a directory with all that it holds; links are removed, never followed, also where one stands in place of
  /// the directory itself.
  package func removeTree(_ path: Path) throws(SystemError) {
    let entries: [(name: Path, kind: FileIdentity.Kind?)]
    do {
      entries = try calls.entries(path, followLinks: false)
    } catch {
      guard error.errno == Code.notDirectory || error.errno == Code.loop else { throw error }
      return try remove(path)
    }
    for (name, kind) in entries {
      if kind == .directory || kind == nil {
        try removeTree(path / name)
      } else {
        try remove(path / name)
      }
    }
    try calls.removeDirectory(path)
  }

  /// Whether a directory stands at a path, and not a link to one.
  package func isOwnDirectory(_ path: Path) throws(SystemError) -> Bool {
    try identity(path, followLinks: false)?.kind == .directory
  }
}
