import JSONText
import ShellText

/// Commands whose written paths follow rules of their own.
extension CommandSubject {
  /// Whether one of some options is given, or may be.
  func mayHave(_ options: Text...) -> Bool {
    options.contains { has(option: $0).degree != .no }
  }

  // MARK: Copies and links

  private var isCopier: Bool { ["cp", "rsync", "scp"].contains(name) }

  /// Whether folders are copied with all that they hold.
  var isRecursive: Bool { isCopier && mayHave("-r", "-R", "-a", "--recursive", "--archive") }

  /// Whether what a folder holds goes right into the destination.
  func putsContents(_ sources: [Argument]) -> Bool {
    guard isRecursive else { return false }
    if mayHave("-T", "--no-target-directory") { return true }
    return sources.contains { source in
      let written = source.written
      return written.hasSuffix("/.") || written == "." || written.hasSuffix("..")
        || (name == "rsync" && written.hasSuffix("/"))
    }
  }

  private var isSymbolic: Bool { mayHave("-s", "--symbolic", "--symbolic-link") }

  /// Whether the new names stand for the very files, so that writing one writes the other.
  var isHardLinking: Bool {
    name == "ln" && !isSymbolic || name == "cp" && mayHave("-l", "--link")
  }

  /// What links that a command makes lead to, each seen from where it may be meant.
  var linked: [WrittenPath] {
    guard name == "ln" || name == "cp", isSymbolic else { return [] }
    let plain = withoutClusters(for: Writer.links) ?? self
    let folders = Writer.links.paths.flatMap { plain.values(of: $0) }
    var operands = plain.operands(valued: Writer.links.paths + Writer.links.valued)
    let place = folders.last ?? (operands.count > 1 ? operands.popLast() : nil)
    return operands.flatMap { operand in
      var found = [path(operand)]
      if let place {
        // The text of a link is read from the folder in which the link lies, whichever that turns out to be.
        let within = placed(vector.directory).entering(place)
        found.append(WrittenPath(path: operand, directory: within))
        found.append(WrittenPath(path: operand, directory: within.entering(Argument(".."))))
      }
      return found
    }
  }

  /// The same command with `-sft` written as `-s -f -t`; nil where nothing is clustered with an option that takes a path.
  func withoutClusters(for writer: Writer) -> CommandSubject? {
    let letters = writer.paths.filter { $0.bytes.count == 2 }.map { $0.bytes[1] }
    func cut(_ argument: Argument) -> Int? {
      let prefix = argument.knownPrefix
      guard prefix.bytes.count > 2, prefix.hasPrefix("-"), !prefix.hasPrefix("--"),
        let cut = prefix.bytes.firstIndex(where: letters.contains)
      else { return nil }
      return cut > 1 ? cut : nil
    }
    guard shell == .posix, vector.arguments.contains(where: { cut($0) != nil }) else { return nil }
    var plain = vector
    plain.arguments = vector.arguments.flatMap { argument -> [Argument] in
      guard let cut = cut(argument) else { return [argument] }
      let bytes = argument.knownPrefix.bytes
      let value = argument.dropping(cut + 1)
      return [Argument(Spelling(bytes[..<cut])), Argument(Spelling([bytes[0], bytes[cut]]))]
        + (value.parts.isEmpty ? [] : [value])
    }
    return CommandSubject(
      plain, shell: shell, scripts: scripts, isChained: isChained, start: start, trail: trail)
  }

  // MARK: Commands by name

  /// What a command writes that no table describes; nil for one that has an entry there or is not known.
  func pathsOfItsOwn() -> [WrittenPath]? {
    switch name {
    case "find": return search.map { $0.paths(self) }
    case "tar", "bsdtar", "gtar", "unzip":
      return Archive(self).map { $0.folder.map { [path($0, .someInside)] } ?? [] }
    case "wget", "curl": return downloads()
    default: return nil
    }
  }

