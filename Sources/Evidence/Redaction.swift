package import JSONText

/// Replaces what looks like a secret before anything is emitted or recorded.
///
/// The usual forms are built in: private keys, tokens with a known prefix, `name=value` pairs whose name speaks
/// of a secret, authorization headers, and passwords inside connection strings. Each match becomes a marker with
/// the digest of what stood there, so that two records of one secret can be recognised as such without showing it.
/// Time is linear in the text.
package struct Redaction: Sendable {
  /// Finds what else is secret in a text.
  package typealias Finder = @Sendable ([UInt8]) -> [Range<Int>]

  private let finders: [Finder]

  /// Redacts the built-in forms, and what the finders find.
  package init(finders: [Finder] = []) { self.finders = finders }

  /// The text with each secret replaced; equal to the text itself where there is none.
  package func clean(_ text: Text) -> Text {
    let bytes = text.bytes
    let spans = spans(in: bytes)
    guard !spans.isEmpty else { return text }
    var result: [UInt8] = []
    var position = 0
    for span in spans {
      result.append(contentsOf: bytes[position..<span.lowerBound])
      let digest = SHA256.hash(Array(bytes[span])).short
      result.append(contentsOf: "[redacted sha256:".utf8)
      result.append(contentsOf: digest.bytes)
      result.append(UInt8(ascii: "]"))
      position = span.upperBound
    }
    result.append(contentsOf: bytes[position...])
    return Text(bytes: result)
  }

  /// What is secret, in order; what overlaps counts as one.
  private func spans(in bytes: [UInt8]) -> [Range<Int>] {
    let builtIn = SecretScan(bytes).spans
    guard !finders.isEmpty else { return builtIn }
    var joined: [Range<Int>] = []
    for span in (builtIn + finders.flatMap { $0(bytes) }).sorted(by: {
      $0.lowerBound < $1.lowerBound
    })
    where !span.isEmpty {
      guard let last = joined.last, span.lowerBound < last.upperBound else {
        joined.append(span)
        continue
      }
      joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
    }
    return joined
  }

  /// The value with every string in it cleaned, member names excepted: they are what records are read by.
  package func clean(_ value: JSON) -> JSON {
    switch value {
    case .string(let text): .string(clean(text))
    case .array(let elements): .array(elements.map(clean))
    case .object(let members):
      .object(
        members.map { member in
          JSON.Member(key: member.key, value: cleanMember(member.key, member.value))
        })
    case .null, .bool, .integer, .number: value
    }
  }

  /// A member whose own name speaks of a secret hides its whole text, since nothing inside it need look like one.
  private func cleanMember(_ key: Text, _ value: JSON) -> JSON {
    guard case .string(let text) = value, SecretScan.namesSecret(key.bytes[...]), !text.isEmpty
    else {
      return clean(value)
    }
    return .string("[redacted sha256:" + SHA256.hash(text).short + "]")
  }
}

