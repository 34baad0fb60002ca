import Glibc
import Testing

@testable import Machine

@Suite struct MachineTests {
  @Test func theRealMachineKnowsWhereItIs() throws {
    let machine = try Machine.real()
    #expect(machine.workingDirectory.isAbsolute)
    #expect(!machine.host.isEmpty)
    #expect(!machine.userName.isEmpty)
    #expect(machine.environment["PATH"] != nil)
    #expect(machine.environment["NO SUCH VARIABLE"] == nil)
  }

  @Test func theTrappingMachineDoesNothing() {
    let machine = Machine.trapping
    #expect(throws: SystemError(call: .open, errno: ENOSYS, path: "/etc/passwd")) {
      _ = try machine.files.read("/etc/passwd", limit: 1000)
    }
    #expect(throws: SystemError.self) {
      _ = try machine.processes.run(["/bin/true"], environment: [])
    }
    #expect(throws: GitAbsence.self) { _ = try machine.git.facts(at: "/") }
    #expect(throws: SystemError.self) { _ = try machine.output.write([10], to: .standardOutput) }
    #expect(machine.clock.fixed)
    #expect(machine.random.fixed)
  }

  @Test func errorsSpeakForThemselves() {
    let error = SystemError(call: .fsync, errno: ENOSPC, path: "/a/b")
    #expect(error.description == "fsync /a/b: No space left on device")
    #expect(SystemError(call: .open, errno: ENOTDIR).isMissing)
    #expect(!error.isMissing)
  }

  @Test func faultPlansOfTheEnvironment() throws {
    #expect(try plan("fail:ENOSPC@3") == [nil, nil, .fail(ENOSPC), nil])
    #expect(try plan("fail:5@1") == [.fail(5), nil, nil, nil])
    #expect(try plan("die@999") == [nil, nil, nil, nil])
    #expect(try plan("short@2") == [nil, .short, nil, nil])
    for text in ["", "die", "die@", "die@0", "die@-1", "fail@3", "fail:ENONSENSE@3", "die@1@2"] {
      #expect(SystemCalls.planned(text) == nil, "\(text)")
    }
  }

  private func plan(_ text: String) throws -> [SystemCalls.Fault?] {
    let calls = try #require(SystemCalls.planned(text))
    return (1...4).map { _ in calls.spoils(.read) }
  }

  @Test func bothHalvesRunAndReturn() {
    for _ in 0..<100 {
      let (a, b) = concurrently({ 1 }, { "2" })
      #expect(a == 1)
      #expect(b == "2")
    }
  }

  @Test func terminalsBelieveTheEnvironment() {
    #expect(Terminal(environment: Environment([("COLUMNS", "123")])).columns == 123)
    for nonsense in ["0", "-5", "wide", "99999999", ""] {
      let columns = Terminal(environment: Environment([("COLUMNS", nonsense)])).columns
      #expect(columns != 0 && columns != -5 && columns < 99_999)
    }
    let plain = Terminal(environment: Environment([("NO_COLOR", "1")]))
    #expect(!plain.allowsColour(.standardOutput))
    let dumb = Terminal(environment: Environment([("TERM", "dumb")]))
    #expect(!dumb.allowsColour(.standardError))
  }
}

@Suite struct OutputTests {
  private let output = Output(calls: SystemCalls())

  private func pipe() throws -> (Int32, Int32) { try SystemCalls().pipe() }

  @Test func aReaderThatHasGoneIsAnAnswer() throws {
    let (read, write) = try pipe()
    close(read)
    #expect(try output.write([1, 2, 3], toDescriptor: write) == .closed)
    close(write)
  }

  @Test func aSlowReaderOfADescriptorThatDoesNotWaitGetsAll() throws {
    let (read, write) = try pipe()
    try SystemCalls().keepFromBlocking(write)
    let bytes = [UInt8](repeating: 65, count: 1 << 20)
    let output = output
    let (count, result) = concurrently(
      {
        var count = 0
        var buffer = [UInt8](repeating: 0, count: 3001)
        while true {
          let got = unsafe Glibc.read(read, &buffer, buffer.count)
          if got <= 0 { return count }
          count += got
        }
      },
      { () -> Output.Delivery? in
        defer { close(write) }
        return try? output.write(bytes, toDescriptor: write)
      })
    #expect(result == .delivered)
    #expect(count == 1 << 20)
    close(read)
  }

  @Test(.enabled(if: isThere("/dev/full"), "there is no /dev/full"))
  func aFullDiskIsAnError() throws {
    let descriptor = unsafe open("/dev/full", O_WRONLY)
    defer { close(descriptor) }
    #expect(throws: SystemError(call: .write, errno: ENOSPC)) {
      _ = try output.write([1], toDescriptor: descriptor)
    }
  }

  @Test func shortWritesAndInterruptionsLoseNothing() throws {
    let (read, write) = try pipe()
    let calls = SystemCalls { _, number in
      number % 3 == 0 ? .fail(EINTR) : number % 3 == 1 ? .short : nil
    }
    let bytes = [UInt8](0..<200)
    #expect(try Output(calls: calls).write(bytes, toDescriptor: write) == .delivered)
    close(write)
    var buffer = [UInt8](repeating: 0, count: 300)
    let count = unsafe Glibc.read(read, &buffer, 300)
    #expect(count == 200)
    #expect(Array(buffer[..<200]) == bytes)
    close(read)
  }
}
