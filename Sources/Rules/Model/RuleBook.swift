package import JSONText

/// All rule sets that a project has loaded; the strictest verdict of any of them holds.
package struct RuleBook: Sendable {
  package let sets: [RuleSet]

  /// Joins sets; their order makes no difference.
  package init(_ sets: [RuleSet]) { self.sets = sets }

  /// The lines that the sets put into every prompt.
  package var promptLines: [Text] { sets.flatMap(\.prompt) }
}
