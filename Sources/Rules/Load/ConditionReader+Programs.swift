import JSONText

extension ConditionReader {
  /// The programs without which a condition cannot hold, as its text shows them, so that most rules need not be read
  /// further; nil where it may hold of any.
  static func programs(of node: Node, _ reader: SetReader) throws(RuleFault) -> [Text]? {
    if let value = node["program"] {
      let names = try reader.texts(value)
      if !names.contains(where: NamePattern.isWild) { return names }
    }
    for part in parts(node["all"]) {
      if let names = try programs(of: part, reader) { return names }
    }
    let alternatives = parts(node["any"])
    if alternatives.isEmpty { return nil }
    var union: [Text] = []
    for part in alternatives {
      guard let names = try programs(of: part, reader) else { return nil }
      union += names
    }
    return union
  }

  /// The conditions that `all` or `any` joins: those of an array, or the one that stands for it.
  private static func parts(_ node: Node?) -> [Node] {
    guard let node else { return [] }
    return node.kind == .array ? node.elements : [node]
  }
}
