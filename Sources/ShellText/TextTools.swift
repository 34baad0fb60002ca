/// sed and awk, whose programs can start others and write files.
extension Interpreter {
  // MARK: awk

  /// Follows what the program text of awk starts, or the file that holds it.
  func runAwk(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      f= F= v= e= i= l= b c C g h n N O P r s S t V W= file= field-separator= assign= source= \
      include= load= posix traditional re-interval lint? sandbox csv k M
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var programs: [Argument] = []
    var hasProgram = false
    for option in walk.options {
      guard let value = option.value else { continue }
      switch option.name {
      case "f", "file":
        hasProgram = true
        if let text = programText(value, "awk", invocation) { programs.append(text) }
      case "e", "source":
        hasProgram = true
        programs.append(value)
      case "l", "load": note(.text, invocation.written.bytes)
      default: break
      }
    }
    if !hasProgram, walk.index < invocation.words.count {
      programs.append(invocation.words[walk.index])
    }
    for program in programs {
      guard let text = program.text else {
        record(code: program, "awk")
        continue
      }
      follow(awk: text, invocation)
    }
    return nil
  }

  /// The text of a program that is named as a file, when that file is standard input or a pipe.
  ///
  /// Other files are recorded, and so is a text that is unknown.
  func programText(
    _ file: Argument, _ language: Spelling, _ invocation: Invocation
  ) -> Argument? {
    if file.isProcess { return file.delivered.map { Argument($0) } ?? .unknown(file.written) }
    guard Self.isStandardInput(file) else {
      readScript(file, [], invocation, kind: .interpreter(language))
      return nil
    }
    switch invocation.input {
    case .known(let text): return Argument(Spelling(text))
    case .unknown(let text): return .unknown(text)
    case .file(let path, let directory):
      var inner = invocation
      inner.directory = directory
      readScript(path, [], inner, kind: .interpreter(language))
      return nil
    case .inherited: return .unknown(invocation.written)
    }
  }

  private func follow(awk program: Spelling, _ invocation: Invocation) {
    var scan = AwkScan(program.bytes)
    scan.read()
    for path in scan.written {
      let argument = path.map { Argument($0) } ?? .unknown(program)
      if let text = path, text.hasPrefix("/dev/") { continue }
      record(PathAccess(kind: .write, path: argument, directory: invocation.directory))
    }
    for command in scan.commands {
      var inner = invocation
      inner.input = .unknown(program)
      _ = runChild(command.bytes, inner)
    }
    if scan.startsUnknown { note(.text, program.bytes + [32] + invocation.written.bytes) }
  }

  // MARK: sed

  /// Follows what a sed program starts and writes.
  func runSed(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      n E r s u z b e= f= i? l= I? a expression= file= in-place? line-length= posix quiet silent \
      regexp-extended separate unbuffered null-data sandbox debug follow-symlinks help version
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var programs: [Argument] = []
    var hasProgram = false
    for option in walk.options {
      guard let value = option.value else { continue }
      if option.name == "e" || option.name == "expression" {
        hasProgram = true
        programs.append(value)
      } else if option.name == "f" || option.name == "file" {
        hasProgram = true
        if let text = programText(value, "sed", invocation) { programs.append(text) }
      }
    }
    if !hasProgram, walk.index < invocation.words.count {
      programs = [invocation.words[walk.index]]
    }
    var text: [UInt8] = []
    for program in programs {
      // What an expansion puts into a program is mostly a part of a pattern.
      text += program.written.bytes + [10]
    }
    guard var scan = SedScan(text) else {
      note(.text, text + invocation.written.bytes)
      return nil
    }
    scan.written.removeAll { $0.hasPrefix("/dev/std") }
    for path in scan.written {
      record(PathAccess(kind: .write, path: Argument(path), directory: invocation.directory))
    }
    for command in scan.commands { _ = runChild(command.bytes, invocation) }
    if scan.startsUnknown { note(.text, text + invocation.written.bytes) }
    return nil
  }
}

/// What an awk program starts, found without understanding the rest of it.
struct AwkScan {
  /// Commands that stand as a whole in the program.
  private(set) var commands: [Spelling] = []
  /// Files that it writes; nil for a name that is computed.
  private(set) var written: [Spelling?] = []
  /// Starts what only its data or variables tell.
  private(set) var startsUnknown = false

  private enum Token: Equatable {
    case literal(Spelling)
    case oddLiteral
    case word(Spelling)
    case sign(UInt8)
    case pipe
    case append
    case regex
  }

