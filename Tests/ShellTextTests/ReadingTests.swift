import ShellText
import Testing

@Suite("What a reading tells besides the programs")
struct ReadingTests {
  func vector(_ line: String, _ name: Spelling) -> Vector? {
    ShellLine.reading(line).vectors.last { $0.name == name }
  }

  @Test(
    arguments: [
      ("cd a && run", "a"), ("cd a/b && cd ../c && run", "a/c"), ("cd /x; run", "/x"),
      ("(cd a; ls); run", ""), ("pushd a && run", "a"), ("cd a && cd - && run", ""),
      ("env -C a run", "a"), ("env --chdir=a run", "a"), ("sudo -D a run", "a"),
      ("cd a; sh -c 'cd b; run'", "a/b"), ("cd a || exit 1; run", "a"), ("cd a || true; run", nil),
      ("cd $x; run", nil),
      ("cd; run", nil), ("ls && cd a; run", nil), ("find . -execdir run {} \\;", nil),
      ("ssh host run", nil), ("docker exec -w /app web run", nil), ("popd; run", nil),
      ("if x; then cd a; fi; run", nil), ("f(){ cd a; }; f; run", "a"), ("run; cd a", ""),
    ] as [(String, String?)])
  func directory(_ line: String, _ expected: String?) {
    #expect(vector(line, "run")?.directory.path == expected.map { Spelling($0) })
  }

  @Test func directoriesOfOptions() {
    #expect(vector("git -C a -C b status", "git")?.directory.path == "a/b")
    #expect(vector("cd x && make -C sub all", "make")?.directory.path == "x/sub")
    #expect(vector("make --directory=sub", "make")?.directory.path == "sub")
  }

  @Test func environmentInForce() {
    func settings(_ line: String) -> [String] {
      vector(line, "run")?.environment.map { "\($0.name)=\($0.value.written)" } ?? []
    }
    #expect(settings("A=1 B=2 run") == ["A=1", "B=2"])
    #expect(settings("export A=1; B=2; run") == ["A=1"])
    #expect(settings("A=1 env B=2 A=3 run") == ["A=3", "B=2"])
    #expect(settings("set -a; A=1; run") == ["A=1"])
    #expect(settings("A=1 sh -c run") == ["A=1"])
    #expect(settings("A=1 ls; run") == [])
  }

