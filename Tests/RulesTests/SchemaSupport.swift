import JSONText

/// The part of JSON Schema (draft 2020-12) that the schema of rule sets uses; a keyword beyond it is a fault.
struct Schema {
  let root: Node

  /// What is wrong with a value, each with a pointer to the place.
  func faults(of value: Node) throws -> [String] { try faults(value, root, at: "") }

  struct UnknownKeyword: Error { let keyword: Text }

  private func faults(_ value: Node, _ schema: Node, at place: String) throws -> [String] {
    var found: [String] = []
    for member in schema.members {
      found += try faults(value, member.key, member.value, schema, at: place)
    }
    return found
  }

  private func faults(
    _ value: Node, _ keyword: Text, _ demand: Node, _ schema: Node, at place: String
  ) throws -> [String] {
    func said(_ holds: Bool) -> [String] { holds ? [] : ["\(place): \(keyword)"] }
    func count(_ schemas: [Node]) throws -> Int {
      try schemas.count { try faults(value, $0, at: place).isEmpty }
    }
    switch keyword {
    case "$schema", "$id", "$defs", "title", "description", "default": return []
    case "$ref": return try faults(value, referenced(demand), at: place)
    case "type":
      let names = demand.text.map { [$0] } ?? demand.elements.compactMap(\.text)
      return said(names.contains(value.typeName))
    case "enum": return said(demand.elements.contains { $0.json == value.json })
    case "const": return said(demand.json == value.json)
    case "anyOf": return said(try count(demand.elements) > 0)
    case "oneOf": return said(try count(demand.elements) == 1)
    case "required":
      guard value.kind == .object else { return [] }
      return said(demand.elements.compactMap(\.text).allSatisfy { value[$0] != nil })
    case "minProperties": return said(value.members.count >= demand.integer ?? 0)
    case "minItems":
      return said(value.kind != .array || value.elements.count >= demand.integer ?? 0)
    case "pattern":
      guard let text = value.text?.string, let pattern = demand.text?.string else { return [] }
      return said(text.firstMatch(of: try Regex(pattern)) != nil)
    case "items":
      return try value.elements.enumerated().flatMap {
        try faults($1, demand, at: "\(place)/\($0)")
      }
    case "properties":
      return try value.members.flatMap { member in
        try demand[member.key].map { try faults(member.value, $0, at: "\(place)/\(member.key)") }
          ?? []
      }
    case "additionalProperties":
      let others = value.members.filter { schema["properties"]?[$0.key] == nil }
      if demand.bool == false { return others.map { "\(place)/\($0.key): unknown" } }
      return try others.flatMap { try faults($0.value, demand, at: "\(place)/\($0.key)") }
    default: throw UnknownKeyword(keyword: keyword)
    }
  }

  private func referenced(_ pointer: Node) throws -> Node {
    guard let text = pointer.text, text.hasPrefix("#/$defs/"),
      let found = root["$defs"]?[Text(bytes: Array(text.bytes.dropFirst("#/$defs/".utf8.count)))]
    else { throw UnknownKeyword(keyword: pointer.text ?? "$ref") }
    return found
  }
}

extension Node {
  /// The kind in the words of JSON Schema.
  fileprivate var typeName: Text {
    switch kind {
    case .null: "null"
    case .bool: "boolean"
    case .number: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}
