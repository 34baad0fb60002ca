import Conducting
import Foundation
import Testing

@testable import conductor

@Suite struct GeneratedTextTests {
  private let table = CommandTable.standard
  private let manual = ManualPage(version: "1.2.3").source
  private let reference = ReferencePage().source

  // The place of this file is the only thing a test knows about where the sources lie.
  private var referenceFile: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("docs/commands.md")
  }

  @Test func theReferencePageIsWhatTheTableMakes() throws {
    if ProcessInfo.processInfo.environment["CONDUCTOR_RECORD"] == "1" {
      try Data(reference.utf8).write(to: referenceFile)
      Issue.record(
        "docs/commands.md was recorded anew; run the tests again without CONDUCTOR_RECORD")
      return
    }
    let stored = try #require(
      try? Data(contentsOf: referenceFile), "docs/commands.md is missing; record it")
    #expect(
      stored == Data(reference.utf8),
      "docs/commands.md differs from the table; run the tests once with CONDUCTOR_RECORD=1")
  }

  @Test(arguments: CommandTable.standard.commands)
  func helpTellsEverythingAboutACommand(_ command: Command) throws {
    let help = try HelpText().text(on: command.name.words)
    let flat = flattened(help)
    for expected in told(command) { #expect(flat.contains(expected), "\(expected)") }
    #expect(HelpText().overview().contains("  " + command.spelling + " "))
    #expect(flattened(HelpText().overview()).contains(command.summary))
  }

  @Test(arguments: CommandTable.standard.commands)
  func theManPageAndTheReferenceTellEverythingAboutACommand(_ command: Command) throws {
    let section = try #require(
      part(of: manual, from: ".SS conductor \(command.spelling)\n", to: "\n.S"))
    let page = try #require(
      part(of: reference, from: "### conductor \(command.spelling)\n", to: "\n##"))
    let roff = flattened(unescaped(section))
    let markdown = flattened(page.filter { $0 != "`" && $0 != "\\" })
    for expected in told(command, withGlobals: false).map({ $0.filter { $0 != "`" } }) {
      #expect(roff.contains(expected), "man page: \(expected)")
      #expect(
        markdown.contains(expected.filter { $0 != "\\" }), "reference page: \(expected)")
    }
  }

  @Test func theGlobalFlagsCodesAndVariablesAreToldOnce() {
    let (roff, markdown) = (
      flattened(unescaped(manual)), flattened(reference.filter { $0 != "\\" })
    )
    let plainMarkdown = markdown.filter { $0 != "`" }
    for flag in table.globalFlags {
      #expect(roff.contains("\(flag.spelling)"))
      #expect(roff.contains(flag.explanation))
      #expect(plainMarkdown.contains(flag.explanation))
      #expect(markdown.contains("`\(flag.term)`"))
    }
    for code in table.exitCodes {
      #expect(markdown.contains("| \(code.rawValue) | \(code.meaning) |"))
      #expect(HelpText().topic(.exitCodes).contains("  \(code.rawValue) "))
    }
    for variable in table.environment {
      #expect(markdown.contains("| `\(variable.name)` |"))
      #expect(roff.contains(variable.name))
      #expect(HelpText().topic(.environment).contains("  \(variable.name)"))
    }
  }

  @Test func everythingPrintedIsASCIIAndNoLineIsTooWide() {
    for width in [40, 80, 100, 200] {
      let help = HelpText(width: width)
      let texts =
        [help.overview()] + table.commands.map(help.command) + table.families.map(help.family)
        + HelpTopic.allCases.map(help.topic)
      for text in texts {
        #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        for line in text.split(separator: "\n") where width >= 80 {
          let isExample = table.commands.flatMap(\.examples).contains { line.contains($0.line) }
          #expect(line.utf8.count <= 100 && (line.utf8.count <= width || isExample), "\(line)")
        }
      }
    }
    #expect(manual.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
  }

  @Test func helpTakesColourForItsHeadingsOnly() {
    let help = HelpText(style: .coloured).command(table.commands[0])
    #expect(help.contains("\u{1b}[1mFlags\u{1b}[0m\n"))
  }

  @Test func helpFindsFamiliesAndTopicsAndNamesWhatIsNear() throws {
    #expect(try HelpText().text(on: ["backlog"]).contains("backlog show ID"))
    #expect(try HelpText().text(on: ["exit-codes"]).contains("75"))
    #expect(throws: UsageError(.unknownTopic("nxt"), command: ["help"], suggestions: ["next"])) {
      try HelpText().text(on: ["nxt"])
    }
    #expect(
      throws: UsageError(
        .unknownTopic("backlog lst"), command: ["help"], suggestions: ["backlog list"])
    ) { try HelpText().text(on: ["backlog", "lst"]) }
    #expect(throws: UsageError.self) { try HelpText().text(on: ["next", "further"]) }
  }

  @Test(.enabled(if: Installed.path("groff") != nil, "groff is not installed"))
  func groffHasNothingToSay() throws {
    let (output, status) = try Installed.run(
      "groff", ["-man", "-ww", "-z", "-Tutf8"], input: manual)
    #expect(output == "" && status == 0)
  }

  @Test(.enabled(if: Installed.path("mandoc") != nil, "mandoc is not installed"))
  func mandocMissesNothingButTheDate() throws {
    let output = try Installed.run("mandoc", ["-T", "lint", "-W", "warning"], input: manual).output
    let findings = output.split(separator: "\n").filter { !$0.contains("missing date") }
    #expect(findings == [])
  }

  // What must be said about a command, in the words of the table.
  private func told(_ command: Command, withGlobals: Bool = true) -> [String] {
    var texts = [command.spelling] + command.description
    if !withGlobals { texts.append(command.summary) }
    for flag in withGlobals ? table.flags(of: command) : command.flags {
      texts += [flag.spelling, flag.explanation] + (flag.valueName.map { [$0] } ?? [])
    }
    for positional in command.positionals { texts += [positional.name, positional.summary] }
    for example in command.examples { texts += [example.line, example.meaning] }
    for ending in table.endings(of: command) {
      texts += ["\(ending.code.rawValue)", ending.meaning]
    }
    return texts.map(flattened)
  }

  private func flattened(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func part(of text: String, from start: String, to end: String) -> String? {
    guard let first = text.range(of: start) else { return nil }
    let rest = text[first.upperBound...]
    return start + rest[..<(rest.range(of: end)?.lowerBound ?? rest.endIndex)]
  }

  private func unescaped(_ roff: String) -> String {
    let escapes = [
      ("\\-", "-"), ("\\fB", ""), ("\\fI", ""), ("\\fR", ""), ("\\(aq", "'"), ("\\(ti", "~"),
      ("\\(ga", "`"), ("\\(ha", "^"), ("\\ ", " "), ("\\&", ""), ("\\e", "\\"),
    ]
    return escapes.reduce(roff) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }
}
