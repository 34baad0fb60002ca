import Conducting
import JSONText

/// What was typed, told apart into command, flags and arguments, and not yet weighed.
///
/// These are the rules, whatever the command:
/// - A flag is written `--flag value` or `--flag=value`, anywhere after the words of its command. The
///   flags of every command may also stand before them.
/// - `--` ends the flags: what follows is an argument, whatever it looks like. A lone `-` always is.
/// - A value that begins with `-` is written `--flag=-value`, so that a forgotten value cannot swallow
///   the flag after it. A lone `-` and a negative number are values all the same; the latter then
///   meets the check of its value, whose message says more.
/// - A flag that takes no value may be repeated, since that says nothing new; one that takes a value
///   may not, unless it adds up.
/// - `--help` wins over any other fault: who asks for help gets it.
/// - An argument that holds U+FFFD is refused. The runtime puts it in the place of bytes that are not
///   UTF-8, and a path or a test that is not what was typed must not be taken for it.
struct Invocation: Equatable, Sendable {
  /// One flag as it was typed.
  struct TypedFlag: Equatable, Sendable {
    /// The long spelling without hyphens, as the table has it.
    let word: String
    /// The value, unchecked; nil for a flag that takes none.
    let value: String?
  }

  /// The command that was recognised.
  let command: CommandName
  /// The flags in the order in which they were typed.
  let flags: [TypedFlag]
  /// The arguments in the order in which they were typed.
  let arguments: [String]

  /// Tells apart the arguments of the process, without the program's own name.
  static func parse(
    _ arguments: [String], table: CommandTable = .standard
  ) throws(UsageError) -> Invocation {
    for (index, argument) in arguments.enumerated()
    where argument.unicodeScalars.contains("\u{fffd}") {
      throw UsageError(.undecodable(index + 1, argument))
    }
    var reading = Reading(table: table, rest: arguments[...])
    while let argument = reading.rest.popFirst() { try reading.take(argument) }
    return try reading.result()
  }

  /// Whether a command line is that of a command, also where it is wrong elsewhere.
  static func names(
    _ command: CommandName, in arguments: [String], table: CommandTable = .standard
  ) -> Bool {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument.utf8.starts(with: "-".utf8) else {
        return argument.isSpelled(command.rawValue)
      }
      let flag = table.globalFlags.first { $0.isSpelled(argument) }
      if flag?.takesValue == true { _ = rest.popFirst() }
    }
    return false
  }

  /// Whether `--json` was typed as a flag, also in a command line that is wrong elsewhere.
  static func asksForJSON(_ arguments: [String]) -> Bool {
    arguments.prefix { !$0.isSpelled("--") }.contains { $0.isSpelled("--json") }
  }
}

/// The state of telling one command line apart.
private struct Reading {
  let table: CommandTable
  var rest: ArraySlice<String>
  private var words: [String] = []
  private var command: Command?
  private var flags: [Invocation.TypedFlag] = []
  private var arguments: [String] = []
  private var flagsHaveEnded = false
  private var isHelpWanted = false
  // The first fault; it is thrown at the end, since `--help` may follow and wins.
  private var fault: UsageError?

  init(table: CommandTable, rest: ArraySlice<String>) {
    self.table = table
    self.rest = rest
  }

  mutating func take(_ argument: String) throws(UsageError) {
    if flagsHaveEnded || !argument.utf8.starts(with: "-".utf8) || argument.isSpelled("-") {
      try takeWord(argument)
    } else if argument.isSpelled("--") {
      flagsHaveEnded = true
    } else if command == nil, words.isEmpty, argument.isSpelled("--version") {
      try takeWord(CommandName.version.rawValue)
    } else {
      takeFlag(argument)
    }
  }

  private mutating func takeWord(_ word: String) throws(UsageError) {
    guard command == nil else {
      arguments.append(word)
      return
    }
    let spelled = words + [word]
    if let found = table.find(spelled) {
      command = found
    } else if !(words.isEmpty && table.family(word) != nil) {
      throw fault ?? unknownCommand(word)
    }
    words = spelled
  }

  private func unknownCommand(_ word: String) -> UsageError {
    if let first = words.first, let family = table.family(first) {
      let known = table.commands(of: family).compactMap(\.name.words.last)
      let nearest = NearestWord.find(word, among: known).map { "\(first) \($0)" }
      return UsageError(
        .unknownSubcommand(word, family: first), command: words, suggestions: nearest)
    }
    return UsageError(.unknownCommand(word), suggestions: table.commandsNear(word))
  }

