import Glibc
import Testing

@testable import Machine

extension Children {
  /// Children whose words are taken as they come.
  @Suite struct ListeningTests {
    private let processes = Processes(calls: SystemCalls())
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private final class Ear {
      var heard: [UInt8] = []
      var count = 0
      var text: String { String(decoding: heard, as: UTF8.self) }
    }

    private func listen(
      _ script: String, limits: Processes.Limits = .init(timeout: 60), keep: Int = 1 << 20
    ) throws -> (Attended, Ear) {
      let ear = Ear()
      let end = try processes.listen(
        to: ["/bin/sh", "-c", script].map { Array($0.utf8) },
        environment: [Array("PATH=/usr/bin:/bin".utf8)], directory: scratch.path, limits: limits
      ) { bytes in
        ear.count += bytes.count
        if ear.heard.count < keep { ear.heard += bytes }
      }
      return (end, ear)
    }

    private func isAlive(_ pid: String) -> Bool {
      guard let number = Int32(pid.filter(\.isNumber)), number > 0 else { return false }
      return kill(number, 0) == 0
    }

    @Test func bothStreamsComeInTheOrderInWhichTheyWereWritten() throws {
      let (end, ear) = try listen(
        "for n in 1 2 3 4 5 6 7 8 9; do echo out $n; echo err $n >&2; done; exit 3")
      #expect(end.status == .exited(3))
      #expect(!end.isOutlived)
      #expect(ear.text == (1...9).map { "out \($0)\nerr \($0)\n" }.joined())
    }

    @Test func standardInputIsAtItsEnd() throws {
      let (end, ear) = try listen("cat; echo $?")
      #expect(end.status == .exited(0))
      #expect(ear.text == "0\n")
    }

    @Test func aFloodIsReadToItsEndAndTheStatusDecides() throws {
      let (end, ear) = try listen("head -c 100000000 /dev/zero; exit 5", keep: 1000)
      #expect(end.status == .exited(5))
      #expect(ear.count == 100_000_000)
    }

    @Test func aHangingChildIsEnded() throws {
      let (end, ear) = try listen(
        "echo $$; exec sleep 1000", limits: .init(timeout: 0.3, grace: 0.1))
      #expect(end.status == .timedOut)
      #expect(!isAlive(ear.text))
    }

    @Test func aSignalIsTold() throws {
      #expect(try listen("kill -SEGV $$").0.status == .signalled(SIGSEGV))
    }

    @Test(arguments: [
      "sleep 1000 & echo $!", "sleep 1000 >/dev/null 2>&1 & echo $!",
      "(setsid sh -c 'echo $$; exec sleep 1000 >/dev/null 2>&1 </dev/null' &) ; sleep 0.2",
    ])
    func whoeverOutlivesTheChildIsToldAndEnded(_ script: String) throws {
      let (end, ear) = try listen(script, limits: .init(timeout: 60, grace: 0.1))
      #expect(end.status == .exited(0))
      #expect(end.isOutlived)
      #expect(!ear.text.isEmpty)
      #expect(!isAlive(ear.text))
    }

    @Test func whoIsAboutToEndIsGivenTheMoment() throws {
      let (end, ear) = try listen("(sleep 0.03; echo late) & exit 0")
      #expect(end.status == .exited(0))
      #expect(!end.isOutlived)
      #expect(ear.text == "late\n")
    }

    @Test func aListenerThatFailsEndsTheChild() throws {
      let full = SystemError(call: .pwrite, errno: ENOSPC)
      let limits = Processes.Limits(timeout: 60, grace: 0.1)
      #expect(throws: full) {
        try processes.listen(
          to: ["/bin/sh", "-c", "while :; do echo x; done"].map { Array($0.utf8) },
          environment: [Array("PATH=/usr/bin:/bin".utf8)], directory: scratch.path, limits: limits
        ) { (_) throws(SystemError) in throw full }
      }
      #expect(SystemCalls().hasChild() == false)
    }

    @Test func timeIsToldWhileTheChildRuns() throws {
      let ear = Ear()
      _ = try processes.listen(
        to: ["/bin/sh", "-c", "sleep 0.7"].map { Array($0.utf8) },
        environment: [Array("PATH=/usr/bin:/bin".utf8)], directory: scratch.path,
        limits: .init(timeout: 60), tick: { _ in ear.count += 1 }
      ) { _ in }
      #expect(ear.count >= 2)
    }

    @Test func aGrowingFileNeverTakesTheNameOfAnother() throws {
      let files = Files(calls: SystemCalls())
      let path = scratch / "log"
      let file = try GrowingFile(at: path, files)
      try file.append(Array("one ".utf8))
      try file.append(Array("two".utf8))
      try file.finish()
      #expect(try files.read(path, limit: 100) == Array("one two".utf8))
      #expect(file.size == 7)
      #expect(throws: SystemError(call: .open, errno: EEXIST, path: path)) {
        _ = try GrowingFile(at: path, files)
      }
      unsafe symlink("/nowhere/at/all", (scratch / "link").string)
      #expect(throws: SystemError.self) { _ = try GrowingFile(at: scratch / "link", files) }
    }
  }
}
