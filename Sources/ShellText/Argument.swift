/// One argument as far as the text tells it.
package struct Argument: Hashable, Sendable {
  /// A stretch of an argument, known or not.
  package enum Part: Hashable, Sendable {
    case text(Spelling)
    /// Bytes that the shell matches against file names.
    case pattern(Spelling)
    /// A directory such as `$HOME`: unknown, but one word and no program by itself.
    case place(Spelling)
    /// What an expansion yields, given as it was written.
    case unknown(Spelling)
  }

  package var parts: [Part]

  /// May turn out to be no argument, or more than one.
  package var isSeveral = false

  /// What a process substitution that stands here delivers, when that is known.
  package var delivered: Spelling?

  /// The argument names a pipe that a process substitution feeds or drains.
  package var isProcess = false

  /// Although not known, it begins as a path does and is no option.
  var isPath = false

  package init(_ text: Spelling) { parts = [.text(text)] }

  init(parts: [Part], isSeveral: Bool = false) {
    self.parts = parts
    self.isSeveral = isSeveral
  }

  /// An argument of which only its spelling in the line is known.
  static func unknown(_ raw: Spelling, isSeveral: Bool = true) -> Argument {
    Argument(parts: [.unknown(raw)], isSeveral: isSeveral)
  }

  /// The argument when every byte of it is known.
  package var text: Spelling? {
    switch parts.count {
    case 0: return ""
    case 1:
      if case .text(let text) = parts[0] { return text }
      return nil
    default:
      var bytes: [UInt8] = []
      for part in parts {
        guard case .text(let text) = part else { return nil }
        bytes += text.bytes
      }
      return Spelling(bytes)
    }
  }

  /// What it looks like, with unknown parts as they were written.
  package var written: Spelling {
    var bytes: [UInt8] = []
    for part in parts {
      switch part {
      case .text(let text), .pattern(let text), .place(let text), .unknown(let text):
        bytes += text.bytes
      }
    }
    return Spelling(bytes)
  }

  /// The bytes that it certainly begins with.
  package var knownPrefix: Spelling {
    var bytes: [UInt8] = []
    for part in parts {
      guard case .text(let text) = part else { break }
      bytes += text.bytes
    }
    return Spelling(bytes)
  }

  /// The last path component, which may be certain although the directory is not.
  package var lastComponent: Spelling? {
    var tail: [UInt8] = []
    for part in parts.reversed() {
      guard case .text(let text) = part else {
        if case .place = part, tail.first == UInt8(ascii: "/") { break }
        return tail.contains(UInt8(ascii: "/")) && !isSeveral ? Spelling(tail).lastComponent : nil
      }
      tail = text.bytes + tail
    }
    return Spelling(tail).lastComponent
  }

  /// The same argument without bytes at its start, as far as those are known.
  package func dropping(_ count: Int) -> Argument {
    var result = self
    var left = count
    while left > 0, let first = result.parts.first, case .text(let text) = first {
      if text.bytes.count > left {
        result.parts[0] = .text(text.dropping(left))
        left = 0
      } else {
        left -= text.bytes.count
        result.parts.removeFirst()
      }
    }
    return result
  }

  /// The paths that it may spell: itself, what stands behind `=`, and what is attached to an option of one letter.
  package var asPaths: [Argument] {
    let prefix = knownPrefix
    var result = [self]
    if let (head, _) = prefix.sidesOfEquals { result.append(dropping(head.bytes.count + 1)) }
    if prefix.hasPrefix("-"), !prefix.hasPrefix("--"), prefix.bytes.count > 2 {
      result.append(dropping(2))
    }
    return result
  }

  /// The name and the value when it has the form of an assignment.
  package var assignment: (name: Spelling, value: Argument)? {
    guard let (name, _) = knownPrefix.sidesOfEquals, let first = name.bytes.first,
      first.beginsName, name.bytes.allSatisfy(\.continuesName)
    else { return nil }
    return (name, dropping(name.bytes.count + 1))
  }
}
