package import Backlog
package import Evidence
package import JSONText
package import Machine

/// A backlog as it was read once: the file's image, its digest, and what stands in it.
package struct BacklogFile: Sendable {
  /// The path, relative to the project's root.
  package let path: Path
  /// The file as it was when it was read.
  package let image: FileImage
  /// The image's bytes.
  package let bytes: Bytes
  /// The digest of all of them.
  package let digest: Digest
  /// What stands in it.
  package let content: Backlog

  /// Reads the project's backlog; a large one is hashed beside being surveyed.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    let path = project.configuration.backlog
    let image: FileImage
    do {
      image = try context.machine.files.image(project.place(path), limit: Project.sizeLimit)
    } catch {
      throw error.isMissing
        ? Refusal(.backlogMissing, "there is no backlog at " + path.text)
        : Refusal(error, relativeTo: project.root)
    }
    let bytes = Bytes(image)
    let (digest, content) = beside(bytes.count) {
      SHA256.hash(bytes)
    } _: {
      Result { () throws(BacklogError) in try Backlog(bytes) }
    }
    self.path = path
    self.image = image
    self.bytes = bytes
    self.digest = digest
    do {
      self.content = try content.get()
    } catch {
      throw Refusal(
        .backlogInvalid, placePrefix(path, line: error.line, column: error.column) + error.text)
    }
  }

  /// The document with an edit applied, parsed again, and written beside the old file.
  ///
  /// Writing and hashing a large backlog go on side by side, since each would otherwise wait for the other.
  func stage(_ splices: [Splice], _ project: Project, _ context: Context) throws(Refusal)
    -> StagedChange
  {
    guard content.staysWhole(with: splices) else {
      throw Refusal(.internalFault, "the edited backlog would not parse, so nothing was written")
    }
    let pieces = Edit.pieces(splices, of: bytes)
    let (written, digest) = beside(bytes.count) {
      Result { () throws(SystemError) in
        try context.machine.files.stage(pieces, for: project.place(path))
      }
    } _: {
      SHA256.hash(pieces)
    }
    let staged: StagedFile
    do {
      staged = try written.get()
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    return StagedChange(
      change: FileChange(path: path, before: self.digest, after: digest, splices: splices),
      edited: image, file: staged)
  }
}

/// Runs two pieces of work at once where the amount is worth a thread, else one after the other.
func beside<A, B>(
  _ size: Int, _ a: @Sendable () -> A, _ b: @Sendable () -> B
) -> (A, B) {
  size < 256 << 10 ? (a(), b()) : concurrently(a, b)
}
