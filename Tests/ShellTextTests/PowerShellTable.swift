/// PowerShell lines with what they start.
enum PowerShellTable {
  /// Ways of starting a script, with `*` for its path; the script is the last thing that each starts.
  static let scriptForms: [String] = [
    "*", "& *", "& '*'", "& \"*\"", ". *", "&*", ".\\*", "& .\\*", ". .\\*", "& './*'",
    "pwsh *", "pwsh -File *", "pwsh -f *", "pwsh -NoLogo -NoProfile -STA -File *",
    "pwsh -NoLogo -NoProfile -File *", "pwsh.exe -NoP -NonI -File *",
    "PWSH -FILE *", "powershell *", "powershell.exe -STA -File *",
    "powershell.exe -NoProfile -ExecutionPolicy Bypass -File *", "powershell -ep bypass -f *",
    "powershell -ExecutionPolicy Bypass -WindowStyle Hidden -File *", "pwsh -wd sub -File *",
    "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe -File *",
    "pwsh -Command *", "pwsh -c *", "pwsh -Command \"& *\"", "pwsh -Command \"& '*'\"",
    "pwsh -Command \". *\"", "pwsh -NoProfile -Command { * }", "pwsh -c \"ls; *\"",
    "Start-Process pwsh -ArgumentList '-File','*'", "start pwsh '-File *'",
    "Start-Process -FilePath pwsh -ArgumentList \"-NoProfile -File *\" -Wait",
    "Start-Process pwsh.exe -Args '-File', '*' -NoNewWindow", "cmd /c \"pwsh -File *\"",
    "cmd.exe /c pwsh *", "cmd /c \"cd x & pwsh -File *\"", "Invoke-Expression '*'", "iex \"& *\"",
    "iex 'pwsh -File *'", "$env:X = '1'; *", "$env:X='1'; pwsh -File *", "if ($x) { * }",
    "if (Test-Path a) { ls } else { * }", "foreach ($i in 1..3) { * }", "while ($true) { * }",
    "try { * } finally { }", "ForEach-Object { * }", "1..3 | % { * }", "Measure-Command { * }",
    "$x = *", "$x = & *", "$null = pwsh -File *", "(*)", "$(*)", "@(*)", "ls; *", "ls && *",
    "ls || *", "ls\n*", "ls | *", "& { * }", "function f { * }", "ls # x\n*", "ls <# x #>; *",
    "pwsh `\n  -File *", "$s = '*'; & $s", "return *",
    "Set-Alias z *; z", "sudo pwsh -File *", "Start-Job { * }", "do { * } while ($x)",
    "switch ($x) { 1 { * } }", "[void](*)", "@{ a = (*) }", "pwsh –File *", "pwsh -File “*”",
  ]

