import JSONText
import Rules
import Testing

@Suite struct LoadExtendingTests {
  private static func named(_ name: String, _ members: String) -> String {
    Loading.set(members).replacing("house", with: name)
  }

  private static func rule(_ id: String, _ condition: String = "{\"program\": \"${tool}\"}")
    -> String
  {
    """
    {"id": "\(id)", "phase": "command", "when": \(condition), "verdict": "stop", "because": "b",
     "escalate_to": "${owner}"}
    """
  }

  private static let base = named(
    "base",
    """
    "unmatched": "ask", "params": {"tool": "alembic", "owner": "Robert"},
    "authority": {"chain": ["${owner}", "Codex"], "rights": {"migrate": "${owner}", "deploy": "Codex"}},
    "environments": {"production": {"apps": ["capecraft"], "approve": "${owner}"}, "local": {"approve": "anyone"}},
    "hints": {"options": {"heroku": ["-a"]}, "variables": ["APP"]},
    "levels": {"order": ["L0", "L1"], "default": "L0", "L1": {"prompt": ["Careful."]}},
    "programs": {"alembic": {"valued": ["-c"]}},
    "targets": {"make": {"up": {"runs": ["${tool} upgrade head"]}, "lint": {}}},
    "detectors": {"ddl": {"any": ["drop table"]}},
    "rules": [\(rule("first"))],
    "prompt": ["Never migrate."], "redact": ["x[0-9]+"]
    """)

  @Test func theExtendingSetTakesEverythingAndReplacesKeyByKey() throws {
    let own = Self.named(
      "own",
      """
      "extends": "base", "params": {"owner": "Ada"},
      "authority": {"chain": ["${owner}", "Bob", "Codex"], "rights": {"deploy": "Bob"}},
      "environments": {"production": {"apps": ["ours"]}},
      "hints": {"options": {"fly": ["--app"]}, "operands": ["psql"]},
      "levels": {"default": "L1"},
      "programs": {"flask": {"valued": ["-A"]}},
      "targets": {"make": {"up": {}}, "just": {"up": {}}},
      "rules": [\(Self.rule("second", "{\"text\": \"ddl\"}"))],
      "prompt": ["Ask first."]
      """)
    let set = try Loading.load(own, others: ["base": Self.base])
    #expect(set.name == "own" && set.sources.map(\.name) == ["set.json", "base"])
    #expect(set.unmatched == .ask)
    #expect(set.authority.chain == ["Ada", "Bob", "Codex"])
    #expect(set.authority.rights == ["migrate": "Ada", "deploy": "Bob"])
    #expect(set.environments.map(\.apps) == [["ours"], []])
    #expect(set.environments.map(\.approver) == [nil, "anyone"])
    #expect(set.hints.options == ["heroku": ["-a"], "fly": ["--app"]])
    #expect(set.hints.variables == ["APP"] && set.hints.operands == ["psql"])
    #expect(set.levels?.preset == "L1" && set.levels?.levels.last?.prompt == ["Careful."])
    #expect(set.valued.count == 2)
    #expect(set.targets["make"]?["up"]?.runs == [] && set.targets["make"]?.count == 2)
    #expect(set.rules.map(\.id) == ["first", "second"])
    #expect(set.rules.map(\.escalateTo) == ["Ada", "Ada"])
    #expect(set.rules.map(\.place.file) == ["base", "set.json"])
    #expect(set.prompt == ["Never migrate.", "Ask first."] && set.redact.count == 1)
  }

  @Test func ownWordMayOnlyBeAboutWhatIsThere() throws {
    let fault = try Loading.fault(
      Self.named("own", "\"extends\": \"base\", \"rules\": [\(Self.rule("first"))]"),
      others: ["base": Self.base])
    #expect(fault.text.hasPrefix("the rule \"first\" is there already, at base:"))
    #expect(fault.file == "set.json")
    let detector = try Loading.fault(
      Self.named("own", "\"extends\": \"base\", \"detectors\": {\"ddl\": {\"any\": [\"x\"]}}"),
      others: ["base": Self.base])
    #expect(detector.text.contains("\"ddl\" is there already") && detector.file == "set.json")
  }

  @Test func theHighestOfANewChainStandsForThoseOfTheOld() throws {
    let chain = "\"extends\": \"base\", \"authority\": {\"chain\": [\"Eve\", \"Bob\"]}"
    let set = try Loading.load(Self.named("own", chain), others: ["base": Self.base])
    #expect(set.rules.map(\.escalateTo) == ["Eve"])
    #expect(set.authority.rights == ["migrate": "Eve", "deploy": "Eve"])
    #expect(set.environments.map(\.approver) == ["Eve", "anyone"])
    // The set itself has to name those who are in its own chain.
    let fault = try Loading.fault(
      Self.named("own", chain + ", \"rules\": [\(Self.rule("second"))]"),
      others: ["base": Self.base])
    #expect(fault.file == "set.json" && fault.text.contains("unknown actor \"Robert\""))
  }

  @Test func severalAndNestedSetsEachCountOnce() throws {
    let middle = Self.named(
      "middle", "\"extends\": [\"base\"], \"rules\": [\(Self.rule("middle"))]")
    let own = Self.named(
      "own", "\"extends\": [\"middle\", \"base\"], \"params\": {\"tool\": \"x\"}")
    let set = try Loading.load(own, others: ["base": Self.base, "middle": middle])
    #expect(set.sources.map(\.name) == ["set.json", "middle", "base"])
    #expect(set.rules.map(\.id) == ["first", "middle"])
    for rule in set.rules {
      guard case .program(["x"]) = rule.condition else {
        Issue.record("\(rule.condition)")
        continue
      }
    }
  }

