/// A pattern of paths with the meaning that gitignore gives it.
///
/// Without a slash it matches at any depth; a match of a folder is a match of all that lies in it; a
/// leading dot is nothing special. Paths are relative to the project, without `.` and `..`.
package final class Glob: Sendable {
  private enum Form {
    case plain(PlainPath)
    case pattern(Automaton)
  }

  private let form: Form

  package init(_ pattern: [UInt8], ignoringCase: Bool = false) throws(PatternError) {
    var pattern = pattern[...]
    let slash = UInt8(ascii: "/")
    var isFolder = false
    if pattern.last == slash {
      isFolder = true
      pattern = pattern.dropLast()
    }
    let isAnchored = pattern.contains(slash)
    if pattern.first == slash { pattern = pattern.dropFirst() }
    if pattern.isEmpty { throw PatternError(reason: .empty, offset: 0) }
    if let plain = PlainPath(
      pattern, ignoringCase: ignoringCase, isAnchored: isAnchored, isFolder: isFolder)
    {
      form = .plain(plain)
      return
    }
    let slashTree = PatternTree.scalar(UInt32(slash))
    let anything = PatternTree.repetition(.any, 0, nil)
    let folders = PatternTree.repetition(.sequence([anything, slashTree]), 0, 1)
    var tree: [PatternTree] = [.assertion(.textStart)]
    if !isAnchored { tree.append(folders) }
    let segments = pattern.split(separator: slash, omittingEmptySubsequences: false)
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      if segment.elementsEqual("**".utf8) {
        tree.append(isLast ? .repetition(.any, 1, nil) : folders)
        continue
      }
      tree.append(try Self.segment(segment, ignoresCase: ignoringCase))
      if !isLast { tree.append(slashTree) }
    }
    let below = PatternTree.sequence([slashTree, anything])
    tree.append(isFolder ? below : .repetition(below, 0, 1))
    tree.append(.assertion(.textEnd))
    var compiler = AutomatonCompiler(ignoresCase: ignoringCase)
    let whole = PatternTree.sequence(tree)
    try compiler.add(whole)
    form = .pattern(compiler.finished(Needles(whole, ignoresCase: ignoringCase)))
  }

  package convenience init(_ pattern: String, ignoringCase: Bool = false) throws(PatternError) {
    try self.init(Array(pattern.utf8), ignoringCase: ignoringCase)
  }

  /// Whether the whole path, or a folder above it, matches.
  package func matches(_ path: [UInt8]) -> Bool {
    switch form {
    case .plain(let plain): plain.matches(path)
    case .pattern(let automaton): automaton.firstMatch(in: path) != nil
    }
  }

  /// Whether the whole path, taken as UTF-8, or a folder above it matches.
  package func matches(_ path: String) -> Bool { matches(Array(path.utf8)) }

  private static let noSlash = CharacterSet(ranges: [47...47], isNegated: true)

  private static func segment(
    _ segment: ArraySlice<UInt8>, ignoresCase: Bool
  ) throws(PatternError) -> PatternTree {
    let text = Array(segment)
    var parts: [PatternTree] = []
    var at = 0
    while at < text.count {
      switch text[at] {
      case UInt8(ascii: "*"):
        while at < text.count, text[at] == UInt8(ascii: "*") { at += 1 }
        parts.append(.repetition(.set(noSlash), 0, nil))
      case UInt8(ascii: "?"):
        at += 1
        parts.append(.set(noSlash))
      case UInt8(ascii: "["):
        parts.append(.set(try set(text, &at, segment.startIndex)))
      default:
        if text[at] == UInt8(ascii: "\\") {
          at += 1
          if at == text.count {
            throw PatternError(
              reason: .trailingBackslash, offset: segment.startIndex + at - 1)
          }
        }
        let (scalar, length) = Automaton.scalar(text, at)
        at += max(1, length)
        let value = scalar ?? 0
        parts.append(.scalar(ignoresCase && value >= 65 && value <= 90 ? value | 0x20 : value))
      }
    }
    return .sequence(parts)
  }

  private static func set(
    _ text: [UInt8], _ at: inout Int, _ base: Int
  ) throws(PatternError) -> CharacterSet {
    let start = at
    at += 1
    var ranges: [ClosedRange<UInt32>] = []
    var isNegated = false
    if at < text.count, text[at] == UInt8(ascii: "!") || text[at] == UInt8(ascii: "^") {
      isNegated = true
      at += 1
    }
    var isFirst = true
    func take(_ at: inout Int) -> UInt32 {
      if text[at] == UInt8(ascii: "\\"), at + 1 < text.count { at += 1 }
      let (scalar, length) = Automaton.scalar(text, at)
      at += max(1, length)
      return scalar ?? 0
    }
    while at < text.count, text[at] != UInt8(ascii: "]") || isFirst {
      isFirst = false
      let low = take(&at)
      if at + 1 < text.count, text[at] == UInt8(ascii: "-"), text[at + 1] != UInt8(ascii: "]") {
        at += 1
        let high = take(&at)
        guard low <= high else { throw PatternError(reason: .badRange, offset: base + start) }
        ranges.append(low...high)
      } else {
        ranges.append(low...low)
      }
    }
    guard at < text.count else { throw PatternError(reason: .unclosedSet, offset: base + start) }
    at += 1
    // A set never takes a slash.
    if isNegated { return CharacterSet(ranges: ranges + [47...47], isNegated: true) }
    return CharacterSet(ranges: ranges.flatMap(withoutSlash))
  }

  private static func withoutSlash(_ range: ClosedRange<UInt32>) -> [ClosedRange<UInt32>] {
    guard range.contains(47) else { return [range] }
    var parts: [ClosedRange<UInt32>] = []
    if range.lowerBound < 47 { parts.append(range.lowerBound...46) }
    if range.upperBound > 47 { parts.append(48...range.upperBound) }
    return parts
  }
}
