import Conducting
import Evidence
import JSONText
import Machine

/// `conductor receipts list`: the records, newest first.
struct ReceiptsListCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    var filter = ReceiptShelf.Filter()
    filter.kind = FlagKey.kind.text(in: session.request)
    filter.item = FlagKey.item.text(in: session.request)
    filter.limit = session.request[.limit]
    let entries = try ReceiptShelf(session.project(), session.context).list(filter)
    if session.isJSON {
      try session.print([
        "format": "conductor/receipts-list/1", "exit": 0, "receipts": .array(entries.map(json)),
      ])
    } else if entries.isEmpty {
      session.note("no receipt to show")
    } else {
      try session.print(lines: table(entries))
    }
    return .done
  }

  private func table(_ entries: [ReceiptShelf.Entry]) -> [String] {
    let columns: [Layout.Column] = [
      .init("TIME"), .init("KIND"), .init("OUTCOME"), .init("ITEM"), .init("AGENT"),
      .flexible("REASON", leastWidth: 10), .init("RECEIPT"),
    ]
    return Layout(columns, width: session.width, style: session.style).lines(
      entries.map { entry in
        [
          .init(entry.time.string, .dim), .init(entry.kind.string, .bold),
          .init(entry.outcome.string, entry.kind == "refusal" ? .yellow : .plain),
          .init(entry.item?.string ?? ""), .init(entry.agent.string),
          .init(entry.reason?.string ?? "", .dim), .init(String(entry.id.string.suffix(8)), .dim),
        ]
      })
  }

  private func json(_ entry: ReceiptShelf.Entry) -> JSON {
    [
      "id": .string(entry.id), "path": .string(entry.path.text), "kind": .string(entry.kind),
      "generated_at": .string(entry.time), "outcome": .string(entry.outcome),
      "item": entry.item.map { .string($0) } ?? .null, "agent": .string(entry.agent),
      "reason": entry.reason.map { .string($0) } ?? .null, "dry_run": .bool(entry.isDryRun),
    ]
  }
}

/// `conductor receipts show`: one record, as it lies on the disk.
struct ReceiptsShowCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let receipt = try ReceiptShelf(session.project(), session.context)
      .show(Text(session.request.operand))
    // A receipt's strings are escaped JSON, so that its text holds nothing a terminal would obey; a damaged one may.
    if session.isJSON || (try? Document(Bytes(receipt.bytes))) != nil {
      try session.print(String(decoding: receipt.bytes, as: UTF8.self))
    } else {
      try session.print(lines: Printable.lines(Printable.line(bytes: receipt.bytes)))
    }
    session.note("receipt \(session.shown(receipt.path))")
    return .done
  }
}

/// `conductor receipts verify`: every listed record present and unchanged, none unlisted.
struct ReceiptsVerifyCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let report = try ReceiptShelf(session.project(), session.context).verify()
    let code: ExitCode = report.findings.isEmpty ? .done : .checkFailed
    if session.isJSON {
      try session.print([
        "format": "conductor/receipts-verify/1", "exit": .integer(Int(code.rawValue)),
        "checked": .integer(report.checked), "ledgers": .array(report.ledgers.map { .string($0) }),
        "sealed": 0, "findings": .array(report.findings.map(json)),
      ])
      return code
    }
    try session.print(lines: report.findings.map(sentence))
    let receipts = TimeWords.counted(Int64(report.checked), "receipt")
    let ledgers = TimeWords.counted(Int64(report.ledgers.count), "ledger")
    session.note(
      report.findings.isEmpty
        ? "\(receipts) in \(ledgers): each is present and unchanged, and none is unlisted"
        : "\(receipts) in \(ledgers): \(TimeWords.counted(Int64(report.findings.count), "disagreement"))"
    )
    session.note("Nothing is sealed, so records cut from the end of a ledger would not show.")
    return code
  }

  private func sentence(_ finding: AuditFinding) -> String {
    let place = finding.ledger.map { ledger in
      " (" + session.shown(ledger) + (finding.line.map { " line \($0)" } ?? "") + ")"
    }
    let words =
      switch finding.kind {
      case .missing: "is listed but not there"
      case .changed: "is not what was recorded"
      case .unlisted: "is in no ledger"
      case .unreadable: "cannot be read"
      case .malformedLine: "has a line that is none"
      case .tornLine: "ends in the middle of a line"
      case .listedTwice: "is listed twice"
      case .outside: "leads out of the folder"
      }
    return session.shown(finding.path) + " " + session.style.red(words) + (place ?? "")
  }

  private func json(_ finding: AuditFinding) -> JSON {
    [
      "kind": .text(finding.kind.rawValue), "path": .string(finding.path),
      "ledger": finding.ledger.map { .string($0) } ?? .null,
      "line": finding.line.map { .integer($0) } ?? .null,
    ]
  }
}
