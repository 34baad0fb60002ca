package import JSONText
package import Machine
import Rules

/// Begins a project: a backlog with one sample item, a consent that allows nothing, and a configuration.
package struct Initialization {
  /// What happened to one of the files.
  package struct Outcome: Sendable {
    package var path: Path
    /// False for a file that was there already, and is as it was.
    package var isNew: Bool
  }

  /// A coding agent that files can be written for.
  package enum Agent: String, CaseIterable, Sendable {
    case codex, claude
  }

  private let root: Path
  private let context: Context
  private let rules: [Text]
  private let agent: Agent?

  /// Prepares a project in a directory, with the rule sets that it loads and the agent that works in it.
  package init(_ root: Path, _ context: Context, rules: [Text] = [], agent: Agent? = nil) {
    self.root = root
    self.context = context
    self.rules = rules
    self.agent = agent
  }

  /// Writes what is missing and never touches what is there.
  package func run() throws(Refusal) -> [Outcome] {
    let presets = Configuration()
    var outcomes = try write([
      (Configuration.path, configuration.written(indent: 2) + [0x0A]),
      (presets.consent, Self.consent.written(indent: 2) + [0x0A]),
      (presets.backlog, Self.backlog.written(indent: 2) + [0x0A]),
    ])
    switch agent {
    case .claude:
      outcomes += try write([(Self.claudeSettings, Self.hooks.written(indent: 2) + [0x0A])])
    case .codex:
      let project = try Project.find(root, in: context)
      let sets = try RuleShelf(project, context).book.sets
      outcomes += try write([(Self.codexRules, CodexRules(sets).text.bytes)])
    case nil: break
    }
    return outcomes
  }

  private func write(_ contents: [(path: Path, bytes: [UInt8])]) throws(Refusal) -> [Outcome] {
    do {
      var outcomes: [Outcome] = []
      for (path, bytes) in contents {
        let isNew = try NewFile.write(bytes, at: root / path, context.machine.files)
        outcomes.append(Outcome(path: path, isNew: isNew))
      }
      return outcomes
    } catch {
      throw Refusal(error, relativeTo: root)
    }
  }

  // MARK: For agents

  /// Where Claude Code looks for a project's settings.
  package static let claudeSettings: Path = ".claude/settings.json"

  /// Where Codex looks for a project's rules.
  package static let codexRules: Path = ".codex/rules/conductor.rules"

  /// The settings that put conductor before every tool of Claude Code. Whatever goes wrong ends with 2, which refuses;
  /// and the root is named, so that an agent that works elsewhere cannot choose another project.
  package static let hooks: JSON = [
    "hooks": [
      "PreToolUse": [
        [
          "matcher": "*",
          "hooks": [
            ["type": "command", "command": hookCommand, "timeout": 60]
          ],
        ]
      ]
    ]
  ]

  private static let hookCommand: JSON =
    "conductor guard --root \"${CLAUDE_PROJECT_DIR:-.}\" || exit 2"

  // MARK: For every project

  private var configuration: JSON {
    var members: [JSON.Member] = [.init(key: "version", value: 1)]
    if !rules.isEmpty {
      members.append(.init(key: "rules", value: .array(rules.map { .string($0) })))
    }
    let defaults: JSON = ["diff_limit": 200, "tests": [], "lease": "2h"]
    return .object(members + [.init(key: "defaults", value: defaults)])
  }

  private static let consent: JSON = [
    "auto_enabled": false, "continuous": false, "require_execute": true, "allow_apply": false,
    "halt_on_attention_feeds": true, "halt_on_ci_failure": true, "max_iterations": 1,
    "notes": "Nothing runs unattended until auto_enabled and continuous are true.",
  ]

  private static let backlog: JSON = [
    "version": 0,
    "instructions":
      "The order of the array is the order of work. Replace the sample item with your own.",
    "prerequisites": ["authenticity": "none", "ci": "none"],
    "items": [
      [
        "id": "ND-001", "title": "Try conductor on a first item", "status": "pending",
        "plan_suggestion": "first-steps",
        "notes":
          "A sample. Claim it with \"conductor next\", and give it back with \"conductor release ND-001\".",
        "priority": "medium",
      ]
    ],
    "history": [],
  ]
}
