package import Evidence
import JSONText
package import Machine

/// The files of one step, each read once: what was judged is what is recorded.
package final class Readings {
  private let project: Project
  private let machine: Machine
  private var entries: [() -> Input] = []

  /// What was read so far, in the order of reading. Asking waits for digests that are still being made.
  package var inputs: [Input] { entries.map { $0() } }

  /// Begins with nothing read but the configuration, which the project has read already.
  package init(_ project: Project, _ machine: Machine) {
    self.project = project
    self.machine = machine
    record(Configuration.path, project.configurationBytes)
  }

  private func record(_ path: Path, _ bytes: [UInt8]?) {
    let input = Input(path: path.text, content: bytes.map { ($0.count, SHA256.hash($0)) })
    entries.append { input }
  }

  /// The bytes of a small file, or nil where there is none; the failure to read it is the caller's to judge.
  package func small(_ path: Path) throws(SystemError) -> [UInt8]? {
    let bytes = try machine.files.readIfPresent(
      project.place(path), limit: Project.smallSizeLimit)
    record(path, bytes)
    return bytes
  }

  /// Records a file whose digest was made elsewhere.
  package func record(_ path: Path, size: Int, digest: Digest) {
    entries.append { Input(path: path.text, content: (size, digest)) }
  }

  /// Records the backlog, whose digest may still be in the making.
  package func record(_ file: BacklogFile) {
    entries.append { Input(path: file.path.text, content: (file.bytes.count, file.digest)) }
  }

  /// Records a file that is not there.
  package func recordAbsent(_ path: Path) {
    entries.append { Input(path: path.text, content: nil) }
  }
}

extension Files {
  /// The bytes of a file, or nil where there is none.
  package func readIfPresent(_ path: Path, limit: Int) throws(SystemError) -> [UInt8]? {
    do {
      return try read(path, limit: limit)
    } catch  where error.isMissing {
      // A dangling link is there, and says that somebody expects a file: that is an error, not an absence.
      guard try identity(path, followLinks: false) == nil else { throw error }
      return nil
    }
  }
}
