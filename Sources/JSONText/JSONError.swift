/// Why bytes are not acceptable JSON, and where.
package struct JSONError: Error, Equatable, Sendable {
  /// What was wrong.
  package var reason: Reason
  /// The position in the bytes, from 0.
  package var offset: Int
  /// The line, from 1; lines end with a line feed.
  package var line: Int
  /// The column in bytes, from 1; a byte order mark at the start takes up none.
  package var column: Int

  /// A reason at a place.
  package init(reason: Reason, offset: Int, line: Int, column: Int) {
    self.reason = reason
    self.offset = offset
    self.line = line
    self.column = column
  }

  /// The one thing that was found wrong first.
  package enum Reason: Equatable, Sendable {
    /// The text is 4 GiB or longer.
    case tooLarge
    /// There is nothing but white space.
    case noValue
    /// The text ends where something else had to follow.
    case endOfText(expected: Expectation)
    /// A byte stands where something else had to follow.
    case unexpected(UInt8, expected: Expectation)
    /// A comma is followed by the end of its object or array.
    case trailingComma
    /// The document is complete, and something other than white space follows.
    case textAfterDocument
    /// A comment, which JSON does not have.
    case comment
    /// A word that is none of true, false and null.
    case unknownWord
    /// A digit follows a leading zero.
    case leadingZero
    /// A number lacks the digits that this part of it needs.
    case missingDigits(NumberPart)
    /// A string has no end.
    case unterminatedString
    /// A control character stands unescaped in a string.
    case controlCharacter(UInt8)
    /// A backslash is followed by something that it cannot escape.
    case unknownEscape(UInt8)
    /// `\u` is not followed by four hexadecimal digits.
    case malformedUnicodeEscape
    /// An escape names one half of a surrogate pair without the other.
    case loneSurrogate
    /// The bytes are not UTF-8.
    case malformedUTF8
    /// A byte order mark stands elsewhere than at the very start.
    case misplacedByteOrderMark
    /// An object has the same key twice.
    case duplicateKey(Text)
    /// Objects and arrays are nested more deeply than this limit.
    case tooDeep(limit: Int)
  }

  /// What would have been right.
  package enum Expectation: Equatable, Sendable {
    /// A value.
    case value
    /// The first element of an array, or its end.
    case valueOrBracket
    /// The key that a comma announces.
    case key
    /// The first key of an object, or its end.
    case keyOrBrace
    /// The colon between key and value.
    case colon
    /// What may follow a member.
    case commaOrBrace
    /// What may follow an element.
    case commaOrBracket
  }

  /// A part of a number that cannot be without digits.
  package enum NumberPart: Equatable, Sendable {
    /// What stands before the point.
    case integer
    /// What stands after the point.
    case fraction
    /// What stands after the e.
    case exponent
  }

  /// The reason in plain English, without the place.
  package var message: String { reason.message }
}

extension JSONError: CustomStringConvertible {
  /// The reason with its place.
  package var description: String { "line \(line), column \(column): \(message)" }
}

extension JSONError.Reason {
  /// The reason in plain English.
  package var message: String {
    switch self {
    case .tooLarge: "the text is 4 GiB or longer"
    case .noValue: "there is no JSON value, the text is empty"
    case .endOfText(let expected): "the text ends where \(expected.words) should follow"
    case .unexpected(let byte, let expected): "\(name(of: byte)) where \(expected.words) should be"
    case .trailingComma: "a comma after the last entry"
    case .textAfterDocument: "something follows the end of the document"
    case .comment: "a comment, which JSON does not allow"
    case .unknownWord: "a word that is none of true, false and null"
    case .leadingZero: "a number with a leading zero"
    case .missingDigits(.integer): "a minus sign without a digit after it"
    case .missingDigits(.fraction): "a number without a digit after its decimal point"
    case .missingDigits(.exponent): "a number without a digit in its exponent"
    case .unterminatedString: "a string without a closing quote"
    case .controlCharacter(let byte):
      "a string with an unescaped control character (\(hexadecimal(byte)))"
    case .unknownEscape(let byte): "an unknown escape, a backslash before \(name(of: byte))"
    case .malformedUnicodeEscape: "\\u without four hexadecimal digits after it"
    case .loneSurrogate: "an escaped surrogate without its other half"
    case .malformedUTF8: "bytes that are not UTF-8"
    case .misplacedByteOrderMark: "a byte order mark that is not at the very start"
    case .duplicateKey(let key): "duplicate key \(shortened(key))"
    case .tooDeep(let limit): "objects and arrays nested more than \(limit) deep"
    }
  }

  private func name(of byte: UInt8) -> String {
    switch byte {
    case Byte.lineFeed, Byte.carriageReturn: "the end of the line"
    case Byte.tab: "a tab"
    case Byte.space: "a space"
    case Byte.quote: "a quote"
    case 0x27: "a single quote"
    case Byte.comma: "a comma"
    case 0x21...0x7E: "'\(Unicode.Scalar(byte))'"
    default: "byte \(hexadecimal(byte))"
    }
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    String(
      decoding: [0x30, 0x78, Byte.hexDigit(byte >> 4), Byte.hexDigit(byte & 15)], as: UTF8.self)
  }

  /// A key may be a gigabyte long; a message may not.
  private func shortened(_ key: Text) -> String {
    let limit = 80
    guard key.bytes.count > limit else { return String(decoding: quoted(key), as: UTF8.self) }
    var end = limit
    while key.bytes[end] & 0xC0 == 0x80 { end -= 1 }
    let start = quoted(Text(wellFormed: Array(key.bytes[..<end])))
    return String(decoding: start, as: UTF8.self) + "…"
  }
}

extension JSONError.Expectation {
  fileprivate var words: String {
    switch self {
    case .value: "a value"
    case .valueOrBracket: "a value or ]"
    case .key: "a key in double quotes"
    case .keyOrBrace: "a key in double quotes or }"
    case .colon: "a colon"
    case .commaOrBrace: "a comma or }"
    case .commaOrBracket: "a comma or ]"
    }
  }
}

/// What the scanner throws: a reason and its position, before anybody counts lines.
struct ScanFault: Error {
  /// What is wrong.
  var reason: JSONError.Reason
  /// Where, from 0.
  var offset: Int
}

extension JSONError {
  /// The fault with its line and column counted.
  init(_ fault: ScanFault, in bytes: Bytes) {
    let (line, column) = place(of: fault.offset, in: bytes)
    self.init(reason: fault.reason, offset: fault.offset, line: line, column: column)
  }
}

/// Whether the first three bytes are the UTF-8 byte order mark.
func startsWithByteOrderMark(_ buffer: UnsafeRawBufferPointer) -> Bool {
  unsafe buffer.count >= 3 && buffer[0] == 0xEF && buffer[1] == 0xBB && buffer[2] == 0xBF
}
