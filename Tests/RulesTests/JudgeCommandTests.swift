import JSONText
import Rules
import Testing

/// What a line leads to: wrappers, unknown parts, inline code, targets, scripts, protected paths.
@Suite struct JudgeCommandTests {
  private static let members = #"""
    "authority": {"chain": ["Robert"]}, "programs": {"alembic": {"valued": ["-c"]}},
    "targets": {
      "make": {
        "lint": {}, "agent": {"runs": ["alembic revision", "make up"], "because": "it migrates"},
        "up": {"runs": ["cd backend && alembic upgrade head"]}, "round": {"runs": ["make round", "ls"]},
        "default": {}
      },
      "npm": {"migrate": {"runs": ["alembic upgrade head"]}, "build": {"runs": ["alembic upgrade"]}},
      "just": {"up": {"runs": ["make up"]}}
    }
    """#

  private static func guarded(_ more: String = "") throws -> RuleSet {
    try Judging.one(
      #"{"program": "alembic", "subcommand": ["upgrade", "stamp", "revision"]}"#,
      set: members + (more.isEmpty ? "" : ", " + more),
      more: #""instead": "i", "escalate_to": "Robert""#)
  }

  @Test(
    arguments: [
      ("alembic upgrade head", "stop house/r"), ("alembic history", ""),
      ("echo alembic upgrade head", ""),
      ("sudo -u x env A=1 timeout 5 alembic upgrade", "stop house/r"),
      ("bash -lc 'cd b && alembic stamp x'", "stop house/r"),
      ("python -m alembic upgrade", "stop house/r"),
      ("docker compose exec web alembic upgrade", "stop house/r"),
      ("heroku run \"alembic upgrade head\"", "stop house/r"),
      ("ls | xargs alembic upgrade", "stop house/r"), ("x=$(alembic upgrade)", "stop house/r"),
      ("$X upgrade", "ask conductor/not-understood"),
      ("$X alembic", "stop conductor/not-understood"),
      ("eval \"$X\"", "ask conductor/not-understood"), ("ls )", "ask conductor/not-understood"),
      ("alembic upgrade )", "stop conductor/not-understood"),
      ("python -c 'import os'", ""), ("python -c \"$X\"", "ask conductor/inline-code"),
      ("perl -e 'system(\"alembic\")'", "stop conductor/inline-code"),
      ("make lint", ""), ("make", ""), ("make lint up", "stop house/r"), ("make -j 4 lint", ""),
      ("make -C sub -f x.mk lint", ""), ("make other", "ask conductor/unlisted-target"),
      ("make A=b lint", ""), ("make \"$T\"", "ask conductor/not-understood"),
      ("make --version", ""), ("make round", ""), ("just up", "stop house/r"),
      ("just other", "ask conductor/unlisted-target"), ("npm run migrate", "stop house/r"),
      ("npm run build", "stop house/r"), ("npm run lint", ""), ("npm test", ""), ("npm t", ""),
      ("npm ci", ""), ("npm run deploy", "ask conductor/unlisted-target"),
      ("yarn migrate", "stop house/r"), ("yarn install", ""), ("yarn lint", ""),
      ("yarn workspace a migrate", "stop house/r"), ("pnpm --filter a migrate", "stop house/r"),
      ("pnpm run deploy", "ask conductor/unlisted-target"), ("bun run migrate", "stop house/r"),
      ("npm --prefix a run lint", ""), ("bun migrate", "stop house/r"), ("bun install", ""),
    ])
  func lines(_ line: String, _ expected: String) throws {
    let judgement = Judging.judge(line, try Self.guarded())
    #expect(judgement.said.first ?? "" == expected, "\(line): \(judgement.said)")
  }

  @Test func findingsTellWhatLedToThem() throws {
    let judgement = Judging.judge("make agent", try Self.guarded())
    #expect(
      judgement.findings.map(\.saw) == [
        "make agent → alembic revision", "make agent → make up → alembic upgrade head",
      ])
    #expect(judgement.findings.map(\.because) == ["b (it migrates)", "b (it migrates)"])
    let finding = try #require(judgement.findings.first)
    #expect(
      finding.instead == "i" && finding.escalateTo == "Robert" && finding.place?.file == "set.json")
    #expect(judgement.judged == 1 && judgement.isUnderstood)
    #expect(judgement.programs.contains(["alembic", "upgrade", "head"]))
  }

  @Test func nothingIsUnlistedWhereNoSetSpeaksOfCommands() throws {
    #expect(Judging.judge("make x", try Judging.set(#""rules": []"#)).verdict == .allow)
  }

  @Test func longLinesAreNotUnderstood() throws {
    let line = "ls " + String(repeating: "x", count: 10_000)
    let judgement = Judging.judge(line, try Self.guarded())
    #expect(judgement.said == ["ask conductor/not-understood"] && !judgement.isUnderstood)
    #expect(Judging.judge(line + " alembic", try Self.guarded()).verdict == .stop)
    #expect(judgement.findings.allSatisfy { $0.saw.bytes.count < 500 })
  }

  // MARK: Scripts

  private static func files() -> StatedFiles {
    var files = StatedFiles()
    files.contents = [
      "up.sh": "#!/bin/bash\nset -e\ncd backend\nalembic upgrade head\n", "ok.sh": "ls\n",
      "deep.sh": "#!/usr/bin/env bash\n. tools/inner.sh\n", "tools/inner.sh": "alembic stamp x",
      "loop.sh": "sh loop.sh; ls", "tool": "#!/usr/bin/env python3\nalembic upgrade",
      "binary": "\u{0}ELF", "many.sh": "$X", "long.sh": String(repeating: "ls\n", count: 5_000),
      "bin/alembic": "#!/bin/sh\nanything",
    ]
    files.unreadable = ["locked.sh"]
    return files
  }

  @Test(
    arguments: [
      ("sh up.sh", "stop house/r"), ("./up.sh", "stop house/r"), ("bash ok.sh", ""),
      ("bash < up.sh", "stop house/r"), ("source deep.sh", "stop house/r"), ("sh loop.sh", ""),
      ("sudo sh up.sh", "stop house/r"), ("make lint; ./deep.sh", "stop house/r"),
      ("./tool", ""), ("./binary", ""), ("sh none.sh", "ask conductor/unread-script"),
      ("./none", "ask conductor/unread-script"), ("sh locked.sh", "ask conductor/unread-script"),
      ("sh many.sh", "ask conductor/not-understood"),
      ("sh long.sh", "ask conductor/not-understood"),
      ("sh \"$X/up.sh\"", "ask conductor/not-understood"),
      ("ssh host ./up.sh", "ask conductor/unread-script"),
      ("sh tools", "ask conductor/unread-script"),
      ("bin/alembic history", ""), ("bin/alembic upgrade", "stop house/r"), ("python x.py", ""),
      ("(cd tools; sh inner.sh)", "stop house/r"),
      ("cd /elsewhere; sh up.sh", "ask conductor/unread-script"),
    ])
  func scripts(_ line: String, _ expected: String) throws {
    let judgement = Judging.judge(line, try Self.guarded()) { $0.files = Self.files() }
    #expect(judgement.said.first ?? "" == expected, "\(line): \(judgement.said)")
  }

  @Test func scriptsThatWereReadAreTold() throws {
    let judgement = Judging.judge("sh deep.sh; sh deep.sh", try Self.guarded()) {
      $0.files = Self.files()
    }
    #expect(judgement.scripts.map(\.path) == ["deep.sh", "tools/inner.sh"])
    #expect(judgement.findings.map(\.saw) == ["deep.sh → tools/inner.sh → alembic stamp x"])
  }

  @Test func scriptsThatCallEachOtherEnd() throws {
    var files = StatedFiles()
    for index in 0..<30 {
      files.contents["s\(index).sh"] = (0..<6).map { "sh s\((index + $0 + 1) % 30).sh\n" }.joined()
    }
    let judgement = Judging.judge("sh s0.sh", try Self.guarded()) { $0.files = files }
    #expect(judgement.verdict == .ask && !judgement.isUnderstood)
  }

  // MARK: Vectors

  @Test(
    arguments: [
      (["alembic", "upgrade"], "stop house/r"), (["alembic", "$X"], ""),
      (["sh", "-c", "alembic upgrade"], "stop house/r"),
      (["sudo", "alembic", "stamp"], "stop house/r"),
      (["echo", "a; alembic upgrade"], ""),
      (["python", "-c", "alembic"], "stop conductor/inline-code"),
      (["make", "up"], "stop house/r"), (["sh", "up.sh"], "stop house/r"), ([], ""), ([""], ""),
      (["bash", "-c", "$0 $1", "alembic", "upgrade"], "stop house/r"),
    ])
  func vectors(_ vector: [String], _ expected: String) throws {
    let judgement = RuleBook([try Self.guarded()]).judgement(
      ofVector: vector.map { Text($0) }, Judging.circumstances { $0.files = Self.files() })
    #expect(judgement.said.first ?? "" == expected, "\(vector): \(judgement.said)")
  }

  @Test func vectorsOfPowerShell() throws {
    let set = try Judging.one(#"{"script": "Tools/X.ps1"}"#, set: #""shell": "powershell""#)
    let judgement = RuleBook([set]).judgement(
      ofVector: ["pwsh", "-NoLogo", "-File", "tools\\x.ps1"], Judging.circumstances())
    #expect(judgement.findings.map(\.saw) == ["pwsh -NoLogo -File tools\\x.ps1", "tools/x.ps1"])
  }

  // MARK: Several sets

  @Test func eachSetReadsTheLineInItsOwnWay() throws {
    let posix = try Judging.one(#"{"program": "alembic"}"#)
    let power = try Judging.set(
      #""shell": "powershell", "rules": [\#(Judging.rule(#"{"program": "get-content"}"#))]"#,
      name: "power")
    let line = "Get-Content Tools\\a.txt"
    #expect(Judging.judge(line, posix, power).said == ["stop power/r"])
    #expect(Judging.judge(line, posix).said == [])
    // What only one shell does not understand counts for its sets alone.
    let block = "case $x in a) ls;; esac"
    #expect(Judging.judge(block, posix).isUnderstood)
    #expect(!Judging.judge(block, power).isUnderstood)
  }

  @Test func anUnmatchedCommandIsWhatTheSetSays() throws {
    let set = try Judging.set(
      #""unmatched": "deny", "rules": [\#(Judging.rule(#"{"program": ["ls", "sh"]}"#, verdict: "allow"))]"#
    )
    #expect(Judging.judge("ls", set).said == ["allow house/r"])
    #expect(Judging.judge("cat x", set).said == ["deny house/unmatched"])
    #expect(Judging.judge("sudo nice ls", set).said == ["allow house/r"])
    #expect(Judging.judge("sudo cat x; ls", set).verdict == .deny)
    let careful = try Judging.set(
      #""unmatched": "deny", "rules": [\#(Judging.rule(#"{"program": "ls", "not": {"argument": "x"}}"#, verdict: "allow"))]"#
    )
    #expect(Judging.judge("ls \"$X\"", careful).said == ["deny house/unmatched"])
  }

  // MARK: Protected paths

  @Test(
    arguments: [
      ("echo x > docs/automation/consent.json", Verdict.stop), ("> DOCS/Automation/x", .stop),
      ("rm -rf docs", .stop), ("rm -rf .", .stop), ("git rm docs/automation/x", .stop),
      ("cat docs/automation/x", .allow), ("cp x docs/automation", .stop),
      ("cd docs && mv automation old", .stop), ("rm link/x", .stop), ("echo > $X", .ask),
      ("echo > /dev/null", .allow), ("echo > /work/project/docs/automation/x", .stop),
      ("sed -i s/a/b/ docs/automation/x", .stop), ("echo > other", .allow),
      ("sh -c 'rm docs/automation/x'", .stop), ("echo > $HOME/x", .allow),
      ("make x", .allow), ("cp docs/automation/x y", .allow), ("rm .conductor/state", .stop),
    ])
  func protectedPaths(_ line: String, _ expected: Verdict) throws {
    let judgement = Judging.judge(line, try Judging.set(#""rules": []"#)) { circumstances in
      circumstances.protected = ["docs/automation/**", ".conductor/"]
      var files = StatedFiles()
      files.links = ["link": "docs/automation"]
      circumstances.files = files
    }
    #expect(judgement.verdict == expected, "\(judgement.said)")
    #expect(judgement.findings.allSatisfy { $0.name == "conductor/protected-path" })
  }

  @Test(
    "Of a folder that is protected but for one thing, that thing is open",
    arguments: [
      ("echo > records/x.json", Verdict.stop), ("echo > records/2027/x.json", .stop),
      ("echo > Records/X.json", .stop), ("rm -rf records", .stop), ("rm -rf .", .stop),
      ("mv records/a records/work/a", .stop), ("echo > records/work/../x", .stop),
      ("echo > records/worker", .stop), ("rm link/x", .stop), ("echo > records/work/x", .allow),
      ("mkdir -p records/work/a/b", .allow), ("mkdir -p records", .allow),
      ("rm -rf records/work", .allow), ("cp -r out records/work", .allow),
      ("cat records/x.json", .allow), ("echo > recordsx", .allow),
    ])
  func protectedFolders(_ line: String, _ expected: Verdict) throws {
    let judgement = Judging.judge(line, try Judging.set(#""rules": []"#)) { circumstances in
      circumstances.protectedFolders = [("/records/*", "/records/work")]
      var files = StatedFiles()
      files.links = ["link": "records"]
      circumstances.files = files
    }
    #expect(judgement.verdict == expected, "\(line) \(judgement.said)")
  }

  // MARK: Operators' verbs

  @Test(
    arguments: [
      ("conductor approve release --item X --by Robert", Verdict.stop), ("conductor resume", .stop),
      ("conductor mode set PR_ONLY", .stop), ("conductor mode --reason x set PR_ONLY", .stop),
      ("conductor plugin trust x", .stop), ("conductor contract grant x", .stop),
      ("/usr/local/bin/conductor resume", .stop), ("env -i conductor --root /p resume", .stop),
      ("conductor --root=/p --json resume", .stop), ("bash -c 'conductor resume'", .stop),
      ("echo x | xargs conductor approve", .stop), ("sudo -u me nohup conductor resume &", .stop),
      ("\"cond\"uctor res\\ume", .stop), ("eval \"conductor resume $X\"", .stop),
      ("python3 -c 'import os; os.system(\"conductor resume\")'", .stop),
      ("conductor approve release --by --help", .stop), ("conductor resume -- --help", .stop),
      ("conductor $VERB", .ask), ("conductor mode $X PR_ONLY", .ask),
      ("kill -9 $PPID", .stop), ("pkill -f conductor", .stop), ("killall conductor", .stop),
      ("kill $(pgrep conductor)", .stop),
      ("conductor approve --help", .allow), ("conductor help approve", .allow),
      ("conductor pause --reason 'resume later'", .allow), ("conductor status", .allow),
      ("conductor mode", .allow), ("conductor plugin list", .allow), ("conductor next", .allow),
      ("conductor check command -- 'conductor resume'", .allow),
      ("conductor release A --claim 1", .allow), ("echo conductor resume", .allow),
      ("git commit -m 'conductor resume'", .allow), ("approve release", .allow),
      ("kill 123", .allow), ("kill %1", .allow), ("pkill -f vite", .allow),
    ])
  func operatorsVerbs(_ line: String, _ expected: Verdict) throws {
    for sets in [[], [try Judging.set(#""rules": []"#)]] {
      let judgement = RuleBook(sets).judgement(
        ofCommand: Array(line.utf8), Judging.circumstances())
      #expect(judgement.verdict == expected, "\(line) \(judgement.said)")
      #expect(
        (judgement.verdict == .stop)
          == judgement.findings.contains {
            $0.name == "conductor/operators-verb" && $0.verdict == .stop
          })
    }
  }
}
