import Conducting
import Evidence
import JSONText
import Machine
import Rules

extension Session {
  /// The rule sets that can be looked at here; outside a project those that come with the program.
  func catalogue() throws -> RuleCatalogue {
    var found: Project?
    do {
      found = try project()
    } catch {
      guard error.exit == .missingFile, request[.root] == nil else { throw error }
    }
    return RuleCatalogue(found, context)
  }
}

/// `conductor rules list`: what is in force, and what could be.
struct RulesListCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let catalogue = try session.catalogue()
    let others = try catalogue.others()
    let exit: ExitCode = catalogue.faults.isEmpty ? .done : .wrongConfiguration
    if session.isJSON {
      try session.print([
        "format": "conductor/rules-list/1", "exit": .integer(Int(exit.rawValue)),
        "sets": .array(
          catalogue.loaded.map { $0.summary(isLoaded: true) }
            + others.map { $0.summary(isLoaded: false) }),
        "reasons": .array(catalogue.faults.map(\.json)),
      ])
      return exit
    }
    try session.print(lines: table(catalogue.loaded, others))
    if let refusal = catalogue.refusal { throw refusal }
    if catalogue.loaded.isEmpty {
      session.note(
        "No rule set is loaded: name one under \"rules\" in docs/automation/conductor.json.")
    }
    return exit
  }

  private func table(_ loaded: [RuleSet], _ others: [RuleSet]) -> [String] {
    let columns: [Layout.Column] = [
      .init("NAME"), .init("VERSION"), .init("LOADED"), .init("RULES", isNumeric: true),
      .flexible("FROM", leastWidth: 16), .init("SHA256"),
    ]
    func row(_ set: RuleSet, _ isLoaded: Bool) -> [Layout.Cell] {
      [
        .init(set.name.string, .bold), .init(set.version.string),
        isLoaded ? .init("yes", .green) : .init("no", .dim), .init("\(set.rules.count)"),
        .init(set.sources.first?.name.string ?? "", .dim),
        .init(String((set.digest ?? "").string.prefix(12)), .dim),
      ]
    }
    return Layout(columns, width: session.width, style: session.style).lines(
      loaded.map { row($0, true) } + others.map { row($0, false) })
  }
}

extension RuleSet {
  /// The digest of its own text.
  var digest: Text? { sources.first.map { SHA256.hash($0.bytes).hex } }

  /// What lists and checks say of a set.
  func summary(isLoaded: Bool) -> JSON {
    guard case .object(let members) = json else { return json }
    return .object(
      members + [
        .init(key: "title", value: title.map { .string($0) } ?? .null),
        .init(key: "rules", value: .integer(rules.count)),
        .init(key: "detectors", value: .integer(detectors.count)),
        .init(key: "examples", value: .integer(exampleCount)),
        .init(key: "loaded", value: .bool(isLoaded)),
      ])
  }
}

/// `conductor rules show`: a set as it is in force.
struct RulesShowCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let set = try session.catalogue().set(Text(session.request.operand))
    if session.isJSON {
      try session.print([
        "format": "conductor/rule-set/1", "exit": 0, "name": .string(set.name),
        "sha256": set.digest.map { .string($0) } ?? .null, "set": set.effective,
      ])
    } else {
      try session.print(set.effective)
    }
    return .done
  }
}

/// `conductor rules check` and `rules test`: whether sets load, and whether their examples hold.
struct RulesCheckCommand {
  private let session: Session
  private let showsExamples: Bool

  init(_ session: Session) {
    self.session = session
    showsExamples = session.request.command == .rulesTest
  }

  func run() throws -> ExitCode {
    let catalogue =
      try session.request.arguments.first.map { try RuleCatalogue(file: Text($0), session.context) }
      ?? RuleCatalogue(session.project(), session.context, proving: true)
    let sets = Array(zip(catalogue.loaded, catalogue.outcomes))
    let exit: ExitCode = catalogue.faults.isEmpty ? .done : .wrongConfiguration
    if session.isJSON {
      try session.print([
        "format": showsExamples ? "conductor/rules-test/1" : "conductor/rules-check/1",
        "exit": .integer(Int(exit.rawValue)), "sets": .array(sets.map(document)),
        "reasons": .array(catalogue.faults.map(\.json)),
      ])
      return exit
    }
    for (set, outcomes) in sets {
      if showsExamples { try session.print(lines: outcomes.map { line($0, of: set) }) }
      try session.print(lines: verdict(set, outcomes))
    }
    if let refusal = catalogue.refusal { throw refusal }
    if sets.isEmpty { session.note("no rule set is loaded, so that nothing was checked") }
    return exit
  }