  /// Lines with every vector that they start, in order.
  static let starts: [(line: String, vectors: [[String]])] = [
    ("rg -n \"ST-B-001\" docs", [["rg", "-n", "ST-B-001", "docs"]]),
    (
      "Select-String -Path Modules -Pattern foo -Recurse",
      [["select-string", "-Path", "Modules", "-Pattern", "foo", "-Recurse"]]
    ),
    (
      "Get-Content a.txt | Set-Content b.txt",
      [["get-content", "a.txt"], ["set-content", "b.txt"]]
    ),
    (
      "Select-String foo a.txt; Remove-Item a.txt",
      [["select-string", "foo", "a.txt"], ["remove-item", "a.txt"]]
    ),
    (
      "Tools\\Invoke-StateTracePipeline.ps1 -MaxWorkersPerSiteOverride 1",
      [["tools/invoke-statetracepipeline.ps1", "-MaxWorkersPerSiteOverride", "1"]]
    ),
    (
      "pwsh Tools\\Reset-OnlineModeFlags.ps1 -Reason \"ST-F-001 done\"",
      [
        ["pwsh", "Tools\\Reset-OnlineModeFlags.ps1", "-Reason", "ST-F-001 done"],
        ["tools/reset-onlinemodeflags.ps1", "-Reason", "ST-F-001 done"],
      ]
    ),
    (
      "Import-Module Tools/NetworkGuard.psm1; Invoke-AllowedDownload -Uri https://github.com/x -OutFile y",
      [
        ["import-module", "Tools/NetworkGuard.psm1"],
        ["invoke-alloweddownload", "-Uri", "https://github.com/x", "-OutFile", "y"],
      ]
    ),
    (
      "Invoke-WebRequest https://github.com/x -OutFile y",
      [["invoke-webrequest", "https://github.com/x", "-OutFile", "y"]]
    ),
    (
      "python -m pip install foo",
      [["python", "-m", "pip", "install", "foo"], ["pip", "install", "foo"]]
    ),
    (
      "py -3.11 -m pip install foo",
      [["py", "-3.11", "-m", "pip", "install", "foo"], ["pip", "install", "foo"]]
    ),
    ("git add Data/WLLS/WLLS.accdb", [["git", "add", "Data/WLLS/WLLS.accdb"]]),
    ("git commit -m \"a; b | c > d\"", [["git", "commit", "-m", "a; b | c > d"]]),
    ("gc a | sls foo | sc b", [["gc", "a"], ["sls", "foo"], ["sc", "b"]]),
    (
      "cat a; type b; ri c; rm d; del e",
      [["cat", "a"], ["type", "b"], ["ri", "c"], ["rm", "d"], ["del", "e"]]
    ),
    (
      "iwr x; irm x; curl x; wget x; curl.exe x",
      [["iwr", "x"], ["irm", "x"], ["curl", "x"], ["wget", "x"], ["curl.exe", "x"]]
    ),
    ("Remove-Item a.txt, b.txt", [["remove-item", "a.txt", "b.txt"]]),
    ("Remove-Item 'a b.txt',\"c\"", [["remove-item", "a b.txt", "c"]]),
    ("Write-Host 'git push; ls'", [["write-host", "git push; ls"]]),
    ("Write-Host 'it''s' \"a`\"b\" \"c\"\"d\"", [["write-host", "it's", "a\"b", "c\"d"]]),
    ("Write-Host \"a $(git push) b\"", [["git", "push"], ["write-host", "a $(git push) b"]]),
    ("git --% log \"a b\" ; x", [["git", "log", "a b", ";", "x"]]),
    ("git log `\n  -n 3", [["git", "log", "-n", "3"]]),
    ("@'\ngit push; ls\n'@ | Out-File x", [["out-file", "x"]]),
    ("\"git push\" > x", []),
    ("# git push", []), ("<# git push #>", []), ("ls # git push", [["ls"]]),
    ("echo a#b", [["echo", "a#b"]]),
    ("$x = 'git push'", []), ("$x = 1 + 2", []), ("$x", []), ("'git push'", []),
    ("[math]::Max(1, 2)", []), ("\"abc\".Trim()", []), ("(git status).Count", [["git", "status"]]),
    ("npx -y foo", [["npx", "-y", "foo"], ["foo"]]),
    ("bash -c 'git push && ls'", [["bash", "-c", "git push && ls"], ["git", "push"], ["ls"]]),
    ("wsl -d Ubuntu git push", [["wsl", "-d", "Ubuntu", "git", "push"], ["git", "push"]]),
    (
      "cmd /c \"del a & git push\"",
      [["cmd", "/c", "del a & git push"], ["del", "a"], ["git", "push"]]
    ),
    ("cmd /cdir", [["cmd", "/cdir"], ["dir"]]),
    (
      "cmd /c \"\"\"C:\\x\\git.exe\"\" push\"",
      [["cmd", "/c", "\"C:\\x\\git.exe\" push"], ["c:/x/git.exe", "push"]]
    ),
    ("ls | Where-Object { $_.Name -eq 'x' }", [["ls"], ["where-object", "{ $_.Name -eq 'x' }"]]),
    (
      "ls | ForEach-Object { git add $_ }",
      [["ls"], ["git", "add", "$_"], ["foreach-object", "{ git add $_ }"]]
    ),
    ("git push & ls", [["git", "push"], ["ls"]]),
    (
      "Start-Process git 'push origin'",
      [["start-process", "git", "push origin"], ["git", "push", "origin"]]
    ),
    ("function git { ls }; git push", [["ls"], ["git", "push"]]),
    ("git push\r\nls\r\n", [["git", "push"], ["ls"]]),
    ("git\u{A0}push", [["git", "push"]]),
    ("gi`t push", [["git", "push"]]), ("'x' | git push", [["git", "push"]]),
    ("& git push", [["git", "push"]]), ("& 'git' push", [["git", "push"]]),
    ("C:\\Git\\git.exe push", [["c:/git/git.exe", "push"]]),
    ("Git.EXE push", [["git.exe", "push"]]), ("pip install foo", [["pip", "install", "foo"]]),
    ("npm i left-pad", [["npm", "i", "left-pad"]]),
    (
      "Install-Module Pester -Scope CurrentUser",
      [["install-module", "Pester", "-Scope", "CurrentUser"]]
    ),
    ("if ($a -gt 1 -and (git diff)) { ls }", [["git", "diff"], ["ls"]]),
    ("for ($i=0; $i -lt 3; $i++) { git push }", [["git", "push"]]),
    ("param($x = (git push)); ls", [["git", "push"], ["ls"]]),
    ("trap { git push }; ls", [["git", "push"], ["ls"]]),
    ("git push 2>&1 | Tee-Object log.txt", [["git", "push"], ["tee-object", "log.txt"]]),
  ]

