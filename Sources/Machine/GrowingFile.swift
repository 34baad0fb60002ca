/// A new file that is written piece by piece while others may read it already; it never replaces one.
package final class GrowingFile {
  /// Where it lies.
  package let path: Path
  /// How many bytes were written.
  package private(set) var size = 0
  private let calls: SystemCalls
  private var descriptor: Int32

  /// Makes it; EEXIST when the name is taken, by a link too.
  package init(at path: Path, _ files: Files) throws(SystemError) {
    self.path = path
    calls = files.calls
    descriptor = try calls.open(
      path, Flag.write | Flag.create | Flag.exclusive | Flag.noLink, mode: 0o666)
  }

  deinit { closeDescriptor() }

  /// Adds bytes at its end.
  package func append(_ bytes: [UInt8]) throws(SystemError) {
    try Files(calls: calls).write(bytes, to: descriptor, at: size, path)
    size += bytes.count
  }

  /// Puts it on the disk, name and all, and lets it go.
  package func finish() throws(SystemError) {
    defer { closeDescriptor() }
    try calls.sync(descriptor, path)
    try Files(calls: calls).syncDirectory(path.parent)
  }

  private func closeDescriptor() {
    if descriptor >= 0 { try? calls.close(descriptor) }
    descriptor = -1
  }
}
