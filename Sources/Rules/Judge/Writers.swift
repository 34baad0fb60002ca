import JSONText
import ShellText

/// Which arguments of known programs are paths that they write, remove, move or create.
struct Writer: Sendable {
  /// Which operands are written.
  enum Style: Sendable {
    case every
    /// The last one, or what the others become in it.
    case destination
    /// The last one like `destination`, and the others are taken away.
    case move
    /// All but the first, which is a program of its own unless an option brings that.
    case afterProgram
    case none
  }

  var style: Style
  /// Options whose value is a written path.
  var paths: [Text] = []
  /// Other options that take a value.
  var valued: [Text] = []
  /// Options without which it writes nothing.
  var only: [Text] = []
  /// Options that bring the program that is otherwise the first operand.
  var program: [Text] = []
  var reach = WrittenPath.Reach.itself

  private static let remover = Writer(style: .every, reach: .everythingInside)
  private static let mover = Writer(
    style: .move, paths: ["-t", "--target-directory"], valued: ["-S", "--suffix"],
    reach: .everythingInside)
  private static let copier = Writer(
    style: .destination, paths: ["-t", "--target-directory"],
    valued: ["-S", "--suffix", "-m", "--mode", "-o", "--owner", "-g", "--group"])
  private static let toucher = Writer(
    style: .every, valued: ["-d", "--date", "-r", "--reference", "-t", "-s", "--size", "-m"])
  private static let editor = Writer(
    style: .afterProgram, only: ["-i", "--in-place"],
    program: ["-e", "--expression", "-f", "--file"])

  /// What a program of this name writes; nil where that is not known.
  ///
  /// A switch, because a table that is made at every start costs more than all that is looked up in it.
  static func posix(_ name: Text) -> Writer? {
    switch name.string {
    case "rm", "rmdir", "unlink", "shred": remover
    case "mv": mover
    case "cp", "install", "ln": copier
    case "rsync", "scp": Writer(style: .destination)
    case "tee", "gzip", "gunzip", "split": Writer(style: .every)
    case "touch", "truncate": toucher
    case "mkdir": Writer(style: .every, valued: ["-m", "--mode"])
    case "sed", "gsed", "perl", "ruby": editor
    case "curl": Writer(style: .none, paths: ["-o", "--output", "--output-dir", "-D", "-c"])
    case "wget":
      Writer(
        style: .none, paths: ["-O", "--output-document", "-P", "--directory-prefix", "-o"])
    case "sort": Writer(style: .none, paths: ["-o", "--output"])
    case "patch": Writer(style: .every, paths: ["-o", "--output"], valued: ["-i", "-p", "-d"])
    default: nil
    }
  }

  private static let content = Writer(
    style: .every, paths: ["-Path", "-LiteralPath", "-FilePath"],
    valued: ["-Value", "-Encoding", "-InputObject", "-Filter", "-Include", "-Exclude"])
  private static let item = Writer(
    style: .every, paths: ["-Path", "-LiteralPath", "-Destination", "-NewName", "-Name"],
    valued: ["-ItemType", "-Value", "-Filter", "-Include", "-Exclude", "-ErrorAction"],
    reach: .everythingInside)

  /// The same for the commands of PowerShell.
  static func powershell(_ name: Text) -> Writer? {
    switch name.string {
    case "set-content", "sc", "add-content", "ac", "out-file", "clear-content", "clc", "tee-object",
      "tee", "export-csv", "epcsv", "export-clixml":
      content
    case "remove-item", "rm", "ri", "del", "erase", "rd", "rmdir", "new-item", "ni", "move-item",
      "mi", "move", "mv", "copy-item", "copy", "cp", "cpi", "rename-item", "ren", "rni", "md",
      "mkdir":
      item
    default: nil
    }
  }

  /// What the program of a command writes; nil where that is not known.
  static func of(_ subject: CommandSubject) -> Writer? {
    subject.shell == .powershell ? powershell(subject.name) : posix(subject.name)
  }

  /// Verbs of git that write the paths that they name.
  static let git: Set<Text> = ["add", "stage", "rm", "mv", "checkout", "restore", "clean"]
  /// Verbs of git that put the paths that they name into a commit.
  static let staging: Set<Text> = ["add", "stage", "commit"]
  private static let gitValued: Set<Spelling> = [
    "-C", "-c", "--git-dir", "--work-tree", "--namespace", "-m", "--message", "-F", "--file",
    "--author", "--date", "-s", "--source", "--chmod", "-t", "--template", "-b", "-B", "-e",
  ]