  @Test func setsThatDisagreeMustBeSettled() throws {
    let others = [
      "a": Self.named("a", "\"params\": {\"n\": 1, \"same\": \"x\"}, \"unmatched\": \"deny\""),
      "b": Self.named("b", "\"params\": {\"n\": 2, \"same\": \"x\"}, \"unmatched\": \"ask\""),
    ]
    let own = Self.named("own", "\"extends\": [\"a\", \"b\"]")
    let fault = try Loading.fault(own, others: others)
    #expect(fault.text == "a and b differ in params \"n\"; say here what holds")
    #expect(fault.file == "set.json")
    let settled = Self.named("own", "\"extends\": [\"a\", \"b\"], \"params\": {\"n\": 3}")
    #expect(try Loading.load(settled, others: others).unmatched == .deny)
    let loose = Self.named(
      "own", "\"extends\": [\"a\", \"b\"], \"params\": {\"n\": 3}, \"unmatched\": \"allow\"")
    #expect(try Loading.load(loose, others: others).unmatched == .allow)
  }

  @Test func circlesAreRefused() throws {
    let others = [
      "a": Self.named("a", "\"extends\": \"b\""), "b": Self.named("b", "\"extends\": \"a\""),
    ]
    let fault = try Loading.fault(Self.named("own", "\n\"extends\": \"a\""), others: others)
    #expect(fault.text == "sets extend each other in a circle: a → b → a" && fault.file == "b")
    let itself = try #require(throws: RuleFault.self) {
      try RuleSet.load(Loading.source("s.json", Self.named("s", "\"extends\": \"s.json\""))) {
        (_, from) in
        from
      }
    }
    #expect(itself.text == "sets extend each other in a circle: s.json → s.json")
  }

  @Test func whatIsNotFoundIsRefusedAtItsName() throws {
    let fault = try Loading.fault(Self.named("own", "\n\"extends\": [\"alembik\"]"))
    #expect(
      fault.text.hasPrefix("unknown rule set \"alembik\"") && fault.line == 2 && fault.column == 13)
    let unreadable = RuleFault(file: "set.json", line: 1, column: 1, text: "cannot be read")
    #expect(throws: unreadable) {
      try RuleSet.load(Loading.source("set.json", Self.named("own", "\"extends\": \"a/b\""))) {
        (_, _) throws(RuleFault) in throw unreadable
      }
    }
    let twice = try Loading.fault(
      Self.named("own", "\"extends\": [\"base\", \"base\"]"), others: ["base": Self.base])
    #expect(twice.text == "extends names \"base\" twice")
    let inner = try Loading.fault(
      Self.named("own", "\"extends\": \"bad\""), others: ["bad": Self.named("bad", "\"promt\": []")]
    )
    #expect(inner.file == "bad" && inner.text.contains("did you mean \"prompt\"?"))
  }

  @Test func oneSetReadsOneShell() throws {
    let others = ["ps": Self.named("ps", "\"shell\": \"powershell\""), "base": Self.base]
    #expect(
      try Loading.load(Self.named("own", "\"extends\": \"ps\""), others: others).shell
        == .powershell)
    for members in ["\"extends\": \"ps\", \"shell\": \"posix\"", "\"extends\": [\"base\", \"ps\"]"]
    {
      #expect(
        try Loading.fault(Self.named("own", members), others: others).text.contains("another shell")
      )
    }
  }
}

@Suite struct LoadParamTests {
  private static func conditions(_ params: String, _ condition: String) throws -> Condition {
    let text = Loading.rule(condition).replacing(
      "\"rules\"", with: "\"params\": \(params), \"rules\"")
    return try Loading.load(text).rules[0].condition
  }

  @Test func valuesAreTakenLiterallyInPatterns() throws {
    guard
      case .argument(let patterns) = try Self.conditions(
        "{\"p\": \"a.(b)*\"}", "{\"argument\": \"x${p}y\"}")
    else {
      Issue.record("no argument")
      return
    }
    #expect(patterns[0].source == "xa\\.\\(b\\)\\*y")
    #expect(try patterns[0].expression().matches("xa.(b)*y"))
    #expect(try !patterns[0].expression().matches("xaa(b)*y"))
    guard
      case .operand(let globs) = try Self.conditions(
        "{\"p\": \"a*[1]?\"}", "{\"operand\": \"${p}.py\"}")
    else {
      Issue.record("no operand")
      return
    }
    #expect(try globs[0].glob().matches("a*[1]?.py") && !globs[0].glob().matches("ab1c.py"))
  }

  @Test func arraysTakeThePlaceOfAnElement() throws {
    for condition in ["{\"program\": [\"z\", \"${p}\"]}", "{\"program\": [\"z\", \"a\", \"b\"]}"] {
      guard case .program(let names) = try Self.conditions("{\"p\": [\"a\", \"b\"]}", condition)
      else {
        Issue.record("no program")
        return
      }
      #expect(names == ["z", "a", "b"])
    }
    #expect(throws: RuleFault.self) {
      try Self.conditions("{\"p\": []}", "{\"program\": \"${p}\"}")
    }
  }

  @Test func numbersStayNumbersWhereValuesAreCompared() throws {
    let text = Loading.rule("{\"item\": {\"field\": \"n\", \"is\": \"${n}\"}}", phase: "\"item\"")
      .replacing("\"rules\"", with: "\"params\": {\"n\": 40}, \"rules\"")
    guard case .item("n", .equals(let value)) = try Loading.load(text).rules[0].condition else {
      Issue.record("no item")
      return
    }
    #expect(value == 40)
    let set = try Loading.load(
      Loading.set("\"params\": {\"n\": 1.50, \"b\": true}, \"prompt\": [\"${n} ${b} $${n} $5 $\"]"))
    #expect(set.prompt == ["1.50 true ${n} $5 $"])
  }
}
