import JSONText
import Rules
import Testing

/// Sets that must not load, with the words that say why.
@Suite struct LoadFaultTests {
  private static func detector(_ text: String) -> String {
    Loading.set("\"detectors\": {\"d\": \(text)}")
  }

  private static let head = "\"id\": \"r\", \"phase\": \"command\", \"because\": \"b\""

  private static func bare(_ members: String) -> String { Loading.set("\"rules\": [{\(members)}]") }

  private static func levels(_ text: String) -> String { Loading.set("\"levels\": \(text)") }

  private static let waiver =
    "\"rule\": \"r\", \"scope\": {\"item\": \"ND-1\"}, \"reason\": \"x\", \"who\": \"A\", \"expires\": \"2027-01-01\""

  private static func waived(_ members: String) -> String {
    Loading.set(
      """
      "authority": {"chain": ["A"]}, "waivers": [{\(members)}],
      "rules": [{\(head), "when": {"program": "x"}, "verdict": "ask"}]
      """)
  }

  @Test(
    arguments: [
      // The whole.
      ("", "there is no JSON value"), ("[]", "expected an object, not an array"),
      ("{\"ruleset\": \"a\",}", "a comma after the last entry"),
      ("{\"ruleset\": \"a\", \"ruleset\": \"b\"}", "duplicate key"),
      ("{}", "\"language\" is missing"), ("{\"language\": 1}", "\"ruleset\" is missing"),
      ("{\"language\": 1, \"ruleset\": \"a\"}", "\"version\" is missing"),
      ("{\"language\": 2}", "language 2 needs a later version of conductor"),
      ("{\"language\": 0}", "language must be 1"), ("{\"language\": \"1\"}", "language must be 1"),
      ("{\"language\": 1, \"ruleset\": \"A\"}", "small letters"),
      ("{\"language\": 1, \"ruleset\": \"\"}", "small letters"),
      ("{\"language\": 1, \"ruleset\": \"conductor\"}", "is taken"),
      ("{\"language\": 1, \"ruleset\": \"a\", \"version\": \" \"}", "not empty"),
      (
        "{\"language\": 1, \"ruleset\": \"a\", \"version\": 1}",
        "expected a string, not the number 1"
      ),
      (Loading.set("\"shell\": \"bash\""), "unknown shell \"bash\""),
      (Loading.set("\"shell\": \"powershel\""), "did you mean \"powershell\"?"),
      (
        Loading.set("\"unmatched\": \"denny\""), "unknown verdict \"denny\"; did you mean \"deny\"?"
      ),
      (Loading.set("\"title\": 3"), "expected a string"),
      (Loading.set("\"reviewed_against\": {\"files\": [\"a\"]}"), "\"commit\" is missing"),
      (Loading.set("\"x-note\": 1"), "unknown key \"x-note\""),
      // Params.
      (Loading.set("\"params\": {\"a b\": 1}"), "the name of a param"),
      (Loading.set("\"params\": {\"a\": null}"), "a param is a text"),
      (Loading.set("\"params\": {\"a\": [[1]]}"), "a param is a text"),
      (Loading.set("\"params\": {\"a\": \"${b}\", \"b\": 1}"), "cannot be made of other params"),
      (
        Loading.set("\"params\": {\"budget\": 1}, \"prompt\": [\"${buget}\"]"),
        "unknown param \"buget\"; did you mean \"budget\"?"
      ),
      (Loading.set("\"prompt\": [\"a ${b\"]"), "${ without }"),
      (Loading.set("\"params\": {\"a\": [1]}, \"prompt\": [\"no ${a}\"]"), "is an array"),
      (Loading.set("\"params\": {\"a\": [1]}, \"title\": \"${a}\""), "is an array"),
      (
        Loading.set(
          "\"params\": {\"a\": \"x\"}, \"programs\": {\"x\": {\"valued\": [\"-c\"]}, \"${a}\": {\"valued\": [\"-c\"]}}"
        ),
        "\"x\" stands there twice"
      ),
      (
        Loading.set("\"params\": {\"a\": 1}, \"programs\": {\"${b}\": {\"valued\": [\"-c\"]}}"),
        "unknown param"
      ),
      // Authority.
      (Loading.set("\"authority\": {\"chain\": [\"A\", \"A\"]}"), "twice"),
      (Loading.set("\"authority\": {\"chain\": [\"anyone\"]}"), "no actor can be called"),
      (Loading.set("\"authority\": {\"chain\": []}"), "at least one element"),
      (
        Loading.set("\"authority\": {\"chain\": [\"Robert\"], \"escalate_to\": \"Robet\"}"),
        "unknown actor \"Robet\"; did you mean \"Robert\"?"
      ),
      (
        Loading.set("\"authority\": {\"chain\": [\"A\"], \"rights\": {\"r\": \"B\"}}"),
        "unknown actor \"B\""
      ),
      (
        Loading.set("\"authority\": {\"chain\": [\"A\"], \"keys\": {\"B\": \"ssh-ed25519 x\"}}"),
        "unknown actor \"B\""
      ),
      (
        Loading.set("\"authority\": {\"chain\": [\"A\"], \"keys\": {\"A\": \"ssh-rsa x\"}}"),
        "expected a key"
      ),
      // Environments, hints, programs, targets.
      (Loading.set("\"environments\": {\"ambiguous\": {}}"), "no environment can be called"),
      (Loading.set("\"environments\": {\"p\": {\"approve\": \"A\"}}"), "unknown actor \"A\""),
      (
        Loading.set("\"environments\": {\"p\": {\"needs\": [\"rolback\"]}}"),
        "did you mean \"rollback\"?"
      ),
      (
        Loading.set("\"environments\": {\"p\": {\"apps\": [1]}}"),
        "expected a string, not the number 1"
      ),
      (
        Loading.set("\"environments\": {\"p\": {\"variables\": {\"A\": []}}}"),
        "at least one element"
      ),
      (Loading.set("\"environments\": {\"\": {}}"), "a name that is not empty"),
      (Loading.set("\"hints\": {\"options\": [\"-a\"]}"), "expected an object, not an array"),
      (Loading.set("\"programs\": {\"a\": {}}"), "\"valued\" is missing"),
      (Loading.set("\"targets\": {\"mak\": {}}"), "unknown key \"mak\"; did you mean \"make\"?"),
      (
        Loading.set("\"targets\": {\"make\": {\"t\": {\"environment\": \"prod\"}}}"),
        "unknown environment \"prod\""
      ),
      // Levels.
      (levels("{}"), "\"order\" is missing"),
      (levels("{\"default\": \"L0\"}"), "\"order\" of the levels is missing"),
      (levels("{\"order\": [\"L0\"]}"), "\"default\" of the levels is missing"),
      (levels("{\"order\": [\"L0\", \"L0\"], \"default\": \"L0\"}"), "twice"),
      (levels("{\"order\": [\"L0\"], \"default\": \"L1\"}"), "unknown level \"L1\""),
      (
        levels("{\"order\": [\"L0\"], \"defualt\": \"L0\"}"),
        "unknown level \"defualt\"; did you mean \"default\"?"
      ),
      (
        levels(
          "{\"order\": [\"L0\"], \"default\": \"L0\", \"L0\": {\"requires\": [{\"program\": \"x\"}]}}"
        ), "nothing that a level can require"
      ),
      (
        levels(
          "{\"order\": [\"L0\"], \"default\": \"L0\", \"L0\": {\"prompt\": [\"- Level: L9\"]}}"),
        "cannot imitate"
      ),
      // Detectors.
      (detector("{}"), "one of \"any\", \"globs\" is missing"),
      (detector("{\"any\": [\"(a\"]}"), "bad expression: unclosed group, at byte 1"),
      (detector("{\"any\": [\"a\"], \"unless\": [\"[b-a]\"]}"), "range out of order"),
      (detector("{\"globs\": [\"[a\"]}"), "bad glob: unclosed bracket expression"),
      (detector("{\"any\": []}"), "at least one element"),
      (
        detector("{\"any\": [\"a\"], \"case\": \"exakt\"}"),
        "unknown case \"exakt\"; did you mean \"exact\"?"
      ),
      (detector("{\"any\": [\"a\"], \"words\": \"no\"}"), "expected true or false"),
      (
        detector("{\"any\": [\"a\"], \"match\": [{\"a\": 1}]}"),
        "an example of a detector is a text"
      ),
      // Rules.
      (Loading.set("\"rules\": {}"), "expected an array"),
      (bare("\"phase\": \"command\""), "\"id\" is missing"),
      (bare("\"id\": \"R\""), "a rule's id is"), (bare("\"id\": \"-r\""), "a rule's id is"),
      (bare("\"id\": \"r\""), "\"phase\" is missing"),
      (
        bare("\"id\": \"r\", \"phase\": \"comand\""),
        "unknown phase \"comand\"; did you mean \"command\"?"
      ),
      (bare("\"id\": \"r\", \"phase\": []"), "at least one phase"),
      (bare("\"id\": \"r\", \"phase\": [\"item\", \"item\"]"), "named twice"),
      (bare(head), "\"when\" is missing"),
      (bare("\(head), \"when\": {}"), "a condition has to ask something"),
      (bare("\(head), \"when\": {\"program\": \"x\"}"), "one of \"verdict\", \"level\" is missing"),
      (
        bare("\(head), \"when\": {\"program\": \"x\"}, \"verdict\": \"ask\", \"level\": \"L1\""),
        "not both"
      ),
      (
        bare("\(head), \"when\": {\"program\": \"x\"}, \"verdict\": \"block\""),
        "unknown verdict \"block\""
      ),
      (
        bare("\(head), \"when\": {\"program\": \"x\"}, \"level\": \"L1\""), "this set has no levels"
      ),
      (
        bare(
          "\"id\": \"r\", \"phase\": \"item\", \"because\": \"b\", \"when\": {\"text\": \"d\"}, \"level\": \"L1\""
        ), "unknown detector \"d\""
      ),
      (
        bare(
          "\"id\": \"r\", \"phase\": \"command\", \"when\": {\"program\": \"x\"}, \"verdict\": \"ask\""
        ), "\"because\" is missing"
      ),
      (
        Loading.rule("{\"program\": \"x\"}", "\"because \": \"\""),
        "unknown key \"because \"; did you mean \"because\"?"
      ),
      (
        Loading.rule("{\"program\": \"x\"}", "\"escalate_to\": \"Robert\""),
        "unknown actor \"Robert\""
      ),
      (
        Loading.rule("{\"program\": \"x\"}", "\"environment\": \"requird\""),
        "did you mean \"required\"?"
      ),
      (Loading.rule("{\"program\": \"x\"}", "\"approval\": {}"), "\"right\" is missing"),
      (
        Loading.rule(
          "{\"program\": \"x\"}", "\"approval\": {\"right\": \"r\", \"needs\": [\"sleep\"]}"),
        "unknown need \"sleep\""
      ),
      (
        Loading.rule("{\"program\": \"x\"}", "\"match\": [{\"a\": 1}]"),
        "unknown key \"a\""
      ),
      (Loading.rule("{\"level\": {\"at_least\": \"L1\"}}"), "this set has no levels"),
      (Loading.rule("{\"documented\": true}"), "can only be required by a level"),
      (
        Loading.rule("{\"approval\": \"x\"}", phase: "\"close\"", "\"match\": [\"a\"]"),
        "not tried on examples"
      ),
      (
        Loading.rule("{\"path\": \"a\"}", phase: "\"diff\"", "\"match\": [{\"pth\": \"a\"}]"),
        "unknown key \"pth\"; did you mean \"path\"?"
      ),
      (
        Loading.rule(
          "{\"path\": \"a\"}", phase: "\"diff\"",
          "\"match\": [{\"path\": \"a\", \"change\": \"del\"}]"), "unknown change \"del\""
      ),
      // Waivers.
      (waived("\"rule\": \"s\""), "unknown rule \"s\""),
      (waived(waiver.replacing("\"who\": \"A\", ", with: "")), "\"who\" is missing"),
      (waived(waiver.replacing("\"reason\": \"x\", ", with: "")), "\"reason\" is missing"),
      (waived(waiver.replacing("\"A\"", with: "\"B\"")), "unknown actor \"B\""),
      (
        waived(waiver.replacing("\"item\": \"ND-1\"", with: "")),
        "one of \"item\", \"path\", \"command\" is missing"
      ),
      (waived(waiver.replacing("2027-01-01", with: "soon")), "expected a time"),
      (
        waived(waiver.replacing(", \"expires\": \"2027-01-01\"", with: "")),
        "\"expires\" is missing"
      ),
      // The rest.
      (Loading.set("\"prompt\": \"a\\u0007\""), "control character"),
      (Loading.set("\"redact\": [\"a(\"]"), "bad expression"),
    ] as [(String, String)])
  func refuses(_ text: String, _ words: String) throws {
    let fault = try Loading.fault(text)
    #expect(fault.text.contains(Text(words)), "\(fault.text)")
    #expect(fault.file == "set.json" && fault.line >= 1 && fault.column >= 1)
  }

