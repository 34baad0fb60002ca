/// Words to arguments: braces, tildes, parameters, substitutions, splitting, patterns.
extension Interpreter {
  /// A stretch of an expanded word before it is split into fields.
  enum Atom {
    case literal([UInt8])
    case plain([UInt8])
    case result([UInt8])
    case part(Argument.Part, splits: Bool)
    case process(Spelling, delivered: Spelling?)
    case fieldBreak
    /// `"$@"` of no words.
    case absent
  }

  /// More fields, or bytes, than this are not followed.
  static let expansionLimit = 10_000

  /// The arguments that a word becomes.
  func expand(_ word: ShellWord) -> [Argument] {
    var result: [Argument] = []
    for parts in bracesExpanded(word) {
      result += fields(atoms(parts, tilde: true), raw: Spelling(word.raw))
      if result.count > Self.expansionLimit {
        note(.tooMuch, word.raw)
        break
      }
    }
    return result
  }

  /// The one argument that a word becomes where nothing is split: values, here-documents.
  func expandSingle(_ word: ShellWord) -> Argument {
    joined(atoms(word.parts, tilde: true))
  }

  /// Atoms as one argument, nothing split and no pattern matched.
  func joined(_ atoms: [Atom]) -> Argument {
    var builder = ArgumentBuilder()
    for atom in atoms {
      switch atom {
      case .literal(let bytes), .plain(let bytes), .result(let bytes): builder.append(bytes)
      case .part(let part, _): builder.append(part)
      case .process(let raw, let delivered):
        builder.append(.unknown(raw))
        builder.argument.isProcess = true
        builder.argument.delivered = delivered
      case .fieldBreak: builder.append([UInt8(ascii: " ")])
      case .absent: break
      }
    }
    return builder.finished()
  }

  /// Collects the parts of one argument.
  struct ArgumentBuilder {
    var argument = Argument(parts: [])
    private var open: [UInt8] = []
    var hasContent = false

    mutating func append(_ bytes: [UInt8]) {
      open += bytes
      hasContent = true
    }

    mutating func append(_ part: Argument.Part) {
      flush()
      argument.parts.append(part)
      hasContent = true
    }

    private mutating func flush() {
      if !open.isEmpty { argument.parts.append(.text(Spelling(open))) }
      open = []
    }

    mutating func finished() -> Argument {
      flush()
      let result = argument
      argument = Argument(parts: [])
      hasContent = false
      return result
    }
  }

  private func fields(_ atoms: [Atom], raw: Spelling) -> [Argument] {
    var result: [Argument] = []
    var builder = ArgumentBuilder()
    let separators = fieldSeparators
    for atom in atoms {
      switch atom {
      case .literal(let bytes): builder.append(bytes)
      case .plain(let bytes): appendGlobbing(bytes, to: &builder)
      case .result(let bytes):
        guard let separators else {
          builder.append(.unknown(raw))
          builder.argument.isSeveral = true
          continue
        }
        var piece: [UInt8] = []
        for byte in bytes {
          guard separators.contains(byte) else {
            piece.append(byte)
            continue
          }
          if !piece.isEmpty { appendGlobbing(piece, to: &builder) }
          piece = []
          let isWhite = byte == 32 || byte == 9 || byte == 10
          if builder.hasContent || !isWhite { result.append(builder.finished()) }
        }
        if !piece.isEmpty { appendGlobbing(piece, to: &builder) }
      case .part(let part, let splits):
        builder.append(part)
        if splits { builder.argument.isSeveral = true }
      case .process(let raw, let delivered):
        builder.append(.unknown(raw))
        builder.argument.isProcess = true
        builder.argument.delivered = delivered
      case .fieldBreak: result.append(builder.finished())
      case .absent:
        if atoms.count == 2, case .literal([]) = atoms[0] { return [] }
        builder.argument.isSeveral = true
      }
    }
    if builder.hasContent { result.append(builder.finished()) }
    return result
  }

