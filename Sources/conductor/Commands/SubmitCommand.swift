import Backlog
import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// `conductor submit`: takes an agent's answer.
struct SubmitCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let file = request[.response] ?? ""
    let project = try session.project()
    let answer = try Submitting(project, session.context).run(
      Text(request.operand), number: request[.claim], answer: try session.answer(file),
      named: Session.inputName(file))
    if session.isJSON {
      try session.print(answer.json)
    } else {
      try tell(answer)
    }
    return answer.exit
  }

  private func tell(_ answer: SubmissionAnswer) throws {
    try session.print(lines: lines(answer))
    for warning in answer.warnings { session.note("note: " + session.shown(warning.text)) }
    if let stop = answer.stop { session.note("stop \(session.shown(stop))") }
    session.note("receipt \(session.shown(answer.receipt))")
  }

  private func lines(_ answer: SubmissionAnswer) -> [String] {
    let claim = answer.claim.map { ", claim \($0.number)" } ?? ""
    let judgementText = JudgementText(style: session.style, width: session.width)
    var lines = [headline(answer.outcome) + "  " + session.shown(answer.item) + claim]
    let findings = answer.judgement?.findings ?? []
    // The findings of rules follow in full, so that their sentences are left out here.
    for reason in answer.reasons.prefix(answer.reasons.count - spoken(findings)) {
      lines += Paragraph.lines("  " + session.shown(reason.text), width: session.width)
    }
    for finding in findings { lines += [""] + judgementText.lines(finding) }
    return lines
  }

  private func spoken(_ findings: [Finding]) -> Int { findings.count { $0.verdict != .allow } }

  private func headline(_ outcome: SubmissionAnswer.Outcome) -> String {
    switch outcome {
    case .accepted: session.style.green("accepted")
    case .asked: session.style.yellow("asked")
    case .refused: session.style.red("refused")
    }
  }
}
