/// Where a repository lies that can be pushed to: a path, or an address of ssh or https.
///
/// Other forms can name a program (`ext::`), or an option where an address is expected.
package struct GitAddress: Equatable, Sendable {
  /// As git takes it.
  let text: String
  /// What of it is a secret, or may be one, with the sign that parts it from the rest.
  private var secret: Substring?
  /// Whether it is a path of this machine that begins where the checkout does.
  private var isRelative = false

  private static let schemes = ["file", "ssh", "git+ssh", "ssh+git", "https"]

  /// Reads an address; nil for one of any other form. In a git configuration a bare word is a path, too.
  package init?(_ text: String, wordIsPath: Bool = false) {
    let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    guard isPlain, let first = text.first, first != "-", first != " " else { return nil }
    self.text = text
    if let mark = text.firstRange(of: "://") {
      guard Self.schemes.contains(String(text[..<mark.lowerBound])) else { return nil }
      let place = text[mark.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      let user = place.lastIndex(of: "@").map { place[..<$0] }
      let host = user.map { place[$0.endIndex...].dropFirst() } ?? place
      guard host.first != "-", user?.first != "-" else { return nil }
      secret = user.flatMap {
        text.hasPrefix("https") ? text[$0.startIndex...$0.endIndex] : Self.password(of: $0)
      }
      return
    }
    let head = text.prefix { $0 != "/" }
    if let colon = head.firstIndex(of: ":") {
      // HOST:PATH as scp has it; what two colons follow is the name of a program.
      let host = head[..<colon].split(separator: "@", omittingEmptySubsequences: false).last
      let rest = text[colon...].dropFirst()
      guard let start = host?.first, start != "-", let next = rest.first, next != ":", next != "-"
      else { return nil }
      return
    }
    isRelative = first != "/"
    guard !isRelative || wordIsPath || ["./", "../"].contains(where: text.hasPrefix) else {
      return nil
    }
  }

  private static func password(of user: Substring) -> Substring? {
    user.firstIndex(of: ":").map { user[$0...] }
  }

  /// As git takes it where it does not start at the top of the checkout.
  func absolute(from top: Path) -> String { isRelative ? (top / Path(text)).string : text }

  /// As people and records may see it.
  package var shown: String { hiding(in: text) }

  /// A text about it without what is secret in it.
  func hiding(in words: String) -> String {
    secret.map { words.replacing($0, with: "") } ?? words
  }
}

/// What a branch is pushed to.
package enum GitRemote: Equatable, Sendable {
  /// A name that the repository's own configuration explains.
  case name(String)
  case address(GitAddress)

  /// Reads a name or an address; nil for what is neither.
  package init?(_ text: String) {
    let isName = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: "."):
        true
      default: false
      }
    }
    if isName, let first = text.first, first != "-", first != "." {
      self = .name(text)
    } else if let address = GitAddress(text) {
      self = .address(address)
    } else {
      return nil
    }
  }
}
