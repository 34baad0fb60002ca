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
