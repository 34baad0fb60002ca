import Evidence
import JSONText
import Machine
import Synchronization

/// What this process has read of ledgers and receipts, so that a later look costs what has come since and not the past.
final class RecordMemory: Sendable {
  private struct Known {
    var ledgers: [Path: (bytes: Bytes, ledger: Ledger)] = [:]
    var digests: [Path: (identity: FileIdentity, digest: Digest)] = [:]
  }

  private let known = Mutex(Known())

  /// A ledger. The file is read whole each time; lines that were understood count on only where the same bytes still
  /// begin it.
  func ledger(at path: Path, _ files: Files) throws(SystemError) -> Ledger {
    let bytes = Bytes(try files.read(path, limit: Project.sizeLimit))
    var ledger = Ledger()
    if let earlier = known.withLock({ $0.ledgers[path] }), earlier.bytes.count <= bytes.count,
      bytes[0..<earlier.bytes.count] == earlier.bytes
    {
      ledger = earlier.ledger
    }
    ledger.read(on: bytes)
    let read = ledger
    known.withLock { $0.ledgers[path] = read.isTorn ? nil : (bytes, read) }
    return ledger
  }

  /// How old a change must be, so that another one is sure to show in the times that the system keeps.
  private static let settled: Int64 = 1_000_000_000

  /// The digest of a receipt; nil where there is none. One that the system says is the same file as before, unchanged
  /// since, is not read again.
  func digest(of path: Path, _ context: Context) throws(SystemError) -> Digest? {
    let files = context.machine.files
    guard let identity = try files.identity(path) else { return nil }
    if let earlier = known.withLock({ $0.digests[path] }), earlier.identity == identity {
      return earlier.digest
    }
    let image = try files.image(path, limit: Project.smallSizeLimit)
    let digest = SHA256.hash(Bytes(image))
    let isSettled = context.machine.clock.now - image.identity.changed > Self.settled
    known.withLock {
      $0.digests[path] = isSettled && !context.isRehearsing ? (image.identity, digest) : nil
    }
    return digest
  }
}
