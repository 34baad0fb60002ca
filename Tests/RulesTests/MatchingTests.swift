import Rules
import TestSupport
import Testing

@Suite("Expressions")
struct ExpressionTests {
  @Test(
    arguments: [
      ("a", "a", true), ("abc", "xabcx", true), ("^abc$", "xabc", false), ("a|b", "b", true),
      ("a*", "", true), ("^a+$", "", false), ("^(ab)+$", "ababab", true), ("^(ab)+$", "aba", false),
      ("^a{2,3}$", "aaa", true), ("^a{2,3}$", "aaaa", false), ("^a{2}$", "aa", true),
      ("^a{2,}$", "aaaaa", true), ("^a?b$", "b", true), ("^.$", "é", true), ("^..$", "é", false),
      ("^[a-c]+$", "abcb", true), ("^[^a-c]+$", "xyz", true), ("^[^a-c]$", "b", false),
      ("^[]a]+$", "]a]", true), ("^[a-]+$", "a-", true), ("^[[:digit:]_]+$", "12_3", true),
      ("^[à-ü]$", "é", true), ("^[à-ü]$", "e", false), ("a\\.b", "axb", false),
      ("a\\.b", "a.b", true),
      ("\\bfoo\\b", "a foo b", true), ("\\bfoo\\b", "afoo", false), ("\\<foo", "xfoo", false),
      ("^\\d+\\s\\w+$", "12 ab_é", true), ("^(a|ab)(c|bcd)$", "abcd", true), ("a.b", "a\nb", true),
      ("^(|a)$", "a", nil), ("(", "", nil), ("^[\\d\\s_]+$", "1 2_", true),
      ("^[^\\n]+$", "n\\", true),
      ("^[^\\n]+$", "a\nb", false), ("^[\\w.-]+$", "a.b-c_é", true), ("^[\\t]$", "t", false),
      ("^[a\\.]$", "\\", true), ("[\\D]", "a", nil), ("[\\q]", "q", nil),
    ] as [(String, String, Bool?)])
  func search(_ pattern: String, _ text: String, _ expected: Bool?) {
    let found = try? Expression(pattern, wholeWords: false).matches(text)
    #expect(found == expected)
  }

  @Test(
    "By line, what takes any character takes no end of a line",
    arguments: [
      ("a.b", "a\nb", false), ("a.b", "a\rb", false), ("a.b", "axb", true),
      ("a[^x]b", "a\nb", false),
      ("a[^x]b", "ayb", true), ("a\\sb", "a\nb", true), ("a\\nb", "a\nb", true),
      ("a(.|\\n)b", "a\nb", true), ("^b$", "a\nb\nc", true), ("^b$", "a\r\nb\r\nc", true),
      ("^b$", "ab\nbc", false), ("^$", "a\n\nb", true), ("a[x\\n]b", "a\nb", true),
    ] as [(String, String, Bool)])
  func searchByLine(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try Expression(pattern, wholeWords: false, byLine: true).matches(text) == expected)
  }

  @Test func wordsAreWholeUnlessAskedOtherwise() throws {
    let expression = try Expression("DROP|TRUNCATE TABLE", ignoringCase: true)
    #expect(expression.matches("please drop it"))
    #expect(expression.matches("Truncate Table x"))
    #expect(!expression.matches("airdrop"))
    #expect(!expression.matches("drops"))
    #expect(!expression.matches("dropé"))
    #expect(try Expression("drop", wholeWords: false).matches("airdrops"))
  }

  @Test(
    arguments: [
      ("(a", .unclosedGroup, 0), ("a)", .unopenedGroup, 1), ("[a", .unclosedSet, 0),
      ("", .empty, 0),
      ("a||b", .empty, 2), ("*a", .nothingToRepeat, 0), ("a**", .nothingToRepeat, 2),
      ("^*", .nothingToRepeat, 0), ("[b-a]", .badRange, 1), ("[[:nope:]]", .unknownClass, 1),
      ("a{3,2}", .badRepetition, 1), ("a{x}", .badRepetition, 1), ("(a)\\1", .unknownEscape, 3),
      ("a\\", .trailingBackslash, 1), ("a{9999}", .badRepetition, 1),
      ("((a{999}){999}){999}", .tooLarge, 0),
    ] as [(String, PatternError.Reason, Int)])
  func refuses(_ pattern: String, _ reason: PatternError.Reason, _ offset: Int) {
    #expect(throws: PatternError(reason: reason, offset: offset)) { try Expression(pattern) }
  }

  @Test func nestingIsBounded() {
    let pattern =
      String(repeating: "(", count: 10_000) + "a" + String(repeating: ")", count: 10_000)
    #expect(throws: PatternError.self) { try Expression(pattern) }
  }

  @Test func theLeftmostLongestMatchIsFound() throws {
    func match(_ pattern: String, _ text: String) throws -> Range<Int>? {
      try Expression(pattern, wholeWords: false).firstMatch(in: Array(text.utf8))
    }
    #expect(try match("b+", "aabbbab") == 2..<5)
    #expect(try match("a|ab|abc", "xabcd") == 1..<4)
    #expect(try match("(a|ab)(c|bcd)?", "abcd") == 0..<4)
    #expect(try match("x*", "aaa") == 0..<0)
    #expect(try match("bc|abcd", "abcd") == 0..<4)
    #expect(try match("z", "abc") == nil)
  }

  @Test func hardPatternsStayLinear() throws {
    let text = String(repeating: "a", count: 20_000) + "!"
    for pattern in ["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "(.*)(.*)(.*)x$", "^(a?){20}a{20}b"] {
      #expect(try !Expression(pattern, wholeWords: false).matches(text))
    }
  }
}

