import JSONText
import Rules
import Testing

/// Examples of rules and detectors, which run whenever a set loads.
@Suite struct LoadProofTests {
  private static let levels =
    "\"levels\": {\"order\": [\"L0\", \"L1\"], \"default\": \"L0\"}, \"authority\": {\"chain\": [\"A\"]}"
  private static let detectors =
    "\"detectors\": {\"ddl\": {\"any\": [\"drop +table\"], \"negated_by\": [\"no\"]}}"

  private static func set(_ rule: String, match: String, notMatch: String) -> String {
    Loading.set(
      """
      \(levels), \(detectors),
      "environments": {"production": {"apps": ["capecraft"]}},
      "hints": {"options": {"heroku": ["-a"]}},
      "rules": [{"id": "r", "because": "b", \(rule), "match": [\(match)],
      "not_match": [\(notMatch)]}]
      """)
  }

  @Test(
    arguments: [
      (
        "\"phase\": \"command\", \"when\": {\"program\": \"alembic\"}, \"verdict\": \"stop\"",
        "\"cd x && alembic upgrade\"", "\"echo alembic\""
      ),
      (
        "\"phase\": \"command\", \"when\": {\"program\": \"ls\"}, \"verdict\": \"allow\"",
        "\"ls -l\"", "\"cat x\""
      ),
      (
        "\"phase\": \"command\", \"when\": {\"program\": \"git\"}, \"level\": \"L1\"",
        "\"git push\"", "\"got push\""
      ),
      (
        "\"phase\": \"command\", \"when\": {\"program\": \"heroku\", \"environment\": \"production\"}, \"verdict\": \"ask\", \"environment\": \"required\"",
        "\"heroku run ls -a capecraft\"", "\"heroku apps\""
      ),
      (
        "\"phase\": \"command\", \"when\": {\"program\": \"x\"}, \"verdict\": \"stop\", \"on_unknown\": \"allow\", \"approval\": \"deploy\"",
        "\"x\"", "\"y\""
      ),
      (
        "\"phase\": \"item\", \"when\": {\"text\": \"ddl\"}, \"verdict\": \"stop\"",
        "\"we drop table x\", {\"notes\": \"drop table\"}",
        "\"no drop table\", {\"notes\": \"drop it\"}"
      ),
      (
        "\"phase\": \"item\", \"when\": {\"text\": \"ddl\", \"fields\": \"notes\"}, \"verdict\": \"stop\"",
        "\"drop table\", {\"notes\": \"drop table\"}", "{\"title\": \"drop table\"}"
      ),
      (
        "\"phase\": \"item\", \"when\": {\"item\": {\"field\": \"migrations\", \"is\": \"allowed\"}}, \"verdict\": \"ask\"",
        "{\"migrations\": \"allowed\"}, {}", "{\"migrations\": \"none\"}"
      ),
      (
        "\"phase\": \"response\", \"when\": {\"text\": \"ddl\"}, \"verdict\": \"deny\"",
        "\"drop table\"", "\"table\""
      ),
      (
        "\"phase\": [\"item\", \"response\"], \"when\": {\"text\": \"ddl\"}, \"verdict\": \"deny\"",
        "\"drop table\"", "\"table\""
      ),
      (
        "\"phase\": \"diff\", \"when\": {\"path\": \"*.sql\", \"change\": [\"add\", \"binary\"]}, \"verdict\": \"deny\"",
        "{\"path\": \"a/b.sql\", \"change\": \"add\"}, {\"path\": \"b.sql\", \"binary\": true}",
        "\"b.sql\", {\"path\": \"a\", \"change\": \"add\"}"
      ),
      (
        "\"phase\": \"diff\", \"when\": {\"added\": \"ddl\"}, \"level\": \"L1\"",
        "{\"path\": \"a\", \"added\": [\"x\", \"drop table\"]}, {\"path\": \"a\", \"added\": \"drop table\"}",
        "{\"path\": \"a\", \"removed\": [\"drop table\"]}"
      ),
      (
        "\"phase\": \"diff\", \"when\": {\"path\": \"models.py\", \"also\": \"versions/\"}, \"verdict\": \"ask\"",
        "[\"models.py\", {\"path\": \"versions/1.py\", \"change\": \"add\"}]",
        "\"models.py\", [\"versions/1.py\", \"x\"]"
      ),
      (
        "\"phase\": \"diff\", \"when\": {\"path\": \"old/\", \"change\": \"rename\"}, \"verdict\": \"ask\"",
        "{\"path\": \"new/a\", \"from\": \"old/a\", \"change\": \"rename\"}",
        "{\"path\": \"new/a\", \"from\": \"new/b\", \"change\": \"rename\"}"
      ),
    ])
  func examplesAreJudgedAsTheRuleWouldBe(_ rule: String, _ match: String, _ notMatch: String) throws
  {
    _ = try Loading.load(Self.set(rule, match: match, notMatch: notMatch))
    // The same examples the other way round must all fail.
    let (_, outcomes) = try RuleSet.prove(
      Loading.source("set.json", Self.set(rule, match: notMatch, notMatch: match))
    ) { (_, _) in nil }
    #expect(!outcomes.isEmpty && outcomes.allSatisfy { !$0.passed }, "\(outcomes)")
    #expect(outcomes.allSatisfy { $0.error == nil })
  }

