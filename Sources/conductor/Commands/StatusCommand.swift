import Backlog
import Conducting
import Evidence
import JSONText
import Machine
import Rules

/// `conductor status`: the state of the project at a glance.
struct StatusCommand {
  private let session: Session

  init(_ session: Session) { self.session = session }

  func run() throws -> ExitCode {
    let overview = try Overview(session.project(), session.context)
    if session.isJSON {
      try session.print(document(overview))
    } else {
      try session.print(lines: text(overview))
    }
    return .done
  }

  /// How many stopped items are named one by one.
  private static let named = 10

  private func text(_ overview: Overview) -> [String] {
    let style = session.style
    var rows: [[Layout.Cell]] = [["project", .init(overview.root.string)]]
    let state = overview.runState
    let since = state.at.map { " since \($0.text)" } ?? ""
    let why = state.reason.map { ": \($0)" } ?? ""
    rows.append([
      "state", state.isPaused ? .init("paused\(since)\(why)", .red) : .init("active", .green),
    ])
    if let mode = state.mode { rows.append(["mode", .init(mode.rawValue)]) }
    rows.append(["consent", .init(consent(overview))])
    for verdict in overview.prerequisites {
      let reasons = verdict.reasons.map(\.text.string).joined(separator: "; ")
      rows.append([
        .init(verdict.name.string),
        !verdict.isRequired
          ? .init("not required", .dim)
          : verdict.holds ? .init("met", .green) : .init(reasons, .red),
      ])
    }
    let rules = overview.rules.map { "\($0.name) \($0.version)" }.joined(separator: ", ")
    rows.append(["rules", rules.isEmpty ? .init("no rule set", .dim) : .init(rules)])
    let counts = overview.counts.map { "\($0.count) \($0.status.word)" }.joined(separator: ", ")
    rows.append(["backlog", .init(counts.isEmpty ? "no items" : counts)])
    for (item, claim) in overview.held {
      rows.append([
        "held",
        .init(
          "\(item) by \(claim.by), claim \(claim.number), lease ends \(session.distance(to: claim.until))",
          .yellow),
      ])
    }
    for (item, stop) in overview.stopped.prefix(Self.named) {
      rows.append([
        "stopped",
        .init("\(item) by \(stop.rule): waits for \(stop.person ?? "release")", .red),
      ])
    }
    if overview.stopped.count > Self.named {
      rows.append(["stopped", .init("and \(overview.stopped.count - Self.named) more", .red)])
    }
    rows.append(["next", next(overview)])
    var lines = Layout([.init(), .flexible(leastWidth: 20)], width: session.width, style: style)
      .lines(rows)
    for (_, text) in overview.refusals
    where overview.prerequisites.allSatisfy({ verdict in
      !verdict.reasons.contains { $0.text == text }
    }) {
      lines.append(style.red("! ") + session.shown(text))
    }
    for warning in overview.warnings {
      lines.append(style.yellow("! ") + session.shown(warning.text))
    }
    return lines
  }

  private func consent(_ overview: Overview) -> String {
    guard overview.isConsentPresent else { return "none: nothing runs unattended" }
    let consent = overview.consent
    guard consent.autoEnabled, consent.continuous else { return "nothing runs unattended" }
    return consent.allowApply
      ? "unattended work, may be applied" : "unattended work, may not be applied"
  }

  private func next(_ overview: Overview) -> Layout.Cell {
    if let item = overview.next {
      let blocked = overview.refusals.isEmpty ? "" : ", once nothing above stands in the way"
      return .init(
        "\(item.id)  \(item.title?.string ?? "")\(blocked)",
        overview.refusals.isEmpty ? .bold : .dim)
    }
    return .init(overview.nothing?.reasons.first?.text.string ?? "nothing", .dim)
  }

  private func document(_ overview: Overview) -> JSON {
    [
      "format": "conductor/status/1", "exit": 0,
      "root": .string(overview.root.text),
      "status": overview.runState.isPaused ? "PAUSED" : "ACTIVE",
      "mode": overview.runState.mode.map { .text($0.rawValue) } ?? .null,
      "pause_reason": overview.runState.reason.map { .string($0) } ?? .null,
      "consent": overview.isConsentPresent ? overview.consent.json : .null,
      "preflight": .object(
        overview.prerequisites.map { .init(key: $0.name, value: $0.json) }),
      "counts": .object(
        overview.counts.map { .init(key: $0.status.word, value: .integer($0.count)) }),
      "next": overview.next.map { .string($0.id) } ?? .null,
      "nothing": .array((overview.nothing?.reasons ?? []).map(\.json)),
      "held": .array(
        overview.held.map { ["item": .string($0.item), "claim": $0.claim.json] }),
      "rules": .array(overview.rules.map(\.json)),
      "stopped": .array(
        overview.stopped.map { item, stop in
          [
            "item": .string(item), "rule": .string(stop.rule),
            "waits_for": stop.person.map { .string($0) } ?? .null,
          ]
        }),
      "refusals": .array(overview.refusals.map { $0.code.reason($0.text).json }),
      "warnings": .array(overview.warnings.map(\.json)),
    ]
  }
}
