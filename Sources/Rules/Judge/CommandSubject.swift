import JSONText
import ShellText

/// One argument vector as rules are asked about it.
final class CommandSubject {
  let vector: Vector
  /// The name by which rules speak of the program.
  let name: Text
  let shell: RuleSet.Shell
  /// The script files that it would have read, or be.
  let scripts: [ScriptFile]
  /// Whether the line runs more than one vector.
  let isChained: Bool
  /// The directory in which the line itself starts.
  let start: Directory
  /// What led to the line, each with an arrow behind it: `make deploy → `.
  let trail: Text

  /// Every path that it is known to write, remove, move or create.
  private(set) lazy var writtenPaths = pathsWritten()
  /// What those paths stand for, found out for whoever judges first; all judge by the same circumstances.
  private var writtenNames: [NamedPath]?
  /// The operands, by the options that a set knows to take values.
  private var operands: [Set<Text>: [Argument]] = [:]
  /// The paths that `git add` and `git commit` name, or the whole tree where they name all that changed.
  private(set) lazy var stagedPaths = pathsStaged()
  /// The arguments as they would be written, and whether each is wholly known.
  private(set) lazy var words = Self.words(vector.arguments)
  /// The vector as it would be written, with what led to it.
  private(set) lazy var saw: Text = (trail + written).shortened(400)

  var ignoresCase: Bool { shell == .powershell }

  init(
    _ vector: Vector, shell: RuleSet.Shell, scripts: [ScriptFile], isChained: Bool,
    start: Directory, trail: Text
  ) {
    self.vector = vector
    self.shell = shell
    self.isChained = isChained
    self.start = start
    self.trail = trail
    name = Self.name(of: vector, shell)
    self.scripts = scripts.filter { script in
      vector.program == script.path || vector.arguments.contains(script.path)
        || vector.accesses.contains { $0.kind == .read && $0.path == script.path }
        || (shell == .powershell
          && vector.arguments.contains {
            Self.folded($0.written.bytes) == Self.folded(script.path.written.bytes)
          })
    }
  }

  /// Arguments as they would be written, and whether each is wholly known.
  static func words(_ arguments: [Argument]) -> [(bytes: [UInt8], isKnown: Bool)] {
    arguments.map { ($0.written.bytes, $0.text != nil && !$0.isSeveral) }
  }

  /// The last component of a program's path; of PowerShell's programs in lower case and without `.exe`.
  static func name(of vector: Vector, _ shell: RuleSet.Shell) -> Text {
    let name = Text(vector.name ?? vector.program.written)
    guard shell == .powershell else { return name }
    let lower = name.lowercase
    return lower.hasSuffix(".exe") ? Text(bytes: Array(lower.bytes.dropLast(4))) : lower
  }

