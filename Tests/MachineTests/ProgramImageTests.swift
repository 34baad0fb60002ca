import TestSupport
import Testing

@testable import Machine

/// A program is run from the bytes that were looked at, whatever happens to its file meanwhile.
@Suite struct ProgramImageTests {
  private let files = Files(calls: SystemCalls())

  private func run(_ program: Path) throws(SystemError) -> String {
    let finished = try Processes(calls: SystemCalls()).work(
      [Array("name".utf8)], environment: [Array("PATH=/usr/bin:/bin".utf8)], directory: "/",
      input: [], limits: .init(timeout: 60), program: program, mayGoOn: { true })
    return String(decoding: finished.output, as: UTF8.self)
  }

  @Test func scriptsAndProgramsAreRunFromTheirBytes() throws {
    let folder = try Folder()
    let script = Array("#!/bin/sh\necho script\n".utf8)
    let said = try files.withProgram(script, in: Path(folder.path)) {
      (path: Path) throws(SystemError) in try run(path)
    }
    #expect(said == "script\n")
    let echo = try files.read(files.resolve("/bin/echo"), limit: 1 << 24)
    let empty = try files.withProgram(echo, in: Path(folder.path)) {
      (path: Path) throws(SystemError) in try run(path)
    }
    #expect(empty == "\n")
    #expect(folder.files() == [], "nothing is left")
  }

  @Test(.enabled(if: Path.hasProcesses)) func nobodyCanChangeThem() throws {
    let script = Array("#!/bin/sh\necho script\n".utf8)
    let folder = try Folder()
    let said = try files.withProgram(script, in: Path(folder.path)) {
      (path: Path) throws(SystemError) in
      let other = Array("#!/bin/sh\necho other!\n".utf8)
      #expect(throws: SystemError.self) {
        let descriptor = try files.calls.open(path, Flag.write)
        defer { try? files.calls.close(descriptor) }
        try files.write(other, to: descriptor, at: 0, path)
      }
      #expect(throws: SystemError.self) { try files.truncate(path, to: 0) }
      return try run(path)
    }
    #expect(said == "script\n")
  }

  @Test func whereTheSystemHasNoSealedFilesACopyMustDo() throws {
    let calls = SystemCalls { call, _ in call == .seal ? .fail(Code.noSuchCall) : nil }
    let folder = try Folder()
    let said = try Files(calls: calls).withProgram(
      Array("#!/bin/sh\necho script\n".utf8), in: Path(folder.path)
    ) { (path: Path) throws(SystemError) in
      #expect(path.parent.parent.string == folder.path)
      return try run(path)
    }
    #expect(said == "script\n")
    #expect(folder.files() == [], "nothing is left")
  }
}

extension Path {
  /// Whether this system shows its processes as files.
  fileprivate static var hasProcesses: Bool {
    (try? Files(calls: SystemCalls()).identity("/proc/self/fd")) != nil
  }
}
