/// Follows a script as a shell would, without running anything, and records what would run.
///
/// Every branch is taken; what differs between branches is unknown afterwards.
final class Interpreter {
  /// Where a command's standard input comes from.
  enum Input {
    case inherited
    case known([UInt8])
    case unknown(Spelling)
    /// A file, and the directory that its path is seen from.
    case file(Argument, Directory)
  }

  /// Longer lines are never understood.
  static let lengthLimit = 10_000
  /// Vectors that start really may be long, as their files have already been listed.
  static let vectorLimit = 200_000
  static let depthLimit = 50
  static let stepLimit = 3_000
  /// Texts that `eval` and its like bring forth count together.
  static let bytesLimit = 200_000

  var reading = Reading()
  let files: NamedFiles?
  /// Files that the shell itself is reading, outermost first.
  var origins: [Spelling] = []
  var openFiles: [OpenFile] = []
  /// The file that the last simple command printed and nothing else.
  private var printedFile: (path: Argument, directory: Directory)?
  /// Whether the value of PATH comes from a file that the shell has read.
  var takesPathFromFile = false
  var state = ShellState()
  var input = Input.inherited
  var isPiped = false
  var place = Vector.Place.here
  /// Programs through which the current shell was started.
  var via: [Spelling] = []
  var depth = 0
  var steps = 0
  private var bytesRead = 0
  /// The text of the innermost command, for what is said about unknown parts.
  var raw: ArraySlice<UInt8> = []
  var traps: [Spelling] = []
  /// Variables that the function being called has declared for itself.
  var localNames: Set<Spelling> = []
  private var seenVectors = Distinct<Vector>()
  private var seenUnknowns = Distinct<Unknown>()
  private var seenScripts = Distinct<ScriptFile>()
  private var seenCode = Distinct<InlineCode>()
  private var seenAccesses = Distinct<PathAccess>()

  init(files: NamedFiles? = nil) { self.files = files }

  // MARK: Records

  /// Records, once, why a part of the line is not understood.
  func note(_ reason: Unknown.Reason, _ raw: some Sequence<UInt8>) {
    let unknown = Unknown(reason: reason, raw: Spelling(raw), origins: origins)
    if seenUnknowns.insert(unknown) { reading.unknowns.append(unknown) }
  }

  /// Records a start once, however often loops come by it.
  func record(_ vector: Vector) {
    var vector = vector
    vector.origins = origins
    if seenVectors.insert(vector) { reading.vectors.append(vector) }
  }

  /// Records a file to be read, once.
  func record(_ script: ScriptFile) {
    if seenScripts.insert(script) { reading.scripts.append(script) }
  }

  /// Records inline code once.
  func record(_ code: InlineCode) {
    var code = code
    code.origins = origins
    code.directory = state.directory
    if seenCode.insert(code) { reading.inlineCode.append(code) }
  }

  /// Records a file that a redirection opens, once.
  func record(_ access: PathAccess) {
    if seenAccesses.insert(access) { reading.accesses.append(access) }
  }

  /// False once the line nests or repeats more than is followed, which is then recorded.
  func mayContinue() -> Bool {
    steps += 1
    if depth < Self.depthLimit, steps < Self.stepLimit { return true }
    if steps < Self.stepLimit + 3 || depth >= Self.depthLimit { note(.tooMuch, raw) }
    return false
  }

  // MARK: Texts

  /// Runs a text in the current shell and yields what it prints, when that is certain.
  func run(text: [UInt8]) -> [UInt8]? {
    if text.count > Self.lengthLimit {
      note(.tooLong, text)
      return nil
    }
    guard mayRead(text.count) else { return nil }
    do {
      return run(try ShellParser.parse(text))
    } catch {
      note(.syntax(error.reason, offset: error.offset), text)
      return nil
    }
  }

  /// False once more text has come forth than is followed, which is then recorded.
  func mayRead(_ count: Int) -> Bool {
    bytesRead += count
    if bytesRead > Self.bytesLimit { note(.tooMuch, raw) }
    return bytesRead <= Self.bytesLimit
  }

