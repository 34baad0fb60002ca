import Conducting

/// A command line that cannot be carried out: what is wrong with it, where, and what was probably meant.
struct UsageError: Error, Equatable, Sendable {
  /// What is wrong.
  enum Kind: Equatable, Sendable {
    /// An argument, counted from 1, holds U+FFFD: it was not UTF-8 when it was typed.
    case undecodable(Int, String)
    /// Nothing says what to do.
    case missingCommand
    /// The first word is no command.
    case unknownCommand(String)
    /// A word like `backlog` stands without one of its commands.
    case missingSubcommand(family: String)
    /// The word after one like `backlog` is none of its commands.
    case unknownSubcommand(String, family: String)
    /// The command does not take this flag.
    case unknownFlag(String)
    /// The flag takes a value and none follows; what follows instead, if anything does.
    case missingValue(flag: String, next: String?)
    /// The flag takes no value and was given one.
    case surplusValue(flag: String, value: String)
    /// The flag counts once and was given again.
    case repeatedFlag(String)
    /// The command cannot do without this flag.
    case missingFlag(String)
    /// The command cannot do without this argument.
    case missingArgument(String)
    /// The command takes no such further argument.
    case surplusArgument(String)
    /// A value is not what its flag or argument takes; the subject is `--lease` or `SHELL`.
    case unacceptable(subject: String, value: String, ValueFault)
    /// Help knows no command or topic of this name.
    case unknownTopic(String)
    /// Something that only the command could see, as a whole sentence.
    case stated(String)
  }

  /// What is wrong.
  let kind: Kind
  /// The words of the command that was recognised before; empty when none was.
  let command: [String]
  /// What was probably meant, the likeliest first.
  var suggestions: [String]
  /// Further sentences that help, each a next step.
  let hints: [String]

  /// A fault of the command line; what is left out is empty.
  init(
    _ kind: Kind, command: [String] = [], suggestions: [String] = [], hints: [String] = []
  ) {
    self.kind = kind
    self.command = command
    self.suggestions = suggestions
    self.hints = hints
  }

  /// A value that the command itself had to refuse; `because` follows the value in the sentence.
  static func unacceptable<Value>(
    _ flag: FlagKey<Value>, value: String, because: String, of command: CommandName
  ) -> UsageError {
    UsageError(
      .unacceptable(subject: "--" + flag.word, value: value, .other(because)),
      command: command.words)
  }

  /// A fault that only the command could see, as a sentence with its next steps.
  static func stated(
    _ sentence: String, of command: CommandName, hints: [String] = []
  ) -> UsageError {
    UsageError(.stated(sentence), command: command.words, hints: hints)
  }

  /// The exit code of every fault of the command line.
  var exitCode: ExitCode { .usage }

  /// The fault as a reason code, which never changes its meaning.
  var code: String {
    switch kind {
    case .undecodable: "argument-not-utf8"
    case .missingCommand: "command-missing"
    case .unknownCommand, .unknownSubcommand: "command-unknown"
    case .missingSubcommand: "subcommand-missing"
    case .unknownFlag: "flag-unknown"
    case .missingValue: "value-missing"
    case .surplusValue: "value-surplus"
    case .repeatedFlag: "flag-repeated"
    case .missingFlag: "flag-missing"
    case .missingArgument: "argument-missing"
    case .surplusArgument: "argument-surplus"
    case .unacceptable: "value-unacceptable"
    case .unknownTopic: "topic-unknown"
    case .stated: "usage"
    }
  }
}
