/// The completion script for bash, which needs nothing but bash itself (3.2 or later).
struct BashCompletion: Sendable {
  /// The table that is completed.
  let table: CommandTable

  /// The script.
  ///
  /// Bash splits `--flag=value` at the equals sign into three words, so the word before the last one
  /// decides whether a value is being typed.
  var source: String {
    """
    # Completion of conductor for bash, made by: conductor completions bash

    _conductor() {
      local current="${COMP_WORDS[COMP_CWORD]}" previous="" command="" flag="" word i
      local ended=0 expects=0 place=0
      COMPREPLY=()

      # What the words before the present one say: the command, and whether a value is due.
      for ((i = 1; i < COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if [[ $word == "=" ]]; then
          if [[ -n $flag ]]; then expects=1; fi
          continue
        fi
        if ((expects)); then
          expects=0 flag=""
          continue
        fi
        flag=""
        if ((!ended)) && [[ $word == "--" ]]; then
          ended=1
        elif ((!ended)) && [[ $word == -?* ]]; then
          if _conductor_takes_value "$command" "$word"; then flag="$word" expects=1; fi
        else
          case "$command $word" in
    \(steps)
            *)
              case "$command" in
                \(unfinished)) command="?" ;;
                *) ((place++)) ;;
              esac
              ;;
          esac
        fi
      done
      if [[ $current == "=" ]]; then current=""; fi

      if ((expects)); then
        case "$flag" in
    \(values)
        esac
        return 0
      fi

      if ((!ended)) && [[ $current == -* ]]; then
        case "$command" in
    \(flags)
        esac
        return 0
      fi

      case "$command" in
    \(words)
      esac
      return 0
    }

    # Whether a flag of a command takes a value.
    _conductor_takes_value() {
      case "$2" in
    \(globalsWithValue)
      esac
      case "$1 $2" in
    \(ownWithValue)
      esac
      return 1
    }

    # Completes with names of directories (-d) or of all files (-f).
    _conductor_paths() {
      local line
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$1" -- "$2")
      compopt -o filenames 2>/dev/null
      return 0
    }

    # Completes with the words of the first argument that begin with the second.
    _conductor_words() {
      local IFS=$' \\t\\n'
      COMPREPLY=($(compgen -W "$1" -- "$2"))
    }

    complete -F _conductor conductor

    """
  }

  private var nodes: [String] { [""] + table.families.map(\.word) + table.commands.map(\.spelling) }

  // From the command so far and the next word to the command with it; place counts the arguments.
  private var steps: String {
    var lines: [String] = []
    for family in table.families { lines.append(step("", family.word)) }
    for command in table.commands {
      let words = command.name.words
      lines.append(step(words.dropLast().joined(separator: " "), words.last ?? ""))
    }
    return lines.joined(separator: "\n")
  }

  // Where an unknown word is no argument but a command that does not exist.
  private var unfinished: String {
    (["\"\""] + table.families.map(\.word)).joined(separator: " | ")
  }

  private func step(_ before: String, _ word: String) -> String {
    let after = before.isEmpty ? word : "\(before) \(word)"
    return "        \"\(before) \(word)\") command=\"\(after)\" ;;"
  }

  private var values: String {
    var seen: Set<String> = []
    var lines: [String] = []
    for flag in table.globalFlags + table.commands.flatMap(\.flags)
    where flag.takesValue && seen.insert(flag.word).inserted {
      if let action = action(flag.kind) { lines.append("      \(flag.spelling)) \(action) ;;") }
    }
    return lines.joined(separator: "\n")
  }

  private func action(_ kind: ValueKind) -> String? {
    switch kind {
    case .directory: "_conductor_paths -d \"$current\""
    case .file: "_conductor_paths -f \"$current\""
    case .choice(let words): "_conductor_words \"\(words.joined(separator: " "))\" \"$current\""
    default: nil
    }
  }

  private var flags: String {
    nodes.map { node in
      let own = table.commands.first { $0.spelling == node }.map(\.flags) ?? []
      let all = (own + table.globalFlags).map(\.spelling) + (node.isEmpty ? ["--version"] : [])
      return "      \"\(node)\") _conductor_words \"\(all.joined(separator: " "))\" \"$current\" ;;"
    }.joined(separator: "\n")
  }

  private var words: String {
    var lines = ["    \"\") \(wordsAction(table.firstWords)) ;;"]
    for family in table.families {
      let inner = table.commands(of: family).compactMap(\.name.words.last)
      lines.append("    \"\(family.word)\") \(wordsAction(inner)) ;;")
    }
    for command in table.commands {
      guard let positional = command.positionals.first else { continue }
      if positional.kind == .topic {
        let topics = table.firstWords + HelpTopic.allCases.map(\.rawValue)
        lines.append("    \"\(command.spelling)\") \(atFirst(wordsAction(topics)))")
        continue
      }
      if let action = action(positional.kind) {
        lines.append("    \"\(command.spelling)\") \(atFirst(action))")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func atFirst(_ action: String) -> String {
    "if ((place == 0)); then \(action); fi ;;"
  }

  private func wordsAction(_ words: [String]) -> String {
    "_conductor_words \"\(words.joined(separator: " "))\" \"$current\""
  }

  private var globalsWithValue: String {
    let flags = table.globalFlags.filter(\.takesValue).map(\.spelling)
    return flags.isEmpty ? "" : "    \(flags.joined(separator: " | "))) return 0 ;;"
  }

  private var ownWithValue: String {
    table.commands.compactMap { command in
      let flags = command.flags.filter(\.takesValue)
      if flags.isEmpty { return nil }
      let patterns = flags.map { "\"\(command.spelling) \($0.spelling)\"" }
      return "    \(patterns.joined(separator: " | "))) return 0 ;;"
    }.joined(separator: "\n")
  }
}
