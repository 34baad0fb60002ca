import Evidence
import JSONText
import Machine

/// The test logs that conductor wrote itself since an item was claimed. They lie where agents leave things, and are told
/// from those by their digests: a log that somebody has changed, or planted, counts as any other file.
struct OwnLogs {
  /// The logs that lie there exactly as they were written, relative to the project's root.
  private(set) var paths: Set<Path> = []

  /// Reads what listed receipts say since the claim; `besides` are logs that no receipt records yet.
  init(
    since record: ClaimRecord, besides: [LogRecord], _ project: Project, _ context: Context
  ) throws(Refusal) {
    var digests: [Path: Set<Text>] = [:]
    for log in besides { digests[log.path, default: []].insert(log.digest.hex) }
    for root in try ReceiptShelf(project, context)
      .newer(than: record.receipt, kind: "verification")
    {
      for log in (root["tests"]?.elements ?? []).compactMap({ $0["log"] }) {
        guard let path = log["path"]?.text, let digest = log["sha256"]?.text else { continue }
        digests[Path(path), default: []].insert(digest)
      }
    }
    for (path, known) in digests {
      let place = project.root / path
      guard let identity = try? context.machine.files.identity(place, followLinks: false),
        identity.kind == .file, identity.size <= Project.smallSizeLimit,
        let bytes = try? context.machine.files.read(place, limit: Project.smallSizeLimit),
        known.contains(SHA256.hash(bytes).hex)
      else { continue }
      paths.insert(path)
    }
  }

  /// The same as seen from the top of a checkout; those outside of it are not measured anyway.
  func below(_ top: Path, _ project: Project) -> Set<Path> {
    guard let place = project.root.relative(to: top) else { return [] }
    return Set(paths.map { (place / $0).normalized })
  }
}
