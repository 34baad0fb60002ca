import JSONText

/// The members of an object that may have only the keys of one list.
struct Fields<Key: KeyList> {
  let node: Node
  private var values: [Node?]
  private(set) var count = 0

  /// Reads an object; the first unknown key is refused, as a misspelt key must never vanish.
  init(
    _ node: Node, _ reader: SetReader, _ key: Key.Type, later: [Text] = []
  ) throws(RuleFault) {
    guard node.kind == .object else {
      throw reader.fault("expected an object, not " + node.words, node)
    }
    self.node = node
    let words = Key.words
    values = Array(repeating: nil, count: words.count)
    let bytes = node.document.bytes
    try node.forEachMember { (range, value) throws(RuleFault) in
      guard let index = words.firstIndex(where: { stringEquals(bytes, range, $0) }) else {
        throw reader.unknownKey(range, among: words, later: later)
      }
      values[index] = value
      count += 1
    }
  }

  subscript(key: Key) -> Node? { values[key.rawValue] }

  /// The value of a key that has to be there.
  func needed(_ key: Key, _ reader: SetReader) throws(RuleFault) -> Node {
    if let value = self[key] { return value }
    throw reader.fault(Text(bytes: quoted(Key.words[key.rawValue])) + " is missing", node)
  }

  /// The only one of the keys that is there; fails where there is none or more than one.
  func exactlyOne(_ keys: [Key], _ reader: SetReader) throws(RuleFault) -> (key: Key, value: Node) {
    var found: (key: Key, value: Node)?
    for key in keys {
      guard let value = self[key] else { continue }
      if found != nil { throw reader.fault(Self.oneOf(keys) + ", not both", value) }
      found = (key, value)
    }
    guard let found else { throw reader.fault(Self.oneOf(keys) + " is missing", node) }
    return found
  }

  /// Fails where none of the keys is there.
  func atLeastOne(_ keys: [Key], _ reader: SetReader) throws(RuleFault) {
    if keys.contains(where: { self[$0] != nil }) { return }
    throw reader.fault(Self.oneOf(keys) + " is missing", node)
  }

  private static func oneOf(_ keys: [Key]) -> Text {
    let names = keys.map { Text(bytes: quoted(Key.words[$0.rawValue])).bytes }
    return "one of " + Text(bytes: Array(names.joined(separator: Array(", ".utf8))))
  }
}