  @Test func redirectionsAreAccesses() {
    let reading = ShellLine.reading(
      "cd a; run <in >out 2>>err <>both &>$x >/dev/null 2>&1 3>$HOME/f")
    let found = reading.accesses.map { "\($0.kind) \($0.path.written)" }
    #expect(
      found == [
        "read in", "write out", "append err", "readWrite both", "write $x", "write $HOME/f",
      ])
    #expect(reading.accesses.allSatisfy { $0.directory.path == "a" })
    #expect(ShellLine.reading("> only").accesses.count == 1)
    #expect(ShellLine.reading("{ ls; } > all").accesses.count == 1)
    #expect(ShellLine.reading("echo a > $(date).txt").accesses.first?.path.text == nil)
  }

  @Test(
    arguments: [
      ("a > f", ["write f"]), ("a >> f", ["append f"]), ("a >| f", ["write f"]),
      ("a &> f", ["write f"]), ("a &>> f", ["append f"]), ("a >& f", ["write f"]),
      ("a <> f", ["readWrite f"]), ("a {fd}> f", ["write f"]), ("a 5>> f", ["append f"]),
      ("a >&2", []), ("a 2>&-", []), ("a > /dev/null", []), ("> f", ["write f"]),
      ("> f a > g", ["write f", "write g"]), ("exec > f", ["write f"]),
      ("exec {fd}> f", ["write f"]), ("(a) > f", ["write f"]), ("{ a; } >> f", ["append f"]),
      ("if a; then b; fi > f", ["write f"]), ("for i in a; do b; done > f", ["write f"]),
      ("f() { a; } > f; f", ["write f"]), ("f() { a > f; }; f", ["write f"]),
      ("sh -c 'a > f'", ["write f"]), ("eval 'a > f'", ["write f"]), ("x=f; a > $x", ["write f"]),
      ("a > \"$x/f\"", ["write $x/f"]), ("a > {f,g}", ["write {f,g}"]), ("a > *", ["write *"]),
      ("echo $(a > f)", ["write f"]), ("a | b > f", ["write f"]), ("a > f &", ["write f"]),
      ("xargs sh -c 'a > f'", ["write f"]), ("echo 'a > f'", []), ("a 'b > c'", []),
      ("echo 'a > f' | sh", ["write f"]), ("awk '{ print > \"f\" }' x", ["write f"]),
      ("awk '{ print >> \"f\" }' x", ["write f"]), ("awk '$1 > 3' x", []),
      ("sed 's/a/b/w f' x", ["write f"]), ("sed -n '/a/w f' x", ["write f"]), ("sed p x", []),
      ("trap 'a > f' EXIT", ["write f"]), ("alias x='a > f'; x", ["write f"]),
    ] as [(String, [String])])
  func whatRedirectionsOpen(_ line: String, _ expected: [String]) {
    let found = ShellLine.reading(line).accesses.map { "\($0.kind) \($0.path.written)" }
    #expect(found == expected)
  }

  @Test func wrappersAreVectorsOfTheirOwn() {
    let names = ShellLine.reading("sudo env A=1 nice make").vectors.map { $0.name?.string }
    #expect(names == ["sudo", "env", "nice", "make"])
    #expect(vector("sudo env make", "make")?.via == ["sudo", "env"])
    #expect(vector("ssh host make", "make")?.place == .elsewhere)
    #expect(vector("ls | make", "make")?.isPiped == true)
    #expect(vector("make", "make")?.isPiped == false)
  }

  @Test func scriptsAndCode() {
    let scripts = ShellLine.reading("cd a; bash -e b.sh x; ./c.sh; python d.py; . e").scripts
    #expect(scripts.map(\.path.written.string) == ["b.sh", "./c.sh", "d.py", "e"])
    #expect(
      scripts.map(\.kind) == [.shell, .program, .interpreter("python"), .shell])
    #expect(scripts.first?.arguments.first?.text == "x")
    let code = ShellLine.reading("python3 -c 'print(1)'").inlineCode
    #expect(code.map(\.interpreter) == ["python"])
    #expect(code.map(\.text) == ["print(1)"])
  }

  @Test func unknownsSayWhy() {
    func reasons(_ line: String) -> [Unknown.Reason] {
      ShellLine.reading(line).unknowns.map(\.reason)
    }
    #expect(reasons("$x") == [.program])
    #expect(reasons("eval \"$x\"") == [.text])
    #expect(reasons("sudo --nosuch ls") == [.wrapper])
    #expect(reasons("ls )") == [.syntax(.unexpected, offset: 3)])
    #expect(reasons("echo 'a") == [.syntax(.unclosedQuote, offset: 5)])
    #expect(reasons("hash -p x y") == [.setting])
    #expect(reasons("f(){ f; }; f") == [.tooMuch])
  }

  @Test func subcommands() {
    func verb(_ line: String) -> Operand? {
      vector(line, "run")?.subcommand(valued: ["-c", "--k"])
    }
    #expect(verb("run up") == .known("up"))
    #expect(verb("run -c x --k y --flag up down") == .known("up"))
    #expect(verb("run -cx --k=y up") == .known("up"))
    #expect(verb("run -- up") == .known("up"))
    #expect(verb("run -c") == Operand.none)
    #expect(verb("run $x up") == .unknown("$x"))
    #expect(verb("run u$x") == .unknown("u$x"))
  }

  @Test func mentions() {
    func mentions(_ line: String) -> Bool { ShellLine.reading(line).mentions("alembic") }
    #expect(mentions("$x alembic"))
    #expect(mentions("$x a'lem'b\\ic"))
    #expect(mentions("$x /bin/alembic"))
    #expect(mentions("$x alem*"))
    #expect(mentions("$x [a]lembic"))
    #expect(!mentions("$x alembic-utils"))
    #expect(!mentions("$x myalembic alembic.ini"))
    #expect(!mentions("$x *"))
    #expect(!mentions("ls alembic"))
  }
}
