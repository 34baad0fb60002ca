import Machine

/// A file that is written only where nothing stands yet.
enum NewFile {
  /// Writes the whole file, with the directories above it; false where something stands there already.
  static func write(
    _ bytes: [UInt8], at place: Path, _ files: Files
  ) throws(SystemError) -> Bool {
    guard try files.identity(place, followLinks: false) == nil else { return false }
    try files.makeDirectory(place.parent)
    do {
      try files.publish(bytes, at: place, temporaryIn: place.parent)
      return true
    } catch  where error.isExisting {
      return false
    }
  }
}
