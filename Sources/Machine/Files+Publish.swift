extension Files {
  /// Puts a new file in place, whole and synced, and never replaces one: EEXIST when the name is taken.
  ///
  /// `directory` must lie on the same file system and is used only where files without a name are not
  /// to be had; a crash can then leave a file there whose name ends in `.conductor-tmp`.
  package func publish(
    _ bytes: [UInt8], at path: Path, temporaryIn directory: Path
  ) throws(SystemError) {
    if try publishUnnamed(bytes, at: path) == false {
      try publishNamed(bytes, at: path, temporaryIn: directory)
    }
    try syncDirectory(path.parent)
  }

  /// By way of a file without a name: there is nothing to clean up, however this ends.
  private func publishUnnamed(_ bytes: [UInt8], at path: Path) throws(SystemError) -> Bool {
    let absent = [Code.notSupported, Code.isDirectory, Code.invalid, Code.noSuchCall]
    let descriptor: Int32
    do {
      descriptor = try calls.openUnnamed(in: path.parent, mode: 0o666)
    } catch {
      if absent.contains(error.errno) { return false }
      throw error
    }
    defer { try? calls.close(descriptor) }
    try write(bytes, to: descriptor, at: 0, path)
    try calls.sync(descriptor, path)
    do {
      try calls.link(unnamed: descriptor, path)
      return true
    } catch {
      // ENOENT: no /proc to name the file by. Where the directory itself is gone, the other way says so.
      if error.errno == Code.missing || absent.contains(error.errno) { return false }
      throw error
    }
  }

  private static let numbers = Counter()

  private func publishNamed(
    _ bytes: [UInt8], at path: Path, temporaryIn directory: Path
  ) throws(SystemError) {
    // Others publish at the same time, in this process too, so the name is not fixed.
    let number = "\(calls.processID)-\(Files.numbers.add(1))"
    let name = Array(".".utf8) + path.name.bytes + Array(".\(number).conductor-tmp".utf8)
    let temporary = directory / Path(bytes: name)
    try? calls.unlink(temporary)
    let flags = Flag.write | Flag.create | Flag.exclusive | Flag.noLink
    let descriptor = try calls.open(temporary, flags, mode: 0o666)
    do {
      defer { try? calls.close(descriptor) }
      try write(bytes, to: descriptor, at: 0, temporary)
      try calls.sync(descriptor, temporary)
      try moveToNew(temporary, path)
    } catch {
      try? calls.unlink(temporary)
      throw error
    }
  }

  /// Moves a file to a name that must be free, also on file systems without hard links.
  func moveToNew(_ from: Path, _ to: Path) throws(SystemError) {
    do {
      try calls.link(from, to)
    } catch {
      let absent = [Code.notPermitted, Code.notSupported, Code.noSuchCall, Code.tooManyLinks]
      guard absent.contains(error.errno) else { throw error }
      try calls.rename(from, toNew: to)
      return
    }
    try calls.unlink(from)
  }
}
