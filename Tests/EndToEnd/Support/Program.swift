import Machine
import TestSupport

/// The built program that the tests run.
enum Program {
  /// Another program to be tested in place of the one that was just built, such as a release.
  private static let override = variable("CONDUCTOR_PROGRAM")

  /// The program beside the test bundle; a test run without it fails loudly instead of testing nothing.
  static let path: String = {
    if let override { return override }
    for place in candidates {
      if isThere(place + "/conductor") { return place + "/conductor" }
    }
    return "/the-program-was-not-built"
  }()

  /// The folders in which the build may have put it: beside the bundle that is being tested, beside the test runner
  /// where that is the bundle itself, or at last where a debug build of these sources lies.
  private static var candidates: [String] {
    var found: [String] = []
    let arguments = CommandLine.arguments
    if let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count {
      found.append(Path(arguments[flag + 1]).parent.string)
    }
    if let first = arguments.first(where: { $0.hasSuffix(".xctest") }) {
      found.append(Path(first).parent.string)
    }
    if let runner = try? Files(calls: SystemCalls()).resolve("/proc/self/exe") {
      found.append(runner.parent.string)
    }
    found.append((sources / ".build/debug").string)
    return found
  }

  private static func isThere(_ path: String) -> Bool {
    let identity = try? Files(calls: SystemCalls()).identity(Path(path))
    return identity?.kind == .file
  }

  /// The root of these sources, for tests that guard promises about them.
  static let sources = Path(#filePath).parent.parent.parent.parent.normalized

  /// Whether the program honours CONDUCTOR_FAULT, as debug builds do and releases never may.
  static let takesFaults: Bool = {
    let run = try? Processes(calls: SystemCalls()).run(
      [path, "version"], environment: [("CONDUCTOR_FAULT", "count")])
    return run.map { String(decoding: $0.errors, as: UTF8.self).contains("system calls:") } ?? false
  }()

  /// How much more often than by default the random and exhaustive tests try, from CONDUCTOR_ROUNDS.
  static let rounds: Int? = variable("CONDUCTOR_ROUNDS").flatMap(Int.init)
}
