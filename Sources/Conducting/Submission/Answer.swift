import Evidence
package import JSONText
package import Rules

/// What an agent answered, read by the schema that every answer has to fit and by those of the rule sets.
package struct Answer: Sendable {
  /// A text of the answer with its place there.
  struct Entry: Sendable {
    var text: Text
    var pointer: Text
    var node: Node
  }

  /// A command that the agent proposes, and where it would start.
  struct Command: Sendable {
    var line: Text
    var directory: Entry?
  }

  /// A receipt that the agent names.
  struct StatedReceipt: Sendable {
    var path: Entry
    var digest: Entry?
  }

  /// Everything that the answer says beside commands to be run and receipts.
  let analysis: Text
  /// The commands that are proposed, in order.
  let commands: [Command]
  /// The receipts that are named, in order.
  let receipts: [StatedReceipt]

  /// An answer, or what is wrong with it; both where it has the form of an answer and a rule set asks for more.
  struct Reading: Sendable {
    var answer: Answer?
    var faults: [SchemaFinding]
  }

  /// Reads an answer; every fault is named at once.
  static func reading(_ bytes: Bytes, _ book: RuleBook) throws(Refusal) -> Reading {
    let root: Node
    do {
      root = try Document(bytes).root
    } catch {
      return Reading(
        answer: nil,
        faults: [
          SchemaFinding(
            pointer: "", line: error.line, column: error.column,
            text: Text(error.message) + "; an answer is one JSON document with nothing around it")
        ])
    }
    var faults = try AnswerSchema.schema().findings(in: root)
    let answer = faults.isEmpty ? Answer(root) : nil
    for schema in book.sets.flatMap(\.response) {
      for finding in schema.schema.findings(in: root) where !faults.contains(finding) {
        faults.append(finding)
      }
    }
    faults.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    return Reading(answer: answer, faults: faults)
  }

  /// Reads an answer that is to be judged and nothing else.
  package init(_ bytes: Bytes, named name: Text, _ book: RuleBook) throws(Refusal) {
    let reading = try Self.reading(bytes, book)
    guard reading.faults.isEmpty, let answer = reading.answer else {
      throw Refusal(reading.faults.map { (.answerInvalid, $0.sentence(in: name)) })
    }
    self = answer
  }

  /// An answer that fits the schema of all answers.
  init(_ root: Node) {
    var said: [Text] = []
    for member in root.members where member.key != "commands" && member.key != "receipts" {
      if member.key != "analysis" { said.append(member.key) }
      said += Self.texts(in: member.value)
    }
    var commands: [Command] = []
    for (index, node) in (root["commands"]?.elements ?? []).enumerated() {
      let directory = node["cwd"].flatMap { Self.entry($0, "commands", index, "cwd") }
      commands.append(Command(line: node.text ?? node["run"]?.text ?? "", directory: directory))
      for member in node.members where member.key != "run" && member.key != "cwd" {
        said += [member.key] + Self.texts(in: member.value)
      }
    }
    var receipts: [StatedReceipt] = []
    for (index, node) in (root["receipts"]?.elements ?? []).enumerated() {
      let path =
        Self.entry(node, "receipts", index)
        ?? node["path"].flatMap { Self.entry($0, "receipts", index, "path") }
      guard let path else { continue }
      let digest = node["sha256"].flatMap { Self.entry($0, "receipts", index, "sha256") }
      receipts.append(StatedReceipt(path: path, digest: digest))
    }
    analysis = Text(bytes: Array(said.map(\.bytes).joined(separator: [10])))
    self.commands = commands
    self.receipts = receipts
  }

  private static func entry(
    _ node: Node, _ key: Text, _ index: Int, _ member: Text? = nil
  ) -> Entry? {
    let steps = [key, Text("\(index)")] + [member].compactMap { $0 }
    return node.text.map { Entry(text: $0, pointer: JSONPointer.text(steps), node: node) }
  }

  /// All strings below a value, names of members included: an agent may say anything in either.
  private static func texts(in node: Node) -> [Text] {
    switch node.kind {
    case .string: [node.text ?? ""]
    case .array: node.elements.flatMap(texts)
    case .object: node.members.flatMap { [$0.key] + texts(in: $0.value) }
    default: []
    }
  }
}

extension SchemaFinding {
  /// A finding about a text of an answer.
  init(_ text: Text, at entry: Answer.Entry) {
    let place = entry.node.place
    self.init(pointer: entry.pointer, line: place.line, column: place.column, text: text)
  }

  /// The finding on one line, the place first.
  package func sentence(in name: Text) -> Text {
    let place = name + Text(":\(line):\(column): ")
    return pointer.isEmpty ? place + text : place + pointer + ": " + text
  }

  /// The form that `--json` and receipts share.
  package var json: JSON {
    [
      "pointer": .string(pointer), "line": .integer(line), "column": .integer(column),
      "text": .string(text),
    ]
  }
}
