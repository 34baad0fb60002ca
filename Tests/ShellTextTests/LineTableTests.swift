import Rules
import ShellText
import Testing

@Suite("Lines of the table")
struct LineTableTests {
  @Test(arguments: LineTable.stopped + UnrunLines.stopped)
  func stops(_ line: String) throws {
    #expect(try GuardedProgram.verdict(line) == .stop)
  }

  @Test(arguments: LineTable.notAllowed + UnrunLines.notAllowed)
  func doesNotAllow(_ line: String) throws {
    #expect(try GuardedProgram.verdict(line) != .allow)
  }

  @Test(arguments: LineTable.allowed + UnrunLines.allowed)
  func allows(_ line: String) throws {
    let reading = ShellLine.reading(line)
    #expect(try GuardedProgram.verdict(line) == .allow, "\(reading.unknowns) \(reading.scripts)")
  }
}
