/// Programs that take commands in a small language of their own: make, databases, editors.
extension Interpreter {
  private static let makeOptions: OptionTable = """
    b m B d e i k L n p q r R s S t v w h j? l? O? C= E= f= I= o= W= debug? directory= eval= \
    file= makefile= include-dir= jobs? load-average? old-file= assume-old= new-file= assume-new= \
    what-if= output-sync? always-make dry-run just-print recon keep-going stop no-keep-going \
    no-print-directory print-directory silent quiet question touch trace version help \
    warn-undefined-variables environment-overrides ignore-errors print-data-base shuffle? \
    no-builtin-rules no-builtin-variables no-silent check-symlink-times max-load?
    """

  /// Records the rules that make is given on its command line or its input.
  func runMake(_ invocation: Invocation) -> [UInt8]? {
    var index = 1
    while index < invocation.words.count {
      let walk = Self.makeOptions.walk(invocation.words, from: index)
      if !walk.isCertain { note(.wrapper, invocation.written.bytes) }
      for option in walk.options {
        guard let value = option.value else { continue }
        switch option.name {
        case "E", "eval": record(code: value, "make")
        case "f", "file", "makefile":
          if let text = programText(value, "make", invocation) { record(code: text, "make") }
        default: break
        }
      }
      if walk.index < invocation.words.count {
        examineMake(invocation.words[walk.index], invocation)
      }
      index = walk.index + 1
    }
    return nil
  }

  /// A variable of make may be a command, and names the shell that runs the recipes.
  private func examineMake(_ operand: Argument, _ invocation: Invocation) {
    guard let (name, _) = operand.knownPrefix.sidesOfEquals else { return }
    let value = operand.dropping(name.bytes.count + 1)
    if name == "SHELL" {
      _ = invoke(invocation.through([value, .unknown(invocation.raw)]))
    } else if value.written.bytes.contains(where: { " \t$`".utf8.contains($0) }) {
      record(InlineCode(interpreter: "make", text: value.written, isKnown: true))
    }
  }

  /// Records statements with which a database's own client can start a program.
  func runDatabase(_ invocation: Invocation) -> [UInt8]? {
    var texts = invocation.words.dropFirst().map(\.written)
    if case .known(let text) = invocation.input { texts.append(Spelling(text)) }
    for text in texts where Self.mayLeaveDatabase(text) {
      record(InlineCode(interpreter: "sql", text: text, isKnown: true))
    }
    let walk = ("f= c= d= h= p= U= o= v= P= F= R= T= L= file= command= dbname=" as OptionTable)
      .walk(invocation.words)
    if let file = walk.value("f", "file"), invocation.words[0].lastComponent == "psql" {
      readScript(file, [], invocation, kind: .interpreter("psql"))
    }
    return nil
  }

  private static func mayLeaveDatabase(_ text: Spelling) -> Bool {
    if text.bytes.contains(where: { "\\|".utf8.contains($0) }) { return true }
    let lower = Spelling(text.bytes.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 })
    return lower.bytes.split(whereSeparator: { $0 <= 32 || $0 == UInt8(ascii: ";") }).contains {
      $0.first == UInt8(ascii: ".") || $0.elementsEqual("program".utf8)
        || $0.elementsEqual("system".utf8)
    }
  }

  /// Follows ed, which runs what stands behind an exclamation mark.
  func runEd(_ invocation: Invocation) -> [UInt8]? {
    for word in invocation.words.dropFirst() where word.knownPrefix.hasPrefix("!") {
      _ = runChild(word.dropping(1), invocation)
    }
    if let text = programText(Argument("-"), "ed", invocation) { record(code: text, "ed") }
    return nil
  }

  /// Follows a compiler to the program through which it would start its passes.
  func runCompiler(_ invocation: Invocation) -> [UInt8]? {
    for (word, value) in zip(invocation.words, invocation.words.dropFirst())
    where word.text == "-wrapper" {
      let words = value.separated(by: UInt8(ascii: ","))
      _ = invoke(invocation.through(words + [.unknown(invocation.raw)]))
    }
    return nil
  }

  /// Records the commands that vi and its kin are given on the command line.
  func runEditor(_ invocation: Invocation) -> [UInt8]? {
    var isScripted = invocation.words[0].lastComponent == "ex"
    for (index, word) in invocation.words.enumerated().dropFirst() {
      let prefix = word.knownPrefix
      let next = index + 1 < invocation.words.count ? invocation.words[index + 1] : nil
      if prefix.hasPrefix("+") {
        record(code: word.dropping(1), "vim")
      } else if prefix.hasPrefix("--") {
        if word.text == "--cmd" || word.text == "--remote-send", let next {
          record(code: next, "vim")
        }
      } else if prefix.hasPrefix("-") {
        let flags = prefix.bytes.dropFirst().prefix { !"cSusW".utf8.contains($0) }
        guard let kind = prefix.bytes.dropFirst(1 + flags.count).first else { continue }
        let attached = word.dropping(2 + flags.count)
        let value = attached.parts.isEmpty ? next : attached
        let isClustered = flags.count > 0 && kind == UInt8(ascii: "s")
        if kind == UInt8(ascii: "c") {
          if let value { record(code: value, "vim") }
        } else if isClustered || attached.knownPrefix == "c" {
          // `-es` and `-sc`
          isScripted = true
          if prefix.bytes.last == UInt8(ascii: "c"), let next { record(code: next, "vim") }
        } else if let value, kind != UInt8(ascii: "W") {
          readScript(value, [], invocation, kind: .interpreter("vim"))
        }
      }
    }
    switch invocation.input {
    case .known(let text): record(code: Argument(Spelling(text)), "vim")
    case .file(let path, let directory) where isScripted:
      var inner = invocation
      inner.directory = directory
      readScript(path, [], inner, kind: .interpreter("vim"))
    case .unknown(let text) where isScripted: record(code: .unknown(text), "vim")
    default: break
    }
    return nil
  }
}
