import Backlog
package import JSONText
import Machine
package import Rules

/// Judges what a coding agent is about to do with a tool.
package struct ToolGuard {
  /// What the agent is told.
  package enum Answer {
    /// Nothing: the agent's own permissions decide.
    case none
    /// A person must decide.
    case ask(Judgement)
    /// It must not happen.
    case refused(RefusedDeed)
  }

  private let project: Project
  private let context: Context
  private let shelf: RuleShelf
  private let item: Node?
  private let itemID: Text?
  private let level: Text?

  /// Loads the rule sets, and the item that is worked on where one is named.
  package init(_ project: Project, _ context: Context, item id: Text?) throws(Refusal) {
    try project.requireFiles(context)
    self.project = project
    self.context = context
    shelf = try RuleShelf(project, context)
    shelf.book.keepToTheEnd()
    itemID = id
    let found = try id.map { (id) throws(Refusal) in try project.item(id, context) }
    item = found?.node
    level = found?.level
  }

  /// Judges one call, and records a stop.
  package func answer(_ call: ToolCall) throws(Refusal) -> Answer {
    var circumstances = Circumstances(
      project, context, shelf: shelf, item: item, level: level,
      approvals: try Approvals.read(project, context, shelf))
    if let directory = call.directory { circumstances.directory = directory }
    let judgement: Judgement
    let (kind, subject): (Text, Text)
    switch call.deed {
    case .harmless: return .none
    case .command(let line):
      judgement = shelf.book.judgement(ofCommand: line.bytes, circumstances)
        .counting(for: shelf.book)
      (kind, subject) = ("command", line)
    case .fetch(let url):
      judgement = shelf.book.judgement(ofFetch: url, circumstances)
      (kind, subject) = ("fetch", url)
    case .writing(let path, let added, let removed):
      judgement = judge(path, added: added, removed: removed, circumstances)
      (kind, subject) = ("diff", path)
    case .unreadable:
      judgement = question(
        "unknown-tool", because: "nothing is known here of what the tool does", saw: call.tool)
      (kind, subject) = ("tool", call.tool)
    }
    switch judgement.verdict {
    case .allow: return .none
    case .ask: return .ask(judgement)
    case .deny, .stop:
      return .refused(
        RefusedDeed(
          judgement, kind: kind, subject: subject, item: itemID, project, context, shelf))
    }
  }

  /// A question of the program's own; where no set is loaded nobody has asked for questions.
  private func question(_ rule: Text, because: Text, saw: Text) -> Judgement {
    var judgement = Judgement()
    guard !shelf.book.sets.isEmpty else { return judgement }
    judgement.isUnderstood = false
    judgement.findings = [
      Finding(set: "conductor", rule: rule, verdict: .ask, because: because, saw: saw)
    ]
    return judgement
  }

  // MARK: Files

  /// Judges a file by every path that its spelling may lead to.
  private func judge(
    _ spelling: Text, added: [Text], removed: [Text], _ circumstances: Circumstances
  ) -> Judgement {
    guard let places = places(spelling, circumstances) else {
      return question(
        "unresolved-path", because: "its links cannot be followed to an end", saw: spelling)
    }
    var whole = Judgement()
    for place in places {
      let exists = (try? context.machine.files.identity(Path(circumstances.root) / place)) != nil
      let change = Change(exists ? .modify : .add, place.text, added: added, removed: removed)
      whole = whole.joined(with: shelf.book.judgement(ofChanges: [change], circumstances))
    }
    let outside = places.first(where: \.isAbsolute)
    guard let outside else { return whole }
    return whole.joined(
      with: question(
        "outside-project", because: "the file lies outside of the project", saw: outside.text))
  }

  /// The paths that a spelling may lead to, relative to the root where they lie below it: as it stands, with links
  /// followed, and with the home directory in place of what stands for it. Nil where links run in a circle.
  private func places(_ spelling: Text, _ circumstances: Circumstances) -> [Path]? {
    var places: [Path] = []
    for text in [spelling, inHome(spelling, circumstances.home)].compactMap({ $0 }) {
      let raw = Path(circumstances.directory) / Path(text)
      for path in [raw.normalized, raw] {
        guard let real = circumstances.files.resolved(path.text) else { return nil }
        for place in [inside(path.normalized, circumstances), Path(real)]
        where !places.contains(place) { places.append(place) }
      }
    }
    return places
  }

  private func inHome(_ spelling: Text, _ home: Text?) -> Text? {
    guard let home else { return nil }
    for prefix in ["~", "$HOME", "${HOME}"] as [Text] {
      let rest = spelling.bytes.dropFirst(prefix.bytes.count)
      if spelling.hasPrefix(prefix), rest.isEmpty || rest.first == UInt8(ascii: "/") {
        return home + Text(bytes: Array(rest))
      }
    }
    return nil
  }

  /// A path as seen from the root, by whichever name of it the path begins with.
  private func inside(_ path: Path, _ circumstances: Circumstances) -> Path {
    [Path(circumstances.root), project.checkout].compactMap { path.relative(to: $0) }.first ?? path
  }
}
