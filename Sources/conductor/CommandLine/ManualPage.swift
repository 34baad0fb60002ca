import Conducting

/// The man page, made from the table in the macros of man(7), which every system's man understands.
struct ManualPage: Sendable {
  private let table: CommandTable
  private let version: String

  /// The page of this version of the program.
  init(table: CommandTable = .standard, version: String) {
    self.table = table
    self.version = version
  }

  /// The page as roff source, in ASCII.
  ///
  /// It carries no date, so that the same sources make the same page on any day.
  var source: String {
    var lines = [
      ".TH CONDUCTOR 1 \"\" \"conductor \(argument(version))\" \"User Commands\"",
      ".SH NAME", "conductor \\- " + plain(table.summary),
      ".SH SYNOPSIS", ".B conductor", ".I COMMAND", "[\\fIFLAG\\fR]... [\\fIARGUMENT\\fR]...",
      ".SH DESCRIPTION",
    ]
    lines += introduction()
    for group in CommandGroup.allCases {
      let commands = table.commands.filter { $0.group == group }
      if commands.isEmpty { continue }
      lines.append(".SH " + plain(group.rawValue).uppercased() + " COMMANDS")
      for command in commands { lines += self.command(command) }
    }
    lines.append(".SH FLAGS OF EVERY COMMAND")
    lines += flags(table.globalFlags)
    lines.append(".SH EXIT STATUS")
    for code in table.exitCodes { lines += entry(bold("\(code.rawValue)"), text(code.meaning)) }
    lines.append(".SH ENVIRONMENT")
    for variable in table.environment {
      lines += entry(bold(variable.name), text(variable.meaning))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func introduction() -> [String] {
    [
      text(
        "conductor hands out the items of a JSON backlog to coding agents. It claims the next eligible item exactly once, among any number of processes, prints a prompt that states what is asked and what is allowed, and leaves a receipt of every step."
      ),
      ".PP",
      text(
        "Standard output is the answer; standard error is everything else. A flag is written `--flag value` or `--flag=value`; a value that begins with a hyphen is written `--flag=value`. The argument `--` ends the flags. A duration is a number with one unit: `90s`, `45m`, `2h` or `1d`."
      ),
      ".PP",
      text("A new project begins with `conductor init`."),
    ]
  }

  private func command(_ command: Command) -> [String] {
    var lines = [".SS " + plain("conductor " + command.spelling)]
    lines.append(".nh")
    lines.append(".HP")
    let pieces = command.positionals.map(\.usage) + command.flags.map(\.usage)
    lines.append(
      ([bold("conductor " + command.spelling)] + pieces.map(unbroken)).joined(separator: "\n"))
    lines.append(".hy")
    lines.append(".PP")
    lines.append(text(command.summary))
    for paragraph in command.description { lines += [".PP", text(paragraph)] }
    for positional in command.positionals {
      lines += entry("\\fI\(plain(positional.name))\\fR", text(positional.summary))
    }
    lines += flags(command.flags)
    if !command.examples.isEmpty {
      lines += [".PP", "Examples:"]
      for example in command.examples {
        lines += [".RS 4", ".PP", ".EX", line(plain(example.line)), ".EE", ".RE"]
        lines += [".RS 8", text(example.meaning), ".RE"]
      }
    }
    lines += [".PP", "Exit codes:"]
    for ending in table.endings(of: command) {
      lines += entry(bold("\(ending.code.rawValue)"), text(ending.meaning), indent: 6)
    }
    return lines
  }

  private func flags(_ flags: [Flag]) -> [String] {
    flags.flatMap { flag in
      let short = flag.letter.map { bold("-\($0)") + ", " } ?? ""
      let value = flag.valueName.map { " \\fI\(plain($0))\\fR" } ?? ""
      return entry(short + bold(flag.spelling) + value, text(flag.explanation))
    }
  }

  private func entry(_ term: String, _ body: String, indent: Int? = nil) -> [String] {
    [".TP" + (indent.map { " \($0)" } ?? ""), line(term), body]
  }

  private func text(_ marked: String) -> String {
    line(
      MarkedText.spans(marked).map { $0.isLiteral ? bold($0.text) : plain($0.text) }.joined())
  }

  private func bold(_ text: String) -> String { "\\fB\(plain(text))\\fR" }

  // A piece of the usage line keeps its flag and its value on one line.
  private func unbroken(_ piece: String) -> String {
    line(plain(piece).split(separator: " ").joined(separator: "\\ "))
  }

  // A line must not begin with a control character of roff.
  private func line(_ text: String) -> String {
    text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  private func plain(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\e"
      case "-": escaped += "\\-"
      case "'": escaped += "\\(aq"
      case "`": escaped += "\\(ga"
      case "^": escaped += "\\(ha"
      case "~": escaped += "\\(ti"
      case "\n": escaped += " "
      default:
        if scalar.isASCII {
          escaped.unicodeScalars.append(scalar)
        } else {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
          escaped += "\\[u\(zeros)\(digits)]"
        }
      }
    }
    return escaped
  }

  // Within quotes of a macro's argument.
  private func argument(_ text: String) -> String {
    plain(text).split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\(dq")
  }
}
