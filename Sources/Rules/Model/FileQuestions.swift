package import JSONText

/// The files that a condition is about: those that a glob matches and that meet all that is said of them.
package struct FileChoice: Sendable {
  /// Globs from the root; a file that any of them matches is one.
  var paths: [Template]
  /// Whether only the file that was changed last counts.
  var newest = false
  var newerThan: Age?
  /// Texts, any of which has to stand in the file as a whole word.
  var names: [Template] = []
  /// Globs; the name of the newest file that one of them matches has to stand in the file.
  var mentions: [Template] = []
}

/// What is asked of files as such.
package struct FileQuestion: Sendable {
  var choice: FileChoice
  var exists: Bool?
  var contains: Text?
  /// The level from which on every command that the agent names has to stand in the file.
  var commands: Text?
  /// How many files there are.
  var count: Comparison?
  /// Whether each of the paths needs a file, and not just one of them.
  var every = false
}

/// What is asked of a value in a document.
package enum ValueTest: Sendable {
  case compare(Comparison)
  /// Each element, or the object that stands for the only one, has this at a pointer.
  case each(Text, Comparison)
  case some(Text, Comparison)
  case count(Comparison)
}

/// What is asked of a JSON file.
package struct JSONQuestion: Sendable {
  var choice: FileChoice
  var pointer: Text
  var test: ValueTest
}

/// What is asked of the rows of a table.
package enum TableTest: Sendable {
  /// The cell of each chosen row.
  case cell(Text, Comparison)
  case count(Comparison)
  /// Columns that the header names.
  case columns([Text])
  /// No two rows have the same text in a column, and none has an empty one.
  case unique(Text)
  /// How many rows are gone since the claim.
  case deleted(Comparison)
  /// Whether every row has as many cells as the header.
  case sound(Bool)
}

/// What is asked of a CSV file.
package struct TableQuestion: Sendable {
  var choice: FileChoice
  /// The rows that are meant: those with one of these texts in each of these columns.
  var rows: [(column: Text, values: [Template])]
  var test: TableTest
}

/// What is asked of a Markdown file.
package struct PageQuestion: Sendable {
  var choice: FileChoice
  /// The heading of the only part that is looked at.
  var section: Template?
  var headings: [Text]?
  var checked: Comparison?
  var unchecked: Comparison?
  /// First cells, with any of which a table's row has to begin.
  var row: [Template] = []
}

/// Globs of changed files.
package struct ChangedPaths: Sendable {
  var globs: [Template]
  /// Fields of the item that hold further globs; the first that the item has counts.
  var fields: [Text] = []
}