  @Test(
    arguments: [
      ("{\"text\": \"d\"}", "diff"), ("{\"program\": \"x\"}", "item"),
      ("{\"path\": \"x\"}", "command"),
      ("{\"item\": {\"field\": \"a\", \"is\": 1}}", "command"),
      ("{\"count\": {\"files\": {\"gt\": 1}}}", "response"),
      ("{\"all\": [{\"not\": {\"option\": \"-x\"}}]}", "close"),
      ("{\"artifacts\": {\"any\": \"a\"}}", "command"), ("{\"tracked\": true}", "close"),
      ("{\"headings\": \"A\"}", "diff"),
      ("{\"host\": {\"in\": [\"a\"]}}", "spawn"), ("{\"added\": \"d\"}", "item"),
      ("{\"text\": \"d\", \"fields\": \"title\"}", "command"),
    ])
  func aKeyFitsTheRightPhasesOnly(_ condition: String, _ phase: String) throws {
    let rule = Loading.rule(condition, phase: "\"\(phase)\"")
    let text = rule.replacing(
      "\"rules\"", with: "\"detectors\": {\"d\": {\"any\": [\"a\"]}}, \"rules\"")
    let fault = try Loading.fault(text)
    #expect(fault.text.contains("can be asked in the phase"), "\(fault.text)")
    #expect(fault.text.hasSuffix(", not in " + Text(phase)))
  }