  /// The files that a download is put into, named after its address where nothing else is said.
  private func downloads() -> [WrittenPath]? {
    guard let writer = Writer.of(self) else { return nil }
    let plain = withoutClusters(for: writer) ?? self
    let named = writer.paths.flatMap { plain.values(of: $0) }.map { path($0) }
    let isCurl = name == "curl"
    let folders = isCurl ? ["--output-dir"] : ["-P", "--directory-prefix"] as [Text]
    let place = folders.flatMap { plain.values(of: $0) }.last ?? Argument(".")
    if !isCurl, mayHave("-r", "-m", "--recursive", "--mirror", "-x", "--force-directories") {
      return named + [path(place, .someInside)]
    }
    let keepsName =
      isCurl
      ? mayHave("-O", "--remote-name", "--remote-name-all") : !mayHave("-O", "--output-document")
    guard keepsName else { return named }
    return named
      + plain.operands(valued: writer.paths).map { path(place.holding($0.address)) }
  }

  /// What `find` looks for, where this is one.
  var search: FileSearchCommand? { name == "find" ? FileSearchCommand(vector.arguments) : nil }
}

extension Writer {
  /// Options of the commands that make links.
  static let links = Writer(
    style: .destination, paths: ["-t", "--target-directory"], valued: ["-S", "--suffix"])
}

extension Argument {
  /// An address without what stands behind its path.
  fileprivate var address: Argument {
    guard let text, let end = text.bytes.firstIndex(where: { "?#".utf8.contains($0) }) else {
      return self
    }
    return Argument(Spelling(text.bytes[..<end]))
  }
}

/// What `find` removes and writes.
struct FileSearchCommand {
  /// A test that a file's name or kind must pass.
  enum Test {
    case name(Glob)
    case folder
    case file
  }

  var starts: [Argument] = []
  /// Files that lists are written to.
  private var lists: [Argument] = []
  private(set) var deletes = false
  private(set) var tests: [Test] = []
  /// Whether files have to pass more than the tests that are known.
  private(set) var hasOtherTests = false

  /// Removes all that lies in the places where it starts.
  var deletesAll: Bool { deletes && tests.isEmpty && !hasOtherTests }

  init(_ arguments: [Argument]) {
    var words = arguments[...]
    while let word = words.first?.text, ["-H", "-L", "-P"].contains(word) {
      words = words.dropFirst()
    }
    while let word = words.first, !Self.beginsExpression(word) {
      starts.append(word)
      words = words.dropFirst()
    }
    if starts.isEmpty { starts = [Argument(".")] }
    while let word = words.popFirst() {
      switch word.text?.string {
      case "-delete": deletes = true
      case "-fprint", "-fprint0", "-fls", "-fprintf":
        if let list = words.popFirst() { lists.append(list) }
      case "-name", "-iname": addName(words.popFirst(), ignoringCase: word.text == "-iname")
      case "-type":
        switch words.popFirst()?.text {
        case "d": tests.append(.folder)
        case "f": tests.append(.file)
        default: hasOtherTests = true
        }
      case "-print", "-print0", "-depth", "-d", "-a", "-and", "-xdev", "-mount": break
      default: hasOtherTests = true
      }
      // What is turned round or joined by "or" lets more pass than one test does.
      if ["!", "-not", "-o", "-or", ","].contains(word.text ?? "") { isNegated = true }
    }
    if isNegated { tests = [] }
  }

  private var isNegated = false

  private static func beginsExpression(_ word: Argument) -> Bool {
    let prefix = word.knownPrefix
    return prefix.hasPrefix("-") || ["(", ")", "!", ","].contains(word.text ?? "")
  }

  private mutating func addName(_ pattern: Argument?, ignoringCase: Bool) {
    guard let text = pattern?.text,
      let glob = try? Glob([UInt8(ascii: "/")] + text.bytes, ignoringCase: ignoringCase)
    else {
      hasOtherTests = true
      return
    }
    tests.append(.name(glob))
  }

  /// Whether a file passes the tests that are known.
  func finds(_ name: [UInt8], isFolder: Bool) -> Bool {
    tests.allSatisfy { test in
      switch test {
      case .name(let glob): glob.matches(name)
      case .folder: isFolder
      case .file: !isFolder
      }
    }
  }

  /// The paths that it writes or removes whatever its tests find.
  func paths(_ subject: CommandSubject) -> [WrittenPath] {
    lists.map { subject.path($0) }
      + (deletesAll ? starts.map { subject.path($0, .everythingInside) } : [])
  }
}
