package import Rules

/// The recorded decisions of people, as far as they count.
package enum Approvals {
  /// The approvals that are recorded, not expired, and good for the clock that is in force.
  package static func read(
    _ project: Project, _ context: Context, _ shelf: RuleShelf
  ) throws(Refusal) -> [Approval] {
    []
  }
}
