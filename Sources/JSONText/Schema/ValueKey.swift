/// A value in a form in which equal values have equal bytes: numbers by value, members in the order of their keys.
struct ValueKey: Hashable, Sendable {
  let bytes: [UInt8]

  /// The key of a value with everything inside it.
  init(_ node: Node) {
    switch node.kind {
    case .null: bytes = [Byte.n]
    case .bool: bytes = [node.bool == true ? Byte.t : Byte.f]
    case .string: bytes = Self.text(node)
    case .number:
      let value = node.number.map(\.decimal)
      var number = [value?.isNegative == true ? Byte.minus : Byte.plus]
      number += (value?.digits ?? []).map { Byte.zero + $0 }
      bytes = number + [Byte.e] + Array(String(value?.exponent ?? 0).utf8)
    case .array:
      var all = [Byte.openBracket]
      for element in node.elements { all += ValueKey(element).bytes + [Byte.comma] }
      bytes = all + [Byte.closeBracket]
    case .object:
      let members = node.entries.map { (key: Self.text($0.key), value: $0.value) }
        .sorted { $0.key.lexicographicallyPrecedes($1.key) }
      var all = [Byte.openBrace]
      for member in members { all += member.key + ValueKey(member.value).bytes + [Byte.comma] }
      bytes = all + [Byte.closeBrace]
    }
  }

  private static func text(_ node: Node) -> [UInt8] {
    quoted(node.text ?? "")
  }
}

extension Node {
  /// The members of an object, each key as the string that it is; none if this is no object.
  var entries: [(key: Node, value: Node)] {
    var result: [(key: Node, value: Node)] = []
    forEachMember { _, value in
      result.append((key: Node(document: document, index: value.index - 1), value: value))
    }
    return result
  }
}
