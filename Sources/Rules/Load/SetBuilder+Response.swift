import JSONText

extension SetBuilder {
  /// The schemas that an answer has to fit, which add up over all parts.
  mutating func readResponse() throws(RuleFault) {
    for part in parts.list {
      guard let node = part.fields[.response] else { continue }
      let schemas = node.kind == .array ? node.elements : [node]
      if schemas.isEmpty { throw part.reader.fault("expected at least one schema", node) }
      for schema in schemas {
        contents.response.append(try Self.responseSchema(schema, part.reader))
      }
    }
  }

  private static func responseSchema(
    _ node: Node, _ reader: SetReader
  ) throws(RuleFault) -> ResponseSchema {
    guard node.kind == .object else {
      throw reader.fault("a schema for answers is an object, not " + node.words, node)
    }
    if let text = paramUse(in: node) {
      throw reader.fault("params are not put into a schema; say there what is meant", text)
    }
    do {
      return ResponseSchema(schema: try Schema(node), definition: node.json)
    } catch {
      throw reader.fault(error.text, at: error.range)
    }
  }

  /// The first text below a value that looks as if a param were to be put in.
  private static func paramUse(in node: Node) -> Node? {
    switch node.kind {
    case .string: Params.isPlain(node.text ?? "") ? nil : node
    case .array: node.elements.lazy.compactMap(paramUse).first
    case .object:
      node.members.lazy.compactMap { member in
        Params.isPlain(member.key) ? paramUse(in: member.value) : member.value
      }.first
    case .number, .bool, .null: nil
    }
  }
}
