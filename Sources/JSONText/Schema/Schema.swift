/// A schema that was read and checked: what a value has to be like.
package final class Schema: Sendable {
  /// Every schema inside it; they refer to each other by their places.
  let parts: [Part]

  init(parts: [Part]) { self.parts = parts }

  /// One schema.
  struct Part: Sendable {
    /// All of these must hold.
    var constraints: [Constraint] = []
    /// Whether several places lead to it, so that what it says of a value is worth keeping.
    var isShared = false

    /// Whether nothing fits it.
    var isNever: Bool {
      if case .never = constraints.first { true } else { false }
    }
  }

  /// What one keyword, or several that belong together, ask of a value.
  enum Constraint: Sendable {
    case never
    case types([SchemaType])
    case values([ValueKey], words: Text)
    case limit(Limit, Decimal, words: Text)
    case multiple(Decimal, words: Text)
    case count(Counted, least: Int?, most: Int?)
    case pattern(TextTest, words: Text)
    case unique
    case required([Text])
    case dependent([(key: Text, on: [Text])])
    case members(named: [Text: Int], matching: [(TextTest, Int)], others: Int?)
    case names(Int)
    case elements(first: [Int], rest: Int?)
    case contains(Int, least: Int, most: Int?)
    case reference(Int)
    case all([Int])
    case any([Int])
    case one([Int])
    case not(Int)
    case condition(Int, then: Int?, otherwise: Int?)

    /// The schemas that are asked about the same value.
    var inPlace: [Int] {
      switch self {
      case .reference(let part), .not(let part): [part]
      case .all(let parts), .any(let parts), .one(let parts): parts
      case .condition(let part, let then, let otherwise):
        [part] + [then, otherwise].compactMap { $0 }
      default: []
      }
    }

    /// The schemas that are asked about what lies inside the value.
    var within: [Int] {
      switch self {
      case .names(let part), .contains(let part, _, _): [part]
      case .members(let named, let matching, let others):
        Array(named.values) + matching.map(\.1) + [others].compactMap { $0 }
      case .elements(let first, let rest): first + [rest].compactMap { $0 }
      default: []
      }
    }
  }

  /// The four ways to bound a number.
  enum Limit: Sendable {
    case atLeast, atMost, above, below
  }

  /// What a string, an array and an object have a number of.
  enum Counted: Sendable {
    case characters, elements, members
  }

  /// Whether a text, as UTF-8, contains a match of a pattern.
  package typealias TextTest = @Sendable ([UInt8]) -> Bool

  /// Makes a test of a pattern, which stands in the schema as text.
  ///
  /// This module knows no expressions of its own, so that whoever reads a schema brings them.
  package typealias PatternCompiler = (Text) throws(BadPattern) -> TextTest

  /// Why a pattern cannot be used.
  package struct BadPattern: Error {
    /// The reason in words that can follow a colon.
    package var text: Text

    /// States a reason.
    package init(_ text: Text) { self.text = text }
  }
}

/// Why a schema cannot be used, and where that shows.
package struct SchemaFault: Error {
  /// The bytes of the file that are at fault.
  package var range: Range<Int>
  /// What is wrong, in words.
  package var text: Text
}

/// What is wrong with a value, and where.
package struct SchemaFinding: Equatable, Sendable {
  /// The JSON pointer to the value.
  package var pointer: Text
  /// The line, from 1.
  package var line: Int
  /// The column in bytes, from 1.
  package var column: Int
  /// What is wrong, in words.
  package var text: Text

  /// States a finding.
  package init(pointer: Text, line: Int, column: Int, text: Text) {
    self.pointer = pointer
    self.line = line
    self.column = column
    self.text = text
  }
}
