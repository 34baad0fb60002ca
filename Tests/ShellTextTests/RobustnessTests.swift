import TestSupport
import Testing

@testable import ShellText

@Suite("No text can crash or hang the reader")
struct RobustnessTests {
  @Test func randomBytes() {
    var random = SeededRandom(301)
    let alphabet = Array("ab01 \t\n\r'\"\\`$(){}[]<>|&;#!*?~=-+@%:,./_^".utf8)
    for round in 0..<1_000 {
      let count = Int.random(in: 0..<120, using: &random)
      let bytes = (0..<count).map { _ in
        round % 5 == 0
          ? UInt8.random(in: 0...255, using: &random)
          : alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      read(bytes)
    }
  }

  /// Reads bytes in every way there is.
  func read(_ bytes: [UInt8]) {
    _ = ShellLine.reading(bytes)
    _ = PowerShellLine.reading(bytes)
    let words = bytes.split(separator: 32).map { Array($0) }
    _ = ShellLine.reading(vector: words)
    _ = PowerShellLine.reading(vector: words)
    // Each file that such a text reads is that very text.
    let files = NamedFiles(text: { _, _ in bytes }, exists: { _, _ in true })
    _ = ShellLine.reading(bytes, arguments: words.map { Argument(Spelling($0)) }, files: files)
    _ = ShellLine.reading(vector: words, files: files)
  }

  @Test func mutatedLines() {
    var random = SeededRandom(302)
    let shell =
      LineTable.stopped + LineTable.notAllowed + LineTable.allowed + RecordedLines.ran
      + RecordedLines.toolsRan + RecordedLines.languagesRan
    let powerShell =
      PowerShellTable.starts.map(\.line) + PowerShellTable.unknown + PowerShellTable.understood
      + PowerShellTable.scriptForms
    let lines = (shell + powerShell).map { Array($0.utf8) }
    let pieces = [
      "$(", ")", "`", "'", "\"", "${", "}", "((", "))", "<<E\n", "\nE\n", ";;", "|", "&", "{a,b}",
      "[[", "]]", "if ", " then ", " fi", "eval ", "xargs ", "\\", "$x", "for x in a b; do ",
      "done", "@{", "@(", "@'\n", "\n'@", "<#", "#>", "--%", "`", "::", " -c ", "pwsh -c ",
      "cmd /c ",
      "%{ ", "}", "sed 's/", "awk '{", "e'", " | getline", "xargs -I{} ", "-exec ", "$'\\x",
      "\u{2019}",
    ].map { Array($0.utf8) }
    for _ in 0..<2_000 {
      var line = lines[Int.random(in: 0..<lines.count, using: &random)]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0...line.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: line.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1: line.removeSubrange(place..<min(line.count, place + 3))
        case 2:
          line.insert(
            contentsOf: pieces[Int.random(in: 0..<pieces.count, using: &random)], at: place)
        default: line += lines[Int.random(in: 0..<lines.count, using: &random)].prefix(place)
        }
      }
      read(line)
    }
  }

  static let units = [
    "\"", "'", "`", "(", ")", "{", "}", "$(", "${", "$((", "((", "[[ ", "\"$(", "\"${x:-", "<(",
    "{a,", "\\", "a ", "a;", "a|", "a&&", "! ", "time ", "<<E ", "a[", "${a[", "$[", "$'", "@(",
    "if a;then ", "case a in a)", "while a;do ", "f(){ ", "function f ", "coproc ", "a=(", "[",
    "x=$x$x;", "{a,b}", "\n", "#\n", "((a) ", "a[$(", "\"\"", "''\"\"", "{1..9}", "eval ", "~", "*",
  ]

  /// Pieces that nest or repeat only in PowerShell, or cost only where programs are followed.
  static let otherUnits = [
    "@{a=", "@(", "@'\n", "<#", "& ", "& {", "if (", "\u{201C}", "$x=", "$a='b';", "$(\"", "[", "`",
    "pwsh -c ", "cmd /c ", "iex ", "%{", "a.b(", "a,", "sed s/a/b/;", "awk '{", "env ", "sudo env ",
    "xargs ", "find . -exec ", "sh -c '", "x=$x;eval $x;", "git -c a=b ", "make a=' ' ",
    "PATH=a;a;",
    "cp a a;", "a>a;",
  ]

  @Test(arguments: units)
  func aMegabyteOfOneUnit(_ unit: String) {
    let bytes = Array(String(repeating: unit, count: 1_000_000 / unit.utf8.count).utf8)
    _ = ShellLine.syntaxError(in: bytes)
    #expect(!ShellLine.reading(bytes).isUnderstood)
    #expect(!PowerShellLine.reading(bytes).isUnderstood)
  }

  @Test func aMegabyteInOneWord() {
    let bytes = [UInt8](repeating: UInt8(ascii: "\""), count: 1_000_000)
    for words in [["sh", "-c"], ["pwsh", "-c"], ["find", ".", "-exec"]] {
      let vector = words.map { Array($0.utf8) } + [bytes]
      #expect(!ShellLine.reading(vector: vector).isUnderstood)
      #expect(!PowerShellLine.reading(vector: vector).isUnderstood)
    }
  }

  @Test func mentionsInAMegabyte() {
    for unit in ["alembi ", "a'", "[a", "*", "a\\"] {
      let bytes = Array(String(repeating: unit, count: 1_000_000 / unit.utf8.count).utf8)
      _ = ShellLine.reading(bytes).mentions("alembic")
      #expect(ShellLine.reading(bytes + Array(" alembic".utf8)).mentions("alembic"))
    }
  }

  @Test(arguments: units + otherUnits)
  func theLongestLineOfOneUnit(_ unit: String) {
    let bytes = Array(String(repeating: unit, count: 9_990 / unit.utf8.count).utf8)
    _ = ShellLine.reading(bytes)
    _ = PowerShellLine.reading(bytes)
  }

  @Test func longLinesAreNeverUnderstood() {
    let line = "ls" + String(repeating: " ", count: 10_000)
    #expect(!ShellLine.reading(line).isUnderstood)
    #expect(ShellLine.reading(String(line.prefix(10_000))).isUnderstood)
  }

  @Test func repeatedEvaluationEnds() {
    for line in [
      "f(){ f|f& };f", "x='eval \"$x\"'; eval \"$x\"",
      "a=1;" + String(repeating: "a=$a$a;", count: 90),
      String(repeating: "for i in 1 2 3 4 5 6 7 8 9; do ", count: 12) + "ls"
        + String(repeating: "; done", count: 12),
    ] {
      #expect(!ShellLine.reading(line).isUnderstood, "\(line)")
    }
    _ = ShellLine.reading("alias a='a b; a b'; a; a")
    _ = ShellLine.reading(
      String(repeating: "while ls; do a=$b; b=$c; ", count: 10) + "ls"
        + String(repeating: "; done", count: 10))
  }
}
