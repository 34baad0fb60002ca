package import JSONText
package import Rules

/// A patch as git prints it, told apart into changed files.
///
/// Lines of content are counted by the numbers in each hunk's heading, so that no content can pass for a
/// heading. Whatever is not in git's form is refused: a change that cannot be read must not vanish.
package struct Patch: Sendable {
  /// Why a patch cannot be read.
  package struct Fault: Error, Equatable, Sendable {
    /// The line, counted from 1.
    package var line: Int
    package var text: Text
  }

  /// The changed files, in the patch's order.
  package private(set) var changes: [Change] = []
  /// Lines added plus lines deleted, those of binary files left out.
  package private(set) var lineCount = 0

  /// Reads a patch; an empty one changes nothing.
  package init(_ bytes: [UInt8]) throws(Fault) {
    var reading = PatchReading(bytes)
    while !reading.isAtEnd {
      guard let section = try reading.section() else { continue }
      changes.append(section.change)
      if !section.change.isBinary { lineCount += section.lines }
    }
  }
}

/// The place in a patch that is being read.
private struct PatchReading {
  struct Section {
    var change: Change
    var lines = 0
  }

  private let bytes: [UInt8]
  private var position = 0
  private var number = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position >= bytes.count }

  /// The next line without its newline; a carriage return before it belongs to the content.
  private mutating func line() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: 10) ?? bytes.count
    defer { position = end + 1 }
    number += 1
    return bytes[position..<end]
  }

  private func next(hasPrefix prefix: String) -> Bool {
    position < bytes.count && bytes[position...].starts(with: prefix.utf8)
  }

  private func fault(_ text: Text) -> Patch.Fault { Patch.Fault(line: number, text: text) }

  /// One file; nil for a line that tells of none.
  mutating func section() throws(Patch.Fault) -> Section? {
    guard let heading = line() else { return nil }
    if let path = heading.after("* Unmerged path ") {
      return Section(change: Change(.modify, try text(of: path)))
    }
    guard let names = heading.after("diff --git ") else {
      throw fault("expected the heading of a changed file")
    }
    var facts = Facts()
    try readHeadings(&facts)
    var section = Section(change: Change(.modify, ""))
    try readHunks(&section)
    try facts.settle(&section.change, names: names, number)
    return section
  }

  /// What the lines between the heading and the first hunk say.
  private struct Facts {
    var kind: Change.Kind?
    var isBinary = false
    var isSubmodule = false
    var modes: Set<[UInt8]> = []
    var oldName: Text?
    var newName: Text?
    var hasContent = false

    func settle(_ change: inout Change, names: ArraySlice<UInt8>, _ line: Int) throws(Patch.Fault) {
      let same = (oldName == nil || newName == nil) ? try sameName(names, line) : nil
      let path = newName ?? oldName ?? same ?? ""
      change.path = kind == .delete ? oldName ?? path : path
      if kind == .rename || kind == .copy { change.from = oldName }
      change.kind =
        isSubmodule ? .submodule : kind ?? (modes.count > 1 && !hasContent ? .mode : .modify)
      change.isBinary = isBinary || Patch.looksBinary(change.added + change.removed)
    }

    /// The one path of a heading whose two paths are the same, which is so wherever nothing else names them.
    private func sameName(_ names: ArraySlice<UInt8>, _ line: Int) throws(Patch.Fault) -> Text? {
      if oldName != nil || newName != nil { return nil }
      if names.first == UInt8(ascii: "\"") {
        let (first, _) = try QuotedPath.read(names, line)
        return try QuotedPath.withoutPrefix(first[...], line)
      }
      let half = (names.count - 1) / 2
      let first = names.prefix(half)
      let second = names.suffix(half)
      guard names.count % 2 == 1, first.dropFirst(2).elementsEqual(second.dropFirst(2)) else {
        throw Patch.Fault(line: line, text: "the heading of a changed file names no path")
      }
      return try QuotedPath.withoutPrefix(first, line)
    }
  }

  private mutating func readHeadings(_ facts: inout Facts) throws(Patch.Fault) {
    while position < bytes.count, !next(hasPrefix: "diff --git "), !next(hasPrefix: "@@ "),
      !next(hasPrefix: "* Unmerged path ")
    {
      guard let line = line() else { return }
      if let mode = line.after("new file mode ") {
        facts.kind = .add
        facts.isSubmodule = mode.elementsEqual("160000".utf8)
      } else if let mode = line.after("deleted file mode ") {
        facts.kind = .delete
        facts.isSubmodule = mode.elementsEqual("160000".utf8)
      } else if let mode = line.after("old mode ") ?? line.after("new mode ") {
        facts.modes.insert(Array(mode))
      } else if let path = line.after("rename from ") ?? line.after("copy from ") {
        facts.kind = line.first == UInt8(ascii: "r") ? .rename : .copy
        facts.oldName = try text(of: path)
      } else if let path = line.after("rename to ") ?? line.after("copy to ") {
        facts.newName = try text(of: path)
      } else if let path = line.after("--- ") {
        if facts.oldName == nil { facts.oldName = try side(path) }
        facts.hasContent = true
      } else if let path = line.after("+++ ") {
        if facts.newName == nil { facts.newName = try side(path) }
      } else if line.starts(with: "Binary files ".utf8)
        || line.elementsEqual("GIT binary patch".utf8)
      {
        facts.isBinary = true
        facts.hasContent = true
        if line.first == UInt8(ascii: "G") { try skipBinary() }
      } else if let ids = line.after("index ") {
        if ids.hasSuffix(" 160000") { facts.isSubmodule = true }
      } else if !line.starts(with: "similarity index ".utf8),
        !line.starts(with: "dissimilarity index ".utf8)
      {
        throw fault("a heading that git does not write: " + Text(bytes: Array(line.prefix(80))))
      }
    }
  }

  /// A binary patch goes on to the next heading; its lines hold a length and letters, and never a heading.
  private mutating func skipBinary() throws(Patch.Fault) {
    while position < bytes.count, !next(hasPrefix: "diff --git ") { _ = line() }
  }

  /// A path behind `---` or `+++`; nil for `/dev/null`. Git ends one that holds a space with a tab.
  private func side(_ path: ArraySlice<UInt8>) throws(Patch.Fault) -> Text? {
    var path = path
    if path.last == 9 { path.removeLast() }
    if path.elementsEqual("/dev/null".utf8) { return nil }
    let plain = try QuotedPath.plain(path, number)
    return try QuotedPath.withoutPrefix(plain[...], number)
  }

  private func text(of path: ArraySlice<UInt8>) throws(Patch.Fault) -> Text {
    Text(bytes: try QuotedPath.plain(path, number))
  }

  // MARK: Hunks

  private mutating func readHunks(_ section: inout Section) throws(Patch.Fault) {
    while next(hasPrefix: "@@ ") {
      guard let heading = line(), var (removed, added) = Self.counts(heading) else {
        throw fault("the heading of a hunk that says no numbers")
      }
      section.lines += removed + added
      while removed > 0 || added > 0 {
        guard let line = line(), let mark = line.first else {
          throw fault("a hunk that ends early")
        }
        let content = Text(bytes: Array(line.dropFirst()))
        switch mark {
        case UInt8(ascii: "-") where removed > 0:
          removed -= 1
          section.change.removed.append(content)
        case UInt8(ascii: "+") where added > 0:
          added -= 1
          section.change.added.append(content)
        case UInt8(ascii: " ") where removed > 0 && added > 0:
          (removed, added) = (removed - 1, added - 1)
          section.lines -= 2
        case UInt8(ascii: "\\"): continue
        default: throw fault("a line that belongs to no side of its hunk")
        }
      }
      if next(hasPrefix: "\\ ") { _ = line() }
    }
  }

  /// How many lines a hunk takes from each side: `@@ -1,2 +3 @@` says 2 and 1.
  private static func counts(_ heading: ArraySlice<UInt8>) -> (removed: Int, added: Int)? {
    let words = heading.split(separator: 32)
    guard words.count >= 4, words[3].elementsEqual("@@".utf8) else { return nil }
    func count(_ word: ArraySlice<UInt8>, _ mark: UInt8) -> Int? {
      guard word.first == mark else { return nil }
      let numbers = word.dropFirst().split(separator: 44, omittingEmptySubsequences: false)
        .map { Int(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count <= 2, let first = numbers.first, first != nil else { return nil }
      guard numbers.count == 2 else { return 1 }
      guard let count = numbers[1], count >= 0 else { return nil }
      return count
    }
    guard let removed = count(words[1], UInt8(ascii: "-")),
      let added = count(words[2], UInt8(ascii: "+"))
    else { return nil }
    return (removed, added)
  }
}

extension Patch {
  /// Whether content is binary as git tells it: a NUL within the first 8000 bytes.
  static func looksBinary(_ lines: [Text]) -> Bool {
    var seen = 0
    for line in lines {
      if line.bytes.prefix(8000 - seen).contains(0) { return true }
      seen += line.bytes.count + 1
      if seen >= 8000 { return false }
    }
    return false
  }

  /// The lines of a file, as a patch that adds it would hold them.
  static func lines(of content: [UInt8]) -> [Text] {
    var lines = content.split(separator: 10, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Text(bytes: Array($0)) }
  }
}

/// A path in the quotes that git puts around what could be mistaken.
private enum QuotedPath {
  static func plain(_ path: ArraySlice<UInt8>, _ line: Int) throws(Patch.Fault) -> [UInt8] {
    guard path.first == UInt8(ascii: "\"") else { return Array(path) }
    let (bytes, rest) = try read(path, line)
    guard rest.isEmpty else {
      throw Patch.Fault(line: line, text: "something follows a quoted path")
    }
    return bytes
  }

  /// The path in quotes that stands first, and what follows it.
  static func read(
    _ text: ArraySlice<UInt8>, _ line: Int
  ) throws(Patch.Fault) -> (bytes: [UInt8], rest: ArraySlice<UInt8>) {
    var rest = text.dropFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return (bytes, rest) }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let letter = rest.popFirst(), let meant = escape(letter, &rest) else { break }
      bytes.append(meant)
    }
    throw Patch.Fault(line: line, text: "a quoted path that does not end")
  }

  private static func escape(_ letter: UInt8, _ rest: inout ArraySlice<UInt8>) -> UInt8? {
    switch letter {
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return letter
    case 0x30...0x33:
      guard rest.count >= 2 else { return nil }
      let digits = [letter] + rest.prefix(2)
      guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
      rest = rest.dropFirst(2)
      return digits.reduce(0) { $0 << 3 | ($1 - 0x30) }
    default: return nil
    }
  }

  /// The path without the `a/` or `b/` that git was told to write before it.
  static func withoutPrefix(_ path: ArraySlice<UInt8>, _ line: Int) throws(Patch.Fault) -> Text {
    guard path.starts(with: "a/".utf8) || path.starts(with: "b/".utf8) else {
      throw Patch.Fault(line: line, text: "a path without a/ or b/ before it")
    }
    return Text(bytes: Array(path.dropFirst(2)))
  }
}

extension ArraySlice<UInt8> {
  /// What follows a beginning; nil where it begins otherwise.
  fileprivate func after(_ beginning: String) -> ArraySlice<UInt8>? {
    starts(with: beginning.utf8) ? dropFirst(beginning.utf8.count) : nil
  }

  fileprivate func hasSuffix(_ ending: String) -> Bool {
    count >= ending.utf8.count && suffix(ending.utf8.count).elementsEqual(ending.utf8)
  }
}
