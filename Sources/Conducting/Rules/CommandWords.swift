package import JSONText

/// An argument vector as somebody would type it.
package enum CommandWords {
  /// The words on one line, quoted where a shell would take them apart.
  package static func line(_ vector: [Text]) -> Text {
    Text(bytes: Array(vector.map { word($0).bytes }.joined(separator: [UInt8(ascii: " ")])))
  }

  private static func word(_ text: Text) -> Text {
    let isPlain = !text.isEmpty && text.bytes.allSatisfy(isPlain)
    guard !isPlain else { return text }
    var bytes = [UInt8(ascii: "'")]
    for byte in text.bytes {
      bytes += byte == UInt8(ascii: "'") ? Array(#"'\''"#.utf8) : [byte]
    }
    return Text(bytes: bytes + [UInt8(ascii: "'")])
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x80...0xff: true
    default: "-_./:=@%+,".utf8.contains(byte)
    }
  }
}