  @Test(
    arguments: [
      ("{\"program\": []}", "at least one element"), ("{\"program\": 1}", "expected a string"),
      ("{\"programm\": \"x\"}", "did you mean \"program\"?"),
      ("{\"all\": []}", "at least one condition"),
      ("{\"not\": [{\"program\": \"x\"}]}", "expected an object, not an array"),
      ("{\"value\": {\"of\": \"-c\"}}", "\"is\" is missing"),
      ("{\"value\": {\"is\": \"c\"}}", "\"of\" is missing"),
      ("{\"operand\": \"\"}", "bad glob: empty"), ("{\"argument\": \"\"}", "bad expression: empty"),
      ("{\"sets\": {}}", "at least one variable"),
      ("{\"sets\": {\"A\": false}}", "expected true for any value"),
      ("{\"sets\": {\"A\": 1}}", "expected a string"), ("{\"pipes\": 1}", "expected true or false"),
      ("{\"host\": {}}", "one of \"in\", \"not_in\" is missing"),
      ("{\"host\": {\"in\": \"a\", \"not_in\": \"b\"}}", "not both"),
      ("{\"environment\": \"prod\"}", "unknown environment \"prod\""),
      ("{\"environment\": \"ambigous\"}", "did you mean \"ambiguous\"?"),
      ("{\"text\": \"d\"}", "unknown detector \"d\""),
      ("{\"variable\": {\"name\": \"A\"}}", "one of \"is\", \"set\" is missing"),
      ("{\"variable\": {\"name\": \"A\", \"is\": \"1\", \"set\": true}}", "not both"),
      ("{\"file\": {\"path\": \"a\"}}", "is missing"),
      ("{\"file\": {\"path\": \"a\", \"newer_than\": \"12\"}}", "expected a duration"),
      ("{\"json\": {\"file\": \"a\", \"pointer\": \"b\", \"is\": 1}}", "a pointer begins with /"),
      ("{\"json\": {\"file\": \"a\", \"pointer\": \"/~2\", \"is\": 1}}", "a pointer begins with /"),
      ("{\"json\": {\"file\": \"a\", \"pointer\": \"/b\"}}", "is missing"),
      ("{\"json\": {\"file\": \"a\", \"pointer\": \"/b\", \"lt\": \"1\"}}", "expected a number"),
      ("{\"json\": {\"file\": \"a\", \"pointer\": \"/b\", \"is\": 1, \"in\": [1]}}", "not both"),
      (
        "{\"json\": {\"file\": \"a\", \"pointer\": \"/b\", \"type\": \"text\"}}",
        "unknown type \"text\""
      ),
      (
        "{\"json\": {\"file\": \"a\", \"pointer\": \"/b\", \"field\": \"x\", \"is\": 1}}",
        "unknown key \"field\" here"
      ),
      ("{\"level\": \"L1\"}", "expected an object"), ("{\"time\": {}}", "is missing"),
      ("{\"time\": {\"after\": \"2026-02-30\"}}", "expected a time"),
      (
        "{\"time\": {\"after\": \"2027-01-01\", \"before\": \"2026-01-01\"}}",
        "no time is after the one"
      ),
      ("{\"approval\": \"x\", \"on_unknown\": true}", "unknown key \"on_unknown\""),
      ("{\"fields\": \"title\"}", "says where \"text\" looks"),
    ])
  func badConditionsAreRefused(_ condition: String, _ words: String) throws {
    let fault = try Loading.fault(Loading.rule(condition))
    #expect(fault.text.contains(Text(words)), "\(fault.text)")
  }

