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
    return interpreter.reading
  }

  package static func reading(_ line: String) -> Reading { reading(Array(line.utf8)) }

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
