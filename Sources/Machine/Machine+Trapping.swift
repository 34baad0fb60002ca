extension Machine {
  /// A machine for tests on which nothing works until the test provides it: each system call fails with
  /// ENOSYS, the clock stands at 2001-09-09T01:46:40Z, chance has the seed 1, the environment is empty,
  /// and the working directory does not exist.
  ///
  /// An effect that a test did not mean to open thus becomes an error that names the call, and no
  /// process is ended for it.
  package static var trapping: Machine {
    let calls = SystemCalls { _, _ in .fail(Code.noSuchCall) }
    return Machine(
      calls: calls, clock: Clock(fixedAt: 1_000_000_000_000_000_000), random: Random(seed: 1),
      environment: Environment([]), workingDirectory: "/nowhere", host: "nowhere",
      userName: "nobody")
  }
}
