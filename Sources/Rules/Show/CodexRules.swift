package import JSONText

/// The command rules of sets in the form that Codex reads: rules about the first words of a command.
///
/// A prefix says much less than a rule. What it cannot say exactly is named in a comment and left out, because a rule
/// that says something else is worse than none.
package struct CodexRules: Sendable {
  /// One prefix and what it says.
  struct PrefixRule: Equatable, Sendable {
    /// The words of the prefix, each with its alternatives.
    var pattern: [[Text]]
    var decision: Text
    var justification: Text
    var match: [[Text]]
    var notMatch: [[Text]]
  }

  /// The rules that a prefix can say, each with its name.
  private(set) var rules: [(name: Text, rule: PrefixRule)] = []
  /// The command rules that no prefix can say, and why.
  private(set) var omissions: [(name: Text, reason: Text)] = []
  private let names: [Text]

  /// Takes what a prefix can say from the sets.
  package init(_ sets: [RuleSet]) {
    names = sets.map { $0.name + " " + $0.version }
    for set in sets {
      for rule in set.rules where rule.phases.contains(.command) { add(rule, of: set) }
    }
  }

  /// How many rules there are.
  package var count: Int { rules.count }

  /// How many command rules are left out.
  package var omitted: Int { omissions.count }

  private mutating func add(_ rule: Rule, of set: RuleSet) {
    let name = set.name + "/" + rule.id
    do throws(Omission) {
      guard set.shell == .posix else { throw .because("it reads PowerShell") }
      let decision = try Self.decision(rule)
      for pattern in try Self.patterns(rule.condition) {
        rules.append(
          (
            name,
            PrefixRule(
              pattern: pattern, decision: decision,
              justification: rule.because + (rule.instead.map { " Instead: " + $0 } ?? ""),
              match: rule.match.compactMap(Self.words).filter { Self.begins($0, with: pattern) },
              notMatch: rule.notMatch.compactMap(Self.words)
                .filter { !Self.begins($0, with: pattern) })
          ))
      }
    } catch {
      switch error {
      case .because(let reason): omissions.append((name, reason))
      }
    }
  }

  private enum Omission: Error { case because(Text) }

  private static func decision(_ rule: Rule) throws(Omission) -> Text {
    switch rule.effect {
    case .level: throw .because("it asks for a level")
    case .verdict(.allow): throw .because("it allows, which would let a command out of the sandbox")
    case .verdict(.ask): return "prompt"
    case .verdict: return "forbidden"
    }
  }

  /// The prefixes that together say exactly what a condition says.
  private static func patterns(_ condition: Condition) throws(Omission) -> [[[Text]]] {
    switch condition {
    case .any(let parts):
      var patterns: [[[Text]]] = []
      for part in parts { patterns += try self.patterns(part) }
      return patterns
    case .all(let parts): return [try pattern(of: parts)]
    default: return [try pattern(of: [condition])]
    }
  }

  private static func pattern(of parts: [Condition]) throws(Omission) -> [[Text]] {
    var program: [Text]?
    var subcommand: [Text]?
    for part in parts {
      switch part {
      case .program(let names) where program == nil: program = names
      case .subcommand(let names) where subcommand == nil: subcommand = names
      default: throw .because("a prefix cannot say that " + (part.outline.first?.text ?? ""))
      }
    }
    guard let program else { throw .because("it names no program") }
    let words = [program] + [subcommand].compactMap { $0 }
    for word in words.joined() where word.bytes.contains(where: { "*?".utf8.contains($0) }) {
      throw .because("a prefix has no wildcards, such as " + word)
    }
    return words
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
    for (name, rule) in rules {
      lines += ["", "# " + Self.comment(name), "prefix_rule("]
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
      lines += ["", "# Not said here, because a prefix cannot:"]
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
