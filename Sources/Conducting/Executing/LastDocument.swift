import JSONText

/// The JSON document with which a text ends: how an answer is found in what an agent has printed.
package enum LastDocument {
  /// Longer answers are none, so that looking for one never takes long.
  package static let limit = 1 << 20
  /// Among so many lines that begin with a brace it is looked for, the last one first.
  private static let attempts = 4096

  /// The object that begins a line and reaches to the end of the text; nil where there is none.
  ///
  /// What stands before it is left out. Behind it may stand white space and one closing fence of Markdown, since
  /// models like to put one. Anything else behind it means that it was not the agent's last word.
  package static func find(in text: [UInt8]) -> [UInt8]? {
    let tail = withoutFence(trimmed(text.suffix(limit + 64)))
    guard tail.last == UInt8(ascii: "}") else { return nil }
    let whole = Bytes(Array(tail))
    var end = whole.count
    var attempts = 0
    while end > 0, attempts < Self.attempts {
      let start = lineStart(in: whole, before: end)
      if let brace = firstWord(of: whole, from: start, to: end), brace < whole.count,
        whole[brace] == UInt8(ascii: "{"), whole.count - brace <= limit
      {
        attempts += 1
        let last = whole[brace..<whole.count]
        if (try? Document(last)) != nil { return last.array }
      }
      end = start - 1
    }
    return nil
  }

  private static func lineStart(in bytes: Bytes, before end: Int) -> Int {
    var start = end
    while start > 0, bytes[start - 1] != 0x0A { start -= 1 }
    return start
  }

  private static func firstWord(of bytes: Bytes, from start: Int, to end: Int) -> Int? {
    (start..<end).first { !isSpace(bytes[$0]) }
  }

  private static func withoutFence(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let fence = Array("```".utf8)
    guard text.suffix(3).elementsEqual(fence) else { return text }
    return trimmed(text.dropLast(3))
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var text = text
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}
