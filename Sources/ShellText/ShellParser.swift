/// A parser of POSIX shell and bash that reads each byte once per level of nesting.
///
/// It is stricter than bash where strictness can only lead to "not understood".
struct ShellParser {
  /// What every step of the parser may throw.
  typealias Failure = ShellSyntaxError

  /// Deeper nesting is refused, so that no text can exhaust the stack.
  static let depthLimit = 40

  let text: [UInt8]
  var at = 0
  let end: Int
  var depth: Int
  var pending: [HereDocument] = []
  /// Inside `[[ ]]`; elsewhere such groups need a setting of bash, and can run code in zsh.
  var allowsPatternGroups = false

  init(_ text: [UInt8], depth: Int = 0) {
    self.text = text
    end = text.count
    self.depth = depth
  }

  /// The whole text as a script.
  static func parse(_ text: [UInt8], depth: Int = 0) throws(Failure) -> ShellScript {
    if let zero = text.firstIndex(of: 0) { throw Failure(reason: .zeroByte, offset: zero) }
    var parser = ShellParser(text, depth: depth)
    let script = try parser.script()
    if parser.at < parser.end { throw parser.failure(.unexpected) }
    if !parser.pending.isEmpty { throw parser.failure(.hereDocument) }
    return script
  }

  /// An error at the present place.
  func failure(_ reason: ShellSyntaxError.Reason) -> Failure { Failure(reason: reason, offset: at) }

  /// Enters one more level of nesting, or refuses to.
  mutating func descend() throws(Failure) {
    depth += 1
    if depth > Self.depthLimit { throw failure(.tooDeep) }
  }

  var byte: UInt8? { at < end ? text[at] : nil }

  /// The byte some places ahead, or nil beyond the end.
  func byte(after distance: Int) -> UInt8? { at + distance < end ? text[at + distance] : nil }

  /// Whether the text goes on with a token.
  func starts(with token: StaticString) -> Bool {
    let length = token.utf8CodeUnitCount
    guard at + length <= end else { return false }
    return token.withUTF8Buffer { buffer in
      for index in 0..<length where unsafe text[at + index] != buffer[index] { return false }
      return true
    }
  }

  // MARK: Blanks, comments, newlines

  var isAtContinuation: Bool { byte == UInt8(ascii: "\\") && byte(after: 1) == UInt8(ascii: "\n") }

  /// Passes over blanks, continued lines and comments.
  mutating func skipBlanks() {
    while let next = byte {
      if next.isBlank {
        at += 1
      } else if isAtContinuation {
        at += 2
      } else if next == UInt8(ascii: "#") {
        while at < end, text[at] != UInt8(ascii: "\n") { at += 1 }
      } else {
        return
      }
    }
  }

  /// Passes over newlines too, and over the here-documents behind them.
  mutating func skipBlankLines() throws(Failure) {
    skipBlanks()
    while byte == UInt8(ascii: "\n") {
      try newline()
      skipBlanks()
    }
  }

  /// A newline, and the here-documents that begin behind it.
  mutating func newline() throws(Failure) {
    at += 1
    let documents = pending
    pending = []
    for document in documents { try readBody(of: document) }
  }

  private mutating func readBody(of document: HereDocument) throws(Failure) {
    var body: [UInt8] = []
    while at < end {
      var start = at
      while at < end, text[at] != UInt8(ascii: "\n") { at += 1 }
      if document.stripsTabs { while start < at, text[start] == UInt8(ascii: "\t") { start += 1 } }
      let line = text[start..<at]
      if at < end { at += 1 }
      if line.elementsEqual(document.delimiter) {
        try finish(document, body)
        return
      }
      body += line
      body.append(UInt8(ascii: "\n"))
    }
    // A shell only warns when the delimiter is missing, and takes all that is left.
    try finish(document, body)
  }

  private func finish(_ document: HereDocument, _ body: [UInt8]) throws(Failure) {
    if document.isLiteral {
      document.body = ShellWord(parts: [.quoted(body)], raw: body[...])
    } else {
      var inner = ShellParser(body, depth: depth)
      document.body = try inner.documentText(endingAt: nil)
    }
  }

  // MARK: Lists

