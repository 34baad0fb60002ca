/// A glob that holds nothing but letters of a path, which most are, and that no automaton need be made for.
struct PlainPath: Sendable {
  private let text: [UInt8]
  private let ignoresCase: Bool
  /// Whether it begins at the root and not at any depth.
  private let isAnchored: Bool
  /// Whether only what lies below it matches.
  private let isFolder: Bool

  private static let slash = UInt8(ascii: "/")

  /// Nil for a glob that says more than that.
  init?(_ text: ArraySlice<UInt8>, ignoringCase: Bool, isAnchored: Bool, isFolder: Bool) {
    guard text.allSatisfy({ $0 < 0x80 && !"*?[\\".utf8.contains($0) }) else { return nil }
    self.text = ignoringCase ? text.map(\.folded) : Array(text)
    ignoresCase = ignoringCase
    self.isAnchored = isAnchored
    self.isFolder = isFolder
  }

  /// Whether the whole path, or a folder above it, matches.
  func matches(_ path: [UInt8]) -> Bool {
    guard text.count <= path.count else { return false }
    if isAnchored { return stands(in: path, at: 0) }
    return (0...(path.count - text.count)).contains { start in
      (start == 0 || path[start - 1] == Self.slash) && stands(in: path, at: start)
    }
  }

  private func stands(in path: [UInt8], at start: Int) -> Bool {
    for (index, byte) in text.enumerated() {
      let other = path[start + index]
      guard byte == (ignoresCase ? other.folded : other) else { return false }
    }
    let end = start + text.count
    return end == path.count ? !isFolder : path[end] == Self.slash
  }
}
