import Conducting
import Testing

@testable import conductor

@Suite struct CommandTableTests {
  private let table = CommandTable.standard

  @Test func holdsEveryCommandOnce() {
    #expect(
      table.commands.map(\.name.rawValue).sorted() == CommandName.allCases.map(\.rawValue).sorted())
  }

  @Test func everyFirstOfTwoWordsIsAFamily() {
    let needed = Set(
      table.commands.filter { $0.name.words.count > 1 }.compactMap(\.name.words.first))
    #expect(Set(table.families.map(\.word)) == needed)
    #expect(table.commands.allSatisfy { $0.name.words.count < 3 })
    for family in table.families { #expect(table.find([family.word]) == nil) }
  }

  @Test func aFlagMeansOneTypeEverywhere() {
    var kinds: [String: Bool] = [:]
    for flag in table.commands.flatMap(\.flags) + table.globalFlags {
      let known = kinds[flag.word]
      #expect(known == nil || known == flag.takesValue, "\(flag.word)")
      kinds[flag.word] = flag.takesValue
    }
    for command in table.commands {
      let words = table.flags(of: command).map(\.word)
      #expect(Set(words).count == words.count, "\(command.spelling)")
    }
  }

  @Test func namesAreWhatShellsAndPeopleExpect() {
    for flag in table.commands.flatMap(\.flags) + table.globalFlags {
      #expect(flag.word.utf8.allSatisfy { (97...122).contains($0) || $0 == 45 }, "\(flag.word)")
      #expect(flag.valueName?.utf8.allSatisfy { (65...90).contains($0) } ?? true)
    }
    for word in table.commands.flatMap(\.name.words) {
      #expect(word.utf8.allSatisfy { (97...122).contains($0) })
    }
  }

  @Test func everyTextIsASentence() {
    var sentences: [String] = []
    for command in table.commands {
      sentences.append(command.summary)
      sentences += command.description
      sentences += command.flags.map(\.explanation)
      sentences += command.positionals.map(\.summary)
      sentences += command.examples.map(\.meaning)
      sentences += table.endings(of: command).map(\.meaning)
    }
    sentences += table.globalFlags.map(\.explanation) + table.families.map(\.summary)
    sentences += table.environment.map(\.meaning) + HelpTopic.allCases.map(\.summary)
    sentences += ExitCode.allCases.map(\.meaning)
    for sentence in sentences {
      let isVersion = sentence.hasSuffix("conductor 1.0.0")
      #expect(sentence.hasSuffix(".") || isVersion, "\(sentence)")
      #expect(sentence.first?.isUppercase ?? false, "\(sentence)")
      #expect(!sentence.contains("  ") && sentence.utf8.allSatisfy { (0x20...0x7e).contains($0) })
      #expect(sentence.split(separator: "`", omittingEmptySubsequences: false).count % 2 == 1)
    }
    for flag in table.commands.flatMap(\.flags) {
      #expect(!(flag.fallback?.hasSuffix(".") ?? false))
    }
  }

  @Test func everyExampleIsUnderstood() throws {
    for command in table.commands {
      #expect(!command.examples.isEmpty, "\(command.spelling)")
      for example in command.examples {
        // What stands before a redirection or a second command.
        let first = [" && ", " || ", " >"].reduce(example.line[...]) { line, mark in
          line.split(separator: mark).first ?? ""
        }
        let words = shellWords(String(first))
        #expect(words.first == "conductor")
        #expect(try Request.read(Array(words.dropFirst())).command == command.name)
      }
    }
  }

  @Test func everyMentionedCommandAndFlagExists() throws {
    for command in table.commands {
      var texts = [command.summary] + command.description
      texts += command.flags.map(\.explanation)
      texts += command.positionals.map(\.summary)
      texts += table.endings(of: command).map(\.meaning)
      for span in texts.flatMap(MarkedText.spans) where span.isLiteral {
        let words = span.text.split(separator: " ").map(String.init)
        if words.first == "conductor" {
          #expect(table.find(Array(words.dropFirst())) != nil, "\(span.text)")
        } else if span.text.hasPrefix("--") {
          let known = table.commands.flatMap(table.flags(of:)).map(\.spelling)
          #expect(known.contains(span.text), "\(span.text)")
        }
      }
    }
  }

  @Test func everyEndingIsToldOnceAndInOrder() {
    for command in table.commands {
      let codes = table.endings(of: command).map(\.code)
      #expect(codes == Set(codes).sorted(), "\(command.spelling)")
      #expect(codes.contains(.done) && codes.contains(.usage) != command.endsOnlySo)
    }
    // Coding agents know these two alone.
    #expect(table.find(.guardCall).map { table.endings(of: $0).map(\.code) } == [.done, .refused])
    #expect(
      ExitCode.allCases.map(\.rawValue)
        == [0, 1, 2, 3, 4, 5, 6, 64, 65, 66, 69, 70, 74, 75, 78, 126, 127])
  }

  @Test func literalTextIsToldFromProse() {
    let spans = MarkedText.spans(
      "Use `conductor next`, --dry-run, or not_before (in --root). A - b.")
    #expect(
      spans == [
        .init(text: "Use ", isLiteral: false), .init(text: "conductor next", isLiteral: true),
        .init(text: ", ", isLiteral: false), .init(text: "--dry-run", isLiteral: true),
        .init(text: ", or ", isLiteral: false), .init(text: "not_before", isLiteral: true),
        .init(text: " (in ", isLiteral: false), .init(text: "--root", isLiteral: true),
        .init(text: "). A - b.", isLiteral: false),
      ])
  }

  // The words of a line as a shell parts them, as far as examples need it: spaces and single quotes.
  private func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    for (index, part) in line.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
      if index % 2 == 1 {
        words.append(String(part))
      } else {
        words += part.split(separator: " ").map(String.init)
      }
    }
    return words
  }
}