  /// A keyword at this place, told from a word by what follows it.
  func isAtKeyword(_ word: StaticString) -> Bool {
    guard starts(with: word) else { return false }
    guard let next = byte(after: word.utf8CodeUnitCount) else { return true }
    return next.endsWord
  }

  /// A token that closes a list and is left to whoever opened it.
  var isAtListEnd: Bool {
    guard let next = byte else { return true }
    switch next {
    case UInt8(ascii: ")"), UInt8(ascii: "}"):
      return next == UInt8(ascii: ")") || isAtKeyword("}")
    case UInt8(ascii: ";"): return byte(after: 1) == UInt8(ascii: ";") || starts(with: ";&")
    case UInt8(ascii: "t"): return isAtKeyword("then")
    case UInt8(ascii: "d"): return isAtKeyword("do") || isAtKeyword("done")
    case UInt8(ascii: "e"):
      return isAtKeyword("else") || isAtKeyword("elif") || isAtKeyword("esac")
    case UInt8(ascii: "f"): return isAtKeyword("fi")
    default: return false
    }
  }

  /// Commands up to a closing token, which is left for the caller.
  mutating func script() throws(Failure) -> ShellScript {
    var script = ShellScript()
    while true {
      try skipBlankLines()
      if isAtListEnd { return script }
      var chain = try chain()
      skipBlanks()
      switch byte {
      case UInt8(ascii: "&"):
        at += 1
        chain.isBackground = true
      case UInt8(ascii: ";"):
        if !isAtListEnd { at += 1 }
      case UInt8(ascii: "\n"): break
      default:
        script.chains.append(chain)
        if isAtListEnd { return script }
        throw failure(.unexpected)
      }
      script.chains.append(chain)
    }
  }

  /// Commands up to a keyword, at least one, as the grammar asks inside compound commands.
  private mutating func body(until keyword: StaticString) throws(Failure) -> ShellScript {
    let inner = try script()
    if inner.chains.isEmpty { throw failure(.unexpected) }
    try expect(keyword)
    return inner
  }

  private mutating func expect(_ keyword: StaticString) throws(Failure) {
    try skipBlankLines()
    guard isAtKeyword(keyword) else {
      throw failure(at < end ? .unexpected : .unclosedCommand)
    }
    at += keyword.utf8CodeUnitCount
  }

  private mutating func chain() throws(Failure) -> Chain {
    var chain = Chain(first: try pipeline())
    while true {
      skipBlanks()
      let link: Chain.Link
      if starts(with: "&&") {
        link = .and
      } else if starts(with: "||") {
        link = .or
      } else {
        return chain
      }
      at += 2
      try skipBlankLines()
      chain.rest.append((link, try pipeline()))
    }
  }

