package import JSONText

/// How a value is compared.
package enum Comparison: Sendable {
  case equals(JSON)
  case among([JSON])
  case notAmong([JSON])
  case less(Number)
  case atMost(Number)
  case more(Number)
  case atLeast(Number)
  case matches(Pattern)
  case exists(Bool)
  case type(Text)
  /// A time that is not before another.
  case newer(Age)
}

/// What a rule asks; every case can come out as yes, no or unknown.
package indirect enum Condition: Sendable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  /// A condition whose unknown counts as what the set says.
  case settled(Condition, unknown: Bool)
  /// What has to hold does not, where the other condition holds.
  case lacking(Condition, where: Condition?)

  // About one argument vector.
  case program([Text])
  case subcommand([Text])
  case option([Text])
  case value(of: [Text], matches: [Pattern])
  case operand([PathPattern])
  case argument([Pattern])
  /// Variables that are set; nil for any value.
  case sets([(name: Text, values: [Text]?)])
  case script([PathPattern])
  case writes([PathPattern])
  case stages([PathPattern])
  case pipes(Bool)
  case redirects(Bool)
  case chained(Bool)
  case elsewhere(Bool)
  case host(among: [Text], isAllowed: Bool)
  case environment([Text])

  // About texts: the arguments of a vector, the fields of an item, a response.
  case text([Text], fields: [Text]?)

  // About an item.
  case item(field: Text, Comparison)
  case artifacts(all: Bool, [PathPattern])

  // About one changed file, and the diff that it is part of.
  case path([PathPattern])
  case change([Text])
  case added([Text])
  case removed([Text])
  case also([PathPattern])
  case count(Text, Comparison)
  /// Whether git knows the changed file.
  case tracked(Bool)

  // About what was measured of the checkout.
  case clean(Bool)
  case tested(Bool)
  case changed(all: Bool, ChangedPaths)
  case outside(ChangedPaths)
  /// The headings of a summary, exactly these and in this order.
  case headings([Text])

  // Facts.
  case variable(Text, values: [Text]?, isSet: Bool?)
  case file(FileQuestion)
  case json(JSONQuestion)
  case csv(TableQuestion)
  case markdown(PageQuestion)
  case approval(Text)
  case documented
  case level(atLeast: Text)
  case time(after: Timestamp?, before: Timestamp?)
}
