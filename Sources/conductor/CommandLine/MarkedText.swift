/// Running text of the table, told apart into plain words and what is typed literally.
///
/// The table marks literal text with backticks; flags and names with an underscore are literal without. Terminals show it as it
/// is, the man page in bold and the reference page as code.
enum MarkedText {
  /// A stretch of text of one kind.
  struct Span: Equatable {
    /// The text without its backticks.
    let text: String
    /// Whether it is what somebody types or reads in a file.
    let isLiteral: Bool
  }

  /// The stretches of a text, in order; plain and literal ones need not alternate.
  static func spans(_ text: String) -> [Span] {
    var spans: [Span] = []
    let parts = text.split(separator: "`", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if index % 2 == 1 {
        spans.append(Span(text: String(part), isLiteral: true))
      } else {
        spans += told(in: String(part))
      }
    }
    return spans.filter { !$0.text.isEmpty }
  }

  private static func told(in text: String) -> [Span] {
    var spans: [Span] = []
    var plain = ""
    for (index, word) in text.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      if index > 0 { plain += " " }
      let literal = literalPart(of: word)
      plain += literal.isEmpty ? word : word[..<literal.startIndex]
      if literal.isEmpty { continue }
      spans.append(Span(text: plain, isLiteral: false))
      spans.append(Span(text: String(literal), isLiteral: true))
      plain = String(word[literal.endIndex...])
    }
    spans.append(Span(text: plain, isLiteral: false))
    return spans
  }

  // A flag, or a name with an underscore, without the punctuation around it; empty where there is none.
  private static func literalPart(of word: Substring) -> Substring {
    guard let first = word.firstIndex(where: { isNamePart($0) || $0 == "-" }) else {
      return word.prefix(0)
    }
    let name = word[first...].prefix { isNamePart($0) || $0 == "-" }
    return name.hasPrefix("--") && name.count > 2 || name.contains("_") ? name : word.prefix(0)
  }

  private static func isNamePart(_ character: Character) -> Bool {
    character.isLetter || character == "_"
  }
}
