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
    /// Options whose value is loaded before the program.
    var loads: Set<Spelling> = []
  }

  private static let node = Language(
    name: "node",
    options: """
      c i p v h e= r= C= eval= print? require= import= check interactive env-file= loader= \
      experimental-loader= watch test input-type= inspect? inspect-brk? max-old-space-size= \
      no-warnings trace-warnings enable-source-maps experimental-strip-types title= conditions= \
      experimental-vm-modules no-deprecation stack-trace-limit= unhandled-rejections=
      """,
    code: ["e", "p", "eval", "print"],
    loads: ["r", "require", "import", "loader", "experimental-loader"])

  /// The language that a program runs; in a switch as `handler(of:)`.
  static func interpreter(_ name: Spelling) -> Language? {
    switch name.string {
    case "python", "pypy", "py", "ipython", "jython":
      python
    case "node", "nodejs":
      node
    case "perl":
      Language(
        name: "perl",
        options: """
          a c f h l n p s S t T u U v w W X 0 1 2 3 4 5 6 7 8 9 i? C? d? D? e= E= F= I= m? M? x? V? g
          """,
        code: ["e", "E"], loads: ["M", "m"])
    case "ruby":
      Language(
        name: "ruby",
        options: """
          a c d h l n p s S v w y 0? i? e= C= E= F= I= K? r= T? W? x? X= version verbose disable= \
          enable= encoding= yjit jit
          """,
        code: ["e"], loads: ["r"])
    case "php":
      Language(
        name: "php",
        options: "a C h i l m n q s v w r= B= R= F= E= c= d= f= S= t= z= H run= ini no-php-ini",
        code: ["r", "B", "R", "E", "run"])
    case "lua":
      Language(name: "lua", options: "i v E W e= l=", code: ["e"])
    case "luajit":
      Language(name: "lua", options: "i v b= j= O? e= l=", code: ["e"])
    case "Rscript":
      Language(name: "R", options: "e= vanilla verbose default-packages=", code: ["e"])
    case "osascript":
      Language(name: "osascript", options: "e= l= s= i", code: ["e"])
    case "tclsh":
      Language(name: "tcl", options: "encoding=", code: [])
    case "expect":
      Language(name: "expect", options: "b d i n N v c= f= D=", code: ["c"])
    case "groovy":
      Language(name: "groovy", options: "e= n p l i= cp= D=", code: ["e"])
    case "julia":
      Language(
        name: "julia", options: "e= E= L= J= p= t= q i O? C= eval= print= project? threads= load=",
        code: ["e", "E", "eval", "print"])
    case "elixir":
      Language(
        name: "elixir", options: "e= r= S= eval= rpc-eval= no-halt", code: ["e", "eval"])
    case "gdb":
      Language(
        name: "gdb",
        options: "q n batch ex= eval-command= x= command= args p= nx quiet iex= ix= silent",
        code: ["ex", "eval-command", "iex"])
    case "emacs":
      Language(
        name: "emacs",
        options: """
          Q q nw L= l= f= batch no-init-file no-site-file quick eval= execute= load= funcall= \
          script= directory= daemon? no-window-system
          """, code: ["eval", "execute"], loads: ["l", "load", "script"])
    case "timeit":
      Language(
        name: "python", options: "n= r= s= u= p v h number= repeat= setup= unit= process verbose",
        code: ["s", "setup"])
    case "pdb":
      Language(name: "python", options: "c= m= h", code: ["c"], module: ["m"])
    case "cProfile", "profile":
      Language(name: "python", options: "o= s= m=", code: [], module: ["m"])
    case "debugpy":
      Language(
        name: "python",
        options:
          "listen= connect= wait-for-client pid= m= c= log-to= log-to-stderr",
        code: ["c"], module: ["m"])
    case "deno":
      Language(
        name: "deno", options: "A q allow-all config= c= p print ext=", code: [])
    default: nil
    }
  }

  private static let python = Language(
    name: "python",
    options: """
      b B d E h i I O P q s S t u v V? x 2? 3? c= m= W= X= Q= check-hash-based-pycs= version help
      """,
    code: ["c"], module: ["m"])

  /// `python3.12` is python.
  static func unversioned(_ name: Spelling) -> Spelling {
    if interpreter(name) != nil { return name }
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
      if language.loads.contains(option.name), let value = option.value {
        load(value, language.name, invocation)
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
    if language.options == Self.interpreter("timeit")?.options {
      for word in rest { record(code: word, language.name) }
      return
    }
    // `-i` reads on behind the program.
    if walk.has("i", "d"), case .known(let text) = invocation.input {
      record(code: Argument(Spelling(text)), language.name)
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
    case .file(let path, let directory):
      readProgram(path, directory, language.name, invocation)
    case .inherited: break
    }
  }

  /// Records a file, module or text that an interpreter loads before its program.
  private func load(_ value: Argument, _ language: Spelling, _ invocation: Invocation) {
    let written = value.written
    if written.hasPrefix("data:") || written.bytes.contains(where: { ";({".utf8.contains($0) }) {
      record(code: value, language)
    } else if written.contains(UInt8(ascii: "/")) || written.contains(UInt8(ascii: ".")) {
      readScript(value, [], invocation, kind: .interpreter(language))
    }
  }

  /// Records a text in another language; one that starts what it computes is not understood.
  func record(code: Argument, _ language: Spelling) {
    record(
      InlineCode(interpreter: language, text: code.written, isKnown: code.text != nil))
    if CodeScan.startsUnknown(code.written.bytes, language) {
      note(.text, code.written.bytes + [32] + Array(raw))
    }
  }
}
