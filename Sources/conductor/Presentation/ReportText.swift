import Conducting
import Evidence
import JSONText

/// What a run came to, for people: what to look at first, each cycle, and the sum.
struct ReportText {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func lines(_ report: RunReport) -> [String] {
    var lines: [String] = [""]
    let counts: [(Int, String)] = [
      (report.count(.closed), "closed"), (report.count(.proposed), "proposed"),
      (report.count(.emitted), "handed out"), (report.count(.failed), "failed"),
      (report.count(.interrupted), "interrupted"),
    ]
    let sum = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    lines.append(
      "run \(report.run): \(sum.isEmpty ? "nothing was handed out" : sum), in \(TimeWords.length(seconds: Int64(report.seconds)))"
        + cost(report))
    for reason in report.reasons.prefix(10) {
      lines.append("  ended because: \(session.shown(reason.text))")
    }
    if let hint = hint(report) { lines.append("  \(hint)") }
    let first = report.lookAtFirst
    if !first.isEmpty {
      lines.append("look at first:")
      for record in first.prefix(20) { lines += words(record) }
    }
    let rest = report.cycles.filter { $0.outcome == .closed || $0.outcome == .emitted }
    if !rest.isEmpty { lines.append("the others:") }
    for record in rest.prefix(200) { lines += words(record) }
    for warning in report.warnings { lines.append("note: \(session.shown(warning.text))") }
    if let receipt = report.receipt { lines.append("receipt \(session.shown(receipt))") }
    return lines
  }

  private func cost(_ report: RunReport) -> String {
    report.cost.map { ", cost \($0.spelling)" } ?? ""
  }

  private func hint(_ report: RunReport) -> String? {
    switch report.ending {
    case .refused(let refusal), .nothingEligible(let refusal):
      refusal.hint.map { session.shown($0) }
    case .complete, .halted: nil
    }
  }

  private func words(_ record: CycleRecord) -> [String] {
    let claim = record.claim.map { ", claim \($0)" } ?? ""
    let cost = record.cost.map { ", cost \($0.spelling)" } ?? ""
    var lines = [
      "  \(session.shown(record.item)) \(record.outcome.rawValue)\(claim), \(TimeWords.length(seconds: Int64(record.seconds)))\(cost)"
    ]
    for reason in record.reasons { lines.append("    \(session.shown(reason.text))") }
    for check in failed(record) { lines.append("    check \(check)") }
    if let branch = record.branch { lines.append("    branch \(session.shown(branch))") }
    if let address = record.address { lines.append("    pushed to \(session.shown(address))") }
    for reason in record.notable { lines.append("    note: \(session.shown(reason.text))") }
    if let patch = record.patch { lines.append("    patch \(session.shown(patch))") }
    if !record.outcome.isGood, let output = record.output {
      lines.append("    output \(session.shown(output))")
    }
    return lines
  }

  private func failed(_ record: CycleRecord) -> [String] {
    record.checks.compactMap { check in
      guard case .string(let name)? = check["check"], case .string(let outcome)? = check["outcome"],
        outcome != "passed", outcome != "none", case .string(let measured)? = check["measured"]
      else { return nil }
      return session.shown(name + " " + outcome + ": " + measured)
    }
  }
}
