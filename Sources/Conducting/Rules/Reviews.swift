import Evidence
import JSONText
import Machine
import Rules

/// Whether what rule sets were reviewed against is still what the project holds.
struct Reviews: Sendable {
  /// One sentence for each set that may have been overtaken.
  private(set) var cautions: [Text] = []

  /// Compares the files that sets cite as they stood when the sets were reviewed with those of the last commit.
  init(_ project: Project, _ context: Context, _ shelf: RuleShelf) {
    for set in shelf.book.sets {
      guard let commit = set.reviewedCommit else { continue }
      let reviewed = "rule set " + set.name + " was reviewed against " + commit
      let files = set.reviewedFiles.isEmpty ? set.allRules.flatMap(\.cites) : set.reviewedFiles
      let paths = Set(files).sorted()
      do {
        let found = try context.machine.git.changes(
          of: paths.map { Path($0) }, since: commit.string, at: project.checkout)
        switch found {
        case .unknownCommit: cautions.append(reviewed + ", which is no commit here")
        case .changed(let changed) where changed.isEmpty: continue
        case .changed(let changed):
          let names = changed.dropFirst().reduce(changed[0].text) { $0 + ", " + $1.text }
          cautions.append(reviewed + ", and this has changed since: " + names)
        }
      } catch {
        cautions.append(reviewed + ", which cannot be compared: " + error.words)
      }
    }
  }

  /// The same for receipts.
  var warnings: [Reason] { cautions.map { ReasonCode.rulesOvertaken.reason($0) } }
}
