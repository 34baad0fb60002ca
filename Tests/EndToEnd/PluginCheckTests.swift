import JSONText
import TestSupport
import Testing

/// `conductor plugin list` and `check` say how plugins stand, and what they answer.
@Suite struct PluginCheckTests {
  private static func described(_ kind: String, _ more: String = "") -> String {
    PluginProject.answering(#"{"protocol": 1, "kind": "\#(kind)"\#(more)}"#)
  }

  @Test(
    "A plugin of any kind describes itself",
    arguments: [
      "prerequisite", "judge", "executor", "sink",
    ])
  func describes(_ kind: String) throws {
    let place = try PluginProject(
      Self.described(kind, #", "version": "1.2", "description": "Does it.""#), kind: kind)
    let run = try place.project.conductor("plugin", "check")
    #expect(run.exit == 0, "\(run)")
    #expect(run.lines == ["probe  ok  \(kind), 1.2, Does it."])
  }

  @Test(
    "A description that is wrong fails the check",
    arguments: [
      #"{"protocol": 1, "kind": "sink"}"#, #"{"protocol": 2, "kind": "judge"}"#,
      #"{"kind": "judge"}"#, #"{"protocol": 1, "kind": "judge", "verdict": "allow"}"#, "",
    ])
  func wrong(_ answer: String) throws {
    let place = try PluginProject(PluginProject.answering(answer), kind: "judge")
    let run = try place.project.conductor("plugin", "check", "probe", "--json")
    #expect(run.exit == 1, "\(run)")
    let entry = run.json?["plugins"]?.elements.first
    #expect(entry?["reasons"]?.codes == ["plugin-invalid"])
    #expect(entry?.string("state") == "trusted")
  }

  @Test func whatIsNotTrustedIsNotRunAndFailsTheCheck() throws {
    let place = try PluginProject("#!/bin/sh\ntouch ran\n", trusted: false)
    let run = try place.project.conductor("plugin", "check", "--json")
    #expect(run.exit == 1, "\(run)")
    #expect(!place.project.root.holds("ran"))
    let list = try place.project.conductor("plugin", "list", "--json")
    #expect(list.exit == 0)
    #expect(list.json?["plugins"]?.elements.map { $0.string("state") } == ["untrusted"])
  }

  @Test func aBacklogIsAskedForItsItems() throws {
    let script = """
      #!/bin/sh
      case $(cat) in
      *'"kind":"describe"'*) echo '{"protocol": 1, "kind": "backlog"}' ;;
      *) echo '{"items": [{"id": "A", "title": "Known"}, {"id": "Z", "title": "New"}]}' ;;
      esac

      """
    let place = try PluginProject(script, kind: "backlog")
    let run = try place.project.conductor("plugin", "check")
    #expect(run.lines == ["probe  ok  backlog, 2 items, 1 of them known here"], "\(run)")
    try place.write(script.replacing(#""Z""#, with: #""A""#))
    try place.declare()
    try place.trust()
    #expect(try place.project.conductor("plugin", "check").exit == 1, "one id twice")
  }

  @Test func aNameThatNobodyDeclaresIsNamedWithTheNearest() throws {
    let place = try PluginProject(PluginProject.holding)
    for verb in ["trust", "untrust", "check"] {
      let run = try place.project.conductor("plugin", verb, "prob")
      #expect(run.exit == 3, "\(run)")
      #expect(run.err.contains("did you mean \"probe\"?"), "\(run)")
    }
  }

  @Test("A plugin wherever it lies is the operator's own file") func isProtected() throws {
    let place = try PluginProject(PluginProject.holding)
    try place.write("one\n", at: "tools/helper")
    let digest = try place.digest(of: "tools/helper")
    try place.declare(more: #", "files": {"tools/helper": "\#(digest)"}"#)
    let trust = place.project.home.place(".local/state/conductor/trust/x.json")
    for path in [PluginProject.path, "tools/helper", trust] {
      let call = """
        { "session_id": "s", "transcript_path": "/t", "cwd": "\(place.project.root.path)",
          "permission_mode": "default", "hook_event_name": "PreToolUse", "tool_name": "Bash",
          "tool_input": { "command": "echo x > \(path)" } }
        """
      try place.project.home.write(call, "call.json")
      let run = try place.project.shell("\"$CONDUCTOR\" guard < \"$HOME/call.json\"")
      #expect(run.exit == 2 && run.err.contains("conductor/protected-path"), "\(path) \(run)")
    }
  }
}
