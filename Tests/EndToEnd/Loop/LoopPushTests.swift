import JSONText
import Machine
import TestSupport
import Testing

/// Whether the branches of proposed work are pushed, and what a checkout can make of that.
@Suite struct LoopPushTests {
  /// A loop whose configuration says where to push, and a bare repository beside the project.
  private func loop(pushingTo remote: String?) throws -> LoopProject {
    let loop = try LoopProject()
    let made = try loop.project.shell("git init -q --bare \"$HOME/remote.git\"")
    #expect(made.exit == 0, "\(made)")
    if let remote { try configure(loop, "{ \"remote\": \"\(remote)\" }") }
    return loop
  }

  private func configure(_ loop: LoopProject, _ push: String) throws {
    let text = try loop.project.root.text(Project.configurationPath).replacing(
      "\"version\": 1,", with: "\"version\": 1, \"push\": \(push),")
    try loop.project.root.replace(text, Project.configurationPath)
    let made = try loop.project.shell(
      "git add -A && git -c user.name=n -c user.email=e@x commit -q -m push")
    #expect(made.exit == 0, "\(made)")
  }

  private func pushed(_ loop: LoopProject) throws -> [String] {
    try loop.project.shell("git -C \"$HOME/remote.git\" for-each-ref --format='%(refname)'").lines
  }

  private func expectPushed(_ loop: LoopProject, to address: String) throws {
    #expect(try pushed(loop) == ["refs/heads/conductor/A-1"])
    let same = try loop.project.shell(
      "test $(git -C \"$HOME/remote.git\" rev-parse conductor/A-1) = $(git rev-parse conductor/A-1)"
    )
    #expect(same.exit == 0)
    let receipt = try loop.project.lastReceipt("push")
    #expect(receipt.string("outcome") == "pushed" && receipt.string("item") == "A")
    #expect(receipt.string("address") == address)
    let event = try loop.events().first { $0.string("event") == "pushed" }
    #expect(event?.string("address") == address)
    #expect(try loop.report()["cycles"]?.elements.first?.string("pushed_to") == address)
    try loop.expectQuiet()
  }

