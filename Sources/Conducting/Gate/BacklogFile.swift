package import Backlog
package import Evidence
package import JSONText
package import Machine
import Synchronization

/// A backlog as it was read once: the file's image, its digest, and what stands in it.
package struct BacklogFile: Sendable {
  /// The path, relative to the project's root.
  package let path: Path
  /// The file as it was when it was read.
  package let image: FileImage
  /// The image's bytes.
  package let bytes: Bytes
  /// What stands in it.
  package let content: Backlog
  fileprivate let hash: Background<SteppedDigest>

  /// From this size on hashing beside other work pays for a thread.
  private static let largeSize = 1 << 20

  /// Reads the project's backlog; a large one is hashed while it is surveyed and edited.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    let path = project.configuration.backlog
    let image: FileImage
    do {
      image = try context.machine.files.view(project.place(path), limit: Project.sizeLimit)
    } catch {
      throw error.isMissing
        ? Refusal(
          .backlogMissing, "there is no backlog at " + path.text + " in " + project.root.text)
        : Refusal(error, relativeTo: project.root)
    }
    let bytes = Bytes(image)
    self.path = path
    self.image = image
    self.bytes = bytes
    if let known = context.backlog.known(bytes) {
      (content, hash) = (known.content, known.hash)
      return
    }
    let isLarge = bytes.count > Self.largeSize
    hash = Background(isLarge: isLarge) { SteppedDigest(of: bytes) }
    content = try Self.placed(at: path) { () throws(BacklogError) in try Backlog(bytes) }
    if !isLarge { context.backlog.note(self) }
  }

  /// The digest of all bytes.
  package var digest: Digest { hash.value.digest }

  /// Turns a fault of the backlog into a refusal that names the file.
  func placed<Value>(_ body: () throws(BacklogError) -> Value) throws(Refusal) -> Value {
    try Self.placed(at: path, body)
  }

  private static func placed<Value>(
    at path: Path, _ body: () throws(BacklogError) -> Value
  ) throws(Refusal) -> Value {
    do {
      return try body()
    } catch {
      throw Refusal(
        .backlogInvalid, placePrefix(path, line: error.line, column: error.column) + error.text)
    }
  }

  /// The document with an edit applied, parsed again, and written beside the old file.
  ///
  /// Writing, hashing and parsing a large backlog go on side by side, since each would otherwise wait for the others;
  /// what does not parse never takes the file's place.
  func stage(_ splices: [Splice], _ project: Project, _ context: Context) throws(Refusal)
    -> StagedChange
  {
    let pieces = Edit.pieces(splices, of: bytes)
    let isLarge = bytes.count > Self.largeSize
    let whole = Background(isLarge: isLarge) { [content] in content.staysWhole(with: splices) }
    let start = splices.first?.range.lowerBound ?? bytes.count
    // Near the end, most of the second digest is in the first one's states; near the beginning, waiting for those
    // would take longer than hashing all of it.
    let usesStates = start > bytes.count / 4
    let after = Background(isLarge: isLarge) { [hash] in
      usesStates
        ? hash.value.digest(of: pieces, unchangedUpTo: start) : SHA256.hash(pieces)
    }
    let staged: StagedFile
    do {
      staged = try context.machine.files.stage(pieces, for: project.place(path))
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    guard whole.value else {
      try? staged.discard()
      throw Refusal(.internalFault, "the edited backlog would not parse, so it was thrown away")
    }
    // First this one, whose thread may ask for the other: a result is asked for by one thread at a time.
    let digestAfter = after.value
    return StagedChange(
      change: FileChange(path: path, before: digest, after: digestAfter, splices: splices),
      edited: image, file: staged)
  }
}

/// The backlog as this process has last read it. The file is read again each time; what holds the same bytes is neither
/// parsed nor hashed again.
final class BacklogMemory: Sendable {
  private let last = Mutex<BacklogFile?>(nil)

  /// What is known of exactly these bytes.
  fileprivate func known(_ bytes: Bytes) -> BacklogFile? {
    last.withLock { $0 }.flatMap { $0.bytes == bytes ? $0 : nil }
  }

  /// Keeps what was read, until other bytes are.
  fileprivate func note(_ file: BacklogFile) { last.withLock { $0 = file } }
}
