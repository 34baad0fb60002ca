package import JSONText

/// All rule sets that a project has loaded; the strictest verdict of any of them holds.
package struct RuleBook: Sendable {
  package let sets: [RuleSet]
  private let plan: Deferred<CommandPlan>

  /// Joins sets; their order makes no difference.
  package init(_ sets: [RuleSet]) {
    self.sets = sets
    plan = Deferred { CommandPlan(sets) }
  }

  /// What every judgement of a command needs to know of the rules, found out once.
  var commandPlan: CommandPlan { plan.value }

  /// Lets the sets live as long as the process, for one that ends with its judgement: taking them apart would be
  /// a tenth of its work.
  package func keepToTheEnd() { _ = unsafe Unmanaged.passRetained(Kept(self)) }

  private final class Kept: Sendable {
    let book: RuleBook
    init(_ book: RuleBook) { self.book = book }
  }

  /// The lines that the sets put into every prompt.
  package var promptLines: [Text] { sets.flatMap(\.prompt) }
}
