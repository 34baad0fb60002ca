import Evidence
package import JSONText

/// What an agent answered, as far as it can be judged.
package struct Answer: Sendable {
  /// Everything that the analysis says: the text, or all texts of the object.
  package private(set) var analysis: Text = ""
  /// The commands that are proposed, in order.
  package private(set) var commands: [Text] = []
  /// The paths of the receipts that are named.
  package private(set) var receipts: [Text] = []

  /// Reads an answer; every fault is named at once. Keys beside the three that count are let be.
  package init(_ bytes: Bytes, named name: Text) throws(Refusal) {
    let document: Document
    do {
      document = try Document(bytes)
    } catch {
      throw Refusal(
        .answerInvalid,
        name + ":" + Text("\(error.line):\(error.column)") + ": " + Text(error.message))
    }
    var faults = Faults(name: name)
    read(document.root, &faults)
    guard faults.found.isEmpty else { throw Refusal(faults.found) }
  }

  private struct Faults {
    let name: Text
    var found: [(code: ReasonCode, text: Text)] = []

    mutating func note(_ text: Text, at node: Node) {
      let place = node.place
      found.append(
        (.answerInvalid, name + ":" + Text("\(place.line):\(place.column)") + ": " + text))
    }
  }

  private mutating func read(_ root: Node, _ faults: inout Faults) {
    guard root.kind == .object else {
      faults.note("an answer is an object, not " + root.words, at: root)
      return
    }
    for key: Text in ["analysis", "commands", "receipts"] where root[key] == nil {
      faults.note(key + " is missing", at: root)
    }
    if let value = root["analysis"] {
      if value.kind == .string || value.kind == .object {
        analysis = Text(bytes: Array(Self.texts(in: value).map(\.bytes).joined(separator: [10])))
      } else {
        faults.note("analysis must be a string or an object, not " + value.words, at: value)
      }
    }
    commands = Self.list(root["commands"], "commands", member: "run", &faults)
    receipts = Self.list(root["receipts"], "receipts", member: "path", &faults)
  }

  /// All strings below a value, names of members included: an agent may say anything in either.
  private static func texts(in node: Node) -> [Text] {
    switch node.kind {
    case .string: [node.text ?? ""]
    case .array: node.elements.flatMap(texts)
    case .object: node.members.flatMap { [$0.key] + texts(in: $0.value) }
    default: []
    }
  }

  private static func list(
    _ node: Node?, _ key: Text, member: Text, _ faults: inout Faults
  ) -> [Text] {
    guard let node else { return [] }
    guard node.kind == .array else {
      faults.note(key + " must be an array, not " + node.words, at: node)
      return []
    }
    return node.elements.compactMap { element in
      if let text = element.text ?? element[member]?.text { return text }
      faults.note(
        "each of " + key + " is a string, or an object with the string " + member + ", not "
          + element.words, at: element[member] ?? element)
      return nil
    }
  }
}
