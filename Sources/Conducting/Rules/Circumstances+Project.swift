import Evidence
package import JSONText
package import Machine
package import Rules

extension Circumstances {
  /// What rules may know in a project: its places, the moment, the variables, and what nobody's agent may change.
  ///
  /// In a linked git worktree commands work on the worktree, while conductor's own files are those of the main one.
  package init(
    _ project: Project, _ context: Context, shelf: RuleShelf, files: ProjectFiles? = nil,
    item: Node? = nil, level: Text? = nil, environment: Text? = nil, approvals: [Approval] = []
  ) {
    let machine = context.machine
    let root = project.workplace(machine)
    self.init(now: context.now)
    self.item = item
    self.level = level
    self.environment = environment
    self.approvals = approvals
    self.root = root.text
    directory = machine.workingDirectory.text
    home = machine.environment.path("HOME")?.text
    let variables = machine.environment
    variable = { name in variables[name.string].map { Text($0) } }
    self.files = files ?? ProjectFiles(root: root, machine)
    protected = project.protectedGlobs(shelf, root: root, machine.files)
    protectedFolders = project.protectedFolders(root: root)
    // Nobody's agent may say whom to trust.
    protected += TrustStore.folder(variables).map { [Project.glob(for: $0)] } ?? []
  }
}

extension Project {
  /// The directory in whose checkout the work is done, without links.
  package func workplace(_ machine: Machine) -> Path {
    (try? machine.files.resolve(checkout)) ?? checkout
  }

  /// The paths that belong to the operator, as globs relative to a root; absolute where they lie outside of it.
  func protectedGlobs(_ shelf: RuleShelf, root workplace: Path, _ files: Files) -> [Text] {
    let paths = configuration
    let literal =
      [
        Configuration.path, Configuration.rulesFolder, "docs/automation/plugins", paths.consent,
        paths.authenticity, paths.ci, paths.backlog, Archive.path(for: paths.backlog),
      ] + shelf.inputs.map { Path($0.path) }
      + paths.plugins.flatMap(\.pinned).map { $0.path.normalized }
    var globs = literal.map { Self.glob(for: $0) }
    let repository = ["config", "config.worktree", "hooks", "info"].map { ".git" / $0 as Path }
    globs += repository.map { Self.glob(for: $0) }
    globs += ["/.claude/settings*.json", "/.codex/config.toml", "/.codex/rules"]
    if let top = Self.repositoryAbove(workplace, files) {
      globs += repository.map { Self.glob(for: top / $0) }
    }
    guard workplace != self.root else { return globs }
    let prefix = Self.glob(for: self.root)
    return globs + globs.map { prefix + $0 }
  }

  /// Conductor's own folder, of which only `work` is open to agents.
  func protectedFolders(root workplace: Path) -> [(everythingIn: Text, but: Text)] {
    let everything = Self.glob(for: configuration.receipts) + "/*"
    let folder = (everything, Self.glob(for: work))
    guard workplace != root else { return [folder] }
    let prefix = Self.glob(for: root)
    return [folder, (prefix + folder.0, prefix + folder.1)]
  }

  /// The directory above a project's root that git keeps its repository in, where the root itself has none.
  private static func repositoryAbove(_ root: Path, _ files: Files) -> Path? {
    var here = root
    while (try? files.identity(here / ".git")) == nil {
      if here == here.parent { return nil }
      here = here.parent
    }
    return here == root ? nil : here
  }

  /// A glob that matches exactly this path and what lies below it. The slash at its beginning is the glob's own, so that
  /// an absolute path has two.
  fileprivate static func glob(for path: Path) -> Text {
    var bytes: [UInt8] = [UInt8(ascii: "/")]
    for byte in path.bytes {
      if "*?[]\\".utf8.contains(byte) { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    return Text(bytes: bytes)
  }
}
