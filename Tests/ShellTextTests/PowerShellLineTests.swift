import Foundation
import ShellText
import Testing

private let casesDirectory = ProcessInfo.processInfo.environment["CONDUCTOR_CASES"]

@Suite("PowerShell lines")
struct PowerShellLineTests {
  func vectors(_ line: String) -> [[String]] {
    PowerShellLine.reading(line).vectors.map { vector in
      [vector.program.written.string] + vector.arguments.map(\.written.string)
    }
  }

  @Test(arguments: PowerShellTable.starts.indices)
  func starts(_ index: Int) {
    let sample = PowerShellTable.starts[index]
    #expect(vectors(sample.line) == sample.vectors, "\(sample.line)")
  }

  @Test(arguments: PowerShellTable.unknown)
  func isNotUnderstood(_ line: String) {
    #expect(!PowerShellLine.reading(line).isUnderstood)
  }

  @Test(arguments: PowerShellTable.understood + PowerShellTable.starts.map(\.line))
  func isUnderstood(_ line: String) {
    let reading = PowerShellLine.reading(line)
    #expect(reading.isUnderstood, "\(reading.unknowns)")
  }

  /// The script's path as a vector has it, with or without a leading `./`.
  func starts(_ script: String, _ line: String) -> Bool {
    PowerShellLine.reading(line).vectors.contains { vector in
      guard let program = vector.program.text?.string else { return false }
      return program == script || program == "./" + script
    }
  }

  @Test(arguments: PowerShellTable.scriptForms)
  func scriptsAreFoundInEveryForm(_ form: String) {
    for script in ["Tools\\Invoke-AllChecks.ps1", "tools/Test-HarnessSmoke.PS1"] {
      let name = script.replacingOccurrences(of: "\\", with: "/").lowercased()
      let line = form.replacingOccurrences(of: "*", with: script)
      #expect(starts(name, line), "\(line): \(vectors(line))")
      let reading = PowerShellLine.reading(line)
      #expect(reading.isUnderstood, "\(line): \(reading.unknowns)")
      #expect(!reading.scripts.isEmpty, "\(line)")
    }
  }

  @Test(.enabled(if: casesDirectory != nil, "CONDUCTOR_CASES"))
  func theScriptsOfARealRunbook() throws {
    let directory = try #require(casesDirectory)
    let list = try String(
      contentsOfFile: directory + "/statetrace-runbook-scripts.txt", encoding: .utf8)
    let scripts = list.split(whereSeparator: \.isNewline).map(String.init)
    #expect(scripts.count == 61)
    for script in scripts {
      for form in PowerShellTable.scriptForms {
        for spelled in [script, script.replacingOccurrences(of: "/", with: "\\").uppercased()] {
          let line = form.replacingOccurrences(of: "*", with: spelled)
          if spelled.hasSuffix(".PSM1") || spelled.hasSuffix(".psm1"), form.contains("pwsh") {
            continue
          }
          #expect(starts(script.lowercased(), line), "\(line)")
        }
      }
    }
  }

  @Test func settingsAndWrites() {
    let reading = PowerShellLine.reading("cd sub; $env:A = '1'; .\\x.ps1 > Out\\Log.txt")
    let last = reading.vectors.last
    #expect(last?.directory.path == "sub")
    #expect(last?.environment.map(\.name) == ["A"])
    #expect(last?.environment.first?.value.text == "1")
    #expect(reading.accesses.map(\.path.text) == ["out/log.txt"])
    #expect(last?.accesses == reading.accesses)
    #expect(reading.scripts.map(\.path.text) == ["./x.ps1"])
  }

  @Test(
    arguments: [
      ("ls > a", ["write a"]), ("ls >> a", ["append a"]), ("ls 2> a", ["write a"]),
      ("ls *> A\\B", ["write a/b"]), ("ls > $null", []), ("ls 2>&1", []), ("'x' > a", ["write a"]),
      ("ls > \"$x\\a\"", ["write $x/a"]), ("if ($x) { ls > a }", ["write a"]),
      ("pwsh -c \"ls > a\"", ["write a"]), ("cmd /c \"dir > a\"", ["write a"]),
      ("cmd /c \"dir > nul\"", []), ("bash -c 'ls > a'", ["write a"]),
      ("Start-Process x -RedirectStandardOutput a", ["write a"]), ("ls 3>> a", ["append a"]),
    ] as [(String, [String])])
  func redirections(_ line: String, _ expected: [String]) {
    let found = PowerShellLine.reading(line).accesses.map { "\($0.kind) \($0.path.written)" }
    #expect(found == expected)
  }

