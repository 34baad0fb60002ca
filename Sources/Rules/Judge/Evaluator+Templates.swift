import JSONText

extension Evaluator {
  /// The texts that a template stands for with this item; nil where a field is missing or says nothing.
  func texts(of template: Template) -> [Text]? {
    var texts: [[UInt8]] = [[]]
    for part in template.parts {
      switch part {
      case .text(let bytes): texts = texts.map { $0 + bytes }
      case .field(let name):
        guard let item, let node = Comparing.value(of: name, in: item),
          let values = FieldValues(node, template.style, hasBackslashes: set.shell == .powershell)
        else { return nil }
        texts = texts.flatMap { text in values.texts.map { text + $0 } }
        if texts.count > 100 { return nil }
      }
    }
    return texts.map(Text.init(bytes:))
  }
}

/// What a field of the item puts into a text.
private struct FieldValues {
  var texts: [[UInt8]]

  /// Nil where the field holds nothing that could stand in a text, or a path that could lead out of the project.
  init?(_ node: Node, _ style: Template.Style, hasBackslashes: Bool) {
    var values: [[UInt8]] = []
    switch node.kind {
    case .string: values = node.text.map { [$0.bytes] } ?? []
    case .number: values = [node.raw.array]
    case .array:
      for element in node.elements {
        guard let text = element.text else { return nil }
        values.append(text.bytes)
      }
    case .object, .bool, .null: return nil
    }
    if style == .glob {
      values = values.flatMap { value in
        value.split(separator: UInt8(ascii: ",")).map { Array($0.trimmed) }
      }
      if hasBackslashes {
        let backslash = UInt8(ascii: "\\")
        values = values.map { $0.map { $0 == backslash ? UInt8(ascii: "/") : $0 } }
      }
      guard values.allSatisfy(Self.isSafe) else { return nil }
      values = values.map { Params.spelled(.string(Text(bytes: $0)), .glob) }
    }
    guard !values.isEmpty, values.allSatisfy({ !$0.isEmpty }) else { return nil }
    texts = values
  }

  private static func isSafe(_ path: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    return path.first != slash && path != [UInt8(ascii: ".")] && path.allSatisfy { $0 >= 0x20 }
      && !path.split(separator: slash).contains { $0.elementsEqual("..".utf8) }
  }
}
