import Backlog
import JSONText
import Machine

/// The lock by which the supervisor of a claim shows that it lives: the kernel frees it with the process, however that
/// ends.
package final class ClaimLock: @unchecked Sendable {
  private let path: Path
  private let lock: FileLock
  private let files: Files

  private init(path: Path, lock: FileLock, files: Files) {
    self.path = path
    self.lock = lock
    self.files = files
  }

  private static func place(_ number: Int, _ project: Project) -> Path {
    project.state / "claims" / Path(Text("\(number).lock"))
  }

  /// Takes the lock of a claim that is about to be made, before anybody can see the claim.
  static func take(_ number: Int, _ project: Project, _ context: Context) throws(Refusal)
    -> ClaimLock
  {
    let path = place(number, project)
    let files = context.machine.files
    do {
      try files.makeDirectory(path.parent)
      guard let lock = try FileLock.acquire(path, timeout: 0, calls: context.machine.calls) else {
        throw Refusal(
          .busy,
          "the lock of claim " + Text("\(number)") + " is held although nobody has the claim",
          hint: "Try again; \"conductor doctor\" says whether something is wrong.")
      }
      return ClaimLock(path: path, lock: lock, files: files)
    } catch let error as SystemError {
      throw Refusal(error, relativeTo: project.root)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(.internalFault, "a claim's lock failed in an unknown way")
    }
  }

  /// Gives the lock up when the claim has ended, and removes its file.
  package func release() {
    try? files.remove(path)
    lock.release()
  }

  /// Of each supervised claim whether its supervisor lives, by the claim's number. Left out is what only the lease can
  /// tell: a claim of another machine, and a lock that cannot be looked at.
  static func lives(
    of open: [Text: OpenClaim], _ project: Project, _ context: Context
  ) -> [Int: Bool] {
    var lives: [Int: Bool] = [:]
    for claim in open.values where claim.supervisor == Text(context.machine.host) {
      lives[claim.claim.number] = isHeld(claim.claim.number, project, context)
    }
    return lives
  }

  /// Removes the files of claims that have ended, whose supervisors have died. The caller holds the lock of the state
  /// folder, under which all locks of claims are taken.
  static func removeAbandoned(_ state: StateFolder) {
    let (project, context) = (state.project, state.context)
    let open = Set(state.openClaims.values.map(\.claim.number))
    let folder = project.state / "claims"
    for (name, _) in (try? context.machine.files.list(folder)) ?? [] {
      let digits = name.bytes.prefix { $0 != UInt8(ascii: ".") }
      guard let number = Int(String(decoding: digits, as: UTF8.self)), !open.contains(number),
        isHeld(number, project, context) == false
      else { continue }
      try? context.machine.files.remove(folder / name)
    }
  }

  /// Looks whether somebody holds the lock. Two who look at the same time do not disturb each other.
  static func isHeld(_ number: Int, _ project: Project, _ context: Context) -> Bool? {
    let path = place(number, project)
    do {
      guard try context.machine.files.identity(path, followLinks: false) != nil else {
        return false
      }
      let lock = try FileLock.acquire(
        path, exclusive: false, timeout: 0, calls: context.machine.calls)
      lock?.release()
      return lock == nil
    } catch {
      return nil
    }
  }
}
