/// Whether what is printed may carry colour, and how it does.
struct Style: Equatable, Sendable {
  /// How a piece of text stands out.
  enum Tint: String, Sendable, CaseIterable {
    case plain, bold, dim, red, green, yellow
  }

  /// Whether colour and weight are wanted; without, every text stays as it is.
  let isColoured: Bool

  /// Text as it is, for pipes, files and terminals that want no colour.
  static let plain = Style(isColoured: false)
  /// Text with the terminal's colour codes.
  static let coloured = Style(isColoured: true)

  /// The text in a tint; it must be printable already, since codes inside it would end the tint early.
  func paint(_ text: String, _ tint: Tint) -> String {
    guard isColoured, tint != .plain, !text.isEmpty else { return text }
    return "\u{1b}[\(code(tint))m\(text)\u{1b}[0m"
  }

  /// Heavier than the text around it, for headings and names.
  func bold(_ text: String) -> String { paint(text, .bold) }
  /// Fainter than the text around it, for what matters least.
  func dim(_ text: String) -> String { paint(text, .dim) }
  /// For refusals and errors.
  func red(_ text: String) -> String { paint(text, .red) }
  /// For what holds or is done.
  func green(_ text: String) -> String { paint(text, .green) }
  /// For what waits or needs a look.
  func yellow(_ text: String) -> String { paint(text, .yellow) }

  private func code(_ tint: Tint) -> String {
    switch tint {
    case .plain: "0"
    case .bold: "1"
    case .dim: "2"
    case .red: "31"
    case .green: "32"
    case .yellow: "33"
    }
  }
}
