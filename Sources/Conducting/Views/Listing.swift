package import Backlog
package import Evidence
package import JSONText
import Machine
package import Rules

/// The backlog as people look at it: each item with what keeps it from being handed out.
package struct Listing: Sendable {
  /// One item.
  package struct Row: Sendable {
    package var item: Item
    package var obstacles: [Obstacle]
    /// The claim that holds it now.
    package var holder: Claim?
    /// What the rules say of it, where nothing else keeps it and they do not let it through.
    package var findings: [Finding] = []
    /// Whether the item would be handed out if nothing outside the items stood in the way.
    package var isEligible: Bool { obstacles.isEmpty && findings.isEmpty }

    /// Everything that keeps it, with the codes that refusals use.
    package var reasons: [Reason] {
      obstacles.map { Reason(code: $0.code, text: $0.text) }
        + findings.compactMap { finding in
          ReasonCode(finding.verdict)?.reason(finding.sentence)
        }
    }
  }

  /// What is to be shown.
  package struct Filter: Sendable {
    package var status: Text?
    /// One item and no other.
    package var item: Text?
    package var onlyEligible = false

    /// Shows everything.
    package init() {}
  }

  /// The items in the order of work.
  package private(set) var rows: [Row] = []
  /// The number of items of each status, over the whole backlog.
  package private(set) var counts: [(status: Status, count: Int)] = []

  /// Reads the backlog, the open claims and the rules; takes no lock and writes nothing. Rule sets that do not load
  /// keep every item, which the gate tells; here only those that load speak.
  package init(_ project: Project, _ context: Context, _ filter: Filter) throws(Refusal) {
    let file = try BacklogFile(project, context)
    let shelf = RuleShelf(surveying: project, context)
    let judge = try ItemJudge(project, context, shelf, level: nil, asksPlugins: false)
    let backlog = file.content
    let surroundings = try Surroundings(project, context, file)
    let cycles = DependencyCycles(backlog)
    var order = Array(0..<backlog.count)
    if backlog.ordersByPriority {
      order.sort { (backlog.priority(at: $0), $0) < (backlog.priority(at: $1), $1) }
    }
    var tally: [Text: Int] = [:]
    for row in order {
      let word = backlog.status(at: row).word
      tally[word, default: 0] += 1
      if let wanted = filter.status, wanted != word { continue }
      if let wanted = filter.item, wanted != backlog.id(at: row) { continue }
      guard let item = backlog.item(at: row) else { continue }
      var shown = Row(
        item: item,
        obstacles: backlog.obstacles(of: item, in: surroundings, cycles: cycles),
        holder: surroundings.holder(of: item))
      if shown.obstacles.isEmpty { shown.findings = judge.objections(to: item) }
      if !filter.onlyEligible || shown.isEligible { rows.append(shown) }
    }
    let known = Status.known.map(\.word)
    let others = tally.keys.filter { !known.contains($0) }.sorted()
    counts = (known + others).compactMap { word in
      tally[word].map { (Status(word), $0) }
    }
  }
}

extension Surroundings {
  /// What is known outside the backlog, read without the lock.
  init(_ project: Project, _ context: Context, _ file: BacklogFile) throws(Refusal) {
    let archive = try Archive(project, context, for: file, nil)
    let journal: Journal
    do {
      journal = try StateFolder.readJournal(project, context)
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "the journal failed in an unknown way")
    }
    self.init(
      now: context.now, open: journal.visible.mapValues(\.claim), archivedDone: archive.done,
      stopped: context.counting(journal.visibleStops).mapValues(\.stop),
      supervisorLives: ClaimLock.lives(of: journal.visible, project, context))
  }
}
