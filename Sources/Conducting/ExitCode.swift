/// The statuses that the program ends with; each has one meaning for every command.
package enum ExitCode: Int32, CaseIterable, Sendable {
  case done = 0
  case checkFailed = 1
  case refused = 2
  case nothing = 3
  case notPermitted = 4
  case prerequisite = 5
  case person = 6
  case usage = 64
  case content = 65
  case missing = 66
  case unavailable = 69
  case bug = 70
  case inputOutput = 74
  case busy = 75
  case configuration = 78
  case guarded = 126

  /// What the status says, as help and reference show it.
  package var meaning: String {
    switch self {
    case .done: "Done: a prompt was emitted, something was allowed, or a check passed."
    case .checkFailed: "A check failed."
    case .refused: "Refused by a rule, by a stale claim, or by the guard."
    case .nothing: "Nothing was eligible, or the plan did not match."
    case .notPermitted: "Refused by consent, by a pause, by the mode or by a budget."
    case .prerequisite: "A prerequisite does not hold."
    case .person: "A person must decide."
    case .usage: "The command line is wrong."
    case .content: "A file's content is wrong; the message has file, line and column."
    case .missing: "A file that is needed is missing."
    case .unavailable: "An executor, a plugin or an engine is not available."
    case .bug: "A fault in conductor itself."
    case .inputOutput: "Reading or writing failed."
    case .busy: "A lock was not had in time."
    case .configuration: "A rule set or the configuration is invalid."
    case .guarded: "A guarded start was refused."
    }
  }

  /// Where several statuses hold at once, the one that comes first here is the answer.
  package static let precedence: [ExitCode] = [
    .usage, .configuration, .content, .missing, .notPermitted, .prerequisite, .refused, .person, .nothing,
  ]
}
