/// The completion script for zsh, in the terms of its own `_arguments`.
struct ZshCompletion: Sendable {
  /// The table that is completed.
  let table: CommandTable

  /// The script; it works both in a directory of `fpath` and when it is sourced.
  var source: String {
    var lines = [
      "#compdef conductor", "# Completion of conductor for zsh, made by: conductor completions zsh",
      "",
    ]
    lines += dispatcher(
      "_conductor", before: [], entries: firstEntries, callingInner: "_conductor_")
    for family in table.families {
      let inner = table.commands(of: family).map { ($0.name.words.last ?? "", $0.summary) }
      lines += dispatcher(
        "_conductor_\(family.word)", before: [family.word], entries: inner,
        callingInner: "_conductor_\(family.word)_")
    }
    for command in table.commands { lines += function(command) }
    lines += [
      "if [[ ${funcstack[1]-} == _conductor ]]; then", "  _conductor \"$@\"", "else",
      "  compdef _conductor conductor", "fi",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var firstEntries: [(String, String)] {
    table.firstWords.map { word in
      let summary =
        table.family(word)?.summary ?? table.find([word])?.summary ?? ""
      return (word, summary)
    }
  }

  // A function that completes the next word of a command, or hands on to the function of that word.
  private func dispatcher(
    _ name: String, before: [String], entries: [(String, String)], callingInner prefix: String
  ) -> [String] {
    var lines = ["\(name)() {", "  local curcontext=\"$curcontext\" state line ret=1"]
    lines += ["  local -a commands", "  typeset -A opt_args", "  _arguments -C \\"]
    lines += table.globalFlags.map { "    \(spec($0)) \\" }
    if before.isEmpty { lines.append("    '(- *)--version[Print the version of conductor.]' \\") }
    lines += ["    '1: :->command' \\", "    '*:: :->rest' && ret=0", "  case \"$state\" in"]
    lines += ["    command)", "      commands=("]
    lines += entries.map { "        \(Shell.zsh.quoted(escaped($0.0) + ":" + escaped($0.1)))" }
    lines += ["      )", "      _describe -t commands command commands && ret=0", "      ;;"]
    lines += ["    rest)", "      case \"$line[1]\" in"]
    lines += entries.map { "        \($0.0)) \(prefix)\($0.0) && ret=0 ;;" }
    lines += ["      esac", "      ;;", "  esac", "  return ret", "}", ""]
    return lines
  }

  private func function(_ command: Command) -> [String] {
    let name = (["_conductor"] + command.name.words).joined(separator: "_")
    var specs = table.flags(of: command).map(spec)
    for (index, positional) in command.positionals.enumerated() {
      let place = positional.isVariadic ? "*" : "\(index + 1)"
      let label = escaped(positional.name)
      specs.append(Shell.zsh.quoted("\(place):\(label):\(action(positional.kind))"))
    }
    return ["\(name)() {", "  _arguments -S \\"]
      + specs.dropLast().map { "    \($0) \\" } + specs.suffix(1).map { "    \($0)" } + ["}", ""]
  }

  private func spec(_ flag: Flag) -> String {
    let about = "[" + escaped(flag.brief) + "]"
    let value = flag.valueName.map { ":\(escaped($0)):\(action(flag.kind))" } ?? ""
    let equals = flag.takesValue ? "=" : ""
    if let letter = flag.letter {
      return "'(- *)'{-\(letter),\(flag.spelling)}" + Shell.zsh.quoted(about)
    }
    let repeats = flag.isRepeatable ? "*" : ""
    return Shell.zsh.quoted("\(repeats)\(flag.spelling)\(equals)\(about)\(value)")
  }

  private func action(_ kind: ValueKind) -> String {
    switch kind {
    case .directory: "_files -/"
    case .file: "_files"
    case .choice(let words): "(\(words.joined(separator: " ")))"
    case .topic:
      "(\((table.firstWords + HelpTopic.allCases.map(\.rawValue)).joined(separator: " ")))"
    default: " "
    }
  }

  // Colons and brackets structure a specification of _arguments and _describe.
  private func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\:[]".contains(character) { result += "\\" }
      result.append(character)
    }
    return result
  }
}