  private mutating func pipeline() throws(Failure) -> Pipeline {
    let start = at
    while true {
      if isAtKeyword("!") {
        at += 1
        skipBlanks()
      } else if isAtKeyword("time"), !timeIsProgram {
        at += 4
        skipBlanks()
        if isAtKeyword("-p") { at += 2 }
        skipBlanks()
        if isAtKeyword("--") { at += 2 }
        skipBlanks()
        if at >= end || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: ")")
        {
          return Pipeline(commands: [], raw: text[start..<at])
        }
      } else {
        break
      }
    }
    var commands = [try command()]
    while true {
      skipBlanks()
      guard byte == UInt8(ascii: "|"), byte(after: 1) != UInt8(ascii: "|") else {
        return Pipeline(commands: commands, raw: text[start..<at])
      }
      at += byte(after: 1) == UInt8(ascii: "&") ? 2 : 1
      try skipBlankLines()
      commands.append(try command())
    }
  }

  /// `time` with options other than `-p` is the program of that name.
  private var timeIsProgram: Bool {
    var probe = at + 4
    while probe < end, text[probe].isBlank { probe += 1 }
    guard probe < end, text[probe] == UInt8(ascii: "-") else { return false }
    let next = probe + 1 < end ? text[probe + 1] : 0
    let behind = probe + 2 < end ? text[probe + 2] : UInt8(ascii: " ")
    return !((next == UInt8(ascii: "p") || next == UInt8(ascii: "-")) && behind.endsWord)
  }

  // MARK: Commands

  /// One simple or compound command with its redirections.
  mutating func command() throws(Failure) -> ShellCommand {
    try descend()
    defer { depth -= 1 }
    let start = at
    guard let form = try compound() else {
      let form = try simple()
      return ShellCommand(form: form, raw: text[start..<at])
    }
    var redirections: [Redirection] = []
    if case .function = form {
    } else if case .coprocess = form {
    } else {
      skipBlanks()
      while let redirection = try redirection() {
        redirections.append(redirection)
        skipBlanks()
      }
    }
    return ShellCommand(form: form, redirections: redirections, raw: text[start..<at])
  }

  private mutating func compound() throws(Failure) -> ShellCommand.Form? {
    guard let first = byte else { throw failure(.unclosedCommand) }
    switch first {
    case UInt8(ascii: "("):
      if starts(with: "(("), let close = arithmeticEnd(from: at + 2) {
        let inner = try section(at + 2..<close)
        at = close + 2
        return .arithmetic(inner)
      }
      at += 1
      let inner = try script()
      if inner.chains.isEmpty { throw failure(.unexpected) }
      guard byte == UInt8(ascii: ")") else { throw failure(.unclosedCommand) }
      at += 1
      return .subshell(inner)
    case UInt8(ascii: "{"):
      guard isAtKeyword("{") else { return nil }
      at += 1
      return .group(try body(until: "}"))
    case UInt8(ascii: "["):
      guard isAtKeyword("[[") else { return nil }
      at += 2
      return .test(try testWords())
    case UInt8(ascii: "i"): return isAtKeyword("if") ? try conditional() : nil
    case UInt8(ascii: "w"), UInt8(ascii: "u"):
      guard isAtKeyword("while") || isAtKeyword("until") else { return nil }
      at += 5
      let condition = try body(until: "do")
      return .loop(condition: condition, body: try body(until: "done"))
    case UInt8(ascii: "f"):
      if isAtKeyword("for") {
        at += 3
        return try each()
      }
      return isAtKeyword("function") ? try function() : nil
    case UInt8(ascii: "s"):
      guard isAtKeyword("select") else { return nil }
      at += 6
      return try each()
    case UInt8(ascii: "c"):
      if isAtKeyword("case") { return try cases() }
      guard isAtKeyword("coproc") else { return nil }
      at += 6
      skipBlanks()
      let start = at
      if let name = try word(), name.plain?.allSatisfy(\.continuesName) == true {
        skipBlanks()
        if !isAtCompound { at = start }
      } else {
        at = start
      }
      return .coprocess(try command())
    default:
      if isAtListEnd { throw failure(.unexpected) }
      return nil
    }
  }

  private var isAtCompound: Bool {
    byte == UInt8(ascii: "(") || isAtKeyword("{") || isAtKeyword("if") || isAtKeyword("while")
      || isAtKeyword("until") || isAtKeyword("for") || isAtKeyword("case") || isAtKeyword("[[")
      || isAtKeyword("select")
  }

  private mutating func conditional() throws(Failure) -> ShellCommand.Form {
    at += 2
    var branches: [(condition: ShellScript, body: ShellScript)] = []
    while true {
      let condition = try body(until: "then")
      let inner = try script()
      if inner.chains.isEmpty { throw failure(.unexpected) }
      branches.append((condition, inner))
      if isAtKeyword("elif") {
        at += 4
      } else if isAtKeyword("else") {
        at += 4
        return .conditional(branches, otherwise: try body(until: "fi"))
      } else {
        try expect("fi")
        return .conditional(branches, otherwise: nil)
      }
    }
  }

  private mutating func each() throws(Failure) -> ShellCommand.Form {
    skipBlanks()
    if starts(with: "((") {
      guard let close = arithmeticEnd(from: at + 2) else { throw failure(.unclosedCommand) }
      let header = try section(at + 2..<close)
      at = close + 2
      skipBlanks()
      if byte == UInt8(ascii: ";") { at += 1 }
      return .counted(header: header, body: try loopBody())
    }
    guard let name = try word()?.plain else { throw failure(.missingWord) }
    try skipBlankLines()
    var words: [ShellWord]?
    if isAtKeyword("in") {
      at += 2
      var found: [ShellWord] = []
      skipBlanks()
      while let word = try word() {
        found.append(word)
        skipBlanks()
      }
      words = found
    }
    skipBlanks()
    if byte == UInt8(ascii: ";") { at += 1 }
    return .each(variable: Spelling(name), words: words, body: try loopBody())
  }

  private mutating func loopBody() throws(Failure) -> ShellScript {
    try skipBlankLines()
    if isAtKeyword("{") {
      at += 1
      return try body(until: "}")
    }
    try expect("do")
    return try body(until: "done")
  }

  private mutating func function() throws(Failure) -> ShellCommand.Form {
    at += 8
    skipBlanks()
    guard let name = try word()?.plain else { throw failure(.missingWord) }
    skipBlanks()
    _ = try takeParentheses()
    return try function(named: name)
  }

  /// Steps over the `()` behind a function's name, and says whether it stands there.
  mutating func takeParentheses() throws(Failure) -> Bool {
    guard byte == UInt8(ascii: "(") else { return false }
    at += 1
    skipBlanks()
    guard byte == UInt8(ascii: ")") else { throw failure(.unexpected) }
    at += 1
    return true
  }

  /// The function whose body comes next.
  mutating func function(named name: [UInt8]) throws(Failure) -> ShellCommand.Form {
    try skipBlankLines()
    return .function(name: Spelling(name), body: try command())
  }

  private mutating func cases() throws(Failure) -> ShellCommand.Form {
    at += 4
    skipBlanks()
    guard let subject = try word() else { throw failure(.missingWord) }
    try expect("in")
    var branches: [(patterns: [ShellWord], body: ShellScript)] = []
    while true {
      try skipBlankLines()
      if isAtKeyword("esac") {
        at += 4
        return .cases(subject, branches)
      }
      if byte == UInt8(ascii: "(") { at += 1 }
      var patterns: [ShellWord] = []
      while true {
        skipBlanks()
        guard let pattern = try word() else { throw failure(.missingWord) }
        patterns.append(pattern)
        skipBlanks()
        if byte == UInt8(ascii: "|") {
          at += 1
        } else if byte == UInt8(ascii: ")") {
          at += 1
          break
        } else {
          throw failure(at < end ? .unexpected : .unclosedCommand)
        }
      }
      branches.append((patterns, try script()))
      if starts(with: ";;&") {
        at += 3
      } else if starts(with: ";;") || starts(with: ";&") {
        at += 2
      } else if !isAtKeyword("esac") {
        throw failure(at < end ? .unexpected : .unclosedCommand)
      }
    }
  }

  private mutating func testWords() throws(Failure) -> [ShellWord] {
    let outer = allowsPatternGroups
    allowsPatternGroups = true
    defer { allowsPatternGroups = outer }
    var words: [ShellWord] = []
    var expectsExpression = false
    var group = 0
    while true {
      try skipBlankLines()
      guard let next = byte else { throw failure(.unclosedCommand) }
      if isAtKeyword("]]") {
        try checkTest(words[group...])
        at += 2
        return words
      }
      if starts(with: "&&") || starts(with: "||") {
        try checkTest(words[group...])
        group = words.count
        at += 2
      } else if expectsExpression {
        words.append(try expressionWord())
        expectsExpression = false
      } else if next == UInt8(ascii: "(") || next == UInt8(ascii: ")") || next == UInt8(ascii: "<")
        || next == UInt8(ascii: ">")
      {
        try checkTest(words[group...])
        group = words.count
        at += 1
      } else if let word = try word() {
        expectsExpression = word.plain == Array("=~".utf8)
        words.append(word)
      } else {
        throw failure(.unexpected)
      }
    }
  }

  /// Refuses operands that no operator joins: other shells would run them as a command.
  private func checkTest(_ words: ArraySlice<ShellWord>) throws(Failure) {
    let operands = words.drop { $0.plain == Array("!".utf8) }
    guard let first = operands.first else { return }
    let isUnary = first.plain?.first == UInt8(ascii: "-")
    switch operands.count {
    case 1: return
    case 2 where isUnary: return
    case 3:
      let operation = operands[operands.startIndex + 1].plain.map { Spelling($0) } ?? ""
      if Self.testOperators.contains(operation) { return }
    default: break
    }
    throw failure(.unexpected)
  }

  private static let testOperators: Set<Spelling> = [
    "=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef",
  ]
}
