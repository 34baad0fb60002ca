/// A value in a document.
package struct Node: Sendable {
  /// The document that the value belongs to.
  package let document: Document
  /// The value's slot in the document's table.
  let index: Int

  private var slot: Document.Slot { document.slots[index] }

  /// Which of the six kinds of value this is.
  package var kind: Kind { slot.kind }

  /// Where the value lies in the document's bytes.
  package var range: Range<Int> { Int(slot.start)..<Int(slot.end) }

  /// Where the value lies in the file that the document is a part of.
  package var sourceRange: Range<Int> {
    (document.offset + Int(slot.start))..<(document.offset + Int(slot.end))
  }

  /// The source bytes of the value.
  package var raw: Bytes { document.bytes[range] }

  /// Line and column of the value's first byte in the file, from 1, the column in bytes.
  package var place: (line: Int, column: Int) {
    JSONText.place(of: sourceRange.lowerBound, in: document.source)
  }

  /// The value of an object's member; nil if it has none of that name or this is no object.
  package subscript(_ key: Text) -> Node? {
    guard kind == .object else { return nil }
    var found: Node?
    eachMember { keySlot, value in
      guard keyEquals(keySlot, key) else { return true }
      found = value
      return false
    }
    return found
  }

  /// The members of an object in the order of the text; none if this is no object.
  package var members: [(key: Text, keyRange: Range<Int>, value: Node)] {
    var result: [(key: Text, keyRange: Range<Int>, value: Node)] = []
    guard kind == .object else { return result }
    eachMember { keySlot, value in
      let range = Int(keySlot.start)..<Int(keySlot.end)
      result.append((key: decodedString(document.bytes, range), keyRange: range, value: value))
      return true
    }
    return result
  }

  /// The elements of an array; none if this is no array.
  package var elements: [Node] {
    var result: [Node] = []
    guard kind == .array else { return result }
    let end = Int(slot.next)
    var at = index + 1
    while at < end {
      result.append(Node(document: document, index: at))
      at = Int(document.slots[at].next)
    }
    return result
  }

  /// What a string says; nil if this is no string.
  package var text: Text? {
    kind == .string ? decodedString(document.bytes, range) : nil
  }

  /// A truth value; nil if this is none.
  package var bool: Bool? {
    kind == .bool ? document.bytes[range.lowerBound] == Byte.t : nil
  }

  /// Whether this is null.
  package var isNull: Bool { kind == .null }

  /// A number as it is spelled; nil if this is no number.
  package var number: Number? {
    kind == .number ? Number(wellFormed: Text(wellFormed: raw.array)) : nil
  }

  /// The exact integer that a number stands for (1, 1.0 and 1e2 do); nil for all else.
  package var integer: Int? { number?.integer }

  /// A number's nearest Double; nil if that is not finite or this is no number.
  package var double: Double? { number?.double }

  /// The value to be written elsewhere, numbers spelled as they are here.
  package var json: JSON {
    switch kind {
    case .null: .null
    case .bool: .bool(bool == true)
    case .number: number.map(JSON.init) ?? .null
    case .string: .string(text ?? Text(""))
    case .array: .array(elements.map(\.json))
    case .object:
      .object(members.map { JSON.Member(key: $0.key, value: $0.value.json) })
    }
  }

  /// What a value is, in words for a message: its kind, and itself where that is short.
  package var words: Text {
    let shown: Text = raw.count <= 40 ? " " + Text(bytes: raw.array) : ""
    switch kind {
    case .object: return "an object"
    case .array: return "an array"
    case .string: return "the string" + shown
    case .number: return "the number" + shown
    case .bool: return Text(bytes: raw.array)
    case .null: return "null"
    }
  }

  /// Calls a body for each member of an object, without decoding its key.
  ///
  /// Does nothing if this is no object.
  package func forEachMember<Failure: Error>(
    _ body: (_ keyRange: Range<Int>, _ value: Node) throws(Failure) -> Void
  ) throws(Failure) {
    guard kind == .object else { return }
    let end = Int(slot.next)
    var at = index + 1
    while at + 1 < end {
      let key = document.slots[at]
      try body(Int(key.start)..<Int(key.end), Node(document: document, index: at + 1))
      at = Int(document.slots[at + 1].next)
    }
  }

  private func eachMember(_ body: (Document.Slot, Node) -> Bool) {
    let end = Int(slot.next)
    var at = index + 1
    while at + 1 < end {
      guard body(document.slots[at], Node(document: document, index: at + 1)) else { return }
      at = Int(document.slots[at + 1].next)
    }
  }

  private func keyEquals(_ keySlot: Document.Slot, _ key: Text) -> Bool {
    let range = Int(keySlot.start)..<Int(keySlot.end)
    if !keySlot.escaped && range.count != key.bytes.count + 2 { return false }
    return stringEquals(document.bytes, range, key)
  }
}
