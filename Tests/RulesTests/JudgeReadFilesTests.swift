import JSONText
import Rules
import Testing

/// What files bring that a shell reads: functions, aliases, arguments, and text on standard input.
@Suite struct JudgeReadFilesTests {
  private static let contents: [Text: String] = [
    "src.sh": "A=upgrade\nmig(){ alembic upgrade head; }\nlook(){ ls; }\n",
    "outer.sh": ". ./lib/inner.sh\n", "lib/inner.sh": "go(){ alembic upgrade head; }\n",
    "run.sh": "run(){ \"$@\"; }\n", "call.sh": "run alembic upgrade head\n",
    "al.sh": "shopt -s expand_aliases\nalias a='alembic upgrade'\nalias b='alembic history'\n",
    "nest.sh": "#!/bin/bash\n. ./src.sh\nmig\n", "calm.sh": "#!/bin/bash\n. ./src.sh\nlook\n",
    "set.sh": "run \"$1\"\nset -- upgrade\n", "given.sh": "alembic \"$1\" head\n",
    "one.sh": "#!/bin/bash\nalembic \"$1\" head\n", "all.sh": "#!/bin/sh\n\"$@\"\n",
    "rest.sh": "#!/bin/sh\nshift\nexec \"$@\"\n", "zero.sh": "#!/bin/sh\n$0 x\n",
    "again.sh": "#!/bin/sh\n./again.sh \"$@\"\n", "more.sh": "#!/bin/sh\n./more.sh \"$@\" x\n",
    "self.sh": "f(){ ls; }\n. ./self.sh\nf\n", "use.sh": "#!/bin/bash\nmig\n",
    "ok.sh": "ls\n", "up.sh": "alembic upgrade head\n", "bare": "alembic upgrade head\n",
    "ok.py": "print(1)\n", "up.py": "import os\nos.system('alembic upgrade head')\n",
    "odd.py": "import os\nos.system(x)\n", "broken.sh": "f(){\n",
    "path.sh": "PATH=$PWD/bin:$PATH\n",
    "sub/name.sh": "mig(){ ls; }\n", "name.sh": "mig(){ alembic upgrade head; }\n",
  ]