  private mutating func takeFlag(_ argument: String) {
    // By bytes, since an equals sign with a combining mark after it is another Character.
    let equals = argument.utf8.firstIndex(of: UInt8(ascii: "="))
    let spelling = String(argument[..<(equals ?? argument.endIndex)])
    let inline = equals.map { String(argument[argument.utf8.index(after: $0)...]) }
    let known = command.map(table.flags(of:)) ?? table.globalFlags
    guard let flag = known.first(where: { $0.isSpelled(spelling) }) else {
      note(unknownFlag(spelling, known))
      return
    }
    guard flag.takesValue else {
      if let inline {
        note(UsageError(.surplusValue(flag: flag.spelling, value: inline), command: words))
      }
      if flag.word == FlagKey.help.word { isHelpWanted = true }
      flags.append(Invocation.TypedFlag(word: flag.word, value: nil))
      return
    }
    guard let value = inline ?? followingValue() else {
      let missing = UsageError.Kind.missingValue(flag: flag.spelling, next: rest.first)
      let isFlagNext = rest.first.map { next in known.contains { $0.isSpelled(next) } } ?? true
      let hint = "A value that begins with - is written \(flag.spelling)=VALUE"
      note(UsageError(missing, command: words, hints: isFlagNext ? [] : [hint]))
      return
    }
    if !flag.isRepeatable, flags.contains(where: { $0.word == flag.word }) {
      note(UsageError(.repeatedFlag(flag.spelling), command: words))
    }
    flags.append(Invocation.TypedFlag(word: flag.word, value: value))
  }

  private mutating func followingValue() -> String? {
    guard let next = rest.first else { return nil }
    let bytes = Array(next.utf8.prefix(2))
    let isDigitNext = bytes.count > 1 && (0x30...0x39).contains(bytes[1])
    if bytes.first == UInt8(ascii: "-"), bytes.count > 1, !isDigitNext { return nil }
    rest.removeFirst()
    return next
  }

  private func unknownFlag(_ spelling: String, _ known: [Flag]) -> UsageError {
    let nearest = NearestWord.find(spelling, among: known.map(\.spelling))
    var hints: [String] = []
    let owners = table.commands.filter { $0.flags.contains { $0.isSpelled(spelling) } }
    if !owners.isEmpty {
      let names = owners.map(\.spelling).joined(separator: ", ")
      hints.append(
        command == nil
          ? "\(spelling) is written after the words of its command: \(names)"
          : "\(spelling) is a flag of: \(names)")
    }
    return UsageError(
      .unknownFlag(spelling), command: words, suggestions: owners.isEmpty ? nearest : [],
      hints: hints)
  }

  private mutating func note(_ error: UsageError) {
    if fault == nil { fault = error }
  }

  func result() throws(UsageError) -> Invocation {
    if isHelpWanted {
      return Invocation(command: .help, flags: globals, arguments: words)
    }
    if let fault { throw fault }
    guard let command else {
      guard let family = words.first else { throw UsageError(.missingCommand) }
      throw UsageError(.missingSubcommand(family: family), command: words)
    }
    try checkArguments(of: command)
    for flag in command.flags where flag.isRequired {
      if !flags.contains(where: { $0.word == flag.word }) {
        throw UsageError(
          .missingFlag("\(flag.spelling) \(flag.valueName ?? "")"), command: words)
      }
    }
    return Invocation(command: command.name, flags: flags, arguments: arguments)
  }

  // Help about a command does not take the command's own flags.
  private var globals: [Invocation.TypedFlag] {
    flags.filter { flag in
      flag.word != FlagKey.help.word && table.globalFlags.contains { $0.word == flag.word }
    }
  }

  private func checkArguments(of command: Command) throws(UsageError) {
    if arguments.count < command.positionals.count {
      let missing = command.positionals[arguments.count]
      if !missing.isOptional { throw UsageError(.missingArgument(missing.name), command: words) }
    }
    let isOpen = command.positionals.last?.isVariadic ?? false
    if !isOpen, arguments.count > command.positionals.count {
      throw UsageError(.surplusArgument(arguments[command.positionals.count]), command: words)
    }
  }
}

extension Flag {
  /// Whether this is how the flag is typed, long or short, without a value.
  func isSpelled(_ typed: String) -> Bool {
    typed.isSpelled(spelling) || (letter.map { typed.isSpelled("-\($0)") } ?? false)
  }
}

extension CommandTable {
  /// The commands that somebody may have meant by a word that is none: near in spelling, or the same
  /// word in a family, as `list` is in `backlog list`.
  func commandsNear(_ word: String) -> [String] {
    let inner = commands.filter { $0.name.words.count > 1 }
    let same = inner.filter { $0.name.words.last?.isSpelled(word) ?? false }.map(\.spelling)
    return same.isEmpty ? NearestWord.find(word, among: firstWords) : same
  }
}
