package import Evidence
package import JSONText
package import Machine
package import Rules

/// What a plugin adds to a project.
package enum PluginKind: Text, CaseIterable, Sendable {
  /// A condition outside the items.
  case prerequisite
  /// Verdicts beside those of the rule sets.
  case judge
  /// A way to run an agent.
  case executor
  /// A place where events go.
  case sink
  /// Items from elsewhere.
  case backlog
}

/// A plugin as the configuration declares it: what it is for, what is run, and which bytes that must be.
package struct PluginDeclaration: Equatable, Sendable {
  package var name: Text
  package var kind: PluginKind
  /// The program and its arguments; the program is a path, relative to the project's root or absolute.
  package var command: [Text]
  /// The digest of the program's file.
  package var digest: Digest
  /// Further files that must hold exactly these bytes, in the order in which they are declared.
  package var files: [Pinned] = []
  /// How many seconds it may take; unless it is said, ten, or an hour for one that runs an agent.
  package var timeout: Int
  /// How many bytes it may answer.
  package var outputLimit = 1 << 20
  /// The variables that are handed through to it.
  package var environment: [Text] = []
  /// What a judge is asked about.
  package var phases: [Phase] = JudgeQuestion.phases

  /// A file beside the program, with the digest that it must have.
  package struct Pinned: Equatable, Sendable {
    package var path: Path
    package var digest: Digest
  }

  /// The program's file.
  package var program: Path { command.first.map { Path($0) } ?? "" }

  /// The files that must not change, the program first.
  package var pinned: [Pinned] { [Pinned(path: program, digest: digest)] + files }

  /// The whole declaration, every preset spelled out.
  package var json: JSON {
    [
      "name": .string(name), "kind": .string(kind.rawValue),
      "command": .array(command.map { .string($0) }), "sha256": .string(digest.hex),
      "files": .object(
        files.map { .init(key: $0.path.text, value: .string($0.digest.hex)) }),
      "timeout": .integer(timeout), "output_limit": .integer(outputLimit),
      "environment": .array(environment.map { .string($0) }),
      "phases": .array(kind == .judge ? phases.map { .string($0.word) } : []),
    ]
  }

  /// Declares a plugin with every preset.
  package init(name: Text, kind: PluginKind, command: [Text], digest: Digest) {
    self.name = name
    self.kind = kind
    self.command = command
    self.digest = digest
    timeout = kind == .executor ? 3600 : 10
  }

  /// The digest of the declaration's canonical form: whatever is changed in it, trust was given to something else.
  package func fingerprint() throws(Refusal) -> Digest {
    do {
      return SHA256.hash(try json.canonical())
    } catch {
      throw Refusal(.configurationInvalid, "plugin " + name + ": " + Text(error.message))
    }
  }

  /// The command on one line, each word in quotes, so that nobody has to guess where a word ends.
  package var shownCommand: Text {
    Text(bytes: Array(command.map { quoted($0) }.joined(separator: [0x20])))
  }
}

/// Reads the plugins of a configuration; whatever cannot be meant is refused with its place.
struct PluginReader {
  let reader: Reader

  private static let largestOutput = Project.smallSizeLimit
  private static let longestTime = 86_400
  /// Names that mean something else wherever a plugin's name stands.
  private static let taken: [Text] = ["authenticity", "ci", "conductor", "rules"]

  func plugins(_ node: Node) throws(Refusal) -> [PluginDeclaration] {
    guard node.kind == .object else { throw reader.fault("plugins must be an object", node) }
    var plugins: [PluginDeclaration] = []
    for member in node.members {
      plugins.append(try plugin(member.key, member.value))
    }
    return plugins
  }

  private func plugin(_ name: Text, _ node: Node) throws(Refusal) -> PluginDeclaration {
    try check(name: name, node)
    try reader.object(
      node,
      keys: [
        "kind", "command", "sha256", "files", "timeout", "output_limit", "environment", "phases",
      ])
    let word = try needed("kind", of: node) { (value) throws(Refusal) in
      try reader.text(value, "kind")
    }
    guard let kind = PluginKind(rawValue: word) else {
      throw unknown("kind", word, among: PluginKind.allCases.map(\.rawValue), node["kind"] ?? node)
    }
    var plugin = PluginDeclaration(
      name: name, kind: kind,
      command: try needed("command", of: node) { (value) throws(Refusal) in try command(value) },
      digest: try needed("sha256", of: node) { (value) throws(Refusal) in
        try digest(value, "sha256")
      })
    if let value = node["files"] { plugin.files = try files(value) }
    if let value = node["timeout"] {
      plugin.timeout = try reader.seconds(value, "timeout")
      guard plugin.timeout > 0, plugin.timeout <= Self.longestTime else {
        throw reader.fault("timeout must be longer than nothing and at most 1d", value)
      }
    }
    if let value = node["output_limit"] {
      guard let limit = value.integer, limit > 0, limit <= Self.largestOutput else {
        throw reader.fault(
          "output_limit must be a number of bytes from 1 to " + Text("\(Self.largestOutput)")
            + ", not " + value.words, value)
      }
      plugin.outputLimit = limit
    }
    if let value = node["environment"] { plugin.environment = try variables(value) }
    if let value = node["phases"] { plugin.phases = try phases(value, of: kind) }
    return plugin
  }

