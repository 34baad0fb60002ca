extension UsageError {
  /// The fault in one sentence, ready for a terminal, without the program's name before it.
  var message: String {
    let sentence = fault
    guard let first = suggestions.first else { return sentence }
    let all = suggestions.count < 2 ? first : listed(suggestions, "or")
    return sentence + "; did you mean \(all)?"
  }

  /// Everything that is said on standard error: the sentence, then the next steps, each on its line.
  ///
  /// Who types nothing but the program's name wants to know what there is, and gets the overview.
  func text(table: CommandTable = .standard, width: Int? = 80) -> String {
    let lines = ["conductor: " + message] + nextSteps(table).map { "  " + $0 }
    let plain = lines.joined(separator: "\n") + "\n"
    guard kind == .missingCommand else { return plain }
    return plain + "\n" + HelpText(table: table, width: width).overview()
  }

  /// What to do about it, as whole sentences.
  func nextSteps(_ table: CommandTable = .standard) -> [String] {
    var steps = hints.map(Printable.line)
    switch kind {
    case .missingCommand: return steps
    case .unknownCommand: steps.append("Every command is listed by: conductor help")
    case .missingSubcommand(let word), .unknownSubcommand(_, let word):
      if let family = table.family(word) {
        steps += table.commands(of: family).map { "conductor \($0.spelling): \($0.summary)" }
      }
    case .unknownTopic: steps.append("Commands and topics are listed by: conductor help")
    case .undecodable: break
    default:
      if let known = table.find(command) {
        steps.append("What it takes is explained by: conductor help \(known.spelling)")
      } else {
        steps.append("Every command is listed by: conductor help")
      }
    }
    return steps
  }

  private var fault: String {
    let of = command.isEmpty ? "" : " for \(command.joined(separator: " "))"
    let name = command.isEmpty ? "conductor" : command.joined(separator: " ")
    switch kind {
    case .undecodable(let place, let argument):
      return
        "argument \(place) is not valid UTF-8, so it cannot be taken as it was meant: \(shown(argument))"
    case .missingCommand: return "no command was given"
    case .unknownCommand(let word): return "unknown command \(shown(word))"
    case .missingSubcommand(let family): return "\(family) needs one of its commands"
    case .unknownSubcommand(let word, let family):
      return "unknown command \(shown(family + " " + word))"
    case .unknownFlag(let flag): return "unknown flag \(shown(flag))\(of)"
    case .missingValue(let flag, let next):
      let instead = next.map { ", but \(shown($0)) follows" } ?? ""
      return "\(flag) needs a value\(instead)"
    case .surplusValue(let flag, let value):
      return "\(flag) takes no value, but was given \(shown(value))"
    case .repeatedFlag(let flag): return "\(flag) may be given only once"
    case .missingFlag(let flag): return "\(name) needs \(flag)"
    case .missingArgument(let argument): return "\(name) needs \(argument)"
    case .surplusArgument(let argument):
      return "\(name) does not take the further argument \(shown(argument))"
    case .unacceptable(let subject, let value, let fault):
      return words(for: fault, subject: subject, value: shown(value))
    case .unknownTopic(let word): return "there is no help on \(shown(word))"
    case .stated(let sentence): return Printable.line(sentence)
    }
  }

  private func words(for fault: ValueFault, subject: String, value: String) -> String {
    switch fault {
    case .blank: "\(subject) was given an empty value"
    case .controlCharacter(let scalar):
      "the value of \(subject) holds the control character \(Printable.line(String(scalar))), which could not be shown as it was given: \(value)"
    case .notACount:
      "\(subject) takes a whole number above 0 in plain decimal, such as 200, not \(value)"
    case .notALimit:
      "\(subject) takes 0 or a whole number in plain decimal, such as 200, not \(value)"
    case .leadingZero: "\(subject) takes a number without leading zeros, not \(value)"
    case .zero: "\(subject) must be above 0, not \(value)"
    case .tooLarge: "the number for \(subject) is too large: \(value)"
    case .notADuration:
      "\(subject) takes a number with one unit, such as 90s, 45m, 2h or 1d, not \(value)"
    case .tooLong: "\(subject) may be at most 36500d, not \(value)"
    case .notAmong(let words): "\(subject) takes \(listed(words, "or")), not \(value)"
    case .other(let because): "\(subject) \(value) \(Printable.line(because))"
    }
  }

  private func listed(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) " + last
  }

  // What was typed, safe to show and short; in quotes where its ends would not be seen otherwise.
  private func shown(_ typed: String) -> String {
    let text = DisplayWidth.truncate(Printable.line(typed), to: 80)
    return text.isEmpty || text.contains(" ") ? "'\(text)'" : text
  }
}
