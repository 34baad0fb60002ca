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
    return reader.reading
  }

  /// What an argument vector would run when it is started as it is, without any shell in between.
  package static func reading(vector: [[UInt8]]) -> Reading {
    var reader = PowerShellReader([], depth: 0)
    reader.start(vector.map { Argument(Spelling($0)) })
    return reader.reading
  }
}

/// Reads one PowerShell text from start to end.
struct PowerShellReader {
  private static let lengthLimit = 10_000
  private static let depthLimit = 12

  var reading = Reading()
  private let text: [UInt8]
  private let depth: Int
  private var at = 0
  private var words: [Argument] = []
  private var accesses: [PathAccess] = []
  private var environment: [EnvironmentSetting] = []
  private var directory = Directory.start
  private var isPiped = false
  private var isCalled = false
  private var segmentStart = 0
  private var nesting = 0

  init(_ text: [UInt8], depth: Int) {
    self.text = text
    self.depth = depth
  }

  private mutating func note(_ reason: Unknown.Reason, _ raw: some Sequence<UInt8>) {
    reading.unknowns.append(Unknown(reason: reason, raw: Spelling(raw)))
  }

  /// Reads the whole text into `reading`.
  mutating func read() {
    guard text.count <= Self.lengthLimit, depth < Self.depthLimit else {
      note(text.count > Self.lengthLimit ? .tooLong : .tooMuch, text)
      return
    }
    while at < text.count {
      let byte = text[at]
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): at += 1
      case UInt8(ascii: "`") where at + 1 < text.count && text[at + 1] == 10: at += 2
      case UInt8(ascii: ";"), UInt8(ascii: "\n"): endSegment(piped: false)
      case UInt8(ascii: "|"): endSegment(piped: at + 1 >= text.count || text[at + 1] != byte)
      case UInt8(ascii: "&"):
        if words.isEmpty, !isCalled, at + 1 >= text.count || text[at + 1] != byte {
          isCalled = true
          at += 1
        } else {
          endSegment(piped: false)
        }
      case UInt8(ascii: "#"): while at < text.count, text[at] != 10 { at += 1 }
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "("), UInt8(ascii: ")"):
        // Blocks and groups are looked into, but what they mean together is not followed.
        note(.text, text)
        endSegment(piped: false)
      case UInt8(ascii: ">"), UInt8(ascii: "1")...UInt8(ascii: "6"), UInt8(ascii: "*"):
        if !redirection() { word() }
      default: word()
      }
    }
    endSegment(piped: false)
  }

  /// Follows words that were never written as a line.
  mutating func start(_ words: [Argument]) {
    guard !words.isEmpty else { return }
    run(words, [], piped: false, called: true, raw: text[...])
  }

  // MARK: Words

  private mutating func redirection() -> Bool {
    var probe = at
    if text[probe] != UInt8(ascii: ">") { probe += 1 }
    guard probe < text.count, text[probe] == UInt8(ascii: ">") else { return false }
    let appends = probe + 1 < text.count && text[probe + 1] == UInt8(ascii: ">")
    at = probe + (appends ? 2 : 1)
    if at < text.count, text[at] == UInt8(ascii: "&") {
      at += 1
      while at < text.count, text[at].isDigit { at += 1 }
      return true
    }
    while at < text.count, text[at].isBlank { at += 1 }
    guard let path = argument() else {
      note(.syntax(.missingWord, offset: at), text)
      return true
    }
    let written = Self.normal(path)
    if written.text == "$null" || path.written == "$null" { return true }
    let access = PathAccess(
      kind: appends ? .append : .write, path: written, directory: directory)
    accesses.append(access)
    reading.accesses.append(access)
    return true
  }

  private mutating func word() {
    guard let argument = argument() else {
      at = min(at + 1, text.count)
      return
    }
    words.append(argument)
  }

  /// The argument at this place, or nil where none begins.
  private mutating func argument() -> Argument? {
    let start = at
    var parts: [Argument.Part] = []
    var open: [UInt8] = []
    func flushed(_ parts: inout [Argument.Part], _ open: inout [UInt8]) {
      if !open.isEmpty { parts.append(.text(Spelling(open))) }
      open = []
    }
    scan: while at < text.count {
      let byte = text[at]
      switch byte {
      case UInt8(ascii: "`"):
        if at + 1 < text.count { open.append(text[at + 1]) }
        at = min(at + 2, text.count)
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        flushed(&parts, &open)
        guard let quoted = quoted(byte) else {
          note(.syntax(.unclosedQuote, offset: start), text)
          at = text.count
          return nil
        }
        parts += quoted
      case UInt8(ascii: "$"), UInt8(ascii: "@"):
        guard let variable = variable() else {
          open.append(byte)
          at += 1
          continue
        }
        flushed(&parts, &open)
        parts.append(.unknown(variable))
      case _ where byte <= 32 || ";|&(){}#>".utf8.contains(byte):
        if byte == UInt8(ascii: "#") || byte == UInt8(ascii: ">"), at > start {
          open.append(byte)
          at += 1
        } else {
          break scan
        }
      default:
        open.append(byte)
        at += 1
      }
    }
    if at == start { return nil }
    flushed(&parts, &open)
    return Argument(parts: parts)
  }

  private mutating func quoted(_ quote: UInt8) -> [Argument.Part]? {
    at += 1
    var parts: [Argument.Part] = []
    var open: [UInt8] = []
    while at < text.count {
      let byte = text[at]
      if byte == quote {
        at += 1
        guard at < text.count, text[at] == quote else {
          return parts + [.text(Spelling(open))]
        }
        open.append(quote)
        at += 1
      } else if byte == UInt8(ascii: "`"), quote == UInt8(ascii: "\""), at + 1 < text.count {
        open.append(text[at + 1])
        at += 2
      } else if byte == UInt8(ascii: "$"), quote == UInt8(ascii: "\""), let name = variable() {
        parts.append(.text(Spelling(open)))
        open = []
        parts.append(.unknown(name))
      } else {
        open.append(byte)
        at += 1
      }
    }
    return nil
  }

  /// `$name`, `$env:NAME`, `${…}`, `$(…)` or `@name`, as it is written.
  private mutating func variable() -> Spelling? {
    let start = at
    guard at + 1 < text.count else { return nil }
    let next = text[at + 1]
    if next == UInt8(ascii: "("), text[at] == UInt8(ascii: "$") || text[at] == UInt8(ascii: "@") {
      note(.text, text)
      at += 2
      return Spelling(text[start..<at])
    }
    if next == UInt8(ascii: "{") {
      guard let close = text[at...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
      at = close + 1
      return Spelling(text[start..<at])
    }
    guard next.beginsName || (text[at] == UInt8(ascii: "$") && "?$^".utf8.contains(next)) else {
      return nil
    }
    at += 2
    while at < text.count, text[at].continuesName || text[at] == UInt8(ascii: ":") { at += 1 }
    return Spelling(text[start..<at])
  }

  // MARK: Commands

  /// Lower case and forward slashes.
  private static func normal(_ argument: Argument) -> Argument {
    var result = argument
    result.parts = argument.parts.map { part in
      guard case .text(let text) = part else { return part }
      return .text(normal(text))
    }
    return result
  }

  private static func normal(_ text: Spelling) -> Spelling {
    Spelling(
      text.bytes.map { byte in
        byte == UInt8(ascii: "\\")
          ? UInt8(ascii: "/")
          : byte >= 65 && byte <= 90 ? byte | 0x20 : byte
      })
  }

  private mutating func endSegment(piped: Bool) {
    let raw = text[segmentStart..<at]
    let wasCalled = isCalled
    let start = (words, accesses, isPiped)
    (words, accesses) = ([], [])
    isCalled = false
    let step =
      piped || at + 1 >= text.count || text[at] != text[min(at + 1, text.count - 1)] ? 1 : 2
    at = min(at + (at < text.count ? step : 0), text.count)
    segmentStart = at
    if !start.0.isEmpty {
      run(start.0, start.1, piped: start.2 || piped, called: wasCalled, raw: raw)
    } else if wasCalled {
      note(.syntax(.missingWord, offset: at), raw)
    }
    isPiped = piped
  }

  private mutating func run(
    _ words: [Argument], _ accesses: [PathAccess], piped: Bool, called: Bool,
    raw: ArraySlice<UInt8>
  ) {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting < Self.depthLimit else {
      note(.tooMuch, raw)
      return
    }
    if !called, assign(words, raw) { return }
    let program = Self.normal(words[0])
    guard var name = program.lastComponent else {
      note(.program, raw)
      return
    }
    if name.hasSuffix(".exe") || name.hasSuffix(".cmd") || name.hasSuffix(".bat") {
      name = Spelling(name.bytes.dropLast(4))
    }
    let arguments = Array(words.dropFirst())
    reading.vectors.append(
      Vector(
        program: program, arguments: arguments, directory: directory, environment: environment,
        accesses: accesses, isPiped: piped, via: [], place: .here))
    if program.written.hasSuffix(".ps1") || program.written.contains(UInt8(ascii: "/")) {
      addScript(program, arguments, isShell: program.written.hasSuffix(".ps1"))
    }
    switch name {
    case "set-location", "cd", "push-location", "sl", "chdir", "pushd":
      let target = arguments.first { !$0.knownPrefix.hasPrefix("-") }
      directory = target.map { directory.entering(Self.slashed($0)) } ?? .unknown
    case "pop-location", "popd": directory = .unknown
    case "powershell", "pwsh": runHost(arguments, raw)
    case "invoke-expression", "iex":
      follow(arguments.filter { Self.normal($0).text != "-command" }, raw)
    case "cmd":
      if let index = arguments.firstIndex(where: {
        ["/c", "/k"].contains(Self.normal($0.written)) || ["/c", "/k"].contains($0.written)
      }) {
        follow(Array(arguments.dropFirst(index + 1)), raw)
      }
    case "start-process", "saps", "start", ".", "invoke-command", "icm", "bash", "wsl", "sh":
      runOther(name, arguments, raw)
    case "foreach-object", "where-object", "%", "?":
      break
    default: break
    }
  }

  private static func slashed(_ argument: Argument) -> Argument {
    guard let text = argument.text else { return argument }
    return Argument(
      Spelling(text.bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }))
  }

  /// `$env:NAME = value`; other assignments make programs that are variables, which stay unknown.
  private mutating func assign(_ words: [Argument], _ raw: ArraySlice<UInt8>) -> Bool {
    let first = words[0].written
    guard first.hasPrefix("$") else { return false }
    let line = Spelling(words.flatMap { $0.written.bytes })
    guard let (left, _) = line.sidesOfEquals else { return false }
    let name = Self.normal(left)
    guard name.bytes.dropFirst().allSatisfy({ $0.continuesName || ":{}".utf8.contains($0) }) else {
      return false
    }
    if name.hasPrefix("$env:") {
      var value = Argument(parts: [])
      for word in words.dropFirst() where word.text != "=" { value.parts += word.parts }
      if words.count == 1 { value = Argument(line.dropping(left.bytes.count + 1)) }
      environment.append(EnvironmentSetting(name: left.dropping(5), value: value))
      return true
    }
    // The right side of other assignments is a command or an expression.
    let rest = words.dropFirst(words.count > 1 && words[1].text == "=" ? 2 : 1)
    if let head = rest.first, head.knownPrefix.bytes.first?.beginsName == true, rest.count > 1 {
      run(Array(rest), [], piped: false, called: true, raw: raw)
    }
    return true
  }

  private mutating func addScript(_ path: Argument, _ arguments: [Argument], isShell: Bool) {
    if path.text == nil, path.lastComponent == nil { note(.text, text) }
    reading.scripts.append(
      ScriptFile(
        kind: isShell ? .interpreter("powershell") : .program, path: path, arguments: arguments,
        directory: directory, place: .here))
  }

  /// `pwsh -File x.ps1 …`, `-Command …`; an encoded command is unknown.
  private mutating func runHost(_ arguments: [Argument], _ raw: ArraySlice<UInt8>) {
    var index = 0
    while index < arguments.count {
      let option = Self.normal(arguments[index].written)
      index += 1
      guard option.hasPrefix("-") || (option.hasPrefix("/") && option.bytes.count < 16) else {
        follow(Array(arguments[(index - 1)...]), raw)
        return
      }
      let name = option.dropping(1)
      if name.isEmpty { note(.text, raw) }
      if Spelling("file").hasPrefix(name), !name.isEmpty {
        guard index < arguments.count else { return }
        let script = Self.normal(arguments[index])
        let rest = Array(arguments[(index + 1)...])
        reading.vectors.append(
          Vector(
            program: script, arguments: rest, directory: directory, environment: environment,
            accesses: [], isPiped: false, via: ["powershell"], place: .here))
        addScript(script, rest, isShell: true)
        return
      }
      if Spelling("command").hasPrefix(name) {
        follow(Array(arguments[index...]), raw)
        return
      }
      if Spelling("encodedcommand").hasPrefix(name) || name == "ec" {
        note(.text, raw)
        return
      }
      let valued: [Spelling] = [
        "executionpolicy", "ep", "workingdirectory", "wd", "windowstyle", "version", "inputformat",
        "outputformat", "configurationname", "settingsfile", "psconsolefile", "custompipename",
      ]
      if valued.contains(where: { $0.hasPrefix(name) }) {
        if Spelling("workingdirectory").hasPrefix(name) || name == "wd", index < arguments.count {
          directory = directory.entering(Self.slashed(arguments[index]))
        }
        index += 1
      }
    }
  }

  private mutating func runOther(
    _ name: Spelling, _ arguments: [Argument], _ raw: ArraySlice<UInt8>
  ) {
    if name == "." {
      if let script = arguments.first {
        addScript(Self.normal(script), Array(arguments.dropFirst()), isShell: true)
      }
      return
    }
    if name == "bash" || name == "sh" || name == "wsl" || name == "invoke-command" || name == "icm"
    {
      note(.text, raw)
      return
    }
    let operands = arguments.filter { !$0.knownPrefix.hasPrefix("-") }
    if let program = operands.first {
      run(
        [program] + operands.dropFirst(), [], piped: false, called: true, raw: raw)
    }
  }

  /// Reads words as the text of another PowerShell.
  private mutating func follow(_ words: [Argument], _ raw: ArraySlice<UInt8>) {
    var bytes: [UInt8] = []
    for word in words {
      guard let text = word.text else {
        note(.text, raw)
        return
      }
      if !bytes.isEmpty { bytes.append(32) }
      bytes += text.bytes
    }
    if bytes.isEmpty || bytes == Array("-".utf8) {
      note(.text, raw)
      return
    }
    var inner = PowerShellReader(bytes, depth: depth + 1)
    inner.directory = directory
    inner.environment = environment
    inner.read()
    reading.vectors += inner.reading.vectors
    reading.scripts += inner.reading.scripts
    reading.accesses += inner.reading.accesses
    reading.unknowns += inner.reading.unknowns
  }
}
