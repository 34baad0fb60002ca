import Backlog
import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// `conductor backlog list`: the items, and at a glance why one cannot be next.
struct BacklogListCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    var filter = Listing.Filter()
    filter.status = FlagKey.status.text(in: session.request)
    filter.onlyEligible = session.request[.eligible]
    let listing = try Listing(session.project(), session.context, filter)
    if session.isJSON {
      try session.print([
        "format": "conductor/backlog-list/1", "exit": 0,
        "counts": .object(
          listing.counts.map { .init(key: $0.status.word, value: .integer($0.count)) }),
        "items": .array(listing.rows.map { $0.json }),
      ])
    } else if listing.rows.isEmpty {
      session.note("no item to show")
    } else {
      try session.print(lines: table(listing))
      session.note(summary(listing))
    }
    return .done
  }

  private func table(_ listing: Listing) -> [String] {
    let columns: [Layout.Column] = [
      .init("ID"), .init("STATUS"), .init("PRIORITY"), .flexible("TITLE", leastWidth: 16),
      .flexible("WHY NOT NEXT", leastWidth: 20),
    ]
    let rows = listing.rows.map { row -> [Layout.Cell] in
      let item = row.item
      return [
        .init(item.id.string, .bold), .init(item.status.word.string, item.status.tint),
        .init(item.priority == .none ? "" : "\(item.priority)"),
        .init(item.title?.string ?? "", .plain),
        row.isEligible
          ? .init("eligible", .green)
          : .init(
            row.obstacles.first.map { shortened($0) } ?? row.findings.first.map { shortened($0) }
              ?? "", .dim),
      ]
    }
    return Layout(columns, width: session.width, style: session.style).lines(rows)
  }

  /// What keeps an item, without the words that the table's columns say already.
  private func shortened(_ obstacle: Obstacle) -> String {
    switch obstacle {
    case .status: return ""
    case .held(let claim):
      return "held by \(claim.by), lease ends \(session.distance(to: claim.until))"
    case .dependency(let id, let status): return "waits for \(id) (\(status.word))"
    case .dependencyMissing(let id): return "waits for \(id), which is missing"
    case .notBefore(let time): return "not before \(time.text)"
    case .stopped(let stop): return "stopped by \(stop.rule): waits for \(stop.person ?? "release")"
    case .cycle, .claimUnreadable, .field: return obstacle.text.string
    }
  }

  private func shortened(_ finding: Finding) -> String {
    let person = finding.escalateTo.map { ", goes to \($0)" } ?? ""
    return "\(finding.verdict.word) by \(finding.name)\(person)"
  }

  private func summary(_ listing: Listing) -> String {
    let counts = listing.counts.map { "\($0.count) \(session.shown($0.status.word))" }
    return counts.joined(separator: ", ")
  }
}

extension Status {
  /// The colour in which a status is shown.
  var tint: Style.Tint {
    switch self {
    case .pending: .plain
    case .inProgress, .proposed: .yellow
    case .done: .dim
    case .blocked, .unknown: .red
    }
  }
}

extension Listing.Row {
  /// The form that `--json` has.
  var json: JSON {
    [
      "id": .string(item.id), "title": item.title.map { .string($0) } ?? .null,
      "status": .string(item.status.word), "priority": .text("\(item.priority)"),
      "plan_suggestion": item.plan.map { .string($0) } ?? .null,
      "eligible": .bool(isEligible),
      "obstacles": .array(reasons.map(\.json)),
      "claim": holder?.json ?? .null,
    ]
  }
}

