import JSONText

/// What a line of a set may not look like when it stands in a prompt.
enum PromptLine {
  /// Why a line cannot go into a prompt; nil for one that can.
  static func objection(_ line: Text) -> Text? {
    if line.string.unicodeScalars.contains(where: isControl) {
      return "a line of the prompt cannot hold a control character"
    }
    if line.bytes.allSatisfy({ $0 == 0x20 }) { return "a line of the prompt has to say something" }
    let head = line.bytes.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "(") }
    let word = folded(head)
    let hasMark = head.count < line.bytes.count
    let whole = folded(line.bytes[...])
    let imitated =
      reserved.first { hasMark && word == Text($0.word) }
      ?? reserved.first { $0.isWhole && whole == Text($0.word) }
      ?? reserved.first { $0.isBeginning && whole.hasPrefix(Text($0.word)) }
    return imitated.map { "a line of the prompt cannot imitate \"" + Text($0.spelling) + "\"" }
  }

  /// A line that belongs to the prompt itself, its word folded so that case, spaces and dashes hide nothing.
  private struct Reserved {
    var word: String
    var spelling: String
    /// Whether it is taken without a colon too, as a whole line or as the beginning of one.
    var isWhole = false
    var isBeginning = false
  }

  private static let reserved = [
    Reserved(word: "taskid", spelling: "Task ID:"), Reserved(word: "title", spelling: "Title:"),
    Reserved(word: "plan", spelling: "Plan:"),
    Reserved(word: "difflimit", spelling: "- Diff limit:"),
    Reserved(word: "test", spelling: "- Test:"), Reserved(word: "tests", spelling: "- Tests:"),
    Reserved(word: "receiptsdirectory", spelling: "- Receipts directory:"),
    Reserved(word: "level", spelling: "- Level:"), Reserved(word: "rule", spelling: "- Rule:"),
    Reserved(word: "guardrails", spelling: "Guardrails:"),
    Reserved(word: "notes", spelling: "Notes", isWhole: true),
    Reserved(word: "endofnotes", spelling: "End of notes", isBeginning: true),
    Reserved(word: "respondinjson", spelling: "Respond in JSON", isBeginning: true),
  ]

  private static func folded(_ bytes: ArraySlice<UInt8>) -> Text {
    Text(bytes: bytes.map { $0 | 0x20 }.filter { (0x61...0x7A).contains($0) })
  }

  /// Controls, and the marks that separate lines or turn the direction of text.
  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF:
      true
    default: false
    }
  }
}
