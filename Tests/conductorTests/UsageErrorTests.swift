import Conducting
import Testing

@testable import conductor

@Suite struct UsageErrorTests {
  @Test(arguments: [
    (
      ["next", "--dif-limit", "3"],
      """
      conductor: unknown flag --dif-limit for next; did you mean --diff-limit?
        What it takes is explained by: conductor help next

      """
    ),
    (
      ["nxt"],
      """
      conductor: unknown command nxt; did you mean next?
        Every command is listed by: conductor help

      """
    ),
    (
      ["receipts"],
      """
      conductor: receipts needs one of its commands
        conductor receipts list: List the receipts, the newest first.
        conductor receipts show: Show one receipt whole.
        conductor receipts verify: Check that every receipt is present and unchanged.

      """
    ),
    (
      ["next", "--agent", "-v"],
      """
      conductor: --agent needs a value, but -v follows
        A value that begins with - is written --agent=VALUE
        What it takes is explained by: conductor help next

      """
    ),
    (
      ["next", "--test", "a\u{1b}b"],
      """
      conductor: the value of --test holds the control character \\u001b, which could not be shown as it was given: a\\u001bb
        What it takes is explained by: conductor help next

      """
    ),
    (
      ["release", "a", "two words"],
      """
      conductor: release does not take the further argument 'two words'
        What it takes is explained by: conductor help release

      """
    ),
    (
      ["status", "--root", "a\u{fffd}"],
      """
      conductor: argument 3 is not valid UTF-8, so it cannot be taken as it was meant: a\u{fffd}

      """
    ),
  ])
  func isSaidWithANextStep(_ line: [String], _ text: String) throws {
    let error = try #require(throws: UsageError.self) { try Request.read(line) }
    #expect(error.text() == text)
  }

  @Test func theBareProgramShowsTheOverview() throws {
    let error = try #require(throws: UsageError.self) { try Request.read([]) }
    #expect(error.text().hasPrefix("conductor: no command was given\n\nconductor: hand out"))
    #expect(error.text().contains("backlog list"))
  }

  @Test func commandsCanRefuseValuesOfTheirOwn() {
    let error = UsageError.unacceptable(
      .notBefore, value: "soon", because: "is neither a date nor a time", of: .backlogAdd)
    #expect(error.message == "--not-before soon is neither a date nor a time")
    #expect(error.code == "value-unacceptable")
    let stated = UsageError.stated(
      "the item has been claimed before, so the claim's number is needed", of: .release,
      hints: ["Give it with --claim"])
    #expect(
      stated.text() == """
        conductor: the item has been claimed before, so the claim's number is needed
          Give it with --claim
          What it takes is explained by: conductor help release

        """)
  }

  @Test func hugeValuesAreShownShort() throws {
    let error = try #require(throws: UsageError.self) {
      try Request.read(["status", String(repeating: "x", count: 100_000)])
    }
    #expect(error.message.utf8.count < 200)
  }
}
