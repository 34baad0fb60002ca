package import Evidence
package import JSONText
package import Machine

/// The claim that a cycle is about, and where its work is done.
package struct CycleWork: Sendable {
  package var item: Text
  package var claim: Int
  /// The plan that the item belongs to.
  package var plan: Text?
  /// The separate checkout that the agent worked in; nil for the project's own.
  package var worktree: Path?
  /// The name of the executor that brought the answer.
  package var executor: Text
}

/// What a step of a cycle came to.
package struct StepResult: Sendable {
  /// Done where the cycle may go on.
  package var exit: ExitCode
  package var reasons: [Reason]
  package var warnings: [Reason]
  /// Where the record lies, relative to the project's root; nil where there is none.
  package var receipt: Path?
  /// What was checked, for the report.
  package var checks: [JSON]

  /// States what a step came to.
  package init(
    _ exit: ExitCode, reasons: [Reason] = [], warnings: [Reason] = [], receipt: Path? = nil,
    checks: [JSON] = []
  ) {
    self.exit = exit
    self.reasons = reasons
    self.warnings = warnings
    self.receipt = receipt
    self.checks = checks
  }
}

/// The steps between an agent's answer and the end of its item; a test puts others in their place.
package protocol CycleSteps {
  /// Accepts the agent's answer.
  func submit(_ work: CycleWork, _ answer: [UInt8]) throws(Refusal) -> StepResult
  /// Measures the work and runs the tests.
  func verify(_ work: CycleWork) throws(Refusal) -> StepResult
  /// Verifies the work and finishes the item.
  func close(_ work: CycleWork) throws(Refusal) -> StepResult
}
