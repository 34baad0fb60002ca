import Conducting
import Testing

@testable import conductor

@Suite struct InvocationTests {
  @Test(arguments: CommandName.allCases.filter { $0 != .help })
  func everyCommandIsFoundByItsWords(_ name: CommandName) throws {
    let command = try #require(CommandTable.standard.find(name))
    let values = command.positionals.map { _ in "x" }
    let required = command.flags.filter(\.isRequired).flatMap { [$0.spelling, "x"] }
    let invocation = try Invocation.parse(name.words + values + required)
    #expect(invocation.command == name)
    #expect(invocation.arguments == values)
  }

  @Test func flagsMayStandOnBothSidesOfArguments() throws {
    let expected = Invocation(
      command: .release,
      flags: [.init(word: "claim", value: "3"), .init(word: "blocked", value: nil)],
      arguments: ["ND-1"])
    for line in [
      ["release", "ND-1", "--claim", "3", "--blocked"],
      ["release", "--claim=3", "--blocked", "ND-1"],
      ["release", "--claim", "3", "ND-1", "--blocked"],
      ["release", "--claim", "3", "--blocked", "--", "ND-1"],
    ] {
      #expect(try Invocation.parse(line) == expected)
    }
  }

  @Test func theFlagsOfEveryCommandMayComeFirst() throws {
    let invocation = try Invocation.parse(
      ["--json", "--root", "there", "backlog", "--quiet", "list", "--eligible"])
    #expect(invocation.command == .backlogList)
    #expect(invocation.flags.map(\.word) == ["json", "root", "quiet", "eligible"])
  }

