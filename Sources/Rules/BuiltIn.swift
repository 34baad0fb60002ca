import CRules
package import JSONText

/// The rule sets that come with the program.
package enum BuiltIn {
  /// Their names, in alphabetical order.
  package static let names: [Text] = sources.map(\.name)

  /// The text of a set; nil for a name that is none of theirs.
  package static func source(_ name: Text) -> RuleSource? {
    sources.first { $0.name == name }.map { set in
      RuleSource(name: Text("built-in ") + set.name, bytes: set.bytes, isBuiltIn: true)
    }
  }

  private static let sources: [(name: Text, bytes: Bytes)] = (0..<rules_count()).map { place in
    let text = unsafe rules_at(place)
    let bytes = unsafe Bytes(
      keeping: Program(), UnsafeRawBufferPointer(start: text.start, count: text.count))
    return unsafe (Text(String(cString: text.name)), bytes)
  }

  /// What keeps the texts alive: they are part of the program and go with it.
  private final class Program {}
}
