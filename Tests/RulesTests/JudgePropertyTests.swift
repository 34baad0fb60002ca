import JSONText
import Rules
import ShellText
import TestSupport
import Testing

/// Random sets on random lines, against a second judge and against themselves in another order.
@Suite struct JudgePropertyTests {
  private static let programs = ["alembic", "dokku", "flask", "make-it", "rg", "x"]
  private static let words = [
    "up", "down", "-a", "--sql", "-xv", "head", "A=1", "B=yes", "--", "-c",
  ]

  // MARK: Random material

  private static func condition(_ random: inout SeededRandom, _ depth: Int) -> String {
    func list(_ values: [String], _ random: inout SeededRandom) -> String {
      "[" + (0...random.below(2)).map { _ in "\"\(random.pick(values))\"" }.joined(separator: ", ")
        + "]"
    }
    if depth < 3, random.oneIn(3) {
      let parts = (0...random.below(2)).map { _ in condition(&random, depth + 1) }
        .joined(separator: ", ")
      switch random.below(3) {
      case 0: return #"{"all": [\#(parts)]}"#
      case 1: return #"{"any": [\#(parts)]}"#
      default: return #"{"not": \#(condition(&random, depth + 1))}"#
      }
    }
    let key: String
    switch random.below(9) {
    case 0, 1, 2: key = #""program": \#(list(programs + ["a*", "?ool"], &random))"#
    case 3: key = #""subcommand": \#(list(["up", "down", "head"], &random))"#
    case 4: key = #""option": \#(list(["-a", "--sql", "-v"], &random))"#
    case 5: key = #""argument": \#(list(["up", "he.d"], &random))"#
    case 6:
      key =
        #""sets": {"\#(random.pick(["A", "B"]))": \#(random.oneIn(2) ? "true" : #"["1", "YES"]"#)}"#
    case 7: key = #""pipes": \#(random.oneIn(2))"#
    default: key = random.oneIn(2) ? #""chained": \#(random.oneIn(2))"# : #""elsewhere": true"#
    }
    guard random.oneIn(2), !key.contains("program") else { return "{\(key)}" }
    return #"{"program": \#(list(programs, &random)), \#(key)}"#
  }

