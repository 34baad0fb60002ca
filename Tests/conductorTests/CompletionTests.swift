import Foundation
import Testing

@testable import conductor

/// The completion scripts in the shells themselves, where those are installed.
@Suite struct CompletionTests {
  private let table = CommandTable.standard

  /// A line with the cursor at its end, and exactly what is offered there.
  private var cases: [(line: String, offered: [String])] {
    let globals = ["--json", "--root", "--quiet", "--help"]
    let first = table.firstWords
    var cases: [(String, [String])] = [
      ("conductor ", first),
      ("conductor re", ["release", "renew", "resume", "receipts"]),
      ("conductor --json ba", ["backlog"]),
      ("conductor --root here ba", ["backlog"]),
      ("conductor backlog ", ["list", "show", "check", "add"]),
      ("conductor --quiet receipts --json v", ["verify"]),
      ("conductor backlog list --status p", ["pending", "proposed"]),
      (
        "conductor backlog add --title t --priority ",
        ["critical", "high", "medium", "low", "none"]
      ),
      ("conductor backlog add --title list --t", ["--title", "--test"]),
      ("conductor completions ", ["bash", "zsh", "fish"]),
      ("conductor completions bash ", []),
      ("conductor help e", ["exec", "exit-codes", "environment"]),
      ("conductor next ", []),
      ("conductor next --lease ", []),
      ("conductor next --receipts-dir in", ["inner/"]),
      ("conductor nonsense ", []),
    ]
    for command in table.commands {
      cases.append(
        ("conductor \(command.spelling) --", command.flags.map(\.spelling) + globals))
    }
    return cases
  }

  @Test(.enabled(if: Installed.path("bash") != nil, "bash is not installed"))
  func bashOffersWhatTheTableHolds() throws {
    var driver = Shell.bash.completion()
    for (line, _) in cases {
      driver += bashCase(line.split(separator: " ", omittingEmptySubsequences: false))
    }
    // At an equals sign bash makes words of its own.
    driver += bashCase(["conductor", "backlog", "list", "--status", "=", "b"])
    driver += bashCase(["conductor", "backlog", "list", "--status", "="])
    driver += bashCase(["conductor", "backlog", "list", "--status", "=", "done", "--e"])
    let answers = try offered(by: "bash", ["--norc"], driver)
    let statuses = ["pending", "in_progress", "proposed", "done", "blocked"]
    let expected = cases.map(\.offered) + [["blocked"], statuses, ["--eligible"]]
    #expect(answers.count == expected.count)
    for (index, (answer, wanted)) in zip(answers, expected).enumerated() {
      let line = index < cases.count ? cases[index].line : "after ="
      #expect(Set(answer.map(slashed)) == Set(wanted.map(slashed)), "\(line)")
    }
  }

  @Test(.enabled(if: Installed.path("fish") != nil, "fish is not installed"))
  func fishOffersWhatTheTableHolds() throws {
    var driver = Shell.fish.completion()
    for (line, _) in cases {
      driver += "\necho '=='; complete -C \(Shell.fish.quoted(line)) | string replace -r '\\t.*' ''"
    }
    let answers = try offered(by: "fish", ["--no-config"], driver + "\n")
    #expect(answers.count == cases.count)
    for (answer, (line, wanted)) in zip(answers, cases) {
      #expect(Set(answer.map(slashed)) == Set(wanted.map(slashed)), "\(line)")
    }
  }

  @Test(arguments: Shell.allCases) func theScriptNamesEveryCommandAndFlag(_ shell: Shell) {
    let script = shell.completion()
    for command in table.commands {
      for word in command.name.words { #expect(script.contains(word)) }
      for flag in table.flags(of: command) {
        let spelling = shell == .fish ? "-l \(flag.word)" : flag.spelling
        #expect(script.contains(spelling), "\(command.spelling) \(flag.word)")
      }
    }
    #expect(script.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
  }

  @Test(.enabled(if: Installed.path("bash") != nil, "bash is not installed"))
  func bashAcceptsItsScript() throws { try accepts(.bash, ["--norc"]) }

  @Test(.enabled(if: Installed.path("zsh") != nil, "zsh is not installed"))
  func zshAcceptsItsScript() throws { try accepts(.zsh, ["-f"]) }

  @Test(.enabled(if: Installed.path("fish") != nil, "fish is not installed"))
  func fishAcceptsItsScript() throws { try accepts(.fish, ["--no-config"]) }

  // The script has no mistake of grammar, and quoted text is one word whatever it holds.
  private func accepts(_ shell: Shell, _ arguments: [String]) throws {
    let folder = try Installed.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("script")
    try Data(shell.completion().utf8).write(to: file)
    let checked = try Installed.run(shell.rawValue, ["-n", file.path])
    #expect(checked.output == "" && checked.status == 0)

    let texts = ["plain", "it's", "a\\'b\\", "$(x) `y` \"z\"", "", "two  words", "\\\\", "-n"]
    let lines = texts.map { "printf '<%s>' \(shell.quoted($0))\n" }
    try Data(lines.joined().utf8).write(to: file)
    let printed = try Installed.run(shell.rawValue, arguments + [file.path], in: folder)
    #expect(printed.output == texts.map { "<\($0)>" }.joined())
  }

  private func bashCase(_ words: [Substring]) -> String {
    let quoted = words.map { Shell.bash.quoted(String($0)) }.joined(separator: " ")
    return """

      COMP_WORDS=(\(quoted)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _conductor conductor
      echo '=='; for word in "${COMPREPLY[@]}"; do echo "$word"; done
      """
  }

  // Runs the driver in a folder that holds one directory, and parts its answers.
  private func offered(by shell: String, _ arguments: [String], _ driver: String) throws
    -> [[String]]
  {
    let folder = try Installed.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("inner"), withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("driver")
    try Data((driver + "\n").utf8).write(to: file)
    let (output, status) = try Installed.run(shell, arguments + [file.path], in: folder)
    #expect(status == 0, "\(output)")
    var answers: [[String]] = []
    for line in output.split(separator: "\n") {
      if line == "==" {
        answers.append([])
      } else if !answers.isEmpty {
        answers[answers.count - 1].append(String(line))
      }
    }
    return answers
  }

  // A shell adds the slash of a directory itself or leaves that to its line editor.
  private func slashed(_ word: String) -> String { word == "inner" ? "inner/" : word }
}
