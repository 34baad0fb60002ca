/// Builtins that change what later commands mean, and programs whose output is certain.
extension Interpreter {
  /// What a shell carries out itself.
  enum Builtin {
    case cd, pushd, popd, declare, unset, set, shift, read, printf, alias, unalias, eval, source
    case trap, exec, command, builtin, `let`, test, complete, enable, hash, bind, mapfile, shopt
  }

  /// The builtin of a name, in a switch as `handler(of:)`.
  static func builtin(_ name: Spelling) -> Builtin? {
    switch name.string {
    case "cd", "chdir": .cd
    case "pushd": .pushd
    case "popd": .popd
    case "export", "declare", "typeset", "local", "readonly": .declare
    case "unset": .unset
    case "set": .set
    case "shift": .shift
    case "read", "getopts": .read
    case "mapfile", "readarray": .mapfile
    case "printf": .printf
    case "alias": .alias
    case "unalias": .unalias
    case "eval": .eval
    case "source", ".": .source
    case "trap": .trap
    case "exec": .exec
    case "command": .command
    case "builtin", "noglob", "nocorrect": .builtin
    case "let": .let
    case "test", "[": .test
    case "complete", "compgen": .complete
    case "enable": .enable
    case "hash": .hash
    case "bind": .bind
    case "shopt", "setopt": .shopt
    default: nil
    }
  }

  /// Carries out a builtin on the state and yields what it prints, when that is certain.
  func run(_ builtin: Builtin, _ invocation: Invocation) -> [UInt8]? {
    let operands = Array(invocation.words.dropFirst())
    let before = state.variables
    for setting in invocation.settings { set(setting.name, .scalar(setting.value), exported: true) }
    defer { endSettings(invocation, before, mayStay: Self.specialBuiltins.contains(builtin)) }
    if Self.namingBuiltins.contains(builtin) { examineIndexes(operands) }
    switch builtin {
    case .cd, .pushd: changeDirectory(operands, invocation)
    case .popd: (state.directory, state.previousDirectory) = (.unknown, state.directory)
    case .declare: declare(operands, invocation)
    case .unset:
      for operand in operands {
        guard let name = operand.text else { continue }
        if name == "-f" || name == "-v" { continue }
        state.functions[name]?.isCertain = false
        if state.variables[name] != nil {
          state.variables[name]?.value = .unknown([name])
        }
      }
    case .set: setOptions(operands)
    case .shift:
      let count = operands.first.map { $0.text.flatMap { Int($0.string) } } ?? 1
      if let count, count >= 0, let positional = state.positional, count <= positional.count {
        state.positional = Array(positional.dropFirst(count))
      } else {
        state.positional = nil
      }
    case .read: readVariables(operands, invocation)
    case .mapfile:
      let walk = ("d= n= O= s= t u= C= c=" as OptionTable).walk(invocation.words)
      if let callback = walk.value("C") { _ = runText(callback, invocation) }
      forget(invocation.words.dropFirst(walk.index), invocation)
      Self.forgetName("MAPFILE", self)
    case .printf:
      if operands.first?.text == "-v", operands.count > 1 {
        examineIndexes(operands[1...1])
        forget(operands[1...1], invocation)
        return []
      }
      if let first = operands.first?.knownPrefix, first.hasPrefix("-v") {
        forget([operands[0].dropping(2)], invocation)
        return []
      }
      return printed(.printf, invocation)
    case .alias:
      for operand in operands {
        guard let (name, _) = operand.knownPrefix.sidesOfEquals else { continue }
        state.aliases[name] = operand.dropping(name.bytes.count + 1)
      }
    case .unalias: break
    case .eval:
      let words = operands.first?.text == "--" ? Array(operands.dropFirst()) : operands
      guard let text = joinedText(words, invocation) else {
        state = state.merged(with: ShellState())
        return nil
      }
      return inPlace(invocation) { self.run(text: text) }
    case .source: source(operands, invocation)
    case .trap: setTrap(operands, invocation)
    case .exec:
      let walk = ("a= c l" as OptionTable).walk(invocation.words)
      return forward(walk, invocation)
    case .command:
      let walk = ("p v V" as OptionTable).walk(invocation.words)
      if walk.has("v", "V") { return nil }
      return forward(walk, invocation)
    case .builtin: return forward(("" as OptionTable).walk(invocation.words), invocation)
    case .let:
      for operand in operands {
        evaluateArithmetic(
          ShellWord(parts: [.quoted(operand.written.bytes)], raw: operand.written.bytes[...]))
        forget([operand], invocation)
      }
    case .test: break
    case .complete:
      let walk = ("a b c d e f g j k s u v p r D E I o= A= G= W= F= C= X= P= S=" as OptionTable)
        .walk(invocation.words)
      if let text = walk.value("C", "W") { _ = runText(text, invocation) }
      if let name = walk.value("F")?.text, let function = state.functions[name] {
        for body in function.bodies { _ = inSubshell { run(body) } }
      }
    case .enable:
      if operands.contains(where: { $0.knownPrefix.hasPrefix("-f") || $0.text == nil }) {
        note(.setting, invocation.written.bytes)
      }
    case .hash:
      if operands.contains(where: { $0.knownPrefix.hasPrefix("-p") || $0.text == nil }) {
        note(.setting, invocation.written.bytes)
      }
    case .bind:
      if operands.contains(where: { $0.knownPrefix.hasPrefix("-x") || $0.text == nil }) {
        note(.setting, invocation.written.bytes)
      }
    case .shopt: break
    }
    return []
  }

