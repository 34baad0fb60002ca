package import JSONText

/// Why a rule set does not load.
package struct RuleFault: Error, Equatable, Sendable {
  /// The file as messages name it.
  package var file: Text
  package var line: Int
  package var column: Int
  package var text: Text

  /// States a fault at a place.
  package init(file: Text, line: Int, column: Int, text: Text) {
    self.file = file
    self.line = line
    self.column = column
    self.text = text
  }
}

/// The text of a rule set and where it came from.
package struct RuleSource: Sendable {
  /// The file as messages name it: a path relative to the root, or `built-in alembic`.
  package var name: Text
  package var bytes: Bytes
  /// Proved when the program was built, so that its examples need not run again.
  package var isBuiltIn: Bool
  /// Where everything lies in the text of a built-in set.
  let table: RuleTable?

  /// Names a text.
  package init(name: Text, bytes: Bytes, isBuiltIn: Bool = false) {
    self.name = name
    self.bytes = bytes
    self.isBuiltIn = isBuiltIn
    table = nil
  }

  /// The text of a built-in set.
  init(_ table: RuleTable) {
    name = Text("built-in ") + table.name
    bytes = table.bytes
    isBuiltIn = true
    self.table = table
  }
}
