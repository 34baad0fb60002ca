/// Words, quotes, variables, expressions and redirections of PowerShell.
extension PowerShellReader {
  // MARK: Arguments

  /// The argument at this place, or nil where none begins; signs of arithmetic end it in an expression.
  mutating func argument(inExpression: Bool = false) -> Argument? {
    let start = at
    var parts: [Argument.Part] = []
    var open: [UInt8] = []
    var isSeveral = false
    func flush() {
      if !open.isEmpty { parts.append(.text(Spelling(open))) }
      open = []
    }
    scan: while let next = byte {
      switch next {
      case UInt8(ascii: "`") where !isBatch:
        guard let escaped = byte(after: 1), escaped != 10 else { break scan }
        open.append(escaped)
        at += 2
      case UInt8(ascii: "'") where isBatch:
        open.append(next)
        at += 1
      case UInt8(ascii: "'"), UInt8(ascii: "\""):
        flush()
        guard let quoted = quoted(next) else { return nil }
        parts += quoted
      case UInt8(ascii: "$") where !isBatch, UInt8(ascii: "@") where !isBatch && at == start:
        if let text = hereString() {
          flush()
          parts += text
        } else if let value = variable() {
          flush()
          if next == UInt8(ascii: "@") { isSeveral = true }
          parts += value
        } else {
          open.append(next)
          at += 1
        }
      case UInt8(ascii: "("):
        // A group that follows text is an argument of its own.
        guard at == start, !isBatch else { break scan }
        group(UInt8(ascii: ")"), isBlock: false)
        skipMembers()
        return .unknown(Spelling(text[start..<at]), isSeveral: false)
      case UInt8(ascii: "{"):
        guard at == start, !isBatch else { break scan }
        group(UInt8(ascii: "}"), isBlock: true)
        return .unknown(Spelling(text[start..<at]), isSeveral: false)
      case UInt8(ascii: "#"), UInt8(ascii: ">"):
        if at == start || next == UInt8(ascii: ">") { break scan }
        open.append(next)
        at += 1
      case _ where next <= 32 || ";|&)},".utf8.contains(next): break scan
      case _ where inExpression && at > start && "=+*/%![]<".utf8.contains(next): break scan
      default:
        open.append(next)
        at += 1
      }
    }
    if at == start { return nil }
    flush()
    return Argument(parts: parts, isSeveral: isSeveral)
  }

  /// `'…'` and `"…"`, in which a doubled quote stands for itself.
  mutating func quoted(_ quote: UInt8) -> [Argument.Part]? {
    let start = at
    at += 1
    var parts: [Argument.Part] = []
    var open: [UInt8] = []
    while let next = byte {
      if next == quote {
        at += 1
        guard byte == quote, !isBatch else { return parts + [.text(Spelling(open))] }
        open.append(quote)
        at += 1
      } else {
        takeQuoted(next, expands: quote == UInt8(ascii: "\""), &parts, &open)
      }
    }
    note(.syntax(.unclosedQuote, offset: start), text[start...])
    return nil
  }

  private mutating func takeQuoted(
    _ next: UInt8, expands: Bool, _ parts: inout [Argument.Part], _ open: inout [UInt8]
  ) {
    if expands, !isBatch, next == UInt8(ascii: "`"), let escaped = byte(after: 1) {
      open.append(Self.escapes[escaped] ?? escaped)
      at += 2
    } else if expands, !isBatch, next == UInt8(ascii: "$"), let value = variable() {
      if !open.isEmpty { parts.append(.text(Spelling(open))) }
      open = []
      parts += value
    } else {
      open.append(next)
      at += 1
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9,
  ]

  /// `@'` or `@"` up to a line that begins with the same signs the other way round.
  private mutating func hereString() -> [Argument.Part]? {
    guard byte == UInt8(ascii: "@"), let quote = byte(after: 1),
      quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"")
    else { return nil }
    var probe = at + 2
    while probe < text.count, text[probe].isBlank || text[probe] == 13 { probe += 1 }
    guard probe < text.count, text[probe] == 10 else { return nil }
    let start = at
    at = probe + 1
    var parts: [Argument.Part] = []
    var open: [UInt8] = []
    var beginsLine = true
    while let next = byte {
      if beginsLine, next == quote, byte(after: 1) == UInt8(ascii: "@") {
        at += 2
        if open.last == 10 { open.removeLast() }
        return parts + [.text(Spelling(open))]
      }
      beginsLine = next == 10
      takeQuoted(next, expands: quote == UInt8(ascii: "\""), &parts, &open)
    }
    note(.syntax(.hereDocument, offset: start), text[start...])
    return parts + [.text(Spelling(open))]
  }

