import JSONText
import TestSupport
import Testing

/// What every step leaves: a receipt with a name of its own in the fixed directory, cleaned of secrets.
@Suite struct ReceiptTests {
  @Test("cycles in one instant, under one seed, leave receipts of different names")
  func namesNeverCollide() throws {
    let project = try Project(items: (1...6).map { Project.item("N\($0)") })
    for _ in 1...6 { #expect(try project.conductor("next", with: Project.fixed).exit == 0) }
    #expect(try project.conductor("next", with: Project.fixed).exit == 3)
    let paths = project.receiptPaths()
    #expect(paths.count == 7)
    #expect(paths.allSatisfy { $0.contains("conductor-20261121T083000.000Z-") })
    try project.expectWhole()
  }

  @Test("receipts lie in the fixed directory, one folder a month, with a ledger beside")
  func thePlaces() throws {
    let project = try Project(items: [Project.item("A")])
    try project.conductor("next", "--receipts-dir", "elsewhere", with: Project.fixed)
    let names = project.root.files(Project.receiptsPath).map {
      String($0.dropFirst(Project.receiptsPath.count + 1))
    }
    #expect(
      names.filter { !$0.hasPrefix(".state/") }.map { $0.split(separator: "/")[0] } == [
        "2026-11", "ledger",
      ])
    #expect(try project.root.text("\(Project.statePath)/.gitignore") == "*\n")
    #expect(!project.root.holds("elsewhere"), "no flag moves conductor's own files")
    let ledger = try #require(names.first { $0.hasPrefix("ledger/") })
    let line = try project.root.text("\(Project.receiptsPath)/\(ledger)")
    let pattern = #/[0-9a-f]{64}  2026-11/conductor-20261121T083000\.000Z-[0-9a-f]{8}\.json\n/#
    #expect(line.wholeMatch(of: pattern) != nil, "\(line)")
  }

  @Test("a claim's receipt holds everything that the claim rested on") func content() throws {
    let project = try Project(items: [
      Project.item("A", plan: "p", more: #", "systemic_targets": ["S2"], "huge": 1E400"#)
    ])
    let before = try project.backlog()
    let run = try project.conductor(
      "next", "--diff-limit", "7", "--test", "x", "--receipts-dir", "d", "--agent", "codex",
      with: Project.fixed)
    let receipt = try project.lastReceipt("claim")
    for key: Text in [
      "format", "kind", "generated_at", "tool", "run", "agent", "host", "outcome", "reasons",
      "guardrails", "preflight", "consent", "inputs", "rules", "dry_run", "task", "prompt",
      "prompt_sha256", "claim", "backlog", "git",
    ] {
      #expect(receipt[key] != nil, "\(key)")
    }
    #expect(receipt.string("generated_at") == "2026-11-21T08:30:00.000Z")
    #expect(receipt.string("agent") == "codex")
    let guardrails = try #require(receipt["guardrails"])
    #expect(guardrails["diff_limit"]?.integer == 7)
    #expect(guardrails["tests"]?.elements.compactMap(\.text) == ["x"])
    #expect(guardrails.string("receipts_dir") == "d")
    #expect(receipt["task"]?["status"]?.text == "pending", "the item as it stood")
    #expect(receipt["task"]?["huge"]?.raw == Bytes("1E400"))
    #expect(receipt["claim"]?.string("until") == "2026-11-21T10:30:00Z")
    try project.home.write(before, "before")
    try project.home.write(run.output, "prompt")
    let sums = try project.shell(
      "sha256sum $HOME/before \(Project.backlogPath) $HOME/prompt | cut -c1-64")
    #expect(
      sums.lines == [
        receipt["backlog"]?.string("before"), receipt["backlog"]?.string("after"),
        receipt.string("prompt_sha256"),
      ])
    #expect(receipt["rules"]?["judged"]?.integer == 0, "nothing was judged, and it says so")
  }

  @Test("a refused cycle writes a receipt with its reason") func refusals() throws {
    let project = try Project(items: [])
    try project.conductor("next", with: Project.fixed)
    let receipt = try project.lastReceipt("refusal")
    #expect(receipt.string("outcome") == "refused")
    #expect(receipt["reasons"]?.codes == ["nothing-pending"])
    #expect(receipt["preflight"]?["ci"]?.string("verdict") == "not required")
    #expect(receipt["guardrails"]?["diff_limit"]?.integer == 200)
    #expect(receipt["exit"]?.integer == 3)
    try project.expectWhole()
  }

