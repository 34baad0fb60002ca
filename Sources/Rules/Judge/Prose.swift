import JSONText

/// Text that people write, whose lines end where there was no room left.
enum Prose {
  private static let newline = UInt8(ascii: "\n")

  /// The text with the lines of each paragraph joined by spaces; nil where there is nothing to join.
  ///
  /// What begins a line of its own, such as a heading or an entry of a list, stays one.
  static func flowing(_ text: [UInt8]) -> [UInt8]? {
    guard text.contains(newline) else { return nil }
    var result: [UInt8] = []
    var hasJoined = false
    var before: ArraySlice<UInt8> = []
    for line in text.split(separator: newline, omittingEmptySubsequences: false) {
      let words = line.trimmed
      let flows = !before.isEmpty && before.first != UInt8(ascii: "#") && continues(words)
      if line.startIndex > 0 { result.append(flows ? UInt8(ascii: " ") : newline) }
      result += flows ? words : line.withoutBlanksBehind
      hasJoined = hasJoined || flows
      before = words
    }
    return hasJoined ? result : nil
  }

  /// Whether a line goes on with what the line before it says.
  private static func continues(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first, !"-*+#>|".utf8.contains(first), !line.starts(with: "```".utf8)
    else { return false }
    let rest = line.drop { (0x30...0x39).contains($0) }
    return rest.count == line.count
      || rest.first != UInt8(ascii: ".") && rest.first != UInt8(ascii: ")")
  }
}

extension ArraySlice<UInt8> {
  /// Without blanks at its end.
  fileprivate var withoutBlanksBehind: ArraySlice<UInt8> {
    prefix((lastIndex { $0 > 0x20 } ?? startIndex - 1) - startIndex + 1)
  }
}
