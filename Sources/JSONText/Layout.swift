/// How values are laid out as text.
struct Layout: Equatable {
  /// What ends a line.
  var newline: [UInt8] = [Byte.lineFeed]
  /// What one more level of nesting adds to the indentation.
  var unit: [UInt8] = [Byte.space, Byte.space]
  /// The colon with the white space around it.
  var colon: [UInt8] = [Byte.colon, Byte.space]
  /// The comma with the white space around it, between entries on one line.
  var comma: [UInt8] = [Byte.comma, Byte.space]
  /// What stands inside the braces of an object on one line.
  var objectPadding: [UInt8] = []
  /// What stands inside the brackets of an array on one line.
  var arrayPadding: [UInt8] = []
  /// Whether the outermost object or array has each entry on a line of its own.
  var breaksOuter = true
  /// Whether objects further inside have, where what is around them does.
  var breaksObjects = true
  /// Whether arrays further inside have, where what is around them does.
  var breaksArrays = true

  /// No white space at all.
  static let compact = Layout(
    colon: [Byte.colon], comma: [Byte.comma], breaksOuter: false)

  /// The text of a value whose first line is indented like this.
  func text(of value: JSON, indent: [UInt8] = []) -> [UInt8] {
    var result: [UInt8] = []
    append(value, indent: indent, breaks: breaksOuter, to: &result)
    return result
  }

  /// The text of a member, without any white space or comma around it.
  func text(of member: JSON.Member, indent: [UInt8] = []) -> [UInt8] {
    var result = quoted(member.key)
    result += colon
    append(member.value, indent: indent, breaks: breaksOuter, to: &result)
    return result
  }

  private func append(
    _ value: JSON, indent: [UInt8], breaks: Bool, to result: inout [UInt8]
  ) {
    switch value {
    case .null: result += Array("null".utf8)
    case .bool(let value): result += Array((value ? "true" : "false").utf8)
    case .integer(let value): result += Array(String(value).utf8)
    case .number(let value): result += value.spelling.bytes
    case .string(let value): appendQuoted(value, to: &result, forTerminals: true)
    case .array(let elements):
      result.append(Byte.openBracket)
      appendEntries(
        elements, indent: indent, breaks: breaks, padding: arrayPadding, to: &result
      ) { element, indent, result in
        append(element, indent: indent, breaks: breaks && breaksInside(element), to: &result)
      }
      result.append(Byte.closeBracket)
    case .object(let members):
      result.append(Byte.openBrace)
      appendEntries(
        members, indent: indent, breaks: breaks, padding: objectPadding, to: &result
      ) { member, indent, result in
        appendQuoted(member.key, to: &result, forTerminals: true)
        result += colon
        append(
          member.value, indent: indent, breaks: breaks && breaksInside(member.value), to: &result)
      }
      result.append(Byte.closeBrace)
    }
  }

  private func breaksInside(_ value: JSON) -> Bool {
    if case .array = value { breaksArrays } else { breaksObjects }
  }

  private func appendEntries<Entry>(
    _ entries: [Entry], indent: [UInt8], breaks: Bool, padding: [UInt8], to result: inout [UInt8],
    _ append: (Entry, [UInt8], inout [UInt8]) -> Void
  ) {
    guard !entries.isEmpty else { return }
    let inner = indent + unit
    let start = breaks ? newline + inner : padding
    let separator = breaks ? [Byte.comma] + start : comma
    for (position, entry) in entries.enumerated() {
      result += position == 0 ? start : separator
      append(entry, inner, &result)
    }
    result += breaks ? newline + indent : padding
  }
}

extension JSON {
  /// The value as text, without a final newline.
  ///
  /// With an indent each entry stands on a line of its own, else everything is on one line without
  /// any white space.
  package func written(indent: Int? = 2, newline: Text = "\n") -> [UInt8] {
    guard let indent else { return Layout.compact.text(of: self) }
    return Layout(
      newline: newline.bytes, unit: Array(repeating: Byte.space, count: max(indent, 0))
    ).text(of: self)
  }
}
