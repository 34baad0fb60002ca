package import JSONText

/// The rule sets that come with the program.
package enum BuiltIn {
  /// Their names, in alphabetical order.
  package static let names: [Text] = []

  /// The text of a set; nil for a name that is none of theirs.
  package static func source(_ name: Text) -> RuleSource? { nil }
}
