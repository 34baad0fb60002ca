/// What the commands of PowerShell start in turn.
extension PowerShellReader {
  /// What is known of a start besides its words.
  struct Start {
    var raw: [UInt8]
    var accesses: [PathAccess] = []
    var isPiped = false
    var via: [Spelling] = []
  }

  // MARK: Words of a command

  /// Reads a command up to its end and follows it.
  mutating func command(isPiped: Bool, isCalled: Bool, from start: Int) {
    var words: [Argument] = []
    var accesses: [PathAccess] = []
    scan: while true {
      skipBlanks()
      guard let next = byte else { break }
      switch next {
      case UInt8(ascii: ";"), UInt8(ascii: ")"), UInt8(ascii: "}"), UInt8(ascii: "|"),
        UInt8(ascii: "&"), 10:
        break scan
      case UInt8(ascii: ","): at += 1
      case _ where isAtRedirection:
        if let access = redirection() {
          accesses.append(access)
          reading.accesses.append(access)
        }
      case UInt8(ascii: "-") where !words.isEmpty && !isBatch && starts(with: "--%"):
        at += 3
        words += verbatimWords()
      default:
        let before = at
        if let word = argument() {
          words.append(word)
        } else if at == before {
          note(.syntax(.unexpected, offset: at), text[start...])
          at += 1
        }
      }
    }
    let raw = Array(text[start..<at])
    guard !words.isEmpty else {
      if isCalled || accesses.isEmpty { note(.syntax(.missingWord, offset: at), raw) }
      return
    }
    run(words, Start(raw: raw, accesses: accesses, isPiped: isPiped))
  }

  /// The words behind `--%`, which PowerShell leaves alone up to a bar or the end of the line.
  private mutating func verbatimWords() -> [Argument] {
    var words: [Argument] = []
    var open: [UInt8] = []
    var isQuoted = false
    var hasContent = false
    while let next = byte, next != 10, next != UInt8(ascii: "|") || isQuoted {
      if next == UInt8(ascii: "\"") {
        isQuoted.toggle()
        hasContent = true
      } else if next.isBlank, !isQuoted {
        if hasContent { words.append(Argument(Spelling(open))) }
        (open, hasContent) = ([], false)
      } else {
        open.append(next)
        hasContent = true
      }
      at += 1
    }
    if hasContent { words.append(Argument(Spelling(open))) }
    return words.map {
      $0.written.contains(UInt8(ascii: "%")) ? .unknown($0.written, isSeveral: false) : $0
    }
  }

  // MARK: Programs

  private static let endings: [Spelling] = [".exe", ".cmd", ".bat", ".com"]

  /// Records a start and follows it into whatever it starts in turn.
  mutating func run(_ words: [Argument], _ start: Start) {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.depthLimit else {
      note(.tooMuch, start.raw)
      return
    }
    if Self.isBlock(words[0]) {
      // `& { … }`: what stands inside has been read on the way.
      return
    }
    let program = Self.normal(words[0])
    guard var name = program.lastComponent, !words[0].isSeveral else {
      note(.program, start.raw)
      return
    }
    if name.isEmpty { return }
    for ending in Self.endings where name.hasSuffix(ending) {
      name = Spelling(name.bytes.dropLast(4))
    }
    let arguments = Array(words.dropFirst())
    reading.vectors.append(
      Vector(
        program: program, arguments: arguments, directory: directory, environment: environment,
        accesses: start.accesses, isPiped: start.isPiped, via: start.via, place: .here))
    recordScript(program, arguments)
    if let alias = aliases[name] {
      aliases[name] = nil
      run([alias] + arguments, start)
      aliases[name] = alias
    }
    var inner = start
    inner.via.append(name)
    follow(name, arguments, inner)
  }

  /// A script block, whose statements have been read where it stood.
  private static func isBlock(_ argument: Argument) -> Bool {
    if case .unknown(let text)? = argument.parts.first { text.hasPrefix("{") } else { false }
  }

