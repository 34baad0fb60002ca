import JSONText

/// What must hold outside the items before any is handed out, as the backlog states it.
package struct Prerequisites: Equatable, Sendable {
  /// The least overall trust, from 0 to 1.
  package var minimumTrust: Double = 0.7
  /// Whether a feed that needs attention stands in the way.
  package var requiresNoAttentionFeeds = true
  /// Whether the authenticity summary counts at all; false only where the backlog opts out by name.
  package var requiresAuthenticity = true
  /// Whether the CI summary counts at all; false only where the backlog opts out by name.
  package var requiresCI = true
  /// The age in seconds beyond which the authenticity summary is stale, where one is named.
  package var maximumAge: Int?

  /// The strict defaults, which hold wherever a backlog says nothing.
  package init() {}

  /// Reads the `prerequisites` of a backlog; what is absent is strict.
  init(_ node: Node?) throws(Misplaced) {
    guard let node else { return }
    guard node.kind == .object else {
      throw Misplaced("prerequisites must be an object, not " + node.words, node)
    }
    if let value = node["min_overall_trust"] {
      guard let trust = value.double, trust >= 0, trust <= 1 else {
        throw Misplaced("min_overall_trust must be a number from 0 to 1, not " + value.words, value)
      }
      minimumTrust = trust
    }
    if let value = node["require_no_attention_feeds"] {
      guard let flag = value.bool else {
        throw Misplaced(
          "require_no_attention_feeds must be true or false, not " + value.words, value)
      }
      requiresNoAttentionFeeds = flag
    }
    requiresAuthenticity = try Self.isRequired(node, "authenticity")
    requiresCI = try Self.isRequired(node, "ci")
    if let value = node["max_age"] {
      guard let seconds = value.text.flatMap({ TimeSpan.seconds($0) }) else {
        throw Misplaced(
          "max_age must be a duration such as \"45m\", \"2h\" or \"1d\", not " + value.words, value)
      }
      maximumAge = seconds
    }
  }

  private static func isRequired(_ node: Node, _ key: Text) throws(Misplaced) -> Bool {
    guard let value = node[key] else { return true }
    switch value.text {
    case "required": return true
    case "none": return false
    default:
      throw Misplaced(key + " must be \"required\" or \"none\", not " + value.words, value)
    }
  }
}
