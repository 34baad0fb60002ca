package import JSONText

extension RuleSet {
  /// Reads a set with everything it extends, and runs its examples unless it is an unmodified built-in one.
  ///
  /// - Parameter find: The source that a name in `extends` stands for, seen from the source that names it; nil
  ///   where there is none.
  package static func load(
    _ source: RuleSource, find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> RuleSet {
    if let table = source.table, table.section(.extends) == nil {
      return try proved(source, table)
    }
    let (set, isProved) = try read(source, find: find)
    if !isProved {
      let failed = Proof(set).outcomes(untilFailure: true).last { !$0.passed }
      if let failed { throw failed.fault }
    }
    return set
  }

  /// Reads a set, built in or not, and runs all its examples, those that fail too.
  package static func prove(
    _ source: RuleSource, find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> (set: RuleSet, outcomes: [ExampleOutcome]) {
    let (set, _) = try read(source, find: find)
    return (set, Proof(set).outcomes())
  }

  private static func read(
    _ source: RuleSource,
    find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> (set: RuleSet, isProved: Bool) {
    let vocabulary = Vocabulary()
    let parts = try Parts(source, vocabulary, find: find)
    var builder = SetBuilder(parts, vocabulary)
    return (try builder.wholeSet(), parts.list.allSatisfy(\.source.isBuiltIn))
  }

  /// A built-in set, of which nothing is read yet but what every question needs.
  private static func proved(
    _ source: RuleSource, _ table: RuleTable
  ) throws(RuleFault) -> RuleSet {
    var names = Names()
    names.params = Params(unread: table.section(.params), of: source.bytes)
    let parts = Parts(unread: source, table, Vocabulary(names))
    names.shell = try parts.shell()
    return try SetBuilder(parts, Vocabulary(names)).set(ProvedContents(source, names, table))
  }
}
