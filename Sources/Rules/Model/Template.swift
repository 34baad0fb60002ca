package import JSONText

/// A text of a rule set in which fields of the item that is worked on may stand, as in `docs/${item.id}.md`.
package struct Template: Sendable {
  enum Part: Sendable {
    case text([UInt8])
    case field(Text)
  }

  /// What a field's value becomes: itself, or a glob that matches nothing else.
  enum Style: Sendable { case plain, glob }

  let parts: [Part]
  let style: Style

  /// A text without fields.
  init(_ text: Text, _ style: Style) {
    parts = [.text(text.bytes)]
    self.style = style
  }

  init(parts: [Part], _ style: Style) {
    self.parts = parts
    self.style = style
  }

  /// Whether it says the same of every item.
  var isPlain: Bool {
    parts.allSatisfy { if case .text = $0 { true } else { false } }
  }

  /// The text as a rule set says it.
  package var source: Text {
    Text(
      bytes: parts.flatMap { part -> [UInt8] in
        switch part {
        case .text(let bytes): Self.escaped(bytes)
        case .field(let name): Array("${item.".utf8) + name.bytes + Array("}".utf8)
        }
      })
  }

  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let open = Array("${".utf8)
    var result: [UInt8] = []
    for index in bytes.indices {
      if bytes[index...].starts(with: open) { result.append(UInt8(ascii: "$")) }
      result.append(bytes[index])
    }
    return result
  }
}

/// Since when something has to be.
package enum Age: Equatable, Sendable {
  /// Since the item was claimed.
  case claim
  case seconds(Int64)
}
