import ShellText
import Testing

@Suite("What a vector of words starts, which no shell has read")
struct VectorReadingTests {
  func reading(_ words: String...) -> Reading {
    ShellLine.reading(vector: words.map { Array($0.utf8) })
  }

  func last(_ words: String...) -> [String] {
    guard let vector = ShellLine.reading(vector: words.map { Array($0.utf8) }).vectors.last else {
      return []
    }
    return [vector.program.written.string] + vector.arguments.map(\.written.string)
  }

  @Test func wordsAreTakenAsTheyAre() {
    for word in [
      "$x", "$(ls)", "`ls`", "a b", "'", "\"", "*", "{a,b}", "~", "a;ls", "&&", "|", ">out", "#",
      "\n", "", "a=b", "\\",
    ] {
      let reading = reading("run", word)
      #expect(reading.isUnderstood)
      #expect(reading.vectors.map { $0.arguments.map(\.text) } == [[Spelling(word)]])
      #expect(reading.accesses.isEmpty)
    }
    #expect(reading("A=1", "run").vectors.map(\.name) == ["A=1"])
    #expect(reading("{alembic,upgrade}").vectors.first?.name == "{alembic,upgrade}")
  }

  @Test func builtinsAndKeywordsMeanNothing() {
    #expect(last("eval", "run x") == ["eval", "run x"])
    #expect(last("if", "run") == ["if", "run"])
    #expect(last("cd", "sub") == ["cd", "sub"])
    #expect(reading("cd", "$x").isUnderstood)
    #expect(reading("export", "PAGER=run").vectors.count == 1)
  }

  @Test func whatItStartsIsFollowed() {
    #expect(last("sh", "-c", "cd a && run $0", "x") == ["run", "x"])
    #expect(last("env", "-u", "X", "A=1", "nice", "run", "x y") == ["run", "x y"])
    #expect(last("sudo", "-u", "me", "--", "run") == ["run"])
    #expect(last("xargs", "-n1", "run", "x").prefix(2) == ["run", "x"])
    #expect(last("find", ".", "-exec", "run", "{}", ";") == ["run", "{}"])
    #expect(last("timeout", "5", "bash", "-lc", "run") == ["run"])
    #expect(last("/usr/bin/command", "run") == ["run"])
    #expect(last("python3", "-m", "run", "up") == ["run", "up"])
    #expect(last("git", "-c", "alias.x=!run y", "x") == ["run", "y"])
    #expect(reading("env", "-C", "sub", "run").vectors.last?.directory.path == "sub")
    #expect(reading("python3", "-c", "import run").inlineCode.map(\.text) == ["import run"])
    #expect(reading("bash", "-e", "x.sh").scripts.map(\.path.text) == ["x.sh"])
    #expect(reading("./x.sh", "y").scripts.map(\.path.text) == ["./x.sh"])
  }

  @Test func whatItReadsFromElsewhereIsUnknown() {
    #expect(!reading("sh").isUnderstood)
    #expect(!reading("bash", "-s").isUnderstood)
    #expect(!reading("sh", "-c", "$RUN").isUnderstood)
    #expect(!reading("sudo", "--nosuch", "run").isUnderstood)
    #expect(reading("sh", "-c", "$x run").mentions("run"))
  }

  @Test func oddVectors() {
    #expect(ShellLine.reading(vector: []).vectors.isEmpty)
    #expect(ShellLine.reading(vector: [[]]).isUnderstood)
    #expect(!reading("run", String(repeating: "x", count: 200_000)).isUnderstood)
    #expect(reading("run", String(repeating: "x", count: 199_000)).isUnderstood)
    let many = [[UInt8]](repeating: Array("-v".utf8), count: 60_000)
    for program in ["python", "perl", "sudo", "env", "git", "docker", "xargs", "npm", "nosuch"] {
      _ = ShellLine.reading(vector: [Array(program.utf8)] + many)
    }
  }
}