  private func document(_ set: RuleSet, _ outcomes: [ExampleOutcome]) -> JSON {
    guard case .object(var members) = set.summary(isLoaded: true) else { return .null }
    members += [
      .init(key: "failed", value: .integer(outcomes.count { !$0.passed })),
      .init(
        key: "warnings",
        value: .array(
          set.warnings.map { ["place": $0.place.json, "text": .string($0.text)] })),
    ]
    if showsExamples {
      members.append(.init(key: "outcomes", value: .array(outcomes.map(\.json))))
    }
    return .object(members)
  }

  private func verdict(_ set: RuleSet, _ outcomes: [ExampleOutcome]) -> [String] {
    let deliverables = set.deliverables.count
    let counts =
      ([TimeWords.counted(Int64(set.rules.count), "rule")]
      + (deliverables == 0 ? [] : [TimeWords.counted(Int64(deliverables), "deliverable")])
      + [
        TimeWords.counted(Int64(set.detectors.count), "detector"),
        TimeWords.counted(Int64(outcomes.count), "example"),
      ]).joined(separator: ", ")
    let style = session.style
    let source = set.sources.first.map { "  " + style.dim(session.shown($0.name)) } ?? ""
    let isGood = outcomes.allSatisfy(\.passed)
    let mark = isGood ? style.green("good") : style.red("bad")
    return ["\(mark)  \(session.shown(set.name + " " + set.version))  \(counts)\(source)"]
      + set.warnings.map { warning in
        style.yellow("warning") + "  " + session.shown(warning.place.words) + ": "
          + session.shown(warning.text)
      }
  }

  private func line(_ outcome: ExampleOutcome, of set: RuleSet) -> String {
    let style = session.style
    let mark = outcome.passed ? style.green("holds") : style.red("fails")
    return mark + "  " + session.shown(set.name + "/" + outcome.owner.name) + "  "
      + style.dim(session.shown(outcome.kind)) + "  " + session.shown(outcome.text)
  }
}

extension ExampleOutcome {
  /// The list that the example stands in.
  var kind: Text { shouldMatch ? "match" : "not_match" }

  /// The form that `--json` has.
  var json: JSON {
    [
      "of": .string(owner.name), "kind": .string(kind), "example": example.value,
      "passed": .bool(passed), "place": example.place.json,
      "error": error.map { .string($0) } ?? .null,
    ]
  }
}

extension ExampleOutcome.Owner {
  /// The id of the rule, or the name of the detector.
  var name: Text {
    switch self {
    case .rule(let id): id
    case .detector(let name): name
    }
  }
}

extension RulePlace {
  /// The form that `--json` has.
  var json: JSON { ["file": .string(file), "line": .integer(line)] }
}

