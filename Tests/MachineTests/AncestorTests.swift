import Testing

@testable import Machine

/// What the system says of the processes from which this one descends.
@Suite struct AncestorTests {
  private func machine(_ fault: (@Sendable (SystemCalls.Call, Int) -> SystemCalls.Fault?)? = nil)
    -> Machine
  {
    let calls = SystemCalls(fault: fault)
    return Machine(
      calls: calls, clock: Clock(calls: calls), random: Random(calls: calls),
      environment: Environment([]), workingDirectory: "/", host: "here", userName: "tester")
  }

  @Test func theLineEndsAtTheFirstProcess() throws {
    let line = try machine().ancestors()
    #expect(!line.isEmpty && Set(line.map(\.id)).count == line.count)
    let parent = try #require(line.first)
    #expect(parent.arguments.first?.isEmpty == false)
    #expect(line.allSatisfy { !$0.runsThisProgram || $0.executable != nil })
  }

  @Test func whereTheSystemSaysNothingThatIsAnError() throws {
    #expect(throws: SystemError.self) {
      try machine { call, _ in call == .open ? .fail(Code.denied) : nil }.ancestors()
    }
    #expect(throws: SystemError.self) {
      try machine { call, _ in call == .open ? .fail(Code.missing) : nil }.ancestors()
    }
  }
}
