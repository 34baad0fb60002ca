import Glibc
import Testing

@testable import Machine

extension Children {
  @Suite struct ProcessTests {
    private let processes = Processes(calls: SystemCalls())
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func shell(
      _ script: String, input: [UInt8] = [], limits: Processes.Limits = .init(timeout: 60)
    ) throws -> Finished {
      try processes.run(
        ["/bin/sh", "-c", script], environment: [("PATH", "/usr/bin:/bin")],
        directory: scratch.path,
        input: input, limits: limits)
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Whether a process exists and has not merely been forgotten by its parent.
    private func isAlive(_ pid: String) -> Bool {
      guard let number = Int32(pid.filter(\.isNumber)), number > 0 else { return false }
      return kill(number, 0) == 0
    }

    @Test func statusesOfAllKinds() throws {
      #expect(try shell("exit 0").status == .exited(0))
      #expect(try shell("exit 7").status == .exited(7))
      #expect(try shell("kill -USR1 $$").status == .signalled(SIGUSR1))
      #expect(try shell("kill -KILL $$").status == .signalled(SIGKILL))
    }

    @Test func streamsAreKeptApart() throws {
      let finished = try shell("printf out; printf err >&2")
      #expect(text(finished.output) == "out")
      #expect(text(finished.errors) == "err")
      #expect(!finished.truncated)
    }

    @Test func aMegabyteOnEachStreamAndInput() throws {
      let input = [UInt8](repeating: 120, count: 1 << 20)
      let finished = try shell("tee /dev/stderr; exit 3", input: input)
      #expect(finished.status == .exited(3))
      #expect(finished.output == input)
      #expect(finished.errors == input)
    }

    @Test func inputThatNobodyReadsIsNoError() throws {
      let finished = try shell("exec true", input: [UInt8](repeating: 120, count: 1 << 20))
      #expect(finished.status == .exited(0))
    }

    @Test func withoutInputThereIsAnEnd() throws {
      #expect(try shell("cat; echo done").output == Array("done\n".utf8))
    }

    @Test func outputIsCutAtTheLimit() throws {
      let limits = Processes.Limits(timeout: 60, output: 1000)
      let finished = try shell("head -c 3000000 /dev/zero; echo end >&2", limits: limits)
      #expect(finished.status == .exited(0))
      #expect(finished.output.count == 1000)
      #expect(text(finished.errors) == "end\n")
      #expect(finished.truncated)
      let exact = try shell("head -c 1000 /dev/zero", limits: limits)
      #expect(exact.output.count == 1000)
      #expect(!exact.truncated)
    }

    @Test func theEnvironmentIsExactlyTheGivenOne() throws {
      let finished = try processes.run(
        ["/usr/bin/env"], environment: [("A", "1"), ("B", "x=y\nz")], limits: .init(timeout: 60))
      #expect(text(finished.output) == "A=1\nB=x=y\nz\n")
    }

    @Test func argumentsArriveAsTheyAre() throws {
      let arguments: [[UInt8]] = [
        Array("/usr/bin/printf".utf8), Array("%s|".utf8), [], [255, 10], Array("$HOME *".utf8),
      ]
      let finished = try processes.run(
        arguments, environment: [[UInt8]](), limits: .init(timeout: 60))
      #expect(finished.output == [124, 255, 10, 124] + Array("$HOME *|".utf8))
    }

    @Test func theDirectoryIsTheGivenOne() throws {
      #expect(text(try shell("pwd -P").output) == scratch.path.string + "\n")
    }

    @Test func programsAreFoundOnTheGivenPathOnly() throws {
      try scratch.files.makeDirectory(scratch / "bin")
      try scratch.save("#!/bin/sh\necho mine\n", at: "bin/program")
      scratch.mode("bin/program", 0o755)
      let directory = (scratch / "bin").string
      let found = try processes.run(
        ["program"], environment: [("PATH", "/nowhere:" + directory)], limits: .init(timeout: 60))
      #expect(text(found.output) == "mine\n")
      for path in ["/nowhere", "", ".", ":", "bin", "/usr/bin:/bin"] {
        #expect(throws: SystemError(call: .spawn, errno: ENOENT, path: "program")) {
          try processes.run(
            ["program"], environment: [("PATH", path)], directory: scratch / "bin")
        }
      }
    }

