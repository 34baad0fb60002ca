import JSONText

/// The params of a set, merged with those of the sets it extends.
struct Params: Sendable {
  enum Value: Sendable {
    case scalar(JSON)
    case list([JSON])

    init(_ node: Node) {
      self = node.kind == .array ? .list(node.elements.map(\.json)) : .scalar(node.json)
    }
  }

  /// How a value is put into a text, so that it is taken literally there.
  enum Style { case plain, expression, glob }

  var values: [Text: Value] = [:]
  /// Those of a built-in set, looked up in its text.
  private var unread: Unread?

  /// Whether they are those of a built-in set, which are read one by one.
  var isUnread: Bool { unread != nil }

  init() {}

  /// The params of a built-in set, read when one of them is first asked for.
  init(unread range: Range<Int>?, of bytes: Bytes) { unread = range.map { Unread($0, bytes) } }

  private struct Unread: Sendable {
    private let section: Deferred<Document>

    init(_ range: Range<Int>, _ bytes: Bytes) {
      section = Deferred {
        do throws(JSONError) {
          return try Document(part: range, of: bytes)
        } catch {
          preconditionFailure("the params of a built-in rule set cannot be read: \(error.message)")
        }
      }
    }

    subscript(name: Text) -> Value? { section.value.root[name].map { Value($0) } }
  }

  /// The value of a param; nil for one that there is not.
  subscript(name: Text) -> Value? {
    guard let unread else { return values[name] }
    return unread[name]
  }

  /// The name of a text that is just `${name}`.
  static func name(_ text: Text) -> Text? {
    let bytes = text.bytes
    guard bytes.count > 3, bytes[0] == dollar, bytes[1] == open, bytes.last == close else {
      return nil
    }
    let inner = bytes[2..<(bytes.count - 1)]
    return inner.contains(close) ? nil : Text(bytes: Array(inner))
  }

  /// Whether anything in a text stands for something else.
  static func isPlain(_ text: Text) -> Bool {
    let bytes = text.bytes
    guard let first = bytes.firstIndex(of: dollar) else { return true }
    return !bytes[first...].indices.dropLast().contains {
      bytes[$0] == dollar && bytes[$0 + 1] == open
    }
  }

  /// Why a text cannot be filled in.
  enum Failure: Error {
    case unknown(Text)
    case list(Text)
    case open
  }

  /// The text with every `${name}` replaced, each of which is told of; `$${` stands for `${` itself.
  func filled(
    _ text: Text, _ style: Style, noting note: (Text) -> Void
  ) throws(Failure) -> Text {
    let bytes = text.bytes
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var at = 0
    while at < bytes.count {
      let isDollar = bytes[at] == Self.dollar
      if isDollar, at + 2 < bytes.count, bytes[at + 1] == Self.dollar, bytes[at + 2] == Self.open {
        result += [Self.dollar, Self.open]
        at += 3
      } else if isDollar, at + 1 < bytes.count, bytes[at + 1] == Self.open {
        guard let end = bytes[at...].firstIndex(of: Self.close) else { throw .open }
        let name = Text(bytes: Array(bytes[(at + 2)..<end]))
        note(name)
        switch self[name] {
        case .scalar(let value): result += Self.spelled(value, style)
        case .list: throw .list(name)
        case nil: throw .unknown(name)
        }
        at = end + 1
      } else {
        result.append(bytes[at])
        at += 1
      }
    }
    return Text(bytes: result)
  }

  /// A scalar as it stands in a text.
  static func spelled(_ value: JSON, _ style: Style) -> [UInt8] {
    let plain: [UInt8] =
      switch value {
      case .string(let text): text.bytes
      case .integer(let number): Array(String(number).utf8)
      case .number(let number): number.spelling.bytes
      case .bool(let flag): Array((flag ? "true" : "false").utf8)
      case .null, .array, .object: []
      }
    let special: [UInt8] =
      switch style {
      case .plain: []
      case .expression: Array("\\.[](){}*+?^$|".utf8)
      case .glob: Array("\\*?[".utf8)
      }
    guard plain.contains(where: special.contains) else { return plain }
    var result: [UInt8] = []
    for byte in plain {
      if special.contains(byte) { result.append(UInt8(ascii: "\\")) }
      result.append(byte)
    }
    return result
  }

  private static let dollar = UInt8(ascii: "$")
  private static let open = UInt8(ascii: "{")
  private static let close = UInt8(ascii: "}")
}