  @Test(arguments: [
    "modes", "budgets", "sources", "artifacts", "transitions", "incidents",
    "alerts",
    "contract", "plugins", "applies_to",
  ])
  func whatALaterVersionKnowsIsNotCalledUnknown(_ key: String) throws {
    let fault = try Loading.fault(Loading.set("\"\(key)\": {}"))
    #expect(fault.text == Text("\"\(key)\" needs a later version of conductor"))
  }

  @Test func theFaultNamesThePlaceOfTheWord() throws {
    let text = """
      {
        "ruleset": "house", "version": "1", "language": 1,
        "rules": [
          {"id": "a", "phase": "command", "when": {"program": "x"},
           "verdit": "deny", "because": "b"}
        ]
      }
      """
    let fault = try Loading.fault(text)
    #expect(
      fault
        == RuleFault(
          file: "set.json", line: 5, column: 6,
          text: "unknown key \"verdit\"; did you mean \"verdict\"?"))
    let unknown = try Loading.fault(
      text.replacing("\"program\": \"x\"", with: "\"text\": \"x\"").replacing(
        "verdit", with: "verdict"))
    #expect((unknown.line, unknown.column) == (4, 54))
  }

  @Test func aRuleStandsOnlyOnce() throws {
    let rule =
      "{\"id\": \"r\", \"phase\": \"command\", \"when\": {\"program\": \"x\"}, \"verdict\": \"ask\", \"because\": \"b\"}"
    let fault = try Loading.fault(Loading.set("\"rules\": [\n\(rule),\n\(rule)]"))
    #expect(fault.line == 3 && fault.text == "the rule \"r\" is there already, at set.json:2")
  }

  @Test(
    arguments: [
      ("Task ID: 1", true), ("  task id : 1", true), ("- Title: x", true), ("PLAN: x", true),
      ("Diff limit: 1", true),
      ("- Diff-Limit : 9000 lines", true), ("Test: true", true), ("- Tests: none", true),
      ("Receipts directory: /", true),
      ("- Level: L3", true), ("* Rule: none", true), ("Notes", true), ("Notes: none", true),
      ("Notes (data)", true),
      ("End of notes 1234", true), ("Respond in JSON with", true), ("• Rule: x", true),
      ("Guardrails:", true),
      ("a\tb", true), ("a\u{202E}b", true), ("a\u{85}b", true), ("", true), (" ", true),
      ("Take notes of every command.", false), ("Test each change before it is submitted.", false),
      ("The rule: never guess.", false), ("Plan before you act.", false),
      ("Level L3 needs an approval.", false),
      ("Écrire en français: non", false), ("規則：不要猜", false),
    ])
  func linesThatImitateThePromptAreRefused(_ line: String, _ isRefused: Bool) throws {
    let quotedLine = String(decoding: quoted(Text(line)), as: UTF8.self)
    let text = Loading.set("\"prompt\": [\(quotedLine)]")
    if isRefused {
      #expect(try Loading.fault(text).text.hasPrefix("a line of the prompt"))
    } else {
      #expect(try Loading.load(text).prompt == [Text(line)])
    }
    let param = Loading.set("\"params\": {\"line\": [\(quotedLine)]}, \"prompt\": [\"${line}\"]")
    #expect((try? Loading.load(param)) == nil ? isRefused : !isRefused)
  }
}
