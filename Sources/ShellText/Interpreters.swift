/// Programs that run text in languages other than shell.
extension Interpreter {
  /// How an interpreter takes its program.
  struct Language: Sendable {
    var name: Spelling
    var options: OptionTable
    /// Options whose value is the program.
    var code: Set<Spelling>
    /// Options whose value is the name of a module to run.
    var module: Set<Spelling> = []
  }

  private static let node = Language(
    name: "node",
    options: """
      c i p v h e= r= C= eval= print? require= import= check interactive env-file= loader= \
      experimental-loader= watch test input-type= inspect? inspect-brk? max-old-space-size= \
      no-warnings trace-warnings enable-source-maps experimental-strip-types title= conditions= \
      experimental-vm-modules no-deprecation stack-trace-limit= unhandled-rejections=
      """,
    code: ["e", "p", "eval", "print"])

  static let interpreters: [Spelling: Language] = [
    "python": python, "pypy": python, "py": python, "ipython": python, "jython": python,
    "node": node, "nodejs": node,
    "perl": Language(
      name: "perl",
      options: """
        a c f h l n p s S t T u U v w W X 0 1 2 3 4 5 6 7 8 9 i? C? d? D? e= E= F= I= m? M? x? V? g
        """,
      code: ["e", "E"]),
    "ruby": Language(
      name: "ruby",
      options: """
        a c d h l n p s S v w y 0? i? e= C= E= F= I= K? r= T? W? x? X= version verbose disable= \
        enable= encoding= yjit jit
        """,
      code: ["e"]),
    "php": Language(
      name: "php",
      options: "a C h i l m n q s v w r= B= R= F= E= c= d= f= S= t= z= H run= ini no-php-ini",
      code: ["r", "B", "R", "E", "run"]),
    "lua": Language(name: "lua", options: "i v E W e= l=", code: ["e"]),
    "luajit": Language(name: "lua", options: "i v b= j= O? e= l=", code: ["e"]),
    "Rscript": Language(name: "R", options: "e= vanilla verbose default-packages=", code: ["e"]),
    "osascript": Language(name: "osascript", options: "e= l= s= i", code: ["e"]),
    "tclsh": Language(name: "tcl", options: "encoding=", code: []),
    "expect": Language(name: "expect", options: "b d i n N v c= f= D=", code: ["c"]),
    "groovy": Language(name: "groovy", options: "e= n p l i= cp= D=", code: ["e"]),
    "julia": Language(
      name: "julia", options: "e= E= L= J= p= t= q i O? C= eval= print= project? threads= load=",
      code: ["e", "E", "eval", "print"]),
    "elixir": Language(
      name: "elixir", options: "e= r= S= eval= rpc-eval= no-halt", code: ["e", "eval"]),
    "gdb": Language(
      name: "gdb",
      options: "q n batch ex= eval-command= x= command= args p= nx quiet iex= ix= silent",
      code: ["ex", "eval-command", "iex"]),
    "deno": Language(
      name: "deno", options: "A q allow-all config= c= p print ext=", code: []),
  ]

  private static let python = Language(
    name: "python",
    options: """
      b B d E h i I O P q s S t u v V x c= m= W= X= Q= check-hash-based-pycs= version help
      """,
    code: ["c"], module: ["m"])

  /// `python3.12` is python.
  static func unversioned(_ name: Spelling) -> Spelling {
    if interpreters[name] != nil { return name }
    var bytes = name.bytes[...]
    while let last = bytes.last, last.isDigit || last == UInt8(ascii: ".") { bytes.removeLast() }
    return Spelling(bytes)
  }

  /// Records the module, text or file that an interpreter would run.
  func runInterpreter(_ language: Language, _ invocation: Invocation) {
    let words = invocation.words
    if words.count == 2, words[1].text == "--version" || words[1].text == "--help" { return }
    // Behind python's text or module every further word belongs to that.
    let last = language.module.isEmpty ? [] : language.code.union(language.module)
    let walk = language.options.walk(words, upTo: last)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    let rest = Array(words.dropFirst(walk.index))
    var hasProgram = false
    for option in walk.options {
      if language.module.contains(option.name) {
        guard let module = option.value else { continue }
        var inner = invocation.through([module] + rest)
        inner.via.append("-m")
        if module.text == nil { note(.program, invocation.written.bytes) }
        // `python -m alembic.config` is the program of the package.
        if let text = module.text, let dot = text.bytes.firstIndex(of: UInt8(ascii: ".")) {
          var package = inner
          package.words[0] = Argument(Spelling(text.bytes[..<dot]))
          _ = invoke(package)
        }
        _ = invoke(inner)
        return
      }
      if language.code.contains(option.name) {
        hasProgram = true
        // `node -p` takes the code from the next word when nothing is attached.
        if let value = option.value, !value.parts.isEmpty {
          record(code: value, language.name)
        } else if let first = rest.first {
          record(code: first, language.name)
        }
      }
    }
    if hasProgram { return }
    if language.name == "deno" {
      if rest.first?.text == "eval" {
        for word in rest.dropFirst() where !word.knownPrefix.hasPrefix("-") {
          record(code: word, language.name)
        }
      } else if rest.first?.text == "run",
        let file = rest.dropFirst().first(where: { !$0.knownPrefix.hasPrefix("-") })
      {
        readScript(file, [], invocation, kind: .interpreter(language.name))
      }
      return
    }
    if walk.has("version", "V", "v", "h", "help"), rest.isEmpty { return }
    if let file = rest.first, !Self.isStandardInput(file) {
      if file.isProcess {
        record(code: file.delivered.map { Argument($0) } ?? file, language.name)
      } else {
        readScript(
          file, Array(rest.dropFirst()), invocation, kind: .interpreter(language.name))
      }
      return
    }
    switch invocation.input {
    case .known(let text): record(code: Argument(Spelling(text)), language.name)
    case .unknown(let text): record(code: .unknown(text), language.name)
    case .file(let path):
      readScript(path, [], invocation, kind: .interpreter(language.name))
    case .inherited: break
    }
  }

