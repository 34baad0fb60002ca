/// Assignments, words and redirections.
extension ShellParser {
  /// A command without a keyword, or the function that its first word turns out to name.
  mutating func simple() throws(Failure) -> ShellCommand.Form {
    var command = SimpleCommand()
    while true {
      let before = at
      skipBlanks()
      if let redirection = try redirection() {
        command.redirections.append(redirection)
      } else if command.words.isEmpty, let assignment = try assignment() {
        command.assignments.append(assignment)
      } else if let word = try word(allowsArray: !command.words.isEmpty) {
        command.words.append(word)
        if command.words.count == 1, command.assignments.isEmpty, command.redirections.isEmpty,
          let name = word.plain
        {
          skipBlanks()
          if try takeParentheses() { return try function(named: name) }
        }
      } else {
        if command.words.isEmpty, command.assignments.isEmpty, command.redirections.isEmpty {
          throw failure(at < end ? .unexpected : .unclosedCommand)
        }
        at = max(before, at)
        return .simple(command)
      }
    }
  }

  /// An assignment at this place; the place is unchanged when there is none.
  mutating func assignment() throws(Failure) -> Assignment? {
    guard let first = byte, first.beginsName else { return nil }
    let start = at
    var probe = at + 1
    while probe < end, text[probe].continuesName { probe += 1 }
    let name = Spelling(text[start..<probe])
    var index: ShellWord?
    if probe < end, text[probe] == UInt8(ascii: "[") {
      // Only a short index that an assignment follows is read, lest every `name[` cost a scan.
      guard let close = indexEnd(from: probe + 1, limit: 200), close + 1 < end,
        text[close + 1] == UInt8(ascii: "=") || text[close + 1] == UInt8(ascii: "+")
      else { return nil }
      index = try section(probe + 1..<close)
      probe = close + 1
    }
    var appends = false
    if probe + 1 < end, text[probe] == UInt8(ascii: "+"), text[probe + 1] == UInt8(ascii: "=") {
      appends = true
      probe += 1
    }
    guard probe < end, text[probe] == UInt8(ascii: "=") else { return nil }
    at = probe + 1
    if byte == UInt8(ascii: "(") {
      return Assignment(name: name, index: index, appends: appends, value: .array(try arrayWords()))
    }
    let value = try word() ?? ShellWord(parts: [], raw: text[at..<at])
    return Assignment(name: name, index: index, appends: appends, value: .word(value))
  }

  /// The words of an array up to its closing parenthesis.
  mutating func arrayWords() throws(Failure) -> [ShellWord] {
    at += 1
    var words: [ShellWord] = []
    while true {
      try skipBlankLines()
      if byte == UInt8(ascii: ")") {
        at += 1
        return words
      }
      guard let word = try word() else {
        throw failure(at < end ? .unexpected : .unclosedCommand)
      }
      words.append(word)
    }
  }

  // MARK: Redirections

  /// A redirection at this place, or nil where none begins.
  mutating func redirection() throws(Failure) -> Redirection? {
    let start = at
    var descriptor: Int?
    if let first = byte, first.isDigit {
      var probe = at
      while probe < end, text[probe].isDigit { probe += 1 }
      guard probe < end, text[probe] == UInt8(ascii: "<") || text[probe] == UInt8(ascii: ">") else {
        return nil
      }
      descriptor = Int(String(decoding: text[at..<probe].prefix(9), as: UTF8.self))
      at = probe
    } else if byte == UInt8(ascii: "{") {
      var probe = at + 1
      while probe < end, text[probe].continuesName { probe += 1 }
      guard probe > at + 1, probe + 1 < end, text[probe] == UInt8(ascii: "}"),
        text[probe + 1] == UInt8(ascii: "<") || text[probe + 1] == UInt8(ascii: ">")
      else { return nil }
      descriptor = 10
      at = probe + 1
    }
    if starts(with: "&>") {
      let appends = starts(with: "&>>")
      at += appends ? 3 : 2
      let word = try redirectionWord()
      return Redirection(descriptor: 1, target: appends ? .append(word) : .write(word))
    }
    if byte == UInt8(ascii: "<") {
      if byte(after: 1) == UInt8(ascii: "("), descriptor == nil { return nil }
      return Redirection(descriptor: descriptor ?? 0, target: try inputTarget())
    }
    guard byte == UInt8(ascii: ">"), descriptor != nil || byte(after: 1) != UInt8(ascii: "(") else {
      at = start
      return nil
    }
    let target: Redirection.Target
    if starts(with: ">>") {
      at += 2
      target = .append(try redirectionWord())
    } else if starts(with: ">&") {
      at += 2
      let word = try redirectionWord()
      target = Self.isDescriptor(word) ? .duplicate(word) : .write(word)
    } else {
      at += starts(with: ">|") ? 2 : 1
      target = .write(try redirectionWord())
    }
    return Redirection(descriptor: descriptor ?? 1, target: target)
  }

  private mutating func inputTarget() throws(Failure) -> Redirection.Target {
    if starts(with: "<<<") {
      at += 3
      return .hereString(try redirectionWord())
    }
    if starts(with: "<<") {
      at += 2
      let stripsTabs = byte == UInt8(ascii: "-")
      if stripsTabs { at += 1 }
      let word = try redirectionWord()
      var delimiter: [UInt8] = []
      var isLiteral = false
      for part in word.parts {
        switch part {
        case .plain(let bytes): delimiter += bytes
        case .quoted(let bytes):
          delimiter += bytes
          isLiteral = true
        default: throw failure(.hereDocument)
        }
      }
      let document = HereDocument(
        delimiter: delimiter, isLiteral: isLiteral, stripsTabs: stripsTabs)
      pending.append(document)
      return .hereDocument(document)
    }
    if starts(with: "<>") {
      at += 2
      return .readWrite(try redirectionWord())
    }
    if starts(with: "<&") {
      at += 2
      return .duplicate(try redirectionWord())
    }
    at += 1
    return .read(try redirectionWord())
  }

  private mutating func redirectionWord() throws(Failure) -> ShellWord {
    skipBlanks()
    guard let word = try word() else { throw failure(.missingWord) }
    return word
  }

  private static func isDescriptor(_ word: ShellWord) -> Bool {
    guard let bytes = word.plain else { return false }
    return bytes.allSatisfy { $0.isDigit || $0 == UInt8(ascii: "-") }
  }
}
