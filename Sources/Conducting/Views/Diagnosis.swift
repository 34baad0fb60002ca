import Backlog
import Evidence
package import JSONText
import Machine
import Rules

/// What is wrong with a project, and how to mend it.
package struct Diagnosis: Sendable {
  /// How much a finding matters.
  package enum Weight: String, Sendable { case good, note, problem }

  /// One thing that was looked at.
  package struct Finding: Sendable {
    package var weight: Weight
    /// A name of what was looked at, which never changes.
    package var check: Text
    package var text: Text
    /// How to mend it.
    package var remedy: Text?
  }

  /// Everything that was looked at, in order.
  package private(set) var findings: [Finding] = []

  /// Whether anything must be mended.
  package var hasProblems: Bool { findings.contains { $0.weight == .problem } }

  private mutating func add(
    _ weight: Weight, _ check: Text, _ text: Text, remedy: Text? = nil
  ) {
    findings.append(Finding(weight: weight, check: check, text: text, remedy: remedy))
  }

  /// States what keeps the project from being opened at all.
  package init(of refusal: Refusal) {
    for reason in refusal.reasons {
      add(
        .problem, reason.code, reason.text,
        remedy: refusal.hint ?? "Correct the file at that place.")
    }
  }

  /// Looks at everything that can go wrong; takes no lock and writes nothing.
  package init(_ project: Project, _ context: Context) {
    add(.good, "project", "the project's root is " + project.root.text)
    for variable in context.fixed {
      add(
        .note, "environment",
        variable.name + " is set; what is recorded under it counts for tests only",
        remedy: "Unset " + variable.name + " for real work.")
    }
    let gate = Gate(project, context)
    look(at: gate, project, context)
    var journal = Journal()
    do {
      journal = try StateFolder.readJournal(project, context)
      lookAtSteps(journal, gate, project, context)
    } catch let refusal as Refusal {
      add(.problem, "journal", refusal.reasons.first?.text ?? "it is damaged", remedy: refusal.hint)
    } catch let error as SystemError {
      add(.problem, "journal", error.words)
    } catch {
      add(.problem, "journal", "it failed in an unknown way")
    }
    lookAtStops(journal, context)
    if let file = gate.backlog {
      lookAtItems(file.content, file, project, context)
      lookAtClaims(file.content, journal, project, context)
      lookForUnrecordedClaims(file.content, project, context)
    }
    lookAtReceipts(project, context)
    lookAtRuns(project, context)
    lookAtGit(project, context)
  }

  private mutating func look(at gate: Gate, _ project: Project, _ context: Context) {
    for (code, text) in gate.refusals {
      let remedy: Text? =
        switch code.exit {
        case .prerequisiteUnmet:
          "Bring the summary up to date, or opt out of it by name in the backlog's prerequisites."
        case .notPermitted: "\"conductor resume\" lets work go on."
        case .wrongContent: "Mend the file at the place that is named."
        case .missingFile: "\"conductor init\" writes a backlog where there is none."
        case .wrongConfiguration: "Mend the rule set at the place that is named."
        case .unavailable: "\"conductor plugin list\" shows how each plugin stands."
        default: nil
        }
      add(.problem, Text(code.rawValue), text, remedy: remedy)
    }
    for warning in gate.warnings {
      add(.note, warning.code, warning.text)
    }
    lookAtRules(gate.shelf, project, context)
    for verdict in gate.prerequisites where verdict.holds {
      add(
        .good, verdict.name,
        verdict.isRequired
          ? "the prerequisite " + verdict.name + " holds" : verdict.name + " is not required")
    }
    if !gate.consent.autoEnabled || !gate.consent.continuous {
      add(.good, "consent", "nothing runs unattended: the consent does not allow it")
    }
  }

  private mutating func lookAtRules(
    _ shelf: RuleShelf, _ project: Project, _ context: Context
  ) {
    if shelf.faults.isEmpty {
      let names = shelf.book.sets.map { $0.name + " " + $0.version }
      let text: Text? = names.first.map { names.dropFirst().reduce($0) { $0 + ", " + $1 } }
      add(
        text == nil ? .note : .good, "rules",
        text.map { "the rule sets in force are " + $0 } ?? "no rule set is loaded",
        remedy: text == nil
          ? "Name a rule set in " + Configuration.path.text + ", or put one into "
            + Configuration.rulesFolder.text + "." : nil)
    }
    for caution in Reviews(project, context, shelf).warnings {
      add(
        .note, caution.code, caution.text,
        remedy: "Review the rule set, and bring its reviewed_against up to date.")
    }
    guard let doubts = try? Approvals(project, context, shelf).doubts else { return }
    for doubt in doubts {
      add(
        .problem, doubt.code, doubt.text,
        remedy: "Remove the file, and decide anew with \"conductor approve\".")
    }
  }

  private mutating func lookAtStops(_ journal: Journal, _ context: Context) {
    let stopped = context.counting(journal.visibleStops).values.sorted { $0.item < $1.item }
    for item in stopped.prefix(20) {
      add(
        .note, "stopped",
        item.item + " is stopped by " + item.stop.rule + ": waits for "
          + (item.stop.person ?? "a person who may release it"),
        remedy: "\"conductor approve release --item " + item.item + " --by "
          + (item.stop.person ?? "ACTOR") + "\" releases it.")
    }
    if stopped.count > 20 {
      add(
        .note, "stopped", "and " + Text("\(stopped.count - 20)") + " more",
        remedy: "\"conductor backlog list\" names all of them.")
    }
  }

  private mutating func lookAtItems(
    _ backlog: Backlog, _ file: BacklogFile, _ project: Project, _ context: Context
  ) {
    let faults = BacklogCheck(file).faults
    if faults.isEmpty {
      add(
        .good, "backlog",
        "the backlog is whole, with "
          + Text(backlog.count == 1 ? "1 item" : "\(backlog.count) items"))
    }
    for fault in faults.prefix(20) {
      add(.problem, fault.code, fault.described(file.path), remedy: fault.remedy)
    }
    if faults.count > 20 {
      add(
        .problem, "backlog", "and " + Text("\(faults.count - 20)") + " more",
        remedy: "\"conductor backlog check\" names all of them.")
    }
  }

  private mutating func lookAtSteps(
    _ journal: Journal, _ gate: Gate, _ project: Project, _ context: Context
  ) {
    if let pending = journal.pending {
      add(
        .problem, "interrupted-step",
        "a step was interrupted before it was complete: " + pending.id,
        remedy:
          "The next command that writes finishes or undoes it; \"conductor next --dry-run\" is one."
      )
    }
    let backlog = project.place(project.configuration.backlog)
    if journal.pending == nil, let found = try? context.machine.files.leftover(for: backlog),
      found.bytes.isEmpty == false
    {
      add(
        .note, "leftover", "an unfinished copy lies beside the backlog",
        remedy: "The next claim removes it.")
    }
  }

  private mutating func lookAtClaims(
    _ backlog: Backlog, _ journal: Journal, _ project: Project, _ context: Context
  ) {
    let surroundings = Surroundings(
      now: context.now, supervisorLives: ClaimLock.lives(of: journal.visible, project, context))
    for open in journal.visible.values.sorted(by: { $0.claim.number < $1.claim.number })
    where surroundings.holds(open.claim) {
      let item = backlog.row(of: open.item).flatMap { backlog.item(at: $0) }
      guard item?.claim?.number != open.claim.number || item?.status != .inProgress else {
        continue
      }
      add(
        .problem, "claim-not-in-backlog",
        open.item + " is held by " + open.claim.by + " until " + open.claim.until.text + " (claim "
          + Text("\(open.claim.number)") + "), but the backlog does not say so",
        remedy: "Put the backlog's claim back, or end the claim with \"conductor release "
          + open.item + " --claim " + Text("\(open.claim.number)") + "\".")
    }
    for row in 0..<backlog.count where backlog.status(at: row) == .inProgress {
      guard let item = backlog.item(at: row) else { continue }
      guard let claim = item.claim else {
        add(
          .problem, "claim-unreadable",
          item.id + " is in progress without a claim that can be read",
          remedy: "Set its status to \"pending\" by hand when nobody works on it.")
        continue
      }
      if !surroundings.holds(claim),
        journal.visible[item.id].map({ !surroundings.holds($0.claim) }) ?? true
      {
        let isOrphan = surroundings.supervisorLives[claim.number] == false
        add(
          .note, isOrphan ? "supervisor-gone" : "claim-expired",
          isOrphan
            ? "the loop that supervised " + item.id + " for " + claim.by + " has died"
            : "the lease of " + claim.by + " on " + item.id + " ended at " + claim.until.text,
          remedy: "The next \"conductor next\" may take it over; \"conductor release " + item.id
            + " --claim "
            + Text("\(claim.number)") + "\" gives it back.")
      }
    }
  }

  /// A claim that nobody recorded was made by hand, or by something that goes round the records.
  private mutating func lookForUnrecordedClaims(
    _ backlog: Backlog, _ project: Project, _ context: Context
  ) {
    var claims: [(item: Text, number: Int)] = []
    for row in 0..<backlog.count where backlog.status(at: row) == .inProgress {
      if let item = backlog.item(at: row), let claim = item.claim {
        claims.append((item.id, claim.number))
      }
    }
    guard !claims.isEmpty,
      let missing = try? ReceiptShelf(project, context).unrecorded(claims)
    else { return }
    for (item, number) in missing {
      add(
        .problem, "claim-without-receipt",
        "no receipt records claim " + Text("\(number)") + " on " + item,
        remedy: "If nobody works on it, end it with \"conductor release " + item + " --claim "
          + Text("\(number)") + "\".")
    }
  }

  private mutating func lookAtReceipts(_ project: Project, _ context: Context) {
    do {
      let report = try ReceiptShelf(project, context).verify()
      if report.findings.isEmpty {
        add(
          .good, "receipts",
          Text("\(report.checked)") + (report.checked == 1 ? " receipt is" : " receipts are")
            + " listed and unchanged")
      } else {
        add(
          .problem, "receipts",
          Text("\(report.findings.count)") + " of the receipts or ledger lines do not agree",
          remedy: "\"conductor receipts verify\" names each of them.")
      }
    } catch {
      add(
        .problem, "receipts", error.reasons.first?.text ?? "they cannot be read", remedy: error.hint
      )
    }
  }

  private mutating func lookAtRuns(_ project: Project, _ context: Context) {
    for folder in RunFolder.abandoned(project, context) {
      let place = folder.path.relative(to: project.root) ?? folder.path
      if folder.isInUse(context) {
        add(
          .problem, "run",
          place.text + " is left by a guarded run that was killed, and a program of "
            + "that run still goes on",
          remedy: "End that program; until then its starts are judged all the same.")
      } else {
        add(
          .note, "run", place.text + " is left by a guarded run that was killed",
          remedy: "The next \"conductor exec\" removes it.")
      }
    }
  }

  private mutating func lookAtGit(_ project: Project, _ context: Context) {
    switch GitRecord(project, context) {
    case .absent(let why):
      add(
        .note, "git", "work cannot be measured afterwards: " + why,
        remedy: "Run \"git init\" and commit what is there.")
    case .notAsked, .facts: add(.good, "git", "the project is under git")
    }
  }
}
