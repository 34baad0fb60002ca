package import JSONText

/// The command rules of sets in the form that Codex reads: rules about the first words of a command.
///
/// A prefix says much less than a rule. Where it covers more than the rule, that is said beside it; where it would cover
/// far too much, the rule is left out and named in a comment.
package struct CodexRules: Sendable {
  /// One prefix and what it says.
  struct PrefixRule: Equatable, Sendable {
    /// The words of the prefix, each with its alternatives.
    var pattern: [[Text]]
    var decision: Text
    var justification: Text
    var match: [[Text]]
    var notMatch: [[Text]]
    /// What the rule asks besides, which the prefix cannot say.
    var unsaid: [Text]
  }

  /// The rules that a prefix can say, each with its name.
  private(set) var rules: [(name: Text, rule: PrefixRule)] = []
  /// What no prefix can say, and why.
  private(set) var omissions: [(name: Text, reason: Text)] = []
  private let names: [Text]

  /// Takes what a prefix can say from the sets.
  package init(_ sets: [RuleSet]) {
    names = sets.map { $0.name + " " + $0.version }
    for set in sets {
      for rule in set.rules where rule.phases.contains(.command) { add(rule, of: set) }
    }
  }

  /// What conductor itself keeps from agents, whatever the sets say.
  private static let own: [(name: Text, rule: PrefixRule)] = OperatorsVerbs.verbs.map { verb in
    let words = ([OperatorsVerbs.own] + verb).map { Text($0) }
    return (
      OwnRule.operatorsVerb.name,
      PrefixRule(
        pattern: words.map { [$0] }, decision: "forbidden",
        justification: "This decides for the operator, and is for a person to type.",
        match: [words], notMatch: [[words[0], "status"]], unsaid: [])
    )
  }

  /// How many prefix rules there are.
  package var count: Int { Self.own.count + rules.count }

  /// How many command rules are left out, at least in part.
  package var omitted: Int { Set(omissions.map(\.name)).count }

  private enum Omission: Error { case because(Text) }

  private mutating func add(_ rule: Rule, of set: RuleSet) {
    let name = set.name + "/" + rule.id
    for alternative in rule.condition.alternatives {
      do throws(Omission) {
        guard set.shell == .posix else { throw .because("it reads PowerShell") }
        rules.append((name, try Self.prefixRule(rule, alternative)))
      } catch {
        switch error {
        case .because(let reason): omissions.append((name, reason))
        }
      }
    }
  }

  private static func prefixRule(
    _ rule: Rule, _ parts: [Condition]
  ) throws(Omission) -> PrefixRule {
    var decision = try decision(rule)
    var pattern: [[Text]] = []
    var exceptions: [Condition] = []
    var conditions: [Condition] = []
    for part in parts {
      switch part {
      case .program(let names) where pattern.isEmpty: pattern = [try literal(names)]
      case .subcommand: break
      case .not: exceptions.append(part)
      default: conditions.append(part)
      }
    }
    guard !pattern.isEmpty else { throw .because("it names no program: " + words(of: parts)) }
    for case .subcommand(let names) in parts {
      guard pattern.count == 1 else { throw .because("it names two subcommands") }
      pattern.append(try literal(names))
    }
    if !conditions.isEmpty {
      guard pattern.count == 2 else {
        throw .because("a prefix cannot say that " + words(of: conditions))
      }
      decision = "prompt"
    }
    return PrefixRule(
      pattern: pattern, decision: decision,
      justification: rule.because + (rule.instead.map { " Instead: " + $0 } ?? ""),
      match: rule.match.compactMap(Self.words).filter { begins($0, with: pattern) },
      notMatch: rule.notMatch.compactMap(Self.words).filter { !begins($0, with: pattern) },
      unsaid: (conditions + exceptions).map { words(of: [$0]) })
  }

  private static func decision(_ rule: Rule) throws(Omission) -> Text {
    switch rule.effect {
    case .level: throw .because("it asks for a level")
    case .verdict(.allow): throw .because("it allows, which would let a command out of the sandbox")
    case .verdict(.ask): return "prompt"
    case .verdict: return "forbidden"
    }
  }

  /// The names that are no wildcards.
  private static func literal(_ names: [Text]) throws(Omission) -> [Text] {
    let literal = names.filter { !$0.bytes.contains { "*?".utf8.contains($0) } }
    guard !literal.isEmpty else {
      throw .because("a prefix has no wildcards, such as " + (names.first ?? ""))
    }
    return literal
  }

  private static func words(of parts: [Condition]) -> Text {
    joined(parts.flatMap { $0.outline.map(\.text) }, " ")
  }

  /// The words of an example, where every shell would part it in the same way; nil for any other.
  private static func words(of example: Example) -> [Text]? {
    guard case .string(let line) = example.value else { return nil }
    let isPlain = line.bytes.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
      default: " -_./:@%+,".utf8.contains(byte)
      }
    }
    guard isPlain else { return nil }
    let words = line.bytes.split(separator: UInt8(ascii: " ")).map { Text(bytes: Array($0)) }
    return words.isEmpty ? nil : words
  }

  private static func begins(_ words: [Text], with pattern: [[Text]]) -> Bool {
    words.count >= pattern.count && zip(words, pattern).allSatisfy { $1.contains($0) }
  }

  // MARK: Writing

  /// The rules as a file of Codex.
  package var text: Text {
    var lines = [
      "# Rules for Codex, made by conductor from: "
        + (names.isEmpty ? "no rule set" : Self.joined(names.map { Self.comment($0) })),
      "#",
      "# Codex compares the first words of a command. These rules are a first net: a command behind another",
      "# program, or with options before its subcommand, passes them. What conductor itself judges does not.",
    ]
    for (name, rule) in Self.own + rules {
      lines += ["", "# " + Self.comment(name)]
      if !rule.unsaid.isEmpty {
        lines.append("# This covers more than the rule, which also asks that:")
        lines += rule.unsaid.map { "#   " + Self.comment($0) }
      }
      lines.append("prefix_rule(")
      lines.append("    pattern = " + Self.list(rule.pattern.map(Self.alternatives)) + ",")
      lines.append("    decision = " + Self.quoted(rule.decision) + ",")
      lines.append("    justification = " + Self.quoted(rule.justification) + ",")
      for (key, examples) in [("match", rule.match), ("not_match", rule.notMatch)]
        as [(Text, [[Text]])]
      where !examples.isEmpty {
        lines.append("    " + key + " = [")
        lines += examples.map { "        " + Self.list($0.map(Self.quoted)) + "," }
        lines.append("    ],")
      }
      lines.append(")")
    }
    if !omissions.isEmpty {
      lines += ["", "# Not said here, or not in whole, because a prefix cannot:"]
      lines += omissions.map { "#   " + Self.comment($0.name) + ": " + Self.comment($0.reason) }
    }
    return Self.joined(lines, "\n") + "\n"
  }

  private static func alternatives(_ words: [Text]) -> Text {
    if words.count == 1, let only = words.first { return quoted(only) }
    return list(words.map(quoted))
  }

  private static func list(_ items: [Text]) -> Text { "[" + joined(items) + "]" }

  private static func joined(_ items: [Text], _ separator: Text = ", ") -> Text {
    Text(bytes: Array(items.map(\.bytes).joined(separator: separator.bytes)))
  }

  /// A text in the quotes of Starlark, whose escapes are those of Python.
  private static func quoted(_ text: Text) -> Text {
    var bytes = [UInt8(ascii: "\"")]
    for byte in text.bytes {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x0a: bytes += "\\n".utf8
      case 0x00..<0x20, 0x7f: bytes += Array("\\x".utf8) + hex(byte)
      default: bytes.append(byte)
      }
    }
    return Text(bytes: bytes + [UInt8(ascii: "\"")])
  }

  private static func hex(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  /// A text that stays on the line of its comment.
  private static func comment(_ text: Text) -> Text {
    Text(bytes: text.bytes.map { $0 < 0x20 || $0 == 0x7f ? UInt8(ascii: " ") : $0 })
  }
}

extension Condition {
  /// Ways in which the condition can hold, each a list of parts that must all hold.
  fileprivate var alternatives: [[Condition]] {
    switch self {
    case .any(let parts): parts.flatMap(\.alternatives)
    case .all(let parts):
      parts.reduce([[]]) { found, part in
        let next = part.alternatives
        // Beyond any sensible size a part stays whole, and is said in words.
        guard found.count * next.count <= 256 else { return found.map { $0 + [part] } }
        return found.flatMap { one in next.map { one + $0 } }
      }
    default: [[self]]
    }
  }
}