/// Finds the secrets of a text in one pass from left to right.
struct SecretScan {
  private let bytes: [UInt8]
  private(set) var spans: [Range<Int>] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var i = 0
    while i < bytes.count {
      if let span = secret(at: i) {
        spans.append(span)
        i = max(span.upperBound, i + 1)
      } else if Self.isWord(bytes[i]) {
        i = wordEnd(i)
      } else {
        i += 1
      }
    }
  }

  private func secret(at i: Int) -> Range<Int>? {
    if bytes[i] == UInt8(ascii: "-") { return privateKey(at: i) }
    guard Self.isWord(bytes[i]) else { return nil }
    return token(at: i) ?? jsonWebToken(at: i) ?? credential(at: i) ?? connection(at: i)
  }

  // MARK: Forms

  private static let keyBegin = Array("-----BEGIN ".utf8)
  private static let keyEnd = Array("-----END ".utf8)

  /// From the first dash of a private key's header to the end of its last line, or of the text where it is cut.
  private func privateKey(at i: Int) -> Range<Int>? {
    guard starts(Self.keyBegin, at: i) else { return nil }
    // A header is short; a longer search would make a line of many dashes cost its square.
    let header = i..<min(lineEnd(i, within: 100), i + 100)
    guard contains("PRIVATE KEY", in: header) else { return nil }
    var j = header.upperBound
    while j < bytes.count {
      if bytes[j] == UInt8(ascii: "-"), starts(Self.keyEnd, at: j) { return i..<lineEnd(j) }
      j += 1
    }
    return i..<bytes.count
  }

  /// Known prefixes with the least number of characters that must follow.
  private static let prefixes: [(prefix: [UInt8], least: Int)] = [
    ("AKIA", 16), ("ASIA", 16), ("ghp_", 20), ("gho_", 20), ("ghu_", 20), ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20), ("glpat-", 16), ("xoxb-", 10), ("xoxp-", 10), ("xoxa-", 10), ("xoxr-", 10),
    ("xoxs-", 10), ("sk-", 16), ("sk_live_", 10), ("sk_test_", 10), ("rk_live_", 10),
    ("pk_live_", 10),
    ("npm_", 20), ("pypi-", 20), ("AIza", 30), ("ya29.", 20), ("SG.", 20), ("hf_", 20),
    ("dop_v1_", 20),
    ("HRKU-", 20), ("AGE-SECRET-KEY-", 20),
  ].map { (Array($0.0.utf8), $0.1) }

  private func token(at i: Int) -> Range<Int>? {
    for (prefix, least) in Self.prefixes where starts(prefix, at: i) {
      let end = tokenEnd(i)
      if end - i - prefix.count >= least { return i..<end }
    }
    return nil
  }

  /// Three base64url parts, the first two of which begin as encoded JSON objects do.
  private func jsonWebToken(at i: Int) -> Range<Int>? {
    guard starts(Array("eyJ".utf8), at: i) else { return nil }
    let dot = UInt8(ascii: ".")
    let header = wordEnd(i)
    guard header - i >= 8, header < bytes.count, bytes[header] == dot else { return nil }
    let payload = wordEnd(header + 1)
    guard payload - header > 8, payload < bytes.count, bytes[payload] == dot else { return nil }
    return i..<wordEnd(payload + 1)
  }

  /// The value behind a name that speaks of a secret: `TOKEN=…`, `"password": "…"`, `Authorization: Bearer …`.
  private func credential(at i: Int) -> Range<Int>? {
    let nameEnd = wordEnd(i)
    guard Self.namesSecret(bytes[i..<nameEnd]) else { return nil }
    var j = nameEnd
    if j < bytes.count, bytes[j] == UInt8(ascii: "\"") || bytes[j] == UInt8(ascii: "'") { j += 1 }
    j = skipSpaces(j)
    guard j < bytes.count, bytes[j] == UInt8(ascii: "=") || bytes[j] == UInt8(ascii: ":") else {
      return nil
    }
    let isAssignment = bytes[j] == UInt8(ascii: "=")
    let beforeSpaces = j + 1
    j = skipSpaces(j + 1)
    for scheme in ["Bearer ", "Basic ", "token "]
    where starts(Array(scheme.utf8), at: j, folding: true) {
      j = skipSpaces(j + scheme.utf8.count)
    }
    guard j < bytes.count else { return nil }
    let quote = bytes[j]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      let close = bytes[(j + 1)...].firstIndex { $0 == quote || $0 == 0x0A } ?? bytes.count
      let isMarked = bytes[(j + 1)..<close].starts(with: "[redacted".utf8)
      return close - j > 4 && !isMarked ? (j + 1)..<close : nil
    }
    let end = valueEnd(j)
    guard !bytes[j..<end].starts(with: "[redacted".utf8) else { return nil }
    if isAssignment, j == beforeSpaces { return end - j >= 4 ? j..<end : nil }
    // Plain words behind a colon are a sentence ("password: see the vault") more often than a secret.
    let hasOtherThanLetters = bytes[j..<end].contains { !Self.isLetter($0) }
    return end - j >= 6 && hasOtherThanLetters ? j..<end : nil
  }

  /// The password in `scheme://user:password@host`.
  private func connection(at i: Int) -> Range<Int>? {
    let schemeEnd = wordEnd(i)
    guard starts(Array("://".utf8), at: schemeEnd) else { return nil }
    var colon: Int?
    var j = schemeEnd + 3
    var at: Int?
    while j < bytes.count, !Self.isSpace(bytes[j]), bytes[j] != UInt8(ascii: "/"),
      bytes[j] != UInt8(ascii: "\""), bytes[j] != UInt8(ascii: "'")
    {
      if bytes[j] == UInt8(ascii: ":"), colon == nil { colon = j }
      if bytes[j] == UInt8(ascii: "@") { at = j }
      j += 1
    }
    guard let colon, let at, colon + 1 < at else { return nil }
    return (colon + 1)..<at
  }

  // MARK: Words

  private static let secretNames = [
    "password", "passwd", "dbpwd", "userpwd", "secret", "token", "apikey", "accesskey",
    "privatekey", "credential",
    "credentials", "authorization", "clientsecret", "connectionstring",
  ].map { Array($0.utf8) }

  /// Whether a name's letters end in a word that speaks of a secret, whatever joins its parts.
  static func namesSecret(_ name: ArraySlice<UInt8>) -> Bool {
    var letters: [UInt8] = []
    for byte in name where byte != UInt8(ascii: "_") && byte != UInt8(ascii: "-") {
      letters.append(lowered(byte))
    }
    return secretNames.contains {
      letters.count >= $0.count && letters.suffix($0.count).elementsEqual($0)
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lowered(byte)) || byte == UInt8(ascii: ".")
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), 0x80...:
      true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private func wordEnd(_ i: Int) -> Int {
    bytes[i...].firstIndex { !Self.isWord($0) } ?? bytes.count
  }

  private func tokenEnd(_ i: Int) -> Int {
    bytes[i...].firstIndex { !Self.isWord($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
  }

  private func valueEnd(_ i: Int) -> Int {
    bytes[i...].firstIndex {
      Self.isSpace($0) || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'")
        || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "&")
        || $0 == UInt8(ascii: "`")
    } ?? bytes.count
  }

  private func lineEnd(_ i: Int, within limit: Int? = nil) -> Int {
    let end = min(bytes.count, i + (limit ?? bytes.count))
    return bytes[i..<end].firstIndex(of: 0x0A) ?? end
  }

  private func skipSpaces(_ i: Int) -> Int {
    var j = i
    while j < bytes.count, bytes[j] == 0x20 || bytes[j] == 0x09 { j += 1 }
    return j
  }

  private func starts(_ prefix: [UInt8], at i: Int, folding: Bool = false) -> Bool {
    guard i + prefix.count <= bytes.count else { return false }
    return (0..<prefix.count).allSatisfy { k in
      bytes[i + k] == prefix[k]
        || folding && Self.lowered(bytes[i + k]) == Self.lowered(prefix[k])
    }
  }

  private func contains(_ word: String, in range: Range<Int>) -> Bool {
    let word = Array(word.utf8)
    guard range.count >= word.count else { return false }
    return (range.lowerBound...(range.upperBound - word.count)).contains { starts(word, at: $0) }
  }
}
