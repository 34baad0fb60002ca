import JSONText
package import Machine

/// Where the branches of proposed work are pushed; only a configuration that names it makes anything reach out.
package struct PushSetting: Equatable, Sendable {
  package var remote: GitRemote
  /// How many seconds each push may take.
  package var timeout = 120

  /// Reads the key `push`.
  init(_ node: Node, _ reader: Reader) throws(Refusal) {
    try reader.object(node, keys: ["remote", "timeout"])
    guard let value = node["remote"] else {
      throw reader.fault("push.remote is missing; it names where branches are pushed", node)
    }
    guard let remote = GitRemote(try reader.text(value, "push.remote").string) else {
      throw reader.fault(
        "push.remote must be the name of a remote, a path that begins with \"/\", \"./\" or \"../\", "
          + "or an address of ssh or https",
        value)
    }
    self.remote = remote
    if let value = node["timeout"] { timeout = try reader.seconds(value, "push.timeout") }
  }
}
