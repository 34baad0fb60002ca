import Machine

/// The tree that work on a claim is measured from, with the rules of what is ignored in it.
///
/// Both are made of objects whose ids say what they hold, so that a process that looks again need not read them again.
struct ClaimedTree: Sendable {
  let baseline: Baseline
  let entries: TreeEntries
  let rules: IgnoreRules
  /// What the rules were read from. Whether it is what its ids say is still to be seen, which costs nothing where it is
  /// done along with the files.
  let texts: [IgnoreRules.Source]

  /// Reads the tree of a claim.
  init(
    _ record: ClaimRecord, _ baseline: Baseline, _ repository: MeasuringRepository,
    _ memory: ObjectMemory
  ) throws(GitAbsence) {
    self.baseline = baseline
    let tree = baseline.tree
    entries =
      try tree == nil
      ? repository.entries(ofCommit: record.commit, memory)
      : repository.entries(ofTree: tree, memory)
    (rules, texts) = try IgnoreRules.read(
      entries, ignores: baseline.ignores, repository, memory)
  }
}
