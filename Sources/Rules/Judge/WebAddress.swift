import JSONText

/// The parts of a URL that say where it leads.
struct WebAddress: Equatable {
  var scheme: Text
  /// In lower case, without user, port and final dot.
  var host: Text
  /// Host and port as written, in lower case.
  var hostAndPort: Text
  /// What stands behind host and port, without query and fragment.
  var path: Text
  /// Whether something that ends the host stands behind it.
  var hasEndedHost: Bool

  /// Every URL with a scheme and `://` in a text.
  static func all(in text: [UInt8]) -> [WebAddress] {
    var found: [WebAddress] = []
    var at = 0
    while at + 3 <= text.count {
      guard text[at..<(at + 3)].elementsEqual("://".utf8) else {
        at += 1
        continue
      }
      var start = at
      while start > 0, text[start - 1].isWord || "+-.".utf8.contains(text[start - 1]) {
        start -= 1
      }
      var end = at + 3
      while end < text.count, !endsURL(text[end]) { end += 1 }
      if start < at {
        found.append(
          WebAddress(
            scheme: Text(bytes: text[start..<at].map(\.folded)),
            rest: text[(at + 3)..<end], isEnded: end < text.count))
      }
      at += 3
    }
    return found
  }

  private static func endsURL(_ byte: UInt8) -> Bool {
    byte <= 32 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
      || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
  }

  private init(scheme: Text, rest: ArraySlice<UInt8>, isEnded: Bool) {
    self.scheme = scheme
    let end = rest.firstIndex { "/?#\\".utf8.contains($0) } ?? rest.endIndex
    hasEndedHost = isEnded || end < rest.endIndex
    var authority = rest[..<end]
    if let user = authority.lastIndex(of: UInt8(ascii: "@")) {
      authority = authority[(user + 1)...]
    }
    hostAndPort = Text(bytes: authority.map(\.folded))
    var host = authority
    if host.first == UInt8(ascii: "["), let close = host.firstIndex(of: UInt8(ascii: "]")) {
      host = host[host.index(after: host.startIndex)..<close]
    } else if let colon = host.firstIndex(of: UInt8(ascii: ":")) {
      host = host[..<colon]
    }
    while host.last == UInt8(ascii: ".") { host = host.dropLast() }
    self.host = Text(bytes: host.map(\.folded))
    let behind = rest[end...]
    path = Text(bytes: Array(behind.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }))
  }

  /// Whether the host is the named one or lies below it by whole labels.
  func isAt(_ name: Text) -> Bool { Self.host(host, isAt: name) }

  /// Whether a host is the named one or lies below it by whole labels.
  static func host(_ host: Text, isAt name: Text) -> Bool {
    let name = name.lowercase
    return host == name || (!name.isEmpty && host.hasSuffix("." + name))
  }
}