@Suite("Globs")
struct GlobTests {
  @Test(
    arguments: [
      ("x.py", "x.py", true), ("x.py", "a/b/x.py", true), ("x.py", "ax.py", false),
      ("/x.py", "a/x.py", false), ("/x.py", "x.py", true), ("*.py", "a/b.py", true),
      ("*.py", ".py", true), ("*.py", "a.pyc", false), ("a/*.py", "a/b.py", true),
      ("a/*.py", "a/b/c.py", false), ("a/*.py", "x/a/b.py", false), ("a", "a/b/c", true),
      ("a/", "a/b", true), ("a/", "a", false), ("a/", "x/a/b", true), ("a/b/", "a/b/c", true),
      ("**/a", "a", true), ("**/a", "x/y/a", true), ("a/**", "a/b/c", true), ("a/**", "a", false),
      ("a/**/b", "a/b", true), ("a/**/b", "a/x/y/b", true), ("a/**/b", "ab", false),
      ("a**b", "axxb", true), ("a**b", "ax/xb", false), ("?.py", "a.py", true),
      ("?.py", "/.py", false),
      ("[a-c].py", "b.py", true), ("[!a-c].py", "b.py", false), ("[!a].py", "x/b.py", true),
      ("a[/]b", "a/b", nil), ("\\*.py", "*.py", true), ("\\*.py", "a.py", false),
      ("*", ".hidden", true),
      ("migrations/versions/*.py", "migrations/versions/1_a.py", true), ("é?", "éa", true),
      ("[a", "a", nil), ("", "a", nil), ("/", "a", nil), ("a\\", "a", nil),
    ] as [(String, String, Bool?)])
  func matching(_ pattern: String, _ path: String, _ expected: Bool?) {
    #expect((try? Glob(pattern).matches(path)) == expected)
  }

  @Test func caseMayBeIgnored() throws {
    #expect(try Glob("Tools/*.PS1", ignoringCase: true).matches("tools/Run.ps1"))
    #expect(try !Glob("Tools/*.PS1").matches("tools/Run.ps1"))
  }

  /// A glob of letters only is matched without an automaton; one whose first letter is a set of it is not.
  @Test(arguments: [false, true])
  func lettersMatchAsPatternsDo(ignoringCase: Bool) throws {
    var random = SeededRandom(ignoringCase ? 41 : 40)
    for _ in 0..<3000 {
      let letters = (0...random.below(5)).map { _ in random.pick(Array("aab./")) }
      let path = (0...random.below(8)).map { _ in random.pick(Array("aabA./")) }
      guard let first = letters.firstIndex(where: { $0 != "/" }) else { continue }
      let plain = String(letters)
      let spelled =
        String(letters[..<first]) + "[\(letters[first])]" + String(letters[(first + 1)...])
      #expect(
        try Glob(plain, ignoringCase: ignoringCase).matches(String(path))
          == Glob(spelled, ignoringCase: ignoringCase).matches(String(path)),
        "\(plain) \(String(path))")
    }
  }

  @Test func manyStarsStayLinear() throws {
    let pattern = String(repeating: "*a", count: 50) + "b"
    #expect(try !Glob(pattern).matches(String(repeating: "a", count: 5_000)))
  }
}