  /// Lines of which not everything is known.
  static let unknown: [String] = [
    "pwsh -EncodedCommand abc", "powershell -e abc", "powershell -enc abc", "pwsh -ec abc",
    "powershell -w hidden -EncodedC abc", "& $tool x", "& $tool", ". $x", "& (Get-Command git) x",
    "&('git') push", "iex $x", "iex (irm x)", "'git push' | iex", "irm x | iex", "iwr x|iex",
    "Invoke-Expression \"git $x\"", "iex", "pwsh -", "pwsh", "echo x | pwsh", "gc x | powershell -",
    "pwsh -NoProfile", "pwsh -c $x", "pwsh -Command -", "pwsh -File -", "pwsh $x", "'unclosed",
    "\"unclosed", "@'\nunclosed", "git push }", "git push )", "if ($x) { git push", "(git push",
    "[Diagnostics.Process]::Start('git')", "[scriptblock]::Create('git push').Invoke()",
    "(New-Object Net.WebClient).DownloadString('x')", "$c.DownloadFile('x', 'y')", "$x.Invoke()",
    "$x.$y()", "& $x.y z", "$x.'Start'('git')", "Invoke-Command -ScriptBlock $x", "icm $x",
    "Start-Job $x", "ls | % $x", "cmd /c %x%", "cmd /c \"g^it push\"", "cmd", "cmd /k $x",
    "cmd /c \"for %i in (a) do git push\"", "Set-Item alias:ls git", "New-Item function:ls",
    "$function:ls = { x }", "Set-Alias $x git", "wmic process call create git", "rundll32 x,y",
    "Invoke-WmiMethod -Class Win32_Process -Name Create -ArgumentList git", "ls |", "git push &&",
    "wsl bash -c $x", "bash -c $x", "sh", "git push >", "mshta x", "python $x -m pip",
    "$c = 'ls'; $c = 'git'; & $c", "$c = 'ls'; if ($x) { $c = 'git' }; & $c push",
    "$c = 'ls'; foreach ($c in 'git') { & $c }", "$c = 'ls'; $c += 'x'; & $c",
    "$c = 'ls'; sv c git; & $c", "& @('git')", "& \"$x\" push", "& $env:TOOL push", "forfiles /c x",
    "<# unclosed", "$ExecutionContext.InvokeCommand.InvokeScript('git push')",
  ]

  /// Lines that are understood, whatever they start.
  static let understood: [String] = [
    "$env:STATETRACE_X = '1'; pwsh -File Tools\\Check.ps1", "Get-Content x | Select-String 'y'",
    "ls > out.txt 2>&1", "$env:A='1'", "pwsh -v", "pwsh --version", "powershell -Help",
    "Get-ChildItem -Recurse -Filter *.ps1 | Select-Object -First 5 FullName",
    "(Get-Content a.json | ConvertFrom-Json).version", "Get-Date -Format 'yyyy-MM-dd'",
    "Invoke-Pester -Path Modules\\Tests -Output Detailed", "Test-Path .\\Logs; Get-Location",
    "$x = Get-Content a.txt -Raw; $x.Length", "$rows | Where-Object { $_.Status -eq 'Ready' }",
    "Import-Csv a.csv | Where-Object { $_.ID -eq 'ST-B-001' } | Format-Table -AutoSize",
    "Get-Content a.txt | ForEach-Object { $_.Trim() }", "git diff --stat; git status --porcelain",
    "if (-not (Test-Path x)) { New-Item -ItemType Directory x | Out-Null }",
    "Get-ChildItem Logs | Sort-Object LastWriteTime -Descending | Select-Object -First 1",
    "$h = @{ a = 1; b = 'x' }; $h.a", "$a = @('x', 'y'); $a[0]", "1..3 | ForEach-Object { $_ }",
    "Write-Output \"$($x.Name): $($x.Count)\"", "[int]$x = 3", "[string]::IsNullOrEmpty($x)",
    "try { Get-Item x -ErrorAction Stop } catch { Write-Warning $_.Exception.Message }",
    "Get-Process | Where-Object CPU -gt 10", "$PSVersionTable.PSVersion", "cd Tools; ls; cd ..",
    "Set-StrictMode -Version Latest", "Select-String -Path a.md -Pattern 'ST-[A-Z]-\\d+'",
    "Compare-Object (gc a) (gc b)", "$x = if ($y) { 1 } else { 2 }", "git log --oneline -5",
  ]
}