  /// Runs a body whose changes to the shell are lost afterwards.
  func inSubshell<Result>(_ body: () -> Result) -> Result {
    let saved = (state, input, isPiped, raw, via, place)
    defer { (state, input, isPiped, raw, via, place) = saved }
    return body()
  }

  /// Runs the inside of a command substitution and yields its output, when that is certain.
  func substitute(_ script: ShellScript) -> [UInt8]? {
    inSubshell {
      isPiped = false
      return run(script)
    }
  }

  /// Runs the inside of a process substitution; one that is written to has unknown input.
  func process(_ script: ShellScript, isFed: Bool, _ text: ArraySlice<UInt8>) -> [UInt8]? {
    inSubshell {
      if isFed { input = .unknown(Spelling(Array(text) + [32] + Array(raw))) }
      isPiped = true
      return run(script)
    }
  }

  // MARK: Lists

  /// Runs commands one after another and yields what they print, when that is certain.
  func run(_ script: ShellScript) -> [UInt8]? {
    guard mayContinue() else { return nil }
    depth += 1
    defer { depth -= 1 }
    var output: [UInt8]? = []
    for chain in script.chains { output = Self.join(output, run(chain)) }
    return output
  }

  /// Two outputs as one; uncertain when either is, or when they grow too long.
  static func join(_ left: [UInt8]?, _ right: [UInt8]?) -> [UInt8]? {
    guard let left, let right, left.count + right.count <= lengthLimit else { return nil }
    return left + right
  }

  private func run(_ chain: Chain) -> [UInt8]? {
    let before = state
    var output = run(chain.first)
    if chain.isBackground, chain.rest.isEmpty { state = state.merged(with: before) }
    if chain.rest.isEmpty { return output }
    var after = state
    for (link, pipeline) in chain.rest {
      // The right side of `||` meets what the left side did, or failed to do.
      if link == .or { state = after.merged(with: before) }
      let printed = run(pipeline)
      if printed != [] { output = nil }
      if link == .and || !Self.leaves(pipeline) { after = after.merged(with: state) }
      if link == .or { state = after }
    }
    state = after
    return output
  }

  /// Ends the shell or the function, so that nothing behind it meets its state.
  private static func leaves(_ pipeline: Pipeline) -> Bool {
    guard pipeline.commands.count == 1 else { return false }
    switch pipeline.commands[0].form {
    case .simple(let simple):
      guard let word = simple.words.first?.plain else { return false }
      return word.elementsEqual("exit".utf8) || word.elementsEqual("return".utf8)
    case .group(let script):
      guard let last = script.chains.last, last.rest.isEmpty else { return false }
      return leaves(last.first)
    default: return false
    }
  }

  private func run(_ pipeline: Pipeline) -> [UInt8]? {
    if pipeline.commands.isEmpty { return [] }
    if pipeline.commands.count == 1 { return run(pipeline.commands[0]) }
    let saved = (input, isPiped)
    defer { (input, isPiped) = saved }
    let before = state
    var output: [UInt8]?
    var printed: (path: Argument, directory: Directory)?
    for (index, command) in pipeline.commands.enumerated() {
      state = before
      isPiped = true
      if index > 0 {
        input =
          output.map { .known($0) } ?? printed.map { .file($0.path, $0.directory) }
          ?? .unknown(Spelling(pipeline.raw))
      }
      printedFile = nil
      output = run(command)
      printed = command.isSimple ? printedFile : nil
    }
    // Some shells run the last command of a pipeline in themselves.
    state = before.merged(with: state)
    return output
  }

  // MARK: Commands

  /// Runs one command with its redirections and yields its output, when that is certain.
  func run(_ command: ShellCommand) -> [UInt8]? {
    guard mayContinue() else { return nil }
    depth += 1
    let saved = (input, raw)
    raw = command.raw
    defer {
      depth -= 1
      (input, raw) = saved
    }
    if case .simple(let simple) = command.form { return run(simple) }
    let streams = apply(command.redirections)
    streams.accesses.forEach(record)
    if let redirected = streams.input { input = redirected }
    let output = run(command.form)
    return streams.losesOutput ? [] : output
  }

