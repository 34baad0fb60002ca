import JSONText
import Testing

@testable import Conducting

@Suite("What a run came to") struct RunReportTests {
  private func report(
    _ outcomes: [(CycleRecord.Outcome, ExitCode)], _ ending: RunReport.Ending
  ) -> RunReport {
    var report = RunReport(run: "r", executor: nil, began: Timestamp(nanoseconds: 0))
    report.ending = ending
    for (index, (outcome, exit)) in outcomes.enumerated() {
      var record = CycleRecord(item: Text("N\(index)"), claim: index, outcome: outcome)
      record.exit = exit
      report.cycles.append(record)
    }
    return report
  }

  private let nothing = RunReport.Ending.nothingEligible(Refusal(.nothingPending, "none"))
  private let halted = RunReport.Ending.halted(ReasonCode.halted.reason("asked"))

  @Test("The status is 0 when every cycle did what it was for") func good() {
    let cycles: [(CycleRecord.Outcome, ExitCode)] = [
      (.closed, .done), (.proposed, .done), (.emitted, .done),
    ]
    for ending in [nothing, halted, .complete("enough")] {
      #expect(report(cycles, ending).exit == .done)
    }
  }

  @Test("Without a cycle, it is that of what ended the run") func empty() {
    #expect(report([], nothing).exit == .nothingEligible)
    #expect(report([], .nothingEligible(Refusal(.ruleAsk, "ask"))).exit == .personMustDecide)
    #expect(report([], .complete("time")).exit == .nothingEligible)
    #expect(report([], halted).exit == .notPermitted)
    #expect(report([], .refused(Refusal(.ciFailing, "ci"))).exit == .prerequisiteUnmet)
  }

  @Test("With a failed cycle, it is that of the worst, unless something else ended the run")
  func failed() {
    let cycles: [(CycleRecord.Outcome, ExitCode)] = [
      (.failed, .checkFailed), (.closed, .done), (.failed, .refused),
      (.failed, .personMustDecide),
    ]
    #expect(report(cycles, nothing).exit == .refused)
    #expect(report(cycles, .complete("enough")).exit == .refused)
    #expect(report(cycles, .refused(Refusal(.budgetCycles, "used up"))).exit == .notPermitted)
    #expect(report([(.failed, .wrongContent), (.failed, .refused)], nothing).exit == .wrongContent)
  }

  @Test("A refusal ends with its own status, also after good cycles") func refused() {
    #expect(
      report([(.closed, .done)], .refused(Refusal(.consentAbsent, "no"))).exit == .notPermitted)
  }

  @Test("A halt that interrupts a cycle is no success") func interrupted() {
    let cycles: [(CycleRecord.Outcome, ExitCode)] = [
      (.closed, .done), (.interrupted, .notPermitted),
    ]
    #expect(report(cycles, halted).exit == .notPermitted)
  }

  @Test("What went wrong is looked at first, the gravest before the rest, then what is proposed")
  func first() {
    let report = report(
      [
        (.proposed, .done), (.failed, .checkFailed), (.closed, .done), (.failed, .refused),
        (.failed, .checkFailed),
      ], nothing)
    #expect(report.lookAtFirst.map(\.item) == ["N3", "N1", "N4", "N0"])
  }

  @Test("Of what is proposed, that which was not pushed is looked at first") func unpushed() {
    var report = report([(.proposed, .done), (.proposed, .done), (.failed, .checkFailed)], nothing)
    report.cycles[0].warnings = [ReasonCode.noTests.reason("none")]
    report.cycles[1].warnings = [ReasonCode.pushFailed.reason("refused")]
    #expect(report.lookAtFirst.map(\.item) == ["N2", "N1", "N0"])
    #expect(report.exit == .checkFailed)
  }

  @Test("Costs are summed as far as they are told") func cost() {
    var report = report([(.closed, .done), (.closed, .done), (.failed, .refused)], nothing)
    #expect(report.cost == nil)
    report.cycles[0].cost = Number(0.25)
    report.cycles[2].cost = Number(1)
    #expect(report.cost?.spelling == "1.25")
    for index in 0..<3 { report.cycles[index].cost = Number("0.1") }
    #expect(report.cost?.json == Number("0.3").map { JSON($0) })
  }
}
