import Backlog
package import Evidence
package import JSONText
import Machine

/// Conductor's own folder under the lock: the one place in which steps are committed.
///
/// While a value of this type is held, no other process commits. The kernel frees the lock when the process dies.
package final class StateFolder {
  let project: Project
  let context: Context
  var journal: Journal
  /// The claim of a crashed process that was completed when the lock was taken: whoever held it may never have had
  /// its prompt, so that it must not be completed in silence.
  package internal(set) var recovered: Reason?
  private let lock: FileLock
  private let writer: Text

  var files: Files { context.machine.files }
  var journalPath: Path { project.state / "journal" }
  var ledgerPath: Path { Path("ledger/" + writer + ".sha256") }

  /// Takes the lock, and finishes or undoes what a crashed process began.
  ///
  /// Fails with `busy` where the lock is not had in time, and with the failing file where the folder cannot be
  /// written.
  package init(_ project: Project, _ context: Context) throws(Refusal) {
    self.project = project
    self.context = context
    do {
      let files = context.machine.files
      if try files.identity(project.state) == nil {
        try files.makeDirectory(project.state)
      }
      guard
        let lock = try FileLock.acquire(
          project.state / "lock", exclusive: true, timeout: context.patience,
          calls: context.machine.calls)
      else {
        throw Refusal(
          .busy,
          "another process held the lock for more than " + Text("\(Int(context.patience))")
            + " seconds",
          hint: "Try again; \"conductor doctor\" says whether something is wrong.")
      }
      self.lock = lock
      try Self.furnish(project, context)
      writer = try Self.writer(project, context)
      journal = try Self.readJournal(project, context)
      if journal.isTorn { try files.truncate(project.state / "journal", to: journal.size) }
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "the state folder failed in an unknown way")
    }
    try recover()
  }

  /// Lets others commit; also happens when the value goes.
  package func close() { lock.release() }

  private static func furnish(_ project: Project, _ context: Context) throws {
    let files = context.machine.files
    let ignore = project.state / ".gitignore"
    if try files.identity(ignore) == nil {
      try files.publish(Array("*\n".utf8), at: ignore, temporaryIn: project.state)
    }
  }

  /// A writer is one checkout; its name keeps the ledgers of parallel branches apart.
  private static func writer(_ project: Project, _ context: Context) throws -> Text {
    let files = context.machine.files
    let path = project.state / "writer"
    if let bytes = try files.readIfPresent(path, limit: 64) {
      let name = bytes.prefix { $0 != 0x0A }
      guard name.count == 16,
        name.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
      else {
        throw Refusal(
          .inputOutput,
          project.configuration.receipts.text + "/.state/writer does not hold a writer's name",
          hint: "Remove the file; the next command makes a new writer, with a ledger of its own.")
      }
      return Text(bytes: Array(name))
    }
    let name = context.machine.random.hex(16)
    try files.publish(Array((name + "\n").utf8), at: path, temporaryIn: project.state)
    return Text(name)
  }

  /// The open claim on an item, read without the lock.
  static func openClaim(
    on id: Text, _ project: Project, _ context: Context
  ) throws(Refusal) -> OpenClaim? {
    do {
      return try readJournal(project, context).open[id]
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.inputOutput, "the journal of claims cannot be read")
    }
  }

  static func readJournal(_ project: Project, _ context: Context) throws -> Journal {
    let path = project.state / "journal"
    guard
      let bytes = try context.machine.files.readIfPresent(path, limit: Project.sizeLimit)
    else { return Journal() }
    do {
      return try context.journal.journal(at: path, Bytes(bytes))
    } catch {
      throw Refusal(
        .inputOutput,
        project.configuration.receipts.text + "/.state/journal is damaged in line "
          + Text("\(error.line)"),
        hint: "Move the file away; claims are then known from the backlog alone, so see first that "
          + "nobody works on an item.")
    }
  }

  /// The claims that are open, for judging which items are held.
  package var openClaims: [Text: OpenClaim] { journal.open }

  /// The items that rules have stopped, as far as they count for the clock that is in force.
  package var stoppedItems: [Text: StoppedItem] { context.counting(journal.stopped) }

  /// The highest number that any claim known here has had.
  package var highestNumber: Int { journal.highest }
}