  /// Builtins behind which some shells keep the settings that stood before them.
  private static let specialBuiltins: Set<Builtin> = [
    .declare, .eval, .exec, .set, .shift, .source, .trap, .unset,
  ]

  /// Takes back what was set for one builtin, unless it may stay or has become another value.
  func endSettings(
    _ invocation: Invocation, _ before: [Spelling: ShellState.Variable], mayStay: Bool
  ) {
    for setting in invocation.settings {
      let old = before[setting.name]
      let mine = state.variables[setting.name]?.value ?? .scalar(setting.value)
      if mayStay || mine != .scalar(setting.value) {
        state.variables[setting.name] = ShellState.Variable(
          value: ShellState.merged(mine, old?.value), isExported: old?.isExported ?? false)
      } else {
        state.variables[setting.name] = old
      }
    }
  }

  /// Builtins that take names of variables, and evaluate an index that stands in one.
  private static let namingBuiltins: Set<Builtin> = [
    .declare, .unset, .read, .mapfile, .let, .test,
  ]

  /// An index such as `a[$(…)]` runs what stands in it although it was quoted.
  func examineIndexes(_ operands: some Sequence<Argument>) {
    for operand in operands {
      let written = operand.written
      if written.contains(UInt8(ascii: "[")),
        operand.parts.contains(where: { part in
          if case .text(let text) = part {
            text.contains(UInt8(ascii: "$")) || text.contains(UInt8(ascii: "`"))
          } else {
            false
          }
        })
      {
        note(.text, written.bytes)
      }
    }
  }

  /// The index of an array in a value that is taken for arithmetic runs what stands in it.
  func examineInteger(_ value: ShellState.Value) {
    let argument: Argument
    switch value {
    case .scalar(let one): argument = one
    case .array(let several): argument = Argument(parts: several.flatMap(\.parts))
    case .unknown(let sources): argument = Argument(parts: sources.map { .text($0) })
    }
    let isIndexed = argument.written.contains(UInt8(ascii: "["))
    if isIndexed, argument.written.bytes.contains(where: { "$`".utf8.contains($0) }) {
      note(.text, argument.written.bytes)
    }
  }

  /// Follows a builtin that only passes its operands on.
  private func forward(_ walk: OptionTable.Walk, _ invocation: Invocation) -> [UInt8]? {
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var inner = invocation.through(invocation.words.dropFirst(walk.index))
    inner.isShell = true
    return invoke(inner)
  }

  /// Runs within the current shell, with the streams of the invocation.
  private func inPlace(_ invocation: Invocation, _ body: () -> [UInt8]?) -> [UInt8]? {
    let saved = (input, via)
    defer { (input, via) = saved }
    input = invocation.input
    via = invocation.via + (invocation.words.first?.lastComponent.map { [$0] } ?? [])
    return body()
  }

  private func runText(_ argument: Argument, _ invocation: Invocation) -> [UInt8]? {
    guard let text = joinedText([argument], invocation) else { return nil }
    return inPlace(invocation) { inSubshell { self.run(text: text) } }
  }

  private func changeDirectory(_ operands: [Argument], _ invocation: Invocation) {
    let walk = ("L P e n" as OptionTable).walk(invocation.words)
    let rest = invocation.words.dropFirst(walk.index)
    let before = state.directory
    if let target = rest.first, rest.count == 1, state.variables["CDPATH"] == nil {
      if target.text == "-" {
        state.directory = state.previousDirectory
      } else {
        state.directory = state.directory.entering(target)
      }
    } else {
      state.directory = .unknown
    }
    state.previousDirectory = before
  }