  private let text: [UInt8]
  private var tokens: [Token] = []

  init(_ text: [UInt8]) { self.text = text }

  /// Reads the whole program.
  mutating func read() {
    tokenize()
    var isPrinting = false
    var depth = 0
    for (index, token) in tokens.enumerated() {
      let next = index + 1 < tokens.count ? tokens[index + 1] : .sign(10)
      let behind = index + 2 < tokens.count ? tokens[index + 2] : .sign(10)
      switch token {
      case .word("system") where next == .sign(UInt8(ascii: "(")):
        let last = index + 3 < tokens.count ? tokens[index + 3] : .sign(10)
        if case .literal(let command) = behind, last == .sign(UInt8(ascii: ")")) {
          commands.append(command)
        } else {
          startsUnknown = true
        }
      case .word("print"), .word("printf"):
        isPrinting = true
        depth = 0
      case .sign(UInt8(ascii: "(")): depth += 1
      case .sign(UInt8(ascii: ")")): depth -= 1
      case .sign(UInt8(ascii: ";")), .sign(10), .sign(UInt8(ascii: "}")): isPrinting = false
      case .sign(UInt8(ascii: "@")): startsUnknown = true
      case .pipe:
        if next == .word("getline") { addSource(before: index) } else { addSink(next, behind) }
      case .append, .sign(UInt8(ascii: ">")):
        guard isPrinting, depth <= 0 else { continue }
        if case .literal(let path) = next, Self.ends(behind) {
          written.append(path)
        } else {
          written.append(nil)
        }
      default: break
      }
    }
  }

  private static func ends(_ token: Token) -> Bool {
    switch token {
    case .sign(let byte): return ";})\n".utf8.contains(byte)
    default: return false
    }
  }

  /// `"command" | getline`
  private mutating func addSource(before index: Int) {
    guard index > 0, case .literal(let command) = tokens[index - 1] else {
      startsUnknown = true
      return
    }
    switch index > 1 ? tokens[index - 2] : .sign(10) {
    case .sign(let byte) where "{(;=,!\n&".utf8.contains(byte): commands.append(command)
    default: startsUnknown = true
    }
  }

  /// `print | "command"`
  private mutating func addSink(_ next: Token, _ behind: Token) {
    if case .literal(let command) = next, Self.ends(behind) {
      commands.append(command)
    } else {
      startsUnknown = true
    }
  }

  private mutating func tokenize() {
    var at = 0
    while at < text.count {
      let byte = text[at]
      let next = at + 1 < text.count ? text[at + 1] : 0
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), 13: at += 1
      case UInt8(ascii: "\\") where next == 10: at += 2
      case UInt8(ascii: "#"): while at < text.count, text[at] != 10 { at += 1 }
      case UInt8(ascii: "\""): string(&at)
      case UInt8(ascii: "/") where beginsExpression: expression(&at)
      case UInt8(ascii: "|") where next == byte:
        tokens.append(.sign(UInt8(ascii: "&")))
        at += 2
      case UInt8(ascii: "|"):
        tokens.append(.pipe)
        at += next == UInt8(ascii: "&") ? 2 : 1
      case UInt8(ascii: ">") where next == byte:
        tokens.append(.append)
        at += 2
      case UInt8(ascii: ">") where next == UInt8(ascii: "="):
        tokens.append(.sign(UInt8(ascii: "=")))
        at += 2
      case _ where byte.continuesName:
        let start = at
        while at < text.count, text[at].continuesName { at += 1 }
        tokens.append(.word(Spelling(text[start..<at])))
      default:
        tokens.append(.sign(byte))
        at += 1
      }
    }
  }

  private var beginsExpression: Bool {
    switch tokens.last {
    case nil: return true
    case .word(let word):
      return ["print", "printf", "return", "in", "getline", "else", "do", "case"].contains(word)
    case .sign(let byte): return !")]$".utf8.contains(byte)
    case .pipe, .append: return true
    case .literal, .oddLiteral, .regex: return false
    }
  }

  private mutating func string(_ at: inout Int) {
    var bytes: [UInt8] = []
    var isPlain = true
    at += 1
    while at < text.count, text[at] != UInt8(ascii: "\"") {
      if text[at] == UInt8(ascii: "\\"), at + 1 < text.count {
        at += 1
        switch text[at] {
        case UInt8(ascii: "n"): bytes.append(10)
        case UInt8(ascii: "t"): bytes.append(9)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(text[at])
        default: isPlain = false
        }
      } else {
        bytes.append(text[at])
      }
      at += 1
    }
    at += 1
    tokens.append(isPlain ? .literal(Spelling(bytes)) : .oddLiteral)
  }

  private mutating func expression(_ at: inout Int) {
    var isInSet = false
    at += 1
    while at < text.count, text[at] != 10 {
      if text[at] == UInt8(ascii: "\\") {
        at += 1
      } else if text[at] == UInt8(ascii: "[") {
        isInSet = true
      } else if text[at] == UInt8(ascii: "]") {
        isInSet = false
      } else if text[at] == UInt8(ascii: "/"), !isInSet {
        break
      }
      at += 1
    }
    at += 1
    tokens.append(.regex)
  }
}

