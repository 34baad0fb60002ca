/// A file system path as the bytes that the system takes, compared, ordered and hashed by those bytes.
///
/// Nothing here looks at the disk: `parent`, `normalized` and `relative(to:)` work on the text alone, so
/// that links must be resolved first (`Files.resolve`) where they matter.
package struct Path: Hashable, Sendable {
  /// The path exactly as given; a NUL in it makes every call that uses the path fail with EINVAL.
  package let bytes: [UInt8]

  /// A path of arbitrary bytes, which need not be UTF-8.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// A path from text, as its UTF-8 bytes.
  package init(_ text: String) { bytes = Array(text.utf8) }

  private static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  /// The path as text for messages; bytes that are not UTF-8 become replacement characters.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether the path starts at the root of the file system.
  package var isAbsolute: Bool { bytes.first == Path.slash }

  /// The names between the slashes, empty ones left out, `.` and `..` kept.
  package var components: [Path] {
    bytes.split(separator: Path.slash).map { Path(bytes: Array($0)) }
  }

  /// This path followed by another; an absolute one replaces it.
  package func appending(_ relative: Path) -> Path {
    if relative.isAbsolute || bytes.isEmpty { return relative }
    if relative.bytes.isEmpty { return self }
    if bytes.last == Path.slash { return Path(bytes: bytes + relative.bytes) }
    return Path(bytes: bytes + [Path.slash] + relative.bytes)
  }

  /// `appending`, as paths are written.
  package static func / (base: Path, relative: Path) -> Path { base.appending(relative) }

  /// The last name in the path; `/` for the root and `.` for an empty path.
  package var name: Path {
    if let last = components.last { return last }
    return isAbsolute ? "/" : "."
  }

  /// The directory that holds the last name; `.` when the path is one relative name, `/` at the root.
  package var parent: Path {
    var rest = bytes[...]
    while rest.count > 1, rest.last == Path.slash { rest.removeLast() }
    guard let cut = rest.lastIndex(of: Path.slash) else { return "." }
    rest = rest[..<cut]
    while rest.last == Path.slash { rest.removeLast() }
    return rest.isEmpty ? "/" : Path(bytes: Array(rest))
  }

  /// The same path without `.`, `..`, doubled and trailing slashes, by text alone; never empty.
  ///
  /// `..` that would climb above a relative path's start stays; above the root it vanishes.
  package var normalized: Path {
    if isNormal { return self }
    var kept: [Path] = []
    for component in components where component != "." {
      if component != ".." {
        kept.append(component)
      } else if let last = kept.last, last != ".." {
        kept.removeLast()
      } else if !isAbsolute {
        kept.append(component)
      }
    }
    let joined = Array(kept.map(\.bytes).joined(separator: [Path.slash]))
    if isAbsolute { return Path(bytes: [Path.slash] + joined) }
    return joined.isEmpty ? "." : Path(bytes: joined)
  }

  /// Whether the path is written as `normalized` writes it and holds no `..`, which is so for nearly every path.
  private var isNormal: Bool {
    if bytes == [Path.slash] { return true }
    var start = isAbsolute ? 1 : 0
    while start <= bytes.count {
      let end = bytes[start...].firstIndex(of: Path.slash) ?? bytes.count
      let name = bytes[start..<end]
      if name.count < 3, name.allSatisfy({ $0 == UInt8(ascii: ".") }) { return false }
      start = end + 1
    }
    return true
  }

  /// This path as seen from a directory above it (`.` for that directory itself), by text alone.
  ///
  /// `nil` when it lies outside, and when only one of the two is absolute.
  package func relative(to root: Path) -> Path? {
    guard isAbsolute == root.isAbsolute else { return nil }
    if isNormal, root.isNormal {
      let base = root.bytes.last == Path.slash ? root.bytes.dropLast() : root.bytes[...]
      guard bytes.starts(with: base) else { return nil }
      if bytes.count == root.bytes.count { return "." }
      return bytes[base.count] == Path.slash
        ? Path(bytes: Array(bytes[(base.count + 1)...])) : nil
    }
    let mine = normalized.components.filter { $0 != "." }
    let above = root.normalized.components.filter { $0 != "." }
    guard mine.starts(with: above) else { return nil }
    let rest = mine[above.count...]
    guard let first = rest.first else { return "." }
    if first == ".." { return nil }
    return Path(bytes: Array(rest.map(\.bytes).joined(separator: [Path.slash])))
  }
}

extension Path: Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The order of the bytes, which no locale changes.
  package static func < (one: Path, other: Path) -> Bool {
    one.bytes.lexicographicallyPrecedes(other.bytes)
  }

  /// A path written in source text.
  package init(stringLiteral text: StaticString) {
    self.init(text.description)
  }

  /// The same as `string`.
  package var description: String { string }
}
