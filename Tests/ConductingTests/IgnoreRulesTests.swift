import Machine
import TestSupport
import Testing

@testable import Conducting

struct IgnoreRulesTests {
  private func rules(_ text: String, in directory: Path = ".") -> IgnoreRules {
    var rules = IgnoreRules()
    rules.add(Array(text.utf8), in: directory)
    return rules
  }

  @Test(arguments: [
    ("a", "a", true), ("a", "b/a", true), ("/a", "b/a", false), ("a/b", "c/a/b", false),
    ("a/b", "a/b", true), ("*.o", "x/y.o", true), ("*.o", "x/y.oo", false),
    ("**/a", "a", true), ("**/a", "x/y/a", true), ("a/**", "a/b/c", true), ("a/**", "a", false),
    ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "axb", false),
    ("a**b", "a/b", false), ("a**b", "axxb", true), ("x**/b", "x/y/b", true),
    ("x?**/b", "xx/y/b", false), ("/a*", "a/b", false), ("a?c", "abc", true),
    ("x/a?c", "x/a/c", false), ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false),
    ("[]]", "]", true), ("[[:digit:]]", "7", true), ("[a", "[a", false), ("\\*", "*", true),
    ("\\*", "x", false), ("\\!a", "!a", true), ("#a", "#a", false), ("\\#a", "#a", true),
    ("a ", "a", true), ("a\\ ", "a ", true), ("a\r", "a", true), ("", "a", false),
    ("/", "a", false),
    ("a\n!a", "a", false), ("!a\na", "a", true),
  ])
  func linesMatchAsGitDocumentsThem(line: String, path: String, isIgnored: Bool) {
    #expect(rules(line).ignores(Path(path), isDirectory: false) == isIgnored)
  }

  @Test func aSlashAtTheEndMeansDirectoriesOnly() {
    #expect(rules("a/").ignores("a", isDirectory: true))
    #expect(!rules("a/").ignores("a", isDirectory: false))
  }

  @Test func rulesFurtherDownOutrankThoseAbove() {
    var rules = rules("*.txt")
    rules.add(Array("!keep.txt".utf8), in: "deep")
    rules.add(general: Array("keep.txt\nother".utf8))
    rules.add(general: Array("!other".utf8))
    #expect(!rules.ignores("deep/keep.txt", isDirectory: false))
    #expect(rules.ignores("keep.txt", isDirectory: false))
    #expect(rules.ignores("deep/other", isDirectory: false))
  }

  @Test func manyStarsTakeNoLongTime() {
    let line = String(repeating: "*a", count: 200) + "b"
    #expect(!rules(line).ignores(Path(String(repeating: "a", count: 4000)), isDirectory: false))
  }

  @Test func gitAgreesOnRandomRules() throws {
    var random = SeededRandom(71)
    let place = try MeasuredProject(commits: false)
    for round in 0..<25 {
      var rules = IgnoreRules()
      for directory in ["", "a/", "a/b/"] where directory.isEmpty || random.oneIn(2) {
        let text = (0..<random.below(6)).map { _ in Self.line(&random) }.joined(separator: "\n")
        try place.write(text, directory + ".gitignore")
        rules.add(Array(text.utf8), in: directory.isEmpty ? "." : Path(directory))
      }
      // Git looks what stands at a path, and these may be directories.
      let paths = (0..<60).map { _ in Self.path(&random) }.filter { $0 != "a" && $0 != "a/b" }
      let input: [UInt8] = paths.flatMap { Array($0.utf8) + [0] }
      // What is ignored is told by its rule, which may be one that takes it back; without a rule all are empty.
      let answer = try place.git(
        "check-ignore", "--no-index", "--stdin", "-z", "--verbose", "--non-matching", input: input)
      let words = answer.split(separator: "\0", omittingEmptySubsequences: false)
      for (index, path) in paths.enumerated() {
        let rule = words[4 * index + 2]
        let git = !rule.isEmpty && !rule.hasPrefix("!")
        let parts = path.split(separator: "/").map(String.init)
        var isIgnored = false
        for count in 1...parts.count where !isIgnored {
          let part = parts.prefix(count).joined(separator: "/")
          isIgnored = rules.ignores(Path(part), isDirectory: count < parts.count)
        }
        #expect(
          isIgnored == git,
          "round \(round), \(path) by \(rule), CONDUCTOR_TEST_SEED=\(SeededRandom.seed)")
      }
      for directory in ["a/", "a/b/"] { place.remove(directory + ".gitignore") }
    }
  }

  private static func path(_ random: inout SeededRandom) -> String {
    let names = ["a", "b", "ab", "x.o", "[", "!a", "a b"]
    return (0...random.below(4)).map { _ in names[random.below(names.count)] }
      .joined(separator: "/")
  }

  private static func line(_ random: inout SeededRandom) -> String {
    let parts = [
      "a", "b", "*", "**", "/", "/", "?", "[ab]", "[!a]", ".o", "x", "\\*", " ", "[", "[[:alpha:]]",
      "**/", "/**",
    ]
    let start = random.oneIn(4) ? "!" : random.oneIn(4) ? "/" : ""
    let middle = (0...random.below(4)).map { _ in parts[random.below(parts.count)] }.joined()
    return start + middle + (random.oneIn(4) ? "/" : "")
  }
}
