import JSONText

extension SetBuilder {
  /// Takes in what must be there at a close.
  mutating func readDeliverables() throws(RuleFault) {
    var places = Dictionary(contents.rules.map { ($0.id, $0.place) }) { first, _ in first }
    for part in parts.list {
      guard let section = part.fields[.deliverables] else { continue }
      guard section.kind == .array else {
        throw part.reader.fault("expected an array, not " + section.words, section)
      }
      for node in section.elements {
        let deliverable = try Self.deliverable(node, part.reader)
        if let other = places.updateValue(deliverable.place, forKey: deliverable.id) {
          throw part.reader.fault(
            Text(bytes: quoted(deliverable.id)) + " is there already, at " + other.file + ":"
              + Text("\(other.line)"), node["id"] ?? node)
        }
        contents.deliverables.append(deliverable)
      }
    }
  }

  private static func deliverable(_ node: Node, _ reader: SetReader) throws(RuleFault) -> Rule {
    let fields = try Fields(node, reader, DeliverableKey.self)
    let id = try ruleID(try fields.needed(.id, reader), reader)
    return Rule(
      id: id, phases: [.close], place: reader.place(node),
      deferred: Deferred(try Rule.Body(deliverable: fields, id, reader)))
  }
}

extension Rule.Body {
  /// Reads what must be there as a rule that speaks where it is not.
  fileprivate convenience init(
    deliverable fields: Fields<DeliverableKey>, _ id: Text, _ reader: SetReader
  ) throws(RuleFault) {
    let conditions = ConditionReader(reader, phases: [.close])
    let needs = try conditions.condition(try fields.needed(.needs, reader))
    var when: Condition?
    if let node = fields[.when] { when = try conditions.condition(node) }
    func phrase(_ key: DeliverableKey) throws(RuleFault) -> Text? {
      guard let node = fields[key] else { return nil }
      return try reader.phrase(node)
    }
    var verdict = Verdict.deny
    if let node = fields[.verdict] {
      verdict = try reader.verdict(node)
      if verdict == .allow {
        throw reader.fault("what must be there cannot be allowed to be missing", node)
      }
    }
    var escalateTo: Text?
    if let node = fields[.escalateTo] { escalateTo = try reader.actor(node) }
    var cites: [Text] = []
    if let node = fields[.cites] { cites = try reader.texts(node) }
    self.init(
      condition: .lacking(needs, where: when), effect: .verdict(verdict),
      because: try reader.phrase(try fields.needed(.because, reader)),
      instead: try phrase(.instead), escalateTo: escalateTo,
      onUnknown: try fields[.onUnknown].map(reader.verdict), needsEnvironment: false,
      approval: try Self.approval(fields[.approval], reader), code: try phrase(.code) ?? id,
      cites: cites, match: .none, notMatch: .none)
  }
}
