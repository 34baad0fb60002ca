import Backlog
import Evidence
package import JSONText
package import Machine
import Rules

/// A program that is run so that whatever it starts through the PATH is judged first.
package struct GuardedRun {
  /// How it came out.
  package enum Outcome {
    /// The program ran and has ended.
    case ended(Finished.Status)
    /// A rule speaks against the program itself.
    case refused(RefusedDeed)
  }

  private let project: Project
  private let context: Context
  private let item: Node?
  private let itemID: Text?
  private let claim: Int?
  private let level: Text?
  private let environment: Text?

  /// Names the item that is worked on, and the level and environment that the operator states.
  package init(
    _ project: Project, _ context: Context, item id: Text?, level: Text?, environment: Text?
  ) throws(Refusal) {
    try project.requireFiles(context)
    self.project = project
    self.context = context
    itemID = id
    self.environment = environment
    guard let id else {
      (item, claim, self.level) = (nil, nil, level)
      return
    }
    let found = try project.item(id, context)
    item = found.node
    claim = try Self.claim(on: id, found, project, context)
    self.level = level ?? found.level
  }

  private static func claim(
    on id: Text, _ item: Item, _ project: Project, _ context: Context
  ) throws(Refusal) -> Int? {
    let open = try StateFolder.openClaim(on: id, project, context)
    let shown = item.status == .inProgress ? item.claim : nil
    return [shown?.number, open?.claim.number].compactMap { $0 }.max()
  }

  /// Judges the program's own arguments, runs it, and waits for its end.
  package func run(_ words: [Text]) throws(Refusal) -> Outcome {
    let shelf = try RuleShelf(project, context)
    var surroundings = RunSurroundings(project, context, shelf)
    (surroundings.item, surroundings.itemID, surroundings.claim) = (item, itemID, claim)
    (surroundings.level, surroundings.environment) = (level, environment)
    let judgement = try surroundings.judgement(of: words)
    if judgement.verdict > .allow {
      return .refused(
        RefusedDeed(
          judgement, kind: "command", subject: CommandWords.line(words), item: itemID, project,
          context, shelf))
    }
    var vector = words.map(\.bytes)
    let program = try Self.find(Path(bytes: vector.first ?? []), context)
    // A program that looks for itself on the PATH by its name would find what stands in its place there.
    if let first = words.first, shelf.book.watchedPrograms.contains(first) {
      vector[0] = program.bytes
    }
    let arguments = vector
    return try surroundings.within { (variables) throws(Refusal) in
      try Self.start(program, arguments, variables, context)
    }
  }

  private static func start(
    _ program: Path, _ arguments: [[UInt8]], _ variables: [[UInt8]], _ context: Context
  ) throws(Refusal) -> Outcome {
    // Whoever wants an end before there is a program to hand it on to means the run.
    if let signal = Signals.noted { return .ended(.signalled(signal)) }
    do {
      return .ended(
        try context.machine.processes.runHere(program, arguments, environment: variables))
    } catch {
      throw Refusal(
        .programUnusable, program.text + " cannot be run: " + Text(error.text))
    }
  }

  /// The program itself, looked for as a shell does.
  private static func find(_ name: Path, _ context: Context) throws(Refusal) -> Path {
    let machine = context.machine
    var search = ProgramSearch(list: machine.environment.bytes("PATH"), calls: machine.calls)
    return try search.program(name)
  }
}

extension Project {
  /// An item of the backlog by its id.
  func item(_ id: Text, _ context: Context) throws(Refusal) -> Item {
    let file = try BacklogFile(self, context)
    guard let item = file.content.row(of: id).flatMap({ file.content.item(at: $0) }) else {
      throw Refusal(
        .itemUnknown, "there is no item " + id + " in the backlog",
        hint: "\"conductor backlog list\" shows the items.")
    }
    return item
  }
}

extension ProgramSearch {
  /// The file that a name stands for, or the refusal that a shell gives.
  mutating func program(_ name: Path) throws(Refusal) -> Path {
    do {
      if let found = try find(name) { return found }
    } catch {
      throw Refusal(error)
    }
    throw wasDenied
      ? Refusal(.programUnusable, name.text + " is there, and may not be run")
      : Refusal(.programMissing, "there is no program " + name.text + " on the PATH")
  }
}
