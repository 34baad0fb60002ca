import Glibc
import Testing

@testable import Machine

extension Children {
  @Suite struct FileLockTests {
    private let scratch: Scratch
    private let calls = SystemCalls()

    init() throws { scratch = try Scratch() }

    private func acquire(exclusive: Bool = true, _ timeout: Double = 0) throws -> FileLock? {
      try FileLock.acquire(scratch / "lock", exclusive: exclusive, timeout: timeout, calls: calls)
    }

    @Test func oneHolderAtATime() throws {
      let first = try #require(try acquire())
      #expect(try acquire() == nil)
      #expect(try acquire(0.05) == nil)
      #expect(try acquire(exclusive: false) == nil)
      first.release()
      first.release()
      let second = try acquire()
      #expect(second != nil)
      second?.release()
    }

    @Test func sharersShare() throws {
      let first = try acquire(exclusive: false)
      let second = try acquire(exclusive: false)
      #expect(first != nil && second != nil)
      #expect(try acquire() == nil)
      first?.release()
      #expect(try acquire() == nil)
      second?.release()
      #expect(try acquire() != nil)
    }

    @Test func aLockThatGoesOutOfUseIsFree() throws {
      do {
        let lock = try acquire()
        withExtendedLifetime(lock) {}
      }
      #expect(try acquire() != nil)
    }

    @Test func whoWaitsGetsItWhenItIsFree() throws {
      let path = scratch / "lock"
      for _ in 0..<20 {
        let first = try #require(try acquire())
        let holder = Shared(first)
        let (waited, _) = concurrently(
          { (try? FileLock.acquire(path, timeout: 60, calls: SystemCalls())) != nil },
          {
            SystemCalls().sleep(nanoseconds: 2_000_000)
            holder.lock.release()
          })
        #expect(waited)
      }
    }

    @Test func manyThreadsCountWithoutLosing() throws {
      let path = scratch / "lock"
      try scratch.save("0", at: "count")
      let scratch = scratch
      let work = { @Sendable in
        for _ in 0..<60 {
          guard let lock = try? FileLock.acquire(path, timeout: 60, calls: SystemCalls()),
            let text = try? scratch.text("count"), let number = Int(text)
          else { return }
          try? scratch.save("\(number + 1)", at: "count")
          lock.release()
        }
      }
      _ = concurrently({ concurrently(work, work) }, { concurrently(work, work) })
      #expect(try scratch.text("count") == "240")
    }

    @Test func aRemovedLockFileDoesNotMakeTwoHolders() throws {
      let first = try #require(try acquire())
      try scratch.files.remove(scratch / "lock")
      let second = try acquire()
      #expect(second != nil, "the new file is another lock")
      #expect(try acquire() == nil)
      first.release()
      // Removed between opening and locking: the lock on the file that is gone is worth nothing.
      second?.release()
      let scratch = scratch
      let opens = Counter()
      let meddling = SystemCalls { call, _ in
        if call == .lock, opens.add(1) == 1 { try? scratch.files.remove(scratch / "lock") }
        return nil
      }
      let third = try FileLock.acquire(scratch / "lock", timeout: 0, calls: meddling)
      #expect(third != nil)
      #expect(try acquire() == nil)
    }

    @Test func lockFilesThatAreNone() throws {
      scratch.link("link", to: "elsewhere")
      try scratch.files.makeDirectory(scratch / "directory")
      scratch.makePipe("pipe")
      let cases: [(Path, Int32)] = [
        ("link", ELOOP), ("directory", EISDIR), ("pipe", ENXIO), ("missing/lock", ENOENT),
      ]
      for (name, code) in cases {
        do {
          _ = try FileLock.acquire(scratch / name, timeout: 0, calls: calls)
          Issue.record("\(name) was locked")
        } catch {
          #expect(error.errno == code, "\(name)")
        }
      }
    }

    @Test func everyFailureLeavesTheLockFree() throws {
      try spoilingEachCall { calls, fault, number in
        do {
          let lock = try FileLock.acquire(scratch / "lock", timeout: 1, calls: calls)
          #expect(lock != nil, "\(fault) at call \(number)")
          lock?.release()
        } catch {
          #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
        }
        let after = try acquire()
        #expect(after != nil, "\(fault) at call \(number)")
      }
    }

    @Test func anEndAskedForEndsTheWait() async {
      await #expect(processExitsWith: .exitCode(0)) {
        _ = Glibc.signal(SIGTERM, SIG_DFL)
        try Signals.watch(calls: SystemCalls())
        exit(try Children.FileLockTests.waitsAsItShould() ? 0 : 1)
      }
    }

    private static func waitsAsItShould() throws -> Bool {
      let scratch = try Scratch()
      let path = scratch / "lock"
      let holder = try FileLock.acquire(path, timeout: 0, calls: SystemCalls())
      defer { withExtendedLifetime((holder, scratch)) {} }
      let (code, _) = concurrently(
        { () -> Int32 in
          do throws(SystemError) {
            _ = try FileLock.acquire(path, timeout: 60, calls: SystemCalls())
            return 0
          } catch {
            return error.errno
          }
        },
        {
          SystemCalls().sleep(nanoseconds: 50_000_000)
          kill(getpid(), SIGTERM)
        })
      // One who undoes a step after that may wait for the lock again.
      let later = try FileLock.acquire(path, timeout: 0.01, calls: SystemCalls())
      return code == EINTR && later == nil
    }

    @Test(.enabled(if: program("flock") != nil, "there is no flock program"))
    func processesExcludeEachOther() throws {
      let lock = try #require(try acquire())
      let busy = try flock("-n", "true")
      #expect(busy.status == .exited(1))
      // Children do not inherit it either.
      lock.release()
      #expect(try flock("-n", "true").status == .exited(0))
    }

    @Test(.enabled(if: program("flock") != nil, "there is no flock program"))
    func aKilledHolderFreesTheLock() throws {
      let scratch = scratch
      let path = scratch / "lock"
      let (holder, result) = concurrently(
        { try? flock("-x", "echo $$ > holder; sync holder; exec sleep 1000") },
        { () -> (busy: Bool, free: Bool) in
          var pid: Int32 = 0
          for _ in 0..<3000 where pid == 0 {
            pid = (try? scratch.text("holder")).flatMap { Int32($0.filter(\.isNumber)) } ?? 0
            SystemCalls().sleep(nanoseconds: 5_000_000)
          }
          let calls = SystemCalls()
          let early = try? FileLock.acquire(path, timeout: 0.05, calls: calls)
          // flock itself has the file open too, until its own child has ended.
          kill(pid, SIGKILL)
          let late = try? FileLock.acquire(path, timeout: 60, calls: calls)
          return (early == nil, late != nil)
        })
      #expect(holder?.status == .exited(137) || holder?.status == .signalled(SIGKILL))
      #expect(result.busy)
      #expect(result.free)
    }

    private func flock(_ option: String, _ script: String) throws -> Finished {
      try Processes(calls: SystemCalls()).run(
        ["flock", option, "lock", "sh", "-c", script],
        environment: [("PATH", "/usr/local/bin:/usr/bin:/bin")], directory: scratch.path,
        limits: .init(timeout: 60))
    }
  }

  private final class Shared: @unchecked Sendable {
    let lock: FileLock
    init(_ lock: FileLock) { self.lock = lock }
  }
}