  private func record(code: Argument, _ language: Spelling) {
    record(
      InlineCode(interpreter: language, text: code.written, isKnown: code.text != nil))
  }

  // MARK: Text tools

  /// Records the program text of awk, or the file that holds it.
  func runAwk(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      f= F= v= e= i= l= b c C g h n N O P r s S t V W= file= field-separator= assign= source= \
      include= load= posix traditional re-interval lint? sandbox csv k M
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var hasProgram = false
    for option in walk.options {
      if option.name == "f" || option.name == "file", let file = option.value {
        hasProgram = true
        readScript(file, [], invocation, kind: .interpreter("awk"))
      }
      if option.name == "e" || option.name == "source", let code = option.value {
        hasProgram = true
        record(code: code, "awk")
      }
    }
    if !hasProgram, walk.index < invocation.words.count {
      record(code: invocation.words[walk.index], "awk")
    }
    return nil
  }

  /// Records a sed program that may start others.
  func runSed(_ invocation: Invocation) -> [UInt8]? {
    let table: OptionTable = """
      n E r s u z b e= f= i? l= I? a expression= file= in-place? line-length= posix quiet silent \
      regexp-extended separate unbuffered null-data sandbox debug follow-symlinks help version
      """
    let walk = table.walk(invocation.words)
    if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
    var programs = walk.options.filter { $0.name == "e" || $0.name == "expression" }
      .compactMap(\.value)
    let files = walk.options.filter { $0.name == "f" || $0.name == "file" }.compactMap(\.value)
    for file in files { readScript(file, [], invocation, kind: .interpreter("sed")) }
    if programs.isEmpty, files.isEmpty, walk.index < invocation.words.count {
      programs = [invocation.words[walk.index]]
    }
    for program in programs {
      if program.text.map(Self.sedMayRun) ?? false { record(code: program, "sed") }
    }
    return nil
  }

  /// Whether a sed program has the command `e` or the flag `e`, by a reading that may say yes wrongly.
  private static func sedMayRun(_ program: Spelling) -> Bool {
    for line in program.bytes.split(whereSeparator: { $0 == 10 || $0 == 59 || $0 == 123 }) {
      var command = line.drop { $0.isDigit || " \t,$!".utf8.contains($0) }
      if command.first == UInt8(ascii: "/"),
        let close = command.dropFirst().firstIndex(of: UInt8(ascii: "/"))
      {
        command = command[(close + 1)...].drop { $0.isDigit || " \t,$!I".utf8.contains($0) }
      }
      if command.first == UInt8(ascii: "e") { return true }
      if command.first == UInt8(ascii: "s"), let mark = command.dropFirst().first {
        let flags = command.reversed().prefix { $0 != mark }
        if flags.contains(UInt8(ascii: "e")), flags.count < command.count - 2 { return true }
      }
    }
    return false
  }

  /// Records the commands that vi and its kin are given on the command line.
  func runEditor(_ invocation: Invocation) -> [UInt8]? {
    for (index, word) in invocation.words.enumerated().dropFirst() {
      let prefix = word.knownPrefix
      if prefix.hasPrefix("+") {
        record(code: word.dropping(1), "vim")
      } else if word.text == "-c" || word.text == "--cmd", index + 1 < invocation.words.count {
        record(code: invocation.words[index + 1], "vim")
      } else if prefix.hasPrefix("-c"), prefix.bytes.count > 2 {
        record(code: word.dropping(2), "vim")
      } else if word.text == "-S", index + 1 < invocation.words.count {
        readScript(invocation.words[index + 1], [], invocation, kind: .interpreter("vim"))
      }
    }
    if case .known(let text) = invocation.input { record(code: Argument(Spelling(text)), "vim") }
    return nil
  }
}
