package import Evidence
package import JSONText
package import Machine
package import Rules

/// The working tree against the tree that an item was claimed with.
///
/// Committed, staged, unstaged and untracked changes count alike. Git takes part as a calculator on trees that are built
/// here: nothing that the checkout configures runs, or changes what is counted.
package struct Measurement: Sendable {
  /// A path of which nobody can say what became of it.
  package struct Unmeasured: Sendable {
    /// The path, relative to the project's root.
    package var path: Text
    package var why: Text
    /// The digest of what stands there now, or `absent`; nil where it cannot be read.
    package var sha256: Text?
    /// The id of an approval of exactly this, where an operator gave one.
    package var approval: Text?
  }

  /// The changed files, their paths relative to the project's root; conductor's own records and the backlog left out.
  package private(set) var changes: [Change] = []
  /// Lines added plus lines deleted. Files that are and were binary have none.
  package private(set) var lineCount = 0
  /// The id of everything that was measured, which any change of a byte, a name or a mode changes.
  package private(set) var tree: Text
  /// The commit at the head now.
  package private(set) var head: Text?
  /// How many commits were made since the claim.
  package private(set) var commits = 0
  /// Whether everything that is measured is as in the last commit, the index too.
  package private(set) var isClean = true
  /// Changed paths that git does not know.
  package private(set) var untracked: Set<Text> = []
  /// What is odd, and stands in nobody's way by itself: renames, binary files, modes, links, names.
  package private(set) var notes: [Reason] = []
  /// What could not be measured, also where an operator has accepted it.
  package private(set) var unmeasured: [Unmeasured] = []
  /// What changed that only an operator may change, also where one has accepted it.
  package private(set) var protected: [ProtectedChange] = []

  private let claimed: ClaimedTree
  private let present: TreeEntries

  /// Beyond this size a file is not compared line by line.
  static let sizeLimit = 64 << 20

  /// Measures a checkout: the claim's own unless another is named.
  package init(
    _ record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf,
    approvals: [Approval], at checkout: Path? = nil
  ) throws(Refusal) {
    let accepted = Self.binding(approvals, shelf)
    var trees = try MeasuredTree(record, project, context, at: checkout)
    defer { trees.close() }
    let root = checkout == nil ? project.workplace(context.machine) : nil
    let below = root?.relative(to: trees.repository.top) ?? record.place(project)
    do throws(GitAbsence) {
      var comparison = try TreeComparison(&trees, record, below: below, context)
      tree = Text(comparison.tree)
      claimed = trees.claimed
      present = trees.present
      try comparison.compareWithGit(trees, record)
      head = comparison.head.map { Text($0) }
      commits = comparison.commits
      changes = comparison.changes
      lineCount = comparison.lineCount
      isClean = comparison.isClean
      untracked = comparison.untracked
      notes = comparison.notes
      unmeasured = (comparison.unmeasured + trees.unmeasured.map { ($0.path, $0.why) }).map {
        path, why in
        let digest = Protected.digest(of: trees.repository.top / path, context.machine.files)
        let shown = TreeComparison.seen(path, from: below)
        return Unmeasured(
          path: shown, why: why, sha256: digest,
          approval: digest.flatMap {
            Self.approval(of: shown, $0, right: .unmeasured, record, accepted)
          })
      }
    } catch {
      throw MeasuredTree.refusal(error)
    }
    protected = try Self.protected(record, project, context, shelf, approvals: approvals)
  }

  /// Whether the tree still stands as it was measured. Every file is read anew, since what the system says of a file need
  /// not tell: bytes can also come to it by way of memory that somebody has mapped.
  package func stands(
    _ record: ClaimRecord, _ project: Project, _ context: Context, at checkout: Path? = nil,
    logs: [LogRecord] = []
  ) throws(Refusal) -> Bool {
    let now = try MeasuredTree(
      record, project, context, at: checkout, logs: logs, known: claimed)
    defer { now.close() }
    return now.present == present
  }

  /// What changed of the operator's since a claim, with the approvals of exactly that.
  static func protected(
    _ record: ClaimRecord, _ project: Project, _ context: Context, _ shelf: RuleShelf,
    approvals: [Approval]
  ) throws(Refusal) -> [ProtectedChange] {
    let approvals = binding(approvals, shelf)
    return try Protected.changes(since: record, project, context, shelf).map { change in
      var change = change
      change.approval = approval(
        of: change.path, change.after ?? Protected.absent, right: .protectedChange, record,
        approvals)
      return change
    }
  }

  /// Where a set binds an actor to a key, only what is signed counts.
  private static func binding(_ approvals: [Approval], _ shelf: RuleShelf) -> [Approval] {
    approvals.filter { approval in
      approval.isAuthenticated
        || !shelf.book.sets.contains { $0.authority.keys[approval.actor] != nil }
    }
  }

  /// The approval, if any, of one path as it is now, for the item of the claim.
  private static func approval(
    of path: Text, _ digest: Text, right: ReasonCode, _ record: ClaimRecord, _ approvals: [Approval]
  ) -> Text? {
    approvals.first { approval in
      approval.right == Text(right.rawValue) && approval.item == record.item
        && approval.paths.contains(Approval.Accepted(path: path, sha256: digest))
    }?.id
  }
}

extension ClaimRecord {
  /// Where the project's root lay in the checkout that the item was claimed in.
  func place(_ project: Project) -> Path {
    checkout.flatMap { project.root.relative(to: $0) } ?? "."
  }
}