  private func declare(_ operands: [Argument], _ invocation: Invocation) {
    let name = invocation.words[0].lastComponent
    let isLocal = name != "export" && name != "readonly"
    var exported: Bool? = name == "export" ? true : nil
    var isInteger = false
    var isNumber = false
    for operand in operands {
      if let text = operand.text, text.hasPrefix("-") {
        if text.contains(UInt8(ascii: "x")) { exported = true }
        if text.contains(UInt8(ascii: "f")), exported == true || name == "export" {
          state.exportsFunctions = true
        }
        // A reference, a case change or arithmetic makes the value another one.
        if text.contains(UInt8(ascii: "n")), name != "export" { isInteger = true }
        if text.contains(UInt8(ascii: "i")) { isNumber = true }
        if !text.bytes.dropFirst().allSatisfy("xrgfpFaA-".utf8.contains) { isInteger = true }
        continue
      }
      if let (variable, value) = operand.assignment {
        if isLocal { localNames.insert(variable) }
        if isNumber { state.integers.insert(variable) }
        if isInteger {
          evaluateArithmetic(
            ShellWord(parts: [.quoted(value.written.bytes)], raw: value.written.bytes[...]))
          set(variable, .unknown([value.written]), exported: exported)
          if value.written.contains(UInt8(ascii: "$")) { note(.text, value.written.bytes) }
        } else {
          set(variable, .scalar(value), exported: exported)
        }
      } else if let text = operand.text {
        if isLocal { localNames.insert(text) }
        if isNumber { state.integers.insert(text) }
        if exported == true {
          state.variables[text]?.isExported = true
        }
      } else {
        note(.setting, invocation.written.bytes)
      }
    }
  }

  private func setOptions(_ operands: [Argument]) {
    for (index, operand) in operands.enumerated() {
      guard let text = operand.text else {
        state.positional = nil
        return
      }
      if text == "--" || !(text.hasPrefix("-") || text.hasPrefix("+")) {
        let rest = Array(operands.dropFirst(text == "--" ? index + 1 : index))
        state.positional = rest.contains { $0.isSeveral } ? nil : rest
        // `-o allexport` looks the same; both readings keep later exports on the safe side.
        if text == "allexport" { state.exportsAll = true }
        return
      }
      if text.hasPrefix("-"), text.contains(UInt8(ascii: "a")) { state.exportsAll = true }
    }
  }

  private static func forgetName(_ name: Spelling, _ interpreter: Interpreter) {
    interpreter.set(name, .unknown([name]), exported: nil)
  }

  /// Makes variables unknown whose names stand in the operands.
  private func forget(_ operands: some Sequence<Argument>, _ invocation: Invocation) {
    for operand in operands {
      guard let text = operand.text else {
        note(.setting, invocation.written.bytes)
        continue
      }
      let name = Spelling(text.bytes.prefix { $0.continuesName })
      if name.isEmpty { continue }
      set(name, .unknown([invocation.written]), exported: nil)
    }
  }

  private func readVariables(_ operands: [Argument], _ invocation: Invocation) {
    var words = operands
    if invocation.words[0].lastComponent == "getopts" {
      words = Array(operands.dropFirst().prefix(1))
      Self.forgetName("OPTARG", self)
    } else {
      let walk = ("a= d= e i= n= N= p= r s t= u= E" as OptionTable).walk(invocation.words)
      words = Array(invocation.words.dropFirst(walk.index))
      if let array = walk.value("a") { words.append(array) }
      Self.forgetName("REPLY", self)
    }
    var source = invocation
    if case .known(let text) = invocation.input { source.raw = Spelling(text) }
    if case .unknown(let text) = invocation.input { source.raw = text }
    if case .file(let path, _) = invocation.input {
      source.raw = invocation.raw + " " + path.written
    }
    forget(words, source)
  }

  private func source(_ operands: [Argument], _ invocation: Invocation) {
    let words = operands.first?.text == "--" ? Array(operands.dropFirst()) : operands
    guard let file = words.first else { return }
    if file.isProcess || Self.isStandardInput(file) {
      var text = file.delivered?.bytes
      if !file.isProcess, case .known(let bytes) = invocation.input { text = bytes }
      guard let text else {
        note(.text, invocation.written.bytes)
        return
      }
      _ = inPlace(invocation) { self.run(text: text) }
      return
    }
    let arguments = Array(words.dropFirst())
    var isRead = false
    _ = inPlace(invocation) {
      isRead = runFile(file, arguments, invocation)
      return nil
    }
    if isRead { return }
    readScript(file, arguments, invocation, kind: .shell)
    // What the file sets replaces what this line has set.
    var stranger = ShellState()
    stranger.directory = state.directory
    stranger.previousDirectory = state.previousDirectory
    stranger.positional = state.positional
    state = state.merged(with: stranger)
  }

