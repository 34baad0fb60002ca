import JSONText

/// A glob of files from the root, read folder by folder: unlike a path that is only named, a file is looked for.
struct FilePattern {
  enum Segment {
    case name([UInt8])
    case pattern(Glob)
    /// Any number of folders.
    case folders
  }

  let segments: [Segment]

  init(_ text: Text, ignoringCase: Bool) throws(PatternError) {
    let slash = UInt8(ascii: "/")
    var segments: [Segment] = []
    for (index, part) in text.bytes.split(separator: slash).enumerated() {
      if part.elementsEqual("**".utf8) {
        segments.append(.folders)
      } else if Self.isWild(part) {
        segments.append(.pattern(try Glob([slash] + part, ignoringCase: ignoringCase)))
      } else if index == 0, text.bytes.first == slash {
        segments.append(.name([slash] + Self.unescaped(part)))
      } else {
        segments.append(.name(Self.unescaped(part)))
      }
    }
    if segments.isEmpty { throw PatternError(reason: .empty, offset: 0) }
    // What lies below a folder is meant, and not the folder.
    if case .folders? = segments.last { segments.append(.pattern(try Glob("*"))) }
    self.segments = segments
  }

  /// The only path that it can stand for; nil for a pattern.
  var path: Text? {
    var names: [[UInt8]] = []
    for segment in segments {
      guard case .name(let name) = segment else { return nil }
      names.append(name)
    }
    return Text(bytes: [UInt8](names.joined(separator: [UInt8(ascii: "/")])))
  }

  private static func isWild(_ part: ArraySlice<UInt8>) -> Bool {
    var isEscaped = false
    for byte in part {
      if !isEscaped, "*?[".utf8.contains(byte) { return true }
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
    }
    return false
  }

  private static func unescaped(_ part: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var isEscaped = false
    for byte in part {
      isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
      if !isEscaped { result.append(byte) }
    }
    return result
  }
}

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
