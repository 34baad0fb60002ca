package import JSONText
package import Machine

/// The file of events in conductor's own folder, one line each; it begins anew once it is long.
package struct EventLog: Sink {
  private let project: Project
  private let context: Context

  /// The file's name, and those that it moves to as it is begun anew.
  package static let file: Path = "events.jsonl"
  static let olderFiles: [Path] = ["events.1.jsonl", "events.2.jsonl", "events.3.jsonl"]
  /// From this size on the file is begun anew.
  package static let sizeLimit = 4 << 20

  /// The events of a project.
  package init(_ project: Project, _ context: Context) {
    self.project = project
    self.context = context
  }

  package var name: Text { Self.file.text }

  /// Whether a file of conductor's own folder holds events, which no ledger lists.
  static func isName(_ name: Path) -> Bool { name == file || olderFiles.contains(name) }

  /// Appends the event. Several loops may write; each waits a moment for the others, and no longer.
  package func take(_ event: Event) throws(Refusal) {
    let files = context.machine.files
    let path = project.receipts / Self.file
    do {
      if try files.identity(project.state) == nil { try files.makeDirectory(project.state) }
      guard
        let turn = try FileLock.acquire(
          project.state / "events.lock", timeout: 1, calls: context.machine.calls)
      else { throw Refusal(.busy, "another process was writing events for too long") }
      defer { turn.release() }
      var size = try files.identity(path, followLinks: false)?.size ?? 0
      if size >= Self.sizeLimit {
        try files.rotate(path, to: Self.olderFiles.map { project.receipts / $0 })
        size = 0
      }
      try files.append(event.line, to: path, at: size, syncs: false)
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "the events failed in an unknown way")
    }
  }
}
