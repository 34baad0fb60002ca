/// What git knows about a checkout, as far as conductor must know it.
package struct GitFacts: Equatable, Sendable {
  /// A path that is not as the last commit has it.
  package struct Change: Equatable, Sendable {
    /// The path below the top of the checkout.
    package var path: Path
    /// git's two letters: the index against the commit, and the working tree against the index; `.` for
    /// no change, `??` for an untracked file.
    package var status: String
    /// What stands there now; `nil` when it is gone.
    package var kind: Kind?
    /// The id that git gives to exactly the bytes of the file (of a link: of its text); `nil` for what
    /// is gone, a directory, or a checkout of its own.
    package var blob: String?
    /// The id that the index holds, zeros for none, where that is not what the commit holds; `nil` for a conflict too.
    package var staged: String?

    /// States a change.
    package init(
      path: Path, status: String, kind: Kind?, blob: String?, staged: String? = nil
    ) {
      self.path = path
      self.status = status
      self.kind = kind
      self.blob = blob
      self.staged = staged
    }
  }

  /// What a changed path is.
  package enum Kind: Equatable, Sendable {
    /// What git keeps as content, as the working tree has it.
    case file, executable, link
    /// A submodule, or an untracked checkout of its own.
    case checkout
    /// A pipe, a socket or a device.
    case other
  }

  /// The top of the checkout, without links.
  package var top: Path
  /// The id of the last commit; `nil` before the first.
  package var commit: String?
  /// The branch; `nil` when the head is detached.
  package var branch: String?
  /// All that is not as in the last commit, ignored files left out, in git's order; a rename is one path
  /// gone and one new.
  package var changed: [Change]
  /// Files that the index tells git to look away from, so that nothing says whether they have changed.
  package var hidden: [Path] = []
  /// Files that say what is to be ignored and are ignored themselves, so that no commit tells what they said.
  package var ignoredRules: [Path] = []
  /// The settings that bear on what the files mean.
  package var settings = GitSettings()
  /// Where git keeps rules of this repository that no commit holds: `exclude` and `attributes`.
  package var information: Path = "."
}

/// Why there are no facts.
package enum GitAbsence: Error, Equatable, Sendable {
  /// There is no git program on the PATH.
  case noProgram
  /// The directory is in no checkout.
  case noRepository
  /// git did not do what it was asked; the text is its own.
  case failed(String)
  /// A system call failed on the way.
  case call(SystemError)
}

