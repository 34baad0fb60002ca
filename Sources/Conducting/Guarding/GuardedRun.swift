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
    let journal: Journal
    do {
      journal = try StateFolder.readJournal(project, context.machine.files)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.inputOutput, "the journal of claims cannot be read")
    }
    let shown = item.status == .inProgress ? item.claim : nil
    return [shown?.number, journal.open[id]?.claim.number].compactMap { $0 }.max()
  }

  /// Judges the program's own arguments, runs it, and waits for its end.
  package func run(_ vector: [Text]) throws(Refusal) -> Outcome {
    let shelf = try RuleShelf(project, context)
    var circumstances = Circumstances(
      project, context, shelf: shelf, item: item, level: level, environment: environment,
      approvals: try Approvals.read(project, context, shelf))
    circumstances.isActual = true
    let judgement = shelf.book.judgement(ofVector: vector, circumstances).counting(for: shelf.book)
    if judgement.verdict > .allow {
      return .refused(
        RefusedDeed(
          judgement, kind: "command", subject: CommandWords.line(vector), item: itemID, project,
          context, shelf))
    }
    let names = shelf.book.watchedPrograms
    var arguments = vector.map(\.bytes)
    let program = try Self.find(Path(bytes: arguments.first ?? []), context)
    // A program that looks for itself on the PATH by its name would find what stands in its place there.
    if let first = vector.first, names.contains(first) { arguments[0] = program.bytes }
    let charter = RunCharter(
      root: project.checkout, item: item, level: level, environment: environment, book: shelf.book,
      context)
    let held = try RunFolder.make(charter, guarding: names, project, context)
    defer {
      held.folder.remove(context.machine.files)
      held.lock.release()
    }
    do {
      let status = try context.machine.processes.runHere(
        program, arguments, environment: variables(held.folder))
      return .ended(status)
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

  private func variables(_ folder: RunFolder) -> [[UInt8]] {
    let machine = context.machine
    let path = machine.environment.bytes("PATH") ?? ProgramSearch.preset
    var changed: [(name: String, value: [UInt8]?)] = [
      ("PATH", folder.programs.bytes + [UInt8(ascii: ":")] + path)
    ]
    if let itemID {
      changed.append(("CONDUCTOR_ITEM", itemID.bytes))
      changed.append(("CONDUCTOR_CLAIM", claim.map { Array("\($0)".utf8) }))
    }
    return machine.environment.changing(changed).lines
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
