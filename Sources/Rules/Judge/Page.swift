import JSONText

/// A Markdown text by its lines, those in fenced code left out.
struct Page {
  private var lines: [ArraySlice<UInt8>]

  private static let hash = UInt8(ascii: "#")
  private static let bar = UInt8(ascii: "|")

  init(_ bytes: [UInt8]) {
    var fence: UInt8?
    lines = []
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let inner = line.trimmed
      let mark = inner.first ?? 0
      if mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~"),
        inner.prefix(while: { $0 == mark }).count >= 3, fence == nil || fence == mark
      {
        fence = fence == nil ? mark : nil
      } else if fence == nil {
        lines.append(line)
      }
    }
  }

  private init(lines: [ArraySlice<UInt8>]) { self.lines = lines }

  // MARK: Headings

  /// The level and text of a heading; nil for any other line.
  private static func heading(_ line: ArraySlice<UInt8>) -> (level: Int, text: Text)? {
    let inner = line.trimmed
    let level = inner.prefix { $0 == hash }.count
    guard (1...6).contains(level), inner.count == level || inner[inner.startIndex + level] <= 0x20
    else { return nil }
    let text = inner.dropFirst(level).trimmed
    var end = text.endIndex
    while end > text.startIndex, text[end - 1] == hash { end -= 1 }
    return (level, plain(text[text.startIndex..<end].trimmed))
  }

  /// A text without emphasis around it and without a colon at its end.
  private static func plain(_ text: ArraySlice<UInt8>) -> Text {
    var text = text.trimmed
    while let first = text.first, "*_".utf8.contains(first), text.count > 1, text.last == first {
      text = text.dropFirst().dropLast().trimmed
    }
    while text.last == UInt8(ascii: ":") { text = text.dropLast().trimmed }
    while let first = text.first, "*_".utf8.contains(first), text.count > 1, text.last == first {
      text = text.dropFirst().dropLast().trimmed
    }
    return Text(bytes: Array(text))
  }

  /// What stands below a heading, up to the next of its level or above; nil where no heading says this.
  func section(_ title: Text) -> Page? {
    var section: [ArraySlice<UInt8>]?
    var level = 0
    for line in lines {
      if let heading = Self.heading(line) {
        if section != nil, heading.level <= level { break }
        if section == nil, heading.text.bytes.equalsIgnoringCase(title.bytes) {
          section = []
          level = heading.level
          continue
        }
      }
      section?.append(line)
    }
    return section.map(Page.init(lines:))
  }

  /// The headings as far as they matter beside those that are wanted: each of these wherever it stands as a line of
  /// its own, and every other heading that is marked as the first of these is.
  func headings(wanted: [Text]) -> [Text] {
    var found: [(level: Int, text: Text)] = []
    for line in lines {
      if let heading = Self.heading(line) {
        found.append(heading)
      } else {
        let text = Self.plain(line)
        if wanted.contains(text) { found.append((0, text)) }
      }
    }
    let level = found.first { wanted.contains($0.text) }?.level ?? 0
    return found.filter { wanted.contains($0.text) || ($0.level > 0 && $0.level <= level) }
      .map(\.text)
  }

  // MARK: Boxes and tables

  /// How many boxes of lists are ticked, and how many are not, in quotations too. A box without room is not ticked.
  var boxes: (checked: Int, unchecked: Int) {
    var boxes = (checked: 0, unchecked: 0)
    for line in lines {
      var inner = line.trimmed
      while inner.first == UInt8(ascii: ">") { inner = inner.dropFirst().trimmed }
      let digits = inner.prefix { (0x30...0x39).contains($0) }.count
      if digits > 0, let mark = inner.dropFirst(digits).first, mark == 0x2E || mark == 0x29 {
        inner = inner.dropFirst(digits + 1)
      } else if let mark = inner.first, "-*+".utf8.contains(mark) {
        inner = inner.dropFirst()
      } else {
        continue
      }
      guard inner.first.map({ $0 <= 0x20 }) == true else { continue }
      let box = Array(inner.trimmed.prefix(3))
      if box.starts(with: "[]".utf8), box.count < 3 || box[2] <= 0x20 { boxes.unchecked += 1 }
      guard box.count == 3, box[0] == UInt8(ascii: "["), box[2] == UInt8(ascii: "]") else {
        continue
      }
      if box[1] == 0x20 { boxes.unchecked += 1 }
      if box[1] | 0x20 == UInt8(ascii: "x") { boxes.checked += 1 }
    }
    return boxes
  }

  /// The first cell of each row of a table, without emphasis, quotes and link.
  var firstCells: [Text] {
    lines.compactMap { line in
      let inner = line.trimmed
      guard inner.first == Self.bar else { return nil }
      var cell = inner.dropFirst().prefix { $0 != Self.bar }.trimmed
      while let first = cell.first, "*_`".utf8.contains(first), cell.count > 1, cell.last == first {
        cell = cell.dropFirst().dropLast()
      }
      if cell.first == UInt8(ascii: "["), let end = cell.firstIndex(of: UInt8(ascii: "]")) {
        cell = cell[(cell.startIndex + 1)..<end]
      }
      return Text(bytes: Array(cell.trimmed))
    }
  }
}