  @Test("A claim records commit, branch and what was changed already") func gitRecord() throws {
    let project = try Project(items: [Project.item("A"), Project.item("B")])
    try project.root.write("one\n", "file.txt")
    let made = try project.shell(
      """
      set -e
      git init -q -b trunk . && git add . && git -c user.name=t -c user.email=t@t commit -qm base
      echo two >> file.txt; echo new > other.txt; git rev-parse HEAD
      """)
    #expect(made.exit == 0, "\(made)")
    try project.conductor("next", with: ["PATH": Project.toolsPath])
    let git = try #require(try project.lastReceipt("claim")["git"])
    #expect(git.string("commit") == made.lines.last)
    #expect(git.string("branch") == "trunk")
    let paths = git["changed"]?.elements.compactMap { $0.string("path") } ?? []
    #expect(paths.contains("file.txt") && paths.contains("other.txt"), "\(paths)")
    let blob = try project.shell("git hash-object file.txt").lines.first
    #expect(
      git["changed"]?.elements.first { $0.string("path") == "file.txt" }?.string("blob") == blob)
  }

  @Test("A checkout's own configuration runs nothing when git is asked") func hostileGit() throws {
    let project = try Project(items: [Project.item("A")])
    let made = try project.shell(
      """
      set -e
      git init -q . && git add . && git -c user.name=t -c user.email=t@t commit -qm base
      printf '#!/bin/sh\\ntouch "%s/ran"\\n' "$PWD" > evil.sh; chmod +x evil.sh
      git config core.fsmonitor "$PWD/evil.sh"; git config core.hooksPath "$PWD"
      git config core.pager "$PWD/evil.sh"; git config diff.external "$PWD/evil.sh"
      git config filter.x.clean "$PWD/evil.sh"; echo '* filter=x' > .gitattributes
      git config diff.x.textconv "$PWD/evil.sh"; echo change >> .gitattributes
      """)
    #expect(made.exit == 0, "\(made)")
    #expect(try project.conductor("next", with: ["PATH": Project.toolsPath]).exit == 0)
    #expect(!project.root.holds("ran"))
  }

  // MARK: Redaction

  private static let secrets = [
    "ghp_0123456789abcdefghijABCDEFGHIJ012345", "AKIAIOSFODNN7EXAMPLE",
    "sk-abcdefghijklmnopqrstuvwx", "hunter2-very-secret", "s3cr3tpass",
  ]

  @Test(
    "a secret in notes, title, tests or reasons appears nowhere in what is emitted or kept")
  func redaction() throws {
    let notes =
      "token \(Self.secrets[0]) and \(Self.secrets[1])\\npassword=\(Self.secrets[3])\\n"
      + "postgres://app:\(Self.secrets[4])@db.example.com/x"
    let project = try Project(items: [
      Project.item(
        "A",
        more: """
          , "notes": "\(notes)", "api_token": "\(Self.secrets[3])",
              "tests": ["curl -H 'Authorization: Bearer \(Self.secrets[2])'"]
          """)
    ])
    var texts: [String] = []
    for arguments in [
      ["next", "--dry-run"], ["next"],
      ["release", "A", "--reason", "the key \(Self.secrets[0]) leaked"],
      ["next", "--json", "--test", "PASSWORD=\(Self.secrets[3]) make", "--agent", Self.secrets[1]],
      ["release", "A", "--claim", "2"],
      ["pause", "--reason", "rotate \(Self.secrets[1])"], ["next"], ["status"],
      ["receipts", "list"],
    ] {
      let run = try project.conductor(arguments)
      texts.append(run.out + run.err)
    }
    for name in project.root.files() where name != Project.backlogPath {
      texts.append("\(name): " + (try project.root.text(name)))
    }
    let history = try #require(try project.backlogDocument()["history"])
    texts.append(String(decoding: history.raw.array, as: UTF8.self))
    #expect(texts.contains { $0.hasPrefix(Project.journalPath) }, "the journal is looked at too")
    for secret in Self.secrets {
      for text in texts { #expect(!text.contains(secret), "\(secret) in \(text.prefix(2000))") }
    }
    #expect(texts[0].contains("[redacted sha256:"))
    try project.expectWhole()
  }
}
