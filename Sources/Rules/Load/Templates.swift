import JSONText

extension SetReader {
  /// Texts in which fields of the item may stand, params put in.
  func templates(_ node: Node, _ style: Template.Style) throws(RuleFault) -> [Template] {
    var result: [Template] = []
    for element in node.kind == .array ? node.elements : [node] {
      if let name = element.text.flatMap(Params.name),
        case .list(let values) = vocabulary.value(ofParam: name)
      {
        result += values.map { Template(Text(bytes: Params.spelled($0, style.params)), style) }
      } else {
        result.append(try template(element, style))
      }
    }
    if result.isEmpty { throw fault("expected at least one element", node) }
    return result
  }

  /// A text in which fields of the item may stand, params put in.
  func template(_ node: Node, _ style: Template.Style) throws(RuleFault) -> Template {
    let name: Text = "item."
    guard let text = node.text else { throw fault("expected a string, not " + node.words, node) }
    if Params.isPlain(text) {
      if text.isEmpty { throw fault("expected a text that is not empty", node) }
      return Template(text, style)
    }
    var parts: [Template.Part] = []
    for (piece, isReference) in Template.pieces(text) {
      if isReference, piece.hasPrefix(name), piece.bytes.count > name.bytes.count {
        parts.append(.field(Text(bytes: Array(piece.bytes.dropFirst(name.bytes.count)))))
      } else if isReference {
        parts.append(.text(try param(piece, style.params, node)))
      } else {
        parts.append(.text(piece.bytes))
      }
    }
    return Template(parts: parts, style)
  }
}

extension Template.Style {
  fileprivate var params: Params.Style { self == .glob ? .glob : .plain }
}

extension Template {
  /// What stands between references, and the names in `${…}`; an open `${` is a name that nothing has.
  fileprivate static func pieces(_ text: Text) -> [(text: Text, isReference: Bool)] {
    let dollar = UInt8(ascii: "$")
    let open = UInt8(ascii: "{")
    let bytes = text.bytes
    var pieces: [(text: Text, isReference: Bool)] = []
    var plain: [UInt8] = []
    func at(_ index: Int) -> UInt8 { index < bytes.count ? bytes[index] : 0 }
    var index = 0
    while index < bytes.count {
      if at(index) == dollar, at(index + 1) == dollar, at(index + 2) == open {
        plain += [dollar, open]
        index += 3
      } else if at(index) == dollar, at(index + 1) == open {
        if !plain.isEmpty { pieces.append((Text(bytes: plain), false)) }
        plain = []
        let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")) ?? bytes.count
        pieces.append((Text(bytes: Array(bytes[(index + 2)..<end])), true))
        index = end + 1
      } else {
        plain.append(bytes[index])
        index += 1
      }
    }
    if !plain.isEmpty { pieces.append((Text(bytes: plain), false)) }
    return pieces
  }

  /// The text as it would be for some item, to try whether it can be one at all.
  var sample: Text {
    Text(
      bytes: parts.flatMap { part -> [UInt8] in
        if case .text(let bytes) = part { bytes } else { [UInt8(ascii: "x")] }
      })
  }
}
