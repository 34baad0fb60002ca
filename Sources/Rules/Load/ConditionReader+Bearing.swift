import JSONText

/// Which commands a rule can speak of at all, as the text of its condition shows it.
struct Bearing: Sendable {
  /// It speaks of these programs,
  var programs: [Text] = []
  /// and, where this is set, of whatever runs a script.
  var isAboutScripts = false
}

extension ConditionReader {
  /// The keys that are looked for in every rule, made once.
  private enum Keys {
    static let program = ConditionKey.program.word
    static let script = ConditionKey.script.word
    static let all = ConditionKey.all.word
    static let any = ConditionKey.any.word
  }

  /// What a command must be so that a condition can hold of it, so that most rules need not be read further; nil
  /// where it may hold of any.
  static func bearing(of node: Node, _ reader: SetReader) throws(RuleFault) -> Bearing? {
    if let value = node[Keys.program] {
      let names = try reader.texts(value)
      if !names.contains(where: NamePattern.isWild) { return Bearing(programs: names) }
    }
    if node[Keys.script] != nil { return Bearing(isAboutScripts: true) }
    for part in parts(node[Keys.all]) {
      if let bearing = try bearing(of: part, reader) { return bearing }
    }
    let alternatives = parts(node[Keys.any])
    if alternatives.isEmpty { return nil }
    var union = Bearing()
    for part in alternatives {
      guard let bearing = try bearing(of: part, reader) else { return nil }
      union.programs += bearing.programs
      union.isAboutScripts = union.isAboutScripts || bearing.isAboutScripts
    }
    return union
  }

  /// The conditions that `all` or `any` joins: those of an array, or the one that stands for it.
  private static func parts(_ node: Node?) -> [Node] {
    guard let node else { return [] }
    return node.kind == .array ? node.elements : [node]
  }
}
