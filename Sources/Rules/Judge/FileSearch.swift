import JSONText

/// Finds the files that a pattern matches, ignored by git or not, never through a link that leaves the root.
struct FileSearch {
  /// More names than this are not looked through, and then nothing is known.
  private static let nameLimit = 20_000
  private static let skipped: Set<Text> = [".git", "node_modules", ".venv"]

  let files: any FileFacts
  private(set) var found: [Text] = []
  /// Whether it came to its end.
  private(set) var isComplete = true
  private var left = nameLimit

  init(_ pattern: FilePattern, _ files: any FileFacts) {
    self.files = files
    look(in: "", pattern.segments[...])
    var seen: Set<Text> = []
    found = found.filter { seen.insert($0).inserted }
  }

  private mutating func look(in folder: Text, _ segments: ArraySlice<FilePattern.Segment>) {
    guard let segment = segments.first else { return }
    let rest = segments.dropFirst()
    switch segment {
    case .name(let name): take(Self.joined(folder, Text(bytes: name)), rest)
    case .pattern(let glob):
      for name in names(in: folder) where glob.matches(name.bytes) {
        take(Self.joined(folder, name), rest)
      }
    case .folders:
      look(in: folder, rest)
      for name in names(in: folder) where !Self.skipped.contains(name) {
        let inner = Self.joined(folder, name)
        if isInside(inner), files.names(in: inner) != nil { look(in: inner, segments) }
      }
    }
  }

  private mutating func take(_ path: Text, _ rest: ArraySlice<FilePattern.Segment>) {
    guard isInside(path) else { return }
    if !rest.isEmpty { return look(in: path, rest) }
    if files.names(in: path) != nil { return }
    if case .absent = files.head(path) { return }
    found.append(path)
  }

  private mutating func names(in folder: Text) -> [Text] {
    guard isComplete, let names = files.names(in: folder) else { return [] }
    left -= names.count
    if left < 0 { isComplete = false }
    return isComplete ? names : []
  }

  private func isInside(_ path: Text) -> Bool { files.isInside(path) }

  private static func joined(_ folder: Text, _ name: Text) -> Text {
    folder.isEmpty ? name : folder + "/" + name
  }
}

extension FileFacts {
  /// Whether a path from the root still lies below it once its links are followed.
  func isInside(_ path: Text) -> Bool {
    guard let real = resolved(path) else { return false }
    if !real.hasPrefix("/") { return real != ".." && !real.hasPrefix("../") }
    // The root may be reached through a link itself.
    guard let root = resolved(""), root.hasPrefix("/") else { return false }
    return real == root || real.hasPrefix(root == "/" ? root : root + "/")
  }
}
