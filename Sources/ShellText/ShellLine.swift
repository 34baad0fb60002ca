/// A command line as POSIX shells and bash read it.
package enum ShellLine {
  /// What the line would run. It never fails: what cannot be told stands among the unknowns.
  ///
  /// Lines of more than 10,000 bytes are not followed at all.
  package static func reading(_ line: [UInt8]) -> Reading {
    let interpreter = Interpreter()
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

  /// What the line would run, given as a string.
  package static func reading(_ line: String) -> Reading { reading(Array(line.utf8)) }

  /// What an argument vector would run when it is started as it is, without any shell in between.
  package static func reading(vector: [[UInt8]]) -> Reading {
    let interpreter = Interpreter()
    let words = vector.map { Argument(Spelling($0)) }
    let raw = Spelling(vector.joined(separator: [32]))
    guard raw.bytes.count <= Interpreter.vectorLimit else {
      interpreter.note(.tooLong, raw.bytes)
      return interpreter.reading
    }
    interpreter.raw = raw.bytes[...]
    _ = interpreter.invoke(
      Invocation(
        words: words, settings: [], directory: .start, via: [], accesses: [], input: .inherited,
        isPiped: false, place: .here, raw: "", isShell: false, callsFunctions: false))
    return interpreter.reading
  }

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

  /// A script that the line itself may write is another one by the time it runs.
  func examineFreshScripts(_ line: [UInt8]) {
    let starters = Set(reading.vectors.flatMap(\.via))
    for script in reading.scripts {
      if case .interpreter = script.kind { continue }
      guard let name = script.path.lastComponent else { continue }
      let isWritten = reading.accesses.contains { access in
        access.kind != .read && access.path.lastComponent ?? name == name
      }
      let isTouched = reading.vectors.contains { vector in
        guard vector.program != script.path, let program = vector.name,
          !Self.harmless.contains(program), !starters.contains(program)
        else { return false }
        return vector.arguments.contains { $0.lastComponent == name }
      }
      if isWritten || isTouched {
        note(.text, line)
        return
      }
    }
  }
}
