/// An object of git that lies in a file of its own.
enum LooseObject {
  /// How large a file and what it holds may be; what is larger is git's to read.
  static let sizeLimit = 1 << 20

  /// The bytes of a content; nil for an object of another kind, and for what is damaged or too large.
  static func content(_ file: [UInt8]) -> [UInt8]? {
    guard let object = Inflation.content(of: file, limit: sizeLimit),
      let end = object.prefix(32).firstIndex(of: 0)
    else { return nil }
    let content = Array(object[(end + 1)...])
    return object[..<end].elementsEqual("blob \(content.count)".utf8) ? content : nil
  }
}
