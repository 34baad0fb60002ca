import JSONText
package import Machine

/// The folder of a guarded run: programs of conductor under the names of those that rules speak of, to stand first
/// on the PATH, and what they judge by.
package struct RunFolder: Sendable {
  /// Its place, absolute.
  package let path: Path

  /// Where the folders of all runs lie, below the state folder.
  static let home: Path = "exec"
  private static let programs: Path = "bin"
  private static let lockName: Path = "lock"

  /// The folder with the programs, which stands first on the PATH.
  package var programs: Path { path / Self.programs }

  /// The folder that a program was started from, when it is one of the programs in it; nil for any other.
  ///
  /// Only the shape of the path is looked at, so that an ordinary start pays nothing for it. A program whose folder
  /// has gone meanwhile is still one of them.
  package init?(of program: Path) {
    var parts = program.components[...]
    guard parts.popLast() != nil, parts.popLast() == Self.programs, let name = parts.popLast(),
      Self.isName(name), parts.popLast() == Self.home, parts.popLast() == ".state"
    else { return nil }
    path = program.parent.parent
  }

  private init(path: Path) { self.path = path }

  private static func isName(_ name: Path) -> Bool {
    name.bytes.count == 16
      && name.bytes.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }

  // MARK: Making

  /// A folder with the lock that says that its run goes on.
  struct Held {
    let folder: RunFolder
    let lock: FileLock
  }

  /// Makes a folder for a run, and removes those whose runs have died.
  static func make(
    _ charter: RunCharter, guarding names: [Text], _ project: Project, _ context: Context
  ) throws(Refusal) -> Held {
    let home = project.state / Self.home
    let files = context.machine.files
    do {
      if try files.identity(project.state / ".gitignore") == nil {
        try StateFolder(project, context).close()
      }
      if try files.identity(home) == nil { try? files.makePrivateDirectory(home) }
      guard try files.isOwnDirectory(home) else {
        throw Refusal(
          .inputOutput, home.text + " is no directory of conductor's own",
          hint: "Remove what stands there.")
      }
      // While folders are made and removed nobody else does either, lest one be removed before it is locked.
      guard
        let turn = try FileLock.acquire(
          home / Self.lockName, timeout: context.patience, calls: context.machine.calls)
      else {
        throw Refusal(.busy, "another run was being set up for too long", hint: "Try again.")
      }
      defer { turn.release() }
      for stale in abandoned(project, context) where !stale.isInUse(context) {
        try? files.removeTree(stale.path)
      }
      let folder = RunFolder(path: home / Path(context.machine.random.hex(16)))
      try files.makePrivateDirectory(folder.path)
      do {
        try charter.write(into: folder.path, files)
        guard
          let lock = try FileLock.acquire(
            folder.path / RunCharter.name, timeout: context.patience, calls: context.machine.calls)
        else {
          throw Refusal(.busy, "a new folder was locked by somebody else", hint: "Try again.")
        }
        try folder.furnish(names, files)
        return Held(folder: folder, lock: lock)
      } catch {
        try? files.removeTree(folder.path)
        throw error
      }
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "an unexpected error while a run was set up")
    }
  }

  private func furnish(_ names: [Text], _ files: Files) throws {
    let names = names.filter { Self.isFileName($0) }
    if names.isEmpty { return }
    try files.makePrivateDirectory(programs)
    if programs.bytes.contains(UInt8(ascii: ":")) {
      throw Refusal(
        .guardUnavailable,
        "programs cannot be guarded from " + path.text
          + ", because a path with a colon cannot stand on the PATH",
        hint: "Move the project, or set paths.receipts to a place without one.")
    }
    guard let own = Machine.ownProgram else {
      throw Refusal(
        .guardUnavailable,
        "programs cannot be guarded, because the system does not say what this process runs",
        hint: "On Linux /proc must be mounted.")
    }
    var first: Path?
    for name in names {
      let shim = programs / Path(name)
      do {
        try files.link(first ?? own, to: shim)
      } catch {
        // Two names can be the same where case does not count.
        if error.isExisting { continue }
        // On another file system, or where nobody may link what is somebody else's, a copy must do; it is linked on.
        guard first == nil else { throw error }
        try files.create(try files.read(own, limit: Project.sizeLimit), at: shim, mode: 0o700)
      }
      if first == nil { first = shim }
    }
    if let first, try !files.mayRun(first) {
      throw Refusal(
        .guardUnavailable, "no program may be run from " + path.text,
        hint: "Set paths.receipts to a place on a file system that is not mounted noexec.")
    }
  }

  private static func isFileName(_ name: Text) -> Bool {
    !name.isEmpty && name != "." && name != ".." && !name.bytes.contains(UInt8(ascii: "/"))
      && !name.bytes.contains(0)
  }

  /// Removes it with all that it holds.
  func remove(_ files: Files) { try? files.removeTree(path) }

  // MARK: Left behind

  /// The folders whose runs have died without removing them.
  package static func abandoned(_ project: Project, _ context: Context) -> [RunFolder] {
    let home = project.state / Self.home
    let entries = (try? context.machine.files.list(home)) ?? []
    return entries.filter { $0.kind == .directory && isName($0.name) }
      .map { RunFolder(path: home / $0.name) }
      .filter { $0.isAbandoned(context) }.sorted { $0.path < $1.path }
  }

  /// The kernel holds the lock for as long as the run lives. A folder that vanishes meanwhile is nobody's.
  private func isAbandoned(_ context: Context) -> Bool {
    let place = path / RunCharter.name
    guard (try? context.machine.files.identity(place)) != nil else { return true }
    let lock = try? FileLock.acquire(place, timeout: 0, calls: context.machine.calls)
    lock?.release()
    return lock != nil
  }

  /// Ends the agents of loops that have died; what an operator's own run has left is the operator's.
  static func endAgents(ofDeadLoops project: Project, _ context: Context) {
    for folder in abandoned(project, context) where folder.isInUse(context) {
      context.machine.processes.endEverybody(
        knowing: [folder.programs.bytes, Array((ExecutorTask.receiptsVariable + "=").utf8)],
        grace: 2)
    }
  }

  /// Whether a process that outlived its run still has the folder on its PATH; it must stay guarded.
  package func isInUse(_ context: Context) -> Bool { user(context) != nil }

  /// One of the processes that outlived its run and still have the folder on their PATH.
  func user(_ context: Context) -> Int32? {
    context.machine.processes.someone(knowing: programs.bytes)
  }
}
