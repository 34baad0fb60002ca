package import JSONText

/// An executor as the configuration states it: the command that runs an agent, and how its answer is told.
package struct ExecutorSetting: Equatable, Sendable {
  /// The name by which `--executor` asks for it.
  package var name: Text
  /// The program and its arguments; the prompt comes on standard input.
  package var command: [Text]
  /// How many seconds the agent may take.
  package var timeout = 3600
  /// The form of the agent's output.
  package var profile: ExecutorProfile
  /// The file that holds the answer, where it is not the output.
  package var answerFile: Text?
  /// The names of the variables that are passed on to the agent; nil passes on all of them.
  package var environment: [Text]?

  /// States an executor with nothing but a command.
  package init(name: Text, command: [Text], profile: ExecutorProfile = .generic) {
    self.name = name
    self.command = command
    self.profile = profile
  }

  /// Reads the executors of a configuration; whatever they cannot mean is refused with its place.
  static func all(_ node: Node, _ reader: Reader) throws(Refusal) -> [ExecutorSetting] {
    guard node.kind == .object else {
      throw reader.fault("executors must be an object, not " + node.words, node)
    }
    return try node.members.map { (member) throws(Refusal) in
      try ExecutorSetting(member.key, member.value, reader)
    }
  }

  private init(_ name: Text, _ node: Node, _ reader: Reader) throws(Refusal) {
    try reader.object(node, keys: ["command", "timeout", "profile", "answer", "environment"])
    guard let value = node["command"] else {
      throw reader.fault("an executor needs a command of at least one word", node)
    }
    let command = try reader.texts(value, "command")
    guard let program = command.first, !program.isEmpty else {
      throw reader.fault("an executor needs a command of at least one word", value)
    }
    self.init(name: name, command: command, profile: Self.usual(for: program))
    if let value = node["timeout"] { timeout = try reader.seconds(value, "timeout") }
    if let value = node["profile"] {
      let word = try reader.text(value, "profile")
      guard let profile = ExecutorProfile(rawValue: word.string) else {
        throw reader.fault(
          "profile must be generic, codex or claude, not " + Text(bytes: quoted(word)), value)
      }
      self.profile = profile
    }
    if let value = node["answer"] {
      try reader.object(value, keys: ["file"])
      guard let file = value["file"] else {
        throw reader.fault("answer must name a file", value)
      }
      let path = try reader.text(file, "file")
      guard !path.isEmpty else { throw reader.fault("file must not be empty", file) }
      answerFile = path
    }
    if let value = node["environment"] { environment = try reader.texts(value, "environment") }
  }

  /// The form that a program of this name is known for.
  private static func usual(for program: Text) -> ExecutorProfile {
    let name = program.bytes.split(separator: UInt8(ascii: "/")).last.map { Text(bytes: Array($0)) }
    return name.flatMap { ExecutorProfile(rawValue: $0.string) } ?? .generic
  }

  /// The schema of an answer, for agents that can be held to one: the narrowest form that conductor accepts, since
  /// some take nothing wider.
  package static let answerSchema: JSON = [
    "type": "object",
    "properties": [
      "analysis": ["type": "string"],
      "commands": ["type": "array", "items": ["type": "string"]],
      "receipts": ["type": "array", "items": ["type": "string"]],
    ],
    "required": ["analysis", "commands", "receipts"],
    "additionalProperties": false,
  ]

  /// A word of the command with what stands for something of the task filled in.
  static func filled(_ word: Text, _ values: [(name: Text, value: Text)]) -> Text {
    var result: [UInt8] = []
    var rest = word.bytes[...]
    while let first = rest.first {
      let match = values.first { rest.starts(with: $0.name.bytes) }
      if let match {
        result += match.value.bytes
        rest = rest.dropFirst(match.name.bytes.count)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return Text(bytes: result)
  }
}
