extension Files {
  /// From this size on a copy in memory of our own costs more than all that is done with it: the pages that it
  /// needs have to be made first.
  private static let viewedSize = 4 << 20

  /// The bytes of a regular file for a step that ends by replacing it; for a large file without a copy of our own.
  ///
  /// The bytes of a large file may then change while they are used, when somebody writes into the file instead of
  /// replacing it. Such a write is seen afterwards, by the file's times, before anything takes the file's place:
  /// what was made of mixed bytes is thrown away. So that no write can hide in the same tick of the clock as the one
  /// before it, a file that was written a moment ago is copied all the same; one that took its place a moment ago,
  /// staged by us with a time that no write gives, is not. A file that is cut off under the reader ends the process
  /// with status 75, which is as safe as any other sudden end.
  package func view(_ path: Path, limit: Int) throws(SystemError) -> FileImage {
    let (descriptor, identity) = try openFile(path)
    var isKept = false
    defer { if !isKept { try? calls.close(descriptor) } }
    guard identity.size >= Files.viewedSize, identity.size <= limit,
      calls.now() - identity.modified > Files.moment
    else { return try FileImage.read(descriptor, path, limit: limit, calls) }
    let memory = try unsafe calls.map(file: descriptor, identity.size, path)
    isKept = true
    return unsafe FileImage(
      memory: memory, isMapped: true, buffer: UnsafeRawBufferPointer(memory), identity: identity,
      file: (descriptor, calls))
  }
}