  private func run(_ form: ShellCommand.Form) -> [UInt8]? {
    switch form {
    case .simple(let simple): return run(simple)
    case .subshell(let script): return inSubshell { run(script) }
    case .group(let script): return run(script)
    case .conditional(let branches, let otherwise):
      var ends: [ShellState] = []
      for branch in branches {
        _ = run(branch.condition)
        let afterCondition = state
        _ = run(branch.body)
        ends.append(state)
        state = afterCondition
      }
      if let otherwise { _ = run(otherwise) }
      for end in ends { state = state.merged(with: end) }
      return nil
    case .loop(let condition, let body):
      untilStable {
        _ = run(condition)
        _ = run(body)
      }
      return nil
    case .counted(let header, let body):
      evaluateArithmetic(header)
      untilStable { _ = run(body) }
      return nil
    case .each(let variable, let words, let body):
      each(variable, words, body)
      return nil
    case .cases(let subject, let branches):
      _ = expandSingle(subject)
      var end = state
      for branch in branches {
        for pattern in branch.patterns { _ = expandSingle(pattern) }
        _ = run(branch.body)
        end = end.merged(with: state)
        // `;&` runs on into the next body, with what this one left behind.
        state = end
      }
      state = end
      return nil
    case .test(let words):
      for word in words {
        examineIndexes([expandSingle(word)])
        evaluateOperand(word)
      }
      return []
    case .arithmetic(let word):
      evaluateArithmetic(word)
      if Self.looksLikeCommand(word.raw) { note(.text, word.raw) }
      return []
    case .function(let name, let body):
      state.functions[name] = ShellState.Function(bodies: [body], isCertain: true)
      if Self.implicitlyCalled.contains(name) { _ = inSubshell { run(body) } }
      return []
    case .coprocess(let command):
      _ = inSubshell { run(command) }
      return []
    }
  }

  /// Functions that a shell calls by itself.
  private static let implicitlyCalled: Set<Spelling> = [
    "command_not_found_handle", "command_not_found_handler", "precmd", "preexec", "chpwd",
    "TRAPEXIT", "TRAPDEBUG", "TRAPZERR",
  ]

  /// Two names with only blanks between are no arithmetic, but a command in shells without `((`.
  private static func looksLikeCommand(_ raw: ArraySlice<UInt8>) -> Bool {
    var endsWithName = false
    var blankFollows = false
    for byte in raw {
      if byte.isBlank || byte == 10 {
        blankFollows = endsWithName
      } else if byte.continuesName || byte == UInt8(ascii: "/") {
        if blankFollows { return true }
        endsWithName = true
      } else {
        endsWithName = false
        blankFollows = false
      }
    }
    return false
  }

  /// `[[ x -eq 0 ]]` evaluates the value of x as arithmetic.
  private func evaluateOperand(_ word: ShellWord) {
    guard let plain = word.plain, plain.first?.beginsName == true else { return }
    evaluateArithmetic(ShellWord(parts: [.quoted(plain)], raw: word.raw))
  }

  private func untilStable(_ body: () -> Void) {
    for _ in 0..<6 {
      let before = state
      body()
      state = before.merged(with: state)
      if state.agrees(with: before) { return }
    }
    note(.tooMuch, raw)
  }

  private func each(_ variable: Spelling, _ words: [ShellWord]?, _ body: ShellScript) {
    var values: [Argument]?
    if let words {
      values = words.flatMap(expand)
    } else {
      values = state.positional
    }
    let before = state
    if let values, values.count <= 40, !values.contains(where: { $0.isSeveral }) {
      var end = state
      for value in values {
        set(variable, .scalar(value), exported: nil)
        _ = run(body)
        end = end.merged(with: state)
      }
      state = end
      // What an earlier turn leaves may meet a later one differently after `continue`.
      if values.count > 1, !state.agrees(with: before) {
        for value in values {
          set(variable, .scalar(value), exported: nil)
          _ = run(body)
          state = end.merged(with: state)
        }
      }
      return
    }
    let sources = words?.map { Spelling($0.raw) } ?? ["$@"]
    set(variable, .unknown(Array(sources.prefix(8))), exported: nil)
    untilStable { _ = run(body) }
  }