    @Test func whatCannotBeStartedIsAnError() throws {
      try scratch.save("#!/bin/sh\n", at: "plain")
      try scratch.save("#!/no/such/interpreter\n", at: "orphan")
      scratch.mode("orphan", 0o755)
      let cases: [(Path, Int32)] = [
        (scratch / "plain", EACCES), (scratch / "missing", ENOENT), (scratch / "orphan", ENOENT),
        (scratch.path, EACCES), ("", ENOENT),
      ]
      for (path, code) in cases {
        do {
          _ = try processes.run([path.bytes], environment: [[UInt8]]())
          Issue.record("\(path) was started")
        } catch {
          #expect(error.errno == code, "\(path)")
          #expect(error.call == .spawn)
        }
      }
      #expect(throws: SystemError.self) {
        try processes.run(["/bin/true"], environment: [], directory: scratch / "missing")
      }
      #expect(throws: SystemError(call: .spawn, errno: EINVAL, path: "/bin/true")) {
        try processes.run(["/bin/true", "a\0b"], environment: [])
      }
    }

    @Test func theChildHasDefaultSignalsAndNoDescriptorOfOurs() throws {
      let open = try SystemCalls().pipe()
      let inheritable = dup(open.read)
      defer { for descriptor in [open.read, open.write, inheritable] { close(descriptor) } }
      let finished = try shell("ls /proc/self/fd; grep -E 'Sig(Ign|Blk)' /proc/self/status")
      let lines = text(finished.output).split(separator: "\n")
      // The fourth is the directory that ls itself reads.
      #expect(lines.filter { Int($0) != nil } == ["0", "1", "2", "3"])
      let signals = lines.filter { $0.hasPrefix("Sig") }
      #expect(signals.count == 2)
      // The C library keeps two real-time signals to itself, which it lets nobody set.
      #expect(
        signals.allSatisfy { $0.contains(/0000000[01]80000000$|0000000000000000$/) }, "\(signals)")
      #expect(try shell("kill -PIPE $$").status == .signalled(SIGPIPE))
    }

    @Test func timeIsUpPolitely() throws {
      let finished = try shell(
        "trap 'echo asked; exit 5' TERM; echo ready; while :; do sleep 0.01; done",
        limits: .init(timeout: 0.5, grace: 30))
      #expect(finished.status == .timedOut)
      #expect(text(finished.output) == "ready\nasked\n")
    }

    @Test func timeIsUpByForce() throws {
      let finished = try shell(
        "trap '' TERM; echo $$; while :; do sleep 0.01; done",
        limits: .init(timeout: 0.3, grace: 0.2))
      #expect(finished.status == .timedOut)
      #expect(!isAlive(text(finished.output)))
    }

    @Test func aChildThatClosesItsStreamsAndSleepsIsStillTimed() throws {
      let finished = try shell(
        "exec >&- 2>&-; sleep 1000", limits: .init(timeout: 0.3, grace: 30))
      #expect(finished.status == .timedOut)
    }

    @Test func aGrandchildThatHoldsThePipeIsEnded() throws {
      let finished = try shell("sleep 1000 & echo $!; exit 4")
      #expect(finished.status == .exited(4))
      #expect(!isAlive(text(finished.output)))
    }

    @Test func aGrandchildThatHoldsNothingIsEnded() throws {
      let finished = try shell("sleep 1000 >/dev/null 2>&1 & echo $!")
      #expect(finished.status == .exited(0))
      #expect(!isAlive(text(finished.output)))
    }

    @Test func lastWordsOfAPipelineAreHeard() throws {
      let finished = try shell("(sleep 0.05; echo late) &")
      #expect(text(finished.output) == "late\n")
    }

    @Test(.enabled(if: program("setsid") != nil, "there is no setsid"))
    func whoMovesToAnotherSessionIsEnded() throws {
      let script = """
        setsid sh -c 'echo $$ >&2; trap "" TERM HUP; while :; do sleep 0.01; done' &
        while :; do sleep 0.01; done
        """
      let timedOut = try shell(script, limits: .init(timeout: 0.5, grace: 0.2))
      #expect(timedOut.status == .timedOut)
      #expect(!timedOut.errors.isEmpty)
      #expect(!isAlive(text(timedOut.errors)))

      // Twice removed, holding no pipe, with its parent gone.
      let escaped = try shell(
        "(setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1 </dev/null' &) ; sleep 0.2; exit 6",
        limits: .init(timeout: 60, grace: 0.2))
      #expect(escaped.status == .exited(6))
      #expect(!escaped.output.isEmpty)
      #expect(!isAlive(text(escaped.output)))
    }

    @Test(.enabled(if: program("setsid") != nil, "there is no setsid"))
    func aBriskMultiplierIsEnded() throws {
      let script = """
        cat > tree <<'END'
        echo $$
        [ "$1" = 0 ] && exec sleep 1000
        setsid sh tree $(($1-1)) &
        sh tree $(($1-1)) &
        wait
        END
        sh tree 4 &
        sleep 0.1
        exit 0
        """
      let finished = try shell(script, limits: .init(timeout: 60, grace: 0))
      #expect(finished.status == .exited(0))
      let pids = text(finished.output).split(separator: "\n")
      #expect(pids.count > 1)
      #expect(pids.filter { isAlive(String($0)) } == [])
      #expect(SystemCalls().hasChild() == false)
    }

    @Test func twoAtOnceDoNotEndEachOther() throws {
      let run = { @Sendable [processes] (script: String) in
        try? processes.run(
          ["/bin/sh", "-c", script], environment: [("PATH", "/usr/bin:/bin")],
          limits: .init(timeout: 60))
      }
      for _ in 0..<10 {
        let (one, other) = concurrently({ run("exit 1") }, { run("sleep 0.05; exit 2") })
        #expect(one?.status == .exited(1))
        #expect(other?.status == .exited(2))
      }
      #expect(SystemCalls().hasChild() == false)
    }

    @Test func noFailureLeavesAChildOrADescriptor() throws {
      func descriptors() throws -> Int { try scratch.files.list("/proc/self/fd").count }
      let before = isThere("/proc/self/fd") ? try descriptors() : 0
      try spoilingEachCall { calls, fault, number in
        do {
          let finished = try Processes(calls: calls).run(
            ["/bin/sh", "-c", "cat; echo error >&2"], environment: [("PATH", "/usr/bin:/bin")],
            input: Array("input".utf8), limits: .init(timeout: 60, grace: 0.1))
          #expect(finished.status == .exited(0), "\(fault) at call \(number)")
          #expect(text(finished.output) == "input", "\(fault) at call \(number)")
          #expect(text(finished.errors) == "error\n", "\(fault) at call \(number)")
        } catch {
          #expect(!isHarmless(fault), "\(fault) at call \(number): \(error)")
        }
        #expect(SystemCalls().hasChild() == false, "\(fault) at call \(number)")
      }
      if before > 0 { #expect(try descriptors() <= before + 2) }
    }

    @Test func howAChildEndedIsKnownEvenWhereEndedChildrenWereIgnored() async {
      await #expect(processExitsWith: .exitCode(0)) {
        _ = Glibc.signal(SIGCHLD, SIG_IGN)
        let finished = try Processes(calls: SystemCalls()).run(
          ["/bin/sh", "-c", "exit 7"], environment: [], limits: .init(timeout: 60))
        exit(finished.status == .exited(7) ? 0 : 1)
      }
    }

    @Test func aKillIsOneThatNobodyCanCatch() async {
      await #expect(processExitsWith: .exitCode(137)) {
        let calls = SystemCalls { _, number in number == 3 ? .die : nil }
        for _ in 0..<5 { _ = calls.now() }
      }
    }

    @Test func theFirstSignalIsNotedAndTheSecondEnds() async {
      await #expect(processExitsWith: .signal(SIGTERM)) {
        // Whoever runs the tests in the background makes them ignore interrupts.
        for signal in [SIGINT, SIGTERM] { _ = Glibc.signal(signal, SIG_DFL) }
        try Signals.watch(calls: SystemCalls())
        guard Signals.noted == nil else { exit(1) }
        // To the process, since the threads that run tests let no signal through.
        kill(getpid(), SIGINT)
        for _ in 0..<2000 where Signals.noted == nil {
          SystemCalls().sleep(nanoseconds: 5_000_000)
        }
        guard Signals.noted == SIGINT else { exit(2) }
        kill(getpid(), SIGTERM)
        SystemCalls().sleep(nanoseconds: 10_000_000_000)
        exit(3)
      }
    }

    @Test func aChildThatIsShortByNatureHasAWhileWhenAnEndIsAskedFor() async {
      await #expect(processExitsWith: .exitCode(0)) {
        // Whoever runs the tests in the background makes them ignore interrupts.
        for signal in [SIGINT, SIGTERM] { _ = Glibc.signal(signal, SIG_DFL) }
        try Signals.watch(calls: SystemCalls())
        kill(getpid(), SIGTERM)
        for _ in 0..<2000 where Signals.noted == nil {
          SystemCalls().sleep(nanoseconds: 5_000_000)
        }
        var limits = Processes.Limits(timeout: 60)
        limits.heedsSignals = false
        let processes = Processes(calls: SystemCalls())
        let short = try processes.run(["/bin/sleep", "0.2"], environment: [], limits: limits)
        let long = try processes.run(["/bin/sleep", "1000"], environment: [], limits: limits)
        exit(short.isSuccess && long.status == .interrupted ? 0 : 1)
      }
    }

    @Test func anEndAskedForEndsTheChildToo() async {
      await #expect(processExitsWith: .exitCode(0)) {
        // Whoever runs the tests in the background makes them ignore interrupts.
        for signal in [SIGINT, SIGTERM] { _ = Glibc.signal(signal, SIG_DFL) }
        try Signals.watch(calls: SystemCalls())
        let (finished, _) = concurrently(
          {
            try? Processes(calls: SystemCalls()).run(
              ["/bin/sleep", "1000"], environment: [], limits: .init(timeout: 60))
          },
          {
            SystemCalls().sleep(nanoseconds: 100_000_000)
            kill(getpid(), SIGTERM)
          })
        exit(finished?.status == .interrupted ? 0 : 1)
      }
    }
  }
}
