import JSONText

/// Comparisons of values in JSON documents with what a rule expects.
enum Comparing {
  /// The value of a field, or at a JSON pointer.
  static func value(of field: Text, in node: Node) -> Node? {
    field.hasPrefix("/") || field.isEmpty ? JSONPointer.value(at: field, in: node) : node[field]
  }

  /// How a value compares; a missing one and one of another type are unknown, except for what asks just that.
  static func answer(_ comparison: Comparison, _ node: Node?) throws(JudgingFault) -> Answer {
    if case .exists(let expected) = comparison { return Answer((node != nil) == expected) }
    guard let node else { return .unknown }
    let saw = Text(bytes: node.raw.array).shortened()
    switch comparison {
    case .exists, .newer: return .unknown
    case .type("integer"): return Answer(node.integer != nil, saw: saw)
    case .type(let name): return Answer(typeName(node) == name, saw: saw)
    case .equals(let value): return equality([value], node, saw)
    case .among(let values): return equality(values, node, saw)
    case .notAmong(let values):
      return Answer(equality(values, node, saw).degree.opposite, saw: saw)
    case .less(let limit): return ordered(node, limit, saw) { $0 < $1 }
    case .atMost(let limit): return ordered(node, limit, saw) { $0 <= $1 }
    case .more(let limit): return ordered(node, limit, saw) { $0 > $1 }
    case .atLeast(let limit): return ordered(node, limit, saw) { $0 >= $1 }
    case .matches(let pattern):
      guard let text = node.text else { return .unknown }
      let match = try pattern.ready().firstMatch(in: text.bytes)
      return Answer(
        match != nil, saw: match.map { Text(bytes: Array(text.bytes[$0])).shortened() })
    }
  }

  private static func equality(_ values: [JSON], _ node: Node, _ saw: Text) -> Answer {
    let json = node.json
    if values.contains(where: { equal($0, json) }) { return Answer(.yes, saw: saw) }
    return values.contains { typeName($0) == typeName(node) } ? .no : .unknown
  }

  /// Equality of values, numbers by value and objects whatever the order of their members.
  private static func equal(_ one: JSON, _ other: JSON) -> Bool {
    switch (one, other) {
    case (.array(let a), .array(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { equal($0, $1) }
    case (.object(let a), .object(let b)):
      return a.count == b.count
        && a.allSatisfy { member in other[member.key].map { equal(member.value, $0) } ?? false }
        && b.allSatisfy { member in one[member.key] != nil }
    default:
      if one == other { return true }
      guard let a = number(one), let b = number(other) else { return false }
      if let a = a.integer, let b = b.integer { return a == b }
      return a.double.map { $0 == b.double } ?? false
    }
  }

  private static func number(_ value: JSON) -> Number? {
    switch value {
    case .integer(let value): Number(value)
    case .number(let number): number
    default: nil
    }
  }

  private static func ordered(
    _ node: Node, _ limit: Number, _ saw: Text, _ holds: (Double, Double) -> Bool
  ) -> Answer {
    guard let value = node.double, let limit = limit.double else { return .unknown }
    return Answer(holds(value, limit), saw: saw)
  }

  private static func typeName(_ node: Node) -> Text {
    switch node.kind {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .number: "number"
    case .bool: "boolean"
    case .null: "null"
    }
  }

  private static func typeName(_ value: JSON) -> Text {
    switch value {
    case .object: "object"
    case .array: "array"
    case .string: "string"
    case .number, .integer: "number"
    case .bool: "boolean"
    case .null: "null"
    }
  }
}