  private mutating func follow(_ name: Spelling, _ arguments: [Argument], _ start: Start) {
    switch name {
    case "set-location", "cd", "push-location", "sl", "chdir", "pushd":
      let target = value(of: ["-path", "-literalpath"], arguments) ?? operands(arguments).first
      directory = target.map { directory.entering(Self.slashedArgument($0)) } ?? .unknown
    case "pop-location", "popd": directory = .unknown
    case "powershell", "pwsh", "pwsh-preview", "powershell_ise": runHost(arguments, start)
    case "invoke-expression", "iex": evaluate(arguments, start)
    case "cmd", "command": runBatch(arguments, start)
    case "start-process", "saps", "start": startProcess(arguments, start)
    case "invoke-item", "ii", "explorer", "wscript", "cscript":
      for operand in operands(arguments) { addScript(Self.normal(operand), [], isShell: false) }
    case "import-module", "ipmo", "using": importModules(name, arguments)
    case "set-alias", "new-alias", "sal", "nal": setAlias(arguments, start)
    case "set-item", "si", "new-item", "ni": setItem(arguments, start)
    case "set" where isBatch: setBatchVariable(arguments)
    case "set-variable", "sv", "new-variable", "nv", "clear-variable", "clv":
      for key in variables.keys { variables[key] = .some(nil) }
    case "invoke-command", "icm", "start-job", "sajb", "start-threadjob", "foreach-object", "%",
      "foreach", "where-object", "?", "where", "measure-command", "register-objectevent",
      "register-engineevent", "trace-command", "invoke-pester":
      checkBlocks(arguments, start)
    case "invoke-wmimethod", "iwmi", "invoke-cimmethod", "icim", "rundll32", "mshta", "forfiles",
      "runas", "wmic", "regsvr32", "msiexec", "installutil", "msbuild":
      note(.text, start.raw)
    case "call":
      if let program = arguments.first { run([program] + arguments.dropFirst(), start) }
    case "wsl": runLinux(arguments, start)
    case _ where !isBatch && Self.cmdlets.contains(name): break
    default: followProgram(name, arguments, start)
    }
  }

  /// Aliases of cmdlets that bear the name of a program of other systems.
  private static let cmdlets: Set<Spelling> = [
    "sort", "tee", "cat", "ls", "cp", "mv", "rm", "echo", "diff", "man", "ps", "kill", "sleep",
    "history", "clear", "mount", "pwd", "type", "select", "measure", "group", "compare", "watch",
    "find", "time", "set", "at", "less", "more",
  ]

  /// Follows a program that means the same everywhere: git, python, bash, npx.
  private mutating func followProgram(
    _ name: Spelling, _ arguments: [Argument], _ start: Start
  ) {
    let interpreter = Interpreter()
    interpreter.raw = start.raw[...]
    interpreter.depth = depth
    _ = interpreter.invoke(
      Invocation(
        words: [Argument(name)] + arguments, settings: environment, directory: directory,
        via: Array(start.via.dropLast()), accesses: [],
        input: start.isPiped ? .unknown(Spelling(text)) : .inherited, isPiped: start.isPiped,
        place: .here, raw: Spelling(start.raw), isShell: false, callsFunctions: false))
    take(interpreter.reading, dropping: 1)
  }

  private mutating func take(_ inner: Reading, dropping count: Int = 0) {
    reading.vectors += inner.vectors.dropFirst(count)
    reading.scripts += inner.scripts
    reading.inlineCode += inner.inlineCode
    reading.accesses += inner.accesses
    for unknown in inner.unknowns { note(unknown.reason, unknown.raw.bytes) }
  }

  // MARK: Options

  static func slashedArgument(_ argument: Argument) -> Argument {
    var result = argument
    result.parts = argument.parts.map { part in
      guard case .text(let text) = part else { return part }
      return .text(slashed(text))
    }
    return result
  }

  /// The value of a parameter, whose name may be cut short.
  private func value(of names: [Spelling], _ arguments: [Argument]) -> Argument? {
    for (index, argument) in arguments.enumerated() {
      let known = Self.lowered(argument.knownPrefix)
      guard known.hasPrefix("-"), known.bytes.count > 1 else { continue }
      let head = Spelling(known.bytes.prefix { $0 != UInt8(ascii: ":") })
      guard names.contains(where: { $0.hasPrefix(head) }) else { continue }
      if head.bytes.count < known.bytes.count { return argument.dropping(head.bytes.count + 1) }
      return index + 1 < arguments.count ? arguments[index + 1] : nil
    }
    return nil
  }

  private func operands(_ arguments: [Argument]) -> [Argument] {
    arguments.filter { !$0.knownPrefix.hasPrefix("-") }
  }

