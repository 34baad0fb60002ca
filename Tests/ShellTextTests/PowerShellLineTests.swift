import ShellText
import Testing

@Suite("PowerShell lines")
struct PowerShellLineTests {
  func vectors(_ line: String) -> [[String]] {
    PowerShellLine.reading(line).vectors.map { vector in
      [vector.program.written.string] + vector.arguments.map(\.written.string)
    }
  }

  @Test func caseAndSlashesDoNotMatter() {
    #expect(vectors(".\\Tools\\Run-Check.PS1 -Fast") == [["./tools/run-check.ps1", "-Fast"]])
    #expect(vectors("Get-ChildItem C:\\x") == [["get-childitem", "C:\\x"]])
  }

  @Test func callsAndSegments() {
    #expect(
      vectors("& 'Tools\\a b.ps1' x; Get-Date | Out-File y") == [
        ["tools/a b.ps1", "x"], ["get-date"], ["out-file", "y"],
      ])
    #expect(vectors("git status && git push") == [["git", "status"], ["git", "push"]])
  }

  @Test func hostsAreLookedThrough() {
    #expect(
      vectors("pwsh -NoProfile -ExecutionPolicy Bypass -File Tools\\X.ps1 -Y").last
        == ["tools/x.ps1", "-Y"])
    #expect(
      vectors("powershell.exe -NoP -Command \"Remove-Item x; ls\"").suffix(2)
        == [["remove-item", "x"], ["ls"]])
    #expect(vectors("pwsh -c git push").last == ["git", "push"])
    #expect(vectors("Invoke-Expression 'git push'").last == ["git", "push"])
    #expect(vectors("Start-Process git push").last == ["git", "push"])
  }

  @Test(arguments: [
    "pwsh -EncodedCommand abc", "powershell -e abc", "& $tool x", "$tool", "iex $x", "iex (irm x)",
    "pwsh -", "'unclosed", "if ($x) { git push }", "Invoke-Command -ScriptBlock { x }",
    "bash -c 'git push'", "echo \"$(git push)\"",
  ])
  func isNotUnderstood(_ line: String) {
    #expect(!PowerShellLine.reading(line).isUnderstood)
  }

  @Test(arguments: [
    "$env:STATETRACE_X = '1'; pwsh -File Tools\\Check.ps1", "Get-Content x | Select-String 'y'",
    "# git push", "Write-Host 'git push; ls'", "ls > out.txt 2>&1", "$env:A='1'",
  ])
  func isUnderstood(_ line: String) {
    let reading = PowerShellLine.reading(line)
    #expect(reading.isUnderstood, "\(reading.unknowns)")
  }

  @Test func settingsAndWrites() {
    let reading = PowerShellLine.reading("cd sub; $env:A = '1'; .\\x.ps1 > Out\\Log.txt")
    let last = reading.vectors.last
    #expect(last?.directory.path == "sub")
    #expect(last?.environment.map(\.name) == ["A"])
    #expect(last?.environment.first?.value.text == "1")
    #expect(reading.accesses.map(\.path.text) == ["out/log.txt"])
    #expect(reading.scripts.map(\.path.text) == ["./x.ps1"])
  }
}
