#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import JSONText

/// The published suites, found through the environment; tests that need them are skipped elsewhere.
enum Suites {
  /// The folder that holds the suites; nil where none is named.
  static let folder: String? = environment("CONDUCTOR_SUITES")

  /// Whether this suite can be read here.
  static func has(_ name: String) -> Bool {
    guard let folder else { return false }
    return unsafe access("\(folder)/\(name)", R_OK) == 0
  }

  /// The bytes of a file of the suites.
  static func read(_ name: String) throws -> [UInt8] {
    let path = "\(folder ?? "")/\(name)"
    guard let file = unsafe fopen(path, "rb") else { throw Unreadable(path: path) }
    defer { unsafe fclose(file) }
    var result: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe fread(&block, 1, block.count, file)
      guard count > 0 else { return result }
      result += block[..<count]
    }
  }

  /// The names of the files in a folder of the suites, sorted.
  static func list(_ name: String) throws -> [String] {
    let path = "\(folder ?? "")/\(name)"
    guard let directory = unsafe opendir(path) else { throw Unreadable(path: path) }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A variable of the environment.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

/// A file of the suites that could not be opened.
struct Unreadable: Error {
  var path: String
}

/// What the three ways of reading say about some bytes; they have to agree.
struct Verdict: Equatable {
  /// The error of each way; nil where it accepts.
  var document: JSONError?
  var survey: JSONError?
  var validation: JSONError?

  /// Reads the bytes in all three ways.
  init(_ bytes: [UInt8]) {
    let bytes = Bytes(bytes)
    let requests = [
      Survey.Request(array: "items", columns: ["id", "status"]),
      Survey.Request(array: "history", columns: ["id"]),
    ]
    document = error { () throws(JSONError) in _ = try Document(bytes) }
    survey = error { () throws(JSONError) in _ = try Survey(bytes, requests) }
    validation = error { () throws(JSONError) in try validate(bytes) }
  }

  /// Whether all three say exactly the same.
  var isUnanimous: Bool { document == survey && survey == validation }

  /// Whether the bytes are accepted.
  var isAccepted: Bool { document == nil }
}

/// The error that a reading ends with.
func error(_ body: () throws(JSONError) -> Void) -> JSONError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// The error of reading a text.
func error(of text: String) -> JSONError? {
  Verdict(Array(text.utf8)).document
}

/// The document of a text that is valid.
func document(_ text: String) throws -> Document {
  try Document(Bytes(Array(text.utf8)))
}

/// Bytes as a string, for messages.
func string(_ bytes: [UInt8]) -> String {
  String(decoding: bytes, as: UTF8.self)
}