  private mutating func recordScript(_ program: Argument, _ arguments: [Argument]) {
    let written = program.written
    let isShell = written.hasSuffix(".ps1")
    guard isShell || written.contains(UInt8(ascii: "/")) else { return }
    addScript(program, arguments, isShell: isShell)
  }

  /// Records a file whose text decides what runs.
  private mutating func addScript(_ path: Argument, _ arguments: [Argument], isShell: Bool) {
    if path.text == nil, path.lastComponent == nil { note(.text, text) }
    reading.scripts.append(
      ScriptFile(
        kind: isShell ? .interpreter("powershell") : .program, path: path, arguments: arguments,
        directory: directory, place: .here))
  }

  private mutating func importModules(_ verb: Spelling, _ arguments: [Argument]) {
    for operand in operands(arguments) {
      let path = Self.normal(operand)
      let written = path.written
      if path.text == nil || written.contains(UInt8(ascii: "/")) || written.hasSuffix(".psm1")
        || written.hasSuffix(".psd1") || written.hasSuffix(".ps1") || written.hasSuffix(".dll")
      {
        addScript(path, [], isShell: true)
      }
    }
  }

  private mutating func setAlias(_ arguments: [Argument], _ start: Start) {
    let words = operands(arguments)
    let name = value(of: ["-name"], arguments) ?? words.first
    let value = value(of: ["-value"], arguments) ?? words.dropFirst().first
    guard let name = name?.text, let value else {
      note(.setting, start.raw)
      return
    }
    aliases[Self.normal(name)] = value
  }

  private mutating func setItem(_ arguments: [Argument], _ start: Start) {
    let path = value(of: ["-path", "-literalpath"], arguments) ?? operands(arguments).first
    guard let text = path.map({ Self.lowered($0.knownPrefix) }) else { return }
    if text.hasPrefix("alias:") || text.hasPrefix("function:") { note(.setting, start.raw) }
    guard text.hasPrefix("env:"), let path else { return }
    let bare = path.written.dropping(4).bytes.drop { "\\/".utf8.contains($0) }
    let others = operands(arguments).filter { $0 != path }
    let value = value(of: ["-value"], arguments) ?? others.first
    environment.append(
      EnvironmentSetting(name: Spelling(bare), value: value ?? .unknown(Spelling(start.raw))))
  }

  private mutating func setBatchVariable(_ arguments: [Argument]) {
    let joined = Spelling(arguments.map(\.written.bytes).joined(separator: [32]))
    guard let (name, value) = joined.sidesOfEquals else { return }
    environment.append(EnvironmentSetting(name: name, value: Argument(value)))
  }

  // MARK: Hosts

  private static let hostValues: [Spelling] = [
    "executionpolicy", "ep", "workingdirectory", "wd", "windowstyle", "version", "inputformat",
    "outputformat", "configurationname", "configurationfile", "settingsfile", "psconsolefile",
    "custompipename", "if", "of",
  ]

  /// `pwsh -File x.ps1 …`, `-Command …`; an encoded command is unknown.
  private mutating func runHost(_ arguments: [Argument], _ start: Start) {
    var index = 0
    while index < arguments.count {
      if Self.isBlock(arguments[index]) { return }
      let option = Self.normal(arguments[index].written)
      index += 1
      guard option.hasPrefix("-") || (option.hasPrefix("/") && option.bytes.count < 16) else {
        if arguments[index - 1].isSeveral || arguments[index - 1].text == nil {
          note(.text, start.raw)
        }
        if Self.endsAsScript(option) {
          runFile(arguments[index - 1], Array(arguments[index...]), start)
        } else {
          follow(text: Array(arguments[(index - 1)...]), start)
        }
        return
      }
      let name = Spelling(option.dropping(1).bytes.drop { $0 == UInt8(ascii: "-") })
      if name.isEmpty || name == "s" || name == "servermode" {
        note(.text, start.raw)
        return
      }
      if ["version", "v", "help", "h", "?"].contains(name), index == arguments.count { return }
      if Spelling("file").hasPrefix(name) {
        guard index < arguments.count else { return }
        runFile(arguments[index], Array(arguments[(index + 1)...]), start)
        return
      }
      if Spelling("command").hasPrefix(name) || Spelling("commandwithargs").hasPrefix(name)
        || name == "cwa"
      {
        if index < arguments.count, Self.isBlock(arguments[index]) { return }
        follow(text: Array(arguments[index...]), start)
        return
      }
      if Spelling("encodedcommand").hasPrefix(name) || name == "ec" || name == "encodedarguments" {
        note(.text, start.raw)
        return
      }
      if Self.hostValues.contains(where: { $0.hasPrefix(name) }) {
        if Spelling("workingdirectory").hasPrefix(name) || name == "wd", index < arguments.count {
          directory = directory.entering(Self.slashedArgument(arguments[index]))
        }
        index += 1
      }
    }
    // Without a command it reads one from its input.
    note(.text, start.raw + [32] + text)
  }