  @Test(
    arguments: [
      ("$env:A='1'; x", "A=1"), ("$Env:A = \"1\"; x", "A=1"), ("${env:A} = 1; x", "A=1"),
      ("Set-Item env:A 1; x", "A=1"), ("si -Path env:A -Value 1; x", "A=1"),
      ("New-Item env:\\A -Value 1; x", "A=1"), ("$env:A = $b; x", "A=$b"),
      ("if ($y) { $env:A='1' }; x", "A=1"), ("cmd /c \"set A=1& x\"", "A=1"),
      ("iex '$env:A=1'; x", "A=1"),
    ] as [(String, String)])
  func settings(_ line: String, _ expected: String) {
    let last = PowerShellLine.reading(line).vectors.last
    #expect(last?.environment.map { "\($0.name)=\($0.value.written)" } == [expected])
  }

  @Test(
    arguments: [
      ("cd a; x", "a"), ("Set-Location -Path a\\b; x", "a/b"), ("Push-Location a; x", "a"),
      ("cd $y; x", nil), ("Pop-Location; x", nil), ("if ($y) { cd a }; x", nil),
      ("sl a; & { cd b }; x", nil), ("pwsh -c \"cd a; x\"", "a"), ("pwsh -wd a -c x", "a"),
      ("x; cd a", ""),
    ] as [(String, String?)])
  func directories(_ line: String, _ expected: String?) {
    let vector = PowerShellLine.reading(line).vectors.last { $0.name == "x" }
    #expect(vector?.directory.path == expected.map { Spelling($0) })
  }

  @Test func otherShellsStartIt() {
    func last(_ line: String) -> [String] {
      let vector = ShellLine.reading(line).vectors.last
      return vector.map { [$0.program.written.string] + $0.arguments.map(\.written.string) } ?? []
    }
    #expect(last("pwsh -NoProfile -c 'git push; Remove-Item x'") == ["remove-item", "x"])
    #expect(last("sudo powershell.exe -File Tools/X.ps1 a") == ["tools/x.ps1", "a"])
    #expect(last("cmd.exe /c 'del a & git push'") == ["git", "push"])
    #expect(!ShellLine.reading("pwsh -enc abc").isUnderstood)
    #expect(!ShellLine.reading("echo x | pwsh -").isUnderstood)
    #expect(ShellLine.reading("pwsh -c 'alembic $x'").vectors.last?.name == "alembic")
  }

  @Test func pipesAreMarked() {
    func piped(_ line: String) -> [Bool] { PowerShellLine.reading(line).vectors.map(\.isPiped) }
    #expect(piped("a | b | c; d") == [true, true, true, false])
    #expect(piped("a; b && c || d") == [false, false, false, false])
    #expect(piped("'x' | b") == [true])
    #expect(piped("a | pwsh -c b") == [true, true, true])
  }

  @Test func vectorsAreReadWithoutSigns() {
    func last(_ words: String...) -> [String] {
      let reading = PowerShellLine.reading(vector: words.map { Array($0.utf8) })
      return reading.vectors.last.map {
        [$0.program.written.string] + $0.arguments.map(\.written.string)
      }
        ?? []
    }
    #expect(last("Git.exe", "push", "a;b", "$x") == ["git.exe", "push", "a;b", "$x"])
    #expect(last("pwsh", "-File", "Tools\\X.ps1", "a b") == ["tools/x.ps1", "a b"])
    #expect(last("pwsh", "-Command", "git push; ls") == ["ls"])
    #expect(last("cmd", "/c", "del a & git push") == ["git", "push"])
    #expect(PowerShellLine.reading(vector: []).vectors.isEmpty)
  }
}
