import Conducting

/// The reference of the command line for docs/, made from the table as Markdown.
struct ReferencePage: Sendable {
  private let table: CommandTable

  /// The reference of this table.
  init(table: CommandTable = .standard) { self.table = table }

  /// The page, ending in a newline.
  var source: String {
    var blocks = [
      "# Commands",
      "This page is made from the table in `Sources/conductor/CommandLine`, as are help, the man page and the completions; a test fails where they differ.",
      text(table.summary),
      "Standard output is the answer; standard error is everything else. A flag is written `--flag value` or `--flag=value`, and `--` ends the flags. A value that begins with `-` is written `--flag=value`, so that a forgotten value cannot swallow the flag after it; a lone `-` and a negative number are taken as values all the same. A flag with a value counts once unless it says otherwise. Durations are a number with one unit: `90s`, `45m`, `2h` or `1d`. Whole numbers are plain decimal, above 0, without sign and leading zeros. An argument that is not valid UTF-8 is refused.",
      contents(),
    ]
    for group in CommandGroup.allCases {
      let commands = table.commands.filter { $0.group == group }
      if commands.isEmpty { continue }
      blocks.append("## \(group.rawValue)")
      for command in commands { blocks += self.command(command) }
    }
    blocks += ["## Flags of every command", flags(table.globalFlags)]
    blocks += [
      "## Exit codes",
      rows(["Code", "Meaning"], table.exitCodes.map { ["\($0.rawValue)", text($0.meaning)] }),
    ]
    blocks += [
      "## Environment",
      rows(
        ["Variable", "Meaning"], table.environment.map { ["`\($0.name)`", text($0.meaning)] }),
    ]
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func contents() -> String {
    rows(
      ["Command", "What it does"],
      table.commands.map { ["[`\($0.spelling)`](#\(anchor($0)))", text($0.summary)] })
  }

  private func command(_ command: Command) -> [String] {
    let pieces =
      ["conductor", command.spelling] + command.positionals.map(\.usage)
      + command.flags.map(\.usage)
    let usage = Paragraph.lines(of: pieces, width: 96, hanging: 4).joined(separator: "\n")
    var blocks = ["### conductor \(command.spelling)", text(command.summary), fenced(usage)]
    blocks += command.description.map(text)
    if !command.positionals.isEmpty {
      blocks.append(
        rows(
          ["Argument", "Meaning"],
          command.positionals.map { ["`\($0.name)`", text($0.summary)] }))
    }
    if !command.flags.isEmpty { blocks.append(flags(command.flags)) }
    if !command.examples.isEmpty {
      let lines = command.examples.flatMap { ["# \($0.meaning)", $0.line] }
      blocks.append(fenced(lines.joined(separator: "\n")))
    }
    blocks.append(
      rows(
        ["Exit code", "Meaning"],
        table.endings(of: command).map { ["\($0.code.rawValue)", text($0.meaning)] }))
    return blocks
  }

  private func flags(_ flags: [Flag]) -> String {
    rows(["Flag", "Meaning"], flags.map { ["`\($0.term)`", text($0.explanation)] })
  }

  private func rows(_ titles: [String], _ rows: [[String]]) -> String {
    let lines = [titles, titles.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private func fenced(_ text: String) -> String { "```sh\n\(text)\n```" }

  private func anchor(_ command: Command) -> String {
    (["conductor"] + command.name.words).joined(separator: "-")
  }

  private func text(_ marked: String) -> String {
    MarkedText.spans(marked).map { $0.isLiteral ? "`\($0.text)`" : escaped($0.text) }.joined()
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\*_<|[]".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}