  private static func endsAsScript(_ path: Spelling) -> Bool {
    path.hasSuffix(".ps1") || path.hasSuffix(".psm1")
  }

  private mutating func runFile(_ path: Argument, _ arguments: [Argument], _ start: Start) {
    let script = Self.normal(path)
    if script.text == "-" {
      note(.text, start.raw + [32] + text)
      return
    }
    reading.vectors.append(
      Vector(
        program: script, arguments: arguments, directory: directory, environment: environment,
        accesses: [], isPiped: start.isPiped, via: start.via, place: .here))
    addScript(script, arguments, isShell: true)
  }

  private mutating func evaluate(_ arguments: [Argument], _ start: Start) {
    let words = arguments.filter { Self.lowered($0.written) != "-command" }
    if words.isEmpty {
      note(.text, start.raw + [32] + text)
      return
    }
    follow(text: words, start)
  }

  /// Reads words as the text of another PowerShell.
  private mutating func follow(text words: [Argument], _ start: Start) {
    guard let bytes = joined(words, start), bytes != Array("-".utf8) else {
      note(.text, start.raw + [32] + text)
      return
    }
    read(bytes, isBatch: false, start)
  }

  private mutating func joined(_ words: [Argument], _ start: Start) -> [UInt8]? {
    var bytes: [UInt8] = []
    for word in words {
      guard let text = word.text else { return nil }
      if !bytes.isEmpty { bytes.append(32) }
      bytes += text.bytes
    }
    return bytes.isEmpty ? nil : bytes
  }

  private mutating func read(_ bytes: [UInt8], isBatch: Bool, _ start: Start) {
    var inner = PowerShellReader(bytes, depth: depth + 1, isBatch: isBatch)
    inner.directory = directory
    inner.environment = environment
    inner.aliases = aliases
    inner.read()
    for index in inner.reading.vectors.indices {
      inner.reading.vectors[index].via = start.via + inner.reading.vectors[index].via
      if start.isPiped { inner.reading.vectors[index].isPiped = true }
    }
    take(inner.reading)
    for name in inner.variables.keys { variables[name] = .some(nil) }
    if start.via.last == "iex" || start.via.last == "invoke-expression" {
      (directory, environment, aliases) = (inner.directory, inner.environment, inner.aliases)
    }
  }

  /// `cmd /c text`, in which other signs are special than here.
  private mutating func runBatch(_ arguments: [Argument], _ start: Start) {
    let options = arguments.prefix { $0.knownPrefix.hasPrefix("/") }
    guard
      let index = options.firstIndex(where: {
        let text = Self.lowered($0.written)
        return text.hasPrefix("/c") || text.hasPrefix("/k") || text.hasPrefix("/r")
      })
    else {
      note(.text, start.raw + [32] + text)
      return
    }
    var words = Array(arguments[index...])
    words[0] = words[0].dropping(2)
    if words[0].written.isEmpty { words.removeFirst() }
    guard let bytes = joined(words, start) else {
      note(.text, start.raw)
      return
    }
    if bytes.contains(where: { "^%!();`$#{}\n".utf8.contains($0) }) {
      note(.text, bytes + [32] + start.raw)
      return
    }
    read(bytes, isBatch: true, start)
  }

