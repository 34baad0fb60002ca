import JSONText
import Rules
import Testing

@Suite struct LoadTests {
  @Test func everyKeyIsTakenIn() throws {
    let set = try Loading.load(wholeSet)
    #expect(
      set.name == "whole" && set.version == "2.1.0" && set.title == "Everything that can be said")
    #expect(set.reviewedCommit == "0b47bc3a" && set.reviewedFiles == ["docs/SPEC.md"])
    #expect(set.shell == .posix && set.unmatched == .ask)
    #expect(set.authority.chain == ["Robert", "CapeAI", "Codex"])
    #expect(set.authority.escalateTo == "Robert")
    #expect(set.authority.rights == ["migrate": "CapeAI", "deploy": "Robert"])
    #expect(set.authority.keys["Robert"]?.hasPrefix("ssh-ed25519 AAAA") == true)
    #expect(set.environments.map(\.name) == ["local", "staging", "production"])
    #expect(set.environments.map(\.approver) == ["anyone", "CapeAI", nil])
    #expect(set.environments[1].needs == ["work_order", "rollback"])
    #expect(set.environments[1].variables.first?.values == ["autorisen"])
    #expect(set.hints.options == ["heroku": ["-a", "--app"]])
    #expect(set.hints.variables == ["HEROKU_APP"] && set.hints.operands == ["psql"])
    let levels = try #require(set.levels)
    #expect(levels.preset == "L1" && levels.levels.map(\.name) == ["L0", "L1", "L2"])
    #expect(levels.levels.map(\.requires.count) == [0, 0, 3])
    #expect(levels.levels[2].prompt == ["Record every command of level L2."])
    #expect(set.valued == ["alembic": ["-c", "-x"]])
    #expect(set.targets["make"]?["migrate-up"]?.runs == ["alembic upgrade head"])
    #expect(set.targets["make"]?["lint"]?.runs == [])
    #expect(set.targets["npm"]?.count == 1 && set.targets["just"]?.count == 1)
    #expect(set.detectors.keys.sorted() == ["ddl", "revision", "secret"])
    #expect(set.detectors["ddl"]?.negatedBy == ["no", "without"])
    #expect(
      set.rules.map(\.id) == [
        "no-migrations", "vectors", "hosts", "items", "changes", "answers", "facts",
        "work", "summaries",
      ])
    #expect(set.deliverables.map(\.id) == ["log", "tables", "pages"])
    #expect(set.deliverables.map(\.code) == ["LogMissing", "tables", "pages"])
    #expect(set.waivers.first?.who == "Robert" && set.waivers.first?.item == "ND-1")
    #expect(set.prompt.last == "Ask Robert within 40 commands.")
    #expect(set.redact == ["cape-[0-9]+"])
  }

  @Test func aRuleKeepsAllItSays() throws {
    let rule = try #require(Loading.load(wholeSet).rules.first)
    #expect(rule.phases == [.command] && rule.effect == .verdict(.stop))
    #expect(rule.because == "Robert alone migrates" && rule.instead == "write a work order")
    #expect(rule.escalateTo == "Robert" && rule.onUnknown == .ask && rule.needsEnvironment)
    #expect(rule.approval?.right == "migrate" && rule.approval?.by == "CapeAI")
    #expect(rule.code == "migration" && rule.cites == ["docs/SPEC.md"])
    guard case .all(let parts) = rule.condition, case .program(let programs) = parts[0] else {
      Issue.record("\(rule.condition)")
      return
    }
    #expect(programs == ["alembic", "flask-db"])
  }

  @Test func placesAreThoseOfTheFile() throws {
    let set = try Loading.load(wholeSet)
    let lines = wholeSet.split(separator: "\n", omittingEmptySubsequences: false)
    for rule in set.rules {
      #expect(rule.place.file == "set.json")
      let text = lines[rule.place.line - 1] + lines[rule.place.line]
      #expect(text.contains("\"id\": \"\(rule.id)\""))
    }
    for detector in set.detectors.values {
      #expect(lines[detector.place.line - 1].contains("\"\(detector.name)\":"))
      for example in detector.match {
        guard case .string(let text) = example.value else { continue }
        #expect(lines[example.place.line - 1].contains(text.string))
      }
    }
  }

  @Test func byteOrderMarkAndLineEndsMakeNoDifference() throws {
    let crlf = wholeSet.replacing("\n", with: "\r\n")
    for text in [crlf, "\u{FEFF}" + wholeSet, "\u{FEFF}" + crlf + "\r\n"] {
      let set = try Loading.load(text)
      #expect(set.rules.map(\.place.line) == (try Loading.load(wholeSet)).rules.map(\.place.line))
    }
    let fault = try Loading.fault("\u{FEFF}{\r\n  \"rulset\": 1}")
    #expect(fault.line == 2 && fault.column == 3)
    #expect(try Loading.fault("\u{FEFF}{\"rulset\": 1}").column == 2)
  }

  @Test func textMayStandForAnArrayOfOne() throws {
    let set = try Loading.load(Loading.rule("{\"program\": \"rm\"}"))
    guard case .program(["rm"]) = set.rules[0].condition else {
      Issue.record("\(set.rules[0].condition)")
      return
    }
  }

  @Test func citesAreReviewedWhereNoFilesAreNamed() throws {
    let rules = ["a", "b"].map {
      """
      {"id": "\($0)", "phase": "command", "when": {"program": "x"}, "verdict": "ask", "because": "y",
       "cites": ["docs/SPEC.md", "docs/\($0).md"]}
      """
    }
    let set = try Loading.load(
      Loading.set(
        "\"reviewed_against\": \"abc\", \"rules\": [\(rules.joined(separator: ","))]"))
    #expect(set.reviewedCommit == "abc")
    #expect(set.reviewedFiles == ["docs/SPEC.md", "docs/a.md", "docs/b.md"])
  }

  @Test func paramsStandInNamesToo() throws {
    let condition = #"{"sets": {"${switch}": ["1"]}}"#
    let params = #""params": {"switch": "GO", "other": "GO"}, "rules""#
    func withParams(_ set: String) -> String { set.replacing(#""rules""#, with: params) }
    let set = try Loading.load(withParams(Loading.rule(condition)))
    guard case .sets(let variables) = set.rules[0].condition else {
      Issue.record("\(set.rules[0].condition)")
      return
    }
    #expect(variables.map(\.name) == ["GO"])
    let twice = #"{"sets": {"${switch}": ["1"], "${other}": ["2"]}}"#
    let fault = try Loading.fault(withParams(Loading.rule(twice)))
    #expect(fault.text == "\"GO\" stands there twice")
  }

  @Test func patternsOfPowerShellSetsIgnoreCase() throws {
    let rule =
      "\"rules\": [{\"id\": \"r\", \"phase\": \"diff\", \"when\": {\"path\": \"*.accdb\"}, \"verdict\": \"deny\", \"because\": \"no\"}]"
    for (shell, expected) in [("posix", false), ("powershell", true)] {
      let set = try Loading.load(Loading.set("\"shell\": \"\(shell)\", \(rule)"))
      guard case .path(let globs) = set.rules[0].condition else { continue }
      #expect(try globs[0].glob().matches("X.ACCDB") == expected)
    }
  }

  @Test func expressionsIgnoreCaseUnlessTheyAreToBeExact() throws {
    let set = try Loading.load(
      Loading.set(
        """
        "detectors": {"any": {"any": ["Drop"]}, "exact": {"any": ["Drop"], "case": "exact"}},
        "rules": [{"id": "r", "phase": "command", "when": {"argument": "Drop"}, "verdict": "deny",
          "because": "no"}]
        """))
    guard case .argument(let patterns) = set.rules[0].condition else {
      Issue.record("\(set.rules[0].condition)")
      return
    }
    #expect(try patterns[0].expression().matches("DROP it"))
    #expect(try set.detectors["any"]?.any[0].expression().matches("drop") == true)
    #expect(try set.detectors["exact"]?.any[0].expression().matches("drop") == false)
  }
}
