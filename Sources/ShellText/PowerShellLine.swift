/// A PowerShell line as far as rules speak of such lines: cmdlets, scripts, pipelines, parameters.
///
/// Programs come out in lower case with forward slashes, since PowerShell tells neither apart.
package enum PowerShellLine {
  /// What the line would run, given as a string.
  package static func reading(_ line: String) -> Reading { reading(Array(line.utf8)) }

  /// What the line would run. It never fails: what cannot be told stands among the unknowns.
  package static func reading(_ line: [UInt8]) -> Reading {
    var reader = PowerShellReader(line, depth: 0)
    reader.read()
    var reading = reader.reading
    reading.settings = reader.environment.filter { setting in
      !reading.vectors.contains { $0.environment.contains(setting) }
    }
    return reading
  }

  /// What an argument vector would run when it is started as it is, without any shell in between.
  package static func reading(vector: [[UInt8]]) -> Reading {
    var reader = PowerShellReader([], depth: 0)
    reader.start(vector.map { Argument(Spelling($0)) })
    return reader.reading
  }
}

/// Reads one PowerShell text from start to end, each byte once.
///
/// Every block is followed as if it ran, so that conditions and loops need no understanding.
struct PowerShellReader {
  static let lengthLimit = 10_000
  static let depthLimit = 50
  private static let unknownsLimit = 100

  var reading = Reading()
  let text: [UInt8]
  /// How many texts and blocks this one stands in.
  var depth: Int
  var at = 0
  var environment: [EnvironmentSetting] = []
  var directory = Directory.start
  /// Names that stand for other commands.
  var aliases: [Spelling: Argument] = [:]
  /// Variables with one known value; nil once they may have another.
  var variables: [Spelling: Argument?] = [:]
  /// Blocks around this place, whose changes may not happen.
  var blocks = 0
  /// The text belongs to cmd.exe, which knows fewer signs.
  let isBatch: Bool
  private var stopsHere = false

  init(_ text: [UInt8], depth: Int, isBatch: Bool = false) {
    self.text = Self.plain(text)
    self.depth = depth
    self.isBatch = isBatch
  }

