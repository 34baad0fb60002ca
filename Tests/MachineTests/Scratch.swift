import Dispatch
import Glibc
import TestSupport
import Testing

@testable import Machine

/// A directory of its own for one test, removed with all it holds when the test is over.
final class Scratch: Sendable {
  let path: Path
  let files = Files(calls: SystemCalls())

  init() throws {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/machine-tests-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&template) != nil else { throw SystemError(call: .mkdir, errno: errno) }
    let made = template.dropLast().map { UInt8(bitPattern: $0) }
    path = try files.resolve(Path(bytes: Array(made)))
  }

  deinit { Scratch.remove(path, files) }

  private static func remove(_ path: Path, _ files: Files) {
    _ = unsafe path.string.withCString { unsafe chmod($0, 0o700) }
    for (name, kind) in (try? files.list(path)) ?? [] {
      if kind == .directory {
        remove(path / name, files)
      } else {
        try? files.remove(path / name)
      }
    }
    _ = unsafe withCString(path) { unsafe rmdir($0) }
  }

  static func withCString<R>(_ path: Path, _ body: (UnsafePointer<CChar>) -> R) -> R {
    unsafe path.withCString(body)
  }

  static func / (scratch: Scratch, name: Path) -> Path { scratch.path / name }

  /// Writes a file as an editor does that writes in place.
  func save(_ text: String, at name: Path) throws {
    let descriptor = unsafe Scratch.withCString(path / name) {
      unsafe open($0, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    }
    guard descriptor >= 0 else { throw SystemError(call: .open, errno: errno, path: name) }
    defer { close(descriptor) }
    try files.write(Array(text.utf8), to: descriptor, at: 0, name)
  }

  /// Writes a file as an editor does that renames a new one over the old.
  func replace(_ text: String, at name: Path) throws {
    let fresh = Path(bytes: name.bytes + Array("~".utf8))
    try save(text, at: fresh)
    try files.calls.rename(path / fresh, over: path / name)
  }

  func text(_ name: Path) throws -> String {
    String(decoding: try files.read(path / name, limit: 1 << 30), as: UTF8.self)
  }

  func names() throws -> [String] {
    try files.list(path).map(\.name.string).sorted()
  }

  func link(_ name: Path, to text: String) {
    _ = unsafe Scratch.withCString(path / name) { unsafe symlink(text, $0) }
  }

  func makePipe(_ name: Path) {
    _ = unsafe Scratch.withCString(path / name) { unsafe mkfifo($0, 0o644) }
  }

  func mode(_ name: Path, _ mode: mode_t) {
    _ = unsafe Scratch.withCString(path / name) { unsafe chmod($0, mode) }
  }
}

/// The faults that each call is tried with.
let faults: [SystemCalls.Fault] = [
  .fail(Code.noSpace), .fail(Code.inputOutput), .fail(Code.interrupted), .short,
]

/// Whether an operation must succeed in spite of the fault.
func isHarmless(_ fault: SystemCalls.Fault) -> Bool {
  fault == .short || fault == .fail(Code.interrupted)
}

/// Runs an operation once for each call it makes and each fault, with that call spoilt.
///
/// `operation` gets fresh calls and returns how it went; it looks at what is left itself.
func spoilingEachCall(
  _ operation: (SystemCalls, _ fault: SystemCalls.Fault, _ number: Int) throws -> Void
) throws {
  for fault in faults {
    var number = 1
    while true {
      let wanted = number
      let calls = SystemCalls { _, present in present == wanted ? fault : nil }
      try operation(calls, fault, number)
      if calls.count < wanted { break }
      number += 1
    }
    #expect(number > 2, "the operation makes calls")
  }
}

/// Buffers of bytes that live as long as the body runs.
func withPieces<R>(_ texts: [String], _ body: ([UnsafeRawBufferPointer]) throws -> R) rethrows -> R
{
  let all = Array(texts.joined().utf8)
  return try unsafe all.withUnsafeBytes { buffer in
    var pieces: [UnsafeRawBufferPointer] = unsafe []
    var start = 0
    for text in texts {
      let end = start + text.utf8.count
      unsafe pieces.append(UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      start = end
    }
    return try unsafe body(pieces)
  }
}

/// The seed of this run's random tests, printed where a test fails and taken from CONDUCTOR_TEST_SEED.
let testSeed: UInt64 = {
  if let text = unsafe getenv("CONDUCTOR_TEST_SEED").flatMap({ unsafe UInt64(String(cString: $0)) })
  {
    return text
  }
  return Random(calls: SystemCalls()).uint64()
}()

/// Whether something stands at a path of the system, for tests that need it.
func isThere(_ path: Path) -> Bool {
  (try? SystemCalls().status(path, followLinks: true)) != nil
}

/// Where a program is found on the PATH of the tests, for tests that need it.
func program(_ name: String) -> Path? {
  let list = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
  for directory in list.split(separator: ":") {
    let path = Path(String(directory)) / Path(name)
    if isThere(path) { return path }
  }
  return nil
}

/// Tests that start children run one after the other: a family of processes that has nobody beside it
/// ends every orphan, also one that another test looks at.
@Suite(.serialized, .alone) enum Children {}

/// Keeps children of other targets' tests away while a test runs.
struct Alone: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    guard testCase != nil else { return try await function() }
    guard #available(macOS 15, *) else { return try await Self.alone(function) }
    try await withTaskExecutorPreference(OwnThreads.shared) { try await Self.alone(function) }
  }

  private static func alone(_ function: @Sendable () async throws -> Void) async throws {
    Turn.shared.take()
    defer { Turn.shared.giveBack() }
    try await function()
  }
}

/// Threads besides those that all tests share.
///
/// A test that holds the turn and waits for a process needs a thread to go on. All of the shared ones may by then be
/// held by tests that wait for the turn.
@available(macOS 15, *)
private final class OwnThreads: TaskExecutor {
  static let shared = OwnThreads()
  private let queue = DispatchQueue(label: "children", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

extension Trait where Self == Alone {
  /// No other test has children meanwhile.
  static var alone: Alone { Alone() }
}
