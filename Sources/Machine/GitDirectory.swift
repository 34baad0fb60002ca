/// Where git keeps what belongs to a checkout, found by reading files alone.
struct GitDirectory {
  /// The directory that holds `.git`.
  let top: Path
  /// What `.git` is or names: the data of this checkout.
  let own: Path
  /// The data that all checkouts of the repository share; the same as `own` but in a linked worktree.
  let common: Path

  /// The checkout around a directory (absolute, without links); `nil` where there is none.
  ///
  /// As git does, but without believing a directory that merely looks like a repository from inside: a
  /// checkout could hold one whose configuration is not the user's.
  static func around(_ directory: Path, _ files: Files) throws(SystemError) -> GitDirectory? {
    var place = directory.normalized
    while true {
      if let found = try at(place, files) { return found }
      if place.parent == place { return nil }
      place = place.parent
    }
  }

  private static func at(_ top: Path, _ files: Files) throws(SystemError) -> GitDirectory? {
    let entry = top / ".git"
    guard let kind = try files.identity(entry)?.kind else { return nil }
    var own = entry
    if kind == .file {
      guard let named = try line(of: entry, after: "gitdir: ", files) else { return nil }
      guard let found = try resolve(top / named, files) else { return nil }
      own = found
    }
    guard try files.identity(own / "HEAD", followLinks: false) != nil else { return nil }
    guard let shared = try line(of: own / "commondir", after: "", files) else {
      return GitDirectory(top: top, own: own, common: own)
    }
    guard let common = try resolve(own / shared, files) else { return nil }
    return GitDirectory(top: top, own: own, common: common)
  }

  private static func resolve(_ path: Path, _ files: Files) throws(SystemError) -> Path? {
    do {
      return try files.resolve(path)
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  /// The rest of a small file's only line; `nil` when the file is missing or starts otherwise.
  static func line(
    of path: Path, after start: String, _ files: Files
  ) throws(SystemError) -> Path? {
    guard try files.identity(path)?.kind == .file else { return nil }
    var bytes = try files.read(path, limit: 65536)[...]
    guard bytes.starts(with: start.utf8) else { return nil }
    bytes.removeFirst(start.utf8.count)
    while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
    return bytes.isEmpty ? nil : Path(bytes: Array(bytes))
  }

  /// The commit that the head or its branch is written down to be; `nil` where it is kept in another way.
  func writtenHead(_ files: Files) throws(SystemError) -> String? {
    let head = own / "HEAD"
    guard try files.identity(head, followLinks: false)?.kind == .file else { return nil }
    var line = try files.read(head, limit: 1 << 16)
    let mark = "ref: refs/heads/"
    if line.starts(with: mark.utf8) {
      let branch = Path(bytes: Array(line.dropFirst("ref: ".utf8.count).prefix { $0 != 10 }))
      let place = common / branch
      guard branch.normalized == branch,
        place.normalized.relative(to: common / "refs/heads") != nil,
        try files.identity(place, followLinks: false)?.kind == .file
      else { return nil }
      line = try files.read(place, limit: 1 << 16)
    }
    let digits = line.prefix { $0 != 10 }
    let isID = digits.count == 40 || digits.count == 64
    guard isID, digits.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
      return nil
    }
    return String(decoding: digits, as: UTF8.self)
  }

  /// Whether a configuration file may hold filters, or include another that may.
  ///
  /// The names of sections are written out in the file, so a file without these letters has none.
  func mayHaveFilters(_ files: Files) throws(SystemError) -> Bool {
    for path in [common / "config", own / "config.worktree"] {
      guard try files.identity(path)?.kind == .file else { continue }
      guard let bytes = try? files.read(path, limit: 1 << 20) else { return true }
      if Self.mentions(bytes[...], "filter") || Self.mentions(bytes[...], "include") { return true }
    }
    return false
  }

  /// Whether the shared configuration says that there is no main checkout.
  func isBare(_ files: Files) throws(SystemError) -> Bool {
    guard try files.identity(common / "config")?.kind == .file else { return false }
    let lines = try files.read(common / "config", limit: 16 << 20).split(separator: 10)
    var isCore = false
    for line in lines
    where line.contains(UInt8(ascii: "[")) || Self.mentions(line, "bare") {
      let text = String(decoding: line, as: UTF8.self).lowercased().filter {
        !" \t\r\"".contains($0)
      }
      if text.hasPrefix("[") { isCore = text.hasPrefix("[core]") }
      let setting = text.hasPrefix("[core]") ? String(text.dropFirst(6)) : text
      let value = setting.split(whereSeparator: { $0 == "#" || $0 == ";" }).first ?? ""
      if isCore, ["bare=true", "bare", "bare=1", "bare=yes", "bare=on"].contains(value) {
        return true
      }
    }
    return false
  }

  /// Whether bytes hold a word of small letters, in whatever case.
  static func mentions(_ bytes: ArraySlice<UInt8>, _ word: StaticString) -> Bool {
    let word = Array(word.description.utf8)
    guard let first = word.first, bytes.count >= word.count else { return false }
    for start in bytes.startIndex...(bytes.endIndex - word.count) where bytes[start] | 32 == first {
      if zip(bytes[start...], word).allSatisfy({ $0 | 32 == $1 }) { return true }
    }
    return false
  }
}
