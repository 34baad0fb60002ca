package import Evidence
package import JSONText
package import Machine

/// What became of a test's output.
package struct LogRecord: Equatable, Sendable {
  /// Where it lies, relative to the project's root.
  package var path: Path
  package var digest: Digest
  /// How many bytes the test wrote in all.
  package var written: Int
  /// Whether it wrote more than was kept.
  package var isCut: Bool
  /// The last lines of what it wrote, also where those are past the cut.
  package var tail: [Text]
}

/// The place where the output of tests is kept: the directory that the claim names for receipts.
struct LogFolder {
  /// The directory relative to the project's root, and where it really is.
  private let shown: Path
  private let place: Path
  private let context: Context

  /// Makes the directory where it is missing. One that lies outside the project, also by way of a link, is refused: what
  /// is written there would be nobody's business here.
  init(_ directory: Text, _ project: Project, _ context: Context) throws(Refusal) {
    self.context = context
    place = (project.root / Path(directory)).normalized
    guard let inside = place.relative(to: project.root) else {
      throw Self.outside(directory, project)
    }
    shown = inside
    let files = context.machine.files
    do {
      var existing = place
      while try files.identity(existing, followLinks: false) == nil { existing = existing.parent }
      let isInside = try files.resolve(existing).relative(to: project.root) != nil
      guard isInside else { throw Self.outside(directory, project) }
      try files.makeDirectory(place)
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "the directory of receipts failed in an unknown way")
    }
  }

  private static func outside(_ directory: Text, _ project: Project) -> Refusal {
    Refusal(
      .outsideRoot,
      "the receipts directory " + directory + " leads outside the project " + project.root.text,
      hint: "Make it a directory of the project; the output of tests is kept there.")
  }

  /// A new log under a name that nothing else has.
  func log(claim: Int, test number: Int) throws(Refusal) -> TestLog {
    while true {
      let hex = context.machine.random.hex(8)
      let name = Path("test-\(claim)-\(number)-\(hex).log")
      do {
        return TestLog(
          try GrowingFile(at: place / name, context.machine.files), shown: shown / name)
      } catch {
        if !error.isExisting { throw Refusal(error) }
      }
    }
  }
}

/// The output of one test as it comes: kept in a file up to a size, and its last lines whatever its length.
final class TestLog {
  /// How much of a test's output is kept.
  static let sizeLimit = 4 << 20
  /// How many last lines are shown, and how much is looked at for them.
  private static let lineCount = 20
  private static let tailSize = 16 << 10

  private let file: GrowingFile
  private let shown: Path
  private var digest = SHA256()
  private var written = 0
  private var tail: [UInt8] = []

  init(_ file: GrowingFile, shown: Path) {
    self.file = file
    self.shown = shown
  }

  /// Takes in what the test wrote; what is past the limit is counted only.
  func take(_ bytes: [UInt8]) throws(SystemError) {
    written += bytes.count
    let room = Self.sizeLimit - file.size
    if room > 0 { try keep(Array(bytes.prefix(room))) }
    tail += bytes.suffix(Self.tailSize)
    if tail.count > 4 * Self.tailSize { tail.removeFirst(tail.count - Self.tailSize) }
  }

  private func keep(_ bytes: [UInt8]) throws(SystemError) {
    try file.append(bytes)
    digest.update(bytes)
  }

  /// Marks what was cut, and puts the file on the disk.
  func finish() throws(SystemError) -> LogRecord {
    let isCut = written > Self.sizeLimit
    if isCut {
      let rest = written - Self.sizeLimit
      try keep(Array("\n[cut here by conductor: \(rest) more bytes were written]\n".utf8))
    }
    try file.finish()
    return LogRecord(
      path: shown, digest: digest.finish(), written: written, isCut: isCut, tail: lastLines)
  }

  /// The last lines; of a long first one only what fits.
  private var lastLines: [Text] {
    var lines = tail.suffix(Self.tailSize).split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.suffix(Self.lineCount).map { Text(String(decoding: $0, as: UTF8.self)) }
  }
}
