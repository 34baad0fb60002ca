import Conducting

/// Every command, flag and argument in one place.
///
/// Parsing, help, the man page, the completions and the reference page are all made from it, so that
/// none of them can tell a different story.
struct CommandTable: Sendable {
  /// The commands, in the order in which they are listed.
  let commands: [Command]
  /// The words that lead to more than one command.
  let families: [CommandFamily]
  /// The flags that every command takes, before or after its name.
  let globalFlags: [Flag]
  /// The variables of the environment that count.
  let environment: [EnvironmentVariable]
  /// The exit codes that every command shares.
  let sharedEndings: [Ending]

  /// What the program is, in one line.
  let summary = "Hand out the items of a backlog to coding agents, safely and on the record."

  /// The table of this program.
  static let standard = CommandTable(
    commands: workCommands + verifyingCommands + loopCommands + guardCommands + judgingCommands
      + ruleCommands + pluginCommands + backlogCommands + runControlCommands + evidenceCommands
      + setupCommands,
    families: [
      CommandFamily(word: "check", summary: "Judge a command, an item, a change or an answer."),
      CommandFamily(word: "rules", summary: "List, show, check and export rule sets."),
      CommandFamily(word: "plugin", summary: "List, trust and check plugins."),
      CommandFamily(word: "backlog", summary: "List, show, check and extend the backlog."),
      CommandFamily(word: "receipts", summary: "List, show and verify the receipts."),
    ],
    globalFlags: [
      Flag(
        .json,
        "Answer with one JSON document on standard output, versioned in its format key, instead of text."
      ),
      Flag(
        .root, "DIR", .directory, "The root directory of the project.",
        default:
          "the variable CONDUCTOR_ROOT, else the nearest directory upwards that holds docs/automation/conductor.json or the backlog"
      ),
      Flag(
        .quiet,
        "Leave out what is merely informative on standard error; errors and reminders stay."),
      Flag(.help, letter: "h", "Explain the command instead of carrying it out."),
    ],
    environment: [
      EnvironmentVariable(
        name: "CONDUCTOR_ROOT",
        meaning: "The root directory of the project, where --root is not given."),
      EnvironmentVariable(
        name: "CONDUCTOR_CLAIM",
        meaning: "The number of the claim that a command acts on, where --claim is not given."),
      EnvironmentVariable(
        name: "CONDUCTOR_ITEM",
        meaning:
          "The item that is worked on, for `conductor guard` where --item is not given. `conductor exec` sets it for the program that it runs."
      ),
      EnvironmentVariable(
        name: "CONDUCTOR_RECEIPTS",
        meaning:
          "The directory in which an agent is to leave its receipts. `conductor loop` sets it for the agent that it runs, and reads it nowhere."
      ),
      EnvironmentVariable(
        name: "USER",
        meaning: "The name of the agent, where neither --agent nor the configuration gives one."),
      EnvironmentVariable(
        name: "NO_COLOR", meaning: "When set and not empty, no colour is used."),
      EnvironmentVariable(
        name: "COLUMNS", meaning: "How many columns a line on a terminal may take."),
      EnvironmentVariable(
        name: "CONDUCTOR_NOW",
        meaning:
          "A time of RFC 3339 that stands for the clock, for tests. Every receipt written under it says so, and proves nothing about the real clock."
      ),
      EnvironmentVariable(
        name: "CONDUCTOR_SEED",
        meaning:
          "A number that fixes every random choice, for tests. Every receipt written under it says so."
      ),
    ],
    sharedEndings: [
      Ending(.done), Ending(.usage), Ending(.bug), Ending(.readingOrWritingFailed),
    ])

  /// The command of this name.
  ///
  /// A test proves that the table holds every name, so the answer is nil only for a table made by a test.
  func find(_ name: CommandName) -> Command? { commands.first { $0.name == name } }

  /// The command that these words spell exactly.
  func find(_ words: [String]) -> Command? {
    // As one text, because parting every name costs more than all the rest of telling a line apart.
    if words.contains(where: { $0.utf8.contains(UInt8(ascii: " ")) }) { return nil }
    guard let first = words.first else { return nil }
    let spelling = words.dropFirst().reduce(first) { $0 + " " + $1 }
    return commands.first { $0.spelling.isSpelled(spelling) }
  }

  /// The family that a word leads to.
  func family(_ word: String) -> CommandFamily? { families.first { $0.word.isSpelled(word) } }

  /// The commands whose first word this is.
  func commands(of family: CommandFamily) -> [Command] {
    commands.filter { $0.name.words.count > 1 && $0.name.words.first == family.word }
  }

  /// The words with which a command line can begin, in the order of the table.
  var firstWords: [String] {
    var words: [String] = []
    for word in commands.compactMap(\.name.words.first) where !words.contains(word) {
      words.append(word)
    }
    return words
  }

  /// All flags that a command takes, its own before those of every command.
  func flags(of command: Command) -> [Flag] { command.flags + globalFlags }

  /// Every exit code that a command can end with, in rising order, with the meaning it has there.
  func endings(of command: Command) -> [Ending] {
    let own = Set(command.endings.map(\.code))
    if command.endsOnlySo { return command.endings }
    return (command.endings + sharedEndings.filter { !own.contains($0.code) })
      .sorted { $0.code < $1.code }
  }

  /// The exit codes that any command can end with, in rising order.
  var exitCodes: [ExitCode] {
    Set(commands.flatMap { endings(of: $0) }.map(\.code)).sorted()
  }
}

extension String {
  /// Whether both are the same bytes; `==` would also take for equal what merely looks the same.
  func isSpelled(_ other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}
