extension SchemaReader {
  /// The schema that a reference names: a JSON pointer behind `#`, before which the name of the whole may stand.
  mutating func target(of node: Node) throws(SchemaFault) -> Node {
    guard var text = node.text?.bytes[...] else {
      throw fault("expected a string, not " + node.words, node)
    }
    if let id, text.starts(with: id.bytes) {
      let rest = text.dropFirst(id.bytes.count)
      if rest.isEmpty { return root }
      if rest.first == Self.hash { text = rest }
    }
    guard text.first == Self.hash, text.count == 1 || text.dropFirst().first == Byte.slash else {
      throw fault(
        "a reference must lead to a place of the same schema, such as \"#/$defs/name\", not "
          + node.words, node)
    }
    guard let steps = JSONPointer.steps(ofFragment: text.dropFirst()),
      let found = place(steps)
    else { throw fault("nothing stands where the reference leads: " + node.words, node) }
    return found
  }

  /// The value to which steps lead from the schema; nil where there is none.
  private mutating func place(_ steps: [Text]) -> Node? {
    var here = root
    for step in steps {
      guard let next = child(of: here, step) else { return nil }
      here = next
    }
    return here
  }

  /// The members of an object are looked through once, however many references lead by way of it.
  private mutating func child(of node: Node, _ step: Text) -> Node? {
    guard node.kind == .object else { return node.child(step) }
    if let known = members[node.index] { return known[step] }
    let all = Dictionary(
      node.entries.map { ($0.key.text ?? "", $0.value) }, uniquingKeysWith: { first, _ in first })
    members[node.index] = all
    return all[step]
  }

  /// Refuses references that lead in a circle about one value, and ways that are too long to follow.
  func checkReferences() throws(SchemaFault) {
    var heights: [Int?] = Array(repeating: nil, count: parts.count)
    var isOpen = Array(repeating: false, count: parts.count)
    func height(_ part: Int, depth: Int) throws(SchemaFault) -> Int {
      if let known = heights[part] { return known }
      if isOpen[part] {
        throw fault("references lead from this schema back to itself about the same value", part)
      }
      isOpen[part] = true
      defer { isOpen[part] = false }
      var highest = 0
      for next in parts[part].constraints.flatMap(\.inPlace) {
        guard depth < Self.longestWay else { break }
        highest = max(highest, try height(next, depth: depth + 1))
      }
      if depth >= Self.longestWay || highest + depth >= Self.longestWay {
        let limit = Text("\(Self.longestWay)")
        throw fault("more than " + limit + " schemas ask about one value in turn", part)
      }
      heights[part] = highest + 1
      return highest + 1
    }
    for part in parts.indices { _ = try height(part, depth: 0) }
  }
}
