package import JSONText

extension RuleSet {
  /// The set as it is in force, in the language of rule sets: its params put in, and what it extends taken in.
  package var effective: JSON {
    var members: [JSON.Member] = [
      .init(key: "ruleset", value: .string(name)), .init(key: "version", value: .string(version)),
      .init(key: "language", value: 1),
    ]
    func add(_ key: Text, _ value: JSON?) {
      switch value {
      case nil, .array([]), .object([]): return
      case .some(let value): members.append(.init(key: key, value: value))
      }
    }
    add("title", title.map(JSON.string))
    add("reviewed_against", reviewed)
    add("shell", shell == .powershell ? "powershell" : nil)
    add("unmatched", unmatched == .allow ? nil : .string(unmatched.word))
    add("authority", authority.json)
    add("environments", .object(environments.map { .init(key: $0.name, value: $0.json) }))
    add("hints", hints.json)
    add("levels", levels?.json)
    add("programs", .sorted(valued) { ["valued": .list($0)] })
    add("targets", .sorted(targets) { .sorted($0) { $0.json } })
    add("detectors", .sorted(detectors) { $0.json })
    add("rules", .array(rules.map(\.definition)))
    add("deliverables", .array(deliverables.map(\.definition)))
    add("waivers", .array(waivers.map(\.json)))
    add("prompt", .list(prompt))
    add("redact", .list(redact))
    let schemas = response.map(\.definition)
    add("response", schemas.count == 1 ? schemas[0] : .array(schemas))
    return .object(members)
  }

  private var reviewed: JSON? {
    guard let reviewedCommit else { return nil }
    if reviewedFiles.isEmpty { return .string(reviewedCommit) }
    return ["commit": .string(reviewedCommit), "files": .list(reviewedFiles)]
  }
}

extension JSON {
  fileprivate static func list(_ texts: [Text]) -> JSON { .array(texts.map(JSON.string)) }

  /// Members in the order of their names, since a dictionary has none of its own.
  fileprivate static func sorted<Value>(
    _ values: [Text: Value], _ json: (Value) -> JSON
  ) -> JSON {
    .object(values.sorted { $0.key < $1.key }.map { .init(key: $0.key, value: json($0.value)) })
  }

  /// An object without the members that are empty or have no value.
  fileprivate static func filled(_ members: (Text, JSON?)...) -> JSON {
    .object(
      members.compactMap { key, value in
        switch value {
        case nil, .array([]), .object([]): nil
        case .some(let value): .init(key: key, value: value)
        }
      })
  }
}

extension Authority {
  fileprivate var json: JSON {
    .filled(
      ("chain", .list(chain)), ("escalate_to", escalateTo.map(JSON.string)),
      ("rights", .sorted(rights, JSON.string)), ("keys", .sorted(keys, JSON.string)))
  }
}

extension TargetEnvironment {
  fileprivate var json: JSON {
    .filled(
      ("apps", .list(apps)), ("hosts", .list(hosts)), ("urls", .list(urls)),
      ("branches", .list(branches)),
      ("variables", .object(variables.map { .init(key: $0.name, value: .list($0.values)) })),
      ("approve", approver.map(JSON.string) ?? .null), ("needs", .list(needs)))
  }
}

extension EnvironmentHints {
  fileprivate var json: JSON {
    .filled(
      ("options", .sorted(options, JSON.list)), ("variables", .list(variables)),
      ("operands", .list(operands)))
  }
}

extension Levels {
  fileprivate var json: JSON {
    let own = levels.map { level in
      JSON.Member(
        key: level.name,
        value: .filled(
          ("requires", .array(level.requires.map(\.json))), ("prompt", .list(level.prompt)),
          ("changes", level.changesFiles ? nil : false)))
    }
    return .object(
      [
        .init(key: "default", value: .string(preset)),
        .init(key: "order", value: .list(levels.map(\.name))),
      ] + own)
  }
}

extension BuildTarget {
  fileprivate var json: JSON {
    .filled(
      ("runs", .list(runs)), ("environment", environment.map(JSON.string)),
      ("because", because.map(JSON.string)))
  }
}

extension Detector {
  fileprivate var json: JSON {
    let all = any + self.all + unless
    return .filled(
      ("any", .list(any.map(\.source))), ("all", .list(self.all.map(\.source))),
      ("unless", .list(unless.map(\.source))), ("negated_by", .list(negatedBy)),
      ("case", all.contains { !$0.ignoringCase } ? "exact" : nil),
      ("words", all.contains { !$0.wholeWords } ? false : nil),
      ("globs", .list(globs.map(\.source))), ("match", .array(match.map(\.value))),
      ("not_match", .array(notMatch.map(\.value))))
  }
}

extension Rule {
  /// The rule, or what must be there, as a rule set says it.
  package var definition: JSON {
    if case .lacking = condition { return deliverable }
    let outcome: (Text, JSON?) =
      switch effect {
      case .verdict(let verdict): ("verdict", .string(verdict.word))
      case .level(let level): ("level", .string(level))
      }
    return .filled(
      ("id", .string(id)), ("phase", .texts(phases.map(\.word))), ("when", condition.json), outcome,
      ("because", .string(because)), ("instead", instead.map(JSON.string)),
      ("escalate_to", escalateTo.map(JSON.string)),
      ("on_unknown", onUnknown.map { .string($0.word) }),
      ("environment", needsEnvironment ? "required" : nil), ("approval", approval?.json),
      ("code", code.map(JSON.string)), ("cites", .list(cites)),
      ("match", .array(match.map(\.value))), ("not_match", .array(notMatch.map(\.value))))
  }
}

extension Rule {
  fileprivate var deliverable: JSON {
    guard case .object(let asked) = condition.json else { return .null }
    var verdict: JSON?
    if case .verdict(let own) = effect, own != .deny { verdict = .string(own.word) }
    let said = JSON.filled(
      ("code", code == id ? nil : code.map(JSON.string)), ("because", .string(because)),
      ("instead", instead.map(JSON.string)), ("verdict", verdict),
      ("escalate_to", escalateTo.map(JSON.string)),
      ("on_unknown", onUnknown.map { .string($0.word) }), ("approval", approval?.json),
      ("cites", .list(cites)))
    guard case .object(let members) = said else { return .null }
    return .object([.init(key: "id", value: .string(id))] + asked + members)
  }
}

extension ApprovalNeed {
  fileprivate var json: JSON {
    .filled(
      ("right", .string(right)), ("by", by.map(JSON.string)), ("needs", .list(needs)))
  }
}

extension Waiver {
  fileprivate var json: JSON {
    [
      "rule": .string(rule),
      "scope": .filled(
        ("item", item.map(JSON.string)), ("path", path.map { .string($0.source) }),
        ("command", command.map { .string($0.source) })),
      "reason": .string(reason), "who": .string(who), "expires": .string(expires.text),
    ]
  }
}
