import JSONText

extension SetReader {
  /// Somebody who decides. For an actor of an inherited chain that was replaced, the highest of the new one does.
  func actor(_ node: Node, orAnyone: Bool = false) throws(RuleFault) -> Text {
    if let highest = names.actors.first, !names.formerActors.isEmpty,
      source.name != names.chainSource, names.formerActors.contains(try text(node))
    {
      return highest
    }
    return try word(node, "actor", among: orAnyone ? names.actors + ["anyone"] : names.actors)
  }
}

extension Detector.Body {
  private static let cases: [Text] = ["ignore", "exact"]

  /// Reads what a detector looks for.
  convenience init(_ node: Node, _ reader: SetReader) throws(RuleFault) {
    let fields = try Fields(node, reader, DetectorKey.self)
    try fields.atLeastOne([.any, .globs], reader)
    var ignoresCase = true
    if let node = fields[.letterCase] {
      ignoresCase = try reader.word(node, "case", among: Self.cases) == Self.cases[0]
    }
    let wholeWords = try fields[.wholeWords].map(reader.flag) ?? true
    func patterns(_ key: DetectorKey) throws(RuleFault) -> [Pattern] {
      guard let node = fields[key] else { return [] }
      return try reader.patterns(
        node, wholeWords: wholeWords, ignoringCase: ignoresCase, byLine: true)
    }
    var negatedBy: [Text] = []
    if let node = fields[.negatedBy] { negatedBy = try reader.texts(node) }
    var globs: [PathPattern] = []
    if let node = fields[.globs] { globs = try reader.globs(node, ignoringCase: ignoresCase) }
    self.init(
      any: try patterns(.any), all: try patterns(.all), unless: try patterns(.unless),
      negatedBy: negatedBy, globs: globs,
      match: try Examples(fields[.match], reader, phases: nil),
      notMatch: try Examples(fields[.notMatch], reader, phases: nil))
  }

  /// What stands for a proved detector that could not be read after all: it hits everything.
  static var unreadable: Detector.Body {
    Detector.Body(
      any: [], all: [], unless: [], negatedBy: [], globs: [PathPattern("*")], match: .none,
      notMatch: .none)
  }
}

extension Rule.Body {
  /// Reads what a rule says.
  convenience init(
    _ fields: Fields<RuleKey>, _ phases: [Phase], _ reader: SetReader
  ) throws(RuleFault) {
    let conditions = ConditionReader(reader, phases: phases)
    let condition = try conditions.condition(try fields.needed(.when, reader))
    let effect = try Self.effect(fields, phases, reader)
    let because = try reader.phrase(try fields.needed(.because, reader))
    func phrase(_ key: RuleKey) throws(RuleFault) -> Text? {
      guard let node = fields[key] else { return nil }
      return try reader.phrase(node)
    }
    var escalateTo: Text?
    if let node = fields[.escalateTo] { escalateTo = try reader.actor(node) }
    if let node = fields[.environment] { _ = try reader.word(node, "word", among: ["required"]) }
    var cites: [Text] = []
    if let node = fields[.cites] { cites = try reader.texts(node) }
    self.init(
      condition: condition, effect: effect, because: because, instead: try phrase(.instead),
      escalateTo: escalateTo, onUnknown: try fields[.onUnknown].map(reader.verdict),
      needsEnvironment: fields[.environment] != nil,
      approval: try Self.approval(fields[.approval], reader),
      code: try phrase(.code), cites: cites,
      match: try Examples(fields[.match], reader, phases: phases),
      notMatch: try Examples(fields[.notMatch], reader, phases: phases))
  }

  /// What stands for a proved rule that could not be read after all: it stops everything.
  static var unreadable: Rule.Body {
    Rule.Body(
      condition: .all([]), effect: .verdict(.stop), because: "this built-in rule cannot be read",
      instead: nil, escalateTo: nil, onUnknown: nil, needsEnvironment: false, approval: nil,
      code: nil, cites: [], match: .none, notMatch: .none)
  }

  private static func effect(
    _ fields: Fields<RuleKey>, _ phases: [Phase], _ reader: SetReader
  ) throws(RuleFault) -> Rule.Effect {
    let (key, node) = try fields.exactlyOne([.verdict, .level], reader)
    if key == .verdict { return .verdict(try reader.verdict(node)) }
    if phases.contains(where: { $0 != .command && $0 != .diff }) {
      throw reader.fault("only commands and changed files can need a level", node)
    }
    return .level(try reader.level(node))
  }

  static func approval(_ node: Node?, _ reader: SetReader) throws(RuleFault) -> ApprovalNeed? {
    guard let node else { return nil }
    guard node.kind == .object else {
      return ApprovalNeed(right: try reader.phrase(node), by: nil, needs: [])
    }
    let fields = try Fields(node, reader, ApprovalKey.self)
    var need = ApprovalNeed(
      right: try reader.phrase(try fields.needed(.right, reader)), by: nil, needs: [])
    if let node = fields[.by] { need.by = try reader.actor(node) }
    if let node = fields[.needs] {
      need.needs = try reader.texts(node, each: "need", among: SetBuilder.needs)
    }
    return need
  }
}
