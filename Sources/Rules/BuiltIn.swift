import CRules
package import JSONText

/// The rule sets that come with the program.
package enum BuiltIn {
  /// Their names, in alphabetical order.
  package static let names: [Text] = tables.map(\.name)

  /// The text of a set; nil for a name that is none of theirs.
  package static func source(_ name: Text) -> RuleSource? {
    for place in 0..<rules_count() {
      let table = unsafe RuleTable(rules_at(place))
      if table.isNamed(name) { return RuleSource(table) }
    }
    return nil
  }

  private static var tables: [RuleTable] {
    (0..<rules_count()).map { unsafe RuleTable(rules_at($0)) }
  }
}
