/// Whether an index tells git to look away from files: by "assume unchanged" or "skip the working tree".
///
/// Read here because a start of git costs more than reading the flags, which hardly any index holds.
struct IndexFlags {
  /// Whether any entry has such a flag, or the index is in a form that is not read here.
  let mayHide: Bool

  /// Reads the bytes of an index file whose ids have this many bytes.
  init(_ bytes: [UInt8], idSize: Int) {
    mayHide = Self.search(bytes, idSize: idSize)
  }

  private static func search(_ bytes: [UInt8], idSize: Int) -> Bool {
    func number(_ place: Int, _ size: Int) -> Int {
      bytes[place..<(place + size)].reduce(0) { $0 << 8 | Int($1) }
    }
    guard bytes.count >= 12, bytes.starts(with: "DIRC".utf8) else { return true }
    let version = number(4, 4)
    guard (2...4).contains(version) else { return true }
    var place = 12
    for _ in 0..<number(8, 4) {
      let start = place
      place += 40 + idSize
      guard place + 4 <= bytes.count else { return true }
      let flags = number(place, 2)
      place += 2
      if flags & 0x8000 != 0 { return true }
      if flags & 0x4000 != 0 {
        if number(place, 2) & 0x4000 != 0 { return true }
        place += 2
      }
      // In the fourth version a number comes first, of which the last byte is below 128.
      if version == 4 {
        while place < bytes.count, bytes[place] & 0x80 != 0 { place += 1 }
        place += 1
      }
      guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0) else { return true }
      place = version == 4 ? end + 1 : start + (end - start) / 8 * 8 + 8
    }
    // An index can leave its entries to another file.
    return place + 4 <= bytes.count && bytes[place..<(place + 4)].elementsEqual("link".utf8)
  }
}

extension Git {
  /// The files that the index tells git to look away from, and whether it expects them not to be there at all.
  func hidden(_ run: Run) throws -> [(path: Path, isSkipped: Bool)] {
    let index = run.directory.own / "index"
    guard try files.identity(index)?.kind == .file else { return [] }
    let format = try GitSettings.objectFormat(run.directory, files)
    let bytes = try files.read(index, limit: 1 << 30)
    guard IndexFlags(bytes, idSize: format == "sha1" ? 20 : 32).mayHide else { return [] }
    return try run(["ls-files", "-v", "-z", "--full-name"]).split(separator: 0).compactMap { line in
      // A letter in lower case, or an S, is such a flag.
      guard let letter = line.first, letter > 96 || letter == UInt8(ascii: "S") else { return nil }
      return (Path(bytes: Array(line.dropFirst(2))), letter | 32 == UInt8(ascii: "s"))
    }
  }
}
