/// Breaks running text into lines of at most a given width.
enum Paragraph {
  /// The lines of a text, broken at spaces.
  ///
  /// - Parameters:
  ///   - width: the columns that a line may take, indent included; nil keeps everything on one line.
  ///   - indent: how many spaces stand before the first line.
  ///   - hanging: how many stand before the others; as many as `indent` when it is not given.
  ///
  /// A word that is wider than a line stays whole, since a broken path or id can no longer be copied.
  static func lines(
    _ text: String, width: Int?, indent: Int = 0, hanging: Int? = nil
  ) -> [String] {
    lines(
      of: text.split(separator: " ").map(String.init), width: width, indent: indent,
      hanging: hanging)
  }

  /// The same for pieces that may hold spaces of their own and are never broken, such as `[--lease D]`.
  static func lines(
    of pieces: [String], width: Int?, indent: Int = 0, hanging: Int? = nil
  ) -> [String] {
    let first = String(repeating: " ", count: indent)
    let other = String(repeating: " ", count: hanging ?? indent)
    var lines: [String] = []
    var current = first
    var used = indent
    var isEmpty = true
    for piece in pieces {
      let columns = DisplayWidth.of(piece)
      if let width, !isEmpty, used + 1 + columns > width {
        lines.append(current)
        current = other
        used = other.utf8.count
        isEmpty = true
      }
      if !isEmpty {
        current += " "
        used += 1
      }
      current += piece
      used += columns
      isEmpty = false
    }
    if !isEmpty { lines.append(current) }
    return lines
  }

  /// A term with its explanation beside it, aligned at `column`; below the term where that is too long.
  static func entry(
    _ term: String, _ explanation: String, column: Int, width: Int?, indent: Int = 2
  ) -> [String] {
    let head = String(repeating: " ", count: indent) + term
    let body = lines(explanation, width: width, indent: column)
    guard let first = body.first else { return [head] }
    if DisplayWidth.of(head) + 2 > column { return [head] + body }
    let beside = DisplayWidth.pad(head, to: column) + String(first.dropFirst(column))
    return [beside] + body.dropFirst()
  }
}
