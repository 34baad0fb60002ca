import Evidence
import JSONText
import Machine

/// The steps of a cycle as the commands `submit`, `verify` and `close` take them.
package struct ProjectSteps: CycleSteps {
  private let project: Project
  private let context: Context

  /// The steps on a project's items.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  package func submit(_ work: CycleWork, _ answer: [UInt8]) throws(Refusal) -> StepResult {
    let place = work.worktree.map { project.working(in: $0) } ?? project
    let answer = try Submitting(place, context).run(
      work.item, number: work.claim, answer: answer, named: work.executor)
    return StepResult(
      answer.exit, reasons: answer.reasons, warnings: answer.warnings, receipt: answer.receipt)
  }

  package func verify(_ work: CycleWork) throws(Refusal) -> StepResult {
    Self.result(
      of: try Verification(project, context).run(
        work.item, number: work.claim, at: work.worktree))
  }

  package func close(_ work: CycleWork) throws(Refusal) -> StepResult {
    let answer = try Closing(project, context).run(
      work.item, number: work.claim, at: work.worktree, isSupervisor: true)
    var result = answer.verification.map { Self.result(of: $0) } ?? StepResult(.done)
    result.exit = answer.exit
    result.reasons = answer.isClosed ? [] : answer.reasons
    result.warnings += answer.warnings.filter { !result.warnings.contains($0) }
    result.receipt = answer.receipt
    return result
  }

  private static func result(of answer: VerificationAnswer) -> StepResult {
    StepResult(
      answer.exit, reasons: answer.reasons, warnings: answer.warnings, receipt: answer.receipt,
      checks: answer.checks.map(\.json))
  }
}
