import JSONText
package import Machine

/// A project: its root, its configuration, and the files that follow from both.
package struct Project: Sendable {
  /// The directory that everything is relative to, with links resolved.
  package let root: Path
  /// The directory in whose checkout the work is done: the root itself, or its place in a linked git worktree.
  package let checkout: Path
  /// Where files lie and what is preset.
  package let configuration: Configuration
  /// The configuration's bytes as they were read, or nil where there is no such file.
  package let configurationBytes: [UInt8]?

  /// The size beyond which a file is not read: far above any real backlog, far below what would harm the machine.
  package static let sizeLimit = 512 << 20
  /// The same for the small files beside the backlog.
  package static let smallSizeLimit = 16 << 20

  /// Finds the project: `--root`, else `CONDUCTOR_ROOT`, else the nearest directory upwards that holds the
  /// configuration or the backlog; in a linked git worktree, the same place of the main one.
  package static func find(_ explicit: Path?, in context: Context) throws(Refusal) -> Project {
    let machine = context.machine
    let start: Path
    if let named = explicit ?? machine.environment["CONDUCTOR_ROOT"].map({ Path($0) }) {
      start = machine.workingDirectory.appending(named).normalized
      guard try kind(start, machine) == .directory else {
        throw Refusal(
          .projectMissing, "there is no directory " + start.text,
          hint: "Name the project's root with --root, or leave the flag out inside a project.")
      }
    } else {
      start = try nearest(from: machine.workingDirectory, machine)
    }
    return try open(start, in: context)
  }

  private static func nearest(from directory: Path, _ machine: Machine) throws(Refusal) -> Path {
    var here = directory.normalized
    while true {
      if try holdsProject(here, machine) { return here }
      guard here != here.parent else { break }
      here = here.parent
    }
    throw Refusal(
      .projectMissing,
      "no project was found in " + directory.text + " or above it",
      hint: "Run \"conductor init\" to begin one here, or name one with --root.")
  }

  private static func holdsProject(_ directory: Path, _ machine: Machine) throws(Refusal) -> Bool {
    for path in [Configuration.path, Configuration().backlog] {
      if try kind(directory / path, machine) != nil { return true }
    }
    return false
  }

  private static func kind(
    _ path: Path, _ machine: Machine
  ) throws(Refusal) -> FileIdentity.Kind? {
    do {
      return try machine.files.identity(path, followLinks: true)?.kind
    } catch {
      throw Refusal(error)
    }
  }

  private static func open(_ directory: Path, in context: Context) throws(Refusal) -> Project {
    let machine = context.machine
    let root: Path
    do throws(SystemError) {
      let main = try machine.git.linkedWorktreeMain(of: directory)
      root = try machine.files.resolve(main ?? directory)
    } catch {
      throw Refusal(error)
    }
    var bytes: [UInt8]?
    do {
      bytes = try machine.files.readIfPresent(root / Configuration.path, limit: smallSizeLimit)
    } catch {
      throw Refusal(error, .configurationInvalid, relativeTo: root)
    }
    let configuration = try bytes.map { (bytes) throws(Refusal) in try Configuration(Bytes(bytes)) }
    let project = Project(
      root: root, checkout: directory, configuration: configuration ?? Configuration(),
      configurationBytes: bytes)
    try project.checkLinks(machine)
    return project
  }

  /// The same project with its work done in another checkout of it.
  package func working(in checkout: Path) -> Project {
    Project(
      root: root, checkout: checkout, configuration: configuration,
      configurationBytes: configurationBytes)
  }

  /// Refuses a path that a link leads out of the project, since what is written there is nobody's business here.
  private func checkLinks(_ machine: Machine) throws(Refusal) {
    for path in [configuration.backlog, configuration.receipts] {
      var existing = root / path
      do {
        while try machine.files.identity(existing, followLinks: false) == nil, existing != root {
          existing = existing.parent
        }
        guard try machine.files.identity(existing, followLinks: true) != nil else { continue }
        let real = try machine.files.resolve(existing)
        guard real.relative(to: root) != nil else {
          throw Refusal(
            .pathOutside,
            path.text + " leads to " + real.text + ", outside the project "
              + root.text,
            hint: "Move the file into the project, or name a project that holds it with --root.")
        }
      } catch let error as SystemError {
        throw Refusal(error, relativeTo: root)
      } catch let refusal as Refusal {
        throw refusal
      } catch {
        throw Refusal(.internalFault, "an unexpected error while links were resolved")
      }
    }
  }

  /// Refuses a directory that was named as the root and is no project's: nothing there could be guarded.
  func requireFiles(_ context: Context) throws(Refusal) {
    guard try !Self.holdsProject(root, context.machine) else { return }
    throw Refusal(
      .projectMissing, "no project was found in " + root.text,
      hint: "Run \"conductor init\" to begin one there.")
  }

  /// The absolute place of a path that is relative to the root.
  package func place(_ path: Path) -> Path { root / path }

  /// Conductor's own folder below the root.
  package var receipts: Path { place(configuration.receipts) }
  /// What survives every checkout and stash: lock, journal, run state.
  package var state: Path { receipts / ".state" }
  /// Where agents and tests leave things unless told otherwise.
  package var work: Path { configuration.receipts / "work" }
}

extension Refusal {
  /// States that a system call failed, with the path as people know it.
  package init(
    _ error: SystemError, _ code: ReasonCode = .inputOutput, relativeTo root: Path? = nil
  ) {
    var shown = error
    if let root, let path = error.path, let inside = path.relative(to: root) { shown.path = inside }
    self.init(code, shown.words, hint: Self.hint(for: error, code))
  }

  private static func hint(for error: SystemError, _ code: ReasonCode) -> Text? {
    if code == .inputMissing { return "Name a file that is there, or - for standard input." }
    return switch (error.call, error.errno) {
    case (_, Code.noSpace): "Free some space and try again; nothing was lost."
    case (.access, _): "Make the file writable if work is to be claimed here."
    default: nil
    }
  }
}
