import JSONText
import TestSupport
import Testing

/// What becomes of items that an agent works on.
@Suite struct LoopCycleTests {
  @Test("With --apply, items are worked on in the user's tree and closed") func applied() throws {
    let loop = try LoopProject()
    let run = try loop.loop("--apply")
    #expect(run.exit == 0, "\(run)")
    #expect(run.output.isEmpty)
    #expect(try loop.outcomes() == ["closed", "closed", "closed"])
    #expect(try ["A", "B", "C"].map(loop.status) == ["done", "done", "done"])
    #expect(try loop.project.root.text("work.txt") == "A\nB\nC\n")
    #expect(run.err.contains("3 closed"))
    try loop.expectQuiet()
  }

  @Test("Without --apply, nothing reaches the user's tree, and a branch and a patch wait")
  func proposed() throws {
    let loop = try LoopProject()
    try loop.project.root.replace("changed by a person\n", "text.txt")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.status("A") == "proposed")
    #expect(!loop.project.root.holds("work.txt"))
    #expect(try loop.project.root.text("text.txt") == "changed by a person\n")
    let git = try loop.project.shell(
      "git status --porcelain; git worktree list | wc -l; git show conductor/A-1:work.txt; git diff --stat HEAD conductor/A-1"
    )
    #expect(
      git.lines == [
        " M _plans/next-development.todo.json", " M text.txt", "1", "A", " work.txt | 1 +",
        " 1 file changed, 1 insertion(+)",
      ], "\(git)")
    let receipt = try loop.project.lastReceipt("proposal")
    let patch = try #require(receipt["patch"]?.string("path"))
    #expect(try loop.project.root.text(patch).contains("+A\n"))
    let entry = try #require(try loop.project.backlogDocument()["history"]?.elements.last)
    #expect(entry.string("branch") == "conductor/A-1")
    #expect(entry["proposed_at"] != nil)
    try loop.expectQuiet()
  }

  @Test("What changes in the user's own tree while an agent works apart is told by its path")
  func ownTree() throws {
    let loop = try LoopProject(
      agent: """
        cat > /dev/null; echo x > x.md; cd "$ROOT"
        echo more >> text.txt; mkdir -p deep; echo x > deep/new.txt; rm gone.txt
        echo x > _report/ignored.txt; mkdir -p other/.git; echo x > other/theirs.txt
        echo '\(LoopProject.answer)'

        """)
    try loop.project.root.write("x", "gone.txt")
    try loop.project.root.write("x", "stays.txt")
    let run = try loop.loop("--max-cycles", "1", with: ["ROOT": loop.project.root.path])
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.status("A") == "proposed")
    let event = try #require(
      try loop.events().first { $0.string("event") == "own-tree-changed" }, "\(run)")
    #expect(event["alert"]?.bool == true)
    #expect(
      event["paths"]?.elements.compactMap { $0.text?.string } == [
        "deep/new.txt", "gone.txt", "text.txt",
      ])
    let cycle = try #require(try loop.report()["cycles"]?.elements.first)
    #expect(cycle["warnings"]?.codes.contains("own-tree-changed") == true)
    #expect(run.err.contains("deep/new.txt, gone.txt, text.txt changed in yours"), "\(run)")
    try loop.agent(LoopProject.worker)
    try loop.loop("--max-cycles", "1")
    #expect(try loop.eventNames().count { $0 == "own-tree-changed" } == 1)
  }

  @Test("A proposed item is closed or released by a person, and handed out by nobody")
  func afterwards() throws {
    let loop = try LoopProject()
    try loop.loop("--max-cycles", "2")
    #expect(try loop.project.conductor("next", "--dry-run").out.contains("Task ID: C"))
    #expect(
      try loop.project.conductor(["close", "A"], with: ["PATH": Project.toolsPath]).exit == 0)
    #expect(try loop.status("A") == "done")
    #expect(try loop.project.conductor("release", "B", "--claim", "1").exit == 2)
    let released = try loop.project.conductor("release", "B", "--reason", "not so")
    #expect(released.exit == 0, "\(released)")
    #expect(try loop.status("B") == "pending")
    let entry = try #require(try loop.project.backlogDocument()["history"]?.elements.last)
    #expect(entry.string("reason") == "not so")
    #expect(try loop.project.conductor("next", "--dry-run").out.contains("Task ID: B"))
    try loop.project.expectWhole()
  }

  @Test("No hook and no filter of the checkout runs when its worktree is made and kept")
  func hooks() throws {
    let loop = try LoopProject()
    try loop.project.root.write("*.txt filter=evil\n", ".gitattributes")
    let set = try loop.project.shell(
      """
      git add -A && git -c user.name=n -c user.email=e@x commit -q -m attributes
      git config filter.evil.smudge 'touch "$HOME/evil"; cat'
      git config filter.evil.clean 'touch "$HOME/evil"; cat'
      git config filter.evil.required true
      for hook in post-checkout pre-commit post-commit commit-msg reference-transaction post-index-change; do
        printf '#!/bin/sh\\ntouch "$HOME/evil"\\n' > .git/hooks/$hook; chmod +x .git/hooks/$hook
      done
      """)
    #expect(set.exit == 0, "\(set)")
    try loop.agent("echo x > y.md; echo '\(LoopProject.answer)'\n")
    let run = try loop.loop("--max-cycles", "1")
    #expect(run.exit == 0, "\(run)")
    #expect(try loop.status("A") == "proposed")
    #expect(!loop.project.home.holds("evil"))
  }

  @Test("What the agent committed itself is part of the proposal") func committed() throws {
    let loop = try LoopProject(
      agent: """
        echo a > a.md; git add a.md; git -c user.name=a -c user.email=a@x commit -q -m own
        echo b > b.md; echo '\(LoopProject.answer)'
        """)
    #expect(try loop.loop("--max-cycles", "1").exit == 0)
    let git = try loop.project.shell("git diff --name-only HEAD conductor/A-1")
    #expect(git.lines == ["a.md", "b.md"], "\(git)")
  }

  @Test("The agent gets prompt and variables, and an answer may come in a file")
  func surroundings() throws {
    let loop = try LoopProject(
      agent: """
        cat > "$HOME/prompt"; env > "$HOME/env"; pwd > "$HOME/pwd"
        echo chatter; echo work > work.md; echo '\(LoopProject.answer)' > "$HOME/answer-1.json"
        """)
    let file = loop.project.home.place("answer-{claim}.json")
    let text = try loop.project.root.text(Project.configurationPath).replacing(
      "\(loop.agent)\"]",
      with: "\(loop.agent)\"], \"answer\": {\"file\": \"\(file)\"}, \"environment\": [\"HOME\"]")
    try loop.project.root.replace(text, Project.configurationPath)
    let run = try loop.loop("--apply", "--max-cycles", "1", with: ["SECRET": "s"])
    #expect(run.exit == 0, "\(run)")
    let receipt = try loop.project.lastReceipt("claim")
    #expect(try loop.project.home.text("prompt") == receipt.string("prompt"))
    let variables = try loop.project.home.text("env")
    #expect(variables.contains("CONDUCTOR_ITEM=A\n") && variables.contains("CONDUCTOR_CLAIM=1\n"))
    #expect(variables.contains("CONDUCTOR_RECEIPTS=") && !variables.contains("SECRET"))
    #expect(try loop.project.home.text("pwd") == loop.project.root.path + "\n")
    try loop.expectQuiet()
  }

  @Test("An answer that lay in its file before is nobody's answer") func staleAnswer() throws {
    let loop = try LoopProject(
      agent: "echo x > x.md; echo '\(LoopProject.answer)'\n",
      executor: #", "answer": { "file": "old.json" }"#)
    try loop.project.root.write(LoopProject.answer, "old.json")
    let run = try loop.loop("--apply", "--max-cycles", "1")
    #expect(run.exit == 1, "\(run)")
    #expect(run.err.contains("ended without an answer"))
  }

  @Test("Without an executor, prompts are printed and their items stay claimed")
  func prompts() throws {
    let loop = try LoopProject(consent: #""require_execute": false"#)
    let run = try loop.project.conductor("loop", "--max-cycles", "2")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.filter { $0.hasPrefix("Task ID: ") } == ["Task ID: A", "Task ID: B"])
    #expect(run.err.contains("honour the guardrails"))
    #expect(try ["A", "B", "C"].map(loop.status) == ["in_progress", "in_progress", "pending"])
    #expect(try loop.project.conductor("loop", "--item", "A").exit == 3)
    try loop.project.expectWhole()
  }

  @Test("A prompt that nobody takes is released, and ends the run") func closed() throws {
    let loop = try LoopProject(consent: #""require_execute": false"#)
    let run = try loop.project.shell("\"$CONDUCTOR\" loop >&- 2>\"$HOME/err\"; echo $?")
    #expect(run.exit == 0)
    let pipe = try loop.project.shell(
      "{ \"$CONDUCTOR\" loop --json 2>/dev/null; echo $? > \"$HOME/status\"; } | head -n 1 > /dev/null"
    )
    #expect(pipe.exit == 0)
    #expect(try loop.status("C") == "pending")
    try loop.project.expectWhole()
  }

  @Test("A dry run ends, shows each item once, and claims nothing") func dry() throws {
    let loop = try LoopProject(consent: #""require_execute": false"#)
    let before = try loop.project.backlog()
    let run = try loop.project.conductor(
      "loop", "--dry-run", "--watch", "--max-idle", "1s", "--interval", "1s")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines.filter { $0.hasPrefix("Task ID: ") }.count == 3)
    #expect(try loop.project.backlog() == before)
    #expect(!run.err.contains("honour the guardrails"))
  }

  @Test("With --json, standard output holds events, and the report as the last line")
  func json() throws {
    let loop = try LoopProject()
    let run = try loop.loop("--apply", "--json")
    #expect(run.exit == 0, "\(run)")
    let lines = try run.lines.map { try Document(Bytes(Array($0.utf8))).root }
    #expect(lines.dropLast().allSatisfy { $0.string("format") == "conductor/event/1" })
    #expect(lines.last?.string("format") == "conductor/run-report/1")
    #expect(lines.last?["counts"]?["closed"]?.integer == 3)
    #expect(lines.dropLast().compactMap { $0.string("event") } == (try loop.eventNames()))
    #expect(Set(lines.compactMap { $0.string("run") }).count == 1)
    let prompts = try LoopProject(consent: #""require_execute": false"#)
    let emitted = try prompts.project.conductor("loop", "--json")
    #expect(emitted.lines.count { $0.contains("Task ID: ") } == 3, "\(emitted)")
  }
}
