package import Evidence
import JSONText
package import Machine

/// The files of one step, each read once: what was judged is what is recorded.
package final class Readings {
  private let project: Project
  private let machine: Machine
  /// What was read so far, in the order of reading.
  package private(set) var inputs: [Input] = []

  /// Begins with nothing read but the configuration, which the project has read already.
  package init(_ project: Project, _ machine: Machine) {
    self.project = project
    self.machine = machine
    record(Configuration.path, project.configurationBytes)
  }

  private func record(_ path: Path, _ bytes: [UInt8]?) {
    inputs.append(
      Input(path: path.text, content: bytes.map { ($0.count, SHA256.hash($0)) }))
  }

  /// The bytes of a small file, or nil where there is none; the failure to read it is the caller's to judge.
  package func small(_ path: Path) throws(SystemError) -> [UInt8]? {
    let bytes = try machine.files.readIfPresent(
      project.place(path), limit: Project.smallSizeLimit)
    record(path, bytes)
    return bytes
  }

  /// Records a file whose digest was made elsewhere, because it is too large to be read twice.
  package func record(_ path: Path, size: Int, digest: Digest) {
    inputs.append(Input(path: path.text, content: (size, digest)))
  }

  /// Records a file that is not there.
  package func recordAbsent(_ path: Path) {
    inputs.append(Input(path: path.text, content: nil))
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