  private static func set(_ random: inout SeededRandom, _ name: String) throws -> RuleSet {
    let rules = (0..<random.below(8)).map { index in
      let effect =
        random.oneIn(4)
        ? #""level": "L\#(random.below(3))""#
        : #""verdict": "\#(random.pick(["allow", "ask", "deny", "stop"]))""#
      return #"""
        {"id": "r\#(index)", "phase": "command", "when": \#(condition(&random, 0)), \#(effect), "because": "b"}
        """#
    }
    return try Judging.set(
      #"""
      "unmatched": "\#(random.pick(["allow", "allow", "deny"]))",
      "levels": {"default": "L1", "order": ["L0", "L1", "L2"]},
      "programs": {
        "alembic": {"valued": ["-c"]}, "dokku": {"valued": []}, "flask": {"valued": []},
        "make-it": {"valued": []}, "rg": {"valued": []}, "x": {"valued": []},
        "sh": {"valued": ["-c"]}, "sudo": {"valued": []}, "env": {"valued": []}, "ssh": {"valued": []}
      }, "rules": [\#(rules.joined(separator: ", "))]
      """#, name: name)
  }

  private static func command(_ random: inout SeededRandom, unknown: Bool, _ depth: Int = 0)
    -> String
  {
    if depth < 2, random.oneIn(4) {
      let inner = command(&random, unknown: unknown, depth + 1)
      switch random.below(4) {
      case 0: return "sudo " + inner
      case 1: return "env A=1 " + inner
      case 2 where !unknown: return "sh -c '\(inner.replacing("'", with: "\""))'"
      default: return "ssh host " + (unknown ? "true" : inner)
      }
    }
    var words = [random.pick(programs)]
    for _ in 0..<random.below(4) {
      words.append(unknown && random.oneIn(2) ? "\"$U\"" : random.pick(Self.words))
    }
    return (random.oneIn(6) ? "B=yes " : "") + words.joined(separator: " ")
  }

  private static func line(_ random: inout SeededRandom, unknown: Bool = false) -> String {
    var line = command(&random, unknown: unknown)
    for _ in 0..<random.below(3) {
      line += random.pick([" && ", "; ", " | ", " || "]) + command(&random, unknown: unknown)
    }
    return line
  }

  private static func judgement(_ sets: [RuleSet], _ line: String, _ level: String?) -> Judgement {
    RuleBook(sets).judgement(
      ofCommand: Array(line.utf8),
      Judging.circumstances { $0.level = level.map { Text($0) } })
  }

  private static func said(_ judgement: Judgement) -> Set<NaiveJudge.Said> {
    Set(
      judgement.findings.map {
        NaiveJudge.Said(
          verdict: $0.verdict.rawValue, name: $0.name.string, saw: $0.saw.string)
      })
  }

  // MARK: Properties

  @Test func theSecondJudgeSaysTheSame() throws {
    var random = SeededRandom(71)
    var spoke = 0
    for _ in 0..<400 {
      let sets = [try Self.set(&random, "one")]
      let level = random.oneIn(3) ? nil : random.pick(["L0", "L1", "L2"])
      for _ in 0..<5 {
        let line = Self.line(&random)
        let judgement = Self.judgement(sets, line, level)
        let expected = NaiveJudge(sets: sets, level: level).said(line)
        #expect(Self.said(judgement) == expected, "\(line)")
        #expect(judgement.verdict.rawValue == expected.map(\.verdict).max() ?? 0)
        if !expected.isEmpty { spoke += 1 }
      }
    }
    #expect(spoke > 500)
  }

  @Test func neitherOrderNorRepetitionMakesADifference() throws {
    var random = SeededRandom(72)
    for _ in 0..<150 {
      let sets = try ["one", "two", "three"].prefix(1 + random.below(3)).map {
        try Self.set(&random, $0)
      }
      let line = Self.line(&random, unknown: random.oneIn(2))
      let level = random.oneIn(2) ? nil : "L2"
      let first = Self.judgement(sets, line, level)
      var others = sets.shuffled(using: &random)
      for index in others.indices {
        others[index].rules.shuffle(using: &random)
        if let rule = others[index].rules.first { others[index].rules.append(rule) }
      }
      others.append(random.pick(sets))
      let second = Self.judgement(others, line, level)
      #expect(second.findings == first.findings, "\(line)")
      #expect(second.judged == first.judged && second.isUnderstood == first.isUnderstood)
      #expect(second.programs == first.programs)
      let alone = sets.map { Self.judgement([$0], line, level).verdict }.max() ?? .allow
      if sets.count == 1 { #expect(first.verdict == alone) }
    }
  }

  @Test func whatAnUnknownWordCouldBringIsNeverLetPassUnsaid() throws {
    var random = SeededRandom(73)
    var unknowns = 0
    for _ in 0..<300 {
      let set = try Self.set(&random, "one")
      let line = Self.line(&random, unknown: true)
      guard line.contains("$U") else { continue }
      unknowns += 1
      let judgement = Self.judgement([set], line, "L0")
      let spoken = Set(judgement.findings.filter { $0.verdict > .allow }.map(\.rule))
      let certain = judgement.findings.filter {
        !$0.because.hasSuffix("cannot be told") && $0.rule != "unmatched"
          && $0.ruleSet != "conductor" && !$0.because.hasPrefix("needs level")
      }
      for word in Self.words + ["'other word'"] where word != "--" && !word.contains("=") {
        let known = line.replacing("\"$U\"", with: word)
        // Equal commands are read as one.
        guard ShellLine.reading(known).vectors.count == ShellLine.reading(line).vectors.count else {
          continue
        }
        let world = NaiveJudge(sets: [set], level: "L0").said(known)
        let worst = world.map(\.verdict).max() ?? 0
        if worst > 0 { #expect(judgement.verdict > .allow, "\(line) with \(word): \(world)") }
        for one in world where one.verdict > 0 && !one.name.hasSuffix("unmatched") {
          let id = String(one.name.dropFirst(4))
          let isLevel = set.rules.contains {
            if case .level = $0.effect { $0.id.string == id } else { false }
          }
          if !isLevel { #expect(spoken.contains(Text(id)), "\(line) with \(word): \(id)") }
        }
        for finding in certain {
          #expect(
            world.contains { $0.name == finding.name.string },
            "\(line) with \(word): \(finding.name)")
        }
      }
    }
    #expect(unknowns > 100)
  }

  @Test func nothingMakesTheJudgeFail() throws {
    var random = SeededRandom(74)
    let pieces = [
      "alembic", "$(", ")", "`", "'", "\"", "make", "npm run", "sh", "-c", "|", "&&", ">", "<<E",
      "\n",
      "https://", "://", "git", "push", ":", "=", "--", "-", "~", "$HOME", "..", "/", "*", "[",
      "\u{0}",
      "é", "a=b", "rm", "mv", "cp", "sed -i", "dd of=", "http://[::1", "@", "just", "bun",
    ]
    var books: [RuleBook] = []
    for index in 0..<20 { books.append(RuleBook([try Self.set(&random, "s\(index)")])) }
    let power = try Judging.one(
      #"{"program": "rm", "writes": "**/a/*"}"#, set: #""shell": "powershell""#)
    for _ in 0..<3_000 {
      let words = (0..<random.below(9)).map { _ in random.pick(pieces) }
      let line = words.joined(separator: random.pick([" ", ""]))
      let book = RuleBook(random.pick(books).sets + [power])
      let circumstances = Judging.circumstances { $0.protected = ["docs/**", "[", ""] }
      let judgement = book.judgement(ofCommand: Array(line.utf8), circumstances)
      #expect(judgement.errored == 0)
      _ = book.judgement(ofVector: words.map { Text($0) }, circumstances)
      _ = book.judgement(ofFetch: Text(line), circumstances)
    }
  }
}
