import JSONText
import Machine
import Synchronization

/// The journal as this process has last read it, so that a later look understands only the lines that have come since.
///
/// The file is read whole each time. What was understood counts on only where the same bytes still begin it.
final class JournalMemory: Sendable {
  private struct Known {
    var path: Path
    var bytes: Bytes
    var journal: Journal
  }

  private let known = Mutex<Known?>(nil)

  /// What the bytes of the journal at a path say.
  func journal(at path: Path, _ bytes: Bytes) throws(Journal.Damage) -> Journal {
    let earlier = known.withLock { $0 }
    var journal = Journal()
    if let earlier, earlier.path == path, earlier.bytes.count <= bytes.count,
      bytes[0..<earlier.bytes.count] == earlier.bytes
    {
      journal = earlier.journal
    }
    try journal.read(on: bytes)
    let read = journal.isTorn ? nil : Known(path: path, bytes: bytes, journal: journal)
    known.withLock { $0 = read }
    return journal
  }
}
