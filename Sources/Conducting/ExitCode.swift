/// What the program's exit status says; the numbers never change their meaning.
package enum ExitCode: Int32, CaseIterable, Comparable, Sendable {
  /// The command did what it was asked to.
  case done = 0
  /// A check ran and found something wrong.
  case checkFailed = 1
  /// A rule or a stale claim stands against it.
  case refused = 2
  /// There is nothing that could be handed out.
  case nothingEligible = 3
  /// The operator has not allowed it, or has halted the run.
  case notPermitted = 4
  /// A condition outside the item does not hold.
  case prerequisiteUnmet = 5
  /// The program cannot decide; a person can.
  case personMustDecide = 6
  /// The command line itself is wrong.
  case usage = 64
  /// A file could be read, and what it says is wrong.
  case wrongContent = 65
  /// A file that the command cannot do without is not there.
  case missingFile = 66
  /// Something that the command has to start cannot be started.
  case unavailable = 69
  /// The program contradicted itself.
  case bug = 70
  /// The operating system refused to read or write.
  case readingOrWritingFailed = 74
  /// Another process held a lock for too long.
  case busy = 75
  /// What the project configures cannot be used.
  case wrongConfiguration = 78
  /// A program that was to be started under guard was refused.
  case startRefused = 126
  /// A program that was to be started under guard is not there.
  case noSuchProgram = 127

  /// The meaning in one sentence, as help and the documents state it.
  package var meaning: String {
    switch self {
    case .done: "The command did what it was asked to do."
    case .checkFailed: "A check ran and found something wrong."
    case .refused: "Refused by a rule, or because the claim is not the present one."
    case .nothingEligible: "Nothing is eligible, or what was asked for was not found."
    case .notPermitted: "Refused by the operator's consent, by a pause, by the mode or by a budget."
    case .prerequisiteUnmet: "A prerequisite does not hold, such as authenticity or CI."
    case .personMustDecide: "A person must decide."
    case .usage: "The command line is wrong; the message says how to mend it."
    case .wrongContent: "The content of a file is wrong; the message names file, line and column."
    case .missingFile: "A file that is needed is missing, or no project was found."
    case .unavailable: "A program that is needed is not available."
    case .bug: "The program found a bug in itself."
    case .readingOrWritingFailed: "Reading or writing failed, for example because the disk is full."
    case .busy: "Another process held a lock for too long; trying again later is safe."
    case .wrongConfiguration: "The configuration is invalid."
    case .startRefused: "A guarded start was refused, or the program cannot be run."
    case .noSuchProgram: "The program to be started under guard was not found."
    }
  }

  package static func < (left: ExitCode, right: ExitCode) -> Bool { left.rawValue < right.rawValue }

  /// Where several statuses hold at once, the one that comes first here is the answer.
  package static let precedence: [ExitCode] = [
    .usage, .wrongConfiguration, .wrongContent, .missingFile, .notPermitted, .prerequisiteUnmet,
    .refused,
    .personMustDecide, .nothingEligible,
  ]
}
