package import Evidence
package import JSONText
package import Machine
package import Rules

/// A change of something that only an operator may change.
package struct ProtectedChange: Sendable {
  package var path: Text
  package var what: Text
  package var before: Digest?
  package var after: Digest?
  package var approval: Text?
}

/// The working tree against the claim.
package struct Measurement: Sendable {
  package var changes: [Change] = []
  package var lineCount = 0
  package var tree: Text = ""
  package var head: Text?
  package var isClean = false
  package var untracked: Set<Text> = []
  package var notes: [Reason] = []
  package var unmeasured: [(path: Text, why: Text)] = []
  package var protected: [ProtectedChange] = []

  package init(
    _ record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf,
    approvals: [Approval], at checkout: Path? = nil
  ) throws(Refusal) {
    let working = try WorkingChanges(
      project, context, base: record.root["git"]?["commit"]?.text, staged: false)
    changes = working.changes.filter { !$0.path.contains("test-") }
    lineCount = changes.map { $0.added.count + $0.removed.count }.reduce(0, +)
    tree = SHA256.hash(Array("\(changes)".utf8)).hex
    for change in changes where change.path.hasPrefix("docs/automation/") {
      protected.append(ProtectedChange(path: change.path, what: "was changed"))
    }
  }

  package static func tree(
    _ record: ClaimRecord, _ project: Project, _ context: Context, at checkout: Path? = nil
  ) throws(Refusal) -> Text {
    try Measurement(record, project, context, RuleShelf(), approvals: [], at: checkout).tree
  }
}
