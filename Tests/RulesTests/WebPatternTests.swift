import JSONText
import Rules
import Testing

/// Patterns of JSON Schemas, which are the expressions of ECMA-262.
@Suite struct WebPatternTests {
  private func schema(_ pattern: String) throws -> Schema {
    let node: JSON = ["pattern": .text(pattern)]
    return try Schema(try Document(Bytes(node.written(indent: nil))).root)
  }

  private func matches(_ pattern: String, _ text: String) throws -> Bool {
    let value = JSON.text(text)
    return try schema(pattern).findings(
      in: Document(Bytes(value.written(indent: nil))).root
    ).isEmpty
  }

  @Test(
    arguments: [
      ("", ["", "x"], []),
      ("b", ["abc"], ["ac"]),
      ("^a(?:b|)c$", ["abc", "ac"], ["abbc", "xac"]),
      ("^a.c$", ["abc", "aäc", "a🐲c"], ["a\nc", "a\u{2028}c", "ac"]),
      (#"^\d+$"#, ["042"], ["٣", "x"]),
      (#"^\D$"#, ["٣", "x"], ["1"]),
      (#"^\w+$"#, ["aZ_9"], ["ä", "-"]),
      (#"^\W$"#, ["ä", "-"], ["a"]),
      (#"^\s$"#, [" ", "\t", "\u{A0}", "\u{2003}", "\u{FEFF}"], ["x", "\u{200B}"]),
      (#"^\S$"#, ["x"], [" ", "\u{A0}"]),
      (#"^[\d\-x]+$"#, ["1-x"], ["a"]),
      (#"^[^\d]$"#, ["a"], ["1"]),
      (#"^[\S\n]$"#, ["a", "\n"], [" "]),
      (#"^[a\]b]+$"#, ["a]b"], ["\\"]),
      ("^[]$", [], ["", "x"]),
      ("^[^]$", ["x", "\n"], [""]),
      (#"\bcat\b"#, ["a cat", "äcatä"], ["cats"]),
      (#"^a{2,3}?$"#, ["aa", "aaa"], ["a", "aaaa"]),
      (#"^a+?b*?c??$"#, ["a", "abc"], ["b"]),
      (#"^(?<year>\d{4})$"#, ["2026"], ["26"]),
      (#"^A\x41\u0041\u{1F432}$"#, ["AAA🐲"], ["AAA"]),
      (#"^\uD83D\uDC32$"#, ["🐲"], ["x"]),
      (#"^\t\n\r\v\f\0\cA$"#, ["\t\n\r\u{B}\u{C}\0\u{1}"], []),
      (#"^\p{Lu}\p{Letter}+$"#, ["Äpfel"], ["äpfel", "A1"]),
      (#"^\P{L}$"#, ["1"], ["a"]),
      (#"^[\p{L}\P{Nd}]$"#, ["a", "-"], ["1"]),
      (#"^\p{gc=Nd}\p{General_Category=Sc}$"#, ["٣€"], ["x€"]),
      (#"^\^\$\\\.\*\+\?\(\)\[\]\{\}\|\/$"#, [#"^$\.*+?()[]{}|/"#], []),
    ] as [(String, [String], [String])])
  func aPatternMeansWhatECMASays(pattern: String, yes: [String], no: [String]) throws {
    for text in yes { #expect(try matches(pattern, text), "\(pattern) \(text.debugDescription)") }
    for text in no { #expect(try !matches(pattern, text), "\(pattern) \(text.debugDescription)") }
  }

  @Test(
    arguments: [
      (#"(a)\1"#, "back"), (#"(?<n>a)\k<n>"#, "back"), ("(?=a)", "ahead"), ("(?!a)", "ahead"),
      ("(?<=a)b", "ahead"), ("(?<!a)b", "ahead"), ("(a", "unclosed"), ("a)", "parenthesis"),
      ("[a", "unclosed"), ("[z-a]", "range"), (#"[\d-z]"#, "range"), ("*a", "repeat"),
      ("a**", "repeat"), ("^*", "repeat"), ("a{2,1}", "repetition"), ("a{1001}", "repetition"),
      (#"\y"#, "escape"), (#"\xZ1"#, "escape"), (#"\u{110000}"#, "escape"), ("\\", "backslash"),
      (#"\p{Script=Greek}"#, "property"), (#"\pL"#, "escape"), (#"\01"#, "escape"),
      ("((((a{1000}){1000}){1000}){1000})", "large"),
    ] as [(String, String)])
  func aPatternThatCannotBeSaidIsRefused(pattern: String, word: String) throws {
    do {
      _ = try schema(pattern)
      Issue.record("\(pattern) is taken")
    } catch let fault as SchemaFault {
      #expect(fault.text.string.contains(word), "\(pattern): \(fault.text)")
    }
  }
}
