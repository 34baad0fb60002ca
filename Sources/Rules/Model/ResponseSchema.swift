package import JSONText

/// What a set asks of an agent's answer beyond the form that every answer has.
package struct ResponseSchema: Sendable {
  package let schema: Schema
  /// The schema as it stands in the set.
  package let definition: JSON
}

/// A command that an agent proposes.
package struct ProposedCommand: Equatable, Sendable {
  /// The command line.
  package var line: Text
  /// Where it would start, absolute; nil for where the circumstances say.
  package var directory: Text?

  /// States a proposal.
  package init(_ line: Text, directory: Text? = nil) {
    self.line = line
    self.directory = directory
  }
}
