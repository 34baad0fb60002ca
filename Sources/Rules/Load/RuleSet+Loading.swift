package import JSONText

extension RuleSet {
  /// Reads a set with everything it extends, and runs its examples unless it is an unmodified built-in one.
  ///
  /// - Parameter find: The source that a name in `extends` stands for, seen from the source that names it; nil
  ///   where there is none.
  package static func load(
    _ source: RuleSource, find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> RuleSet {
    let (set, isProved) = try read(source, isEager: false, find: find)
    if !isProved {
      let failed = Proof(set).outcomes(untilFailure: true).last { !$0.passed }
      if let failed { throw failed.fault }
    }
    return set
  }

  /// Reads a set, built in or not, compiles everything in it and runs all its examples, those that fail too.
  package static func prove(
    _ source: RuleSource, find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> (set: RuleSet, outcomes: [ExampleOutcome]) {
    let (set, _) = try read(source, isEager: true, find: find)
    return (set, Proof(set).outcomes())
  }

  private static func read(
    _ source: RuleSource, isEager: Bool,
    find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> (set: RuleSet, isProved: Bool) {
    let vocabulary = Vocabulary()
    let parts = try Parts(source, vocabulary, isEager: isEager || !source.isBuiltIn, find: find)
    let set = try SetBuilder(parts, vocabulary).set
    return (set, parts.list.allSatisfy(\.source.isBuiltIn))
  }
}
