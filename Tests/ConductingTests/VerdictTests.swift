import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// What checks and tests amount to, and which of several answers wins.
@Suite struct VerdictTests {
  private func check(_ outcome: VerificationCheck.Outcome) -> VerificationCheck {
    VerificationCheck("check", outcome, measured: "x")
  }

  private func test(_ outcome: VerificationCheck.Outcome) -> TestOutcome {
    TestOutcome("true", .ended(.exited(outcome == .passed ? 0 : 1)), outcome)
  }

  private func verdict(
    _ checks: [VerificationCheck.Outcome], _ tests: [VerificationCheck.Outcome] = [.passed],
    requiresTests: Bool = false
  ) -> VerificationVerdict {
    VerificationVerdict(
      checks.map { check($0) }, tests.map { test($0) }, requiresTests: requiresTests)
  }

  @Test func refusedComesBeforeFailedAndFailedBeforeAPersonsDecision() {
    var seen: Set<String> = []
    let all = VerificationCheck.Outcome.allCases
    for one in all {
      for other in all {
        for third in all {
          let outcomes = [one, other, third]
          let expected: Int32 =
            outcomes.contains(.refused)
            ? 2 : outcomes.contains(.failed) ? 1 : outcomes.contains(.asked) ? 6 : 0
          #expect(verdict(outcomes).exit.rawValue == expected, "\(outcomes)")
          #expect(verdict([one, other], [third, .passed]).exit.rawValue == expected)
          seen.insert(verdict(outcomes).outcome.string)
        }
      }
    }
    #expect(seen == ["refused", "failed", "asked", "verified"])
  }

  @Test func workWithoutATestIsNotVerified() {
    #expect(verdict([.passed], []).outcome == "unverified")
    #expect(verdict([.passed], []).exit == .done)
    #expect(verdict([.passed], [.none]).outcome == "unverified")
    #expect(verdict([.passed], [], requiresTests: true).exit == .notPermitted)
    #expect(verdict([.refused], [], requiresTests: true).exit == .notPermitted)
    #expect(verdict([.passed], [.passed], requiresTests: true).outcome == "verified")
  }

  @Test func aRunThatWasCutShortSaysNothingElse() {
    let cut = TestOutcome("sleep", .ended(.interrupted), .failed)
    for test in [cut, .notReached("next")] {
      let verdict = VerificationVerdict([check(.refused)], [test], requiresTests: false)
      #expect(verdict.outcome == "interrupted")
      #expect(verdict.exit == .readingOrWritingFailed)
    }
    // What was merely not asked for says less than nothing, and never that all is well.
    let unasked = VerificationVerdict([check(.passed)], [.notReached("one")], requiresTests: false)
    #expect(unasked.exit != .done)
  }

  @Test(arguments: [
    (Finished.Status.exited(0), false, []), (.exited(0), true, ["test-left-running"]),
    (.exited(3), false, ["test-failed"]), (.signalled(11), false, ["test-failed"]),
    (.timedOut, false, ["test-timed-out"]), (.interrupted, false, ["interrupted"]),
    (.exited(1), true, ["test-failed", "test-left-running"]),
  ])
  func aTestIsJudgedByItsEndAndByWhatItLeft(
    _ status: Finished.Status, _ isOutlived: Bool, _ codes: [String]
  ) throws {
    let place = try Workplace(Workplace.twoItems)
    let context = place.context()
    let log = try LogFolder("work", place.project(context), context).log(claim: 1, test: 1)
    let end = Attended(status: status, isOutlived: isOutlived, nanoseconds: 1_234_567_890)
    let outcome = TestOutcome.ran("t", end, try log.finish(), timeout: 9)
    #expect(outcome.reasons.map(\.code.string) == codes)
    #expect(outcome.outcome == (codes.isEmpty ? .passed : .failed))
    #expect(outcome.seconds == 1.234)
    if case .signalled = status {
      #expect(outcome.reasons.first?.text.contains("SIGSEGV") == true)
    }
  }
}
