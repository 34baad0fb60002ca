import JSONText

/// The members of an object that may have only the keys of one list.
struct Fields<Key: KeyList> {
  let node: Node
  private let members: KnownMembers

  /// Reads an object; the first unknown key is refused, as a misspelt key must never vanish.
  init(
    _ node: Node, _ reader: SetReader, _ key: Key.Type, later: [Text] = []
  ) throws(RuleFault) {
    guard node.kind == .object else {
      throw reader.fault("expected an object, not " + node.words, node)
    }
    self.node = node
    do {
      members = try node.members(of: Key.table)
    } catch {
      throw reader.unknownKey(error.range, among: Key.words, later: later)
    }
  }

  var count: Int { members.count }

  subscript(key: Key) -> Node? { members[key.rawValue] }

  /// The value of a key that has to be there.
  func needed(_ key: Key, _ reader: SetReader) throws(RuleFault) -> Node {
    if let value = self[key] { return value }
    throw reader.fault(Text(bytes: quoted(key.word)) + " is missing", node)
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
    let names = keys.map { Text(bytes: quoted($0.word)).bytes }
    return "one of " + Text(bytes: Array(names.joined(separator: Array(", ".utf8))))
  }
}