  private static func set() throws -> RuleSet {
    try Judging.one(#"{"program": "alembic", "subcommand": ["upgrade", "stamp"]}"#)
  }

  private static func judge(_ line: String) throws -> Judgement {
    Judging.judge(line, try set()) { $0.files = StatedFiles(contents: contents) }
  }

  @Test(
    arguments: [
      ". ./src.sh; mig", "source src.sh\nmig", "./nest.sh", "bash nest.sh",
      "bash -c '. ./src.sh; mig'", "echo '. ./src.sh; mig' | sh", ". ./outer.sh; go",
      ". ./run.sh; run alembic upgrade head", ". ./run.sh; . ./call.sh", ". ./al.sh\na head",
      ". ./src.sh; alembic $A head", ". ./given.sh upgrade", ". ./given.sh $X",
      "BASH_ENV=./src.sh bash -c mig", "bash --rcfile src.sh -ic mig",
      ". ./src.sh; export -f mig; bash -c mig", "set -a; . ./src.sh; bash -c mig",
      "x(){ . ./src.sh; }; x; mig", "if true; then . ./src.sh; fi; mig",
      "./one.sh upgrade", "sh one.sh upgrade", "./all.sh alembic upgrade head",
      "./rest.sh x alembic stamp y", "bash -s upgrade < given.sh", "sh up.sh", "cat up.sh | sh",
      "sh < up.sh", "cat up.sh | sudo bash", "python3 < up.py", "cat up.py | python3",
      "PATH=$PATH:. bare", "PATH=.:$PATH bare", "export PATH=$PWD:$PATH; bare",
      "PATH=/work/project bare", "env PATH=. bare", "(cd sub; cat ../up.sh) | sh",
      "declare -i n; n='a[$(alembic upgrade head)]'", "gcc -wrapper alembic,upgrade x.c",
      "dd if=x of=alembic.sh; sh alembic.sh; alembic $Y",
    ])
  func whatRunsIsStopped(_ line: String) throws {
    let judgement = try Self.judge(line)
    let isHeld = judgement.verdict == .stop || line.hasPrefix("(cd sub")
    #expect(isHeld && judgement.verdict != .allow, "\(line): \(judgement.said)")
  }

  @Test(
    arguments: [
      ". ./src.sh", ". ./src.sh; look", "./calm.sh", ". ./ok.sh; mig", ". ./run.sh; run ls",
      ". ./outer.sh; ls", ". ./al.sh\nb", ". ./given.sh history", ". ./given.sh history; ls",
      "sh one.sh history", "./one.sh history", "./all.sh ls", "./all.sh alembic history",
      "./rest.sh alembic ls", "./again.sh x", ". ./self.sh", "cat ok.sh | sh", "sh < ok.sh",
      "python3 < ok.py", "cat ok.py | python3", "python3 -c 'print(\"x.sh\")'; sh ok.sh",
      "BASH_ENV=./ok.sh bash -c ls",
      "PATH=$PATH:. ls", "PATH=/usr/bin bare", "env PATH=lib bare", "declare -i n; n=3",
      "declare -i n; n=$(wc -l < ok.sh)", "gcc -o x x.c", "set -- alembic; . ./ok.sh",
      ". ./path.sh && pip install pytest && pytest", "cd sub; . ./name.sh; mig",
      "find . -name '*.sh' -exec bash -n {} \\;", "find . -name '*.sh' -exec bash -n {} +",
      "alembic $((1)) upgrade", "alembic ~/upgrade", "alembic \"$X\"/upgrade",
    ])
  func whatDoesNotRunIsAllowed(_ line: String) throws {
    let judgement = try Self.judge(line)
    #expect(judgement.verdict == .allow, "\(line): \(judgement.said)")
  }

  @Test(
    arguments: [
      ". ./none.sh; mig", ". ./broken.sh", "cat none.sh | sh", "python3 < none.py",
      "cat none.py | python3", "cat odd.py | python3", "python3 < odd.py", "./all.sh \"$X\"",
      "./more.sh", "cat ok.sh up.txt | sh", "cat -n ok.sh | sh", "dd if=x of=ok.sh; sh ok.sh",
      "python3 -c 'open(\"ok.sh\", \"w\").write(x)'; sh ok.sh", "cat x > ok.sh; cat ok.sh | sh",
      "curl -ook.sh http://x; sh ok.sh",
      ". ./src.sh; export -f look; ./ok.sh", "BASH_ENV=./ok.sh ./ok.sh", "ssh host '. ./src.sh; x'",
      "find . -name '*.sh' -exec bash {} \\;", "f(){ cat ok.sh; cat up.txt; }; f | sh",
      "cat(){ grep x y; }; cat ok.sh | sh",
    ])
  func whatCannotBeToldIsAsked(_ line: String) throws {
    #expect(try Self.judge(line).verdict >= .ask, "\(line)")
  }

  @Test func findingsTellThroughWhichFileTheyCame() throws {
    let judgement = try Self.judge("set -- x; . ./call.sh; . ./up.sh; . ./broken.sh")
    #expect(
      judgement.findings.map(\.saw) == ["./up.sh → alembic upgrade head", "./broken.sh → f(){\n"])
    #expect(judgement.scripts.map(\.path) == ["call.sh", "up.sh", "broken.sh"])
    #expect(try Self.judge("python3 < up.py").scripts.map(\.path) == ["up.py"])
  }

  @Test func filesThatReadEachOtherEnd() throws {
    var files = StatedFiles()
    for index in 0..<30 {
      files.contents["s\(index).sh"] = (0..<6).map { ". ./s\((index + $0 + 1) % 30).sh\n" }.joined()
    }
    let judgement = Judging.judge(". ./s0.sh", try Self.set()) { $0.files = files }
    #expect(judgement.verdict == .ask && !judgement.isUnderstood)
  }
}
