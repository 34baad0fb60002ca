import JSONText

extension SetBuilder {
  // MARK: Detectors

  /// Collects the names of all detectors, so that anything may refer to any of them.
  func nameDetectors() throws(RuleFault) {
    for part in parts.list {
      guard let section = part.fields[.detectors] else { continue }
      try part.reader.named(section) { (name, node) throws(RuleFault) in
        guard vocabulary.names.detectors.insert(name).inserted else {
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
        contents.detectors[name] = Detector(
          name: name, place: part.reader.place(node), deferred: try detector(node, part.reader))
      }
    }
  }

  /// What is read now, or, of a set that was proved when the program was built, when it is asked for.
  private func detector(
    _ node: Node, _ reader: SetReader
  ) throws(RuleFault) -> Deferred<Detector.Body> {
    if reader.isEager { return Deferred(try Detector.Body(node, reader)) }
    let (source, names) = (reader.source, reader.names)
    return Deferred {
      let reader = SetReader(source, Vocabulary(names), isEager: false)
      return (try? Detector.Body(node, reader)) ?? .unreadable
    }
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
        contents.rules.append(rule)
      }
    }
  }

  private func rule(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Rule {
    let fields = try Fields(node, reader, RuleKey.self)
    let id = try Self.ruleID(try fields.needed(.id, reader), reader)
    let phases = try phases(try fields.needed(.phase, reader), reader)
    return Rule(
      id: id, phases: phases, place: reader.place(node),
      deferred: Deferred(try Rule.Body(fields, phases, reader)))
  }

  static func ruleID(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Text {
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
    if let phase = node.text.flatMap({ Phase($0) }) { return [phase] }
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

  // MARK: Waivers

  mutating func readWaivers() throws(RuleFault) {
    for part in parts.list {
      guard let section = part.fields[.waivers] else { continue }
      guard section.kind == .array else {
        throw part.reader.fault("expected an array, not " + section.words, section)
      }
      for node in section.elements { contents.waivers.append(try waiver(node, part.reader)) }
    }
  }

  private func waiver(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Waiver {
    let fields = try Fields(node, reader, WaiverKey.self)
    let known = contents.rules + contents.deliverables
    let rule = try reader.word(
      try fields.needed(.rule, reader), "rule", among: known.map(\.id))
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
      who: try reader.actor(try fields.needed(.who, reader)),
      expires: try reader.time(try fields.needed(.expires, reader)))
  }
}
