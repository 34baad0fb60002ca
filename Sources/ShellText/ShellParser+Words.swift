extension ShellParser {
  /// The word at this place, or nil where none begins.
  mutating func word(allowsArray: Bool = false) throws(Failure) -> ShellWord? {
    try word(allowsArray: allowsArray, isExpression: false)
  }

  /// The right side of `=~`, in which parentheses and bars are text.
  mutating func expressionWord() throws(Failure) -> ShellWord {
    guard let word = try word(allowsArray: false, isExpression: true) else {
      throw failure(.missingWord)
    }
    return word
  }

  private mutating func word(
    allowsArray: Bool, isExpression: Bool
  ) throws(Failure) -> ShellWord? {
    let start = at
    var collected = Parts()
    var parentheses = 0
    scan: while let next = byte {
      switch next {
      case UInt8(ascii: "\\"):
        if isAtContinuation {
          at += 2
        } else {
          collected.add(.quoted([byte(after: 1) ?? next]))
          at = min(at + 2, end)
        }
      case UInt8(ascii: "'"):
        collected.add(.quoted(try singleQuoted()))
      case UInt8(ascii: "\""):
        try doubleQuoted(into: &collected)
      case UInt8(ascii: "$"):
        try dollar(into: &collected, quoted: false)
      case UInt8(ascii: "`"):
        collected.add(try backquoted(quoted: false))
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        if byte(after: 1) == UInt8(ascii: "("), !isExpression {
          collected.add(try processSubstitution())
        } else if parentheses > 0 {
          collected.append(next)
          at += 1
        } else {
          break scan
        }
      case UInt8(ascii: "("):
        if isExpression {
          parentheses += 1
          collected.append(next)
          at += 1
        } else if allowsPatternGroups, collected.endsWithPatternSign {
          try patternGroup(into: &collected)
        } else if allowsArray, let name = collected.arrayName {
          let words = try arrayWords()
          let assignment = Assignment(
            name: name.name, index: nil, appends: name.appends, value: .array(words))
          return ShellWord(parts: [.array(assignment)], raw: text[start..<at])
        } else {
          break scan
        }
      default:
        if isExpression {
          if next == UInt8(ascii: ")") {
            if parentheses == 0 { break scan }
            parentheses -= 1
          } else if next.endsWord, next != UInt8(ascii: "|"), parentheses == 0 {
            break scan
          }
        } else if next.endsWord {
          break scan
        }
        collected.append(next)
        at += 1
      }
    }
    if at == start { return nil }
    return ShellWord(parts: collected.finished(), raw: text[start..<at])
  }

  /// Parts under construction; plain bytes gather into one part.
  struct Parts {
    private var parts: [ShellWord.Part] = []
    private var open: [UInt8] = []
    private var openIsQuoted = false

    mutating func append(_ byte: UInt8, quoted: Bool = false) {
      if openIsQuoted != quoted { flush() }
      openIsQuoted = quoted
      open.append(byte)
    }

    mutating func add(_ part: ShellWord.Part) {
      flush()
      parts.append(part)
    }

    mutating func flush() {
      if !open.isEmpty { parts.append(openIsQuoted ? .quoted(open) : .plain(open)) }
      open = []
    }

    /// The last byte may open a group such as `@(a|b)`.
    var endsWithPatternSign: Bool {
      guard !openIsQuoted, let last = open.last else { return false }
      return "?*+@!".utf8.contains(last)
    }

    /// The name before `=(`, when nothing else stands in the word.
    var arrayName: (name: Spelling, appends: Bool)? {
      guard parts.isEmpty, !openIsQuoted, open.last == UInt8(ascii: "=") else { return nil }
      var name = open.dropLast()
      let appends = name.last == UInt8(ascii: "+")
      if appends { name = name.dropLast() }
      guard name.first?.beginsName == true, name.allSatisfy(\.continuesName) else { return nil }
      return (Spelling(name), appends)
    }

    mutating func finished() -> [ShellWord.Part] {
      flush()
      return parts
    }
  }

  // MARK: Quotes

  private mutating func singleQuoted() throws(Failure) -> [UInt8] {
    let start = at + 1
    var probe = start
    while probe < end, text[probe] != UInt8(ascii: "'") { probe += 1 }
    guard probe < end else { throw failure(.unclosedQuote) }
    at = probe + 1
    return Array(text[start..<probe])
  }

  private mutating func doubleQuoted(into parts: inout Parts) throws(Failure) {
    let start = at
    at += 1
    parts.add(.quoted([]))
    try quotedText(endingAt: UInt8(ascii: "\""), into: &parts)
    guard byte == UInt8(ascii: "\"") else {
      throw Failure(reason: .unclosedQuote, offset: start)
    }
    at += 1
    parts.flush()
  }

  /// A text with the rules of double quotes up to a closing byte or the end.
  mutating func documentText(endingAt close: UInt8?) throws(Failure) -> ShellWord {
    let start = at
    var parts = Parts()
    try quotedText(endingAt: close, into: &parts)
    return ShellWord(parts: parts.finished(), raw: text[start..<at])
  }

  private mutating func quotedText(
    endingAt close: UInt8?, into parts: inout Parts
  ) throws(Failure) {
    while let next = byte, next != close {
      switch next {
      case UInt8(ascii: "\\"):
        guard let behind = byte(after: 1) else {
          parts.append(next, quoted: true)
          at += 1
          continue
        }
        at += 2
        if behind == UInt8(ascii: "\n") { continue }
        let isEscape =
          behind == UInt8(ascii: "$") || behind == UInt8(ascii: "`") || behind == UInt8(ascii: "\\")
          || (behind == UInt8(ascii: "\"") && close == behind)
        if !isEscape { parts.append(next, quoted: true) }
        parts.append(behind, quoted: true)
      case UInt8(ascii: "$"): try dollar(into: &parts, quoted: true)
      case UInt8(ascii: "`"): parts.add(try backquoted(quoted: close != nil))
      default:
        parts.append(next, quoted: true)
        at += 1
      }
    }
  }

  /// `$'…'`, decoded; a zero byte would cut the text, so it is refused.
  private mutating func escapedQuoted() throws(Failure) -> [UInt8] {
    let start = at
    at += 1
    var result: [UInt8] = []
    while let next = byte {
      at += 1
      if next == UInt8(ascii: "'") { return result }
      guard next == UInt8(ascii: "\\"), let escape = byte else {
        result.append(next)
        continue
      }
      at += 1
      let decoded = escaped(escape)
      if decoded.contains(0) { throw Failure(reason: .zeroByte, offset: at) }
      result += decoded
    }
    throw Failure(reason: .unclosedQuote, offset: start)
  }

  private mutating func escaped(_ escape: UInt8) -> [UInt8] {
    switch escape {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "a"): return [7]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "e"), UInt8(ascii: "E"): return [27]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "v"): return [11]
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"):
      return [escape]
    case UInt8(ascii: "x"), UInt8(ascii: "u"), UInt8(ascii: "U"):
      let isByte = escape == UInt8(ascii: "x")
      let limit = isByte ? 2 : escape == UInt8(ascii: "u") ? 4 : 8
      guard let value = number(radix: 16, digits: limit) else {
        return [UInt8(ascii: "\\"), escape]
      }
      if isByte { return [UInt8(truncatingIfNeeded: value)] }
      guard let scalar = Unicode.Scalar(value) else { return [UInt8(ascii: "?")] }
      return Array(String(Character(scalar)).utf8)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      at -= 1
      return [UInt8(truncatingIfNeeded: number(radix: 8, digits: 3) ?? 0)]
    case UInt8(ascii: "c"):
      guard let control = byte else { return [] }
      at += 1
      return [control & 0x1f]
    default: return [UInt8(ascii: "\\"), escape]
    }
  }

  private mutating func number(radix: UInt32, digits: Int) -> UInt32? {
    var value: UInt32 = 0
    var count = 0
    while count < digits, let next = byte,
      let digit = Character(Unicode.Scalar(next)).hexDigitValue, digit < Int(radix)
    {
      value = value &* radix &+ UInt32(digit)
      at += 1
      count += 1
    }
    return count == 0 ? nil : value
  }

  // MARK: Substitutions

  private mutating func backquoted(quoted: Bool) throws(Failure) -> ShellWord.Part {
    let start = at
    at += 1
    var content: [UInt8] = []
    while let next = byte, next != UInt8(ascii: "`") {
      at += 1
      if next == UInt8(ascii: "\\"), let behind = byte {
        let isEscape =
          behind == UInt8(ascii: "$") || behind == UInt8(ascii: "`") || behind == UInt8(ascii: "\\")
          || (quoted && behind == UInt8(ascii: "\""))
        if !isEscape { content.append(next) }
        content.append(behind)
        at += 1
      } else {
        content.append(next)
      }
    }
    guard at < end else { throw Failure(reason: .unclosedSubstitution, offset: start) }
    at += 1
    let script = try relocated(start) { () throws(Failure) in
      try Self.parse(content, depth: depth + 1)
    }
    return .command(script, raw: text[start..<at], quoted: quoted)
  }

  private mutating func processSubstitution() throws(Failure) -> ShellWord.Part {
    let start = at
    at += 1
    return .process(try parenthesised(), raw: text[start..<at])
  }

  private mutating func parenthesised() throws(Failure) -> ShellScript {
    let start = at
    at += 1
    try descend()
    defer { depth -= 1 }
    let inner = try script()
    guard byte == UInt8(ascii: ")") else {
      throw Failure(
        reason: at < end ? .unexpected : .unclosedSubstitution, offset: at < end ? at : start)
    }
    at += 1
    return inner
  }

  /// A part of the text read by itself with the rules of double quotes: arithmetic, an index.
  func section(_ range: Range<Int>) throws(Failure) -> ShellWord {
    if depth >= Self.depthLimit { throw failure(.tooDeep) }
    return try relocated(range.lowerBound) { () throws(Failure) in
      var inner = ShellParser(Array(text[range]), depth: depth + 1)
      return try inner.documentText(endingAt: nil)
    }
  }

  private func relocated<Result>(
    _ offset: Int, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    do {
      return try body()
    } catch {
      throw Failure(reason: error.reason, offset: offset)
    }
  }

  /// Where the `))` stands that closes arithmetic, or nil when this is no arithmetic.
  func arithmeticEnd(from start: Int) -> Int? {
    var probe = start
    var open = 0
    while probe < end {
      switch text[probe] {
      case UInt8(ascii: "\\"): probe += 1
      case UInt8(ascii: "("): open += 1
      case UInt8(ascii: ")"):
        if open == 0 {
          return probe + 1 < end && text[probe + 1] == UInt8(ascii: ")") ? probe : nil
        }
        open -= 1
      default: break
      }
      probe += 1
    }
    return nil
  }

  /// Where the bracket stands that closes an index.
  func indexEnd(from start: Int, limit: Int = .max) -> Int? {
    var probe = start
    var open = 0
    let stop = limit < end - start ? start + limit : end
    while probe < stop {
      switch text[probe] {
      case UInt8(ascii: "\n"): return nil
      case UInt8(ascii: "["): open += 1
      case UInt8(ascii: "]"):
        if open == 0 { return probe }
        open -= 1
      default: break
      }
      probe += 1
    }
    return nil
  }

  private mutating func dollar(into parts: inout Parts, quoted: Bool) throws(Failure) {
    let start = at
    at += 1
    while isAtContinuation { at += 2 }
    guard let next = byte else {
      parts.append(UInt8(ascii: "$"), quoted: quoted)
      return
    }
    switch next {
    case UInt8(ascii: "("):
      if byte(after: 1) == UInt8(ascii: "("), let close = arithmeticEnd(from: at + 2) {
        parts.add(.arithmetic(try section(at + 2..<close)))
        at = close + 2
      } else {
        let script = try parenthesised()
        parts.add(.command(script, raw: text[start..<at], quoted: quoted))
      }
    case UInt8(ascii: "{"):
      try descend()
      defer { depth -= 1 }
      parts.add(.parameter(try bracedParameter(start: start, quoted: quoted), quoted: quoted))
    case UInt8(ascii: "["):
      guard let close = indexEnd(from: at + 1) else {
        throw Failure(reason: .unclosedSubstitution, offset: start)
      }
      parts.add(.arithmetic(try section(at + 1..<close)))
      at = close + 1
    case UInt8(ascii: "'") where !quoted:
      parts.add(.quoted(try escapedQuoted()))
    case UInt8(ascii: "\"") where !quoted:
      try doubleQuoted(into: &parts)
    default:
      let nameStart = at
      if next.beginsName {
        while at < end, text[at].continuesName { at += 1 }
      } else if next.isDigit || "@*#?-$!".utf8.contains(next) {
        at += 1
      } else {
        parts.append(UInt8(ascii: "$"), quoted: quoted)
        return
      }
      let parameter = Parameter(name: Spelling(text[nameStart..<at]), raw: text[start..<at])
      parts.add(.parameter(parameter, quoted: quoted))
    }
  }

  private static let operators: [StaticString] = [
    ":-", ":=", ":?", ":+", "##", "%%", "//", "/#", "/%", "^^", ",,", "-", "=", "?", "+", "#", "%",
    "/", "^", ",", "@", ":", "*",
  ]

  private mutating func bracedParameter(start: Int, quoted: Bool) throws(Failure) -> Parameter {
    at += 1
    var parameter = Parameter(name: "", raw: text[start..<start])
    func isSubject(_ byte: UInt8?) -> Bool {
      guard let byte else { return false }
      return byte.continuesName || "@*?-$!#".utf8.contains(byte)
    }
    if byte == UInt8(ascii: "#"), isSubject(byte(after: 1)),
      byte(after: 1) != UInt8(ascii: "#") || byte(after: 2) == UInt8(ascii: "}")
    {
      parameter.isLength = true
      at += 1
    } else if byte == UInt8(ascii: "!"), isSubject(byte(after: 1)) {
      parameter.isIndirect = true
      at += 1
    }
    let nameStart = at
    guard let first = byte, isSubject(first) else {
      throw Failure(
        reason: at < end ? .unexpected : .unclosedSubstitution, offset: at < end ? at : start)
    }
    at += 1
    if first.beginsName {
      while at < end, text[at].continuesName { at += 1 }
    } else if first.isDigit {
      while at < end, text[at].isDigit { at += 1 }
    }
    parameter.name = Spelling(text[nameStart..<at])
    if byte == UInt8(ascii: "[") {
      guard let close = indexEnd(from: at + 1) else {
        throw Failure(reason: .unclosedSubstitution, offset: start)
      }
      parameter.index = try section(at + 1..<close)
      at = close + 1
    }
    if byte != UInt8(ascii: "}") {
      guard let operation = Self.operators.first(where: { starts(with: $0) }) else {
        throw Failure(
          reason: at < end ? .unexpected : .unclosedSubstitution, offset: at < end ? at : start)
      }
      at += operation.utf8CodeUnitCount
      parameter.operation = Spelling("\(operation)")
      let isPattern = "#%/^,".utf8.contains(parameter.operation.bytes[0])
      parameter.operand = try operand(honoursQuotes: !quoted || isPattern, quoted: quoted)
    }
    guard byte == UInt8(ascii: "}") else {
      throw Failure(reason: .unclosedSubstitution, offset: start)
    }
    at += 1
    parameter.raw = text[start..<at]
    return parameter
  }

  /// The text behind a parameter's operator, up to the closing brace.
  private mutating func operand(honoursQuotes: Bool, quoted: Bool) throws(Failure) -> ShellWord {
    let start = at
    var parts = Parts()
    while let next = byte, next != UInt8(ascii: "}") {
      switch next {
      case UInt8(ascii: "\\"):
        if isAtContinuation {
          at += 2
        } else {
          parts.append(byte(after: 1) ?? next, quoted: true)
          at = min(at + 2, end)
        }
      case UInt8(ascii: "'") where honoursQuotes: parts.add(.quoted(try singleQuoted()))
      case UInt8(ascii: "\""): try doubleQuoted(into: &parts)
      case UInt8(ascii: "$"): try dollar(into: &parts, quoted: quoted)
      case UInt8(ascii: "`"): parts.add(try backquoted(quoted: quoted))
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        if !quoted, byte(after: 1) == UInt8(ascii: "(") {
          parts.add(try processSubstitution())
        } else {
          parts.append(next, quoted: quoted)
          at += 1
        }
      default:
        parts.append(next, quoted: quoted)
        at += 1
      }
    }
    return ShellWord(parts: parts.finished(), raw: text[start..<at])
  }

  /// A group such as `@(a|b)`, kept as pattern text; expansions inside are refused.
  private mutating func patternGroup(into parts: inout Parts) throws(Failure) {
    let start = at
    var open = 0
    while let next = byte {
      switch next {
      case UInt8(ascii: "("): open += 1
      case UInt8(ascii: ")"): open -= 1
      case UInt8(ascii: "$"), UInt8(ascii: "`"), UInt8(ascii: "\n"), UInt8(ascii: "\""),
        UInt8(ascii: "'"):
        throw failure(.unexpected)
      default: break
      }
      parts.append(next)
      at += 1
      if open == 0 { return }
    }
    throw Failure(reason: .unclosedCommand, offset: start)
  }
}
