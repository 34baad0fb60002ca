package import JSONText

/// Why a backlog cannot be used, and where.
package struct BacklogError: Error, Equatable, Sendable {
  /// What was found and what was expected.
  package let text: Text
  /// The line, counted from 1.
  package let line: Int
  /// The column in bytes, counted from 1.
  package let column: Int

  init(_ text: Text, at offset: Int, in survey: Survey) {
    self.text = text
    (line, column) = survey.place(offset)
  }

  init(_ error: JSONError) {
    text = Text(error.message)
    line = error.line
    column = error.column
  }
}

/// A fault inside a value that was read as a document of its own; whoever knows where that value lies in the file
/// turns it into a place.
struct Misplaced: Error {
  let text: Text
  let offset: Int

  init(_ text: Text, _ node: Node) {
    self.text = text
    offset = node.range.lowerBound
  }
}
