import Backlog
package import JSONText
import Machine

/// One call of a tool, as a coding agent's hook tells of it before the tool is used.
package struct ToolCall {
  /// What is about to happen.
  package enum Deed: Sendable {
    /// A command line for a shell.
    case command(Text)
    /// A file is written or changed at a path, as it was spelled.
    case writing(Text, added: [Text], removed: [Text])
    case fetch(Text)
    /// Nothing that rules speak of.
    case harmless
    /// A tool of which nobody here knows what it does.
    case unreadable
  }

  /// The tool's name.
  package let tool: Text
  package let deed: Deed
  /// The directory in which the agent works; nil where the hook did not say.
  package let directory: Text?

  /// The most that is read: no call that a person could follow comes near it.
  package static let sizeLimit = 32 << 20

  /// Reads the one document that the hook sends; anything else in its place refuses.
  package init(_ bytes: [UInt8]) throws(Refusal) {
    let root: Node
    do {
      root = try Document(Bytes(bytes)).root
    } catch {
      throw Self.fault(
        bytes.allSatisfy { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
          ? "standard input is empty"
          : "line " + Text("\(error.line)") + ", column " + Text("\(error.column)") + ": "
            + Text(error.message))
    }
    guard root.kind == .object else { throw Self.fault("it is no object but " + root.words) }
    // An agent with one event only need not name it.
    if root["hook_event_name"] != nil {
      let event = try Self.text(root, "hook_event_name")
      guard event == "PreToolUse" else {
        throw Self.fault("the event " + Text(bytes: quoted(event)) + " is not PreToolUse")
      }
    }
    tool = try Self.text(root, "tool_name")
    if let value = root["cwd"], !value.isNull {
      guard let text = value.text, Path(text).isAbsolute, !text.bytes.contains(0) else {
        throw Self.fault("cwd must be an absolute path, not " + value.words)
      }
      directory = text
    } else {
      directory = nil
    }
    deed = try Self.deed(of: tool, root["tool_input"])
  }

  /// The tools that change nothing outside the agent, or nothing but what the agent keeps for itself.
  private static let harmless: Set<Text> = [
    "Read", "Glob", "Grep", "LS", "NotebookRead", "TodoRead", "TodoWrite", "WebSearch", "Task",
    "Agent", "TaskCreate", "TaskGet", "TaskList", "TaskOutput", "TaskStop", "TaskUpdate",
    "BashOutput", "KillBash", "KillShell", "ExitPlanMode", "EnterPlanMode", "AskUserQuestion",
    "Skill", "SlashCommand", "ToolSearch", "ListMcpResourcesTool", "ReadMcpResourceTool",
  ]

  private static func deed(of tool: Text, _ input: Node?) throws(Refusal) -> Deed {
    if harmless.contains(tool) { return .harmless }
    let known: Set<Text> = [
      "Bash", "PowerShell", "Write", "Edit", "MultiEdit", "NotebookEdit", "WebFetch",
    ]
    guard known.contains(tool) else { return .unreadable }
    guard let input, input.kind == .object else {
      throw fault("tool_input must be an object")
    }
    switch tool {
    case "Bash", "PowerShell": return .command(try deedText(input, "command"))
    case "WebFetch": return .fetch(try deedText(input, "url"))
    case "Write":
      let content = try text(input, "content")
      return .writing(try path(input, "file_path"), added: lines(content), removed: [])
    case "NotebookEdit":
      let source = try input["new_source"].map { _ throws(Refusal) in
        try text(input, "new_source")
      }
      return .writing(
        try path(input, "notebook_path"), added: lines(source ?? ""), removed: [])
    case "MultiEdit":
      guard let edits = input["edits"], edits.kind == .array else {
        throw fault("edits must be an array")
      }
      var (added, removed): ([Text], [Text]) = ([], [])
      for edit in edits.elements {
        added += lines(try text(edit, "new_string"))
        removed += lines(try text(edit, "old_string"))
      }
      return .writing(try path(input, "file_path"), added: added, removed: removed)
    default:
      return .writing(
        try path(input, "file_path"), added: lines(try text(input, "new_string")),
        removed: lines(try text(input, "old_string")))
    }
  }

  private static func text(_ node: Node, _ key: Text) throws(Refusal) -> Text {
    guard node.kind == .object, let value = node[key] else { throw fault(key + " is missing") }
    guard let text = value.text else { throw fault(key + " must be a string, not " + value.words) }
    return text
  }

  /// A text that leads to what happens: where it ends early, something else happens than what is judged.
  private static func deedText(_ node: Node, _ key: Text) throws(Refusal) -> Text {
    let text = try text(node, key)
    if text.bytes.contains(0) { throw fault(key + " must hold no zero byte") }
    return text
  }

  private static func path(_ node: Node, _ key: Text) throws(Refusal) -> Text {
    let text = try deedText(node, key)
    if text.isEmpty { throw fault(key + " must name a file, and is empty") }
    return text
  }

  private static func lines(_ text: Text) -> [Text] {
    var lines = text.bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { Text(bytes: Array($0)) }
  }

  private static func fault(_ text: Text) -> Refusal {
    Refusal(
      .toolCallInvalid, "the tool call cannot be judged: " + text,
      hint: "Standard input must hold one JSON object as the hook PreToolUse sends it.")
  }
}
