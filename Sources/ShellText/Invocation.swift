/// A program about to be started, with all that the text says about it.
struct Invocation {
  var words: [Argument]
  var settings: [EnvironmentSetting]
  var directory: Directory
  var via: [Spelling]
  var accesses: [PathAccess]
  var input: Interpreter.Input
  var isPiped: Bool
  var place: Vector.Place
  var raw: Spelling
  /// The shell itself carries it out, so that builtins change its state.
  var isShell: Bool
  /// Functions and aliases stand before programs.
  var callsFunctions: Bool

  /// The same start with other words, through the program that the words begin with now.
  func through(_ words: some Sequence<Argument>) -> Invocation {
    var result = self
    if let name = self.words.first?.lastComponent { result.via.append(name) }
    result.words = Array(words)
    result.isShell = false
    result.callsFunctions = false
    return result
  }

  /// The text on its standard input, where it is known.
  var knownInput: Spelling? {
    guard case .known(let text) = input else { return nil }
    return Spelling(text)
  }

  /// All words as they would be written, for what is said about unknown parts.
  var written: Spelling {
    Spelling(raw.bytes + words.flatMap { [32] + $0.written.bytes })
  }
}

extension Interpreter {
  /// Records a start and follows it into whatever it starts in turn.
  func invoke(_ invocation: Invocation) -> [UInt8]? {
    guard mayContinue() else { return nil }
    depth += 1
    defer { depth -= 1 }
    guard let program = invocation.words.first else { return [] }
    guard let name = program.lastComponent, !program.isSeveral else {
      note(.program, invocation.written.bytes)
      return nil
    }
    if name.isEmpty { return [] }
    if name.hasPrefix("=") {
      // Some shells look the rest up on PATH.
      note(.program, invocation.written.bytes)
    }
    if invocation.callsFunctions, let text = program.text {
      if let alias = state.aliases[text] { run(alias: alias, invocation) }
      if let function = state.functions[text] {
        let output = call(function, invocation)
        if function.isCertain { return output }
      }
    }
    record(
      Vector(
        program: program, arguments: Array(invocation.words.dropFirst()),
        directory: directory(of: name, invocation), environment: environment(of: invocation),
        accesses: invocation.accesses, isPiped: invocation.isPiped, input: invocation.knownInput,
        via: invocation.via, place: invocation.place))
    recordScript(program, invocation)
    recordOnPath(name, invocation)
    if invocation.isShell, let builtin = Self.builtin(name) {
      return run(builtin, invocation)
    }
    if let printer = Self.printer(name) {
      if name == ":", invocation.isShell { endSettings(invocation, state.variables, mayStay: true) }
      return printed(printer, invocation)
    }
    if let handler = Self.handler(of: name) { return handler(self, invocation) }
    if let wrapper = Self.wrapper(name) ?? Self.loader(name) {
      return run(wrapper, invocation)
    }
    if Self.shells.contains(name) { return runShell(invocation) }
    if let interpreter = Self.interpreter(Self.unversioned(name)) {
      runInterpreter(interpreter, invocation)
    }
    return nil
  }

