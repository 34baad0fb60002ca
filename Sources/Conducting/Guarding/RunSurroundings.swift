import JSONText
import Machine
import Rules

/// What every program of a guarded run starts in: conductor's own programs first on the PATH, and the names of the item
/// and of the claim among the variables.
struct RunSurroundings {
  let project: Project
  let context: Context
  let shelf: RuleShelf
  /// The item that is worked on, as its object stands.
  var item: Node?
  var itemID: Text?
  var claim: Int?
  var level: Text?
  var environment: Text?

  /// The surroundings of a run that works on no item.
  init(_ project: Project, _ context: Context, _ shelf: RuleShelf) {
    self.project = project
    self.context = context
    self.shelf = shelf
  }

  /// What rules may know of a program that is really about to start here.
  func circumstances() throws(Refusal) -> Circumstances {
    var circumstances = Circumstances(
      project, context, shelf: shelf, item: item, level: level, environment: environment,
      approvals: try Approvals.read(project, context, shelf))
    circumstances.isActual = true
    return circumstances
  }

  /// What the rules say of a program's own arguments.
  func judgement(of vector: [Text]) throws(Refusal) -> Judgement {
    shelf.book.judgement(ofVector: vector, try circumstances()).counting(for: shelf.book)
  }

  /// What the rules say of a command line that a shell is about to read, each set in its own way.
  func judgement(ofLine line: Text) throws(Refusal) -> Judgement {
    shelf.book.judgement(ofCommand: line.bytes, try circumstances()).counting(for: shelf.book)
  }

  /// Makes the folder of the run, hands on the variables that lead to it, and removes it afterwards.
  func within<Answer>(
    _ body: (_ variables: [[UInt8]]) throws(Refusal) -> Answer
  ) throws(Refusal) -> Answer {
    let charter = RunCharter(
      root: project.checkout, item: item, level: level, environment: environment, book: shelf.book,
      context)
    let held = try RunFolder.make(
      charter, guarding: shelf.book.watchedPrograms, project, context)
    defer {
      held.folder.remove(context.machine.files)
      held.lock.release()
    }
    return try body(variables(held.folder))
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
