import JSONText
import Rules
import Testing

/// Every condition about commands with lines on which it holds, does not, and cannot be told.
@Suite struct JudgeConditionTests {
  enum Expected: String { case yes, no, unknown, doubtful }

  private static let members = #"""
    "programs": {"alembic": {"valued": ["-c", "--config"]}},
    "environments": {"staging": {"apps": ["autorisen"]}, "production": {"apps": ["capecraft"]}},
    "hints": {"options": {"heroku": ["-a", "--app"]}},
    "detectors": {"ddl": {"any": ["(create|alter|drop) +table"], "unless": ["drop table mat"]}}
    """#

  /// How the only rule of a set answered, told from its finding.
  private static func answer(
    _ judgement: Judgement, _ rule: Text = "r"
  ) -> Expected {
    guard let finding = judgement.findings.first(where: { $0.rule == rule }) else { return .no }
    guard finding.because.hasSuffix("cannot be told") else { return .yes }
    return finding.verdict == .ask ? .doubtful : .unknown
  }

  @Test(
    arguments: [
      (#"{"program": "alembic"}"#, "alembic upgrade", .yes),
      (#"{"program": "alembic"}"#, "/opt/x/alembic upgrade", .yes),
      (#"{"program": "alembic"}"#, "Alembic upgrade", .no),
      (#"{"program": "alembic"}"#, "echo alembic", .no),
      (#"{"program": ["a*", "?b"]}"#, "xb", .yes),
      (#"{"program": ["a*", "?b"]}"#, "xxb", .no),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic -c x upgrade", .yes),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic -c upgrade head", .no),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic --config=x upgrade", .yes),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic -- upgrade", .yes),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic \"$X\" upgrade", .unknown),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic $X upgrade", .yes),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic $X history", .unknown),
      (#"{"program": "alembic", "subcommand": "upgrade"}"#, "alembic", .no),
      (#"{"program": "alembic", "subcommand": "*"}"#, "alembic --help", .no),
      (#"{"program": "git", "subcommand": "push"}"#, "git -C . -c a=b push origin", .yes),
      (#"{"program": "git", "subcommand": "push"}"#, "git --no-pager log push", .no),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool up", .yes),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool -v up", .yes),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool -f file up", .unknown),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool -f file -g other up x", .unknown),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool --file=x down up", .no),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool down up", .no),
      (#"{"program": "tool", "subcommand": "up"}"#, "tool -f file down up", .no),
      (#"{"program": "alembic", "subcommand": "*"}"#, "alembic x", .yes),
      (#"{"option": "--sql"}"#, "run --sql", .yes),
      (#"{"option": "--sql"}"#, "run --sql=1", .yes),
      (#"{"option": "--sql"}"#, "run --sqlx", .no),
      (#"{"option": "--sql"}"#, "run -- --sql", .no),
      (#"{"option": "--sql"}"#, "run \"$X\"", .doubtful),
      (#"{"option": "-v"}"#, "run -xvf", .yes),
      (#"{"option": "-v"}"#, "run --v", .no),
      (#"{"option": "-*Override"}"#, "run -MaxOverride", .yes),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run -m online", .yes),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run --mode=on", .yes),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run -mon", .yes),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run -m one", .no),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run -m \"$X\"", .doubtful),
      (#"{"value": {"of": ["-m", "--mode"], "is": ["on(line)?"]}}"#, "run on", .no),
      (#"{"operand": "migrations/*.py"}"#, "run migrations/a.py", .yes),
      (#"{"operand": "migrations/*.py"}"#, "cd migrations && run a.py", .yes),
      (#"{"operand": "migrations/*.py"}"#, "cd x && run ../migrations/./a.py", .yes),
      (#"{"operand": "migrations/*.py"}"#, "run /work/project/migrations/a.py", .yes),
      (#"{"operand": "migrations/*.py"}"#, "run /work/projects/migrations/a.py", .no),
      (#"{"operand": "migrations/*.py"}"#, "run x/migrations/a.py", .no),
      (#"{"operand": "migrations/*.py"}"#, "run \"$X\"", .doubtful),
      (#"{"operand": "migrations/*.py"}"#, "cd $X; run a.py", .doubtful),
      (#"{"operand": "migrations/*.py"}"#, "run ~/migrations/a.py", .no),
      (#"{"operand": ".ssh/*"}"#, "run ~/.ssh/id", .no),
      (#"{"operand": "*.py"}"#, "run -c a.py", .yes),
      (#"{"argument": "drop"}"#, "run 'please drop it'", .yes),
      (#"{"argument": "drop"}"#, "run airdrop", .no),
      (#"{"argument": "drop"}"#, "run \"$X\"", .doubtful),
      (#"{"argument": "drop"}"#, "run \"drop $X\"", .doubtful),
      (#"{"sets": {"ALLOW": ["1", "Yes"]}}"#, "ALLOW=1 run", .yes),
      (#"{"sets": {"ALLOW": ["1", "Yes"]}}"#, "env ALLOW=yes run", .yes),
      (#"{"sets": {"ALLOW": ["1", "Yes"]}}"#, "dokku config:set ALLOW=YES", .yes),
      (#"{"sets": {"ALLOW": ["1", "Yes"]}}"#, "ALLOW=0 run", .no),
      (#"{"program": "run", "sets": {"ALLOW": ["1"]}}"#, "ALLOW=$X run", .unknown),
      (#"{"program": "run", "sets": {"ALLOW": ["1"]}}"#, "export ALLOW=1; run", .yes),
      (#"{"program": "run", "sets": {"ALLOW": true}}"#, "ALLOW=$X run", .yes),
      (#"{"program": "run", "sets": {"ALLOW": true}}"#, "run \"$X\"", .doubtful),
      (#"{"program": "run", "sets": {"ALLOW": true}}"#, "run ALLOW=1", .yes),
      (#"{"program": "run", "any": [{"sets": {"ALLOW": true}}]}"#, "run ALLOW=1", .yes),
      (#"{"sets": {"ALLOW": true}}"#, "dokku \"$X\"", .doubtful),
      (#"{"sets": {"ALLOW": true}}"#, "dokku ALLOW=1", .yes),
      (#"{"sets": {"ALLOW": true}}"#, "echo ALLOW=1", .no),
      (#"{"script": "tools/*.py"}"#, "python tools/a.py", .yes),
      (#"{"script": "tools/*.py"}"#, "cat tools/a.py", .no),
      (#"{"script": "tools/*.py"}"#, "cd tools && python ./a.py", .yes),
      (#"{"writes": "versions/**"}"#, "run > versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "> versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "{ run; ls; } >> versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "run < versions/a.py", .no),
      (#"{"writes": "versions/**"}"#, "rm versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "rm -rf versions", .yes),
      (#"{"writes": "a/versions/**"}"#, "rm -rf a", .yes),
      (#"{"writes": "**/versions/*.py"}"#, "rm -rf a/versions", .yes),
      (#"{"writes": "**/versions/*.py"}"#, "rm -rf build", .no),
      (#"{"writes": "versions/**"}"#, "cat versions/a.py", .no),
      (#"{"writes": "versions/**"}"#, "cp versions/a.py b.py", .no),
      (#"{"writes": "versions/**"}"#, "cp b.py versions/", .yes),
      (#"{"writes": "versions/**"}"#, "cp -t versions b.py", .yes),
      (#"{"writes": "versions/*.py"}"#, "mv b.py versions", .yes),
      (#"{"writes": "versions/**"}"#, "mv versions/a.py b.py", .yes),
      (#"{"writes": "versions/**"}"#, "ls | tee versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "sed -i s/a/b/ versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "sed s/a/b/ versions/a.py", .no),
      (#"{"writes": "versions/**"}"#, "dd if=x of=versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "git rm versions/a.py", .yes),
      (#"{"writes": "versions/**"}"#, "git log -- versions/a.py", .no),
      (#"{"writes": "versions/**"}"#, "curl -o versions/a.py https://x.org", .yes),
      (#"{"writes": "versions/**"}"#, "run > $X", .doubtful),
      (#"{"writes": "versions/**"}"#, "run > \"$X/a\"", .doubtful),
      (#"{"writes": "versions/**"}"#, "rm versions/*.py", .yes),
      (#"{"stages": "*.accdb"}"#, "git add Data/a.accdb", .yes),
      (#"{"stages": "*.accdb"}"#, "git -C Data add a.accdb b.txt", .yes),
      (#"{"stages": "*.accdb"}"#, "git commit -m 'no a.accdb' b.txt", .no),
      (#"{"stages": "*.accdb"}"#, "git commit -am x.accdb", .no),
      (#"{"stages": "*.accdb"}"#, "git rm a.accdb", .no),
      (#"{"stages": "*.accdb"}"#, "git add $X", .doubtful),
      (#"{"program": "run", "pipes": true}"#, "ls | run", .yes),
      (#"{"program": "run", "pipes": true}"#, "run; ls", .no),
      (#"{"program": "run", "pipes": false}"#, "run", .yes),
      (#"{"program": "run", "redirects": true}"#, "run > x", .yes),
      (#"{"program": "run", "redirects": true}"#, "run < x", .no),
      (#"{"program": "run", "redirects": false}"#, "run", .yes),
      (#"{"program": "run", "chained": true}"#, "ls; run", .yes),
      (#"{"program": "run", "chained": true}"#, "sudo run", .no),
      (#"{"program": "run", "chained": false}"#, "nice env A=1 run", .yes),
      (#"{"host": {"in": ["example.com"]}}"#, "get https://api.Example.com:8443/x", .yes),
      (#"{"host": {"in": ["example.com"]}}"#, "get https://evilexample.com/x", .no),
      (#"{"host": {"in": ["example.com"]}}"#, "get https://example.com@evil.org/x", .no),
      (#"{"host": {"in": ["example.com"]}}"#, "get --url=https://example.com", .yes),
      (#"{"host": {"in": ["example.com"]}}"#, "get \"$X\"", .unknown),
      (#"{"host": {"in": ["example.com"]}}"#, "get \"https://evil.org/$X\"", .no),
      (#"{"host": {"in": ["example.com"]}}"#, "get \"https://example.com$X\"", .unknown),
      (#"{"host": {"not_in": ["example.com"]}}"#, "get https://example.com https://b.org", .yes),
      (#"{"host": {"not_in": ["example.com"]}}"#, "get https://example.com", .no),
      (#"{"host": {"not_in": ["example.com"]}}"#, "get example.com", .no),
      (#"{"program": "heroku", "environment": "staging"}"#, "heroku x -a autorisen", .yes),
      (#"{"program": "heroku", "environment": "staging"}"#, "heroku x -a capecraft", .no),
      (#"{"program": "heroku", "environment": "staging"}"#, "heroku x -a other", .unknown),
      (#"{"program": "heroku", "environment": "ambiguous"}"#, "heroku x -a other", .yes),
      (#"{"program": "heroku", "environment": "none"}"#, "heroku x", .yes),
      (#"{"program": "run", "elsewhere": true}"#, "ssh host run", .yes),
      (#"{"program": "run", "elsewhere": true}"#, "run", .no),
      (#"{"text": "ddl"}"#, "psql -c 'ALTER  TABLE x'", .yes),
      (#"{"text": "ddl"}"#, "echo drop table", .yes),
      (#"{"text": "ddl"}"#, "psql -c 'drop table mat'", .no),
      (#"{"text": "ddl"}"#, "psql -c \"$X\"", .doubtful),
      (#"{"any": [{"program": "a"}, {"program": "b"}]}"#, "b", .yes),
      (#"{"any": [{"program": "a"}, {"program": "b"}]}"#, "c", .no),
      (#"{"all": [{"program": "a"}, {"pipes": true}]}"#, "a", .no),
      (#"{"not": {"program": "a"}}"#, "a", .no),
      (#"{"not": {"program": "a"}}"#, "b", .yes),
      (#"{"program": "a", "not": {"subcommand": "x"}}"#, "a \"$X\"", .unknown),
      (#"{"program": "a", "not": {"argument": "x"}}"#, "a \"$X\"", .unknown),
      (#"{"program": "a", "subcommand": "x", "argument": "y"}"#, "a \"$X\"", .doubtful),
      (#"{"program": "a", "any": [{"subcommand": "x"}, {"argument": "y"}]}"#, "a \"$X\"", .unknown),
    ] as [(String, String, Expected)])
  func commands(_ when: String, _ line: String, _ expected: Expected) throws {
    let set = try Judging.one(when, set: Self.members)
    let judgement = Judging.judge(line, set)
    #expect(Self.answer(judgement) == expected, "\(judgement.said)")
  }

  @Test(
    arguments: [
      (#"{"program": "Get-Content"}"#, "get-content a.txt", .yes),
      (#"{"program": "pwsh"}"#, "PWSH.exe -NoLogo", .yes),
      (#"{"option": "-Mode"}"#, "Tools\\x.ps1 -mode Online", .yes),
      (#"{"option": "-Mode"}"#, "Tools\\x.ps1 -Mo Online", .unknown),
      (#"{"option": "-Mode"}"#, "Tools\\x.ps1 -Message Online", .no),
      (#"{"option": "-*Override"}"#, "Tools\\x.ps1 -MaxWorkersPerSiteOverride 1", .yes),
      (#"{"value": {"of": "-Mode", "is": "online"}}"#, "x.ps1 -mode:online", .yes),
      (#"{"script": "Tools/X.ps1"}"#, "pwsh -File tools\\x.PS1", .yes),
      (#"{"writes": "Data/*.txt"}"#, "Set-Content -Path Data\\a.txt -Value b", .yes),
      (#"{"writes": "Data/*.txt"}"#, "Get-Content a | Out-File Data/a.txt", .yes),
      (#"{"writes": "Data/*.txt"}"#, "Remove-Item data\\A.txt", .yes),
      (#"{"writes": "Data/*.txt"}"#, "Get-Content Data\\a.txt", .no),
      (#"{"program": "rg", "pipes": true}"#, "rg x | Set-Content y", .yes),
    ] as [(String, String, Expected)])
  func powershell(_ when: String, _ line: String, _ expected: Expected) throws {
    let set = try Judging.one(when, set: #""shell": "powershell""#)
    let judgement = Judging.judge(line, set)
    #expect(Self.answer(judgement) == expected, "\(judgement.said)")
  }

  @Test(
    arguments: [
      (#"{"variable": {"name": "NET", "is": ["1"]}}"#, .yes),
      (#"{"variable": {"name": "NET", "is": ["11"]}}"#, .no),
      (#"{"variable": {"name": "NO", "is": ["1"]}}"#, .no),
      (#"{"variable": {"name": "NET", "set": true}}"#, .yes),
      (#"{"variable": {"name": "NO", "set": false}}"#, .yes),
      (#"{"variable": {"name": "NO", "set": true}}"#, .no),
      (#"{"file": {"path": "a.json", "exists": true}}"#, .yes),
      (#"{"file": {"path": "b.json", "exists": true}}"#, .no),
      (#"{"file": {"path": "b.json", "exists": false}}"#, .yes),
      (#"{"file": {"path": "a.json", "contains": "one"}}"#, .yes),
      (#"{"file": {"path": "c.json", "contains": "one"}}"#, .no),
      (#"{"file": {"path": "b.json", "contains": "one"}}"#, .unknown),
      (#"{"file": {"path": "secret", "contains": "one"}}"#, .unknown),
      (#"{"file": {"path": "a.json", "newer_than": "2h"}}"#, .yes),
      (#"{"file": {"path": "a.json", "newer_than": "30m"}}"#, .no),
      (#"{"file": {"path": "c.json", "newer_than": "2h"}}"#, .unknown),
      (#"{"file": {"path": "b.json", "contains": "one", "on_unknown": false}}"#, .no),
      (#"{"file": {"path": "b.json", "contains": "one", "on_unknown": true}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "is": 1}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "is": 1.0}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "is": "1"}}"#, .unknown),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "gt": 0.5}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "lt": 1}}"#, .no),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "le": 1}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/1", "ge": 1}}"#, .unknown),
      (#"{"json": {"file": "a.json", "pointer": "/one/7", "ge": 1}}"#, .unknown),
      (#"{"json": {"file": "a.json", "pointer": "/one/7", "exists": false}}"#, .yes),
      (#"{"json": {"file": "b.json", "pointer": "/one", "exists": false}}"#, .unknown),
      (#"{"json": {"file": "c.json", "pointer": "/one", "exists": false}}"#, .unknown),
      (#"{"json": {"file": "a.json", "pointer": "/a~1b", "in": ["x", "y"]}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/a~1b", "not_in": ["x", "y"]}}"#, .no),
      (#"{"json": {"file": "a.json", "pointer": "/a~1b", "not_in": ["z"]}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/a~1b", "matches": "[xy]"}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one", "matches": "[xy]"}}"#, .unknown),
      (#"{"json": {"file": "a.json", "pointer": "/one", "type": "array"}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "/one/0", "type": "integer"}}"#, .yes),
      (#"{"json": {"file": "a.json", "pointer": "", "type": "object"}}"#, .yes),
      (#"{"json": {"file": "bom.json", "pointer": "/a", "is": true}}"#, .yes),
      (#"{"time": {"after": "2026-01-01"}}"#, .yes),
      (#"{"time": {"before": "2026-01-01"}}"#, .no),
      (#"{"time": {"after": "2027-01-15T08:00:00Z"}}"#, .yes),
      (#"{"time": {"before": "2027-01-15T08:00:00Z"}}"#, .no),
      (#"{"level": {"at_least": "L1"}}"#, .yes),
      (#"{"level": {"at_least": "L2"}}"#, .no),
      (#"{"approval": "deploy"}"#, .yes),
      (#"{"approval": "other"}"#, .no),
    ] as [(String, Expected)])
  func facts(_ when: String, _ expected: Expected) throws {
    let set = try Judging.one(
      #"{"program": "run", "all": [\#(when)]}"#,
      set: #"""
        "detectors": {"one": {"any": ["one"]}},
        "authority": {"chain": ["Ada"], "rights": {"deploy": "Ada", "other": "Ada"}},
        "levels": {"default": "L1", "order": ["L0", "L1", "L2"]}
        """#)
    let item = try Judging.item(#"{"id": "ND-1"}"#)
    let judgement = Judging.judge("run", set) { circumstances in
      circumstances.variable = { $0 == "NET" ? "1" : nil }
      circumstances.item = item
      circumstances.approvals = [
        Approval(id: "A-1", right: "deploy", item: "ND-1", actor: "Ada")
      ]
      var files = StatedFiles()
      files.contents = [
        "a.json": #"{"one": [1, "x"], "a/b": "x"}"#, "c.json": "{",
        "bom.json": "\u{FEFF}{\"a\": true}",
      ]
      files.unreadable = ["secret"]
      files.times = ["a.json": Judging.now().adding(seconds: -3600)]
      circumstances.files = files
    }
    #expect(Self.answer(judgement) == expected, "\(judgement.said)")
  }

  @Test func anUnknownMayBeSettledByTheRule() throws {
    let when = #"{"program": "a", "subcommand": "x"}"#
    for (more, expected) in [
      (#""on_unknown": "deny""#, Verdict.deny), (#""on_unknown": "allow""#, .allow), ("", .stop),
    ] {
      let judgement = Judging.judge("a \"$X\"", try Judging.one(when, more: more))
      #expect(judgement.findings.first?.verdict == expected)
      #expect(Judging.judge("a x", try Judging.one(when, more: more)).verdict == .stop)
    }
    let doubtful = try Judging.one(
      #"{"program": "a", "argument": "x"}"#, more: #""on_unknown": "stop""#)
    #expect(Judging.judge("a \"$X\"", doubtful).verdict == .stop)
  }

  @Test func pathsFollowLinksAndPatternsAreExpanded() throws {
    let set = try Judging.one(#"{"writes": "migrations/*.py"}"#)
    var files = StatedFiles()
    files.contents = ["migrations/a.py": "", "docs/b.md": ""]
    files.links = ["alias": "migrations"]
    let answers = [
      ("rm alias/x.py", Expected.yes), ("rm docs/*", .no), ("rm migrations/*", .yes),
      ("rm m*/*.py", .doubtful), ("rm docs/*.py", .no),
    ]
    for (line, expected) in answers {
      let judgement = Judging.judge(line, set) { $0.files = files }
      #expect(Self.answer(judgement) == expected, "\(line)")
    }
  }

  @Test func allThatChangedIsDoubtfulWhereItMayHoldWhatMatches() throws {
    let set = try Judging.one(#"{"stages": "*.accdb"}"#)
    var files = StatedFiles()
    files.contents = ["Data/a.accdb": "", "docs/b.md": ""]
    for (line, expected) in [
      ("git add .", Expected.doubtful), ("git add -A", .doubtful), ("git commit -am x", .doubtful),
      ("git add docs", .no), ("git add Data", .doubtful), ("git commit -m x", .no),
    ] {
      let judgement = Judging.judge(line, set) { $0.files = files }
      #expect(Self.answer(judgement) == expected, "\(line)")
    }
  }
}
