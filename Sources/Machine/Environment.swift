private import CMachine

/// The environment variables as they were when the process started.
package struct Environment: Sendable {
  /// Names and values in the order of the system, bytes that are not UTF-8 replaced.
  package var all: [(name: String, value: String)] {
    entries.map {
      (String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
    }
  }

  private let entries: [(name: [UInt8], value: [UInt8])]

  /// Variables that a test provides.
  package init(_ variables: [(name: String, value: String)]) {
    entries = variables.map { (Array($0.name.utf8), Array($0.value.utf8)) }
  }

  private init(entries: [(name: [UInt8], value: [UInt8])]) { self.entries = entries }

  /// The variables of this process.
  static func ofThisProcess() -> Environment {
    var entries: [(name: [UInt8], value: [UInt8])] = []
    guard var next = unsafe cm_environment() else { return Environment(entries: []) }
    while let text = unsafe next.pointee {
      var (name, value) = (Int64(0), Int64(0))
      if unsafe cm_variable(text, &name, &value) != 0 {
        let bytes = unsafe UnsafeRawBufferPointer(start: text, count: Int(name + 1 + value))
        unsafe entries.append((Array(bytes[..<Int(name)]), Array(bytes[Int(name + 1)...])))
      }
      unsafe next += 1
    }
    return Environment(entries: entries)
  }

  /// The value of a variable; `nil` when it is not set.
  package subscript(name: String) -> String? {
    bytes(name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The value as a path, whatever its bytes; `nil` when it is not set or empty.
  package func path(_ name: String) -> Path? {
    guard let value = bytes(name), !value.isEmpty else { return nil }
    return Path(bytes: value)
  }

  /// The same variables with some of them set anew, or taken away where the value is nil.
  package func changing(_ changed: [(name: String, value: [UInt8]?)]) -> Environment {
    let kept = entries.filter { entry in
      !changed.contains { entry.name.elementsEqual($0.name.utf8) }
    }
    let added = changed.compactMap { change in
      change.value.map { (name: Array(change.name.utf8), value: $0) }
    }
    return Environment(entries: kept + added)
  }

  /// The same for values that are text.
  package func changing(_ changed: [(name: String, value: String?)]) -> Environment {
    changing(changed.map { ($0.name, $0.value.map { Array($0.utf8) }) })
  }

  /// All variables as the system takes them, each as `NAME=value`.
  package var lines: [[UInt8]] {
    entries.map { $0.name + [UInt8(ascii: "=")] + $0.value }
  }

  /// The value of a variable, whatever its bytes; `nil` when it is not set.
  package func bytes(_ name: String) -> [UInt8]? {
    entries.first { $0.name.elementsEqual(name.utf8) }?.value
  }
}
