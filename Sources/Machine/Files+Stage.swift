extension Files {
  /// How much is written in one call. For a larger one the system takes memory in blocks so large that a virtual
  /// machine has mostly handed them back to its host; asking for them anew takes ten times as long as writing.
  private static let partSize = 64 << 10
  /// How much is written before the disk is asked to start on it; the last sync then has little left.
  private static let startedSize = 4 << 20
  /// More buffers than this in one call save nothing.
  private static let piecesPerCall = 512
  /// Longer than the steps in which file systems count time.
  static let moment: Int64 = 20_000_000

  /// Where the new content of a file lies until it takes the file's place; the path must be resolved.
  package static func temporary(for target: Path) -> Path {
    let name = Array(".".utf8) + target.name.bytes + Array(".conductor-tmp".utf8)
    return target.parent / Path(bytes: name)
  }

  /// Writes the new content of a file beside it, with the file's mode and owner, and syncs it.
  ///
  /// A link is followed and stays a link. Refused before anything is written: a link to nothing
  /// (ENOENT), a directory (EISDIR), a pipe or device (ENXIO), and a file that nobody may write to, or
  /// this user may not (EACCES, for root too). A temporary file left by a crash is removed: whoever must
  /// know what it held looks at `leftover(for:)` first. `work` is done while the disk is busy with what was written.
  package func stage(
    _ pieces: [UnsafeRawBufferPointer], for path: Path, meanwhile work: (() -> Void)? = nil
  ) throws(SystemError) -> StagedFile {
    let (target, old) = try findTarget(path)
    if let old {
      try Files.check(old.kind, path)
      if old.mode & 0o222 == 0 {
        throw SystemError(call: .access, errno: Code.denied, path: path)
      }
      try calls.access(target, Flag.mayWrite)
    }
    let temporary = Files.temporary(for: target)
    do {
      try calls.unlink(temporary)
    } catch {
      if !error.isMissing { throw error }
    }
    let flags = Flag.write | Flag.create | Flag.exclusive | Flag.noLink
    // Nobody else may look into a file whose readers are not yet those of the target.
    let descriptor = try calls.open(temporary, flags, mode: old == nil ? 0o666 : 0o600)
    var isOpen = true
    do {
      let rest = try unsafe write(pieces, to: descriptor, temporary)
      if let work {
        try calls.writeBack(descriptor, rest, temporary)
        work()
      }
      if let old { try keepOwner(of: old, on: descriptor, temporary) }
      // Any later write gives the file a later time, so that equal times mean that it is untouched.
      try calls.setModified(descriptor, calls.now() - Files.moment, temporary)
      try calls.sync(descriptor, temporary)
      let identity = try calls.status(of: descriptor, temporary)
      isOpen = false
      try calls.close(descriptor, temporary)
      return StagedFile(
        target: target, temporary: temporary, identity: identity, old: old, files: self)
    } catch {
      if isOpen { try? calls.close(descriptor) }
      try? calls.unlink(temporary)
      throw error
    }
  }

  /// Replaces a file that nobody but us writes to, or makes it, whatever it held: whole, synced, with the
  /// mode and owner it had.
  package func store(_ bytes: [UInt8], at path: Path) throws(SystemError) {
    var staged: Result<StagedFile, SystemError>?
    unsafe bytes.withUnsafeBytes { buffer in
      staged = Result { () throws(SystemError) in try unsafe stage([buffer], for: path) }
    }
    try staged?.get().putInPlace()
  }

  /// The temporary file that a crash left beside a file, if there is one.
  ///
  /// It holds new content that never took its place, or the content that was displaced by it, which may
  /// be what a person saved at the last moment: the caller can tell by comparing.
  package func leftover(for path: Path) throws(SystemError) -> Path? {
    let (target, _) = try findTarget(path)
    let temporary = Files.temporary(for: target)
    return try identity(temporary, followLinks: false) == nil ? nil : temporary
  }

  /// Moves a file that is not ours to delete to a free, visible name beside its target, and returns that.
  package func setAside(_ file: Path, of path: Path) throws(SystemError) -> Path {
    let (target, _) = try findTarget(path)
    let random = Random(calls: calls)
    while true {
      let name = target.name.bytes + Array(".saved-by-other-\(random.hex(8))".utf8)
      let kept = target.parent / Path(bytes: name)
      do {
        try moveToNew(file, kept)
        return kept
      } catch {
        if error.errno != Code.exists { throw error }
      }
    }
  }

  /// The path without links and what stands there; `nil` where nothing does.
  private func findTarget(_ path: Path) throws(SystemError) -> (Path, FileIdentity?) {
    guard let found = try calls.status(path, followLinks: false) else { return (path, nil) }
    guard found.kind == .link else { return (path, found) }
    let target = try calls.realPath(path)
    guard let identity = try calls.status(target, followLinks: false) else {
      throw SystemError(call: .stat, errno: Code.missing, path: path)
    }
    return (target, identity)
  }

  private func keepOwner(
    of old: FileIdentity, on descriptor: Int32, _ path: Path
  ) throws(SystemError) {
    let new = try calls.status(of: descriptor, path)
    if new.owner != old.owner || new.group != old.group {
      try calls.changeOwner(descriptor, user: old.owner, group: old.group, path)
    }
    // After the owner, because a change of owner takes bits away.
    try calls.changeMode(descriptor, old.mode, path)
  }

  /// Writes small pieces together and large ones in parts, each part on its way to the disk while the
  /// next is written; answers the range that nobody has sent on its way yet.
  private func write(
    _ pieces: [UnsafeRawBufferPointer], to descriptor: Int32, _ path: Path
  ) throws(SystemError) -> Range<Int> {
    var index = 0
    var skipped = 0
    var written = 0
    var started = 0
    while true {
      var batch: [UnsafeRawBufferPointer] = unsafe []
      var room = Files.partSize
      var next = index
      var skip = skipped
      while unsafe next < pieces.count, room > 0, unsafe batch.count < Files.piecesPerCall {
        let piece = unsafe pieces[next]
        let length = min(piece.count - skip, room)
        if length > 0 {
          unsafe batch.append(UnsafeRawBufferPointer(rebasing: piece[skip..<skip + length]))
        }
        room -= length
        next += 1
        skip = 0
      }
      if unsafe batch.isEmpty { return started..<written }
      var count = try unsafe calls.write(descriptor, batch, path)
      if count == 0 { throw SystemError(call: .write, errno: Code.inputOutput, path: path) }
      written += count
      while unsafe count > 0 || (index < pieces.count && pieces[index].count == skipped) {
        let length = unsafe min(pieces[index].count - skipped, count)
        count -= length
        skipped += length
        if unsafe skipped == pieces[index].count {
          index += 1
          skipped = 0
        }
      }
      if written - started >= Files.startedSize {
        try calls.writeBack(descriptor, started..<written, path)
        started = written
      }
    }
  }
}
