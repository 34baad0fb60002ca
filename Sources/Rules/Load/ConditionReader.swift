import JSONText

/// Reads conditions as far as they fit the phases of a rule, or the requirements of a level.
struct ConditionReader {
  let reader: SetReader
  /// The phases of the rule; nil for a requirement, which may ask only facts.
  let phases: [Phase]?

  init(_ reader: SetReader, phases: [Phase]?) {
    self.reader = reader
    self.phases = phases
  }

  private var names: Names { reader.names }

  /// A condition: all that an object says at once.
  func condition(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ConditionKey.self)
    if fields.count == 0 { throw reader.fault("a condition has to ask something", node) }
    if let node = fields[.fields], fields[.text] == nil {
      throw reader.fault("\"fields\" says where \"text\" looks, which is missing", node)
    }
    var conditions: [Condition] = []
    for index in ConditionKey.words.indices {
      guard let key = ConditionKey(rawValue: index), key != .fields, let value = fields[key] else {
        continue
      }
      try check(key, value)
      if let fact = try facts(key, value) {
        conditions.append(fact)
      } else if let ofVector = try aboutVectors(key, value) {
        conditions.append(ofVector)
      } else if let ofText = try aboutTexts(key, value, fields[.fields]) {
        conditions.append(ofText)
      } else {
        conditions.append(try aboutChange(key, value))
      }
    }
    return conditions.count == 1 ? conditions[0] : .all(conditions)
  }

  /// The conditions of an array, or the one that stands for it.
  func each(_ node: Node, mayBeEmpty: Bool = false) throws(RuleFault) -> [Condition] {
    guard node.kind == .array else { return [try condition(node)] }
    var conditions: [Condition] = []
    for element in node.elements { conditions.append(try condition(element)) }
    if conditions.isEmpty, !mayBeEmpty {
      throw reader.fault("expected at least one condition", node)
    }
    return conditions
  }

  private func check(_ key: ConditionKey, _ node: Node) throws(RuleFault) {
    if key.isFact { return }
    guard let phases else {
      if key == .documented { return }
      throw reader.fault(Self.name(key) + " is nothing that a level can require", node)
    }
    if key == .documented {
      throw reader.fault(Self.name(key) + " can only be required by a level", node)
    }
    guard let misfit = phases.first(where: { !key.fits($0) }) else { return }
    let fitting = Phase.allCases.filter(key.fits).map(\.word.bytes)
    throw reader.fault(
      Self.name(key) + " can be asked in the phase "
        + Text(bytes: Array(fitting.joined(separator: Array(", ".utf8)))) + ", not in "
        + misfit.word, node)
  }

  private static func name(_ key: ConditionKey) -> Text {
    Text(bytes: quoted(key.word))
  }

  // MARK: Facts

  private func facts(_ key: ConditionKey, _ node: Node) throws(RuleFault) -> Condition? {
    switch key {
    case .all: .all(try each(node))
    case .any: .any(try each(node))
    case .not: .not(try condition(node))
    case .variable: try variable(node)
    case .file: try file(node)
    case .json: try json(node)
    case .approval: try approval(node)
    case .level: try level(node)
    case .time: try time(node)
    case .documented: try documented(node)
    case .csv: try csv(node)
    case .markdown: try markdown(node)
    case .clean: .clean(try reader.flag(node))
    case .tested: .tested(try reader.flag(node))
    case .changed: try changed(node)
    case .outside: try outside(node)
    default: nil
    }
  }

  func settled(_ condition: Condition, _ node: Node?) throws(RuleFault) -> Condition {
    guard let node else { return condition }
    return .settled(condition, unknown: try reader.flag(node))
  }

  private func variable(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, VariableKey.self)
    let name = try reader.phrase(try fields.needed(.name, reader))
    let (key, value) = try fields.exactlyOne([.isOneOf, .set], reader)
    let condition: Condition =
      key == .set
      ? .variable(name, values: nil, isSet: try reader.flag(value))
      : .variable(name, values: try reader.texts(value), isSet: nil)
    return try settled(condition, fields[.onUnknown])
  }

  private func approval(_ node: Node) throws(RuleFault) -> Condition {
    guard node.kind == .object else { return .approval(try reader.phrase(node)) }
    let fields = try Fields(node, reader, ApprovedKey.self)
    let right = try reader.phrase(try fields.needed(.right, reader))
    return try settled(.approval(right), fields[.onUnknown])
  }

  private func level(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ReachedKey.self)
    let level = try reader.level(try fields.needed(.atLeast, reader))
    return try settled(.level(atLeast: level), fields[.onUnknown])
  }

  private func time(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, TimeKey.self)
    try fields.atLeastOne([.after, .before], reader)
    let after = try fields[.after].map(reader.time)
    let before = try fields[.before].map(reader.time)
    if let after, let before, let node = fields[.before], after >= before {
      throw reader.fault("no time is after the one and before the other", node)
    }
    return try settled(.time(after: after, before: before), fields[.onUnknown])
  }

  private func documented(_ node: Node) throws(RuleFault) -> Condition {
    try reader.flag(node) ? .documented : .not(.documented)
  }

  // MARK: One argument vector

  private func aboutVectors(_ key: ConditionKey, _ node: Node) throws(RuleFault) -> Condition? {
    switch key {
    case .program: .program(try reader.texts(node))
    case .subcommand: .subcommand(try reader.texts(node))
    case .option: .option(try reader.texts(node))
    case .value: try value(node)
    case .operand: .operand(try reader.globs(node))
    case .argument: .argument(try reader.patterns(node))
    case .sets: try sets(node)
    case .script: .script(try reader.globs(node))
    case .writes: .writes(try reader.globs(node))
    case .stages: .stages(try reader.globs(node))
    case .pipes: .pipes(try reader.flag(node))
    case .redirects: .redirects(try reader.flag(node))
    case .chained: .chained(try reader.flag(node))
    case .elsewhere: .elsewhere(try reader.flag(node))
    case .host: try host(node)
    case .environment:
      .environment(
        try reader.texts(
          node, each: "environment", among: names.environments + ["ambiguous", "none"]))
    default: nil
    }
  }

  private func value(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ValueKey.self)
    return .value(
      of: try reader.texts(try fields.needed(.of, reader)),
      matches: try reader.patterns(try fields.needed(.isOneOf, reader)))
  }

  private func sets(_ node: Node) throws(RuleFault) -> Condition {
    var variables: [(name: Text, values: [Text]?)] = []
    try reader.named(node) { (name, value) throws(RuleFault) in
      if value.kind == .bool {
        guard try reader.flag(value) else {
          throw reader.fault("expected true for any value, or the values", value)
        }
        variables.append((name: name, values: nil))
      } else {
        variables.append((name: name, values: try reader.texts(value)))
      }
    }
    if variables.isEmpty { throw reader.fault("expected at least one variable", node) }
    return .sets(variables)
  }

  private func host(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, HostKey.self)
    let (key, value) = try fields.exactlyOne([.among, .notAmong], reader)
    return .host(among: try reader.texts(value), isAllowed: key == .among)
  }

  // MARK: Texts and items

  func detectors(_ node: Node) throws(RuleFault) -> [Text] {
    var result: [Text] = []
    try reader.eachText(node) { (name, element) throws(RuleFault) in
      guard !reader.isEager || names.detectors.contains(name) else {
        throw reader.unknown("detector", name, among: names.detectors.sorted(), element)
      }
      reader.vocabulary.note(detector: name)
      result.append(name)
    }
    if result.isEmpty { throw reader.fault("expected at least one detector", node) }
    return result
  }

  private func aboutTexts(
    _ key: ConditionKey, _ node: Node, _ fields: Node?
  ) throws(RuleFault) -> Condition? {
    switch key {
    case .text:
      guard let fields else { return .text(try detectors(node), fields: nil) }
      try check(.fields, fields)
      return .text(try detectors(node), fields: try reader.texts(fields))
    case .headings: return .headings(try reader.texts(node))
    case .item: return try item(node)
    case .artifacts:
      let fields = try Fields(node, reader, ArtifactKey.self)
      let (key, value) = try fields.exactlyOne([.all, .any], reader)
      return .artifacts(all: key == .all, try reader.globs(value))
    default: return nil
    }
  }

  private func item(_ node: Node) throws(RuleFault) -> Condition {
    let fields = try Fields(node, reader, ComparisonKey.self)
    try only([.field, .onUnknown] + ComparisonKey.operators, in: fields)
    let field = try fields.needed(.field, reader)
    let name = try reader.phrase(field)
    if name.hasPrefix("/"), !Self.isPointer(name) { throw badPointer(field) }
    return try settled(.item(field: name, try comparison(fields)), fields[.onUnknown])
  }

  // MARK: One changed file

  private static let changes: [Text] = Change.Kind.allCases.map(\.rawValue) + ["binary"]

  private func aboutChange(_ key: ConditionKey, _ node: Node) throws(RuleFault) -> Condition {
    switch key {
    case .path: return .path(try reader.globs(node))
    case .change: return .change(try reader.texts(node, each: "change", among: Self.changes))
    case .added: return .added(try detectors(node))
    case .removed: return .removed(try detectors(node))
    case .also: return .also(try reader.globs(node))
    case .tracked: return .tracked(try reader.flag(node))
    default: return try count(node)
    }
  }

  private func count(_ node: Node) throws(RuleFault) -> Condition {
    let counts = try Fields(node, reader, CountKey.self)
    var conditions: [Condition] = []
    for (index, word) in CountKey.words.enumerated() {
      guard let key = CountKey(rawValue: index), let value = counts[key] else { continue }
      conditions.append(.count(word, try counting(value)))
    }
    if conditions.isEmpty { throw reader.fault("a count has to say of what", node) }
    return conditions.count == 1 ? conditions[0] : .all(conditions)
  }

  // MARK: Comparisons

  private static let types: [Text] = [
    "null", "boolean", "number", "integer", "string", "array", "object",
  ]

  /// Refuses every key that says nothing here.
  func only(
    _ keys: [ComparisonKey], in fields: Fields<ComparisonKey>
  ) throws(RuleFault) {
    for index in ComparisonKey.words.indices {
      guard let key = ComparisonKey(rawValue: index), !keys.contains(key), let node = fields[key]
      else { continue }
      throw reader.fault("unknown key " + Text(bytes: quoted(key.word)) + " here", node)
    }
  }

  /// A comparison of a count.
  func counting(_ node: Node) throws(RuleFault) -> Comparison {
    let fields = try Fields(node, reader, ComparisonKey.self)
    try only(ComparisonKey.counting, in: fields)
    return try comparison(fields)
  }

  func comparison(_ fields: Fields<ComparisonKey>) throws(RuleFault) -> Comparison {
    let (key, node) = try fields.exactlyOne(ComparisonKey.operators, reader)
    switch key {
    case .among, .notAmong:
      let values = try reader.jsons(node)
      if values.isEmpty { throw reader.fault("expected at least one element", node) }
      return key == .among ? .among(values) : .notAmong(values)
    case .less: return .less(try number(node))
    case .atMost: return .atMost(try number(node))
    case .more: return .more(try number(node))
    case .atLeast: return .atLeast(try number(node))
    case .matches: return .matches(try reader.pattern(node))
    case .exists: return .exists(try reader.flag(node))
    case .type: return .type(try reader.word(node, "type", among: Self.types))
    case .within: return .newer(try age(node))
    default: return .equals(try reader.json(node))
    }
  }

  private func number(_ node: Node) throws(RuleFault) -> Number {
    switch try reader.json(node) {
    case .integer(let value): return Number(value)
    case .number(let value): return value
    default: throw reader.fault("expected a number, not " + node.words, node)
    }
  }

  static func isPointer(_ text: Text) -> Bool {
    guard text.bytes.first == UInt8(ascii: "/") else { return false }
    return text.bytes.indices.allSatisfy { index in
      guard text.bytes[index] == UInt8(ascii: "~") else { return true }
      let next = index + 1 < text.bytes.count ? text.bytes[index + 1] : 0
      return next == UInt8(ascii: "0") || next == UInt8(ascii: "1")
    }
  }

  func badPointer(_ node: Node) -> RuleFault {
    reader.fault(
      "a pointer begins with / and holds ~ only as ~0 and ~1, unlike " + node.words, node)
  }
}

extension SetReader {
  /// A level of this set.
  func level(_ node: Node) throws(RuleFault) -> Text {
    if isEager, names.levels == nil { throw fault("this set has no levels", node) }
    return try word(node, "level", among: names.levels ?? [])
  }
}
