#if canImport(Glibc)
  private import Glibc
#elseif canImport(Musl)
  private import Musl
#else
  private import Darwin
#endif

/// A child with all that it starts, which is ended with it.
///
/// Those who stay in the child's process group are reached through it. Those who left it (`setsid`) are
/// found through /proc: while a family lives, this process adopts the orphans among its descendants, so
/// that whoever the child left behind is a child of ours that we did not start.
final class ProcessFamily {
  private let calls: SystemCalls
  private let files: Files
  private var child: Int32?
  private var isCollected = false
  private let earlier: Set<Int32>
  /// Becomes readable when the child ends, where the system has such a thing.
  private(set) var descriptor: Int32?

  /// A family without members yet; adopting begins, so that `leave` must follow.
  init(calls: SystemCalls) throws(SystemError) {
    self.calls = calls
    files = Files(calls: calls)
    // Who started this program may have left it children, which are not ours to end.
    earlier = calls.hasChild() ? ProcessTable(files).children(of: calls.processID) : []
    if Families.shared.enter() {
      do {
        try calls.adoptOrphans(true)
      } catch {
        _ = Families.shared.leave(nil)
        throw error
      }
    }
  }

  /// Ends the adopting when nobody else needs it.
  func leave() {
    if let descriptor { try? calls.close(descriptor) }
    if Families.shared.leave(child) { try? calls.adoptOrphans(false) }
  }

  /// Starts the child.
  func start(
    _ program: Path, _ arguments: [[UInt8]], _ environment: [[UInt8]], in directory: Path?,
    input: Int32, output: Int32, errors: Int32
  ) throws(SystemError) {
    let pid = try Families.shared.start { () throws(SystemError) in
      try calls.spawn(
        program, arguments, environment, in: directory, input: input, output: output,
        errors: errors)
    }
    child = pid
    descriptor = try? calls.descriptor(ofProcess: pid)
  }

  /// How the child ended; `nil` while it runs. It is not collected yet, so that its number stays its own.
  func childStatus() throws(SystemError) -> Finished.Status? {
    guard let child, !isCollected else { return nil }
    return try calls.look(atChild: child)
  }

  /// Ends everybody who is left: asks, waits for the grace, then uses force. Returns when all are gone,
  /// or five seconds after force was of no use (a process that the kernel does not let go).
  func end(_ conversation: inout Conversation, grace: Int64) throws(SystemError) {
    guard let child else { return }
    let start = calls.monotonic()
    var asked: Set<Int32> = []
    var pause: Int64 = 500_000
    var problem: SystemError?
    while true {
      let isForced = calls.monotonic() - start >= grace
      do throws(SystemError) {
        let isGroupAlive = try endGroup(child, force: isForced, isFirst: asked.isEmpty)
        asked.insert(child)
        let others = strangers(below: child)
        for pid in others where isForced || !asked.contains(pid) {
          asked.insert(pid)
          _ = try calls.signal(pid, isForced ? Flag.kill : Flag.terminate)
        }
        if isCollected, !isGroupAlive, others.isEmpty { break }
        if calls.monotonic() - start >= grace + 5_000_000_000 { break }
        if conversation.isOver {
          calls.sleep(nanoseconds: pause)
        } else {
          try conversation.turn(watching: nil, nanoseconds: pause)
        }
        pause = min(pause * 2, 10_000_000)
      } catch {
        // The family must end even though a step failed; the error is told afterwards.
        if problem != nil { break }
        problem = error
      }
    }
    if let problem { throw problem }
  }

  /// Signals the child's group, collects who has ended in it, and says whether anybody is left.
  private func endGroup(
    _ child: Int32, force: Bool, isFirst: Bool
  ) throws(SystemError) -> Bool {
    if force || isFirst {
      // Before the child is collected: from then on its number may be somebody else's, unless others of
      // its group are still there.
      if try !calls.signal(-child, force ? Flag.kill : Flag.terminate), isCollected { return false }
    }
    while let pid = try calls.collect(-child), pid > 0 {
      if pid == child { isCollected = true }
    }
    return try calls.signal(-child, 0)
  }

  /// Whether somebody still lives whom the child started, now that it has ended itself; nobody is found where there is
  /// no /proc.
  func outlivesChild() -> Bool {
    guard let child else { return false }
    return descendants(of: child).contains { $0.pid != child }
  }

  /// Who descends from the child, or was adopted meanwhile, and is in another process group.
  private func strangers(below child: Int32) -> [Int32] {
    // No child at all, which is how nearly every family ends: nobody can have been adopted either.
    if isCollected, !calls.hasChild() { return [] }
    return descendants(of: child).filter { $0.pid != child && $0.group != child }.map(\.pid)
  }

  /// The child and everybody who descends from it or was adopted meanwhile, as far as they live; the ended ones among
  /// our own children are collected on the way.
  private func descendants(of child: Int32) -> [ProcessTable.Person] {
    let table = ProcessTable(files)
    let mine = calls.processID
    let others = Families.shared.others(than: child)
    var family: Set<Int32> = [child]
    if others.isEmpty {
      for person in table.people where person.parent == mine && !earlier.contains(person.pid) {
        if person.hasEnded, person.pid != child {
          _ = try? calls.collect(person.pid)
        } else {
          family.insert(person.pid)
        }
      }
    }
    return table.living(below: family, except: others)
  }
}

/// The families that live at this moment, so that one does not take another's child for an orphan.
///
/// While several live, orphans that left their group cannot be told apart; the last family ends them.
@safe private final class Families: @unchecked Sendable {
  static let shared = Families()

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var count = 0
  private var children: Set<Int32> = []

  private init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe pthread_mutex_init(mutex, nil)
  }

  private func locked<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// `true` for the first.
  func enter() -> Bool {
    locked {
      count += 1
      return count == 1
    }
  }

  /// `true` for the last.
  func leave(_ child: Int32?) -> Bool {
    locked {
      if let child { children.remove(child) }
      count -= 1
      return count == 0
    }
  }

  /// Starts a child and knows it from its first moment on.
  func start(_ spawn: () throws(SystemError) -> Int32) throws(SystemError) -> Int32 {
    try locked { () throws(SystemError) in
      let pid = try spawn()
      children.insert(pid)
      return pid
    }
  }

  /// The children of the other families.
  func others(than child: Int32) -> Set<Int32> {
    locked { children.subtracting([child]) }
  }
}
