package import Evidence
package import JSONText
package import Machine
package import Rules
import Synchronization

/// The files that rules ask about, each read once, so that what was judged is what is recorded.
package final class ProjectFiles: FileFacts {
  private struct Reading {
    var facts: [Text: FileFact] = [:]
    var inputs: [Input] = []
  }

  private let root: Path
  private let files: Files
  private let reading = Mutex(Reading())

  /// The largest file that a rule can look into.
  static let sizeLimit = 4 << 20

  /// Looks at files below a root, and at others by their absolute paths.
  package init(root: Path, _ machine: Machine) {
    self.root = root
    files = machine.files
  }

  /// What was read so far, absences included, in the order of reading.
  package var inputs: [Input] { reading.withLock { $0.inputs } }

  package func fact(_ path: Text) -> FileFact {
    let place = (root / Path(path)).normalized
    let name = shown(place)
    return reading.withLock { reading in
      if let known = reading.facts[name] { return known }
      let (fact, input) = read(place, name)
      reading.facts[name] = fact
      if let input { reading.inputs.append(input) }
      return fact
    }
  }

  package func head(_ path: Text) -> FileFact {
    do {
      let bytes = try files.head((root / Path(path)).normalized, count: 512)
      return bytes.map { .content(Bytes($0)) } ?? .absent
    } catch {
      return error.errno == Code.isDirectory ? .directory : .unreadable(error.words)
    }
  }

  private func read(_ place: Path, _ name: Text) -> (FileFact, Input?) {
    do {
      guard let bytes = try files.readIfPresent(place, limit: Self.sizeLimit) else {
        return (.absent, Input(path: name, content: nil))
      }
      return (.content(Bytes(bytes)), Input(path: name, content: (bytes.count, SHA256.hash(bytes))))
    } catch {
      if error.errno == Code.isDirectory { return (.directory, nil) }
      return (.unreadable(error.words), nil)
    }
  }

  package func modified(_ path: Text) -> Timestamp? {
    (try? files.identity((root / Path(path)).normalized)).map {
      Timestamp(nanoseconds: $0.modified)
    }
  }

  /// Links count as far as the path exists; what does not exist yet keeps its spelling below that.
  package func resolved(_ path: Text) -> Text? {
    let place = root / Path(path)
    guard let real = resolve(place, depth: 0) else { return nil }
    return shown(real)
  }

  private static let linkLimit = 40

  private func resolve(_ place: Path, depth: Int) -> Path? {
    guard depth < Self.linkLimit else { return nil }
    var here: Path = "/"
    let names = place.components
    for (index, name) in names.enumerated() {
      if name == "." { continue }
      if name == ".." {
        here = here.parent
        continue
      }
      let next = here / name
      guard let found = try? files.identity(next, followLinks: false), found.kind == .link else {
        here = next
        continue
      }
      guard let text = try? files.linkText(next) else { return nil }
      let rest = names[(index + 1)...].reduce(here / Path(bytes: text)) { $0 / $1 }
      return resolve(rest, depth: depth + 1)
    }
    return here
  }

  package func names(in folder: Text) -> [Text]? {
    (try? files.list((root / Path(folder)).normalized))?.map(\.name.text).sorted()
  }

  private func shown(_ place: Path) -> Text { (place.relative(to: root) ?? place).text }
}
