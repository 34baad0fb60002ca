import Conducting
import JSONText

/// The help that a terminal shows, made from the table.
struct HelpText: Sendable {
  private let table: CommandTable
  private let width: Int
  private let style: Style

  /// Help for a screen of this width; 80 columns where it is not known, and never more than 100,
  /// since longer lines of prose are hard to read.
  init(table: CommandTable = .standard, width: Int? = nil, style: Style = .plain) {
    self.table = table
    self.width = max(40, min(100, width ?? 80))
    self.style = style
  }

  /// The help on what these words name: a command, a family of commands, a topic, or nothing for the
  /// overview.
  func text(on words: [String]) throws(UsageError) -> String {
    if words.isEmpty { return overview() }
    if let command = table.find(words) { return self.command(command) }
    if words.count == 1, let word = words.first {
      if let family = table.family(word) { return self.family(family) }
      if let topic = HelpTopic.allCases.first(where: { $0.rawValue.isSpelled(word) }) {
        return self.topic(topic)
      }
    }
    let asked = words.joined(separator: " ")
    let known =
      table.commands.map(\.spelling) + table.families.map(\.word)
      + HelpTopic.allCases.map(\.rawValue)
    var nearest = NearestWord.find(asked, among: known)
    if nearest.isEmpty, let last = words.last { nearest = table.commandsNear(last) }
    throw UsageError(
      .unknownTopic(asked), command: CommandName.help.words, suggestions: nearest)
  }

  /// Every command with its summary, grouped as one works with them.
  func overview() -> String {
    var lines = paragraph("conductor: \(lowered(table.summary))")
    lines += ["", heading("Usage:") + " conductor COMMAND [FLAG]... [ARGUMENT]..."]
    for group in CommandGroup.allCases {
      let commands = table.commands.filter { $0.group == group }
      if commands.isEmpty { continue }
      lines += ["", heading(group.rawValue)]
      lines += entries(commands.map { (term($0), $0.summary) }, column: 22)
    }
    lines += ["", heading("Every command takes")]
    lines += flagEntries(table.globalFlags)
    lines += ["", heading("Topics")]
    lines += entries(
      HelpTopic.allCases.map { ("help \($0.rawValue)", $0.summary) }, column: 22)
    lines += [""]
    lines += paragraph(
      "`conductor help COMMAND` explains a command. A new project begins with `conductor init`.")
    return joined(lines)
  }

  /// One command: how it is typed, what it does, its flags, examples and exit codes.
  func command(_ command: Command) -> String {
    var lines = paragraph("conductor \(command.spelling): \(lowered(command.summary))")
    lines += [""] + usage(command)
    for text in command.description { lines += [""] + paragraph(text) }
    if !command.positionals.isEmpty {
      lines += ["", heading("Arguments")]
      lines += entries(command.positionals.map { ($0.name, $0.summary) }, column: 22)
    }
    if !command.flags.isEmpty { lines += ["", heading("Flags")] + flagEntries(command.flags) }
    lines += ["", heading("Flags of every command")] + flagEntries(table.globalFlags)
    if !command.examples.isEmpty {
      lines += ["", heading("Examples")]
      for example in command.examples {
        lines += ["  " + example.line]
        lines += Paragraph.lines(example.meaning, width: width, indent: 6)
      }
    }
    lines += ["", heading("Exit codes")]
    lines += entries(
      table.endings(of: command).map { ("\($0.code.rawValue)", $0.meaning) }, column: 7)
    return joined(lines)
  }

  /// The commands that one word leads to.
  func family(_ family: CommandFamily) -> String {
    var lines = paragraph("conductor \(family.word): \(lowered(family.summary))")
    lines += ["", heading("Usage:") + " conductor \(family.word) COMMAND [FLAG]... [ARGUMENT]..."]
    lines += ["", heading("Commands")]
    lines += entries(table.commands(of: family).map { (term($0), $0.summary) }, column: 22)
    lines += [""]
    lines += paragraph("`conductor help \(family.word) COMMAND` explains one of them.")
    return joined(lines)
  }

  /// A topic that is no command.
  func topic(_ topic: HelpTopic) -> String {
    switch topic {
    case .exitCodes:
      let codes = table.exitCodes.map { ("\($0.rawValue)", $0.meaning) }
      return joined([heading("Exit codes")] + entries(codes, column: 7))
    case .environment:
      let variables = table.environment.map { ($0.name, $0.meaning) }
      return joined([heading("Environment")] + entries(variables, column: 22))
    }
  }

  private func usage(_ command: Command) -> [String] {
    let pieces =
      ["conductor", command.spelling] + command.positionals.map(\.usage)
      + command.flags.map(\.usage)
    let lines = Paragraph.lines(of: pieces, width: width, indent: 7, hanging: 11)
    guard let first = lines.first else { return [] }
    return [heading("Usage:") + String(first.dropFirst(6))] + lines.dropFirst()
  }

  private func flagEntries(_ flags: [Flag]) -> [String] {
    entries(flags.map { ($0.term, $0.explanation) }, column: 22)
  }

  private func entries(_ entries: [(String, String)], column: Int) -> [String] {
    let narrow = min(column, width / 2)
    return entries.flatMap { Paragraph.entry($0.0, $0.1, column: narrow, width: width) }
  }

  private func term(_ command: Command) -> String {
    ([command.spelling] + command.positionals.map(\.usage)).joined(separator: " ")
  }

  private func paragraph(_ text: String) -> [String] { Paragraph.lines(text, width: width) }

  private func heading(_ text: String) -> String { style.bold(text) }

  private func lowered(_ sentence: String) -> String {
    sentence.prefix(1).lowercased() + sentence.dropFirst()
  }

  private func joined(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }
}