  @Test func aRuleThatFailsItsExampleDoesNotLoad() throws {
    let rule = "\"phase\": \"command\", \"when\": {\"program\": \"alembic\"}, \"verdict\": \"stop\""
    let silent = try Loading.fault(
      Self.set(rule, match: "\"alembic\", \"flask\"", notMatch: "\"x\""))
    #expect(
      silent
        == RuleFault(
          file: "set.json", line: 4, column: 131,
          text: "the rule \"r\" is silent about its example \"flask\", which stands in match"))
    let loud = try Loading.fault(Self.set(rule, match: "", notMatch: "\"alembic\""))
    #expect(
      loud.text == "the rule \"r\" speaks about its example \"alembic\", which stands in not_match")
    #expect(loud.line == 5 && loud.column == 15)
  }

  @Test(arguments: [
    ("\"match\": [\"drop it\"]", "does not hit its example \"drop it\""),
    ("\"not_match\": [\"drop table\"]", "hits its example \"drop table\""),
  ])
  func aDetectorThatFailsItsExampleDoesNotLoad(_ examples: String, _ words: String) throws {
    let text = Loading.set("\"detectors\": {\"d\": {\"any\": [\"drop table\"], \(examples)}}")
    #expect(try Loading.fault(text).text.contains(Text(words)))
    // Only an unmodified built-in set is taken at its word.
    _ = try Loading.load(text, isBuiltIn: true)
    let own = Loading.set("\"extends\": \"base\"")
    let fault = try #require(throws: RuleFault.self) {
      try RuleSet.load(Loading.source("own.json", own)) { (_, _) in
        Loading.source("base", text, isBuiltIn: true)
      }
    }
    #expect(fault.file == "base")
  }

  @Test func aBuiltInSetKeepsItsExamplesForThoseWhoAsk() throws {
    let text = wholeSet.replacing("\"a/versions.py\"", with: "\"a/${owner}.py\", \"$${x}\"")
    let read = try Loading.load(text)
    let unread = try Loading.load(text, isBuiltIn: true)
    for (name, detector) in read.detectors {
      #expect(unread.detectors[name]?.match.map(\.value) == detector.match.map(\.value))
      #expect(unread.detectors[name]?.notMatch.map(\.place) == detector.notMatch.map(\.place))
      #expect(unread.detectors[name]?.notMatch.map(\.column) == detector.notMatch.map(\.column))
    }
    #expect(unread.detectors["revision"]?.notMatch.map(\.value) == ["a/Robert.py", "${x}"])
  }

  @Test func proofTellsHowEachExampleCameOut() throws {
    let (set, outcomes) = try RuleSet.prove(Loading.source("set.json", wholeSet, isBuiltIn: true)) {
      (_, _) in nil
    }
    #expect(set.rules.count == 9)
    #expect(outcomes.map(\.owner).first == .detector("ddl"))
    #expect(outcomes.count == 7 && outcomes.allSatisfy(\.passed))
    #expect(outcomes.map(\.shouldMatch) == [true, false, false, true, false, true, false])
    #expect(outcomes[1].text == "alter the tables" && outcomes[1].example.place.line == 56)
  }

  @Test func whatNothingUsesIsNoted() throws {
    let set = try Loading.load(wholeSet)
    #expect(
      set.unused.map(\.text) == [
        "no rule uses the detector \"revision\"", "nothing uses the param \"strict\"",
      ])
    #expect(set.unused.map(\.place.line) == [59, 9])
    let own = Loading.set("\"extends\": \"base\", \"params\": {\"n\": 1}")
    let extended = try RuleSet.load(Loading.source("own.json", own)) { (_, _) in
      Loading.source("base", wholeSet, isBuiltIn: true)
    }
    #expect(extended.unused.map(\.text) == ["nothing uses the param \"n\""])
  }

  @Test func theExamplesOfTheBuiltInSetsHold() throws {
    for name in BuiltIn.names {
      let source = try #require(BuiltIn.source(name))
      let (set, outcomes) = try RuleSet.prove(source) { (name, _) in BuiltIn.source(name) }
      for outcome in outcomes { #expect(outcome.passed, "\(outcome.owner) \(outcome.text)") }
      #expect(set.rules.isEmpty || !outcomes.isEmpty)
      #expect(set.unused.isEmpty, "\(set.unused.map(\.text))")
    }
  }
}
