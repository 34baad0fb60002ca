package import JSONText

/// What a close may know of the checkout; everything is unknown where it was not measured.
package struct CheckoutFacts: Sendable {
  /// Whether nothing differs from the last commit.
  package var isClean: Bool?
  /// What changed since the claim.
  package var changes: [Change]?
  /// The changed paths that git does not know.
  package var untracked: Set<Text> = []
  /// How many commits were made since the claim.
  package var commits: Int?
  /// How many tests were run to verify the work.
  package var testsRun: Int?
  /// The commands that the newest submission names; nil where there is none.
  package var commands: [Text]?
  /// The analysis of the newest submission; nil where there is none.
  package var analysis: Text?

  /// Knows nothing.
  package init() {}
}
