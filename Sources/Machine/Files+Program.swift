private import CMachine

extension Files {
  /// Hands over a path from which exactly these bytes are executed, whatever happens to the file that they were read
  /// from.
  ///
  /// On Linux they lie in a sealed file without a place: nobody can change it, not even this process. The kernel and a
  /// script's interpreter open it by way of this process, so that it need not be passed on. Elsewhere they lie in a
  /// directory of their own in `directory`, which only this user may look into.
  package func withProgram<R>(
    _ bytes: [UInt8], in directory: Path, _ body: (Path) throws(SystemError) -> R
  ) throws(SystemError) -> R {
    do {
      let descriptor = try calls.sealed(bytes)
      defer { try? calls.close(descriptor) }
      let path = Path("/proc/\(calls.processID)/fd/\(descriptor)")
      if try identity(path) != nil { return try body(path) }
    } catch  where error.call == .seal {
      // Where there is no such file, or nothing in it may be executed, a copy must do.
    }
    let folder = directory / Path(".program-\(calls.processID)-\(Random(calls: calls).hex(16))")
    try makePrivateDirectory(folder)
    defer { try? removeTree(folder) }
    let copy = folder / "program"
    try create(bytes, at: copy, mode: 0o500)
    return try body(copy)
  }
}

extension SystemCalls {
  /// A file without a place that holds these bytes for good.
  fileprivate func sealed(_ bytes: [UInt8]) throws(SystemError) -> Int32 {
    Int32(
      try attempt(.seal) { _ in
        unsafe bytes.withUnsafeBytes { buffer in
          unsafe Int64(cm_sealed(buffer.baseAddress, Int64(buffer.count)))
        }
      })
  }
}
