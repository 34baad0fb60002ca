import Conducting

/// What the value of a flag or an argument must look like; checks, help and completion follow from it.
enum ValueKind: Equatable, Sendable {
  /// Any text that is not blank.
  case text
  /// Text that must fit on one line: not blank, and without control characters.
  case line
  /// The id of an item that exists.
  case item
  /// A directory, which need not exist yet.
  case directory
  /// A file, which need not exist yet.
  case file
  /// Whatever is typed, even nothing: a word of a command line that is judged.
  case anything
  /// A whole number above 0.
  case count
  /// A whole number, where 0 means that there is no limit.
  case limit
  /// A length of time such as `90s`, `45m`, `2h` or `1d`.
  case duration
  /// A date or a time of RFC 3339; the command that takes it reads it.
  case time
  /// One of a few words.
  case choice([String])
  /// The words of a command or a help topic.
  case topic
}

/// One flag of a command.
struct Flag: Equatable, Sendable {
  /// The long spelling without its two hyphens.
  let word: String
  /// A one-letter spelling, for the very few flags that have one.
  let letter: Character?
  /// What stands for the value in help, such as `N`; nil when the flag takes none.
  let valueName: String?
  /// What the value must look like; without meaning when the flag takes none.
  let kind: ValueKind
  /// Whether it may be given more than once, each time adding a value.
  let isRepeatable: Bool
  /// Whether the command cannot do without it.
  let isRequired: Bool
  /// What it means, in full sentences.
  let summary: String
  /// What holds where it is not given, in words; nil when that goes without saying.
  let fallback: String?

  /// A flag that is either given or not.
  init(_ key: FlagKey<Bool>, letter: Character? = nil, _ summary: String) {
    self.init(key.word, letter, nil, .text, false, false, summary, nil)
  }

  /// A flag whose value is a whole number above 0.
  init(_ key: FlagKey<Int>, _ name: String, _ summary: String, default fallback: String? = nil) {
    self.init(key.word, nil, name, .count, false, false, summary, fallback)
  }

  /// A flag whose value is a whole number, where 0 means that there is no limit.
  init(
    limit key: FlagKey<Int>, _ name: String, _ summary: String, default fallback: String? = nil
  ) {
    self.init(key.word, nil, name, .limit, false, false, summary, fallback)
  }

  /// A flag whose value is a length of time.
  init(_ key: FlagKey<Duration>, _ name: String, _ summary: String, default fallback: String? = nil)
  {
    self.init(key.word, nil, name, .duration, false, false, summary, fallback)
  }

  /// A flag whose value is text of some kind.
  init(
    _ key: FlagKey<String>, _ name: String, _ kind: ValueKind, isRequired: Bool = false,
    _ summary: String, default fallback: String? = nil
  ) {
    self.init(key.word, nil, name, kind, false, isRequired, summary, fallback)
  }

  /// A flag that may be repeated and whose values are text of some kind.
  init(
    _ key: FlagKey<[String]>, _ name: String, _ kind: ValueKind, _ summary: String,
    default fallback: String? = nil
  ) {
    self.init(key.word, nil, name, kind, true, false, summary, fallback)
  }

  private init(
    _ word: String, _ letter: Character?, _ valueName: String?, _ kind: ValueKind,
    _ isRepeatable: Bool, _ isRequired: Bool, _ summary: String, _ fallback: String?
  ) {
    self.word = word
    self.letter = letter
    self.valueName = valueName
    self.kind = kind
    self.isRepeatable = isRepeatable
    self.isRequired = isRequired
    self.summary = summary
    self.fallback = fallback
  }

  /// The first sentence of its meaning without marks, for the narrow lists of completions.
  var brief: String {
    let plain = summary.filter { $0 != "`" }
    return plain.split(separator: ". ").first.map { $0.hasSuffix(".") ? String($0) : $0 + "." }
      ?? plain
  }

  /// Whether it is given with a value.
  var takesValue: Bool { valueName != nil }

  /// The long spelling with its hyphens.
  var spelling: String { "--" + word }

  /// The flag as help lists it: `-h, --help` or `--lease D`.
  var term: String {
    let short = letter.map { "-\($0), " } ?? ""
    return short + spelling + (valueName.map { " " + $0 } ?? "")
  }

  /// The flag as the usage line shows it: `[--lease D]`, `--title T` or `[--test CMD]...`.
  var usage: String {
    let plain = spelling + (valueName.map { " " + $0 } ?? "")
    return (isRequired ? plain : "[\(plain)]") + (isRepeatable ? "..." : "")
  }

