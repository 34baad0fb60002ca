import JSONText
import Testing

@testable import Rules

/// What is shown of sets: as JSON, in words, and as rules of Codex.
@Suite struct ShowTests {
  /// The condition of a set's only rule.
  private func condition(_ text: String, phase: String = "\"command\"") throws -> Condition {
    try #require(try Loading.load(Loading.rule(text, phase: phase)).rules.first).condition
  }

  /// The same value with the members of every object in the order of their names.
  private static func sorted(_ value: JSON) -> JSON {
    switch value {
    case .object(let members):
      .object(
        members.map { .init(key: $0.key, value: sorted($0.value)) }.sorted { $0.key < $1.key })
    case .array(let elements): .array(elements.map(sorted))
    default: value
    }
  }

  @Test func aShownSetLoadsAgainAsItself() throws {
    var texts = [wholeSet]
    for name in BuiltIn.names {
      let source = try #require(BuiltIn.source(name))
      texts.append(String(decoding: source.bytes.array, as: UTF8.self))
    }
    for text in texts {
      let shown = try Loading.load(text, isBuiltIn: true).effective
      let written = String(decoding: shown.written(indent: 2), as: UTF8.self)
      let again = try Loading.load(written, isBuiltIn: true).effective
      // The order in which a condition asks is the loader's own.
      let lines = [shown, again].map { Self.sorted($0).written(indent: 2).split(separator: 10) }
      let difference = zip(lines[0], lines[1]).first { $0 != $1 }
        .map { (Text(bytes: Array($0)), Text(bytes: Array($1))) }
      let isSame = lines[0] == lines[1]
      #expect(isSame, "\(String(describing: difference))")
    }
  }

