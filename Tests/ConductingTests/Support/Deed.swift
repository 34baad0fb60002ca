import Backlog
import Evidence
import JSONText
import Machine
import Rules
import TestSupport
import Testing

@testable import Conducting

/// Each way in which the program changes a project, with the state that it begins from.
enum Deed: String, CaseIterable, CustomTestStringConvertible, Sendable {
  case firstClaim, laterClaim, takeOver, dryRun, refusal, release, releaseBlocked, renewal, pause
  case pauseAgain, resume, addition, stopRecord, approval, closing, submission
  case supervisedClaim, proposal, reopening, modeSetting

  var testDescription: String { rawValue }

  /// The state before the deed, brought about without any fault.
  func preparation() throws -> [String: [UInt8]] {
    let place = try Workplace(Workplace.twoItems)
    switch self {
    case .firstClaim, .addition, .pause: break
    case .laterClaim, .dryRun: try claimAndRelease(place)
    case .takeOver: try claim(place, later: -10_000)
    case .refusal, .pauseAgain, .resume: _ = try control(place).pause(reason: "because")
    case .reopening:
      try claim(place)
      try propose(place, place.context(later: -50, seed: 4))
    case .modeSetting: _ = try control(place).pause(reason: "because")
    case .supervisedClaim:
      try place.folder.write(
        #"{ "auto_enabled": true, "continuous": true }"#, Configuration().consent.string)
    case .proposal, .release, .releaseBlocked, .renewal, .submission: try claim(place)
    case .stopRecord: try place.layRules()
    case .closing:
      try claimAndRelease(place)
      try place.folder.replace(
        place.folder.text(Workplace.backlogPath)
          .replacing(#""First", "status": "pending""#, with: #""First", "status": "proposed""#),
        Workplace.backlogPath)
    case .approval:
      try place.layRules()
      try stop(place, place.context(later: -20, seed: 5))
    }
    return try place.folder.tree()
  }

  private func claim(_ place: Workplace, later: Int64 = -100) throws {
    let context = place.context(later: later, seed: 3)
    let answer = try NextItem(place.project(context), context, NextRequest()).run()
    try #require(answer.claim != nil)
  }

  private func claimAndRelease(_ place: Workplace) throws {
    try claim(place)
    let context = place.context(later: -50, seed: 4)
    _ = try Release(place.project(context), context).run(
      "ND-001", number: nil, reason: nil, blocks: false)
  }

  private func propose(_ place: Workplace, _ context: Context) throws {
    let kept = Worktree.Kept(
      branch: "conductor/ND-001-1", base: "b", commit: "c", patch: "runs/x.patch",
      digest: SHA256.hash("patch"))
    _ = try Proposal(place.project(context), context).run("ND-001", number: 1, kept)
  }

  private func control(_ place: Workplace) throws -> RunControl {
    let context = place.context(later: -20, seed: 5)
    return RunControl(try place.project(context), context)
  }

  private func stop(_ place: Workplace, _ context: Context) throws {
    var finding = Finding(
      set: "house", rule: "no-migrations", verdict: .stop, because: "Never.", saw: "migrate")
    finding.escalateTo = "Robert"
    var judgement = Judgement()
    judgement.findings = [finding]
    let project = try place.project(context)
    _ = try StopRecord(kind: "command", subject: "migrate", item: "ND-001", judgement)
      .write(project, context, RuleShelf(project, context))
  }

  /// Takes the step. A refusal that is an answer counts as a failure, but where the deed is to be refused.
  func run(_ place: Workplace, _ context: Context) throws {
    let project = try place.project(context)
    switch self {
    case .firstClaim, .laterClaim, .takeOver, .refusal:
      let answer = try NextItem(project, context, NextRequest()).run()
      if let refusal = answer.refusal, refusal.exit != .notPermitted || self != .refusal {
        throw refusal
      }
    case .dryRun:
      var request = NextRequest()
      request.isDryRun = true
      if let refusal = try NextItem(project, context, request).run().refusal { throw refusal }
    case .release, .releaseBlocked:
      _ = try Release(project, context).run(
        "ND-001", number: 1, reason: "no time", blocks: self == .releaseBlocked)
    case .renewal: _ = try Renewal(project, context).run("ND-001", number: 1, lease: 100_000)
    case .pause, .pauseAgain: _ = try RunControl(project, context).pause(reason: "for lunch")
    case .resume: _ = try RunControl(project, context).resume()
    case .supervisedClaim:
      var request = NextRequest()
      request.unattended = Unattended(start: try Consent.read(project, context))
      request.unattended?.executor = "agent"
      let answer = try NextItem(project, context, request).run()
      answer.lock?.release()
      if let refusal = answer.refusal { throw refusal }
    case .proposal: try propose(place, context)
    case .reopening:
      _ = try Release(project, context).run("ND-001", number: 1, reason: "not so", blocks: false)
    case .modeSetting: _ = try RunControl(project, context).set(.prOnly, reason: "careful")
    case .closing:
      let item = try ProposedItem("ND-001", project, context)
      _ = try item?.close(ConsentReading(project, context))
    case .addition: _ = try Addition(project, context).run(NewItem(title: "Third"))
    case .stopRecord: try stop(place, context)
    case .approval:
      var request = ApprovalRequest(right: "release", actor: "Robert")
      request.item = "ND-001"
      _ = try Approving(project, context).run(request)
    case .submission:
      let answer = #"{"analysis": "", "commands": [], "receipts": []}"#
      _ = try Submitting(project, context).run(
        "ND-001", number: 1, answer: Array(answer.utf8), named: "answer.json")
    }
  }

  /// The files that the deed changes for people to see, as they stand.
  func result(_ place: Workplace) throws -> [String: [UInt8]] {
    var result = try place.folder.tree().filter { name, _ in
      name == Workplace.backlogPath || name.hasSuffix("/state.json")
        || name.contains("/approvals/")
    }
    let context = place.context()
    let stops = try StateFolder.readJournal(place.project(context), context)
      .visibleStops.values.sorted { $0.item < $1.item }
    result["stops"] = JSON.array(stops.map(\.json)).written(indent: nil)
    return result
  }

  /// The result when nothing goes wrong.
  func wholeResult(_ before: [String: [UInt8]]) throws -> [String: [UInt8]] {
    let place = try Workplace(like: before)
    try run(place, place.context())
    return try result(place)
  }

  /// The result as it stands before the deed.
  func oldResult(_ before: [String: [UInt8]]) throws -> [String: [UInt8]] {
    try result(Workplace(like: before))
  }
}