  /// The bytes of IFS, or nil when they are unknown.
  private var fieldSeparators: [UInt8]? {
    guard let variable = state.variables["IFS"] else { return [32, 9, 10] }
    if case .scalar(let argument) = variable.value { return argument.text?.bytes }
    return nil
  }

  private func appendGlobbing(_ bytes: [UInt8], to builder: inout ArgumentBuilder) {
    if Self.isPattern(bytes) {
      builder.append(.pattern(Spelling(bytes)))
      builder.argument.isSeveral = true
    } else {
      builder.append(bytes)
    }
  }

  /// Whether a shell would match the bytes against file names.
  static func isPattern(_ bytes: [UInt8]) -> Bool {
    var previous: UInt8 = 0
    var openBracket = false
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "?"): return true
      case UInt8(ascii: "["): openBracket = true
      case UInt8(ascii: "]"): if openBracket, previous != UInt8(ascii: "[") { return true }
      case UInt8(ascii: "("): if "@+!".utf8.contains(previous) { return true }
      default: break
      }
      previous = byte
    }
    return false
  }

  // MARK: Parts

  /// The stretches that parts expand to; substitutions are followed on the way.
  func atoms(_ parts: [ShellWord.Part], tilde: Bool) -> [Atom] {
    var atoms: [Atom] = []
    for (index, part) in parts.enumerated() {
      switch part {
      case .plain(let bytes):
        if tilde, index == 0, bytes.first == UInt8(ascii: "~") {
          let slash = bytes.firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
          atoms.append(.part(.place(Spelling(bytes[..<slash])), splits: false))
          if slash < bytes.count { atoms.append(.plain(Array(bytes[slash...]))) }
        } else {
          atoms.append(.plain(bytes))
        }
      case .quoted(let bytes): atoms.append(.literal(bytes))
      case .parameter(let parameter, let quoted): atoms += expand(parameter, quoted: quoted)
      case .command(let script, let raw, let quoted):
        guard let output = substitute(script) else {
          atoms.append(.part(.unknown(Spelling(raw)), splits: !quoted))
          continue
        }
        let trimmed = Array(output[..<(output.lastIndex { $0 != 10 }.map { $0 + 1 } ?? 0)])
        atoms.append(quoted ? .literal(trimmed) : .result(trimmed))
      case .arithmetic(let word):
        evaluateArithmetic(word)
        if let number = Self.plainNumber(word), state.variables["IFS"] == nil {
          atoms.append(.literal(number))
        } else {
          atoms.append(.part(.unknown(Spelling(word.raw)), splits: false))
        }
      case .process(let script, let raw):
        let output = process(script, isFed: raw.first == UInt8(ascii: ">"), raw)
        atoms.append(.process(Spelling(raw), delivered: output.map { Spelling($0) }))
      case .array(let assignment):
        assign(assignment, exported: nil)
      }
    }
    return atoms
  }

  /// The digits of arithmetic that is nothing but a number as people write it.
  private static func plainNumber(_ word: ShellWord) -> [UInt8]? {
    guard word.parts.count == 1, case .quoted(let bytes) = word.parts[0], bytes.count < 18,
      let first = bytes.first, first != UInt8(ascii: "0") || bytes.count == 1,
      bytes.allSatisfy(\.isDigit)
    else { return nil }
    return bytes
  }

  /// Runs what stands inside arithmetic, and what values hide in an index that it evaluates.
  func evaluateArithmetic(_ word: ShellWord) {
    _ = atoms(word.parts, tilde: false)
    for part in word.parts {
      guard case .quoted(let bytes) = part else { continue }
      for name in bytes.split(whereSeparator: { !$0.continuesName }) {
        guard let variable = state.variables[Spelling(name)] else { continue }
        for source in ShellState.sources(of: variable.value)
        where source.contains(UInt8(ascii: "$")) || source.contains(UInt8(ascii: "`")) {
          note(.text, source.bytes[...])
        }
      }
    }
  }

  private static func asQuoted(_ part: ShellWord.Part) -> ShellWord.Part {
    if case .plain(let bytes) = part { .quoted(bytes) } else { part }
  }

  /// Variables that hold one directory unless the line says otherwise.
  private static let places: Set<Spelling> = [
    "HOME", "PWD", "OLDPWD", "TMPDIR", "VIRTUAL_ENV", "CONDA_PREFIX", "GITHUB_WORKSPACE",
    "CLAUDE_PROJECT_DIR", "NVM_DIR", "PYENV_ROOT", "GOPATH", "GOROOT", "CARGO_HOME", "JAVA_HOME",
    "ANDROID_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR",
  ]

  private func expand(_ parameter: Parameter, quoted: Bool) -> [Atom] {
    if let index = parameter.index { evaluateArithmetic(index) }
    let operand = parameter.operand.map { atoms($0.parts, tilde: false) }
    let unknown = { (value: ShellState.Value?) -> [Atom] in
      var raw = parameter.raw[...]
      if let value {
        raw = (Array(raw) + ShellState.sources(of: value).flatMap { [32] + $0.bytes })[...]
      }
      if let operand { raw = (Array(raw) + [32] + self.joined(operand).written.bytes)[...] }
      return [.part(.unknown(Spelling(raw)), splits: !quoted)]
    }
    if parameter.isLength { return [.part(.unknown(Spelling(parameter.raw)), splits: false)] }
    var parameter = parameter
    if parameter.operation == ":", let operand = parameter.operand {
      evaluateArithmetic(ShellWord(parts: operand.parts.map(Self.asQuoted), raw: operand.raw))
    }
    if parameter.isIndirect {
      for source in state.variables[parameter.name].map({ ShellState.sources(of: $0.value) }) ?? []
      where source.contains(UInt8(ascii: "[")) {
        if source.contains(UInt8(ascii: "$")) || source.contains(UInt8(ascii: "`")) {
          note(.text, source.bytes)
        }
      }
      guard case .scalar(let target)? = state.variables[parameter.name]?.value,
        let name = target.text, parameter.operation.isEmpty, parameter.index == nil
      else { return unknown(state.variables[parameter.name]?.value) }
      parameter.name = name
    }
    let name = parameter.name
    if name == "@" || name == "*" || name.bytes.first?.isDigit == true {
      return positional(parameter, quoted: quoted) ?? unknown(nil)
    }
    if name.bytes.count == 1, let byte = name.bytes.first, !byte.beginsName {
      return [.part(.unknown(Spelling(parameter.raw)), splits: false)]
    }
    if parameter.operation == "@" {
      showPrompt(parameter, unknown(state.variables[name]?.value))
      return unknown(state.variables[name]?.value)
    }
    let assigns = parameter.operation == "=" || parameter.operation == ":="
    guard let variable = state.variables[name] else {
      if assigns {
        let value = operand.map { joined($0).written } ?? ""
        set(name, .unknown([Spelling(parameter.raw), value]), exported: nil)
      }
      if name == "IFS", parameter.operation.isEmpty {
        return [quoted ? .literal([32, 9, 10]) : .result([32, 9, 10])]
      }
      if Self.places.contains(name), parameter.operation.isEmpty {
        return [.part(.place(Spelling(parameter.raw)), splits: false)]
      }
      return unknown(nil)
    }
    switch variable.value {
    case .unknown: return unknown(variable.value)
    case .array(let elements):
      guard parameter.operation.isEmpty else { return unknown(variable.value) }
      guard let index = parameter.index else {
        return elements.first.map { value($0, quoted: quoted) } ?? []
      }
      let key = Spelling(index.raw)
      if key == "@" || key == "*" { return list(elements, quoted: quoted, joins: key == "*") }
      guard let number = Int(key.string), number >= 0 else { return unknown(variable.value) }
      return number < elements.count ? value(elements[number], quoted: quoted) : []
    case .scalar(let argument):
      if let index = parameter.index, !["0", "@", "*"].contains(Spelling(index.raw)) {
        return unknown(variable.value)
      }
      if parameter.operation.isEmpty { return value(argument, quoted: quoted) }
      guard let text = argument.text,
        let changed = changed(text, parameter.operation, operand.map { joined($0) }?.text)
      else {
        if assigns { set(name, ShellState.merged(variable.value, nil), exported: nil) }
        return unknown(variable.value)
      }
      if assigns { set(name, .scalar(Argument(changed)), exported: nil) }
      return [quoted ? .literal(changed.bytes) : .result(changed.bytes)]
    }
  }

  /// `${x@P}` expands the value once more; whatever that may run is unknown.
  private func showPrompt(_ parameter: Parameter, _ atoms: [Atom]) {
    guard let operand = parameter.operand?.raw, operand.first == UInt8(ascii: "P") else { return }
    note(.text, joined(atoms).written.bytes + [32] + Array(raw))
  }

  private func positional(_ parameter: Parameter, quoted: Bool) -> [Atom]? {
    if parameter.name == "0", parameter.operation.isEmpty {
      return state.zero.map { value($0, quoted: quoted) }
    }
    guard let positional = state.positional, parameter.operation.isEmpty else { return nil }
    if parameter.name == "@" || parameter.name == "*" {
      return list(positional, quoted: quoted, joins: parameter.name == "*")
    }
    guard let number = Int(parameter.name.string), number > 0 else { return nil }
    return number <= positional.count ? value(positional[number - 1], quoted: quoted) : []
  }

  private func list(_ values: [Argument], quoted: Bool, joins: Bool) -> [Atom] {
    if values.isEmpty, quoted, !joins { return [.absent] }
    var atoms: [Atom] = []
    for (index, element) in values.enumerated() {
      if index > 0 { atoms.append(quoted && joins ? .literal([32]) : .fieldBreak) }
      atoms += value(element, quoted: quoted)
    }
    return atoms
  }

  private func value(_ argument: Argument, quoted: Bool) -> [Atom] {
    if argument.parts.isEmpty { return [quoted ? .literal([]) : .result([])] }
    return argument.parts.map { part in
      switch part {
      case .text(let text): quoted ? .literal(text.bytes) : .result(text.bytes)
      case .pattern(let text): .part(.unknown(text), splits: true)
      case .place: .part(part, splits: false)
      case .unknown: .part(part, splits: !quoted || argument.isSeveral)
      }
    }
  }

  /// The operators whose result is certain for known text; nil for the others.
  private func changed(
    _ text: Spelling, _ operation: Spelling, _ operand: Spelling?
  ) -> Spelling? {
    guard let operand else { return nil }
    let hasPattern = Self.isPattern(operand.bytes) || operand.contains(UInt8(ascii: "\\"))
    switch operation.string {
    case ":-", ":=", ":?": return text.isEmpty ? operand : text
    case "-", "=", "?": return text
    case ":+": return text.isEmpty ? "" : operand
    case "+": return operand
    case "#", "##":
      if hasPattern { return nil }
      return text.hasPrefix(operand) ? text.dropping(operand.bytes.count) : text
    case "%", "%%":
      if hasPattern { return nil }
      return text.hasSuffix(operand) ? Spelling(text.bytes.dropLast(operand.bytes.count)) : text
    case ":":
      let numbers = operand.bytes.split(
        separator: UInt8(ascii: ":"), omittingEmptySubsequences: false
      ).map { Int(String(decoding: $0, as: UTF8.self)) }
      guard let first = numbers.first, let start = first, start >= 0, numbers.count <= 2 else {
        return nil
      }
      let rest = text.bytes.dropFirst(start)
      guard numbers.count == 2 else { return Spelling(rest) }
      guard let length = numbers[1], length >= 0 else { return nil }
      return Spelling(rest.prefix(length))
    default: return nil
    }
  }
}