  private func expectFailure(_ loop: LoopProject, _ run: Run, says words: String) throws {
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.outcomes().allSatisfy { $0 == "proposed" })
    #expect(try loop.status("A") == "proposed")
    #expect(run.err.contains("was not pushed"), "\(run)")
    let warnings = try loop.report()["cycles"]?.elements.first?["warnings"]?.elements ?? []
    let reason = warnings.first { $0.string("code") == "push-failed" }
    #expect(reason?.string("text")?.contains(words) == true, "\(run)")
    #expect(try loop.report()["look_at_first"]?.elements.first?.text == "A")
    #expect(try loop.eventNames().contains("warning"))
    #expect(try !loop.eventNames().contains("pushed"))
    #expect(try loop.project.lastReceipt("push").string("outcome") == "failed")
    #expect(try pushed(loop) == [])
    try loop.expectQuiet()
  }

  @Test("A proposed branch is pushed to the path that the configuration names") func path() throws {
    let loop = try loop(pushingTo: nil)
    let address = loop.project.home.place("remote.git")
    try configure(loop, "{ \"remote\": \"\(address)\", \"timeout\": \"30s\" }")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(run.err.contains("pushed to \(address)"), "\(run)")
    try expectPushed(loop, to: address)
  }

  @Test("A remote is found by its name, and nothing that the repository configures is run")
  func name() throws {
    let loop = try loop(pushingTo: "origin")
    let address = loop.project.home.place("remote.git")
    let set = try loop.project.shell(
      """
      git remote add origin /nowhere && git remote set-url --push origin "\(address)"
      git config core.sshCommand 'touch "$HOME/evil"; false'
      git config core.gitProxy 'touch "$HOME/evil"; false'
      git config credential.helper '!touch "$HOME/evil"'
      git config remote.origin.receivepack 'touch "$HOME/evil"; git-receive-pack'
      git config 'url.ext::sh -c touch% "$HOME/evil"% .pushInsteadOf' '\(address)'
      git config protocol.ext.allow always
      git config alias.push '!touch "$HOME/evil"'
      git config push.gpgSign true
      git config gpg.program "$HOME/hook"
      printf '#!/bin/sh\\ntouch "$HOME/evil"\\n' > "$HOME/hook" && chmod +x "$HOME/hook"
      for hook in pre-push reference-transaction update; do cp "$HOME/hook" .git/hooks/$hook; done
      """)
    #expect(set.exit == 0, "\(set)")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(!loop.project.home.holds("evil"))
    try expectPushed(loop, to: address)
    try loop.project.shell("git -c push.gpgSign=false push -q origin HEAD:refs/heads/x; true")
    #expect(loop.project.home.holds("evil"), "what is configured here would run otherwise")
  }

  @Test(
    "No command of the repository's configuration is started for an address, and no password told",
    arguments: [
      ("ssh://git@127.0.0.1:1/x.git", "ssh://git@127.0.0.1:1/x.git"),
      ("https://me:hidden-word@127.0.0.1:1/x.git", "https://127.0.0.1:1/x.git"),
    ])
  func address(address: String, shown: String) throws {
    let loop = try loop(pushingTo: address)
    let set = try loop.project.shell(
      """
      git config core.sshCommand 'touch "$HOME/evil"; false'
      git config ssh.variant simple
      git config credential.helper '!touch "$HOME/evil"'
      git config core.askPass 'touch "$HOME/evil"; false'
      git config http.proxy http://hidden-proxy:1
      """)
    #expect(set.exit == 0, "\(set)")
    let run = try loop.loop("--max-cycles", "1")
    #expect(!loop.project.home.holds("evil"))
    try expectFailure(loop, run, says: "was not pushed to \(shown): ")
    #expect(!run.err.contains("hidden"), "\(run)")
    let kept = try loop.project.shell("grep -rl hidden-word _report || true")
    #expect(kept.lines == [], "\(kept)")
  }

  @Test("A shallow clone pushes what it has") func shallow() throws {
    let loop = try loop(pushingTo: "origin")
    let set = try loop.project.shell(
      """
      git remote add origin "$HOME/remote.git" && git push -q origin HEAD:refs/heads/main
      git rev-parse HEAD > .git/shallow
      git reflog expire --expire=now --all && git update-ref -d refs/remotes/origin/main
      git gc -q --prune=now && ! git cat-file -e "$(git cat-file commit HEAD | sed -n 's/^parent //p')"
      """)
    #expect(set.exit == 0, "\(set)")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(try pushed(loop) == ["refs/heads/conductor/A-1", "refs/heads/main"], "\(run)")
  }

  @Test("A push that fails is no failed cycle, and is looked at first") func failing() throws {
    let loop = try loop(pushingTo: "./no/such.git")
    let run = try loop.loop("--max-cycles", "2")
    #expect(try loop.status("B") == "proposed")
    try expectFailure(loop, run, says: "such.git")
  }

  @Test("What leads elsewhere already is never replaced") func rejected() throws {
    let loop = try loop(pushingTo: "origin")
    let set = try loop.project.shell(
      """
      git remote add origin "$HOME/remote.git"
      tree=$(git mktree < /dev/null)
      other=$(git -c user.name=n -c user.email=e@x commit-tree -m other $tree)
      git push -q origin $other:refs/heads/conductor/A-1 && echo $other > "$HOME/other"
      git config remote.origin.push '+refs/heads/*:refs/heads/*'
      """)
    #expect(set.exit == 0, "\(set)")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(run.err.contains("git push was refused"), "\(run)")
    let kept = try loop.project.shell(
      "test $(git -C \"$HOME/remote.git\" rev-parse conductor/A-1) = $(cat \"$HOME/other\")")
    #expect(kept.exit == 0)
    #expect(try loop.status("A") == "proposed")
  }

  @Test("An address that runs a program is refused, wherever it stands") func program() throws {
    let named = try loop(pushingTo: "origin")
    let set = try named.project.shell(
      """
      git config remote.origin.url 'ext::sh -c touch%20marker'
      git config protocol.ext.allow always
      """)
    #expect(set.exit == 0, "\(set)")
    try expectFailure(
      named, try named.loop("--max-cycles", "1"), says: "leads to no path, and to no address")
    let configured = try loop(pushingTo: "ext::sh -c touch%20marker")
    let run = try configured.loop("--max-cycles", "1")
    #expect(run.exit == 78, "\(run)")
    #expect(run.err.contains("push.remote must be"))
    for root in [named.project, configured.project] {
      #expect(try root.shell("find \"$HOME\" . -name marker").lines == [])
    }
  }

  @Test("Nothing is pushed with --apply, in a dry run, or where the configuration names no remote")
  func never() throws {
    let applied = try loop(pushingTo: "origin")
    let dry = try loop(pushingTo: "origin")
    let plain = try loop(pushingTo: nil)
    for loop in [applied, dry, plain] {
      #expect(try loop.project.shell("git remote add origin \"$HOME/remote.git\"").exit == 0)
    }
    #expect(try applied.loop("--apply", "--max-cycles", "1").exit == 0)
    #expect(try dry.project.conductor("mode", "set", "DRY_RUN").exit == 0)
    try dry.loop("--max-cycles", "1")
    #expect(try plain.loop("--max-cycles", "1").exit == 0)
    for loop in [applied, dry, plain] {
      #expect(try pushed(loop) == [])
      #expect(try !loop.eventNames().contains { ["pushed", "warning"].contains($0) })
    }
  }

  @Test(
    "A misspelt or malformed setting is refused with its place",
    arguments: [
      (#"{ "remot": "origin" }"#, "did you mean \"remote\"?"), ("{}", "push.remote is missing"),
      (#"{ "remote": "origin", "timeout": 5 }"#, "push.timeout must be a duration"),
      (#"{ "remote": 5 }"#, "push.remote must be a string"),
      (#"{ "remote": "--exec=x" }"#, "push.remote must be"), ("\"origin\"", "expected an object"),
    ])
  func malformed(setting: String, words: String) throws {
    let loop = try loop(pushingTo: nil)
    try configure(loop, setting)
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 78, "\(run)")
    #expect(run.err.contains("conductor.json:1:") && run.err.contains(words), "\(run)")
  }
}
