/// Running text of the table, told apart into plain words and what is typed literally.
///
/// The table marks literal text with backticks; flags are literal without them. Terminals show it as it
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
        spans += flagsTold(in: String(part))
      }
    }
    return spans.filter { !$0.text.isEmpty }
  }

  private static func flagsTold(in text: String) -> [Span] {
    var spans: [Span] = []
    var plain = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let separator = plain.isEmpty && spans.isEmpty ? "" : " "
      let flag = word.prefix { $0.isLetter || $0 == "-" }
      guard flag.hasPrefix("--"), flag.count > 2 else {
        plain += separator + word
        continue
      }
      spans.append(Span(text: plain + separator, isLiteral: false))
      spans.append(Span(text: String(flag), isLiteral: true))
      plain = String(word.dropFirst(flag.count))
    }
    spans.append(Span(text: plain, isLiteral: false))
    return spans
  }
}
