import JSONText
import Machine

/// What stands in a checkout now, found by walking it, never through a link.
struct PresentFiles {
  /// Files and links that count, by path below the top.
  private(set) var found: [Path: FileIdentity] = [:]
  /// Checkouts of other repositories at places where the tree that is measured against has one.
  private(set) var checkouts: [Path] = []
  /// Directories that hold a repository of their own.
  private(set) var repositories: [Path] = []
  /// What cannot be measured, with the reason.
  private(set) var unmeasured: [(path: Path, why: Text)] = []
  /// Why something could not be looked at, where that says nothing of what is there.
  private(set) var fault: SystemError?

  private let top: Path
  private let base: TreeEntries
  private let rules: IgnoreRules
  private let files: Files
  private let isLeftOut: (Path) -> Bool
  /// Every directory that holds something of the base.
  private let directories: Set<Path>

  /// Walks a checkout. What the base holds counts whatever the rules say; other things count unless they are ignored.
  init(
    _ top: Path, below start: Path = ".", base: TreeEntries, rules: IgnoreRules, files: Files,
    leavingOut isLeftOut: @escaping (Path) -> Bool
  ) {
    self.top = top
    self.base = base
    self.rules = rules
    self.files = files
    self.isLeftOut = isLeftOut
    var directories: Set<Path> = []
    for path in base.keys {
      var bytes = path.bytes[...]
      while let cut = bytes.lastIndex(of: UInt8(ascii: "/")) {
        bytes = bytes[..<cut]
        if !directories.insert(Path(bytes: Array(bytes))).inserted { break }
      }
    }
    self.directories = directories
    visit(start, isIgnored: false)
  }

  private mutating func visit(_ directory: Path, isIgnored: Bool) {
    let entries: [(name: Path, kind: FileIdentity.Kind)]
    do {
      entries = try files.list(top / directory)
    } catch {
      fault.note(error)
      unmeasured.append((directory, "it cannot be read: " + error.words))
      return
    }
    for (name, kind) in entries {
      let path = directory == "." ? name : directory / name
      if isLeftOut(path) { continue }
      if name == ".git" {
        if directory != "." { repositories.append(directory) }
      } else if name.bytes.map({ $0 | 32 }) == Array(".git".utf8).map({ $0 | 32 }) {
        unmeasured.append((path, "git keeps nothing of that name"))
      } else if kind == .directory {
        let isHidden = isIgnored || rules.ignores(path, isDirectory: true)
        if base[path]?.kind == .checkout {
          checkouts.append(path)
        } else if !isHidden || directories.contains(path) {
          visit(path, isIgnored: isHidden)
        }
      } else {
        take(path, isIgnored: isIgnored)
      }
    }
  }

  private mutating func take(_ path: Path, isIgnored: Bool) {
    // A link where the base has a directory counts as what it takes the place of.
    if base[path] == nil, !directories.contains(path),
      isIgnored || rules.ignores(path, isDirectory: false)
    {
      return
    }
    do {
      guard let identity = try files.identity(top / path, followLinks: false) else { return }
      switch identity.kind {
      case .file, .link: found[path] = identity
      case .directory: visit(path, isIgnored: isIgnored)
      case .other: unmeasured.append((path, "it is a pipe, a socket or a device"))
      }
    } catch {
      fault.note(error)
      unmeasured.append((path, "it cannot be looked at: " + error.words))
    }
  }
}
