import JSONText

/// Whether something inside a folder can match a glob, as far as the glob names the folder, in any case.
enum GlobReach {
  private static let slash = UInt8(ascii: "/")

  /// Whether the folder is the last that the first parts of the glob name, or above them.
  ///
  /// A glob that matches at any depth says nothing of a folder that none of its parts names.
  static func mayHold(_ folder: [UInt8], _ glob: Text) -> Bool {
    var pattern = glob.bytes[...]
    if pattern.last == slash { pattern = pattern.dropLast() }
    guard pattern.contains(slash) else { return false }
    if pattern.first == slash { pattern = pattern.dropFirst() }
    let parts = pattern.split(separator: slash).map { Text(bytes: Array($0)) }
    let names = folder.split(separator: slash).map { Text(bytes: Array($0)) }
    if folder.first == slash { return false }
    if parts.first == "**" {
      let named = parts.dropFirst().prefix { $0 != "**" }
      return (1...max(1, names.count)).contains { count in
        count < named.count && count <= names.count
          && matches(Array(names.suffix(count)), named.prefix(count))
      }
    }
    for (index, name) in names.enumerated() {
      guard index < parts.count else { return false }
      if parts[index] == "**" { return true }
      if !NamePattern.matches(parts[index], name, ignoringCase: true) { return false }
    }
    return names.count < parts.count
  }

  /// Whether the folder is the very one in which the glob's last part lies, and not the root.
  static func isDirectlyAbove(_ folder: [UInt8], _ glob: Text) -> Bool {
    let parts = glob.bytes.split(separator: slash).count
    let names = folder.split(separator: slash).count
    return names > 0 && names + 1 == parts && mayHold(folder, glob)
  }

  private static func matches(
    _ names: [Text], _ parts: ArraySlice<Text>
  ) -> Bool {
    zip(names, parts).allSatisfy { NamePattern.matches($1, $0, ignoringCase: true) }
  }
}
