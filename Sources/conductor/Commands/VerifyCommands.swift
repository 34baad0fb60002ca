import Backlog
import Conducting
import Evidence
import JSONText
import Machine

/// `conductor verify`: measures the work on a claim and runs its tests.
struct VerifyCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let line = ProgressLine(session)
    defer { line.clear() }
    let answer = try Verification(session.project(), session.context).run(
      Text(request.operand), number: request[.claim]
    ) { line.show($0) }
    line.clear()
    try session.answer(with: answer.json, answer.exit) {
      VerificationText(style: session.style, width: session.width)
        .lines(answer.checks, answer.tests)
    }
    for warning in answer.warnings { session.note("note: " + session.shown(warning.text)) }
    let name = "\(session.shown(answer.item)), claim \(answer.claim.number)"
    switch answer.outcome {
    case "verified": session.note("verified \(name), at tree \(session.shown(answer.tree))")
    case "unverified": session.note("unverified \(name), at tree \(session.shown(answer.tree))")
    default: session.tell(answer.exit, "\(name) is not verified", answer.reasons)
    }
    session.note("receipt \(session.shown(answer.receipt))")
    return answer.exit
  }
}

/// `conductor close`: sets an item done whose work stands up to its verification.
struct CloseCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    let line = ProgressLine(session)
    defer { line.clear() }
    let answer = try Closing(session.project(), session.context).run(
      Text(request.operand), number: request[.claim]
    ) { line.show($0) }
    line.clear()
    let isTold = !answer.isClosed || answer.verification != nil
    try session.answer(with: answer.json, answer.exit) {
      isTold
        ? VerificationText(style: session.style, width: session.width)
          .lines(answer.checks, answer.verification?.tests ?? []) : []
    }
    for warning in answer.warnings { session.note("note: " + session.shown(warning.text)) }
    if let verification = answer.verificationReceipt {
      session.note(
        (answer.verification == nil ? "verified before, by " : "verification ")
          + session.shown(verification))
    }
    let claim = answer.claim.map { ", claim \($0.number)" } ?? ""
    if answer.isClosed {
      session.note("closed \(session.shown(answer.item))\(claim); it is done")
    } else {
      session.tell(
        answer.exit, "\(session.shown(answer.item))\(claim) is not closed", answer.reasons)
    }
    session.note("receipt \(session.shown(answer.receipt))")
    return answer.exit
  }
}

extension Session {
  /// Gives an answer in the form that was asked for. A reader who has seen enough changes nothing about the status.
  fileprivate func answer(
    with document: JSON, _ exit: ExitCode, _ lines: () -> [String]
  ) throws {
    do {
      if isJSON { try print(document) } else { try print(lines: lines()) }
    } catch is Closed {
      throw Closed(status: exit)
    }
  }

  /// Says in one sentence why something is not as it was to be.
  fileprivate func tell(_ exit: ExitCode, _ what: String, _ reasons: [Reason]) {
    guard !isJSON else { return }
    let more = reasons.count > 1 ? ", and \(reasons.count - 1) more" : ""
    warn("conductor: \(what): \(reasons.first.map { shown($0.text) } ?? "\(exit)")\(more)")
  }
}