  @Test func valuesKeepEverythingAfterTheFirstEqualsSign() throws {
    let request = try Request.read([
      "next", "--test=a=b", "--test", "x=y", "--test=--dry-run", "--test==", "--test=\u{338}z",
    ])
    #expect(
      request[.tests].map { Array($0.utf8) }
        == ["a=b", "x=y", "--dry-run", "=", "\u{338}z"].map { Array($0.utf8) })
    #expect(!request[.dryRun])
  }

  @Test func whatFollowsTwoHyphensIsAnArgument() throws {
    #expect(try Invocation.parse(["release", "--", "--claim"]).arguments == ["--claim"])
    #expect(try Invocation.parse(["release", "--", "--"]).arguments == ["--"])
    #expect(try Invocation.parse(["release", "-"]).arguments == ["-"])
    #expect(try Invocation.parse(["--", "status"]).command == .status)
  }

  @Test func aSwitchMayBeRepeatedAndAValueMayNot() throws {
    #expect(try Request.read(["--json", "status", "--json"])[.json])
    expect(["next", "--item", "a", "--item=b"], .repeatedFlag("--item"), ["next"])
    expect(["--root", "a", "status", "--root", "b"], .repeatedFlag("--root"), ["status"])
    #expect(try Request.read(["next", "--test", "a b", "--test", "c"])[.tests] == ["a b", "c"])
  }

  @Test func aForgottenValueSwallowsNoFlag() {
    expect(
      ["next", "--test", "--dry-run"], .missingValue(flag: "--test", next: "--dry-run"), ["next"])
    expect(["next", "--test"], .missingValue(flag: "--test", next: nil), ["next"])
    expect(["next", "--test", "--", "x"], .missingValue(flag: "--test", next: "--"), ["next"])
    expect(["next", "--agent", "-h2"], .missingValue(flag: "--agent", next: "-h2"), ["next"])
    expect(["--root"], .missingValue(flag: "--root", next: nil), [])
  }

  @Test func aLoneHyphenAndANegativeNumberAreValues() throws {
    #expect(
      try Invocation.parse(["next", "--agent", "-"]).flags == [.init(word: "agent", value: "-")])
    #expect(
      try Invocation.parse(["next", "--diff-limit", "-5"]).flags
        == [.init(word: "diff-limit", value: "-5")])
    expect(
      ["next", "--diff-limit", "-5"],
      .unacceptable(subject: "--diff-limit", value: "-5", .notACount), ["next"])
  }

  @Test func unknownCommandsNameWhatIsNear() {
    expect(["nxt"], .unknownCommand("nxt"), [], ["next"])
    expect(["NEXT"], .unknownCommand("NEXT"), [], ["next"])
    expect(["stat"], .unknownCommand("stat"), [], ["status"])
    expect(
      ["list"], .unknownCommand("list"), [],
      ["rules list", "plugin list", "backlog list", "receipts list"])
    expect(["add"], .unknownCommand("add"), [], ["backlog add"])
    expect(["frobnicate"], .unknownCommand("frobnicate"), [], [])
    expect([""], .unknownCommand(""), [], [])
    expect(
      ["backlog", "lst"], .unknownSubcommand("lst", family: "backlog"), ["backlog"],
      ["backlog list"])
    expect(["backlog"], .missingSubcommand(family: "backlog"), ["backlog"])
    expect(["--json", "receipts"], .missingSubcommand(family: "receipts"), ["receipts"])
    expect([], .missingCommand, [])
    expect(["--json"], .missingCommand, [])
    let long = String(repeating: "n", count: 1_000_000)
    expect([long], .unknownCommand(long), [], [])
  }

  @Test func unknownFlagsNameWhatIsNear() {
    expect(["next", "--dif-limit", "3"], .unknownFlag("--dif-limit"), ["next"], ["--diff-limit"])
    expect(["next", "--dif-limit=3"], .unknownFlag("--dif-limit"), ["next"], ["--diff-limit"])
    expect(["next", "-diff-limit"], .unknownFlag("-diff-limit"), ["next"], ["--diff-limit"])
    expect(["next", "--rec", "x"], .unknownFlag("--rec"), ["next"], ["--receipts-dir"])
    expect(["status", "-x"], .unknownFlag("-x"), ["status"], [])
    expect(["--jsn", "status"], .unknownFlag("--jsn"), [], ["--json"])
    expect(["next", "--version"], .unknownFlag("--version"), ["next"], [])
    expect(["status", "-5"], .unknownFlag("-5"), ["status"], [])
  }

  @Test func aFlagOfAnotherCommandIsSaidToBeOne() throws {
    let error = try #require(fault(["next", "--blocked"]))
    #expect(error.hints == ["--blocked is a flag of: release"])
    let early = try #require(fault(["--diff-limit", "3", "next"]))
    #expect(early.kind == .unknownFlag("--diff-limit"))
    #expect(
      early.hints == [
        "--diff-limit is written after the words of its command: next, loop, check diff, backlog add"
      ])
  }

  @Test func aCommandIsKnownWhereItsLineIsWrong() {
    for line in [
      ["guard"], ["guard", "--bogus"], ["--quiet", "guard"], ["--root", "x", "guard"],
      ["--root=x", "guard"], ["--bogus", "guard"], ["-h", "guard"],
    ] { #expect(Invocation.names(.guardCall, in: line), "\(line)") }
    for line in [
      [], ["status", "guard"], ["--root", "guard"], ["--root", "guard", "status"], ["guards"],
    ] { #expect(!Invocation.names(.guardCall, in: line), "\(line)") }
  }

  @Test func argumentsAreCounted() {
    expect(["release"], .missingArgument("ITEM"), ["release"])
    expect(["release", "a", "b"], .surplusArgument("b"), ["release"])
    expect(["status", "now"], .surplusArgument("now"), ["status"])
    expect(["pause"], .missingFlag("--reason T"), ["pause"])
    expect(["next", "--json=1"], .surplusValue(flag: "--json", value: "1"), ["next"])
  }

  @Test func helpWinsOverOtherFaults() throws {
    for (line, words) in [
      (["--help"], []), (["-h"], []), (["next", "--help"], ["next"]), (["-h", "next"], ["next"]),
      (["backlog", "-h"], ["backlog"]),
      (["backlog", "list", "-h", "x", "y"], ["backlog", "list"]),
      (["pause", "--help"], ["pause"]), (["next", "--bogus", "--help"], ["next"]),
      (["next", "--test", "--help"], ["next"]), (["help", "--help"], ["help"]),
    ] {
      #expect(try Invocation.parse(line) == Invocation(command: .help, flags: [], arguments: words))
    }
    #expect(try Request.read(["next", "--help", "--json", "--diff-limit", "0"])[.json])
    expect(["nxt", "--help"], .unknownCommand("nxt"), [], ["next"])
    #expect(try Invocation.parse(["release", "--", "--help"]).command == .release)
  }

  @Test func versionIsAlsoAFlagOfNothingElse() throws {
    #expect(try Invocation.parse(["--version"]).command == .version)
    #expect(try Invocation.parse(["--json", "--version"]).command == .version)
    #expect(try Invocation.parse(["--version", "--json"]).command == .version)
    expect(["--version", "next"], .surplusArgument("next"), ["version"])
  }

  @Test func anArgumentThatWasNotUTF8IsRefused() {
    let broken = String(decoding: [0x61, 0xff] as [UInt8], as: UTF8.self)
    expect(["next", "--test", broken], .undecodable(3, broken), [])
    expect(["next", "--help", "--root=\(broken)"], .undecodable(3, "--root=\(broken)"), [])
  }

  @Test func askingForJSONIsSeenInAWrongLineToo() {
    #expect(Invocation.asksForJSON(["nxt", "--json"]))
    #expect(!Invocation.asksForJSON(["nxt"]))
    #expect(!Invocation.asksForJSON(["release", "--", "--json"]))
  }

  @Test func anyArgumentsAreEitherUnderstoodOrRefused() {
    var random = SeededRandom(for: "invocation")
    let table = CommandTable.standard
    let words =
      table.firstWords + ["list", "add", "show", "--", "-", "-h", "=", "", "--version", "-5", "7"]
      + table.commands.flatMap(\.flags).map(\.spelling) + table.globalFlags.map(\.spelling)
    for _ in 0..<5_000 {
      let line = (0..<Int.random(in: 0...7, using: &random)).map { _ in
        switch Int.random(in: 0...5, using: &random) {
        case 0: unrulyText(&random, upTo: 4)
        case 1: (words.randomElement(using: &random) ?? "") + "=" + unrulyText(&random, upTo: 2)
        default: words.randomElement(using: &random) ?? ""
        }
      }
      do {
        let request = try Request.read(line)
        let known = table.find(request.command)?.positionals ?? []
        let needed = known.count { !$0.isOptional }
        let isFitting = (needed...known.count).contains(request.arguments.count)
        #expect(known.last?.isVariadic == true || isFitting)
      } catch {
        let text = error.text()
        #expect(text.hasPrefix("conductor: ") && text.hasSuffix("\n"))
        #expect(
          !text.split(separator: "\n").contains {
            $0.unicodeScalars.contains(where: Printable.isHidden)
          })
      }
    }
  }

  private func fault(_ line: [String]) -> UsageError? {
    do {
      _ = try Request.read(line)
      return nil
    } catch { return error }
  }

  private func expect(
    _ line: [String], _ kind: UsageError.Kind, _ command: [String], _ suggestions: [String] = [],
    at place: SourceLocation = #_sourceLocation
  ) {
    let error = fault(line)
    #expect(error?.kind == kind, sourceLocation: place)
    #expect(error?.command == command, sourceLocation: place)
    #expect(error?.suggestions == suggestions, sourceLocation: place)
    #expect(error?.exitCode == .usage, sourceLocation: place)
  }
}
