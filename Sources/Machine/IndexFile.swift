/// An index that holds nothing but a tree, put together here because git takes a start of its own to do so.
enum IndexFile {
  /// The bytes of an index of the second version. No file stands behind an entry, and zeros stand for the checksum at
  /// the end, which git does not look at when it reads an index.
  static func bytes(_ entries: TreeEntries, idSize: Int) throws(GitAbsence) -> [UInt8] {
    var bytes = Array("DIRC".utf8) + number(2, 4) + number(entries.count, 4)
    let sorted = entries.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
    for (path, entry) in sorted {
      guard let mode = Int(entry.kind.rawValue, radix: 8), let id = idBytes(entry.id),
        id.count == idSize, !path.bytes.contains(0)
      else { throw .failed("\(entry.id) is no id of an object") }
      let start = bytes.count
      bytes += [UInt8](repeating: 0, count: 24) + number(mode, 4)
      bytes += [UInt8](repeating: 0, count: 12) + id
      bytes += number(min(path.bytes.count, 0xFFF), 2) + path.bytes
      bytes += [UInt8](repeating: 0, count: 8 - (bytes.count - start) % 8)
    }
    return bytes + [UInt8](repeating: 0, count: idSize)
  }

  private static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func idBytes(_ id: String) -> [UInt8]? {
    let digits = id.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    guard digits.count == id.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
