import JSONText
import Rules
import ShellText

/// A second judge of lines of which every word is known: every rule of every set on every vector, in plain loops.
///
/// It shares nothing with the real one but the reading of lines and the compiled expressions.
struct NaiveJudge {
  /// What a finding says, without where its rule stands.
  struct Said: Hashable, Comparable {
    var verdict: Int
    var name: String
    var saw: String

    static func < (a: Said, b: Said) -> Bool {
      (a.verdict, a.name, a.saw) < (b.verdict, b.name, b.saw)
    }
  }

  struct Command {
    var words: [String]
    var via: [String]
    var variables: [String: String]
    var isPiped: Bool
    var isElsewhere: Bool

    var name: String { String(words[0].split(separator: "/").last ?? "") }
  }

  var sets: [RuleSet]
  var level: String?

  func said(_ line: String) -> Set<Said> {
    let commands = ShellLine.reading(line).vectors.map { vector in
      Command(
        words: [vector.program.written.string] + vector.arguments.map(\.written.string),
        via: vector.via.map(\.string),
        variables: Dictionary(
          vector.environment.map { ($0.name.string, $0.value.written.string) },
          uniquingKeysWith: { $1 }),
        isPiped: vector.isPiped, isElsewhere: vector.place == .elsewhere)
    }
    var said: Set<Said> = []
    for set in sets {
      var needs: [(rank: Int, rule: Rule, saw: String)] = []
      for command in commands {
        var isMatched = false
        for rule in set.rules where holds(rule.condition, command, commands, set) {
          isMatched = true
          let saw = command.words.joined(separator: " ")
          switch rule.effect {
          case .verdict(let verdict):
            said.insert(Said(verdict: verdict.rawValue, name: "\(set.name)/\(rule.id)", saw: saw))
          case .level(let name):
            if let rank = set.levels?.levels.firstIndex(where: { $0.name == name }) {
              needs.append((rank, rule, saw))
            }
          }
        }
        if !isMatched, !starts(command, commands), set.unmatched != .allow {
          said.insert(
            Said(
              verdict: set.unmatched.rawValue, name: "\(set.name)/unmatched",
              saw: command.words.joined(separator: " ")))
        }
      }
      guard let levels = set.levels, let highest = needs.map(\.rank).max() else { continue }
      let names = levels.levels.map(\.name.string)
      let held =
        level.flatMap { names.firstIndex(of: $0) } ?? names.firstIndex(of: levels.preset.string)
        ?? -1
      for need in needs where need.rank == highest && held < highest {
        said.insert(
          Said(verdict: Verdict.deny.rawValue, name: "\(set.name)/\(need.rule.id)", saw: need.saw))
      }
    }
    return said
  }

  private func starts(_ command: Command, _ commands: [Command]) -> Bool {
    commands.contains { $0.via == command.via + [command.name] }
  }

  private func holds(
    _ condition: Condition, _ command: Command, _ commands: [Command], _ set: RuleSet,
    isNamed: Bool = false
  ) -> Bool {
    let arguments = Array(command.words.dropFirst())
    let options = arguments.prefix { $0 != "--" }
    switch condition {
    case .all(let parts):
      let names = parts.flatMap { part -> [String] in
        guard case .program(let names) = part else { return [] }
        return names.contains { $0.string.contains("*") || $0.string.contains("?") }
          ? [] : names.map(\.string)
      }
      return !parts.contains {
        !holds($0, command, commands, set, isNamed: isNamed || !names.isEmpty)
      }
    case .any(let parts):
      return parts.contains { holds($0, command, commands, set, isNamed: isNamed) }
    case .not(let part): return !holds(part, command, commands, set, isNamed: isNamed)
    case .program(let names):
      return names.contains { Self.matches($0.string[...], command.name[...]) }
    case .subcommand(let names):
      var rest = arguments[...]
      while let word = rest.popFirst() {
        if word == "--" { return rest.first.map { names.contains(Text($0)) } ?? false }
        if word.hasPrefix("-"), word.count > 1 {
          let valued = set.valued[Text(command.name)] ?? []
          if valued.contains(Text(word)) { _ = rest.popFirst() }
          continue
        }
        return names.contains(Text(word))
      }
      return false
    case .option(let names):
      return options.contains { word in
        names.contains { name in
          let name = name.string
          if word == name || word.hasPrefix(name + "=") { return true }
          return name.count == 2 && word.hasPrefix("-") && !word.hasPrefix("--")
            && word.prefix { $0 != "=" }.dropFirst().contains(name.last ?? " ")
        }
      }
    case .argument(let patterns):
      return arguments.contains { word in
        patterns.contains { (try? $0.expression().matches(word)) ?? false }
      }
    case .sets(let variables):
      var all = command.variables.map { ($0, $1) }
      for word in arguments where isNamed || ["dokku", "env", "sudo"].contains(command.name) {
        let sides = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if sides.count == 2 { all.append((String(sides[0]), String(sides[1]))) }
      }
      return variables.contains { variable in
        all.contains { (name, value) in
          name == variable.name.string
            && variable.values?.contains { $0.string.lowercased() == value.lowercased() } ?? true
        }
      }
    case .pipes(let expected): return command.isPiped == expected
    case .elsewhere(let expected): return command.isElsewhere == expected
    case .chained(let expected):
      return (commands.filter { !starts($0, commands) }.count > 1) == expected
    default: return false
    }
  }

  /// Names with stars, by trying every length of what a star stands for.
  static func matches(_ pattern: Substring, _ name: Substring) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case "*": return (0...name.count).contains { matches(rest, name.dropFirst($0)) }
    case "?": return !name.isEmpty && matches(rest, name.dropFirst())
    default: return name.first == first && matches(rest, name.dropFirst())
    }
  }
}
