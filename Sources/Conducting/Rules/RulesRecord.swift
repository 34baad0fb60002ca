import Evidence
package import JSONText
package import Rules

extension Verdict {
  /// The status that a command ends with whose answer is this verdict.
  package var exit: ExitCode {
    switch self {
    case .allow: .done
    case .ask: .personMustDecide
    case .deny, .stop: .refused
    }
  }
}

extension Finding {
  /// The form that `--json` and receipts share.
  package var json: JSON {
    var members: [JSON.Member] = [
      .init(key: "rule", value: .string(name)), .init(key: "verdict", value: .string(verdict.word)),
      .init(key: "because", value: .string(because)), .init(key: "saw", value: .string(saw)),
      .init(key: "instead", value: instead.map { .string($0) } ?? .null),
      .init(key: "escalate_to", value: escalateTo.map { .string($0) } ?? .null),
      .init(
        key: "place",
        value: place.map { ["file": .string($0.file), "line": .integer($0.line)] } ?? .null),
    ]
    for (key, value) in [
      ("right", right), ("code", code), ("approval", approval), ("waiver", waiver),
    ] as [(Text, Text?)] {
      if let value { members.append(.init(key: key, value: .string(value))) }
    }
    if isError { members.append(.init(key: "error", value: true)) }
    return .object(members)
  }

  /// The finding in one sentence, with all that a person needs to act on it.
  package var sentence: Text {
    var text = name + " says " + verdict.word + ": " + because.withoutFullStop
    if !saw.isEmpty { text = text + "; it saw " + Text(bytes: quoted(saw)) }
    if let instead { text = text + "; instead: " + instead.withoutFullStop }
    if let escalateTo { text = text + "; it goes to " + escalateTo }
    return text
  }
}

extension Judgement {
  /// The document that judging commands answer with.
  package var json: JSON {
    [
      "format": "conductor/judgement/1", "verdict": .string(verdict.word),
      "exit": .integer(Int(verdict.exit.rawValue)),
      "rules": .array(findings.map(\.json)), "judged": .integer(judged),
      "understood": .bool(isUnderstood),
      "programs": .array(programs.map { .array($0.map { .string($0) }) }),
      "environment": environment.json,
    ]
  }
}

extension EnvironmentFinding {
  /// The form that `--json` and receipts share.
  package var json: JSON {
    switch self {
    case .none: ["state": "none"]
    case .resolved(let name): ["state": "resolved", "name": .string(name)]
    case .ambiguous(let why): ["state": "ambiguous", "reason": .string(why)]
    }
  }
}

/// What a receipt says of rules: the sets in force, and what they said of everything that a step judged.
package struct RulesRecord: Sendable {
  private let sets: [JSON]
  private var verdicts: [JSON] = []
  private var judged = 0
  private var counts: [Verdict: Int] = [:]
  private var errored = 0
  private var waived = 0

  /// The number of verdicts that a receipt spells out; the counts tell of all.
  private static let limit = 200

  /// Begins with nothing judged.
  package init(_ shelf: RuleShelf) { sets = shelf.book.sets.map(\.json) }

  /// Whether no rule was asked at all, which is not a pass.
  package var isEmpty: Bool { judged == 0 }

  /// Adds what was said of one thing; `subject` tells several apart.
  package mutating func add(_ judgement: Judgement, subject: Text? = nil) {
    judged += judgement.judged
    for verdict in Verdict.allCases { counts[verdict, default: 0] += judgement.count(verdict) }
    errored += judgement.errored
    waived += judgement.waived
    for finding in judgement.findings where verdicts.count < Self.limit {
      guard let subject, case .object(let members) = finding.json else {
        verdicts.append(finding.json)
        continue
      }
      verdicts.append(.object([.init(key: "subject", value: .string(subject))] + members))
    }
  }

  /// The form that receipts hold.
  package var json: JSON {
    func count(_ verdict: Verdict) -> JSON { .integer(counts[verdict] ?? 0) }
    return [
      "sets": .array(sets), "judged": .integer(judged), "allowed": count(.allow),
      "asked": count(.ask), "denied": count(.deny), "stopped": count(.stop),
      "errored": .integer(errored), "waived": .integer(waived), "verdicts": .array(verdicts),
    ]
  }
}

extension RuleSet {
  /// Name, version and digest, with those of the sets that it extends.
  package var json: JSON {
    func digest(_ source: RuleSource) -> JSON { .string(SHA256.hash(source.bytes).hex) }
    return [
      "name": .string(name), "version": .string(version),
      "source": sources.first.map { .string($0.name) } ?? .null,
      "sha256": sources.first.map(digest) ?? .null,
      "extends": .array(
        sources.dropFirst().map { ["source": .string($0.name), "sha256": digest($0)] }),
    ]
  }
}
