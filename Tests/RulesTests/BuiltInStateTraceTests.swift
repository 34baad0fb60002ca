import JSONText
import Rules
import Testing

/// What the autonomy levels say of commands, diffs and responses.
@Suite("Autonomy levels")
struct BuiltInStateTraceTests {
  /// The line, and the least level in the words of the judged cases.
  static let commands: [(line: String, least: String)] = [
    ("rg foo", "L0"), ("rg -o -S foo", "L0"), ("$x = Get-Content a.txt", "L0"),
    ("Get-Content a.txt | ForEach-Object { $_ }", "L1"), ("\"x\" | Set-Content a.txt", "L1"),
    ("$x = Tools\\Invoke-StateTracePipeline.ps1", "L2"), ("git add -f Logs\\x.json", "DENY"),
    ("foreach ($f in Get-ChildItem) { Remove-Item $f }", "DENY"),
    ("Tools\\Invoke-AllChecks.ps1 -Path $p", "L1"),
    ("Tools\\Sanitize-PostmortemLogs.ps1 -Path x", "L1"),
    ("rg -n \"x y\" Modules | Select-String bar", "L0"),
    ("Get-Content Modules\\A.psm1", "L0"), ("get-content a.txt -TotalCount 5", "L0"),
    ("rg foo; Get-Content a.txt", "L0"), ("pwsh -NoProfile -Command \"Get-Content a.txt\"", "L0"),
    ("Select-String -Pattern x -Path a.txt", "L0"),
    ("rg x > out.txt", "L1"), ("Get-Content a.txt >> b.txt", "L1"),
    ("rg x | Out-File y.txt", "L1"), ("Get-Content a | Set-Content b", "L1"),
    ("rg x | Tee-Object y.txt", "L1"), ("Get-ChildItem Modules", "L1"),
    ("Get-Content a.csv | ConvertFrom-Csv | Select-Object -First 3", "L1"),
    ("git status", "L1"), ("git diff --stat", "L1"), ("git add Modules\\ParserWorker.psm1", "L1"),
    ("git commit -m \"ST-B-002: tidy\"", "L1"), ("git add Data/Samples/switch.log", "L1"),
    ("git add Tests\\Fixtures\\a\\b.clixml", "L1"), ("Invoke-Pester Modules/Tests", "L1"),
    ("pwsh -NoProfile -Command \"Invoke-Pester Modules\\Tests\"", "L1"),
    ("Set-Content docs/plans/PlanB.md x", "L1"),
    ("Import-Module .\\Modules\\ParserWorker.psm1", "L1"),
    ("TOOLS\\INVOKE-ALLCHECKS.PS1", "L1"), ("pwsh -STA -File tools/invoke-allchecks.ps1", "L1"),
    ("& .\\Tools\\Invoke-AllChecks.ps1 -SkipTests", "L1"),
    ("Set-Location Tools; .\\Invoke-AllChecks.ps1", "L1"),
    ("pwsh Tools\\Invoke-AllChecks.ps1; git status", "L1"),
    ("Tools\\Invoke-RoutingValidationRun.ps1 -Mode Offline", "L1"),
    ("Tools\\Foo.ps1", "DENY"), ("pwsh -File Tools/Foo.ps1", "DENY"),
    ("Scripts\\Invoke-AllChecks.ps1", "DENY"),
    ("..\\Tools\\Invoke-AllChecks.ps1", "DENY"), ("C:\\Temp\\Tools\\Invoke-AllChecks.ps1", "DENY"),
    ("pwsh tools\\INVOKE-STATETRACEPIPELINE.PS1", "L2"),
    ("pwsh -NoLogo -STA -File ./Tools/Invoke-StateTracePipeline.ps1 -SkipTests", "L2"),
    ("Tools/Invoke-WarmRunRegression.ps1", "L2"),
    ("& Tools\\Invoke-WarmRunTelemetry.ps1 -VerboseParsing", "L2"),
    ("Tools\\Maintain-AccessDatabases.ps1", "L2"),
    ("Tools\\Repair-AccessDatabase.ps1 -Path x", "L2"),
    ("Tools\\Test-DatabaseConsistency.ps1", "L2"),
    ("Tools\\Invoke-AllChecks.ps1 -ThreadCeilingOverride 4", "L2"),
    ("Tools\\Invoke-AllChecks.ps1 -JobsPerThreadOverride:1", "L2"),
    ("Tools\\Invoke-AllChecks.ps1 -skipofflinepreflight", "L3"),
    ("Tools\\Invoke-RoutingValidationRun.ps1 -Mode:Online", "L3"),
    ("Tools\\Invoke-RoutingValidationRun.ps1 -mode 'online'", "L3"),
    ("Tools\\Bootstrap-DevSeat.ps1", "L3"), ("Import-Module Tools/NetworkGuard.psm1", "L3"),
    (
      "Import-Module .\\Tools\\NetworkGuard.psm1; Invoke-AllowedDownload -Uri https://github.com/x/y -OutFile z",
      "L3"
    ),
    ("Invoke-AllowedDownload -Uri https://objects.githubusercontent.com/a -OutFile z", "L3"),
    ("Invoke-AllowedDownload -Uri https://evilgithub.com/x -OutFile z", "DENY"),
    ("Invoke-AllowedDownload -Uri https://github.com.evil.org/x -OutFile z", "DENY"),
    ("Invoke-AllowedDownload -Uri $uri -OutFile z", "DENY"),
    ("Tools\\Schedule-DailyRollupTask.ps1", "L1+approval"),
    ("pwsh -File Tools/Schedule-VerificationTask.ps1 -TaskName Nightly", "L1+approval"),
    ("Remove-Item a.txt", "L1+deny"), ("rm -Recurse Logs", "L1+deny"),
    ("rg x; del a.txt", "L1+deny"),
    ("Get-ChildItem *.tmp | Remove-Item", "L1+deny"),
    ("curl.exe https://x.org", "DENY"), ("curl https://github.com/x", "DENY"),
    ("iwr https://x.org", "DENY"),
    ("Invoke-RestMethod https://github.com/x", "DENY"), ("wget https://x.org", "DENY"),
    ("pwsh -Command \"Invoke-WebRequest https://github.com/x -OutFile y\"", "DENY"),
    ("Start-BitsTransfer https://x.org", "DENY"), ("winget install x", "DENY"),
    ("choco install x", "DENY"),
    ("npm i left-pad", "DENY"), ("npm install", "DENY"), ("pip3 install x", "DENY"),
    ("pip.exe install x", "DENY"), ("python -m pip install x", "DENY"),
    ("py -m pip install x", "DENY"),
    ("Install-Module Pester -Scope CurrentUser", "DENY"), ("Install-Package x", "DENY"),
    ("Update-Module x", "DENY"), ("dotnet tool install x", "DENY"),
    ("git add Data\\WLLS\\WLLS.accdb", "DENY"), ("git add Data/x.MDB", "DENY"),
    ("git add Data/x.laccdb", "DENY"),
    ("git add Logs/IngestionMetrics/x.json", "DENY"), ("git add run.log", "DENY"),
    ("git add Data/Samples/a.log other.log", "DENY"),
    ("git commit -m x Data/WLLS/WLLS.accdb", "DENY"),
    ("git add -A", "DENY"), ("git add Data", "DENY"), ("git add Data\\Samples", "L1"),
    ("git add .", "DENY"), ("git commit -am \"x\"", "DENY"),
    ("git push origin main", "DENY"), ("git clone https://github.com/x/y", "DENY"),
    ("Start-Process notepad", "DENY"), ("cmd /c del x", "DENY"), ("python x.py", "DENY"),
    ("make test", "DENY"),
    ("setx STATETRACE_AGENT_ALLOW_NET 1", "DENY"),
    ("Set-Item env:STATETRACE_AGENT_ALLOW_NET 1", "DENY"),
    ("$env:STATETRACE_AGENT_ALLOW_NET = '1'; rg x", "DENY"),
    ("$env:STATETRACE_AGENT_ALLOW_NET=\"1\"", "DENY"),
    ("rg x; ${env:STATETRACE_AGENT_ALLOW_INSTALL} = $yes", "DENY"),
    ("$env:STATETRACE_AGENT_ALLOW_NET = '0'", "L0"), ("$env:OTHER = '1'", "L0"),
  ]

