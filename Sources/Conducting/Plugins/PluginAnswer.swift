import JSONText
import Machine

/// What a plugin answered: one document, every key of which must be known.
struct PluginAnswer {
  let root: Node
  private let reader: Reader

  /// Reads the one document; anything before, after or instead of it is refused.
  init(_ bytes: [UInt8], of plugin: Plugin) throws(Refusal) {
    let name = Path("the answer of the plugin " + plugin.name)
    guard bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else {
      throw Refusal(.pluginInvalid, "the plugin " + plugin.name + " answered nothing")
    }
    root = try Document.read(Bytes(bytes), of: name, .pluginInvalid).root
    reader = Reader(path: name, code: .pluginInvalid)
  }

  func fault(_ text: Text, _ node: Node) -> Refusal { reader.fault(text, node) }

  /// Checks that the answer is an object with no other keys.
  func object(keys: [Text]) throws(Refusal) { try reader.object(root, keys: keys) }

  func object(_ node: Node, keys: [Text]) throws(Refusal) { try reader.object(node, keys: keys) }

  func needed(_ key: Text, of node: Node) throws(Refusal) -> Node {
    guard let value = node[key] else { throw fault(key + " is missing", node) }
    return value
  }

  func text(_ key: Text, of node: Node) throws(Refusal) -> Text {
    try reader.text(try needed(key, of: node), key)
  }

  /// A text that may be left out or null.
  func optionalText(_ key: Text, of node: Node) throws(Refusal) -> Text? {
    guard let value = node[key], !value.isNull else { return nil }
    return try reader.text(value, key)
  }

  func flag(_ key: Text) throws(Refusal) -> Bool {
    try reader.flag(try needed(key, of: root), key)
  }

  func array(_ key: Text) throws(Refusal) -> [Node] {
    let value = try needed(key, of: root)
    guard value.kind == .array else {
      throw fault(key + " must be an array, not " + value.words, value)
    }
    return value.elements
  }

  /// A number of at least nothing, spelled as it was; nil where it is left out or null.
  func amount(_ key: Text, of node: Node) throws(Refusal) -> Number? {
    guard let value = node[key], !value.isNull else { return nil }
    guard let amount = value.double, amount >= 0 else {
      throw fault(key + " must be a number of at least 0, not " + value.words, value)
    }
    return value.number
  }

  /// A whole number of at least nothing.
  func count(_ key: Text, of node: Node) throws(Refusal) -> Int {
    let value = try needed(key, of: node)
    guard let count = value.integer, count >= 0 else {
      throw fault(key + " must be a whole number of at least 0, not " + value.words, value)
    }
    return count
  }
}
