import Backlog
import Evidence
import JSONText
import Machine
import Rules

/// An answer while it is judged, with all that was found.
struct Submission {
  let id: Text
  let bytes: [UInt8]
  let name: Text
  let record: ClaimRecord
  let shelf: RuleShelf
  var faults: [SchemaFinding] = []
  var judgement: Judgement?
  var receipts: [LeftReceipt] = []
  /// What the rules have read.
  var inputs: [Input] = []
  private var warnings: [Reason] = []
  private var stop: Path?

  init(_ id: Text, _ bytes: [UInt8], named name: Text, _ record: ClaimRecord, _ shelf: RuleShelf) {
    self.id = id
    self.bytes = bytes
    self.name = name
    self.record = record
    self.shelf = shelf
  }

  /// Finds a receipt that the answer names, or notes why it does not count.
  mutating func take(_ stated: Answer.StatedReceipt, _ folder: ReceiptFolder) {
    switch folder.find(stated) {
    case .receipt(let found): receipts.append(found)
    case .fault(let fault): faults.append(fault)
    }
  }

  /// Sorts what was found, and records a stop.
  mutating func settle(_ project: Project, _ context: Context) {
    faults.sort { ($0.line, $0.column) < ($1.line, $1.column) }
    if shelf.book.sets.isEmpty {
      warnings.append(ReasonCode.noRules.reason("no rule set is loaded, so that no rule was asked"))
    }
    guard let judgement, judgement.verdict == .stop else { return }
    let deed = RefusedDeed(
      judgement, kind: "response", subject: "answer " + SHA256.hash(bytes).hex, item: id, project,
      context, shelf)
    stop = deed.receipt
    if let fault = deed.recordFault {
      warnings.append(ReasonCode.inputOutput.reason("the stop is not on record: " + fault))
    }
  }

  // MARK: What came of it

  private var verdict: Verdict { judgement?.verdict ?? .allow }

  var outcome: SubmissionAnswer.Outcome {
    guard faults.isEmpty else { return .refused }
    return switch verdict {
    case .allow: .accepted
    case .ask: .asked
    case .deny, .stop: .refused
    }
  }

  /// The faults first, since a faulty answer has to be given again whatever the rules say of it.
  private var exit: ExitCode { faults.isEmpty ? verdict.exit : ReasonCode.answerInvalid.exit }

  private var reasons: [Reason] {
    faults.map { ReasonCode.answerInvalid.reason($0.sentence(in: name)) }
      + (judgement?.findings ?? []).compactMap { finding in
        switch finding.verdict {
        case .allow: nil
        case .ask: ReasonCode.ruleAsk.reason(finding.sentence)
        case .deny: ReasonCode.ruleDeny.reason(finding.sentence)
        case .stop: ReasonCode.ruleStop.reason(finding.sentence)
        }
      }
  }

  func answer(receipt: Path) -> SubmissionAnswer {
    SubmissionAnswer(
      item: id, claim: record.claim, outcome: outcome, exit: exit, reasons: reasons,
      warnings: warnings, faults: faults, judgement: judgement, receipts: receipts, stop: stop,
      receipt: receipt)
  }

  /// Puts what was found into the record.
  func fill(_ receipt: inout Receipt, _ context: Context) {
    receipt.reasons = reasons
    receipt.warnings = warnings
    receipt.guardrails = record.guardrails
    receipt.inputs += shelf.inputs + inputs
    receipt.inputs += (judgement?.scripts ?? []).map {
      Input(path: $0.path, content: ($0.bytes.count, SHA256.hash($0.bytes)))
    }
    var rules = RulesRecord(shelf)
    if let judgement { rules.add(judgement) }
    receipt.rules = rules.json
    receipt.add("claim_receipt", .string(record.receipt.text))
    receipt.add("answer", Self.record(of: bytes, context))
    receipt.add("faults", .array(faults.map(\.json)))
    receipt.add("receipts", .array(receipts.map(\.json)))
    receipt.add("stop", stop.map { .string($0.text) } ?? .null)
  }

  // MARK: The answer on record

  private static let recordedSize = 1 << 20

  /// An answer as records hold it: its digest, its size, and its text without secrets, cut where it is long.
  static func record(of bytes: [UInt8], _ context: Context) -> JSON {
    let text = context.redaction.clean(Text(bytes: bytes)).bytes
    var end = min(text.count, recordedSize)
    // A character is not cut in two.
    while end < text.count, text[end] & 0xC0 == 0x80 { end -= 1 }
    return [
      "sha256": .string(SHA256.hash(bytes).hex), "size": .integer(bytes.count),
      "cut": .bool(end < text.count), "text": .string(Text(bytes: Array(text[..<end]))),
    ]
  }
}