  /// The text with typographic quotes, dashes and blanks as PowerShell takes them.
  private static func plain(_ text: [UInt8]) -> [UInt8] {
    guard text.count <= lengthLimit, text.contains(where: { $0 >= 0x80 }) else { return text }
    var result: [UInt8] = []
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      switch scalar.value {
      case 0x2018...0x201B: result.append(UInt8(ascii: "'"))
      case 0x201C...0x201E: result.append(UInt8(ascii: "\""))
      case 0x2013...0x2015: result.append(UInt8(ascii: "-"))
      case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: result.append(32)
      default: result += Array(String(scalar).utf8)
      }
    }
    return result
  }

  /// Records why a part is not understood.
  mutating func note(_ reason: Unknown.Reason, _ raw: some Sequence<UInt8>) {
    guard reading.unknowns.count < Self.unknownsLimit else {
      if !stopsHere { reading.unknowns.append(Unknown(reason: .tooMuch, raw: Spelling(text))) }
      stopsHere = true
      return
    }
    let unknown = Unknown(reason: reason, raw: Spelling(raw))
    if !reading.unknowns.contains(unknown) { reading.unknowns.append(unknown) }
  }

  /// Reads the whole text into `reading`.
  mutating func read() {
    guard text.count <= Self.lengthLimit, depth < Self.depthLimit else {
      note(text.count > Self.lengthLimit ? .tooLong : .tooMuch, text)
      return
    }
    if text.contains(0) { note(.syntax(.zeroByte, offset: 0), text) }
    statements()
    while at < text.count {
      // A closing sign that nothing opened.
      note(.syntax(.unexpected, offset: at), text)
      at += 1
      statements()
    }
  }

  /// Follows words that were never written as a line.
  mutating func start(_ words: [Argument]) {
    guard !words.isEmpty else { return }
    let raw = Array(words.map(\.written.bytes).joined(separator: [32]))
    guard raw.count <= Interpreter.vectorLimit else {
      note(.tooLong, raw)
      return
    }
    run(words, Start(raw: raw))
  }

  // MARK: Bytes

  var byte: UInt8? { at < text.count ? text[at] : nil }

  func byte(after distance: Int) -> UInt8? {
    at + distance < text.count ? text[at + distance] : nil
  }

  func starts(with token: StaticString) -> Bool {
    text[at...].starts(with: Spelling("\(token)").bytes)
  }

  /// Passes blanks, comments and continued lines.
  mutating func skipBlanks() {
    while let next = byte {
      if next.isBlank || next == 13 || next == 12 || next == 11 {
        at += 1
      } else if next == UInt8(ascii: "`"), !isBatch, byte(after: 1) == 10 {
        at += 2
      } else if next == UInt8(ascii: "`"), !isBatch, byte(after: 1) == 13, byte(after: 2) == 10 {
        at += 3
      } else if next == UInt8(ascii: "#"), !isBatch {
        while at < text.count, text[at] != 10 { at += 1 }
      } else if starts(with: "<#"), !isBatch {
        let start = at
        at += 2
        while at < text.count, !starts(with: "#>") { at += 1 }
        if at >= text.count { note(.syntax(.unclosedCommand, offset: start), text) }
        at = min(at + 2, text.count)
      } else {
        return
      }
    }
  }

  // MARK: Statements

  /// Statements up to a closing sign, which is left for whoever opened it.
  mutating func statements() {
    while true {
      skipBlanks()
      guard let next = byte else { return }
      switch next {
      case UInt8(ascii: ";"), 10: at += 1
      case UInt8(ascii: ")"), UInt8(ascii: "}"): return
      default: pipeline()
      }
    }
  }

  /// Commands joined by `|`, `&&` and `||`; the value when the whole is one that is known.
  @discardableResult
  mutating func pipeline() -> Argument? {
    let start = at
    var isPiped = false
    var value: Argument?
    var count = 0
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit else {
      note(.tooMuch, text)
      at = text.count
      return nil
    }
    while true {
      skipBlanks()
      let before = (at, reading.vectors.count)
      value = element(isPiped: isPiped, from: start)
      count += 1
      skipBlanks()
      if byte == UInt8(ascii: "|") {
        let joins = byte(after: 1) == UInt8(ascii: "|")
        at += joins ? 2 : 1
        if !joins { markPiped(from: before.1) }
        isPiped = !joins
      } else if byte == UInt8(ascii: "&") {
        let joins = byte(after: 1) == UInt8(ascii: "&")
        at += joins ? 2 : 1
        isPiped = false
        if !joins { return nil }
      } else {
        // A sign that belongs nowhere must not keep the reader in its place.
        if at == before.0, let next = byte, !";)}\n".utf8.contains(next) {
          note(.syntax(.unexpected, offset: at), text[start...])
          at += 1
        }
        return count == 1 ? value : nil
      }
      while byte == 10 {
        at += 1
        skipBlanks()
      }
      guard let next = byte, !";)}".utf8.contains(next) else {
        note(.syntax(.unclosedCommand, offset: at), text[start..<at])
        return nil
      }
    }
  }

  private mutating func markPiped(from first: Int) {
    for index in reading.vectors.indices.dropFirst(first) { reading.vectors[index].isPiped = true }
  }

  /// Statements inside brackets that the reader stands on.
  mutating func group(_ close: UInt8, isBlock: Bool) {
    let start = at
    at += 1
    depth += 1
    let before = directory
    if isBlock { blocks += 1 }
    defer {
      depth -= 1
      if isBlock {
        blocks -= 1
        if directory != before { directory = .unknown }
      }
    }
    guard depth < Self.depthLimit else {
      note(.tooMuch, text)
      at = text.count
      return
    }
    statements()
    while let next = byte, next != close {
      note(.syntax(.unexpected, offset: at), text[start...])
      at += 1
      statements()
    }
    if byte == nil { note(.syntax(.unclosedCommand, offset: start), text[start...]) }
    at = min(at + 1, text.count)
  }

  private static let keywords: Set<Spelling> = [
    "if", "elseif", "else", "while", "for", "switch", "do", "until", "try", "catch", "finally",
    "function", "filter", "workflow", "configuration", "param", "return", "throw", "exit", "break",
    "continue", "trap", "data", "begin", "process", "end", "clean", "class", "enum", "parallel",
    "sequence", "inlinescript", "in", "dynamicparam",
  ]

  /// One part of a pipeline: a keyword, an expression or a command.
  private mutating func element(isPiped: Bool, from start: Int) -> Argument? {
    guard let next = byte else { return nil }
    if isBatch {
      if next == UInt8(ascii: "@") { at += 1 }
    } else if next == UInt8(ascii: "&") || isDotCall {
      at += 1
      skipBlanks()
      command(isPiped: isPiped, isCalled: true, from: start)
      return nil
    } else if "$([\"'@{-+!,".utf8.contains(next) || next.isDigit {
      return expression(isPiped: isPiped, from: start)
    }
    let name = keyword
    if Self.keywords.contains(name) || (name == "foreach" && opensGroup(behind: name)) {
      statement(name, from: start)
      return nil
    }
    command(isPiped: isPiped, isCalled: false, from: start)
    return nil
  }

  private var isDotCall: Bool {
    byte == UInt8(ascii: ".")
      && byte(after: 1).map { $0.isBlank || "'\"${".utf8.contains($0) } ?? false
  }

  /// The letters at this place in lower case, when they stand alone.
  private var keyword: Spelling {
    var end = at
    while end < text.count, text[end].continuesName || text[end] == UInt8(ascii: "-") { end += 1 }
    if end < text.count, "\\/.:'\"".utf8.contains(text[end]) { return "" }
    return Self.lowered(Spelling(text[at..<end]))
  }

  private func opensGroup(behind name: Spelling) -> Bool {
    var probe = at + name.bytes.count
    while probe < text.count, text[probe].isBlank { probe += 1 }
    return probe < text.count && text[probe] == UInt8(ascii: "(")
  }

  /// A keyword with its conditions and blocks, or with a statement behind it.
  private mutating func statement(_ name: Spelling, from start: Int) {
    at += name.bytes.count
    skipBlanks()
    switch name {
    case "return", "throw", "exit", "in":
      if let next = byte, !";)}\n|&".utf8.contains(next) { pipeline() }
      return
    case "function", "filter", "workflow", "configuration", "class", "enum":
      while let next = byte, next > 32, !"({;".utf8.contains(next) { at += 1 }
    default: break
    }
    while true {
      skipBlanks()
      switch byte {
      case UInt8(ascii: "("): group(UInt8(ascii: ")"), isBlock: false)
      case UInt8(ascii: "{"):
        group(UInt8(ascii: "}"), isBlock: true)
        // `} else {` and its like go on; anything else is a statement of its own.
        let place = at
        while let next = byte, next <= 32 {
          at += 1
          skipBlanks()
        }
        let follows: Set<Spelling> = ["else", "elseif", "catch", "finally", "while", "until"]
        guard follows.contains(keyword) || byte == UInt8(ascii: "{") else {
          at = place
          if let next = byte, !";)}\n|&".utf8.contains(next), next > 32 { continue }
          return
        }
        if byte != UInt8(ascii: "{") { at += keyword.bytes.count }
      case UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "|"),
        UInt8(ascii: "&"), 10, nil:
        return
      default:
        if argument() == nil { at = min(at + 1, text.count) }
      }
    }
  }

  static func lowered(_ text: Spelling) -> Spelling {
    Spelling(text.bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 })
  }
}
