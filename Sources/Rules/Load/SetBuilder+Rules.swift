import JSONText

extension SetBuilder {
  // MARK: Detectors

  /// Collects the names of all detectors, so that anything may refer to any of them.
  func nameDetectors() throws(RuleFault) {
    for part in parts.list {
      guard let section = part.fields[.detectors] else { continue }
      try part.reader.named(section) { (name, node) throws(RuleFault) in
        guard names.detectors.insert(name).inserted else {
          throw part.reader.fault(
            "the detector " + Text(bytes: quoted(name)) + " is there already, in a set that this "
              + "one extends", node)
        }
      }
    }
  }

  mutating func readDetectors() throws(RuleFault) {
    for part in parts.list {
      guard let section = part.fields[.detectors] else { continue }
      try part.reader.named(section) { (name, node) throws(RuleFault) in
        set.detectors[name] = try detector(name, node, part.reader)
      }
    }
  }

  private static let cases: [Text] = ["ignore", "exact"]

  private func detector(
    _ name: Text, _ node: Node, _ reader: SetReader
  ) throws(RuleFault) -> Detector {
    let fields = try Fields(node, reader, DetectorKey.self)
    try fields.atLeastOne([.any, .globs], reader)
    var ignoresCase = true
    if let node = fields[.letterCase] {
      ignoresCase = try reader.word(node, "case", among: Self.cases) == Self.cases[0]
    }
    let wholeWords = try fields[.wholeWords].map(reader.flag) ?? true
    func patterns(_ key: DetectorKey) throws(RuleFault) -> [Pattern] {
      guard let node = fields[key] else { return [] }
      return try reader.patterns(node, wholeWords: wholeWords, ignoringCase: ignoresCase)
    }
    return Detector(
      name: name, any: try patterns(.any), all: try patterns(.all), unless: try patterns(.unless),
      negatedBy: try fields[.negatedBy].map { (node) throws(RuleFault) in
        try reader.texts(node)
      } ?? [],
      globs: try fields[.globs].map { (node) throws(RuleFault) in
        try reader.globs(node, ignoringCase: ignoresCase)
      } ?? [],
      hits: try Examples(fields[.match], reader, phases: nil),
      misses: try Examples(fields[.notMatch], reader, phases: nil), place: reader.place(node))
  }

  // MARK: Rules

  mutating func readRules() throws(RuleFault) {
    var places: [Text: RulePlace] = [:]
    for part in parts.list {
      guard let section = part.fields[.rules] else { continue }
      guard section.kind == .array else {
        throw part.reader.fault("expected an array, not " + section.words, section)
      }
      for node in section.elements {
        let rule = try rule(node, part.reader)
        if let other = places.updateValue(rule.place, forKey: rule.id) {
          throw part.reader.fault(
            "the rule " + Text(bytes: quoted(rule.id)) + " is there already, at " + other.file
              + ":" + Text("\(other.line)"), node["id"] ?? node)
        }
        set.rules.append(rule)
      }
    }
  }

