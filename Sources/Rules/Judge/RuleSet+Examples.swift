import JSONText

extension RuleSet {
  /// Whether a rule speaks on one of its examples, in any of its phases; what is unknown speaks, too.
  ///
  /// Nothing is known but the example: no file, no variable, no approval, and the set's highest level.
  func speaks(_ rule: Rule, on example: Example) throws(JudgingFault) -> Bool {
    var circumstances = Circumstances(now: Timestamp(nanoseconds: 0))
    circumstances.level = levels?.levels.last?.name
    for phase in rule.phases {
      if try speaks(rule, phase, example.value, circumstances) { return true }
    }
    return false
  }

  private func speaks(
    _ rule: Rule, _ phase: Phase, _ example: JSON, _ circumstances: Circumstances
  ) throws(JudgingFault) -> Bool {
    switch (phase, example) {
    case (.command, .object):
      guard case .string? = example["command"] else { return false }
      var circumstances = circumstances
      if case .string(let name)? = example["environment"] { circumstances.environment = name }
      return try speaks(rule, phase, example["command"] ?? .null, circumstances)
    case (.command, .string(let line)):
      var alone = self
      alone.rules = [rule]
      let judge = CommandJudge(RuleBook([alone]), shell, circumstances)
      judge.judge(judge.reading(line.bytes), judge.outermost)
      if let fault = judge.tally.fault { throw fault }
      return judge.tally.hasSpoken
    case (.response, .string(let text)):
      return try speaks(rule, about: .texts([text]), circumstances)
    case (.item, .string(let text)):
      let fields = rule.condition.textFields.sorted()
      let members = fields.map { JSON.Member(key: $0, value: .string(text)) }
      return try speaks(rule, aboutItem: .object(members), circumstances)
    case (.item, .object): return try speaks(rule, aboutItem: example, circumstances)
    case (.diff, .string), (.diff, .object):
      return try speaks(rule, among: [example], circumstances)
    case (.diff, .array(let examples)): return try speaks(rule, among: examples, circumstances)
    default: return false
    }
  }

  private func speaks(
    _ rule: Rule, aboutItem example: JSON, _ circumstances: Circumstances
  ) throws(JudgingFault) -> Bool {
    guard let item = try? Document(Bytes(example.written())).root else {
      throw JudgingFault(text: "the example is no item")
    }
    var circumstances = circumstances
    circumstances.item = item
    return try speaks(rule, about: .item(item), circumstances)
  }

  private func speaks(
    _ rule: Rule, among examples: [JSON], _ circumstances: Circumstances
  ) throws(JudgingFault) -> Bool {
    var circumstances = circumstances
    if let item = examples.lazy.compactMap({ $0["item"] }).first {
      circumstances.item = (try? Document(Bytes(item.written())))?.root
    }
    let changes = examples.compactMap(Change.init(example:))
    for change in changes {
      if try speaks(rule, about: .change(change, of: changes), circumstances) { return true }
    }
    return false
  }

  private func speaks(
    _ rule: Rule, about subject: Subject, _ circumstances: Circumstances
  ) throws(JudgingFault) -> Bool {
    let evaluator = Evaluator(set: self, circumstances: circumstances, subject: subject)
    return rule.speaks(at: try evaluator.answer(rule.condition).degree)
  }
}

extension Rule {
  /// Whether it says anything: a rule that allows does so only where it certainly applies.
  func speaks(at degree: Degree) -> Bool {
    switch degree {
    case .no: false
    case .yes: true
    case .doubtful, .unknown: effect != .verdict(.allow) || onUnknown != nil
    }
  }
}

extension Condition {
  /// The fields that an item needs to hold a text where this looks for texts, each once.
  fileprivate var textFields: Set<Text> {
    switch self {
    case .all(let parts), .any(let parts):
      parts.reduce(into: []) { $0.formUnion($1.textFields) }
    case .not(let part), .settled(let part, _): part.textFields
    case .text(_, let fields): Set(fields ?? ["title"]).filter { !$0.hasPrefix("/") }
    default: []
    }
  }
}

extension Change {
  /// A change as examples state it: its path alone, or an object.
  fileprivate init?(example: JSON) {
    func texts(_ key: Text) -> [Text] {
      switch example[key] {
      case .string(let text): return [text]
      case .array(let lines):
        return lines.compactMap { if case .string(let line) = $0 { line } else { nil } }
      default: return []
      }
    }
    if case .string(let path) = example {
      self.init(.modify, path)
      return
    }
    guard let path = texts("path").first else { return nil }
    self.init(
      texts("change").first.flatMap(Kind.init) ?? .modify, path, from: texts("from").first,
      added: texts("added"), removed: texts("removed"), isBinary: example["binary"] == true,
      isTracked: example["tracked"].map { $0 == true })
  }
}