  // MARK: Redirections

  /// What redirections change for the command that they belong to.
  struct Streams {
    var input: Input?
    var losesOutput = false
    var accesses: [PathAccess] = []
  }

  /// What redirections mean, with their words expanded from left to right.
  func apply(_ redirections: [Redirection]) -> Streams {
    var streams = Streams()
    for redirection in redirections {
      let isInput = redirection.descriptor == 0
      switch redirection.target {
      case .read(let word), .readWrite(let word):
        let path = target(word)
        if case .read = redirection.target {
          add(.read, path, to: &streams)
        } else {
          add(.readWrite, path, to: &streams)
        }
        guard isInput else { continue }
        if path.isProcess {
          streams.input = path.delivered.map { .known($0.bytes) } ?? .unknown(path.written)
        } else if path.text == "/dev/null" {
          streams.input = .known([])
        } else if !Self.isStandardInput(path) {
          streams.input = .file(path, state.directory)
        }
      case .write(let word), .append(let word):
        let path = target(word)
        if case .write = redirection.target {
          add(.write, path, to: &streams)
        } else {
          add(.append, path, to: &streams)
        }
        if redirection.descriptor == 1, path.text != "/dev/stdout" { streams.losesOutput = true }
      case .duplicate(let word):
        let number = expandSingle(word).text
        if isInput, number != "0" { streams.input = .unknown(Spelling(raw)) }
        if redirection.descriptor == 1, number != "1" { streams.losesOutput = true }
        // Another stream led into this one may print more than is known.
        if redirection.descriptor > 2 || number == nil { streams.losesOutput = false }
      case .hereString(let word):
        let value = expandSingle(word)
        if isInput {
          streams.input = value.text.map { .known($0.bytes + [10]) } ?? .unknown(value.written)
        }
      case .hereDocument(let document):
        let value = expandSingle(document.body)
        if isInput {
          streams.input = value.text.map { .known($0.bytes) } ?? .unknown(value.written)
        }
      }
    }
    return streams
  }

  private func target(_ word: ShellWord) -> Argument {
    let arguments = expand(word)
    return arguments.count == 1 ? arguments[0] : .unknown(Spelling(word.raw))
  }

  private func add(_ kind: PathAccess.Kind, _ path: Argument, to streams: inout Streams) {
    if path.isProcess { return }
    if let text = path.text,
      text == "/dev/null" || text == "/dev/stdout" || text == "/dev/stderr" || text == "/dev/stdin"
        || text == "/dev/tty" || text.hasPrefix("/dev/fd/")
    {
      return
    }
    streams.accesses.append(PathAccess(kind: kind, path: path, directory: state.directory))
  }