  private func rule(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Rule {
    let fields = try Fields(node, reader, RuleKey.self)
    let place = reader.place(node)
    let id = try ruleID(try fields.needed(.id, reader), reader)
    let phases = try phases(try fields.needed(.phase, reader), reader)
    let conditions = ConditionReader(reader, phases: phases)
    let condition = try conditions.condition(try fields.needed(.when, reader))
    let effect = try effect(fields, phases, reader)
    let because = try reader.phrase(try fields.needed(.because, reader))
    func phrase(_ key: RuleKey) throws(RuleFault) -> Text? {
      guard let node = fields[key] else { return nil }
      return try reader.phrase(node)
    }
    var escalateTo: Text?
    if let node = fields[.escalateTo] { escalateTo = try actor(node, reader) }
    if let node = fields[.environment] { _ = try reader.word(node, "word", among: ["required"]) }
    var cites: [Text] = []
    if let node = fields[.cites] { cites = try reader.texts(node) }
    return Rule(
      id: id, phases: phases, condition: condition, effect: effect, because: because,
      instead: try phrase(.instead), escalateTo: escalateTo,
      onUnknown: try fields[.onUnknown].map(reader.verdict),
      needsEnvironment: fields[.environment] != nil, approval: try approval(fields, reader),
      code: try phrase(.code), cites: cites,
      hits: try Examples(fields[.match], reader, phases: phases),
      misses: try Examples(fields[.notMatch], reader, phases: phases), place: place)
  }

  private func ruleID(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Text {
    let id = try reader.text(node)
    func isWord(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }
    let isID =
      id.bytes.first.map(isWord) == true
      && id.bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    guard isID else {
      throw reader.fault(
        "a rule's id is small letters, digits, dots and dashes, and begins with a letter or digit",
        node)
    }
    return id
  }

  private func phases(_ node: Node, _ reader: SetReader) throws(RuleFault) -> [Phase] {
    var phases: [Phase] = []
    try reader.eachText(node) { (word, element) throws(RuleFault) in
      guard let phase = Phase(word) else {
        throw reader.unknown("phase", word, among: Phase.allCases.map(\.word), element)
      }
      if phases.contains(phase) {
        throw reader.fault("the phase " + word + " is named twice", element)
      }
      phases.append(phase)
    }
    if phases.isEmpty { throw reader.fault("expected at least one phase", node) }
    return phases
  }

  private func effect(
    _ fields: Fields<RuleKey>, _ phases: [Phase], _ reader: SetReader
  ) throws(RuleFault) -> Rule.Effect {
    let (key, node) = try fields.exactlyOne([.verdict, .level], reader)
    if key == .verdict { return .verdict(try reader.verdict(node)) }
    if phases.contains(where: { $0 != .command && $0 != .diff }) {
      throw reader.fault("only commands and changed files can need a level", node)
    }
    return .level(try reader.level(node))
  }

  private func approval(
    _ fields: Fields<RuleKey>, _ reader: SetReader
  ) throws(RuleFault) -> ApprovalNeed? {
    guard let node = fields[.approval] else { return nil }
    guard node.kind == .object else {
      return ApprovalNeed(right: try reader.phrase(node), by: nil, needs: [])
    }
    let fields = try Fields(node, reader, ApprovalKey.self)
    var need = ApprovalNeed(
      right: try reader.phrase(try fields.needed(.right, reader)), by: nil, needs: [])
    if let node = fields[.by] { need.by = try actor(node, reader) }
    if let node = fields[.needs] {
      need.needs = try reader.texts(node, each: "need", among: Self.needs)
    }
    return need
  }

  // MARK: Waivers

  mutating func readWaivers() throws(RuleFault) {
    for part in parts.list {
      guard let section = part.fields[.waivers] else { continue }
      guard section.kind == .array else {
        throw part.reader.fault("expected an array, not " + section.words, section)
      }
      for node in section.elements { set.waivers.append(try waiver(node, part.reader)) }
    }
  }

  private func waiver(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Waiver {
    let fields = try Fields(node, reader, WaiverKey.self)
    let rule = try reader.word(
      try fields.needed(.rule, reader), "rule", among: set.rules.map(\.id))
    let scope = try Fields(try fields.needed(.scope, reader), reader, ScopeKey.self)
    try scope.atLeastOne([.item, .path, .command], reader)
    var path: PathPattern?
    if let node = scope[.path] {
      if node.kind == .array { throw reader.fault("expected a string, not an array", node) }
      path = try reader.globs(node).first
    }
    return Waiver(
      rule: rule, item: try scope[.item].map(reader.phrase), path: path,
      command: try scope[.command].map(reader.pattern),
      reason: try reader.phrase(try fields.needed(.reason, reader)),
      who: try actor(try fields.needed(.who, reader), reader),
      expires: try reader.time(try fields.needed(.expires, reader)))
  }
}
