import Evidence
import JSONText
import Machine
import TestSupport
import Testing

@testable import Conducting

/// Plugins stand behind the same protocols as the executors and sinks of the program.
@Suite struct PluginExecutorTests {
  /// A project with one trusted plugin, whose steps are taken inside the test.
  private struct Place {
    let folder: Folder
    let context: Context
    let shelf: PluginShelf

    init(_ script: String, kind: String, timeout: String = "20s", trusted: Bool = true) throws {
      folder = try Folder()
      try folder.write(script, "plugin.sh")
      try folder.setMode(0o755, folder.place("plugin.sh"))
      try folder.write(#"{ "version": 0, "items": [] }"#, Workplace.backlogPath)
      let digest = SHA256.hash(Array(script.utf8)).hex
      try folder.write(
        """
        { "version": 1, "plugins": { "probe": { "kind": "\(kind)", "command": ["./plugin.sh"],
          "sha256": "\(digest)", "timeout": "\(timeout)" } } }
        """, "docs/automation/conductor.json")
      var machine = Machine(
        calls: SystemCalls(), clock: Clock(fixedAt: 1_795_000_000_000_000_000),
        random: Random(seed: 7), environment: Environment([("HOME", folder.place("home"))]),
        workingDirectory: Path(folder.path), host: "here", userName: "tester")
      machine.processes = Processes(calls: machine.calls)
      context = Context(machine: machine, version: "0.0.0")
      let project = try Project.find(nil, in: context)
      if trusted { _ = try PluginTrusting(project, context).trust("probe", by: "Robert") }
      shelf = PluginShelf(project, context)
    }

    func run(_ pulse: @escaping () -> Reason? = { nil }) throws -> ExecutorResult {
      let executor = try #require(shelf.executors.first)
      #expect(executor.name == "probe")
      return try executor.run(
        ExecutorTask(
          item: "A", claim: 3, prompt: Array("Do it".utf8), directory: Path(folder.path),
          receiptsDirectory: Path(folder.path), recordsDirectory: Path(folder.path), pulse: pulse))
    }
  }

  private static func answering(_ text: String) -> String {
    "#!/bin/sh\ncat > asked\ncat <<'END'\n\(text)\nEND\n"
  }

  @Test func anAgentsAnswerIsBroughtBack() throws {
    let place = try Place(
      Self.answering(
        #"{"answer": {"analysis": "a"}, "cost": 0.42, "tokens": {"input": 12, "output": 3}}"#),
      kind: "executor")
    let result = try place.run()
    #expect(result.answer == Array(#"{"analysis": "a"}"#.utf8))
    #expect(result.cost?.double == 0.42)
    #expect(result.tokens == TokenCount(input: 12, output: 3))
    #expect(result.failure == nil && result.status == .exited(0))
    let asked = try Document(Bytes(try place.folder.bytes("asked"))).root
    #expect(asked["protocol"]?.integer == 1 && asked["kind"]?.text == "executor")
    #expect(asked["request"]?["prompt"]?.text == "Do it")
    #expect(asked["request"]?["claim"]?.integer == 3)
  }

  @Test(
    "What goes wrong in the run is told in the result",
    arguments: [
      (#"{"answer": null, "failure": "no model"}"#, "plugin-failed"),
      (#"{"answer": {}, "failure": "half of it"}"#, "plugin-failed"),
      (#"{"answer": "text"}"#, "plugin-invalid"), (#"{"cost": 1}"#, "plugin-invalid"),
      (#"{"answer": {}, "cost": -1}"#, "plugin-invalid"),
      (#"{"answer": {}, "cost": 1e999}"#, "plugin-invalid"),
      (#"{"answer": {}, "tokens": {"input": 1}}"#, "plugin-invalid"),
      (#"{"answer": {}, "tokens": {"input": 1.5, "output": 1}}"#, "plugin-invalid"),
      ("", "plugin-invalid"),
    ])
  func failures(_ answer: String, _ code: String) throws {
    let result = try Place(Self.answering(answer), kind: "executor").run()
    #expect(result.failure?.code.string == code)
  }

  @Test func oneThatTakesTooLongIsEnded() throws {
    let place = try Place("#!/bin/sh\nsleep 300\n", kind: "executor", timeout: "1s")
    let result = try place.run()
    #expect(result.status == .timedOut)
    #expect(result.failure?.code == "plugin-slow")
  }

  @Test func aReasonEndsItBeforeItsTime() throws {
    let place = try Place("#!/bin/sh\nsleep 300\n", kind: "executor")
    let result = try place.run { Reason(code: "halted", text: "enough") }
    #expect(result.endedBecause?.text == "enough")
    #expect(result.failure == nil && result.answer == nil)
  }

  @Test func oneThatNobodyTrustsIsNotRun() throws {
    let place = try Place("#!/bin/sh\ntouch ran\n", kind: "executor", trusted: false)
    let refusal = outcome { _ = try place.run() }
    #expect(refusal?.reasons.map(\.code) == ["plugin-untrusted"])
    #expect(refusal?.exit == .unavailable)
    #expect(!place.folder.holds("ran"))
  }

  @Test(
    "A sink takes an event, or the failure is told",
    arguments: [
      (#"{"taken": true}"#, nil), (#"{"taken": false}"#, "plugin-invalid"),
      ("{}", "plugin-invalid"),
      (#"{"taken": true, "by": "mail"}"#, "plugin-invalid"),
    ] as [(String, String?)])
  func sinks(_ answer: String, _ code: String?) throws {
    let place = try Place(Self.answering(answer), kind: "sink")
    let sink = try #require(place.shelf.sinks.first)
    let refusal = outcome { try sink.take(Event(.runFailed, place.context, item: "A")) }
    #expect(refusal?.reasons.first?.code.string == code)
    let asked = try Document(Bytes(try place.folder.bytes("asked"))).root
    #expect(asked["request"]?["event"]?["event"]?.text == "run-failed")
    #expect(asked["request"]?["event"]?["alert"]?.bool == true)
  }
}