  /// Whether a path is another name for standard input.
  static func isStandardInput(_ path: Argument) -> Bool {
    guard let text = path.text else { return false }
    return ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "-"].contains(text)
  }

  // MARK: Simple commands

  private static let declarations: Set<Spelling> = [
    "export", "declare", "typeset", "local", "readonly",
  ]

  private func run(_ command: SimpleCommand) -> [UInt8]? {
    var words: [Argument] = []
    var declares = false
    for word in command.words {
      if declares, case .plain(let bytes)? = word.parts.first, bytes.contains(UInt8(ascii: "=")) {
        words.append(expandSingle(word))
      } else {
        words += expand(word)
      }
      if words.count == 1 { declares = words[0].text.map(Self.declarations.contains) ?? false }
      if words.count > Self.expansionLimit { break }
    }
    let streams = apply(command.redirections)
    streams.accesses.forEach(record)
    guard !words.isEmpty else {
      for assignment in command.assignments { assign(assignment, exported: nil) }
      // `$(<file)` yields the file.
      return streams.input == nil ? [] : nil
    }
    var settings: [EnvironmentSetting] = []
    for assignment in command.assignments {
      let value = scalar(assignment)
      settings.append(EnvironmentSetting(name: assignment.name, value: value))
      examine(setting: assignment.name, value)
    }
    if command.words.first.map({ Self.hidesAssignment($0) }) == true { note(.program, raw) }
    let invocation = Invocation(
      words: words, settings: settings, directory: state.directory, via: via,
      accesses: streams.accesses, input: streams.input ?? input, isPiped: isPiped, place: place,
      raw: Spelling(raw), isShell: true, callsFunctions: true)
    let output = invoke(invocation)
    printedFile = streams.losesOutput ? nil : file(printedBy: invocation)
    return streams.losesOutput ? [] : output
  }

  /// The file that `cat` prints as it is, where there is one and it may be read.
  private func file(
    printedBy invocation: Invocation
  ) -> (path: Argument, directory: Directory)? {
    let words = invocation.words
    guard files != nil, words.count == 2, words[0].text == "cat", !words[1].isSeveral,
      !words[1].isProcess, !words[1].knownPrefix.hasPrefix("-"),
      state.functions["cat"] == nil, state.aliases["cat"] == nil
    else { return nil }
    return (words[1], invocation.directory)
  }

  /// A shell may see an assignment where a line continuation hid it from this parser.
  private static func hidesAssignment(_ word: ShellWord) -> Bool {
    guard case .plain(let bytes)? = word.parts.first, bytes.first?.beginsName == true else {
      return false
    }
    return bytes.contains(UInt8(ascii: "="))
  }

  // MARK: Variables

  private func scalar(_ assignment: Assignment) -> Argument {
    guard case .word(let word) = assignment.value else {
      return .unknown(Spelling(raw), isSeveral: false)
    }
    let value = expandSingle(word)
    guard assignment.appends else { return value }
    guard case .scalar(let old)? = state.variables[assignment.name]?.value else {
      return .unknown("$" + assignment.name + value.written, isSeveral: false)
    }
    return Argument(parts: old.parts + value.parts)
  }

  /// Sets a variable as an assignment says; nil keeps whether it is exported.
  func assign(_ assignment: Assignment, exported: Bool?) {
    if let index = assignment.index { evaluateArithmetic(index) }
    switch assignment.value {
    case .array(let words):
      var elements = words.flatMap(expand)
      let isKeyed = elements.contains { $0.knownPrefix.hasPrefix("[") || $0.written.hasPrefix("[") }
      if assignment.appends {
        guard case .array(let old)? = state.variables[assignment.name]?.value else {
          set(assignment.name, .unknown(elements.prefix(8).map(\.written)), exported: exported)
          return
        }
        elements = old + elements
      }
      if isKeyed || elements.count > 1_000 {
        set(assignment.name, .unknown(elements.prefix(8).map(\.written)), exported: exported)
      } else {
        set(assignment.name, .array(elements), exported: exported)
      }
    case .word:
      let value = scalar(assignment)
      if assignment.index != nil {
        let old = state.variables[assignment.name].map { ShellState.sources(of: $0.value) } ?? []
        let sources = Array((old + [value.written]).prefix(8))
        set(assignment.name, .unknown(sources), exported: exported)
      } else {
        set(assignment.name, .scalar(value), exported: exported)
      }
    }
  }

  /// Sets a variable, and follows what its value makes other programs run.
  func set(_ name: Spelling, _ value: ShellState.Value, exported: Bool?) {
    var value = value
    if state.integers.contains(name) { examineInteger(value) }
    if case .scalar(let argument) = value {
      examine(setting: name, argument)
      if argument.written.bytes.count > Self.expansionLimit {
        value = .unknown([Spelling(argument.written.bytes.prefix(200))])
        note(.tooMuch, raw)
      }
    }
    let wasExported = state.variables[name]?.isExported ?? state.exportsAll
    state.variables[name] = ShellState.Variable(value: value, isExported: exported ?? wasExported)
  }
}
