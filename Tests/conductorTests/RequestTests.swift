import Testing

@testable import conductor

@Suite struct RequestTests {
  @Test(arguments: [("1", 1), ("200", 200), ("9223372036854775807", Int.max), ("10", 10)])
  func countsArePlainDecimal(_ typed: String, _ number: Int) throws {
    #expect(try ValueCheck.count(typed) == number)
    #expect(try Request.read(["next", "--diff-limit", typed])[.diffLimit] == number)
  }

  @Test(
    arguments: [
      ("0", .zero), ("000", .zero), ("007", .leadingZero), ("01", .leadingZero), ("-5", .notACount),
      ("+5", .notACount), (" 5", .notACount), ("5 ", .notACount), ("5.0", .notACount),
      ("1e3", .notACount), ("0x10", .notACount), ("1_000", .notACount), ("1,000", .notACount),
      ("٣", .notACount), ("５", .notACount), ("5\u{301}", .notACount), ("five", .notACount),
      ("9223372036854775808", .tooLarge), ("99999999999999999999999999", .tooLarge), ("", .blank),
    ] as [(String, ValueFault)])
  func nothingElseIsACount(_ typed: String, _ fault: ValueFault) {
    #expect(
      throws: UsageError(
        .unacceptable(subject: "--diff-limit", value: typed, fault), command: ["next"])
    ) { try Request.read(["next", "--diff-limit=\(typed)"]) }
  }

  @Test(arguments: [
    ("90s", 90), ("45m", 2_700), ("2h", 7_200), ("1d", 86_400), ("36500d", 3_153_600_000),
  ])
  func durationsHaveOneUnit(_ typed: String, _ seconds: Int) throws {
    #expect(try Request.read(["next", "--lease", typed])[.lease] == .seconds(seconds))
  }

  @Test(
    arguments: [
      ("0s", .zero), ("05m", .leadingZero), ("1h30m", .notADuration), ("90", .notADuration),
      ("s", .notADuration), ("1.5h", .notADuration), ("-1h", .notADuration), ("1 h", .notADuration),
      ("1H", .notADuration), ("1w", .notADuration), ("1ms", .notADuration), ("36501d", .tooLong),
      ("9223372036854775807d", .tooLong), ("99999999999999999999s", .tooLong),
      ("1\u{301}h", .notADuration), ("", .blank),
    ] as [(String, ValueFault)])
  func nothingElseIsADuration(_ typed: String, _ fault: ValueFault) {
    #expect(
      throws: UsageError(.unacceptable(subject: "--lease", value: typed, fault), command: ["next"])
    ) { try Request.read(["next", "--lease=\(typed)"]) }
  }

  @Test(arguments: ["a\nb", "tab\there", "\u{1b}[31m", "del\u{7f}", "c1\u{85}", "a\r\nb"])
  func testsWithControlCharactersAreRefused(_ typed: String) throws {
    let error = try #require(throws: UsageError.self) {
      try Request.read(["next", "--test", "fine", "--test", typed])
    }
    guard case .unacceptable("--test", typed, .controlCharacter) = error.kind else {
      Issue.record("\(error.kind)")
      return
    }
    #expect(!error.message.unicodeScalars.contains(where: Printable.isHidden))
  }

  @Test func otherTextIsTakenAsItIs() throws {
    let request = try Request.read([
      "backlog", "add", "--title", " Über \u{1b} ", "--notes", "two\nlines", "--test",
      "a  \"b\" \\c",
      "--depends-on", "A", "--depends-on", "A", "--not-before", "2026-11-21",
    ])
    #expect(request[.title] == " Über \u{1b} ")
    #expect(request[.notes] == "two\nlines")
    #expect(request[.tests] == ["a  \"b\" \\c"])
    #expect(request[.dependsOn] == ["A", "A"])
    #expect(request[.notBefore] == "2026-11-21")
    #expect(request[.id] == nil)
    #expect(request[.diffLimit] == nil)
    #expect(request[.priority] == nil)
    #expect(!request[.json])
  }

  @Test(arguments: [
    ["next", "--agent", ""], ["next", "--test", "  "], ["status", "--root="], ["release", ""],
    ["pause", "--reason", "\n"], ["backlog", "show", "\u{a0}"],
  ])
  func blankValuesAreRefused(_ line: [String]) throws {
    let error = try #require(throws: UsageError.self) { try Request.read(line) }
    guard case .unacceptable(_, _, .blank) = error.kind else {
      Issue.record("\(error.kind)")
      return
    }
  }

  @Test func choicesAreExact() throws {
    #expect(try Request.read(["backlog", "list", "--status", "done"])[.status] == "done")
    #expect(try Request.read(["completions", "zsh"]).operand == "zsh")
    let error = try #require(throws: UsageError.self) {
      try Request.read(["backlog", "list", "--status", "Don"])
    }
    #expect(error.suggestions == ["done"])
    #expect(
      error.message
        == "--status takes pending, in_progress, proposed, done or blocked, not Don; did you mean done?"
    )
    #expect(throws: UsageError.self) { try Request.read(["completions", "tcsh"]) }
    #expect(throws: UsageError.self) {
      try Request.read(["backlog", "add", "--title", "t", "--priority", "urgent"])
    }
  }

  @Test func aFlagThatTheCommandDoesNotTakeIsAbsent() throws {
    let request = try Request.read(["status"])
    #expect(request[.lease] == nil && request[.tests].isEmpty && !request[.dryRun])
    #expect(request.operand == "")
  }
}
