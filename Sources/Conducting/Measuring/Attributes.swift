import JSONText
import Machine

/// What attributes say of paths: which are kept through a filter, and which have their line endings converted.
struct Attributes {
  /// Paths that have a filter, whatever program stands behind it: nothing here runs one.
  private(set) var filtered: Set<Path> = []
  private var text: [Path: [String: String]] = [:]
  private let settings: GitSettings

  /// Reads the attributes of paths as the `.gitattributes` files of a tree, of the repository and of the user state them.
  init(
    _ paths: [Path], in entries: TreeEntries, _ settings: GitSettings,
    _ repository: MeasuringRepository
  ) throws(GitAbsence) {
    self.settings = settings
    let names = ["filter", "text", "crlf", "eol"]
    text = try repository.attributes(names, of: paths, in: entries, below: settings.attributesFile)
    let besides = try repository.attributes(
      ["filter"], of: paths, in: [:], below: repository.attributesFile)
    for (path, values) in text.merging(besides, uniquingKeysWith: { $0.merging($1) { a, _ in a } })
    where values["filter"].map({ $0 != "unset" }) ?? false {
      filtered.insert(path)
    }
  }

  /// Whether the line endings of any of them may be converted.
  var mayConvert: Bool {
    settings.autocrlf != "false"
      || text.values.contains { $0["text"] != nil || $0["crlf"] != nil || $0["eol"] != nil }
  }

  /// What git would keep of a file's bytes: the same, or with its line endings converted. A file that was kept with
  /// carriage returns keeps them.
  func converted(_ bytes: [UInt8], of path: Path, kept: [UInt8]?) -> [UInt8] {
    guard let isForced = conversion(of: path), !(kept.map(Self.hasPairs) ?? false) else {
      return bytes
    }
    if !isForced, !Self.isPlainText(bytes) { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 13, index + 1 < bytes.count, bytes[index + 1] == 10 { continue }
      result.append(byte)
    }
    return result
  }

  /// Whether line endings are converted in any case (true) or in what looks like text (false); nil where they are not.
  private func conversion(of path: Path) -> Bool? {
    let values = text[path] ?? [:]
    switch values["text"] ?? values["crlf"] {
    case "set", "input": return true
    case "unset": return nil
    case "auto": return false
    default: break
    }
    if values["eol"] == "lf" || values["eol"] == "crlf" { return true }
    return settings.autocrlf == "false" ? nil : false
  }

  private static func hasPairs(_ bytes: [UInt8]) -> Bool {
    zip(bytes, bytes.dropFirst()).contains { $0 == 13 && $1 == 10 }
  }

  /// Whether git takes bytes for text: no NUL, and no carriage return but before a newline.
  private static func isPlainText(_ bytes: [UInt8]) -> Bool {
    for (index, byte) in bytes.enumerated() {
      if byte == 0 { return false }
      if byte == 13, index + 1 >= bytes.count || bytes[index + 1] != 10 { return false }
    }
    return true
  }
}
