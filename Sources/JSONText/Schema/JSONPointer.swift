/// RFC 6901: a place in a document as text.
package enum JSONPointer {
  /// The steps of a pointer that stands in a fragment of a URI; nil where it is spelled wrong.
  static func steps(ofFragment text: ArraySlice<UInt8>) -> [Text]? {
    var bytes: [UInt8] = []
    var at = text.startIndex
    while at < text.endIndex {
      guard text[at] == UInt8(ascii: "%") else {
        bytes.append(text[at])
        at += 1
        continue
      }
      guard at + 2 < text.endIndex, let high = Byte.hexValue(text[at + 1]),
        let low = Byte.hexValue(text[at + 2])
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
      at += 3
    }
    guard isWellFormed(bytes) else { return nil }
    return steps(bytes)
  }

  /// The value at a pointer; nil where there is none, or the pointer is spelled wrong.
  package static func value(at pointer: Text, in root: Node) -> Node? {
    steps(pointer.bytes)?.reduce(Optional(root)) { node, step in node?.child(step) }
  }

  private static func steps(_ pointer: [UInt8]) -> [Text]? {
    if pointer.isEmpty { return [] }
    guard pointer.first == Byte.slash else { return nil }
    var result: [Text] = []
    for part in pointer.dropFirst().split(separator: Byte.slash, omittingEmptySubsequences: false) {
      guard let step = unescaped(part) else { return nil }
      result.append(step)
    }
    return result
  }

  private static let tilde = UInt8(ascii: "~")

  private static func unescaped(_ part: ArraySlice<UInt8>) -> Text? {
    var step: [UInt8] = []
    var rest = part
    while let byte = rest.popFirst() {
      guard byte == tilde else {
        step.append(byte)
        continue
      }
      switch rest.popFirst() {
      case Byte.zero: step.append(tilde)
      case Byte.zero + 1: step.append(Byte.slash)
      default: return nil
      }
    }
    return Text(wellFormed: step)
  }

  /// The pointer of steps.
  package static func text(_ steps: [Text]) -> Text {
    var bytes: [UInt8] = []
    for step in steps {
      bytes.append(Byte.slash)
      for byte in step.bytes {
        switch byte {
        case tilde: bytes += [tilde, Byte.zero]
        case Byte.slash: bytes += [tilde, Byte.zero + 1]
        default: bytes.append(byte)
        }
      }
    }
    return Text(wellFormed: bytes)
  }
}

extension Node {
  /// The member or element that one step of a pointer names; nil where there is none.
  func child(_ step: Text) -> Node? {
    guard kind == .array else { return self[step] }
    let elements = elements
    // A number has only one spelling here: without a sign or leading zeros.
    guard let index = Int(step.string), Text("\(index)") == step else { return nil }
    return elements.indices.contains(index) ? elements[index] : nil
  }
}
