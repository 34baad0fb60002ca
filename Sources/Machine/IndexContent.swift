/// What an index of git says, read here because a start of git costs more than reading the file.
///
/// Forms that hardly any index has are not read here, and git is asked: entries that another file holds, and whole
/// directories as one entry.
struct IndexContent {
  private let bytes: [UInt8]
  private let idSize: Int

  /// Takes the bytes of an index file whose ids have this many bytes.
  init(_ bytes: [UInt8], idSize: Int) {
    self.bytes = bytes
    self.idSize = idSize
  }

  /// Where the parts of an entry lie in the file.
  private struct Entry {
    /// The first byte, from which the mode and the id are counted.
    var start: Int
    /// Whether git is told to look away from the file.
    var isHidden: Bool
    /// Whether the file is only meant to be added, so that nothing of it stands in the index.
    var isIntended: Bool
    /// How many bytes of the path before it are not part of its own.
    var dropped: Int
    /// The bytes that follow.
    var name: Range<Int>
  }

  /// Whether any entry tells git to look away from a file, or the index is in a form that is not read here.
  var mayHide: Bool {
    var hides = false
    let isRead = visit { entry in
      hides = entry.isHidden
      return !hides
    }
    return hides || !isRead
  }

  /// What stands at each path, whatever its flags; `nil` for a form that is not read here.
  var entries: TreeEntries? {
    var entries: TreeEntries = [:]
    var path: [UInt8] = []
    var isPlain = true
    let isRead = visit { entry in
      path.removeLast(min(entry.dropped, path.count))
      path += bytes[entry.name]
      let mode = String(number(entry.start + 24, 4), radix: 8)
      guard let kind = TreeEntry.Kind(mode: mode) else {
        isPlain = false
        return false
      }
      if entry.isIntended { return true }
      let id = bytes[(entry.start + 40)..<(entry.start + 40 + idSize)]
      entries[Path(bytes: path)] = TreeEntry(kind, Self.digits(id))
      return true
    }
    return isPlain && isRead ? entries : nil
  }

  private static func digits(_ bytes: ArraySlice<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private func number(_ place: Int, _ size: Int) -> Int {
    bytes[place..<(place + size)].reduce(0) { $0 << 8 | Int($1) }
  }

  /// Shows each entry until the visitor has seen enough; `false` for a form that is not read here.
  private func visit(_ body: (Entry) -> Bool) -> Bool {
    guard bytes.count >= 12, bytes.starts(with: "DIRC".utf8) else { return false }
    let version = number(4, 4)
    guard (2...4).contains(version) else { return false }
    var place = 12
    var last = 0
    for _ in 0..<number(8, 4) {
      let start = place
      place += 40 + idSize
      guard place + 4 <= bytes.count else { return false }
      let flags = number(place, 2)
      place += 2
      var isHidden = flags & 0x8000 != 0
      var isIntended = false
      if flags & 0x4000 != 0 {
        guard place + 2 <= bytes.count else { return false }
        isHidden = isHidden || number(place, 2) & 0x4000 != 0
        isIntended = number(place, 2) & 0x2000 != 0
        place += 2
      }
      var dropped = last
      if version == 4 {
        guard let count = variable(&place) else { return false }
        dropped = count
      }
      guard place < bytes.count, let end = bytes[place...].firstIndex(of: 0), dropped <= last else {
        return false
      }
      last += end - place - dropped
      let entry = Entry(
        start: start, isHidden: isHidden, isIntended: isIntended, dropped: dropped,
        name: place..<end)
      if !body(entry) { return true }
      place = version == 4 ? end + 1 : start + (end - start) / 8 * 8 + 8
    }
    // An index can leave its entries to another file.
    return !(place + 4 <= bytes.count && bytes[place..<(place + 4)].elementsEqual("link".utf8))
  }

  /// A number of the fourth version, of which the last byte is below 128; `nil` where it does not end.
  private func variable(_ place: inout Int) -> Int? {
    var value = 0
    while place < bytes.count, value < 1 << 24 {
      let byte = bytes[place]
      place += 1
      value = value << 7 | Int(byte & 0x7F)
      if byte & 0x80 == 0 { return value }
      value += 1
    }
    return nil
  }
}

extension Git {
  /// The files that the index tells git to look away from, and whether it expects them not to be there at all.
  func hidden(_ run: Run) throws -> [(path: Path, isSkipped: Bool)] {
    guard let index = try IndexContent(of: run.directory, files), index.mayHide else { return [] }
    return try run(["ls-files", "-v", "-z", "--full-name"]).split(separator: 0).compactMap { line in
      // A letter in lower case, or an S, is such a flag.
      guard let letter = line.first, letter > 96 || letter == UInt8(ascii: "S") else { return nil }
      return (Path(bytes: Array(line.dropFirst(2))), letter | 32 == UInt8(ascii: "s"))
    }
  }
}

extension IndexContent {
  /// Reads the index of a checkout; `nil` where there is none.
  init?(of directory: GitDirectory, _ files: Files) throws(SystemError) {
    let place = directory.own / "index"
    guard try files.identity(place)?.kind == .file else { return nil }
    let format = try GitSettings.objectFormat(directory, files)
    self.init(try files.read(place, limit: 1 << 30), idSize: format == "sha1" ? 20 : 32)
  }
}