  /// Exported variables that the line itself set, then what stands before the program.
  private func environment(of invocation: Invocation) -> [EnvironmentSetting] {
    var settings: [Spelling: Argument] = [:]
    if invocation.place == .here {
      for (name, variable) in state.variables where variable.isExported {
        if case .scalar(let value) = variable.value {
          settings[name] = value
        } else {
          settings[name] = .unknown("$" + name)
        }
      }
    }
    for setting in invocation.settings { settings[setting.name] = setting.value }
    return settings.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }
      .map { EnvironmentSetting(name: $0.key, value: $0.value) }
  }

  private static let systemDirectories: [Spelling] = [
    "/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/", "/opt/homebrew/bin/",
  ]

  /// Whether programs of the system itself lie right in a folder, which is given with its slash.
  static func isSystemFolder(_ folder: Spelling) -> Bool { systemDirectories.contains(folder) }

  /// Records a program that is started by its path and may be a script.
  func recordScript(_ program: Argument, _ invocation: Invocation) {
    let written = program.written
    guard written.contains(UInt8(ascii: "/")) || written.hasSuffix(".sh") else { return }
    let folder = written.bytes.dropLast(written.lastComponent.bytes.count)
    if Self.isSystemFolder(Spelling(folder)) { return }
    noteInherited(invocation)
    record(
      ScriptFile(
        kind: .program, path: program, arguments: Array(invocation.words.dropFirst()),
        directory: invocation.directory, place: invocation.place))
  }

  private func call(_ function: ShellState.Function, _ invocation: Invocation) -> [UInt8]? {
    let saved = (state.positional, input, state.variables, localNames)
    localNames = []
    state.positional =
      invocation.words.dropFirst().contains { $0.isSeveral }
      ? nil : Array(invocation.words.dropFirst())
    for setting in invocation.settings { set(setting.name, .scalar(setting.value), exported: true) }
    input = invocation.input
    let before = state
    var end: ShellState?
    var output: [UInt8]?
    for body in function.bodies {
      state = before
      output = run(body)
      end = end.map { $0.merged(with: state) } ?? state
    }
    state = end ?? state
    for setting in invocation.settings { state.variables[setting.name] = saved.2[setting.name] }
    for name in localNames where state.variables[name] != saved.2[name] {
      guard let value = state.variables[name]?.value else { continue }
      state.variables[name]?.value = ShellState.merged(value, saved.2[name]?.value)
    }
    (state.positional, input, localNames) = (saved.0, saved.1, saved.3)
    return function.bodies.count == 1 ? output : nil
  }

  private func run(alias: Argument, _ invocation: Invocation) {
    guard let text = alias.text else {
      note(.text, alias.written.bytes)
      return
    }
    var line = text.bytes
    for word in invocation.words.dropFirst() {
      line.append(32)
      line += word.text.map { Self.singleQuoted($0) } ?? word.written.bytes
    }
    let name = invocation.words[0].text
    let saved = state.aliases
    if let name { state.aliases[name] = nil }
    _ = run(text: line)
    state.aliases = saved
  }

  /// The text quoted so that a shell reads it back unchanged.
  static func singleQuoted(_ text: Spelling) -> [UInt8] {
    var result = [UInt8(ascii: "'")]
    for byte in text.bytes {
      if byte == UInt8(ascii: "'") { result += Array("'\\''".utf8) } else { result.append(byte) }
    }
    return result + [UInt8(ascii: "'")]
  }

  // MARK: Text that a shell runs

  /// The text of arguments joined by blanks, as `eval` and `ssh` join them; nil, and recorded, when
  /// it is unknown.
  func joinedText(_ words: some Collection<Argument>, _ invocation: Invocation) -> [UInt8]? {
    var bytes: [UInt8] = []
    for (index, word) in words.enumerated() {
      if index > 0 { bytes.append(32) }
      for part in word.parts {
        switch part {
        case .text(let text), .place(let text): bytes += text.bytes
        case .pattern, .unknown:
          note(
            .text, words.flatMap { $0.written.bytes + [32] } + invocation.written.bytes)
          return nil
        }
      }
    }
    return bytes
  }

  /// Runs a text in a shell of its own.
  func runChild(
    _ text: [UInt8], _ invocation: Invocation, positional: [Argument]? = nil,
    zero: Argument? = nil, startFiles: [Argument] = []
  ) -> [UInt8]? {
    inSubshell {
      var child = ShellState()
      if invocation.place == .here {
        child.variables = state.variables.filter { $0.value.isExported }
        if state.exportsFunctions || state.exportsAll { child.functions = state.functions }
      }
      child.directory = invocation.directory
      child.positional = positional.flatMap { $0.contains(where: \.isSeveral) ? nil : $0 }
      child.zero = zero
      state = child
      for setting in invocation.settings {
        state.variables[setting.name] = ShellState.Variable(
          value: .scalar(setting.value), isExported: true)
      }
      input = invocation.input
      isPiped = invocation.isPiped
      place = invocation.place
      via = invocation.via + (invocation.words.first?.lastComponent.map { [$0] } ?? [])
      raw = text[...]
      for name: Spelling in ["BASH_ENV", "ENV"] {
        if case .scalar(let file)? = state.variables[name]?.value { runStartFile(file, invocation) }
      }
      startFiles.forEach { runStartFile($0, invocation) }
      return run(text: text)
    }
  }

  /// Runs an argument as the text of a shell of its own.
  func runChild(
    _ argument: Argument, _ invocation: Invocation, positional: [Argument]? = nil,
    zero: Argument? = nil, startFiles: [Argument] = []
  ) -> [UInt8]? {
    guard let text = joinedText([argument], invocation) else { return nil }
    return runChild(
      text, invocation, positional: positional, zero: zero, startFiles: startFiles)
  }

  static let shells: Set<Spelling> = [
    "sh", "bash", "dash", "zsh", "ksh", "ash", "mksh", "rbash", "fish", "csh", "tcsh", "posh",
    "yash", "ksh93", "bash5",
  ]

  private static let shellOptions: OptionTable = """
    a b e f h i k l m n p r s t u v x B C D E H P T c o= O= login noprofile norc posix verbose \
    version help restricted rcfile= init-file= debugger dump-strings dump-po-strings noediting \
    wordexp interactive command init-command= no-config d
    """

  /// Follows a shell into its text, its script or its standard input.
  func runShell(_ invocation: Invocation) -> [UInt8]? {
    var words = invocation.words
    // `+x` switches off what `-x` switches on, and stands in the same places.
    for index in words.indices.dropFirst() where words[index].knownPrefix.hasPrefix("+") {
      var rest = words[index].dropping(1)
      rest.parts.insert(.text("-"), at: 0)
      words[index] = Argument(parts: rest.parts)
    }
    var walk = Self.shellOptions.walk(words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    for name: Spelling in ["rcfile", "init-file"] {
      if let file = walk.value(name) { readScript(file, [], invocation, kind: .shell) }
    }
    if walk.has("version", "help"), !walk.has("c") { return nil }
    // `-n` only checks the text, unless something takes it back.
    let switchesOff = invocation.words.contains { $0.knownPrefix.hasPrefix("+") }
    if walk.has("n"), walk.isCertain, !walk.has("i", "interactive", "O", "o"), !switchesOff {
      return nil
    }
    if walk.index < words.count, words[walk.index].text == "-" { walk.index += 1 }
    let operands = Array(invocation.words.dropFirst(walk.index))
    if walk.has("c", "command") {
      guard let text = operands.first else { return nil }
      return runChild(
        text, invocation, positional: Array(operands.dropFirst(2)),
        zero: operands.count > 1 ? operands[1] : nil,
        startFiles: ["rcfile", "init-file"].compactMap { walk.value($0) })
    }
    if let script = operands.first, !walk.has("s") {
      if Self.isStandardInput(script) {
        return runInput(invocation, positional: Array(operands.dropFirst()))
      }
      if script.isProcess {
        guard let text = script.delivered else {
          note(.text, invocation.written.bytes)
          return nil
        }
        return runChild(text.bytes, invocation, positional: Array(operands.dropFirst()))
      }
      noteInherited(invocation)
      readScript(script, Array(operands.dropFirst()), invocation, kind: .shell)
      return nil
    }
    return runInput(invocation, positional: operands)
  }

  /// Runs standard input as shell text.
  func runInput(_ invocation: Invocation, positional: [Argument]? = nil) -> [UInt8]? {
    var inner = invocation
    inner.input = .inherited
    switch invocation.input {
    case .known(let text): return runChild(text, inner, positional: positional)
    case .unknown(let text): note(.text, text.bytes + [32] + invocation.written.bytes)
    case .file(let path, let directory):
      inner.directory = directory
      noteInherited(inner)
      readScript(path, positional ?? [], inner, kind: .shell)
    case .inherited: note(.text, invocation.written.bytes)
    }
    return nil
  }

  /// Records a file whose text decides what runs; an unknown path is noted besides.
  func readScript(
    _ path: Argument, _ arguments: [Argument], _ invocation: Invocation, kind: ScriptFile.Kind,
    isInPlace: Bool = false
  ) {
    if path.text == nil, path.lastComponent == nil || path.isSeveral {
      note(.text, invocation.written.bytes)
    }
    record(
      ScriptFile(
        kind: kind, path: path, arguments: arguments, directory: invocation.directory,
        place: invocation.place, isInPlace: isInPlace))
  }
}
