import Backlog
import Evidence
package import JSONText
package import Machine

/// What was moved out of the backlog when it was done: still done for those that depend on it, and its claim numbers
/// are still given.
package struct Archive: Sendable {
  /// The ids that were archived as done.
  package private(set) var done: Set<Text> = []
  /// The highest claim number in the archive.
  package private(set) var highestNumber = 0

  /// The archive that belongs to a backlog: `next-development.todo.json` has `next-development.archive.json`.
  package static func path(for backlog: Path) -> Path {
    var name = backlog.name.bytes
    for ending in [".todo.json", ".json"]
    where name.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
      name.removeLast(ending.utf8.count)
      break
    }
    return backlog.parent.appending(Path(bytes: name + Array(".archive.json".utf8)))
  }

  /// Reads the archive, where there is one; it has the backlog's own format.
  init(
    _ project: Project, _ context: Context, for file: BacklogFile, _ readings: Readings?
  ) throws(Refusal) {
    let path = Self.path(for: file.path)
    let image: FileImage
    do {
      guard try context.machine.files.identity(project.place(path)) != nil else { return }
      image = try context.machine.files.image(project.place(path), limit: Project.sizeLimit)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    let bytes = Bytes(image)
    readings?.record(path, size: bytes.count, digest: SHA256.hash(bytes))
    do {
      let archive = try Backlog(bytes)
      highestNumber = archive.highestNumber
      for row in 0..<archive.count where archive.status(at: row) == .done {
        done.insert(archive.id(at: row))
      }
    } catch {
      throw Refusal(
        .backlogInvalid, placePrefix(path, line: error.line, column: error.column) + error.text)
    }
  }
}
