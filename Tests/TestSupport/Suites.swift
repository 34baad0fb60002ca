#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The published suites, found through the environment; tests that need them are skipped elsewhere.
package enum Suites {
  /// The folder that holds the suites; nil where none is named.
  package static let folder: String? = environment("CONDUCTOR_SUITES")

  /// Whether this suite can be read here.
  package static func has(_ name: String) -> Bool {
    guard let folder else { return false }
    return unsafe access("\(folder)/\(name)", R_OK) == 0
  }

  /// The bytes of a file of the suites.
  package static func read(_ name: String) throws -> [UInt8] {
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
  package static func list(_ name: String) throws -> [String] {
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
  package static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

/// A file of the suites that could not be opened.
package struct Unreadable: Error {
  package var path: String
}