  private static func folded(_ path: [UInt8]) -> [UInt8] {
    path.map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0.folded }
  }

  /// The directory that a directory of the reading is, seen from where the whole began.
  func placed(_ directory: Directory) -> Directory {
    directory.placed(in: start)
  }

  /// The vector as it would be written, with the files that it writes.
  private(set) lazy var written: Text = {
    var words = [Text(vector.program.written)]
    words += vector.arguments.map { Text($0.written) }
    for access in vector.accesses where access.kind != .read {
      words += [access.kind == .append ? ">>" : ">", Text(access.path.written)]
    }
    return Text.joined(words, by: " ")
  }()

  /// What the written paths stand for.
  func writtenNames(_ finder: PathFinder) -> [NamedPath] {
    if let writtenNames { return writtenNames }
    let names = writtenPaths.map { finder.path($0.path, in: $0.directory) }
    writtenNames = names
    return names
  }

  // MARK: Options and operands

  /// The arguments that are neither options nor values of options that take one.
  func operands(valued options: [Text]) -> [Argument] {
    let key = Set(options)
    if let known = operands[key] { return known }
    let found = operands(valued: Set(options.map { Spelling($0) }))
    operands[key] = found
    return found
  }

  /// The arguments that are neither options nor, by what the set says of the program, values of options.
  ///
  /// Where case is minded, programs that are not PowerShell's own tell `-f` from `-F` there too.
  func operands(valued: Set<Spelling>, mindingCase: Bool = false) -> [Argument] {
    var operands: [Argument] = []
    var index = 0
    while index < vector.arguments.count {
      let argument = vector.arguments[index]
      index += 1
      if argument.text == "--" { return operands + vector.arguments[index...] }
      guard Self.isOption(argument) else {
        operands.append(argument)
        continue
      }
      guard let text = argument.text else { continue }
      let takesNext = valued.contains { mindingCase ? $0 == text : isSame($0, text) }
      if takesNext { index += 1 }
    }
    return operands
  }

  /// The operands that are the first one where each that stands right behind an option is taken for its value.
  var operandsBehindOptions: [Argument] {
    var found: [Argument] = []
    var mayBeValue = false
    for argument in vector.arguments {
      if argument.text == "--" { return found }
      if Self.isOption(argument) {
        mayBeValue = !argument.written.contains(UInt8(ascii: "="))
        continue
      }
      if !found.isEmpty || mayBeValue { found.append(argument) }
      if !mayBeValue { return found }
      mayBeValue = false
    }
    return found
  }

  private static func isOption(_ argument: Argument) -> Bool {
    let prefix = argument.knownPrefix
    return prefix.hasPrefix("-") && (prefix.bytes.count > 1 || argument.text == nil)
  }

  private func isSame(_ one: Spelling, _ other: Spelling) -> Bool {
    ignoresCase ? one.bytes.equalsIgnoringCase(other.bytes) : one == other
  }

  /// Whether an option is given.
  func has(option: Text) -> Answer {
    var answer = Answer.no
    for argument in vector.arguments {
      if argument.text == "--" { break }
      answer = answer.or(Answer(gives(argument, option), saw: Text(argument.written)))
    }
    return answer
  }

  private func gives(_ argument: Argument, _ option: Text) -> Degree {
    let prefix = Text(argument.knownPrefix)
    let isWhole = argument.text != nil
    if !isWhole, prefix.isEmpty {
      // PowerShell takes no value, expression or block for the name of a parameter, but what is spread out.
      let isValue = ignoresCase && vector.via.isEmpty && !argument.written.hasPrefix("@")
      return isValue ? .no : .doubtful
    }
    guard prefix.hasPrefix("-") else { return .no }
    let head = Self.beforeValue(prefix, ignoresCase)
    if NamePattern.matches(option, head, ignoringCase: ignoresCase) { return .yes }
    if ignoresCase {
      // PowerShell takes a parameter that is cut short.
      let isCut = head.bytes.count > 1 && option.lowercase.hasPrefix(head.lowercase)
      return isCut ? .unknown : .no
    }
    if option.bytes.count == 2, !option.hasPrefix("--"), !prefix.hasPrefix("--"),
      prefix.bytes.dropFirst().contains(option.bytes[1])
    {
      return .yes
    }
    return isWhole || head != prefix ? .no : .doubtful
  }

  /// An option without the value that is attached to it.
  private static func beforeValue(_ option: Text, _ alsoColon: Bool) -> Text {
    let end = option.bytes.firstIndex {
      $0 == UInt8(ascii: "=") || (alsoColon && $0 == UInt8(ascii: ":"))
    }
    return end.map { Text(bytes: Array(option.bytes[..<$0])) } ?? option
  }

  /// The values that an option is given, attached to it or behind it.
  func values(of option: Text) -> [Argument] {
    var values: [Argument] = []
    for (index, argument) in vector.arguments.enumerated() {
      if argument.text == "--" { break }
      let prefix = Text(argument.knownPrefix)
      let head = Self.beforeValue(prefix, ignoresCase)
      if NamePattern.matches(option, head, ignoringCase: ignoresCase) {
        if head != prefix {
          values.append(argument.dropping(head.bytes.count + 1))
        } else if argument.text != nil, index + 1 < vector.arguments.count {
          values.append(vector.arguments[index + 1])
        }
      } else if option.bytes.count == 2, !ignoresCase, prefix.hasPrefix(option),
        !prefix.hasPrefix("--")
      {
        values.append(argument.dropping(2))
      }
    }
    return values
  }

  // MARK: Variables

  /// Whether an argument of the form `NAME=VALUE` sets a variable; to other programs it is text.
  var takesAssignments: Bool { Self.assigning.contains(name) }

  private static let assigning: Set<Text> = [
    "env", "export", "declare", "typeset", "local", "readonly", "set", "alias", "sudo", "doas",
    "make", "gmake", "bmake", "just", "task", "heroku", "dokku", "fly", "flyctl", "railway",
    "vercel", "netlify", "render", "docker", "docker-compose", "podman", "podman-compose",
    "nerdctl", "kubectl", "oc", "helm", "nomad", "terraform", "tofu", "eb", "cf", "systemctl",
    "systemd-run", "launchctl", "cross-env", "dotenv", "direnv",
    "foreman", "honcho", "pm2", "supervisorctl", "setenv", "putenv",
  ]

  /// The values that a variable is given, before the program or among its arguments where it takes such.
  func values(ofVariable name: Text, amongArguments: Bool) -> [Argument] {
    var settings = vector.environment.map { (name: Text($0.name), value: $0.value) }
    if amongArguments {
      settings += vector.arguments.compactMap(\.assignment).map { (Text($0.name), $0.value) }
    }
    return settings.filter {
      ignoresCase ? $0.name.bytes.equalsIgnoringCase(name.bytes) : $0.name == name
    }.map(\.value)
  }

  /// The values that a variable is given, as far as the program is known to take assignments.
  func values(ofVariable name: Text) -> [Argument] {
    values(ofVariable: name, amongArguments: takesAssignments)
  }

  // MARK: URLs

  /// The URLs among its arguments; nil stands for one that is not wholly known.
  var urls: [WebAddress?] {
    vector.arguments.flatMap { argument -> [WebAddress?] in
      let isKnown = argument.text != nil && !argument.isSeveral
      let found: [WebAddress?] = WebAddress.all(in: argument.written.bytes)
      if isKnown { return found }
      let certain: [WebAddress?] = WebAddress.all(in: argument.knownPrefix.bytes)
        .filter(\.hasEndedHost)
      return certain.isEmpty ? [nil] : certain
    }
  }
}
