import Synchronization

/// The folder in which git is started to measure, which a process that measures again and again keeps in between.
///
/// Making and removing it costs more than what git does in it. What was kept is used again only where the system says
/// that nobody has touched anything of it, since git would do what is configured there.
package final class MeasuringFolder: Sendable {
  /// One that nobody uses at this moment.
  private struct Idle {
    let path: Path
    let idSize: Int
    let identities: [FileIdentity]
  }

  private struct State {
    var keeps = false
    var idle: Idle?
  }

  private let state = Mutex(State())

  /// Begins with none, and keeps none.
  package init() {}

  /// Keeps it from now on, until `remove` is called.
  package func keep() { state.withLock { $0.keeps = true } }

  /// Removes it, and keeps none any more.
  package func remove(_ files: Files) {
    let idle = state.withLock { state in
      defer { state = State() }
      return state.idle
    }
    if let idle { try? files.removeTree(idle.path) }
  }

  /// The one that was kept below a store; nil where there is none, or somebody has been at it.
  func take(below store: Path, idSize: Int, _ files: Files) -> Path? {
    let idle = state.withLock { state in
      defer { state.idle = nil }
      return state.idle
    }
    guard let idle else { return nil }
    if idle.path.parent == store, idle.idSize == idSize,
      Self.identities(idle.path, files) == idle.identities
    {
      return idle.path
    }
    try? files.removeTree(idle.path)
    return nil
  }

  /// Takes one back that is no longer used: it is kept, or removed.
  func leave(_ path: Path, idSize: Int, _ files: Files) {
    let isKept = state.withLock { state in
      guard state.keeps, state.idle == nil else { return false }
      guard let identities = Self.identities(path, files) else { return false }
      state.idle = Idle(path: path, idSize: idSize, identities: identities)
      return true
    }
    if !isKept { try? files.removeTree(path) }
  }

  /// Removes folders below a store that a process has left which died: no measuring takes a day.
  package static func removeAbandoned(below store: Path, now: Int64, _ files: Files) {
    let day: Int64 = 86_400_000_000_000
    for (name, kind) in (try? files.list(store)) ?? [] where kind == .directory {
      let path = store / name
      guard name.bytes.contains(UInt8(ascii: "-")),
        let identity = try? files.identity(path, followLinks: false), identity.changed < now - day
      else { continue }
      try? files.removeTree(path)
    }
  }

  /// What the system says of the folder and of all that it holds; nil where something is missing, or does not belong.
  private static func identities(_ path: Path, _ files: Files) -> [FileIdentity]? {
    let sides = MeasuringRepository.Side.allCases.map(\.name)
    var places: [Path] = []
    func add(_ folder: Path) -> [Path] {
      let names = (try? files.list(folder))?.map(\.name).sorted() ?? []
      places += names.map { folder / $0 }
      return names
    }
    let names = Set(add(path))
    guard names.isSubset(of: parts + sides + ["index"]), names.isSuperset(of: parts),
      add(path / "refs").isEmpty
    else { return nil }
    for side in sides { _ = add(path / side) }
    let identities = ([path] + places).map { try? files.identity($0, followLinks: false) }
    return identities.contains(nil) ? nil : identities.compactMap(\.self)
  }

  private static let parts: [Path] = ["HEAD", "config", "refs"]
}
