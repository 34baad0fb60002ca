/// A shell for which there is a completion script.
enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// The script, made from the table; it runs nothing of ours, so that a tab press costs nothing.
  func completion(of table: CommandTable = .standard) -> String {
    switch self {
    case .bash: BashCompletion(table: table).source
    case .zsh: ZshCompletion(table: table).source
    case .fish: FishCompletion(table: table).source
    }
  }

  /// Text as one word of a shell script, whatever it holds; the three shells agree on single quotes
  /// but for what may stand between them.
  func quoted(_ text: String) -> String {
    var quoted = "'"
    for character in text {
      switch (self, character) {
      case (.fish, "'"), (.fish, "\\"): quoted += "\\" + String(character)
      case (_, "'"): quoted += "'\\''"
      default: quoted.append(character)
      }
    }
    return quoted + "'"
  }
}
