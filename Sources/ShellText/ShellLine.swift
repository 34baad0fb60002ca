/// A command line as POSIX shells and bash read it.
package enum ShellLine {
  /// What the line would run. It never fails: what cannot be told stands among the unknowns.
  ///
  /// Lines of more than 10,000 bytes are not followed at all.
  /// What files say that a shell reads counts where they may be asked for; `arguments` are `$1` and so on, where the
  /// line is the text of a script that is given some.
  package static func reading(
    _ line: [UInt8], arguments: [Argument]? = nil, zero: Argument? = nil, files: NamedFiles? = nil
  ) -> Reading {
    let interpreter = Interpreter(files: files)
    if let arguments, !arguments.contains(where: \.isSeveral) {
      interpreter.state.positional = arguments
    }
    interpreter.state.zero = zero
    guard line.count <= Interpreter.lengthLimit else {
      interpreter.note(.tooLong, line)
      return interpreter.reading
    }
    interpreter.raw = line[...]
    _ = interpreter.run(text: line)
    // A trap set early runs with the values that variables have at the end.
    for trap in interpreter.traps { _ = interpreter.run(text: trap.bytes) }
    interpreter.examineFreshScripts(line)
    return interpreter.reading
  }

  /// What a program does that is started with these very words, none of which a shell reads first.
  ///
  /// Vectors of more than 200,000 bytes are not followed at all.
  package static func reading(vector words: [[UInt8]], files: NamedFiles? = nil) -> Reading {
    let interpreter = Interpreter(files: files)
    let line = Array(words.joined(separator: [UInt8(ascii: " ")]))
    guard line.count <= Interpreter.vectorLimit else {
      interpreter.note(.tooLong, line)
      return interpreter.reading
    }
    interpreter.raw = line[...]
    _ = interpreter.invoke(
      Invocation(
        words: words.map { Argument(Spelling($0)) }, settings: [], directory: .start, via: [],
        accesses: [], input: .inherited, isPiped: false, place: .here, raw: Spelling(line),
        isShell: false, callsFunctions: false))
    interpreter.examineFreshScripts(line)
    return interpreter.reading
  }

  /// What the line would run, given as a string.
  package static func reading(_ line: String) -> Reading { reading(Array(line.utf8)) }

  /// Whether a program of this name reads its script as shell text.
  package static func isShell(_ name: Spelling) -> Bool { Interpreter.shells.contains(name) }

  /// Whether a package manager such as yarn has a verb of this name of its own, so that it names no script.
  package static func isVerb(_ verb: Spelling, of manager: Spelling) -> Bool {
    Interpreter.isVerb(verb, of: manager)
  }

  /// The first syntax error, whatever the length of the text; nil for valid shell.
  package static func syntaxError(in text: [UInt8]) -> ShellSyntaxError? {
    do {
      _ = try ShellParser.parse(text)
      return nil
    } catch {
      return error
    }
  }
}

extension Interpreter {
  /// Programs that leave the text of a file as it is.
  private static let harmless: Set<Spelling> = [
    "chmod", "ls", "cat", "test", "[", "head", "tail", "grep", "wc", "file", "stat", "echo", "less",
    "diff", "git", "bash", "sh", "zsh", "dash", "ksh", "source", ".", "sudo", "env", "exec",
    "shellcheck", "time", "timeout", "nohup", "nice", "command", "xargs", "find", "eval", "which",
  ]

  /// Files that a later program reads for commands of its own.
  private static let commandFiles: [Spelling] = [
    ".git/hooks", ".git/config", ".gitconfig", ".git/info/attributes", ".husky/",
  ]

  private static let writers: Set<Spelling> = [
    "cp", "mv", "ln", "install", "tee", "dd", "curl", "wget", "rsync", "scp", "sed", "perl",
  ]

  /// What the line itself writes is another text by the time it runs.
  func examineFreshScripts(_ line: [UInt8]) {
    let fresh = FreshFiles(reading, harmless: Self.harmless)
    for script in reading.scripts {
      guard let name = script.path.lastComponent else { continue }
      let isNamedInCode = reading.inlineCode.contains { Mention.of(name, in: $0.text) }
      guard isNamedInCode || fresh.mayBe(name, path: script.path) else { continue }
      if case .interpreter(let language) = script.kind {
        guard fresh.isWritten(name) || fresh.isTaken(name, by: Self.writers) else { continue }
        record(InlineCode(interpreter: language, text: Spelling(line), isKnown: true))
      } else {
        note(.text, line)
        return
      }
    }
    if fresh.changes(Self.commandFiles), reading.vectors.contains(where: { $0.name == "git" }) {
      note(.setting, line)
    }
    let setsPath = state.variables["PATH"] != nil && !takesPathFromFile
    for vector in reading.vectors {
      guard let name = vector.program.text, !name.contains(UInt8(ascii: "/")), !name.isEmpty else {
        continue
      }
      let isGivenPath = !takesPathFromFile && vector.environment.contains { $0.name == "PATH" }
      let looksElsewhere = setsPath || isGivenPath
      if looksElsewhere || fresh.isProgram(name), fresh.mayBe(name, path: vector.program) {
        note(.program, line)
      } else if let files = Self.ruleFiles[name], files.contains(where: fresh.isWritten) {
        note(.text, line)
      }
    }
  }

  /// Where programs find their rules when no option names a file.
  private static let ruleFiles: [Spelling: [Spelling]] = [
    "make": ["Makefile", "makefile", "GNUmakefile"],
    "gmake": ["Makefile", "makefile", "GNUmakefile"],
    "just": ["justfile", "Justfile", ".justfile"],
  ]
}

/// Names of files that a line writes, or hands to programs that may write them.
private struct FreshFiles {
  private var written: Set<Spelling> = []
  private var writesUnknown = false
  /// The programs that are given a file of this name.
  private var takers: [Spelling: [Argument]] = [:]
  private var paths: Set<Spelling> = []

  init(_ reading: Reading, harmless: Set<Spelling>) {
    for access in reading.accesses where access.kind != .read {
      if let name = access.path.lastComponent {
        written.insert(name)
      } else {
        writesUnknown = true
      }
      paths.insert(access.path.written)
    }
    let starters = Set(reading.vectors.flatMap(\.via))
    for vector in reading.vectors {
      guard let program = vector.name, !harmless.contains(program), !starters.contains(program)
      else { continue }
      for argument in vector.arguments {
        for spelled in argument.asPaths {
          if let name = spelled.lastComponent { takers[name, default: []].append(vector.program) }
          paths.insert(spelled.written)
        }
      }
    }
  }

  func isWritten(_ name: Spelling) -> Bool { written.contains(name) }

  /// Whether a file of this name may be new, unless only the program at the path itself takes it.
  func mayBe(_ name: Spelling, path: Argument) -> Bool {
    writesUnknown || written.contains(name) || takers[name]?.contains { $0 != path } ?? false
  }

  /// Whether one of some programs is given a file of this name.
  func isTaken(_ name: Spelling, by programs: Set<Spelling>) -> Bool {
    takers[name]?.contains { $0.lastComponent.map(programs.contains) ?? false } ?? false
  }

  /// Whether a program of this name is put among other programs.
  func isProgram(_ name: Spelling) -> Bool {
    takers[name] != nil || written.contains(name)
      ? paths.contains { $0.hasSuffix("bin/" + name) } : false
  }

  /// Whether one of these files, or a file below them, is named.
  func changes(_ files: [Spelling]) -> Bool {
    paths.contains { path in
      files.contains { path.hasPrefix($0) || path.contains("/" + $0) }
    }
  }
}
