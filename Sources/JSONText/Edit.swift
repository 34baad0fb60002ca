/// Collects minimal edits of validated JSON, written in the style of the file itself.
///
/// All positions are those of the source, which never changes; edits of different places combine
/// freely. A range that is no object or no array of a valid source is a mistake of the caller.
package struct Edit: Sendable {
  /// The bytes that are edited.
  package let source: Bytes

  private var replacements: [Splice] = []
  private var objects: [Int: ObjectEdit] = [:]
  private var arrays: [Int: ArrayEdit] = [:]

  /// No edit yet of this source.
  package init(_ source: Bytes) {
    self.source = source
  }

  /// Puts a value in the place of another one.
  package mutating func replace(_ range: Range<Int>, with value: JSON) {
    let around = Surroundings(source: source)
    let position = around.position(ofValueAt: range.lowerBound)
    var layout = Layout(colon: position.colon ?? [Byte.colon, Byte.space])
    layout.breaksOuter = position.isOnOwnLine
    if !position.isOnOwnLine, layout.colon.last == Byte.colon { layout.comma = [Byte.comma] }
    var indent: [UInt8] = []
    if position.isOnOwnLine, value.isNested {
      layout.newline = around.newline
      layout.unit = around.unit
      indent = around.indent(ofLineAt: range.lowerBound)
    }
    replaceRaw(range, with: layout.text(of: value, indent: indent))
  }

  /// Puts bytes in the place of others; that the result is still JSON is the caller's affair.
  package mutating func replaceRaw(_ range: Range<Int>, with raw: [UInt8]) {
    replacements.append(Splice(range: range, replacement: raw))
  }

  /// Adds a member to the object at a range, after the value of another member, else at the end.
  ///
  /// Members that are put after the same one stay in the order in which they came. If the object
  /// already has the key, its value is replaced, since no object may have a key twice.
  package mutating func insertMember(
    _ key: Text, _ value: JSON, intoObject range: Range<Int>, after: Text? = nil
  ) {
    var object = objectEdit(range)
    object.insert(key, value, after: after, source)
    objects[range.lowerBound] = object
  }

  /// Takes a member out of the object at a range, so that nothing of an inserted one remains.
  ///
  /// False if the object has no such member.
  @discardableResult
  package mutating func removeMember(_ key: Text, fromObject range: Range<Int>) -> Bool {
    var object = objectEdit(range)
    let found = object.remove(key, source)
    objects[range.lowerBound] = object
    return found
  }

  /// Adds an element at the end of the array at a range, laid out like its last one.
  ///
  /// Where the last element is given, nothing else of the array is read.
  package mutating func appendElement(
    _ value: JSON, toArray range: Range<Int>, like last: Range<Int>? = nil
  ) {
    guard var array = arrays[range.lowerBound] ?? ArrayEdit(source, range, last: last) else {
      preconditionFailure("there is no array at \(range)")
    }
    array.append(value)
    arrays[range.lowerBound] = array
  }

  private func objectEdit(_ range: Range<Int>) -> ObjectEdit {
    guard let object = objects[range.lowerBound] ?? ObjectEdit(source, range) else {
      preconditionFailure("there is no object at \(range)")
    }
    return object
  }

  /// What is to be replaced by what, in the order of the text and without overlaps.
  package var splices: [Splice] {
    let around = Surroundings(source: source)
    var all = replacements
    for start in objects.keys.sorted() { all += objects[start]?.splices(around) ?? [] }
    for start in arrays.keys.sorted() { all += arrays[start]?.splices(around) ?? [] }
    return Splice.settled(all)
  }

  /// The whole edited document.
  package var edited: [UInt8] { Edit.apply(splices, to: source) }

  /// The edited bytes, given splices in the order of the text that do not overlap.
  package static func apply(_ splices: [Splice], to bytes: Bytes) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(
      splices.reduce(bytes.count) { $0 + $1.replacement.count - $1.range.count })
    for piece in pieces(splices, of: bytes) {
      unsafe piece.withUnsafeBytes { unsafe result.append(contentsOf: $0) }
    }
    return result
  }

  /// The edited bytes in pieces whose concatenation they are; what is untouched is not copied.
  package static func pieces(_ splices: [Splice], of bytes: Bytes) -> [Bytes] {
    var result: [Bytes] = []
    var at = 0
    for splice in splices {
      if splice.range.lowerBound > at { result.append(bytes[at..<splice.range.lowerBound]) }
      if !splice.replacement.isEmpty { result.append(Bytes(splice.replacement)) }
      at = splice.range.upperBound
    }
    if at < bytes.count { result.append(bytes[at..<bytes.count]) }
    return result
  }
}

extension Edit {
  /// Adds a member to an object of a document that is read from this source.
  package mutating func insertMember(
    _ key: Text, _ value: JSON, into object: Node, after: Text? = nil
  ) {
    insertMember(key, value, intoObject: object.sourceRange, after: after)
  }

  /// Takes a member out of an object of a document that is read from this source.
  @discardableResult
  package mutating func removeMember(_ key: Text, from object: Node) -> Bool {
    removeMember(key, fromObject: object.sourceRange)
  }
}

extension JSON {
  /// Whether this is an object or array with something in it.
  fileprivate var isNested: Bool {
    switch self {
    case .object(let members): !members.isEmpty
    case .array(let elements): !elements.isEmpty
    default: false
    }
  }
}
