/// The keywords of JSON Schema (draft 2020-12) that mean something here; a schema that uses any other is refused.
package enum SchemaKeyword: String, CaseIterable, Sendable {
  case type, `enum`, const
  case multipleOf, minimum, maximum, exclusiveMinimum, exclusiveMaximum
  case minLength, maxLength, pattern
  case items, prefixItems, contains, minContains, maxContains, minItems, maxItems, uniqueItems
  case properties, patternProperties, additionalProperties, propertyNames, required
  case minProperties, maxProperties, dependentRequired
  case allOf, anyOf, oneOf, not, `if`, then, `else`
  case reference = "$ref"
  case definitions = "$defs"
  case dialect = "$schema"
  case id = "$id"
  case comment = "$comment"
  case title, description, `default`, examples, deprecated, readOnly, writeOnly, format

  private static let byName = Dictionary(
    uniqueKeysWithValues: allCases.map { (Text($0.rawValue), $0) })

  /// The keyword of a name.
  init?(_ name: Text) {
    guard let found = Self.byName[name] else { return nil }
    self = found
  }
}

/// What `type` can ask for.
enum SchemaType: String, CaseIterable, Sendable {
  case null, boolean, object, array, number, integer, string

  /// Whether a value is of the type; a number without a fraction is an integer, however it is spelled.
  func holds(_ node: Node) -> Bool {
    switch (self, node.kind) {
    case (.null, .null), (.boolean, .bool), (.object, .object), (.array, .array),
      (.string, .string), (.number, .number):
      true
    case (.integer, .number): node.number?.decimal.isWhole == true
    default: false
    }
  }

  /// The type with its article, as messages name it.
  var words: Text {
    switch self {
    case .null: "null"
    case .boolean: "true or false"
    case .object: "an object"
    case .array: "an array"
    case .number: "a number"
    case .integer: "a whole number"
    case .string: "a string"
    }
  }
}
