/// Why a value has no canonical form.
package enum CanonicalError: Error, Equatable, Sendable {
  /// A number lies beyond what a Double can hold.
  case numberOutOfRange(Number)
  /// An object has two members of the same name.
  case duplicateKey(Text)

  /// The reason in plain English.
  package var message: String {
    switch self {
    case .numberOutOfRange(let number): "the number \(number.spelling) is out of range"
    case .duplicateKey(let key): "duplicate key \(String(decoding: quoted(key), as: UTF8.self))"
    }
  }
}

extension JSON {
  /// The one canonical text of the value by RFC 8785.
  ///
  /// Every number is taken for its nearest Double, as that document says, so an integer of more
  /// than 53 bits loses its last digits.
  package func canonical() throws(CanonicalError) -> [UInt8] {
    var result: [UInt8] = []
    try appendCanonical(to: &result)
    return result
  }

  private func appendCanonical(to result: inout [UInt8]) throws(CanonicalError) {
    switch self {
    case .null: result += Array("null".utf8)
    case .bool(let value): result += Array((value ? "true" : "false").utf8)
    case .integer(let value): try Self.appendCanonical(Number(value), to: &result)
    case .number(let value): try Self.appendCanonical(value, to: &result)
    case .string(let value): appendQuoted(value, to: &result, forTerminals: false)
    case .array(let elements):
      result.append(Byte.openBracket)
      for (position, element) in elements.enumerated() {
        if position > 0 { result.append(Byte.comma) }
        try element.appendCanonical(to: &result)
      }
      result.append(Byte.closeBracket)
    case .object(let members):
      result.append(Byte.openBrace)
      var previous: Text?
      for member in members.sorted(by: { precedesInUTF16($0.key.bytes, $1.key.bytes) }) {
        guard member.key != previous else { throw .duplicateKey(member.key) }
        if previous != nil { result.append(Byte.comma) }
        previous = member.key
        appendQuoted(member.key, to: &result, forTerminals: false)
        result.append(Byte.colon)
        try member.value.appendCanonical(to: &result)
      }
      result.append(Byte.closeBrace)
    }
  }

  private static func appendCanonical(
    _ number: Number, to result: inout [UInt8]
  ) throws(CanonicalError) {
    guard let value = number.double, let digits = ecmaScriptSpelling(of: value) else {
      throw .numberOutOfRange(number)
    }
    result += digits
  }
}

/// Whether one UTF-8 text comes before another when both are ordered by their UTF-16 units.
///
/// That differs from the order of the bytes in one case only: characters above U+FFFF are spelled
/// with surrogates, which come before U+E000 and what follows it.
func precedesInUTF16(_ one: [UInt8], _ other: [UInt8]) -> Bool {
  for (a, b) in zip(one, other) where a != b {
    if a >= 0xEE, b >= 0xEE, (a >= 0xF0) != (b >= 0xF0) { return a >= 0xF0 }
    return a < b
  }
  return one.count < other.count
}
