import TestSupport

extension Project {
  /// Where the set of a test lies, which loads without being named.
  static let housePath = "docs/automation/rules/house.json"

  /// A set of a few rules of every phase.
  static let house = """
    {
      "ruleset": "house", "version": "1.2.0", "language": 1,
      "authority": { "chain": ["Alice", "Agent"], "escalate_to": "Alice" },
      "environments": {
        "staging": { "apps": ["site-staging"], "approve": "Alice" },
        "production": { "apps": ["site"], "approve": "Alice" }
      },
      "hints": { "options": { "heroku": ["-a", "--app"] } },
      "detectors": {
        "payments": { "any": ["payments?"], "match": ["pay: payments"], "not_match": ["payroll"] }
      },
      "rules": [
        { "id": "no-push", "phase": "command", "when": { "program": "git", "subcommand": "push" },
          "verdict": "stop", "because": "People push.", "instead": "Leave a branch.",
          "match": ["git push", "sudo git push"], "not_match": ["git pull", "echo git push"] },
        { "id": "no-curl", "phase": "command", "when": { "program": "curl" },
          "verdict": "deny", "because": "The network is closed.",
          "match": ["curl x"], "not_match": ["echo curl"] },
        { "id": "ask-make", "phase": "command", "when": { "program": "rm" },
          "verdict": "ask", "because": "Removing is asked about.",
          "match": ["rm x"], "not_match": ["ls rm"] },
        { "id": "no-payments", "phase": ["item", "response"], "when": { "text": "payments" },
          "verdict": "deny", "because": "Payments are for people.",
          "match": ["The payments page"], "not_match": ["The blog"] },
        { "id": "no-keys", "phase": "diff", "when": { "path": "*.key" },
          "verdict": "deny", "because": "Keys stay out.",
          "match": ["a/b.key"], "not_match": ["a/b.txt"] }
      ]
    }

    """

  /// A project with this set and one item.
  static func withHouse(_ set: String = house) throws -> Project {
    let project = try Project(items: [
      item("A", more: #", "notes": "The payments page""#), item("B"),
    ])
    try project.root.write(set, housePath)
    return project
  }
}

extension Project {
  /// Whether there is a git to measure changes with.
  static let hasGit: Bool = {
    (try? Project().shell("command -v git"))?.exit == 0
  }()

  /// Runs git as the project's user would.
  func git(_ arguments: String...) throws {
    let names = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    let words = (names + arguments).map { "'\($0.replacing("'", with: #"'\''"#))'" }
    let run = try shell("git " + words.joined(separator: " "))
    guard run.exit == 0 else { throw GitFailure(run: run) }
  }

  struct GitFailure: Error { let run: Run }
}