/// `conductor backlog show`: one item with everything that is known of it.
struct BacklogShowCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let id = Text(session.request.operand)
    var filter = Listing.Filter()
    filter.item = id
    guard let row = try Listing(session.project(), session.context, filter).rows.first else {
      throw Refusal(
        .itemUnknown, "there is no item " + id + " in the backlog",
        hint: "\"conductor backlog list\" shows the items.")
    }
    if session.isJSON {
      try session.print([
        "format": "conductor/backlog-item/1", "exit": 0, "item": row.item.node.json,
        "state": row.json,
      ])
    } else {
      try session.print(lines: text(row))
    }
    return .done
  }

  private func text(_ row: Listing.Row) -> [String] {
    let item = row.item
    let style = session.style
    var lines = [
      style.bold(session.shown(item.id)) + "  " + session.shown(item.title ?? ""),
      "",
    ]
    func add(_ name: String, _ value: String?) {
      if let value { lines.append(style.dim(name + ": ") + value) }
    }
    add("status", session.shown(item.status.word))
    add("plan", item.plan.map { session.shown($0) })
    add("priority", item.priority == .none ? nil : "\(item.priority)")
    add(
      "waits for",
      item.dependsOn.isEmpty
        ? nil : item.dependsOn.map { session.shown($0) }.joined(separator: ", "))
    add("not before", item.notBefore.map { "\($0.text)" })
    add("diff limit", item.diffLimit.map { "\($0) lines" })
    for test in item.tests ?? [] { add("test", session.shown(test)) }
    if let claim = row.holder {
      add(
        "held",
        "by \(session.shown(claim.by)) as claim \(claim.number) until \(claim.until.text), \(session.distance(to: claim.until))"
      )
    }
    if row.isEligible {
      add("next", style.green("eligible"))
    } else {
      for reason in row.reasons { add("why not next", session.shown(reason.text)) }
    }
    if let notes = item.notes {
      lines.append("")
      lines += Printable.lines(notes.string)
    }
    return lines
  }
}

/// `conductor backlog check`: whether the file is whole, and every item could one day be handed out.
struct BacklogCheckCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let project = try session.project()
    let file = try BacklogFile(project, session.context)
    let check = BacklogCheck(file)
    let code: ExitCode = check.faults.isEmpty ? .done : .checkFailed
    if session.isJSON {
      try session.print([
        "format": "conductor/backlog-check/1", "exit": .integer(Int(code.rawValue)),
        "path": .string(file.path.text), "items": .integer(check.count),
        "faults": .array(
          check.faults.map { fault in
            [
              "code": .string(fault.code), "item": .string(fault.item),
              "line": .integer(fault.line),
              "column": .integer(fault.column), "text": .string(fault.text),
              "remedy": fault.remedy.map { .string($0) } ?? .null,
            ]
          }),
      ])
    } else {
      for fault in check.faults {
        try session.print(
          lines: [
            session.shown(fault.described(file.path)),
            fault.remedy.map { "  " + session.style.dim(session.shown($0)) } ?? "",
          ].filter { !$0.isEmpty })
      }
      let counted = TimeWords.counted(Int64(check.count), "item")
      session.note(
        check.faults.isEmpty
          ? "\(session.shown(file.path)) is whole: \(counted)"
          : "\(TimeWords.counted(Int64(check.faults.count), "fault")) in \(counted)")
    }
    return code
  }
}

/// `conductor backlog add`: a new item at the end.
struct BacklogAddCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let request = session.request
    var item = NewItem(title: FlagKey.title.text(in: request) ?? "")
    item.id = FlagKey.id.text(in: request)
    item.plan = FlagKey.plan.text(in: request)
    item.notes = FlagKey.notes.text(in: request)
    item.priority = FlagKey.priority.text(in: request)
    item.dependsOn = request[.dependsOn].map { Text($0) }
    item.notBefore = FlagKey.notBefore.text(in: request)
    item.diffLimit = request[.diffLimit]
    item.tests = request[.tests].map { Text($0) }
    let answer = try Addition(session.project(), session.context).run(item)
    if session.isJSON {
      try session.print([
        "format": "conductor/backlog-add/1", "exit": 0, "item": .string(answer.id),
        "receipt": .string(answer.receipt.text),
      ])
    } else {
      try session.print(lines: [session.shown(answer.id)])
      session.note("receipt \(session.shown(answer.receipt))")
    }
    return .done
  }
}