/// Asks the git program about a checkout, in a way that runs nothing the checkout configures.
///
/// A checkout's configuration can name programs for nearly everything. Only commands that read are used;
/// the environment is cleared, so that no configuration but the checkout's counts; what could start a
/// program is switched off by variables that outrank it, which for filters takes their names; and a git
/// too old to know those variables is made to refuse (it is told to use the newer `--config-env`).
package struct Git: Sendable {
  let files: Files
  let processes: Processes
  let environment: Environment

  /// The git on the PATH of this environment.
  package init(files: Files, processes: Processes, environment: Environment) {
    self.files = files
    self.processes = processes
    self.environment = environment
  }

  /// The facts about the checkout around a directory.
  ///
  /// At most three starts of git: the names of filters (only where the configuration may hold some), the
  /// status, the ids of changed files; and one more for each changed link.
  ///
  /// A file can go between the status and its id, above all another process's new copy of the backlog; then git is asked
  /// anew, a few times.
  ///
  /// Of files whose content is `known`, asked with how many bytes an id has, the id is not asked for; nor is it where a
  /// `minor` file is the only one to be asked about.
  package func facts(
    at root: Path, timeout: Double = 120, minor: Path? = nil, known: Known = { _, _ in nil }
  ) throws(GitAbsence) -> GitFacts {
    var problem = GitAbsence.noRepository
    for _ in 0..<Git.attempts {
      do {
        return try factsOfOneMoment(at: root, timeout: timeout, minor, known)
      } catch {
        guard case .failed = error else { throw error }
        problem = error
      }
    }
    throw problem
  }

  private static let attempts = 5

  /// Answers the id that git gives to the content of a file, where somebody knows it.
  package typealias Known = (_ file: Path, _ idSize: Int) -> String?

  private func factsOfOneMoment(
    at root: Path, timeout: Double, _ minor: Path?, _ known: Known
  ) throws(GitAbsence) -> GitFacts {
    let (run, _) = try self.run(at: root, timeout: timeout)
    let directory = run.directory
    do {
      let filters = try filterNames(run)
      let status = try run(
        [
          "status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames",
          "--ignore-submodules=dirty", "--no-ahead-behind", "--ignored=matching",
        ], without: filters)
      var facts = try GitFacts(status: status, top: directory.top)
      try addBlobs(to: &facts, run, minor, known)
      facts.hidden = try hidden(run).map(\.path)
      facts.settings = try GitSettings(run, self)
      facts.information = directory.common / "info"
      return facts
    } catch let error as GitAbsence {
      throw error
    } catch let error as SystemError {
      throw .call(error)
    } catch {
      throw .failed("\(error)")
    }
  }

  /// A way of starting git on the checkout around a directory, and where the directory lies in it.
  func run(at root: Path, timeout: Double) throws(GitAbsence) -> (Run, place: Path) {
    let place: Path
    let found: GitDirectory?
    do throws(SystemError) {
      place = try files.resolve(root)
      var around = try GitDirectory.around(place, files)
      if let directory = around, directory.own == directory.common, try directory.isBare(files) {
        around = nil
      }
      found = around
    } catch {
      throw .call(error)
    }
    guard let found else { throw .noRepository }
    let run = Run(
      directory: found, processes: processes, path: environment["PATH"], timeout: timeout)
    return (run, place.relative(to: found.top) ?? ".")
  }

  /// The filters to switch off; only a configuration that may hold some is asked.
  func filterNames(_ run: Run) throws -> [[UInt8]] {
    try run.directory.mayHaveFilters(files) ? try run.filterNames() : []
  }

  /// For a path inside a linked worktree, the same path in the main one; `nil` when the path lies in
  /// none, or there is no main checkout. Reads files only.
  ///
  /// The worktree's `.git` file is believed only where the repository's own record of its worktrees
  /// points back to it: a checkout cannot claim to belong to a repository that does not know it.
  package func linkedWorktreeMain(of path: Path) throws(SystemError) -> Path? {
    let place = try files.resolve(path)
    guard let directory = try GitDirectory.around(place, files),
      directory.own != directory.common, directory.own.parent.name == "worktrees",
      let back = try GitDirectory.line(of: directory.own / "gitdir", after: "", files),
      let claimed = try files.identity(directory.own / back),
      let present = try files.identity(directory.top / ".git"), claimed.isSameFile(as: present),
      directory.common.name == ".git", try !directory.isBare(files),
      let rest = place.relative(to: directory.top)
    else { return nil }
    let main = try files.resolve(directory.common).parent
    return rest == "." ? main : main / rest
  }

  /// Sees what stands at each changed path and asks git for the ids, in one start for all files.
  private func addBlobs(
    to facts: inout GitFacts, _ run: Run, _ minor: Path?, _ known: Known
  ) throws {
    let idSize = facts.commit.map { $0.utf8.count / 2 }
    var input: [UInt8] = []
    var asked: [Int] = []
    for index in facts.changed.indices {
      var change = facts.changed[index]
      let path = facts.top / change.path
      let found = try files.identity(path, followLinks: false)
      switch found?.kind {
      case nil: change.kind = nil
      case .directory: change.kind = .checkout
      case .other: change.kind = .other
      case .link:
        change.kind = .link
        let text = try files.linkText(path)
        let answer = try run(["hash-object", "--no-filters", "--stdin"], input: text)
        change.blob = String(decoding: answer.split(separator: 10).first ?? [], as: UTF8.self)
      case .file:
        change.kind = (found?.mode ?? 0) & 0o111 == 0 ? .file : .executable
        change.blob = idSize.flatMap { known(path, $0) }
        if change.blob == nil {
          asked.append(index)
          input += Git.quoted(change.path) + [10]
        }
      }
      facts.changed[index] = change
    }
    if asked.isEmpty || asked.map({ facts.top / facts.changed[$0].path }) == [minor] { return }
    let answer = try run(["hash-object", "--no-filters", "--stdin-paths"], input: input)
    let ids = answer.split(separator: 10)
    guard ids.count == asked.count else {
      throw GitAbsence.failed("git hash-object named \(ids.count) of \(asked.count) files")
    }
    for (index, id) in zip(asked, ids) {
      facts.changed[index].blob = String(decoding: id, as: UTF8.self)
    }
  }

  /// A path as a line for git: as it is, or in the quotes of C where it could be mistaken.
  static func quoted(_ path: Path, always: Bool = false) -> [UInt8] {
    let needsQuotes =
      always || path.bytes.first == UInt8(ascii: "\"") || path.bytes.contains { $0 < 32 }
    guard needsQuotes else { return path.bytes }
    var text = Array("\"".utf8)
    for byte in path.bytes {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        text += [UInt8(ascii: "\\"), byte]
      } else if byte < 32 {
        text += [UInt8(ascii: "\\"), 48, 48 + byte / 8, 48 + byte % 8]
      } else {
        text.append(byte)
      }
    }
    return text + Array("\"".utf8)
  }
}