/// What a sed program starts and writes; nil for a text that is no sed program.
struct SedScan {
  private(set) var commands: [Spelling] = []
  var written: [Spelling] = []
  /// Runs the lines that it reads or makes.
  private(set) var startsUnknown = false

  private let text: [UInt8]
  private var at = 0

  init?(_ text: [UInt8]) {
    self.text = text
    guard read() else { return nil }
  }

  private var byte: UInt8? { at < text.count ? text[at] : nil }

  private mutating func skip(_ set: String) {
    while let byte, set.utf8.contains(byte) { at += 1 }
  }

  private mutating func read() -> Bool {
    while true {
      skip(" \t\n;}")
      guard byte != nil else { return true }
      guard address() else { return false }
      skip(" \t!")
      guard let command = byte else { return false }
      at += 1
      switch command {
      case UInt8(ascii: "{"), UInt8(ascii: "}"), 10, UInt8(ascii: ";"): break
      case UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: "r"), UInt8(ascii: "R"),
        UInt8(ascii: "v"):
        _ = line()
      case UInt8(ascii: "a"), UInt8(ascii: "i"), UInt8(ascii: "c"): inserted()
      case UInt8(ascii: "b"), UInt8(ascii: "t"), UInt8(ascii: "T"):
        while let byte, byte != 10, byte != UInt8(ascii: ";"), byte != UInt8(ascii: "}") { at += 1 }
      case UInt8(ascii: "w"), UInt8(ascii: "W"): written.append(line())
      case UInt8(ascii: "e"):
        let command = line()
        if command.isEmpty { startsUnknown = true } else { commands.append(command) }
      case UInt8(ascii: "s"), UInt8(ascii: "y"):
        guard let mark = byte, mark != 10, mark != UInt8(ascii: "\\") else { return false }
        at += 1
        guard part(mark), part(mark) else { return false }
        if command == UInt8(ascii: "s") { flags() }
      case _ where "=dDgGhHnNpPxzFqQlL".utf8.contains(command): skip(" \t0123456789")
      default: return false
      }
    }
  }

  private mutating func address() -> Bool {
    for _ in 0..<2 {
      skip(" \t")
      if byte == UInt8(ascii: "/") {
        at += 1
        guard part(UInt8(ascii: "/")) else { return false }
        skip("IM")
      } else if byte == UInt8(ascii: "\\"), at + 1 < text.count {
        at += 2
        guard part(text[at - 1]) else { return false }
        skip("IM")
      } else {
        skip("0123456789$+~")
      }
      skip(" \t")
      guard byte == UInt8(ascii: ",") else { return true }
      at += 1
    }
    return true
  }

  /// Passes a delimited part and its closing mark.
  private mutating func part(_ mark: UInt8) -> Bool {
    while let byte {
      at += 1
      if byte == UInt8(ascii: "\\") { at += 1 } else if byte == mark { return true }
    }
    return false
  }

  private mutating func flags() {
    while let byte {
      switch byte {
      case UInt8(ascii: "e"): startsUnknown = true
      case UInt8(ascii: "w"):
        at += 1
        written.append(line())
        return
      case _ where "gpiImM0123456789".utf8.contains(byte): break
      default: return
      }
      at += 1
    }
  }

  private mutating func line() -> Spelling {
    skip(" \t")
    let start = at
    while let byte, byte != 10 { at += 1 }
    return Spelling(text[start..<at])
  }

  private mutating func inserted() {
    while let byte, byte != 10 { at += byte == UInt8(ascii: "\\") ? 2 : 1 }
  }
}
