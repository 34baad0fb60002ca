private import CMachine

/// What is known of the terminal that may stand behind a stream.
package struct Terminal: Sendable {
  private let environment: Environment

  /// The terminal as this environment describes it.
  package init(environment: Environment) { self.environment = environment }

  /// Whether a person looks at the stream, as far as one can know.
  package func isTerminal(_ stream: Output.Stream) -> Bool {
    cm_is_terminal(stream.rawValue) == 1
  }

  /// How many characters fit in a line: COLUMNS where it is a sensible number, else what the terminal
  /// says, else 80.
  package var columns: Int {
    if let text = environment["COLUMNS"], let number = Int(text), (1...10_000).contains(number) {
      return number
    }
    for stream in [Output.Stream.standardOutput, .standardError] {
      let number = cm_columns(stream.rawValue)
      if number > 0 { return Int(number) }
    }
    return 80
  }

  /// Whether colour may be used: on a terminal, unless NO_COLOR is set to anything or TERM is `dumb`.
  package func allowsColour(_ stream: Output.Stream) -> Bool {
    if let text = environment["NO_COLOR"], !text.isEmpty { return false }
    if environment["TERM"] == "dumb" { return false }
    return isTerminal(stream)
  }
}
