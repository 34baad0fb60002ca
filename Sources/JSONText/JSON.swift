/// A value to be written.
package indirect enum JSON: Sendable {
  /// The value `null`.
  case null
  /// One of `true` and `false`.
  case bool(Bool)
  /// A number without fraction or exponent.
  case integer(Int)
  /// A number in a spelling of its own.
  case number(Number)
  /// A string by what it says, not by how it is spelled.
  case string(Text)
  /// Elements in order.
  case array([JSON])
  /// Members in the order in which they are written.
  case object([Member])

  /// A member of an object to be written.
  package struct Member: Equatable, Sendable {
    /// The decoded name.
    package var key: Text
    /// What stands after the colon.
    package var value: JSON

    /// A member of this name and value.
    package init(key: Text, value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// A number: as an integer where its spelling is just that of an Int, else spelled as it is.
  package init(_ number: Number) {
    if let value = number.integer, Number(value) == number {
      self = .integer(value)
    } else {
      self = .number(number)
    }
  }

  /// A string value.
  package static func text(_ string: String) -> JSON {
    .string(Text(string))
  }

  /// A number in its shortest spelling; null if it is not finite, which JSON cannot say.
  package static func double(_ value: Double) -> JSON {
    Number(value).map(JSON.init) ?? .null
  }

  /// The value of an object's first member of that name; nil if there is none.
  package subscript(key: Text) -> JSON? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The element at a position of an array; nil outside it, and for all that is no array.
  package subscript(index: Int) -> JSON? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}

extension JSON: Equatable {
  /// Equality of what would be written: numbers by spelling, members in order.
  package static func == (one: JSON, other: JSON) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.number(let a), .number(let b)): a == b
    case (.integer(let a), .number(let b)), (.number(let b), .integer(let a)): Number(a) == b
    case (.string(let a), .string(let b)): a == b
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
  ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  package init(stringLiteral value: String) { self = .text(value) }
  /// An integer.
  package init(integerLiteral value: Int) { self = .integer(value) }
  /// A truth value.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Null.
  package init(nilLiteral: ()) { self = .null }
  /// An array.
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// An object, its members in the order of the literal.
  package init(dictionaryLiteral elements: (Text, JSON)...) {
    self = .object(elements.map { Member(key: $0.0, value: $0.1) })
  }
}
