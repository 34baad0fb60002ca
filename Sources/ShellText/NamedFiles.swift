/// What a reading may ask about files that a line names; whoever asks for the reading looks at the disk.
package struct NamedFiles {
  /// The text of the file at a path, seen from a directory; nil where it cannot be read.
  package var text: (Argument, Directory) -> [UInt8]?
  /// Whether there is a file at a path, seen from a directory.
  package var exists: (Argument, Directory) -> Bool

  /// States how files are asked for.
  package init(
    text: @escaping (Argument, Directory) -> [UInt8]?,
    exists: @escaping (Argument, Directory) -> Bool
  ) {
    self.text = text
    self.exists = exists
  }
}

/// Files that the shell reads itself, so that what they set and define stays.
extension Interpreter {
  /// A file that is being read in the shell.
  struct OpenFile: Equatable {
    var path: Argument
    var directory: Directory
    var arguments: [Argument]
  }

  /// The text of a file on this machine, where it may be read.
  private func text(of path: Argument, in directory: Directory) -> [UInt8]? {
    guard place == .here, !path.isSeveral else { return nil }
    return files?.text(path, directory)
  }

  /// Runs a file in the current shell; false where it cannot be read.
  func runFile(_ path: Argument, _ arguments: [Argument], _ invocation: Invocation) -> Bool {
    let file = OpenFile(path: path, directory: invocation.directory, arguments: arguments)
    // A file that reads itself brings nothing that is not known by then.
    if openFiles.contains(file) { return true }
    guard let text = text(of: path, in: invocation.directory) else { return false }
    readScript(path, arguments, invocation, kind: .shell, isInPlace: true)
    let saved = (origins, state.positional)
    origins.append(path.written)
    openFiles.append(file)
    if !arguments.isEmpty {
      state.positional = arguments.contains { $0.isSeveral } ? nil : arguments
    }
    _ = run(text: text)
    origins = saved.0
    openFiles.removeLast()
    if !arguments.isEmpty { state.positional = saved.1 }
    return true
  }

  /// Runs a file that a shell may read before anything else, so that nothing it leaves is certain.
  func runStartFile(_ path: Argument, _ invocation: Invocation) {
    let before = state
    if runFile(path, [], invocation) { state = state.merged(with: before) }
  }

  /// Records a program of another language that stands on standard input as a file.
  func readProgram(
    _ path: Argument, _ directory: Directory, _ language: Spelling, _ invocation: Invocation
  ) {
    var inner = invocation
    inner.directory = directory
    readScript(path, [], inner, kind: .interpreter(language))
    guard files != nil else { return }
    guard let text = text(of: path, in: directory), mayRead(text.count) else {
      note(.text, invocation.written.bytes)
      return
    }
    record(code: Argument(Spelling(text)), language)
  }

  /// Records what a script may inherit from the shell that starts it, which its own text does not tell.
  func noteInherited(_ invocation: Invocation) {
    guard invocation.place == .here else { return }
    if state.exportsFunctions || state.exportsAll, !state.functions.isEmpty {
      var text = invocation.written.bytes
      for body in state.functions.values.flatMap(\.bodies) { text += [32] + Array(body.raw) }
      note(.text, text)
    }
    if let file = value(of: "BASH_ENV", for: invocation), !file.parts.isEmpty,
      file.text != "/dev/null"
    {
      note(.setting, invocation.written.bytes)
    }
  }

  /// Records the files of a program's name in those folders of a PATH that the line names itself.
  func recordOnPath(_ name: Spelling, _ invocation: Invocation) {
    guard let files, invocation.place == .here,
      invocation.words[0].text.map({ !$0.contains(UInt8(ascii: "/")) }) ?? false,
      let path = value(of: "PATH", for: invocation)
    else { return }
    for folder in path.separated(by: UInt8(ascii: ":")) {
      let folder = folder.parts.isEmpty ? Argument(".") : folder
      if let text = folder.text, Self.isSystemFolder(text + "/") { continue }
      if folder.parts.contains(where: { if case .unknown = $0 { true } else { false } }) {
        continue
      }
      let file = Argument(parts: folder.parts + [.text("/" + name)])
      guard files.exists(file, invocation.directory) else { continue }
      var inner = invocation
      inner.words[0] = file
      recordScript(file, inner)
    }
  }

  /// What the line sets a variable to, for a start or before it.
  private func value(of name: Spelling, for invocation: Invocation) -> Argument? {
    if let setting = invocation.settings.last(where: { $0.name == name }) { return setting.value }
    guard case .scalar(let value)? = state.variables[name]?.value else { return nil }
    return value
  }
}

extension Argument {
  /// The stretches between the known occurrences of a byte.
  func separated(by byte: UInt8) -> [Argument] {
    var result = [Argument(parts: [])]
    for part in parts {
      guard case .text(let text) = part else {
        result[result.count - 1].parts.append(part)
        continue
      }
      let pieces = text.bytes.split(separator: byte, omittingEmptySubsequences: false)
      for (index, piece) in pieces.enumerated() {
        if index > 0 { result.append(Argument(parts: [])) }
        if !piece.isEmpty { result[result.count - 1].parts.append(.text(Spelling(piece))) }
      }
    }
    return result
  }
}