/// `conductor rules explain`: one rule in words.
struct RulesExplainCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let name = Text(session.request.operand)
    if let own = OwnRule.allCases.first(where: { $0.name == name }) { return try tell(own) }
    let catalogue = try session.catalogue()
    let found = try catalogue.rules(name)
    let loaded = Set(catalogue.loaded.map(\.name))
    if session.isJSON {
      try session.print([
        "format": "conductor/rule/1", "exit": 0,
        "rules": .array(found.map { json($0.rule, of: $0.set, loaded.contains($0.set.name)) }),
      ])
      return .done
    }
    for (index, entry) in found.enumerated() {
      if index > 0 { try session.print("\n") }
      try session.print(lines: lines(entry.rule, of: entry.set, loaded.contains(entry.set.name)))
    }
    return .done
  }

  /// What the program says by itself stands in no set.
  private func tell(_ own: OwnRule) throws -> ExitCode {
    if session.isJSON {
      try session.print([
        "format": "conductor/rule/1", "exit": 0,
        "rules": [
          [
            "rule": .string(own.name), "loaded": true,
            "verdicts": .array(own.verdicts.map { .string($0.word) }),
            "meaning": .string(own.meaning),
          ]
        ],
      ])
      return .done
    }
    let verdicts = own.verdicts.map { session.style.paint(session.shown($0.word), $0.tint) }
    let heading =
      session.style.bold(session.shown(own.name)) + "  " + verdicts.joined(separator: " or ")
    try session.print(
      lines: [heading]
        + Paragraph.lines(session.shown(own.meaning), width: session.width, indent: 2)
        + Paragraph.lines(
          "conductor says this by itself, whatever sets are loaded.", width: session.width,
          indent: 2))
    return .done
  }

  private func json(_ rule: Rule, of set: RuleSet, _ isLoaded: Bool) -> JSON {
    [
      "rule": .string(set.name + "/" + rule.id), "loaded": .bool(isLoaded),
      "place": rule.place.json,
      "condition": .array(
        rule.condition.outline.map { ["depth": .integer($0.depth), "text": .string($0.text)] }),
      "definition": rule.definition,
    ]
  }

  private func lines(_ rule: Rule, of set: RuleSet, _ isLoaded: Bool) -> [String] {
    let style = session.style
    let name = style.bold(session.shown(set.name + "/" + rule.id))
    var lines = [name + "  " + effect(rule.effect) + (isLoaded ? "" : "  (not loaded here)")]
    func add(_ term: String, _ text: Text?) {
      guard let text else { return }
      lines += Paragraph.entry(term, session.shown(text), column: 17, width: session.width)
    }
    add("because", rule.because)
    add("instead", rule.instead)
    add("escalate to", rule.escalateTo ?? set.authority.escalateTo)
    add("phase", Text(rule.phases.map(\.word.string).joined(separator: ", ")))
    add("code", rule.code)
    add("if unknown", rule.onUnknown.map(\.word))
    add("environment", rule.needsEnvironment ? "must be exactly one" : nil)
    add("approval", rule.approval.map { $0.right + ($0.by.map { " by " + $0 } ?? "") })
    for path in rule.cites { add("cites", path) }
    add("rule at", rule.place.words)
    lines += ["", "It speaks when"]
    lines += rule.condition.outline.map {
      String(repeating: "  ", count: $0.depth + 1) + "- " + session.shown($0.text)
    }
    lines += examples("Examples in which it speaks", rule.match)
    lines += examples("Examples in which it does not", rule.notMatch)
    return lines
  }

  private func effect(_ effect: Rule.Effect) -> String {
    switch effect {
    case .verdict(let verdict):
      session.style.paint(session.shown(verdict.word), verdict.tint)
    case .level(let level): "needs level " + session.shown(level)
    }
  }

  private func examples(_ heading: String, _ examples: [Rules.Example]) -> [String] {
    guard !examples.isEmpty else { return [] }
    return ["", heading] + examples.map { "  " + session.shown($0.words) }
  }
}

extension Rules.Example {
  /// The example on one line: a text as it is, anything else as JSON.
  var words: Text {
    if case .string(let text) = value { return text }
    return Text(bytes: value.written(indent: nil))
  }
}

/// `conductor rules export`: a built-in set as a file, or rules for another tool.
struct RulesExportCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let file = FlagKey.to.text(in: request)
    if request[.format] != nil {
      guard request.arguments.isEmpty else {
        throw UsageError.stated(
          "--format exports the rules in force, and takes no NAME", of: request.command)
      }
      return try exportForCodex(to: file)
    }
    guard let name = request.arguments.first else {
      throw UsageError.stated(
        "rules export needs the NAME of a set and --to FILE, or --format codex",
        of: request.command)
    }
    guard let file else {
      throw UsageError(.missingFlag("--to FILE"), command: request.command.words)
    }
    try session.catalogue().export(Text(name), to: file)
    return try written(file, more: [])
  }

  private func exportForCodex(to file: Text?) throws -> ExitCode {
    let catalogue = RuleCatalogue(try session.project(), session.context)
    if let refusal = catalogue.refusal { throw refusal }
    let rules = CodexRules(catalogue.loaded)
    session.note(
      "\(TimeWords.counted(Int64(rules.count), "prefix rule")); \(TimeWords.counted(Int64(rules.omitted), "command rule")) cannot be said by a prefix and stand in comments"
    )
    guard let file else {
      if session.isJSON {
        try session.print([
          "format": "conductor/rules-export/1", "exit": 0, "text": .string(rules.text),
          "rules": .integer(rules.count), "omitted": .integer(rules.omitted),
        ])
      } else {
        try session.print(rules.text.string)
      }
      return .done
    }
    try catalogue.write(rules.text.bytes, to: file)
    return try written(
      file,
      more: [
        .init(key: "rules", value: .integer(rules.count)),
        .init(key: "omitted", value: .integer(rules.omitted)),
      ])
  }

  private func written(_ file: Text, more: [JSON.Member]) throws -> ExitCode {
    if session.isJSON {
      try session.print(
        .object(
          [
            .init(key: "format", value: "conductor/rules-export/1"), .init(key: "exit", value: 0),
            .init(key: "path", value: .string(file)), .init(key: "written", value: true),
          ] + more))
    } else {
      try session.print(lines: ["wrote " + session.shown(file)])
    }
    return .done
  }
}
