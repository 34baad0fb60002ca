import JSONText
import Rules
import Testing

/// How protected paths are recognised in what a line does.
@Suite struct JudgeProtectionTests {
  private static func judge(_ line: String) throws -> Judgement {
    Judging.judge(
      line.replacing("FILE", with: "docs/auto/c.json"), try Judging.set(#""rules": []"#)
    ) {
      $0.protected = ["/docs/auto/c.json", "/docs/auto/rules", "/.git/config", "/todo.json"]
      $0.files = StatedFiles(contents: [
        "docs/auto/c.json": "{}", "docs/auto/rules/h.json": "{}", "docs/x.md": "",
        "todo.json": "{}",
        "src/a.c": "", "build/a.o": "", "plain.sh": "cat \"$1\"\n", "writes.sh": "rm \"$1\"\n",
        "names.py": "open('docs/auto/c.json', 'w')\n",
      ])
    }
  }

  @Test(
    arguments: [
      "find docs -delete", "find . -name c.json -delete", "find . -iname C.JSON -delete",
      "find . -type f -delete", "find -delete", "find docs -fprint FILE", "find . -fprintf FILE %p",
      "find docs -type d -name rules -delete", "find /work -delete",
      "ln FILE y", "ln -t x FILE", "cp -l FILE y", "ln -sft docs/auto /x/c.json",
      "cp -rt docs/auto c.json", "wget -P docs/auto http://x/c.json", "wget -qO FILE http://x",
      "curl --output-dir docs/auto -O 'http://x/c.json?y=1'", "curl -sSLo FILE http://x",
      "curl -O http://x/todo.json", "wget http://x/y/todo.json", "git checkout -- FILE",
      "git restore FILE", "git diff --output=FILE", "git log --output FILE", "rm -rf ..",
      "rm -rf /work", "bash writes.sh FILE", "tar xf x --to-stdout > FILE",
    ])
  func whatIsWrittenIsStopped(_ line: String) throws {
    let judgement = try Self.judge(line)
    #expect(judgement.verdict == .stop, "\(line): \(judgement.said)")
    #expect(judgement.findings.allSatisfy { $0.name == "conductor/protected-path" })
  }

  @Test(
    arguments: [
      "chmod 000 FILE", "rename s/a/b/ FILE", "sponge FILE", "gawk -i inplace 1 FILE",
      "yq -i .a=1 FILE", "bzip2 FILE", "dos2unix FILE", "prettier --write FILE", "gcc -o FILE x.c",
      "openssl enc -out FILE", "iconv -oFILE", "xxd -r x FILE", "tar cf FILE x", "zip FILE x",
      "vim FILE", "git update-index --assume-unchanged FILE", "tool --out=FILE", "tool A=FILE",
      "sudo chmod 000 FILE", "cd docs && nano auto/c.json", "tool docs/auto",
      "tool DOCS/AUTO/C.JSON",
      "ln -s docs/auto d2; echo > d2/c.json", "ln -s ../auto docs/x/y", "ln -s .. docs/x",
      "ln -s c.json docs/auto/d", "cp -s FILE y", "cp -r /x/auto docs/", "cp -a /x/. docs/auto/",
      "cp -rT x docs", "rsync -a x/ docs/", "rsync -a auto docs", "tar xf x.tar -C docs",
      "tar -xzf x.tgz --directory=docs/auto", "unzip -o x.zip -d docs/auto",
      "wget -r -P docs http://x", "mktemp docs/auto/rules/X.json",
      "csplit x 1 -f docs/auto/rules/", "git clone x docs/auto/rules/y",
      "find docs -newer x -delete",
      "find . ! -name x -delete", "find . -name x -o -name c.json -delete",
      "find . -name \"$X\" -delete", "node -e 'require(\"fs\").writeFileSync(\"FILE\",\"\")'",
      "python3 -c \"open('FILE','w')\"", "python3 -c \"open('/work/project/FILE','w')\"",
      "cd docs/auto && python3 -c \"open('c.json','w')\"", "python3 < names.py",
      "cat names.py | python3", "perl -e 'x' FILE", "find docs -name x -exec rm {} +",
    ])
  func whatMayBeWrittenIsAsked(_ line: String) throws {
    let judgement = try Self.judge(line)
    #expect(judgement.verdict == .ask, "\(line): \(judgement.said)")
    #expect(judgement.findings.contains { $0.name == "conductor/protected-path" })
  }

  @Test(
    arguments: [
      "cat FILE", "jq . FILE", "grep -rn x docs/auto", "less FILE", "head -1 FILE", "wc -l FILE",
      "diff FILE x", "ls docs/auto", "stat FILE", "git log -- FILE", "git show HEAD:FILE",
      "git diff FILE", "git commit -m x FILE", "cp FILE /x/y", "scp FILE host:", "sudo cat FILE",
      "bash -c 'cat FILE'", "bash plain.sh FILE", "test -f FILE", "[ -f FILE ]", "echo FILE",
      "sed -n 1p FILE", "awk 1 FILE", "yq . FILE", "perl -pi -e x src/a", "sha256sum FILE",
      "find docs -name '*.json'", "find . -name '*.o' -delete", "find build -delete",
      "find . -type d -name __pycache__ -delete", "find docs -name x.md -delete",
      "cp -r src dist", "cp -r docs /x", "rsync -a src/ dist/", "rsync -a src docs",
      "tar xf x.tar -C build", "tar tf x.tar", "tar czf x.tgz src", "tar xOf x.tar a",
      "unzip -l x.zip", "unzip x.zip -d build", "wget http://x/y.tgz",
      "wget -qO- http://x/todo.json",
      "curl -O http://x/y.tgz", "curl http://x/todo.json", "ln -s a b", "ln -s ../src docs/x",
      "ln a b", "git clone http://x/y", "git stash list", "git reset HEAD x", "git clean -n",
      "git stash", "git stash pop", "git reset --hard HEAD~1", "git clean -fdx", "tar xf x.tar",
      "unzip x.zip", "cp -r x/. .", "git clean -fd build", "git checkout -b x", "git checkout main",
      "prettier --write .",
      "pytest .", "pytest docs", "node -e 'require(\"./x\")'", "python3 -c 'print(1.5)'",
      "chmod +x plain.sh", "vim src/a.c", "conductor check diff FILE", "rm -rf ../other",
    ])
  func whatOnlyReadsIsAllowed(_ line: String) throws {
    let judgement = try Self.judge(line)
    #expect(judgement.verdict == .allow, "\(line): \(judgement.said)")
  }

  @Test func nothingIsAskedWhereNothingIsProtected() throws {
    for line in ["tar xf x.tar -C docs", "chmod 0 docs/auto/c.json", "ln -s . x"] {
      #expect(Judging.judge(line, try Judging.set(#""rules": []"#)).verdict == .allow, "\(line)")
    }
  }

  @Test func moreCodeThanIsLookedAtIsAsked() throws {
    var files = StatedFiles()
    files.contents["many.py"] = (0..<5_000).map { "a.b\($0)" }.joined(separator: "\n")
    files.contents["few.py"] = (0..<3_000).map { "a.b\($0)" }.joined(separator: "\n")
    for (name, verdict) in [("many", Verdict.ask), ("few", .allow)] {
      let judgement = Judging.judge("python3 < \(name).py", try Judging.set(#""rules": []"#)) {
        $0.protected = ["/docs/auto/c.json"]
        $0.files = files
      }
      #expect(judgement.verdict == verdict, "\(name)")
    }
  }

  @Test func commandsOfPowerShellAreKnown() throws {
    let set = try Judging.set(#""rules": [], "shell": "powershell""#)
    func verdict(_ line: String) -> Verdict {
      Judging.judge(line, set) { $0.protected = ["/docs/auto/c.json"] }.verdict
    }
    #expect(verdict("Get-Content docs\\auto\\c.json") == .allow)
    #expect(verdict("Set-Content docs\\auto\\c.json x") == .stop)
    #expect(verdict("Tool docs\\auto\\c.json") == .ask)
    #expect(verdict("sed -i s/a/b/ docs/auto/c.json") == .ask)
    #expect(verdict("Tool docs\\other\\c.json") == .allow)
  }
}