  private func setTrap(_ operands: [Argument], _ invocation: Invocation) {
    let words = operands.first?.text == "--" ? Array(operands.dropFirst()) : operands
    guard let action = words.first else { return }
    if action.text == "-l" || action.text == "-p" || action.text == "-" { return }
    guard let text = joinedText([action], invocation) else { return }
    if traps.count < 20 { traps.append(Spelling(text)) }
    _ = inPlace(invocation) { inSubshell { self.run(text: text) } }
  }

  // MARK: Certain output

  /// Programs that print what they are given.
  enum Printer { case echo, printf, cat, nothing }

  /// What a program prints, where that is certain.
  static func printer(_ name: Spelling) -> Printer? {
    switch name.string {
    case "echo": .echo
    case "printf": .printf
    case "cat", "tee": .cat
    case "true", ":", "false", "sleep", "wait", "mkdir", "touch": .nothing
    default: nil
    }
  }

  /// What a printing program prints; nil where that is not certain.
  func printed(_ printer: Printer, _ invocation: Invocation) -> [UInt8]? {
    let operands = invocation.words.dropFirst()
    if printer == .nothing { return [] }
    if printer == .cat {
      let isTee = invocation.words[0].lastComponent == "tee"
      if !isTee, operands.contains(where: { $0.text != "-" }) {
        guard operands.count == 1, let first = operands.first, first.isProcess else { return nil }
        return first.delivered?.bytes
      }
      if case .known(let text) = invocation.input { return text }
      return nil
    }
    var texts: [Spelling] = []
    for operand in operands {
      guard let text = operand.text, !operand.isSeveral else { return nil }
      texts.append(text)
    }
    return printer == .echo ? Self.echoed(texts) : Self.formatted(texts)
  }

  private static func echoed(_ words: [Spelling]) -> [UInt8]? {
    var words = words[...]
    var ends = true
    var decodes = false
    while let first = words.first, first.hasPrefix("-"), first.bytes.count > 1,
      first.bytes.dropFirst().allSatisfy("neE".utf8.contains)
    {
      if first.contains(UInt8(ascii: "n")) { ends = false }
      if first.contains(UInt8(ascii: "e")) { decodes = true }
      words = words.dropFirst()
    }
    let text = Array(words.map(\.bytes).joined(separator: [32]))
    // Shells differ on backslashes here, so only plain text is certain.
    if text.contains(UInt8(ascii: "\\")) {
      guard decodes, let decoded = unescaped(text) else { return nil }
      return decoded + (ends ? [10] : [])
    }
    return text + (ends ? [10] : [])
  }

  private static func formatted(_ words: [Spelling]) -> [UInt8]? {
    var words = words[...]
    if words.first == "--" { words = words.dropFirst() }
    guard let format = words.first.flatMap({ unescaped($0.bytes) }) else { return nil }
    var values = words.dropFirst()
    var result: [UInt8] = []
    repeat {
      var index = 0
      let before = values.count
      while index < format.count {
        let byte = format[index]
        index += 1
        guard byte == UInt8(ascii: "%") else {
          result.append(byte)
          continue
        }
        guard index < format.count else { return nil }
        let kind = format[index]
        index += 1
        switch kind {
        case UInt8(ascii: "%"): result.append(kind)
        case UInt8(ascii: "s"): result += values.popFirst()?.bytes ?? []
        case UInt8(ascii: "b"):
          guard let text = unescaped(values.popFirst()?.bytes ?? []) else { return nil }
          result += text
        default: return nil
        }
      }
      if values.count == before, !values.isEmpty { return result }
      if result.count > lengthLimit { return nil }
    } while !values.isEmpty
    return result
  }

  /// The simple escapes decoded; nil when others occur.
  private static func unescaped(_ text: [UInt8]) -> [UInt8]? {
    if !text.contains(UInt8(ascii: "\\")) { return text }
    if text.contains(UInt8(ascii: "'")) { return nil }
    // Programs differ on the escapes that are left out here, such as `\0` and `\c`.
    var index = 0
    while index < text.count {
      if text[index] == UInt8(ascii: "\\") {
        index += 1
        guard index < text.count, "abefnrtvxuUE\\1234567".utf8.contains(text[index]) else {
          return nil
        }
      }
      index += 1
    }
    var parser = ShellParser(Array("$'".utf8) + text + [UInt8(ascii: "'")])
    guard let word = try? parser.word(), parser.at == parser.end else { return nil }
    var result: [UInt8] = []
    for part in word.parts {
      guard case .quoted(let bytes) = part else { return nil }
      result += bytes
    }
    return result
  }
}
