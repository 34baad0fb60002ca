import Evidence
import JSONText
import Machine

/// Pushes the branch of proposed work to where the configuration says.
struct Push {
  /// What came of it: the address as it may be shown, or why it failed, and the record.
  struct Answer: Sendable {
    var address: Text?
    var problem: Reason?
    var receipt: Path
  }

  private let project: Project
  private let context: Context
  private let setting: PushSetting

  /// Prepares a push; nil where none is configured.
  init?(_ project: Project, _ context: Context) {
    guard let setting = project.configuration.push else { return nil }
    (self.project, self.context, self.setting) = (project, context, setting)
  }

  /// Pushes the work on a claim. That it fails is an answer too, since the work is safe on its branch.
  func run(_ item: Text, claim: Int, _ work: Worktree.Kept) throws(Refusal) -> Answer {
    var address: GitAddress?
    var problem: Reason?
    do throws(GitAbsence) {
      let found = try context.machine.git.address(of: setting.remote, around: project.checkout)
      address = found
      try push(work, to: found)
    } catch {
      let place: Text = address.map { " to " + Text($0.shown) } ?? ""
      problem = ReasonCode.pushFailed.reason(
        "the branch " + work.branch + " was not pushed" + place + ": "
          + context.redaction.clean(error.words))
    }
    let shown = address.map { context.redaction.clean(Text($0.shown)) }
    var receipt = context.receipt(
      kind: "push", agent: context.agentName(nil, project),
      outcome: problem == nil ? "pushed" : "failed")
    receipt.reasons = problem.map { [$0] } ?? []
    receipt.rules = Receipt.noRules
    receipt.add("item", .string(item))
    receipt.add("claim", .integer(claim))
    receipt.add("branch", .string(work.branch))
    receipt.add("commit", .string(work.commit))
    receipt.add("address", shown.map { .string($0) } ?? .null)
    let state = try StateFolder(project, context)
    defer { state.close() }
    guard case .done(let path) = try state.commit(Step(receipt)) else {
      throw Refusal(.internalFault, "the record of a push was not kept")
    }
    return Answer(address: problem == nil ? shown : nil, problem: problem, receipt: path)
  }

  private func push(_ work: Worktree.Kept, to address: GitAddress) throws(GitAbsence) {
    let repository = try MeasuringRepository(
      project, context, at: project.checkout, timeout: Double(setting.timeout))
    defer { repository.close() }
    try repository.push(
      work.commit.string, to: work.branch.string, at: address, context.machine.environment)
  }
}
