import JSONText
package import Machine

/// Begins a project: a backlog with one sample item, a consent that allows nothing, and a configuration.
package struct Initialization {
  /// What happened to one of the files.
  package struct Outcome: Sendable {
    package var path: Path
    /// False for a file that was there already, and is as it was.
    package var isNew: Bool
  }

  private let root: Path
  private let context: Context

  /// Prepares a project in a directory.
  package init(_ root: Path, _ context: Context) {
    self.root = root
    self.context = context
  }

  /// Writes what is missing and never touches what is there.
  package func run() throws(Refusal) -> [Outcome] {
    let presets = Configuration()
    let contents: [(path: Path, bytes: [UInt8])] = [
      (Configuration.path, Self.configuration.written(indent: 2) + [0x0A]),
      (presets.consent, Self.consent.written(indent: 2) + [0x0A]),
      (presets.backlog, Self.backlog.written(indent: 2) + [0x0A]),
    ]
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

  private static let configuration: JSON = [
    "version": 1,
    "defaults": ["diff_limit": 200, "tests": [], "lease": "2h"],
  ]

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
