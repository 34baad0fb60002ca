import JSONText
import TestSupport

/// A small rule set that tests lay into a project: it stops, denies and asks about items by a word in their titles.
enum HouseRules {
  static let path = "docs/automation/rules/house.json"

  /// The set; `more` are further members, each with a leading comma.
  static func text(
    authority: String = #"{ "chain": ["Robert", "CapeAI", "Codex"], "escalate_to": "Robert" }"#,
    rules: String = "", more: String = ""
  ) -> String {
    """
    { "ruleset": "house", "version": "1.2.0", "language": 1,
      "authority": \(authority),
      "detectors": {
        "migrate": { "any": ["migrate"], "match": ["migrate it"], "not_match": ["a plain task"] },
        "rewrite": { "any": ["rewrite"], "match": ["rewrite it"], "not_match": ["a plain task"] },
        "payment": { "any": ["payment"], "match": ["a payment"], "not_match": ["a plain task"] } },
      "rules": [
        { "id": "no-migrations", "phase": "item", "when": { "text": "migrate" }, "verdict": "stop",
          "because": "Agents never migrate.", "instead": "Write a work order.",
          "match": ["migrate it"], "not_match": ["a plain task"] },
        { "id": "no-rewrites", "phase": "item", "when": { "text": "rewrite" }, "verdict": "deny",
          "because": "Nothing is rewritten.", "match": ["rewrite it"], "not_match": ["a plain task"] },
        { "id": "payments", "phase": "item", "when": { "text": "payment" }, "verdict": "ask",
          "because": "Somebody must look.", "match": ["a payment"], "not_match": ["a plain task"] }\(rules) ]\(more) }

    """
  }

  /// A pending item whose title says what is to be done.
  static func item(_ id: String, _ title: String, more: String = "") -> String {
    #"{ "id": "\#(id)", "title": "\#(title)", "status": "pending"\#(more) }"#
  }
}

extension Project {
  /// A project with these items and the house's rules.
  static func ruled(_ items: [String], by rules: String = HouseRules.text()) throws -> Project {
    let project = try Project(items: items)
    try project.root.write(rules, HouseRules.path)
    return project
  }

  /// The receipts of a kind, the oldest first.
  func receipts(_ kind: String) throws -> [Node] {
    try receipts().filter { $0.string("kind") == kind }
  }
}
