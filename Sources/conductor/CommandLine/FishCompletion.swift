/// The completion script for fish.
struct FishCompletion: Sendable {
  /// The table that is completed.
  let table: CommandTable

  /// The script.
  var source: String {
    var lines = [
      "# Completion of conductor for fish, made by: conductor completions fish", "",
      "# The words of the command line that are neither flags nor values of flags.",
      "function __conductor_words", "  set -l skip 0", "  set -l ended 0",
      "  for token in (commandline -opc)[2..-1]", "    if test $skip = 1",
      "      set skip 0", "    else if test $ended = 1", "      echo -- $token",
      "    else if test \"$token\" = --", "      set ended 1",
      "    else if contains -- \"$token\" \(flagsWithValue)", "      set skip 1",
      "    else if not string match -q -- '-?*' \"$token\"", "      echo -- $token", "    end",
      "  end", "end", "", "# Whether the words typed so far are exactly these.",
      "function __conductor_at", "  set -l words (__conductor_words)",
      "  test \"$words\" = \"$argv\"",
      "end", "", "# Whether the words typed so far begin with these.", "function __conductor_in",
      "  set -l words (__conductor_words)", "  set -l count (count $argv)",
      "  test (count $words) -ge $count; and test \"$words[1..$count]\" = \"$argv\"", "end", "",
      "complete -c conductor -f",
    ]
    lines += table.globalFlags.map { line(nil, $0) }
    lines.append(
      "complete -c conductor -n __conductor_at -l version -d 'Print the version of conductor.'")
    for word in table.firstWords {
      let summary = table.family(word)?.summary ?? table.find([word])?.summary ?? ""
      lines.append(entry("", word, summary))
    }
    for family in table.families {
      for command in table.commands(of: family) {
        lines.append(entry(family.word, command.name.words.last ?? "", command.summary))
      }
    }
    for command in table.commands {
      lines += command.flags.map { line(command.spelling, $0) }
      guard let positional = command.positionals.first else { continue }
      let at = "complete -c conductor -n '__conductor_at \(command.spelling)'"
      if let words = words(positional.kind) { lines.append("\(at) -a \(quoted(words))") }
      if positional.kind == .file { lines.append("\(at) -F") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  // A flag of every command where `command` is nil.
  private func line(_ command: String?, _ flag: Flag) -> String {
    var parts = ["complete -c conductor"]
    if let command { parts.append("-n '__conductor_in \(command)'") }
    if let letter = flag.letter { parts.append("-s \(letter)") }
    parts.append("-l \(flag.word)")
    if flag.takesValue {
      parts.append(flag.kind == .file ? "-r -F" : "-x")
      if flag.kind == .directory {
        parts.append("-a '(__fish_complete_directories (commandline -ct))'")
      } else if let words = words(flag.kind) {
        parts.append("-a \(quoted(words))")
      }
    }
    parts.append("-d \(quoted(flag.brief))")
    return parts.joined(separator: " ")
  }

  private func entry(_ before: String, _ word: String, _ summary: String) -> String {
    let at = before.isEmpty ? "__conductor_at" : "'__conductor_at \(before)'"
    return "complete -c conductor -n \(at) -a \(word) -d \(quoted(summary))"
  }

  private func words(_ kind: ValueKind) -> String? {
    switch kind {
    case .choice(let words): words.joined(separator: " ")
    case .topic:
      (table.firstWords + HelpTopic.allCases.map(\.rawValue)).joined(separator: " ")
    default: nil
    }
  }

  private var flagsWithValue: String {
    var words: [String] = []
    for flag in table.globalFlags + table.commands.flatMap(\.flags)
    where flag.takesValue && !words.contains(flag.spelling) {
      words.append(flag.spelling)
    }
    return words.joined(separator: " ")
  }

  private func quoted(_ text: String) -> String { Shell.fish.quoted(text) }
}