  private func check(name: Text, _ node: Node) throws(Refusal) {
    let isPlain = name.bytes.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
    }
    guard isPlain, !name.isEmpty, name.bytes.count <= 64, !name.hasPrefix("-") else {
      throw reader.fault(
        "a plugin's name has up to 64 lower-case letters, digits and hyphens, unlike "
          + Text(bytes: quoted(name)), node)
    }
    guard !Self.taken.contains(name) else {
      throw reader.fault("a plugin cannot be called " + name + ", which means something else", node)
    }
  }

  private func needed<Value>(
    _ key: Text, of node: Node, _ read: (Node) throws(Refusal) -> Value
  ) throws(Refusal) -> Value {
    guard let value = node[key] else { throw reader.fault("a plugin needs " + key, node) }
    return try read(value)
  }

  private func command(_ node: Node) throws(Refusal) -> [Text] {
    let words = try reader.texts(node, "command")
    guard let program = words.first, !program.isEmpty,
      !words.contains(where: { $0.bytes.contains(0) })
    else { throw reader.fault("a plugin needs a command of at least one word", node) }
    guard program.bytes.contains(UInt8(ascii: "/")) else {
      throw reader.fault(
        "the first word of a plugin's command is the path of a file with a slash in it, such as ./"
          + program + ", because nothing is looked up on the PATH", node)
    }
    return words
  }

  private func digest(_ node: Node, _ key: Text) throws(Refusal) -> Digest {
    let text = try reader.text(node, key)
    guard let digest = Digest(hex: text.bytes) else {
      throw reader.fault(
        key + " must be a SHA-256 of 64 lower-case hexadecimal digits, as sha256sum prints it, not "
          + node.words, node)
    }
    return digest
  }

  private func files(_ node: Node) throws(Refusal) -> [PluginDeclaration.Pinned] {
    guard node.kind == .object else {
      throw reader.fault("files must be an object of paths with their SHA-256", node)
    }
    var files: [PluginDeclaration.Pinned] = []
    for member in node.members {
      guard !member.key.isEmpty, !member.key.bytes.contains(0) else {
        throw reader.fault("files names an empty path", member.value)
      }
      files.append(.init(path: Path(member.key), digest: try digest(member.value, member.key)))
    }
    return files
  }

  private func variables(_ node: Node) throws(Refusal) -> [Text] {
    let names = try reader.texts(node, "environment")
    for name in names {
      let isName = name.bytes.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "=") && $0 < 0x7F }
      guard isName, !name.isEmpty else {
        throw reader.fault(
          "environment lists names of variables, and " + Text(bytes: quoted(name)) + " is none",
          node)
      }
      guard !PluginCall.presetNames.contains(name) else {
        throw reader.fault(name + " is set for every plugin and cannot be handed through", node)
      }
    }
    return names
  }

  private func phases(_ node: Node, of kind: PluginKind) throws(Refusal) -> [Phase] {
    guard kind == .judge else { throw reader.fault("only a judge has phases", node) }
    var phases: [Phase] = []
    for word in try reader.texts(node, "phases") {
      guard let phase = Phase(word), JudgeQuestion.phases.contains(phase) else {
        throw unknown("phase", word, among: JudgeQuestion.phases.map(\.word), node)
      }
      if !phases.contains(phase) { phases.append(phase) }
    }
    guard !phases.isEmpty else { throw reader.fault("phases must name at least one", node) }
    return phases
  }

  private func unknown(_ what: Text, _ word: Text, among known: [Text], _ node: Node) -> Refusal {
    let nearest = NearestWord.find(word.string, among: known.map(\.string)).first
    let list = known.dropFirst().reduce(known.first ?? "") { $0 + ", " + $1 }
    return reader.fault(
      "unknown " + what + " " + Text(bytes: quoted(word))
        + (nearest.map { "; did you mean \"" + Text($0) + "\"?" } ?? "; known are " + list), node)
  }
}
