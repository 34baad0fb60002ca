import JSONText

/// The keys of a whole set with their values.
struct Sections {
  private enum Content {
    case read(Fields<SetKey>)
    /// A built-in set, each of whose values is read when it is asked for.
    case unread(RuleTable, Bytes)
  }

  private let content: Content

  init(_ fields: Fields<SetKey>) { content = .read(fields) }

  init(_ table: RuleTable, _ bytes: Bytes) { content = .unread(table, bytes) }

  subscript(key: SetKey) -> Node? {
    switch content {
    case .read(let fields): fields[key]
    case .unread(let table, let bytes):
      table.section(key).flatMap { try? Document(part: $0, of: bytes).root }
    }
  }

  /// Where the set itself, or better the value of a key, begins.
  func range(_ key: SetKey) -> Range<Int> {
    if let value = self[key] { return value.sourceRange }
    guard case .read(let fields) = content else { return 0..<0 }
    return fields.node.sourceRange
  }
}