  @Test(arguments: commands)
  func levelsOfCommands(line: String, least: String) throws { try LevelTable.check(line, least) }

  @Test(arguments: [
    "iex $code", "& $tool", "Invoke-Expression (Get-Content x.ps1)",
    "pwsh -EncodedCommand SQBFAFgA",
    "pwsh -Command $text", "(New-Object Net.WebClient).DownloadString('https://x.org')",
    "[System.IO.File]::Delete('a')",
  ])
  func whatCannotBeToldIsNeverLetThrough(line: String) throws {
    let book = try #require(BuiltInSets.statetrace)
    for level: Text in ["L0", "L1", "L2", "L3"] {
      let judgement = book.command(line, try LevelTable.circumstances(level))
      #expect(judgement.verdict > .allow, "\(judgement.summary)")
    }
  }

  @Test func theDefaultLevelIsL1() throws {
    let book = try #require(BuiltInSets.statetrace)
    #expect(book.command("Tools\\Invoke-AllChecks.ps1").verdict == .allow)
    let pipeline = book.command("Tools\\Invoke-StateTracePipeline.ps1")
    #expect(pipeline.verdict == .deny)
    #expect(pipeline.findings.contains { $0.because.string.contains("L2") }, "\(pipeline.summary)")
  }

  @Test func experimentsNeedTheItemsWordAndTheOperators() throws {
    let book = try #require(BuiltInSets.statetrace)
    let line = "Tools\\Invoke-StateTracePipeline.ps1"
    var both = try LevelTable.circumstances("L2")
    #expect(book.command(line, both).verdict == .allow)
    both.approvals = []
    #expect(book.command(line, both).verdict == .ask)
    var undocumented = try LevelTable.circumstances("L2")
    undocumented.item = try BuiltInSets.item(#"{"id": "ST-B-001"}"#)
    #expect(book.command(line, undocumented).verdict == .ask)
    // Somebody else's word does not count.
    both.approvals = [Approval(id: "x", right: "L2", item: "ST-B-001", actor: "Codex")]
    #expect(book.command(line, both).verdict == .ask)
    both.approvals = [Approval(id: "x", right: "L2", item: "ST-B-002", actor: "Operator")]
    #expect(book.command(line, both).verdict == .ask)
  }

  @Test(arguments: [nil, "", "0", "true", "yes", "01", "1 ", "on"] as [String?])
  func theSwitchIsExactlyOne(value: String?) throws {
    let book = try #require(BuiltInSets.statetrace)
    let line = "Invoke-AllowedDownload -Uri https://github.com/x -OutFile y"
    var circumstances = try LevelTable.circumstances("L3")
    circumstances.variable = { name in
      name == "STATETRACE_AGENT_ALLOW_NET" ? value.map { Text($0) } : nil
    }
    #expect(book.command(line, circumstances).verdict == .deny)
    circumstances.variable = { name in name == "STATETRACE_AGENT_ALLOW_NET" ? "1" : nil }
    #expect(book.command(line, circumstances).verdict == .allow)
    // Installing needs a switch of its own.
    #expect(book.command("Tools\\Bootstrap-DevSeat.ps1", circumstances).verdict == .deny)
    circumstances.variable = { name in
      switch name {
      case "STATETRACE_AGENT_ALLOW_NET": "1"
      case "STATETRACE_AGENT_ALLOW_INSTALL": value.map { Text($0) }
      default: nil
      }
    }
    #expect(book.command("Tools\\Bootstrap-DevSeat.ps1", circumstances).verdict == .deny)
  }

  // MARK: Diffs

  static let changes: [(change: Change, verdict: Verdict)] = [
    (Change(.modify, "Modules/A.psm1"), .allow), (Change(.add, "docs/plans/PlanA.md"), .allow),
    (Change(.add, "Data/WLLS/WLLS.accdb", isBinary: true), .deny), (Change(.add, "x.ACCDB"), .deny),
    (Change(.modify, "Data/x.mdb"), .deny), (Change(.add, "Logs/Verification/x.json"), .deny),
    (Change(.add, "run.log"), .deny), (Change(.add, "Data/x.clixml"), .deny),
    (Change(.rename, "Data/y.accdb", from: "Data/x.txt"), .deny),
    (Change(.add, "Data/Samples/switch.log"), .allow),
    (Change(.add, "Tests/Fixtures/x.clixml"), .allow),
    (Change(.delete, "Data/WLLS/WLLS.accdb"), .allow), (Change(.add, "Modules/Log.psm1"), .allow),
    (Change(.add, "Tests/Fixtures/sw.txt", added: ["snmp-server community public RO"]), .ask),
    (Change(.add, "Data/Samples/sw.txt", added: ["enable secret 5 x"]), .ask),
    (Change(.add, "Tests/Fixtures/sw.txt", added: ["username admin password x"]), .ask),
    (Change(.add, "Tests/Fixtures/sw.txt", added: ["hostname SW1"]), .allow),
    (Change(.modify, "Modules/A.psm1", added: ["$password = Read-Host"]), .allow),
    (Change(.add, "Modules/Fast.dll", isBinary: true), .stop), (Change(.add, "src/Fast.cs"), .stop),
    (Change(.modify, "Modules/A.psm1", added: ["Add-Type -TypeDefinition $code"]), .stop),
    (Change(.modify, "Modules/A.psm1", added: ["Add-Type -AssemblyName PresentationCore"]), .allow),
    (Change(.add, "Data/cache.sqlite"), .stop),
    (
      Change(.modify, "Modules/A.psm1", added: ["'ALTER TABLE Interfaces ADD COLUMN x INT'"]), .stop
    ),
    (Change(.modify, "Modules/A.psm1", removed: ["Set-StrictMode -Version Latest"]), .ask),
    (Change(.modify, "Modules/A.psm1", added: ["-----BEGIN RSA PRIVATE KEY-----"]), .deny),
  ]

  @Test(arguments: changes.indices)
  func judgesDiffs(index: Int) throws {
    let (change, verdict) = Self.changes[index]
    let judgement = try #require(BuiltInSets.statetrace).diff([change])
    #expect(judgement.verdict == verdict, "\(change)\n\(judgement.summary)")
  }

  @Test func observingChangesNothing() throws {
    let book = try #require(BuiltInSets.statetrace)
    let circumstances = try LevelTable.circumstances("L0")
    #expect(book.diff([Change(.modify, "README.md")], circumstances).verdict == .deny)
    #expect(book.diff([], circumstances).verdict == .allow)
  }

  @Test func aDecisionComesFirst() throws {
    let book = try #require(BuiltInSets.statetrace)
    let alone = book.diff([Change(.add, "Modules/Fast.dll")])
    #expect(alone.findings.contains { $0.code == "ADR_REQUIRED" && $0.verdict == .stop })
    let both = book.diff([Change(.add, "Modules/Fast.dll"), Change(.add, "docs/adr/0007-fast.md")])
    #expect(both.verdict == .ask, "\(both.summary)")
  }

  static let responses: [(text: String, verdict: Verdict)] = [
    ("This needs a schema change in the Access database.", .stop),
    ("A schema change is required.", .stop), ("It requires a compiled helper.", .stop),
    ("We need a new table for it.", .stop), ("I added a C# module for speed.", .stop),
    ("A schema change is required; see docs/adr/0007-speed.md", .allow),
    ("No schema change is needed.", .allow),
    ("PATCH SUMMARY: tidy. TEST RESULTS: 12 passed.", .allow),
    ("Works without a compiled component.", .allow),
  ]

  @Test(arguments: responses)
  func judgesResponses(text: String, verdict: Verdict) throws {
    let judgement = try #require(BuiltInSets.statetrace).response(text)
    #expect(judgement.verdict == verdict, "\(judgement.summary)")
    if verdict == .stop { #expect(judgement.findings.contains { $0.code == "ADR_REQUIRED" }) }
  }

  @Test func thePromptStatesTheLimits() throws {
    let set = try #require(BuiltInSets.statetrace?.sets.first)
    #expect(set.levels?.preset == "L1")
    #expect(set.levels?.levels.map(\.name) == ["L0", "L1", "L2", "L3"])
    #expect(set.levels?.levels.allSatisfy { !$0.prompt.isEmpty } == true)
    #expect(set.prompt.contains { $0.hasPrefix("Offline by default") })
    let headings = "PATCH SUMMARY, TEST RESULTS, TASKBOARD UPDATE, NEXT STEP"
    #expect(set.prompt.contains { $0.string.contains(headings) })
  }
}
