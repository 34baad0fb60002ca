import Evidence
import JSONText
import Testing

@testable import Conducting

@Suite("Executors of a configuration") struct ExecutorSettingTests {
  private func read(_ executors: String) throws -> [ExecutorSetting] {
    try Configuration(Bytes(Array(#"{"version":1,"executors":\#(executors)}"#.utf8))).executors
  }

  @Test("All that can be said is read") func whole() throws {
    let settings = try read(
      #"{"a":{"command":["x","y"],"timeout":"45m","profile":"claude","answer":{"file":"out.json"},"environment":["HOME"]},"b":{"command":["z"]}}"#
    )
    var first = ExecutorSetting(name: "a", command: ["x", "y"], profile: .claude)
    first.timeout = 2700
    first.answerFile = "out.json"
    first.environment = ["HOME"]
    #expect(settings == [first, ExecutorSetting(name: "b", command: ["z"])])
  }

  @Test("A program that is known by its name has the form that it is known for") func profiles()
    throws
  {
    for (program, profile) in [
      ("codex", ExecutorProfile.codex), ("/usr/bin/claude", .claude), ("./generic", .generic),
      ("mycodex", .generic), ("codex/", .codex), ("/", .generic),
    ] {
      #expect(try read(#"{"a":{"command":["\#(program)"]}}"#).first?.profile == profile)
    }
  }

  @Test(
    "What it cannot mean is refused with its place",
    arguments: [
      "[]", #"{"a":[]}"#, #"{"a":{}}"#, #"{"a":{"command":[]}}"#, #"{"a":{"command":[""]}}"#,
      #"{"a":{"command":"x"}}"#, #"{"a":{"command":["x"],"timeout":45}}"#,
      #"{"a":{"command":["x"],"profile":"gpt"}}"#, #"{"a":{"command":["x"],"answer":"f"}}"#,
      #"{"a":{"command":["x"],"answer":{}}}"#, #"{"a":{"command":["x"],"answer":{"file":""}}}"#,
      #"{"a":{"command":["x"],"environment":"HOME"}}"#, #"{"a":{"command":["x"],"shell":true}}"#,
    ])
  func refused(executors: String) {
    let error = #expect(throws: Refusal.self) { try self.read(executors) }
    #expect(error?.exit == .wrongConfiguration)
    #expect(error?.reasons.first?.text.hasPrefix("docs/automation/conductor.json:1:") == true)
  }

  @Test("What stands for something of the task is filled in once, and nothing else is touched")
  func filling() {
    let values: [(name: Text, value: Text)] = [("{item}", "{claim}"), ("{claim}", "7")]
    #expect(ExecutorSetting.filled("a{item}-{claim}{x}{", values) == "a{claim}-7{x}{")
    #expect(ExecutorSetting.filled("", values) == "")
  }

  @Test("The schema of an answer is that of a narrow answer") func schema() throws {
    let text = ExecutorSetting.answerSchema.written(indent: nil)
    let root = try Document(Bytes(text)).root
    #expect(root["required"]?.elements.compactMap(\.text) == ["analysis", "commands", "receipts"])
    #expect(root["additionalProperties"]?.bool == false)
  }
}
