import Evidence
import JSONText
import Machine

/// The separate checkout in which an agent works when nothing may reach the user's own tree.
struct Worktree {
  /// What is left when the checkout is gone.
  struct Kept: Sendable {
    var branch: Text
    var base: Text
    var commit: Text
    /// The patch, relative to the project's root, with its digest.
    var patch: Path
    var digest: Digest
  }

  /// The project's root in it.
  let root: Path
  private let git: GitWorktree
  private let project: Project
  private let context: Context
  private let isKept = KeptMark()

  private static let home: Path = "worktrees"

  /// Makes it from the present commit, on a branch that is named for the item and the claim.
  init(
    for item: Text, _ claim: Int, _ project: Project, _ context: Context
  ) throws(Refusal) {
    let machine = context.machine
    let home = project.state / Self.home
    do {
      try machine.files.makeDirectory(home)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
    let top = home / Path(Text("conductor-\(claim)-") + Text(machine.random.hex(8)))
    let turn = try Self.turn(project, context)
    defer { turn?.release() }
    do {
      git = try machine.git.addWorktree(
        around: project.checkout, at: top, branch: Self.branch(item, claim))
      let facts = try machine.git.place(of: project.checkout)
      root = (top / facts).normalized
    } catch {
      throw Refusal(
        .worktreeFailed, "no separate checkout can be made for the agent: " + error.words,
        hint: "Put the project under git with at least one commit, or run the loop with --apply.")
    }
    self.project = project
    self.context = context
  }

  /// One loop at a time works on the list of worktrees: git does not bear that several do, and fails for the others.
  private static func turn(
    _ project: Project, _ context: Context
  ) throws(Refusal) -> FileLock? {
    do {
      return try FileLock.acquire(
        project.state / "worktrees.lock", timeout: 60, calls: context.machine.calls)
    } catch {
      throw Refusal(error, relativeTo: project.root)
    }
  }

  /// What git accepts as a branch, however an item is called.
  static func branch(_ item: Text, _ claim: Int) -> String {
    let letters = item.bytes.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
        byte
      default: UInt8(ascii: "-")
      }
    }
    return "conductor/" + String(decoding: letters, as: UTF8.self) + "-\(claim)"
  }

  /// Commits what the agent left, and keeps the difference as a patch.
  func keep(in folder: Path, message: Text) throws(Refusal) -> Kept {
    let files = context.machine.files
    let turn = try Self.turn(project, context)
    defer { turn?.release() }
    do {
      let work = try context.machine.git.keep(git, author: "conductor", message: message.string)
      let name = Path(git.top.name.text + ".patch")
      do {
        try files.makeDirectory(folder)
        try files.publish(work.patch, at: folder / name, temporaryIn: folder)
      } catch {
        throw Refusal(error, relativeTo: project.root)
      }
      isKept.value = true
      let path = folder / name
      return Kept(
        branch: Text(git.branch), base: Text(git.base), commit: Text(work.commit),
        patch: path.relative(to: project.root) ?? path, digest: SHA256.hash(work.patch))
    } catch let absence as GitAbsence {
      throw Refusal(.worktreeFailed, "the agent's work cannot be kept: " + absence.words)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "an agent's work failed to be kept in an unknown way")
    }
  }

  /// Removes it; the branch stays where something was kept on it.
  func remove() {
    let branch = isKept.value ? nil : git.branch
    let turn = try? Self.turn(project, context)
    defer { turn?.release() }
    do {
      try context.machine.git.remove(
        worktreeAt: git.top, branch: branch, around: project.checkout)
    } catch {
      try? context.machine.files.removeTree(git.top)
    }
  }

  /// Removes what loops have left that died, but for the checkouts of claims that somebody still supervises.
  static func removeAbandoned(_ project: Project, _ context: Context) {
    let home = project.state / Self.home
    guard (try? context.machine.files.identity(home)) != nil else { return }
    let turn = try? turn(project, context)
    defer { turn?.release() }
    for (name, _) in (try? context.machine.files.list(home)) ?? [] {
      let parts = name.bytes.split(separator: UInt8(ascii: "-"))
      guard parts.count == 3, let claim = Int(String(decoding: parts[1], as: UTF8.self)),
        ClaimLock.isHeld(claim, project, context) == false
      else { continue }
      do {
        try context.machine.git.remove(
          worktreeAt: home / name, branch: nil, around: project.checkout)
      } catch {
        try? context.machine.files.removeTree(home / name)
      }
    }
  }
}

/// Whether something was kept; shared by the copies of a value.
private final class KeptMark {
  var value = false
}
