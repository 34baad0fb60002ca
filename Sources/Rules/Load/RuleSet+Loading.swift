package import JSONText

extension RuleSet {
  /// Reads a set with everything it extends, and runs its examples unless it is an unmodified built-in one.
  ///
  /// - Parameter find: The source that a name in `extends` stands for, seen from the source that names it; nil
  ///   where there is none.
  package static func load(
    _ source: RuleSource, find: (_ name: Text, _ from: RuleSource) throws(RuleFault) -> RuleSource?
  ) throws(RuleFault) -> RuleSet {
    let names = Names()
    let parts = try Parts(source, names, isEager: !source.isBuiltIn, find: find)
    return try SetBuilder(parts, names).set
  }
}
