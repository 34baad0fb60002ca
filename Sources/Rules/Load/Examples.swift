import JSONText

/// Examples as a set writes them, those of a built-in set read only when they are asked for.
package struct Examples: Sendable {
  private enum Content {
    case read([Example])
    case unread(Node, RuleSource, Names, phases: [Phase]?)
  }

  private let content: Content

  static let none = Examples()

  private init() { content = .read([]) }

  /// The examples with their places.
  package var values: [Example] {
    switch content {
    case .read(let examples): return examples
    case .unread(let node, let source, let names, let phases):
      let reader = SetReader(source, Vocabulary(names), isEager: false)
      // A built-in set was proved with its examples when the program was built.
      return (try? Self.read(node, reader, phases)) ?? []
    }
  }

  /// The examples of a rule, or those of a detector, which has no phases.
  init(_ node: Node?, _ reader: SetReader, phases: [Phase]?) throws(RuleFault) {
    guard let node else {
      content = .read([])
      return
    }
    if reader.isEager {
      content = .read(try Self.read(node, reader, phases))
    } else {
      content = .unread(node, reader.source, reader.names, phases: phases)
    }
  }

  private static func read(
    _ node: Node, _ reader: SetReader, _ phases: [Phase]?
  ) throws(RuleFault) -> [Example] {
    var result: [Example] = []
    for element in node.kind == .array ? node.elements : [node] {
      let place = reader.place(element)
      var values: [JSON]
      if let name = element.text.flatMap(Params.name),
        case .list(let list) = reader.vocabulary.value(ofParam: name)
      {
        values = list
      } else {
        values = [try reader.json(element)]
      }
      for value in values {
        if reader.isEager, let objection = try objection(to: value, element, reader, phases) {
          throw reader.fault(objection, element)
        }
        result.append(Example(value: value, place: place, column: reader.column(element)))
      }
    }
    return result
  }

  private static func objection(
    to example: JSON, _ node: Node, _ reader: SetReader, _ phases: [Phase]?
  ) throws(RuleFault) -> Text? {
    guard let phases else {
      if case .string = example { return nil }
      return "an example of a detector is a text"
    }
    let judged: [Phase] = [.command, .item, .response, .diff]
    guard phases.contains(where: judged.contains) else {
      return "a rule of the phase " + phases[0].word + " is not tried on examples"
    }
    switch example {
    case .string: return nil
    case .object where phases.contains(.diff) && !phases.contains(.item):
      try checkChange(node, reader)
      return nil
    case .object where phases.contains(.item): return nil
    case .object where phases.contains(.command):
      try checkCommand(node, reader)
      return nil
    case .array where phases.contains(.diff):
      if node.elements.isEmpty { return "an example is at least one change" }
      for element in node.elements where element.kind != .string {
        try checkChange(element, reader)
      }
      return nil
    default: return "no example of this rule can be " + node.words
    }
  }

  private static func checkCommand(_ node: Node, _ reader: SetReader) throws(RuleFault) {
    let fields = try Fields(node, reader, CommandExampleKey.self)
    _ = try reader.phrase(try fields.needed(.command, reader))
    if let environment = fields[.environment] {
      _ = try reader.word(environment, "environment", among: reader.names.environments)
    }
  }

  private static func checkChange(_ node: Node, _ reader: SetReader) throws(RuleFault) {
    let fields = try Fields(node, reader, ChangeKey.self)
    _ = try reader.phrase(try fields.needed(.path, reader))
    if let from = fields[.from] { _ = try reader.phrase(from) }
    if let change = fields[.change] {
      _ = try reader.word(change, "change", among: Change.Kind.allCases.map(\.rawValue))
    }
    if let binary = fields[.binary] { _ = try reader.flag(binary) }
    if let tracked = fields[.tracked] { _ = try reader.flag(tracked) }
    if let item = fields[.item], item.kind != .object {
      throw reader.fault("expected an item, not " + item.words, item)
    }
    for key in [ChangeKey.added, .removed] {
      if let lines = fields[key] { _ = try reader.texts(lines, mayBeEmpty: true) }
    }
  }
}