  @Test(
    arguments: [
      (#"{"program": "git"}"#, ["the program is git"]),
      (
        #"{"program": ["git", "hg", "jj"], "subcommand": "push"}"#,
        ["the program is git, hg or jj", "the subcommand is push"]
      ),
      (
        #"{"any": [{"program": "a"}, {"not": {"option": "-f"}}]}"#,
        [
          "any of these holds:", "  the program is a", "  this does not hold:",
          "    the option -f is given",
        ]
      ),
      (#"{"subcommand": "*"}"#, ["a subcommand is given"]),
      (#"{"sets": {"A": true}}"#, ["the variable A is set"]),
      (#"{"host": {"not_in": ["a.example"]}}"#, ["a host is none of a.example"]),
      (
        #"{"variable": {"name": "NET", "is": "1", "on_unknown": false}}"#,
        ["the variable NET is 1 (no if that is unknown)"]
      ),
      (
        #"{"json": {"file": "a.json", "pointer": "/b", "ge": 3}}"#,
        ["the value at /b of a.json is at least 3"]
      ),
    ] as [(String, [String])])
  func conditionsInWords(text: String, expected: [String]) throws {
    let lines = try condition(text).outline.map {
      String(repeating: "  ", count: $0.depth) + $0.text.string
    }
    #expect(lines == expected)
  }

  @Test func everyKeyHasWordsAndComesBackAsItself() throws {
    for rule in try Loading.load(wholeSet).rules {
      #expect(rule.condition.outline.allSatisfy { !$0.text.isEmpty }, "\(rule.id)")
    }
  }

  @Test func whatHasNoExamplesIsWarnedOf() throws {
    let set = try Loading.load(Loading.rule(#"{"program": "git"}"#))
    #expect(set.warnings.map(\.text) == ["the rule r has neither match nor not_match examples"])
    let close = try Loading.load(
      Loading.rule(#"{"variable": {"name": "A", "set": true}}"#, phase: "\"close\""))
    #expect(close.warnings.isEmpty)
  }
}

/// Rules of Codex: only what a prefix can say, and examples that really judge so.
@Suite struct CodexRulesTests {
  private func exported(_ rule: String, verdict: String = "deny", shell: String = "posix") throws
    -> CodexRules
  {
    let text = Loading.set(
      """
      "shell": "\(shell)", "rules": [{"id": "r", "phase": "command", "when": \(rule),
        "verdict": "\(verdict)", "because": "it says \\"so\\" \\\\",
        "match": ["git push origin", "cd x && git push", "git -C x push"],
        "not_match": ["git pull", "echo git push"]}]
      """)
    return CodexRules([try Loading.load(text, isBuiltIn: true)])
  }

  @Test func aRuleOfProgramAndSubcommandIsSaidWithItsExamples() throws {
    let codex = try exported(#"{"program": ["git", "hg"], "subcommand": "push"}"#)
    #expect(codex.omitted == 0)
    let text = codex.text.string
    #expect(
      text.hasSuffix(
        """

        # house/r
        prefix_rule(
            pattern = [["git", "hg"], "push"],
            decision = "forbidden",
            justification = "it says \\"so\\" \\\\",
            match = [
                ["git", "push", "origin"],
            ],
            not_match = [
                ["git", "pull"],
                ["echo", "git", "push"],
            ],
        )

        """), "\(text)")
  }

  @Test(
    arguments: [
      (#"{"program": "git"}"#, "ask", [["git"]], "prompt"),
      (#"{"program": "git"}"#, "stop", [["git"]], "forbidden"),
      (
        #"{"program": "git", "subcommand": "push", "option": "-f"}"#, "stop", [["git"], ["push"]],
        "prompt"
      ),
      (#"{"program": "git", "not": {"option": "-n"}}"#, "stop", [["git"]], "forbidden"),
      (#"{"program": ["git", "g*"]}"#, "stop", [["git"]], "forbidden"),
    ] as [(String, String, [[String]], String)])
  func decisions(rule: String, verdict: String, pattern: [[String]], decision: String) throws {
    let codex = try exported(rule, verdict: verdict)
    let only = try #require(codex.rules.first?.rule)
    #expect(codex.rules.count == 1)
    #expect(only.pattern.map { $0.map(\.string) } == pattern)
    #expect(only.decision.string == decision)
  }

  @Test(arguments: [
    (#"{"program": "git", "option": "-f"}"#, "deny", "posix"),
    (#"{"writes": "*.lock"}"#, "deny", "posix"),
    (#"{"program": "g*"}"#, "deny", "posix"),
    (#"{"program": "git", "subcommand": "*"}"#, "deny", "posix"),
    (#"{"program": "git"}"#, "allow", "posix"),
    (#"{"program": "git"}"#, "deny", "powershell"),
  ])
  func whatAPrefixCannotSayIsNamed(rule: String, verdict: String, shell: String) throws {
    let codex = try exported(rule, verdict: verdict, shell: shell)
    #expect(codex.rules.isEmpty && codex.omitted == 1)
    #expect(codex.text.string.contains("\n#   house/r: "))
  }

  @Test func theOperatorsVerbsAreForbiddenWhateverIsLoaded() throws {
    let codex = CodexRules([])
    let text = codex.text.string
    #expect(codex.count == 5)
    for verb in [#""approve""#, #""resume""#, #""mode", "set""#, #""plugin", "trust""#] {
      #expect(
        text.contains(
          """
          # conductor/operators-verb
          prefix_rule(
              pattern = ["conductor", \(verb)],
              decision = "forbidden",
          """), "\(verb)")
    }
  }

  @Test func alternativesBecomeRulesOfTheirOwn() throws {
    let codex = try exported(
      #"{"any": [{"program": "a"}, {"program": "b", "subcommand": "c"}, {"chained": true}]}"#)
    #expect(codex.rules.map { $0.rule.pattern } == [[["a"]], [["b"], ["c"]]])
    #expect(codex.omitted == 1)
  }

  @Test func everyExampleOfAnExportReallyJudgesSo() throws {
    for name in BuiltIn.names {
      let source = try #require(BuiltIn.source(name))
      let set = try RuleSet.load(source) { name, _ in BuiltIn.source(name) }
      for (_, rule) in CodexRules([set]).rules {
        func matches(_ words: [Text]) -> Bool {
          words.count >= rule.pattern.count
            && zip(words, rule.pattern).allSatisfy { $1.contains($0) }
        }
        #expect(rule.match.allSatisfy(matches))
        #expect(!rule.notMatch.contains(where: matches))
        #expect(["prompt", "forbidden"].contains(rule.decision.string))
      }
    }
  }
}