  /// `$name`, `$env:NAME`, `${…}`, `$(…)`, `@(…)`, `@{…}` or `@name`; nil where it is only a sign.
  private mutating func variable() -> [Argument.Part]? {
    let start = at
    guard let next = byte(after: 1) else { return nil }
    let isArray = text[at] == UInt8(ascii: "@")
    if next == UInt8(ascii: "(") {
      at += 1
      group(UInt8(ascii: ")"), isBlock: false)
      return [.unknown(Spelling(text[start..<at]))]
    }
    if next == UInt8(ascii: "{") {
      if isArray {
        at += 1
        table()
      } else {
        guard let close = text[at...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        at = close + 1
        return known(Spelling(text[(start + 2)..<close])) ?? [.unknown(Spelling(text[start..<at]))]
      }
      return [.unknown(Spelling(text[start..<at]))]
    }
    if !isArray, "?$^".utf8.contains(next) {
      at += 2
      return [.unknown(Spelling(text[start..<at]))]
    }
    guard next.beginsName else { return nil }
    at += 2
    while let byte, byte.continuesName || byte == UInt8(ascii: ":") {
      if byte == UInt8(ascii: ":"), self.byte(after: 1)?.continuesName != true { break }
      at += 1
    }
    let name = Spelling(text[(start + 1)..<at])
    return (isArray ? nil : known(name)) ?? [.unknown(Spelling(text[start..<at]))]
  }

  private func known(_ name: Spelling) -> [Argument.Part]? {
    guard case .some(.some(let value)) = variables[Self.lowered(name)] else { return nil }
    return value.parts.isEmpty ? [.text("")] : value.parts
  }

  /// `@{ name = value; … }`
  private mutating func table() {
    let start = at
    at += 1
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit else {
      note(.tooMuch, text)
      at = text.count
      return
    }
    while true {
      skipBlanks()
      guard let next = byte else {
        note(.syntax(.unclosedCommand, offset: start), text[start...])
        return
      }
      if next == UInt8(ascii: "}") {
        at += 1
        return
      }
      if next == UInt8(ascii: "=") {
        at += 1
        skipBlanks()
        if let byte, !";}\n".utf8.contains(byte) { pipeline() }
      } else if argument(inExpression: true) == nil {
        at = min(at + 1, text.count)
      }
    }
  }

  // MARK: Expressions

  /// Types whose own methods start nothing and write nothing.
  private static let plainTypes: Set<Spelling> = [
    "math", "string", "int", "int32", "int64", "long", "double", "datetime", "timespan", "guid",
    "regex", "convert", "char", "array", "version", "bool", "system.math", "system.string",
    "system.datetime", "system.guid", "text.encoding", "system.text.encoding", "io.path",
    "system.io.path", "text.regularexpressions.regex", "cultureinfo", "uri", "system.uri",
  ]

  /// Methods that start programs, run text or touch files and settings.
  private static let activeMethods: Set<Spelling> = [
    "start", "invoke", "invokescript", "invokecommand", "invokemember", "downloadstring",
    "downloadfile", "downloaddata", "uploadfile", "uploadstring", "create", "shellexecute", "run",
    "exec", "addscript", "addcommand", "newscriptblock", "expandstring", "delete", "moveto",
    "copyto", "save", "open", "openread", "openwrite", "navigate", "getmethod", "begininvoke",
    "execute", "write", "writealltext", "createinstance", "loadfrom", "load",
  ]

  /// An expression up to its end; the value when it is one that is known.
  mutating func expression(isPiped: Bool, from start: Int) -> Argument? {
    var value: Argument?
    var count = 0
    let first = at
    while true {
      skipBlanks()
      guard let next = byte else { break }
      switch next {
      case UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "|"),
        UInt8(ascii: "&"), 10:
        return count == 1 ? value : nil
      case UInt8(ascii: "="):
        at += 1
        if byte == UInt8(ascii: "=") { at += 1 }
        assign(to: first, compound: false, from: start)
        return nil
      case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "/"),
        UInt8(ascii: "%"), UInt8(ascii: "?"):
        if byte(after: 1) == UInt8(ascii: "=") {
          at += 2
          assign(to: first, compound: true, from: start)
          return nil
        }
        count += 1
        at += 1
        while let byte, byte.continuesName { at += 1 }
      case UInt8(ascii: ","), UInt8(ascii: "!"), UInt8(ascii: "<"), UInt8(ascii: "]"):
        count += 1
        at += 1
      case UInt8(ascii: "["):
        count += 1
        bracket(from: start)
      case UInt8(ascii: ">"):
        count += 1
        if let access = redirection() { reading.accesses.append(access) }
      default:
        count += 1
        guard let found = argument(inExpression: true) else {
          at = min(at + 1, text.count)
          continue
        }
        value = found
        checkMethod(found, from: start)
      }
    }
    return count == 1 ? value : nil
  }

  /// A type such as `[int]`, or an index.
  private mutating func bracket(from start: Int) {
    let first = at + 1
    at += 1
    while let next = byte, next != UInt8(ascii: "]") {
      if next == 10 { return }
      if "'\"$(".utf8.contains(next) {
        if argument() == nil { return }
      } else {
        at += 1
      }
    }
    let name = Self.lowered(Spelling(text[first..<at]))
    at = min(at + 1, text.count)
    if starts(with: "::"), !Self.plainTypes.contains(name) { note(.text, text[start...]) }
  }

  private mutating func checkMethod(_ value: Argument, from start: Int) {
    guard byte == UInt8(ascii: "("), at > 0, text[at - 1] > 32 else { return }
    let written = value.written.bytes
    let tail = written.reversed().prefix { $0.continuesName }.reversed()
    let isComputed = value.parts.dropFirst().contains { part in
      if case .unknown = part { true } else { false }
    }
    if isComputed || tail.isEmpty
      || Self.activeMethods.contains(Self.lowered(Spelling(Array(tail))))
    {
      note(.text, text[start...])
    }
  }

  /// Members of the value that a group yields: `(…).Name.Method(…)`.
  private mutating func skipMembers() {
    while byte == UInt8(ascii: ".") || starts(with: "::") {
      let start = at
      at += 1
      if byte == UInt8(ascii: ":") { at += 1 }
      let first = at
      while let next = byte, next.continuesName { at += 1 }
      let name = Self.lowered(Spelling(text[first..<at]))
      if byte == UInt8(ascii: "(") {
        if name.isEmpty || Self.activeMethods.contains(name) { note(.text, text[start...]) }
        group(UInt8(ascii: ")"), isBlock: false)
      } else if at == first {
        if byte == UInt8(ascii: "$") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
          note(.text, text[start...])
        }
        return
      }
    }
  }

  /// What stands behind an equals sign, kept when it is one known value.
  private mutating func assign(to first: Int, compound: Bool, from start: Int) {
    var left = Spelling(text[first..<at])
    while let last = left.bytes.last, last <= 32 || "=+-*/%?".utf8.contains(last) {
      left.bytes.removeLast()
    }
    // A type may stand before the name.
    if let dollar = left.bytes.lastIndex(of: UInt8(ascii: "$")) { left = left.dropping(dollar) }
    skipBlanks()
    while byte == 10 {
      at += 1
      skipBlanks()
    }
    let valueStart = at
    let value = pipeline()
    var name = Self.lowered(left.dropping(1))
    var spelled = left.dropping(1)
    if name.hasPrefix("{") {
      name = Spelling(name.bytes.dropFirst().filter { $0 != UInt8(ascii: "}") })
      spelled = Spelling(spelled.bytes.dropFirst().filter { $0 != UInt8(ascii: "}") })
    }
    guard left.hasPrefix("$") else { return }
    if name.hasPrefix("env:") {
      let known = compound ? nil : value
      environment.append(
        EnvironmentSetting(
          name: spelled.dropping(4),
          value: known ?? .unknown(Spelling(text[valueStart..<at]), isSeveral: false)))
      return
    }
    for scope: Spelling in ["global:", "script:", "local:", "private:"] where name.hasPrefix(scope)
    {
      name = name.dropping(scope.bytes.count)
    }
    if name.hasPrefix("function:") || name.hasPrefix("alias:") { note(.setting, text[start..<at]) }
    let isPlain =
      value?.text != nil && !compound && blocks == 0 && variables[name] == nil && isOnlySet(name)
    variables[name] = .some(isPlain ? value : nil)
  }

  /// Whether nothing else in the text can give the variable another value.
  private func isOnlySet(_ name: Spelling) -> Bool {
    let lower = Self.lowered(Spelling(text)).bytes
    let setters: [Spelling] = ["variable", "outv", "-ov", "-pv", " sv ", " nv ", "set-item"]
    if setters.contains(where: { Spelling(lower).contains($0) }) { return false }
    var count = 0
    var place = 0
    while let dollar = lower[place...].firstIndex(of: UInt8(ascii: "$")) {
      place = dollar + 1
      guard lower[place...].starts(with: name.bytes) else { continue }
      var probe = place + name.bytes.count
      if probe < lower.count, lower[probe].continuesName { continue }
      while probe < lower.count, lower[probe] <= 32 { probe += 1 }
      let rest = lower[probe...].prefix(3)
      if rest.starts(with: "in".utf8) || rest.prefix(2).contains(UInt8(ascii: "=")) { count += 1 }
      if rest.starts(with: "++".utf8) || rest.starts(with: "--".utf8) { count += 2 }
    }
    return count == 1
  }

  // MARK: Redirections

  /// Whether a redirection such as `2>` or `*>>` stands here.
  var isAtRedirection: Bool {
    guard let next = byte else { return false }
    if next == UInt8(ascii: ">") { return true }
    let isStream =
      (next >= UInt8(ascii: "1") && next <= UInt8(ascii: "6")) || next == UInt8(ascii: "*")
    return isStream && byte(after: 1) == UInt8(ascii: ">")
  }

  /// Passes a redirection; nil when it opens no file.
  mutating func redirection() -> PathAccess? {
    let start = at
    if byte != UInt8(ascii: ">") { at += 1 }
    at += 1
    let appends = byte == UInt8(ascii: ">")
    if appends { at += 1 }
    if byte == UInt8(ascii: "&") {
      at += 1
      while let next = byte, next.isDigit { at += 1 }
      return nil
    }
    skipBlanks()
    guard let path = argument() else {
      note(.syntax(.missingWord, offset: at), text[start...])
      return nil
    }
    let written = Self.normal(path)
    if ["$null", "nul", "/dev/null"].contains(written.written) || path.written == "$NULL" {
      return nil
    }
    return PathAccess(kind: appends ? .append : .write, path: written, directory: directory)
  }

  // MARK: Spelling

  /// Lower case and forward slashes.
  static func normal(_ argument: Argument) -> Argument {
    var result = argument
    result.parts = argument.parts.map { part in
      guard case .text(let text) = part else { return part }
      return .text(normal(text))
    }
    return result
  }

  static func normal(_ text: Spelling) -> Spelling { slashed(lowered(text)) }

  static func slashed(_ text: Spelling) -> Spelling {
    Spelling(text.bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 })
  }
}
