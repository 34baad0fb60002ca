extension Files {
  /// The bytes of a regular file from an offset to its end, EFBIG when those are more than `limit`.
  package func read(_ path: Path, from offset: Int, limit: Int) throws(SystemError) -> [UInt8] {
    let (descriptor, identity) = try openFile(path)
    defer { try? calls.close(descriptor) }
    let count = identity.size - offset
    guard count > 0 else { return [] }
    guard count <= limit else {
      throw SystemError(call: .read, errno: Code.tooLarge, path: path)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      var result: Result<Int, SystemError> = .success(0)
      unsafe bytes.withUnsafeMutableBytes { buffer in
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
        result = Result { () throws(SystemError) in
          try unsafe calls.read(descriptor, rest, at: offset + done, path)
        }
      }
      let read = try result.get()
      if read == 0 { break }
      done += read
    }
    return Array(bytes.prefix(done))
  }

  /// Puts what a crashed exchange displaced back over the content that had taken its place.
  package func restore(_ leftover: Path, over path: Path) throws(SystemError) {
    let target = try resolve(path)
    try calls.rename(leftover, over: target)
    try syncDirectory(target.parent)
  }
}

extension SystemError {
  /// Whether something stands already where something new was to be made.
  package var isExisting: Bool { errno == Code.exists }
}
