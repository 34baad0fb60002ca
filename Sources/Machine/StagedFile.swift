/// The new content of a file, written and synced beside it, and not yet in its place.
///
/// The caller holds a lock, so that there is one writer among us; people and editors take none. The
/// exchange with the file is therefore looked at after it happened: only what was in place at that very
/// moment can tell whether somebody saved in between. A file that goes out of use while it is still
/// staged is removed.
package final class StagedFile {
  /// How a commit ended.
  package enum Outcome: Equatable, Sendable {
    /// The new content is in place and on the disk.
    case done
    /// Somebody changed the file since it was read; it holds what they saved, and nothing of ours.
    case changed
    /// As `changed`, and then somebody saved once more while their first save was being put back. The
    /// later save lies under a name of its own beside the file.
    case changedTwice(kept: Path)
  }

  private enum State { case staged, inPlace, gone }

  /// The file itself, links resolved.
  package let target: Path
  /// Where the new content lies until then, and the old one for a moment after.
  package let temporary: Path
  /// Whether the new content is in place, also where a later step of the commit failed.
  package var isInPlace: Bool { state == .inPlace }

  private let files: Files
  private let identity: FileIdentity
  private let old: FileIdentity?
  private var state = State.staged

  /// A file just written: its facts, and those of the file that it is to replace.
  init(
    target: Path, temporary: Path, identity: FileIdentity, old: FileIdentity?, files: Files
  ) {
    self.target = target
    self.temporary = temporary
    self.identity = identity
    self.old = old
    self.files = files
  }

  deinit {
    if state == .staged { try? files.calls.unlink(temporary) }
  }

  /// Removes the new content; does nothing when it is no longer staged.
  package func discard() throws(SystemError) {
    guard state == .staged else { return }
    try files.calls.unlink(temporary)
    state = .gone
  }

  /// Puts the new content in place if the file still holds what was read; `nil` expects no file at all.
  package func commit(expecting image: FileImage?) throws(SystemError) -> Outcome {
    try checkStaged()
    guard let image else { return try commitNew() }
    if image.isShared { return try commit(expectingUntouched: image) }
    let old = unsafe [image.buffer]
    // Nearly every foreign save shows here already, and then nobody ever sees our content in place.
    let present = try files.identity(target, followLinks: false)
    if present != image.identity {
      guard present != nil, try unsafe holds(target, old) else { return try changed() }
    }
    let outcome = try unsafe commit(expectingPieces: old)
    withExtendedLifetime(image) {}
    return outcome
  }

  /// The same for the bytes of several buffers one after the other.
  ///
  /// After an error the file holds the old content or the new (`isInPlace`); `temporary` may be left.
  package func commit(
    expectingPieces old: [UnsafeRawBufferPointer]
  ) throws(SystemError) -> Outcome {
    try exchange { (path: Path) throws(SystemError) in try unsafe holds(path, old) }
  }

  /// The same for a file whose own bytes were used: it must be the very file, and nobody may have written to it.
  private func commit(expectingUntouched image: FileImage) throws(SystemError) -> Outcome {
    guard try files.identity(target, followLinks: false) == image.identity else {
      return try changed()
    }
    return try exchange { (path: Path) throws(SystemError) in
      // Taking another name moves the time of the last change of facts, and nothing else.
      guard var found = try files.identity(path, followLinks: false) else { return false }
      found.changed = image.identity.changed
      return found == image.identity
    }
  }

  /// Exchanges the new content with the file, and back again where what was displaced is not what was expected.
  private func exchange(
    where isExpected: (Path) throws(SystemError) -> Bool
  ) throws(SystemError) -> Outcome {
    try checkStaged()
    do {
      try files.calls.exchange(temporary, target)
    } catch {
      let absent = [Code.invalid, Code.noSuchCall, Code.notSupported]
      if absent.contains(error.errno) { return try replace(where: isExpected) }
      if error.isMissing, try files.identity(target, followLinks: false) == nil {
        return try changed()
      }
      throw error
    }
    state = .inPlace
    let isSame: Bool
    do {
      isSame = try isExpected(temporary)
    } catch {
      _ = try putBack()
      throw error
    }
    if isSame { return try finish(removing: temporary) }
    if let kept = try putBack() { return .changedTwice(kept: kept) }
    return .changed
  }

  /// Puts the new content in place whatever is there.
  package func putInPlace() throws(SystemError) {
    try checkStaged()
    try files.calls.rename(temporary, over: target)
    state = .inPlace
    try files.syncDirectory(target.parent)
  }

  private func changed() throws(SystemError) -> Outcome {
    try discard()
    return .changed
  }

  private func finish(removing old: Path?) throws(SystemError) -> Outcome {
    var problem: SystemError?
    if let old {
      do { try files.calls.unlink(old) } catch { problem = error }
    }
    try files.syncDirectory(target.parent)
    if let problem { throw problem }
    return .done
  }

  private func checkStaged() throws(SystemError) {
    if state == .staged { return }
    throw SystemError(call: .exchange, errno: Code.invalid, path: target)
  }

  private func commitNew() throws(SystemError) -> Outcome {
    do {
      try files.moveToNew(temporary, target)
    } catch {
      if error.errno == Code.exists { return try changed() }
      throw error
    }
    state = .inPlace
    return try finish(removing: nil)
  }

  /// Where two files cannot be exchanged, a save between the look and the rename would be lost; there
  /// is no better step on such a file system.
  private func replace(
    where isExpected: (Path) throws(SystemError) -> Bool
  ) throws(SystemError) -> Outcome {
    guard try isExpected(target) else { return try changed() }
    try files.calls.rename(temporary, over: target)
    state = .inPlace
    return try finish(removing: nil)
  }

  /// Puts what was displaced back in place. What comes out in exchange is ours and goes away, unless
  /// somebody has written to it or replaced it meanwhile: then it is kept and its path returned.
  private func putBack() throws(SystemError) -> Path? {
    var isExchanged = true
    do {
      try files.calls.exchange(temporary, target)
    } catch {
      guard error.isMissing else { throw error }
      // Somebody removed our content; the displaced file is still the last that a person saved.
      try files.moveToNew(temporary, target)
      isExchanged = false
    }
    state = .gone
    var kept: Path?
    if isExchanged, let found = try files.identity(temporary, followLinks: false) {
      // Staging set the file's time to one that no later write can give it, so this sees every write.
      let isOurs =
        found.isSameFile(as: identity) && found.size == identity.size
        && found.modified == identity.modified
      if isOurs {
        try files.calls.unlink(temporary)
      } else {
        kept = try files.setAside(temporary, of: target)
      }
    }
    try files.syncDirectory(target.parent)
    return kept
  }

  /// Whether a regular file holds exactly these bytes, with the mode and owner that the new content was
  /// given, and nobody wrote to it during the look.
  private func holds(
    _ path: Path, _ pieces: [UnsafeRawBufferPointer]
  ) throws(SystemError) -> Bool {
    let descriptor: Int32
    let before: FileIdentity
    do {
      (descriptor, before) = try files.openFile(path, followLinks: false)
    } catch {
      // Another kind of thing, or nothing, is certainly not what was read.
      let other = [Code.loop, Code.isDirectory, Code.notAFile, Code.missing, Code.notDirectory]
      if other.contains(error.errno) { return false }
      throw error
    }
    defer { try? files.calls.close(descriptor) }
    let comparison = unsafe Comparison(pieces, descriptor, path, files.calls)
    guard before.size == comparison.size, before.mode == old?.mode, before.owner == old?.owner,
      before.group == old?.group
    else { return false }
    guard try comparison.isEqual() else { return false }
    return try files.calls.status(of: descriptor, path) == before
  }
}