  /// The meaning with what holds by default and whether it may be repeated.
  var explanation: String {
    var text = summary
    if isRequired { text += " Required." }
    if isRepeatable { text += " May be given more than once." }
    if let fallback { text += " Default: \(fallback)." }
    return text
  }
}

/// One argument that is told by its place and not by a flag.
struct Positional: Equatable, Sendable {
  /// What stands for it in help, such as `ITEM`.
  let name: String
  /// What it must look like.
  let kind: ValueKind
  /// Whether it may be left out.
  let isOptional: Bool
  /// Whether it may be given any number of times.
  let isVariadic: Bool
  /// What it means, in full sentences.
  let summary: String

  /// An argument that must be given, and only once, unless it is said to be optional or variadic.
  init(
    _ name: String, _ kind: ValueKind, isOptional: Bool = false, isVariadic: Bool = false,
    _ summary: String
  ) {
    self.name = name
    self.kind = kind
    self.isOptional = isOptional
    self.isVariadic = isVariadic
    self.summary = summary
  }

  /// The argument as the usage line shows it: `ITEM`, `[FILE]`, `LINE...` or `[COMMAND]...`.
  var usage: String { (isOptional ? "[\(name)]" : name) + (isVariadic ? "..." : "") }
}

/// A line to type, and what it is for.
struct Example: Equatable, Sendable {
  /// What is typed, whole.
  let line: String
  /// What happens then.
  let meaning: String

  /// An example as help shows it.
  init(_ line: String, _ meaning: String) { (self.line, self.meaning) = (line, meaning) }
}

/// An exit code that a command may end with, and why.
struct Ending: Equatable, Sendable {
  /// The exit code.
  let code: ExitCode
  /// What it means for this command.
  let meaning: String

  /// An ending with a meaning of its own, or with the general one.
  init(_ code: ExitCode, _ meaning: String? = nil) {
    self.code = code
    self.meaning = meaning ?? code.meaning
  }
}

/// The part of the overview in which a command stands.
enum CommandGroup: String, CaseIterable, Sendable {
  case work = "Work"
  case judging = "Judging"
  case rules = "Rule sets"
  case plugins = "Plugins"
  case backlog = "Backlog"
  case runControl = "Run control"
  case evidence = "Evidence"
  case setup = "Setup"
}

/// Everything the command line knows about one command.
struct Command: Equatable, Sendable {
  /// Which command it is.
  let name: CommandName
  /// Where the overview lists it.
  let group: CommandGroup
  /// What it does, in one sentence.
  let summary: String
  /// What a new user must know, in paragraphs.
  let description: [String]
  /// The arguments, in order.
  let positionals: [Positional]
  /// Its own flags, in the order in which help lists them.
  let flags: [Flag]
  /// Lines to try.
  let examples: [Example]
  /// The exit codes that are its own; those that every command shares are in the table.
  let endings: [Ending]
  /// Whether it ends with no other codes, not even those that every other command shares.
  let endsOnlySo: Bool

  /// A command with what it takes; what is left out is empty.
  init(
    _ name: CommandName, _ group: CommandGroup, _ summary: String, description: [String],
    positionals: [Positional] = [], flags: [Flag] = [], examples: [Example] = [],
    endings: [Ending] = [], endsOnlySo: Bool = false
  ) {
    self.name = name
    self.group = group
    self.summary = summary
    self.description = description
    self.positionals = positionals
    self.flags = flags
    self.examples = examples
    self.endings = endings
    self.endsOnlySo = endsOnlySo
  }

  /// The command as it is typed, without the program's name.
  var spelling: String { name.rawValue }
}

/// A word that only leads to commands, such as `backlog`.
struct CommandFamily: Equatable, Sendable {
  /// The word.
  let word: String
  /// What its commands have in common, in one sentence.
  let summary: String
}

/// A variable of the environment that the program reads.
struct EnvironmentVariable: Equatable, Sendable {
  /// Its name.
  let name: String
  /// What it does, in full sentences.
  let meaning: String
}

/// A subject that `help` explains although it is no command.
enum HelpTopic: String, CaseIterable, Sendable {
  case exitCodes = "exit-codes"
  case environment = "environment"

  /// What the topic is about, in one sentence.
  var summary: String {
    switch self {
    case .exitCodes: "What the exit status of a command says."
    case .environment: "The variables of the environment that conductor reads."
    }
  }
}