  /// What a program of git does to which paths; nil where it is not known to name any.
  static func gitPaths(_ subject: CommandSubject) -> (verb: Text?, paths: [Argument])? {
    guard subject.name == "git" else { return nil }
    // A message may stand behind a cluster such as `-am`.
    let clusters = subject.vector.arguments.compactMap(\.text).filter {
      $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.hasSuffix("m")
    }
    let operands = subject.operands(
      valued: gitValued.union(clusters), mindingCase: true)
    guard let verb = operands.first else { return nil }
    return (verb.text.map { Text($0) }, Array(operands.dropFirst()))
  }
}

/// A path that a command writes.
struct WrittenPath {
  /// What of a folder is touched when the folder is named.
  enum Reach {
    case itself
    case everythingInside
    /// What is put into it, which the command does not tell.
    case someInside
    /// Whatever of it has changed, which the command does not tell.
    case changesInside
  }

  var path: Argument
  var directory: Directory
  var reach = Reach.itself
}

extension CommandSubject {
  func pathsWritten() -> [WrittenPath] {
    let found = vector.accesses.filter { $0.kind != .read }.map {
      WrittenPath(path: $0.path, directory: placed($0.directory))
    }
    if let git = Writer.gitPaths(self) {
      let mayWrite = git.verb.map(Writer.git.contains) ?? true
      let isStaged = git.verb.map(Writer.staging.contains) ?? false
      let reach: WrittenPath.Reach = isStaged ? .changesInside : .everythingInside
      let printed = values(of: "--output").map { path($0) }
      return mayWrite ? found + git.paths.map { path($0, reach) } : found + printed
    }
    if let special = pathsOfItsOwn() { return found + special }
    if name == "dd" {
      return found
        + vector.arguments.compactMap(\.assignment).filter { $0.name == "of" }
        .map { path($0.value) }
    }
    guard let writer = Writer.of(self) else { return found }
    return found + named(by: writer)
  }

  func pathsStaged() -> [WrittenPath] {
    guard let git = Writer.gitPaths(self), git.verb.map(Writer.staging.contains) ?? true else {
      return []
    }
    let all: [Text] = git.verb == "commit" ? ["-a", "--all"] : ["-A", "--all", "-u", "--update"]
    let takesAll = git.paths.isEmpty && all.contains { has(option: $0).degree != .no }
    return (takesAll ? [Argument(".")] : git.paths).map { path($0, .changesInside) }
  }

  func path(_ argument: Argument, _ reach: WrittenPath.Reach = .itself) -> WrittenPath {
    let path = shell == .powershell ? argument.withSlashes : argument
    return WrittenPath(path: path, directory: placed(vector.directory), reach: reach)
  }

  private func named(by writer: Writer) -> [WrittenPath] {
    if let plain = withoutClusters(for: writer) { return plain.named(by: writer) }
    let isAsked = writer.only.isEmpty || writer.only.contains { has(option: $0).degree != .no }
    guard isAsked else { return [] }
    var found = writer.paths.flatMap { values(of: $0) }.map { path($0, writer.reach) }
    let valued = Set((writer.paths + writer.valued + writer.program).map { Spelling($0) })
    var operands = operands(valued: valued)
    switch writer.style {
    case .none: return found
    case .every: break
    case .afterProgram:
      let brings = writer.program.contains { has(option: $0).degree == .yes }
      if !brings { operands = Array(operands.dropFirst()) }
    case .destination, .move:
      let folder = found.first?.path ?? operands.last
      let sources = found.isEmpty ? Array(operands.dropLast()) : operands
      if let folder {
        found.append(path(folder, putsContents(sources) ? .someInside : .itself))
        let reach: WrittenPath.Reach = isRecursive ? .someInside : .itself
        found += sources.map { path(folder.holding($0), reach) }
      }
      operands = writer.style == .move || isHardLinking ? sources : []
    }
    return found + operands.map { path($0, writer.reach) }
  }
}

extension Argument {
  /// The path of a file of another's name in the folder that this names.
  func holding(_ other: Argument) -> Argument {
    var result = self
    result.parts.append(.text("/"))
    if let name = other.lastComponent {
      result.parts.append(.text(name))
    } else {
      result.parts.append(.unknown(other.written))
    }
    return result
  }

  /// Whether a slash stands in it, whatever the parts are that are not known.
  var isCertainlyPath: Bool {
    parts.contains { part in
      if case .text(let text) = part { text.contains(UInt8(ascii: "/")) } else { false }
    }
  }

  /// The same path with the slashes that globs know.
  var withSlashes: Argument {
    var result = self
    result.parts = parts.map { part in
      guard case .text(let text) = part else { return part }
      return .text(
        Spelling(text.bytes.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 }))
    }
    return result
  }
}
