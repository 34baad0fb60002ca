import Machine

/// What is checked by digest instead of being measured: conductor's own folder but `work`, the backlog with the copy
/// that some step may be about to put in its place, and the output of tests as conductor wrote it.
struct LeftOut: Sendable {
  private let receipts: Path?
  private let work: Path
  private let backlog: Path
  private let logs: Set<Path>

  /// What is left out of a checkout; the project's files in a linked worktree of it are copies, and are measured.
  /// `logs` are paths below the top.
  init(_ project: Project, top: Path, logs: Set<Path> = []) {
    self.logs = logs
    let place = project.root.relative(to: top)
    let prefix = place ?? "."
    receipts = place == nil ? nil : (prefix / project.configuration.receipts).normalized
    work = (prefix / project.work).normalized
    backlog = (prefix / project.configuration.backlog).normalized
  }

  /// Whether a path below the top of the checkout is left out.
  func holds(_ path: Path) -> Bool {
    guard let receipts else { return false }
    if path == backlog || path == Files.temporary(for: backlog) || logs.contains(path) {
      return true
    }
    guard path.bytes.starts(with: receipts.bytes), path != receipts else { return false }
    guard path.relative(to: receipts) != nil else { return false }
    return path.relative(to: work) == nil && work.relative(to: path) == nil
  }
}