  /// `Start-Process program -ArgumentList …`
  private mutating func startProcess(_ arguments: [Argument], _ start: Start) {
    var program: Argument?
    var rest: [Argument] = []
    var index = 0
    var takes = false
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      let known = Self.lowered(argument.knownPrefix)
      if known.hasPrefix("-"), !takes, !known.contains(32) {
        let next = index < arguments.count ? arguments[index] : nil
        if known == "-args" || Spelling("-argumentlist").hasPrefix(known) {
          takes = true
        } else if Spelling("-filepath").hasPrefix(known) || known == "-path" {
          program = next
          index += 1
        } else if Self.processValues.contains(where: { $0.hasPrefix(known) }) {
          noteOutput(known, next)
          index += 1
        }
      } else if takes, known.hasPrefix("-"), Self.processOptions.contains(known) {
        takes = false
        if Self.processValues.contains(known) {
          noteOutput(known, index < arguments.count ? arguments[index] : nil)
          index += 1
        }
      } else if program == nil {
        program = argument
      } else {
        takes = true
        rest.append(argument)
      }
    }
    guard let program else { return }
    // One text may hold several words.
    let words = rest.flatMap { argument -> [Argument] in
      guard let text = argument.text else { return [argument] }
      return Self.split(text)
    }
    run([program] + words, start)
  }

  private static let processValues: [Spelling] = [
    "-workingdirectory", "-verb", "-windowstyle", "-credential",
    "-redirectstandardoutput", "-redirectstandarderror", "-redirectstandardinput", "-rso", "-rse",
    "-environment",
  ]
  private static let processOptions: Set<Spelling> = Set(
    processValues + [
      "-wait", "-nonewwindow", "-passthru", "-loaduserprofile", "-usenewenvironment",
    ])

  private mutating func noteOutput(_ option: Spelling, _ value: Argument?) {
    guard let value, option.hasPrefix("-redirectstandard") || option.hasPrefix("-rs") else {
      return
    }
    let reads = option.hasPrefix("-redirectstandardi")
    reading.accesses.append(
      PathAccess(kind: reads ? .read : .write, path: Self.normal(value), directory: directory))
  }

  private static func split(_ text: Spelling) -> [Argument] {
    var words: [Argument] = []
    var open: [UInt8] = []
    var isQuoted = false
    for byte in text.bytes {
      if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte.isBlank, !isQuoted {
        if !open.isEmpty { words.append(Argument(Spelling(open))) }
        open = []
      } else {
        open.append(byte)
      }
    }
    if !open.isEmpty { words.append(Argument(Spelling(open))) }
    return words
  }

  /// A script block has been followed where it stood; one that is a value is unknown.
  private mutating func checkBlocks(_ arguments: [Argument], _ start: Start) {
    let names: [Spelling] = [
      "-scriptblock", "-process", "-begin", "-end", "-action", "-expression",
    ]
    if let value = value(of: names, arguments), !Self.isBlock(value), value.text == nil {
      note(.text, start.raw)
    }
    let first = operands(arguments).first
    if let first, first.text == nil, !Self.isBlock(first) { note(.text, start.raw) }
    if let path = value(of: ["-filepath"], arguments) {
      addScript(Self.normal(path), [], isShell: true)
    }
  }

  /// `wsl command …`, which a Linux shell reads.
  private mutating func runLinux(_ arguments: [Argument], _ start: Start) {
    let table: OptionTable = """
      d= u= e cd= distribution= user= exec shell-type= system list l v shutdown status version \
      update install= set-default= unregister= export= import= terminate= t= s= help
      """
    let walk = table.walk([Argument("wsl")] + arguments)
    if !walk.isCertain { note(.wrapper, start.raw) }
    let rest = Array(arguments.dropFirst(walk.index - 1))
    guard !rest.isEmpty else { return }
    guard let line = joined(rest, start) else {
      note(.text, start.raw)
      return
    }
    take(ShellLine.reading(line))
  }
}

extension Interpreter {
  /// Follows PowerShell and cmd.exe where another shell starts them.
  func runPowerShell(_ invocation: Invocation) -> [UInt8]? {
    var reader = PowerShellReader([], depth: depth)
    reader.directory = invocation.directory
    reader.environment = invocation.settings
    reader.run(
      invocation.words,
      PowerShellReader.Start(
        raw: invocation.written.bytes, isPiped: invocation.isPiped, via: invocation.via))
    for vector in reader.reading.vectors.dropFirst() {
      var vector = vector
      vector.place = invocation.place
      record(vector)
    }
    reader.reading.scripts.forEach(record)
    reader.reading.inlineCode.forEach(record)
    reader.reading.accesses.forEach(record)
    for unknown in reader.reading.unknowns { note(unknown.reason, unknown.raw.bytes) }
    return nil
  }
}
