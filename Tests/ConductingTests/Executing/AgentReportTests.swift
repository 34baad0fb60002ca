import Conducting
import JSONText
import Testing

@Suite("What an agent's output says") struct AgentReportTests {
  private func text(_ bytes: [UInt8]?) -> String? {
    bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  private func report(_ profile: ExecutorProfile, _ output: String) -> AgentReport {
    profile.report(on: Array(output.utf8))
  }

  private let answer = #"{"analysis":"a","commands":[],"receipts":[]}"#

  // MARK: The last document

  @Test("The document with which a text ends is found behind whatever was said before it")
  func lastDocument() {
    let found: [(String, String?)] = [
      (answer, answer),
      ("Thinking.\n{\"a\": 1}\n" + answer + "\n", answer),
      ("```json\n\(answer)\n```\n", answer),
      ("log {not json\n  \(answer)  \r\n\n", answer),
      (
        "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}\n",
        "{\n  \"a\": [\n    {\n      \"b\": 1\n    }\n  ]\n}"
      ),
      ("", nil), ("done", nil), ("[1]", nil), ("\(answer) done", nil), ("\(answer)\ndone", nil),
      ("said on the same line: \(answer)", nil), ("{\"a\": 1", nil), ("\"{}\"", nil),
      ("{\"a\":1,\"a\":2}", nil), ("```", nil), ("}", nil),
    ]
    for (given, expected) in found {
      #expect(text(LastDocument.find(in: Array(given.utf8))) == expected, "\(given)")
    }
  }

  @Test("A document that is longer than any answer may be is none")
  func longDocument() {
    let long = "{\"a\":\"" + String(repeating: "x", count: LastDocument.limit) + "\"}"
    #expect(LastDocument.find(in: Array(long.utf8)) == nil)
    let fits = "{\"a\":\"" + String(repeating: "x", count: LastDocument.limit - 8) + "\"}"
    #expect(LastDocument.find(in: Array(fits.utf8))?.count == LastDocument.limit)
  }

  @Test("Braces without end are no document, however many there are")
  func braces() {
    let flood = String(repeating: "{\n", count: 300_000) + "]}"
    #expect(LastDocument.find(in: Array(flood.utf8)) == nil)
    let nested = String(repeating: "{\"a\":\n", count: 100_000) + "}"
    #expect(LastDocument.find(in: Array(nested.utf8)) == nil)
  }

  @Test("Bytes that are no text hide no answer behind them")
  func binary() {
    #expect(text(LastDocument.find(in: [0xFF, 0x00, 0x0A] + Array(answer.utf8))) == answer)
  }

  // MARK: Any program

  @Test("Any program tells its cost in a line of its own or in its answer")
  func genericCosts() {
    #expect(report(.generic, answer).cost == nil)
    let inLine = report(
      .generic, "{\"cost\":0.25,\"tokens\":{\"input\":10,\"output\":2}}\n" + answer)
    #expect(inLine.cost == Number(0.25))
    #expect(inLine.tokens == TokenCount(input: 10, output: 2))
    #expect(text(inLine.answer) == answer)
    let inAnswer = report(.generic, #"{"analysis":"a","commands":[],"receipts":[],"cost":1.5}"#)
    #expect(inAnswer.cost == Number(1.5))
    #expect(report(.generic, "{\"cost\":1}\n{\"cost\":3}\n").cost == Number(3))
  }

  @Test(
    "A cost that nobody can have is an unknown one", arguments: ["-1", "\"1\"", "null", "1e999"])
  func incredible(cost: String) {
    #expect(report(.generic, "{\"cost\":\(cost)}\n" + answer).cost == nil)
    #expect(report(.claude, "{\"type\":\"result\",\"total_cost_usd\":\(cost)}").cost == nil)
  }

  // MARK: Codex

  private let codexRun = """
    {"type":"thread.started","thread_id":"0199"}
    {"type":"turn.started"}
    {"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"{\\"no\\":1}"}}
    {"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"ls"}}
    {"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"Looking."}}
    {"type":"item.completed","item":{"id":"item_3","type":"agent_message","text":"```json\\n{\\"analysis\\":\\"a\\",\\"commands\\":[],\\"receipts\\":[]}\\n```"}}
    {"type":"turn.completed","usage":{"input_tokens":24763,"cached_input_tokens":24448,"output_tokens":122}}
    """

  @Test("Codex answers with its last message, counts tokens, and tells no cost")
  func codex() {
    let report = report(.codex, codexRun)
    #expect(text(report.answer) == answer)
    #expect(report.tokens == TokenCount(input: 24763, output: 122))
    #expect(report.cost == nil)
    #expect(report.failure == nil)
    #expect(!ExecutorProfile.codex.tellsCost)
  }

  @Test("The messages of older versions of Codex are understood")
  func olderCodex() {
    let old =
      #"{"type":"item.completed","item":{"item_type":"assistant_message","text":"{\"a\":1}"}}"#
    #expect(text(report(.codex, old).answer) == #"{"a":1}"#)
  }

  @Test("A failed turn of Codex is a failure, and one that was overcome is none")
  func codexFailure() {
    let failed = #"{"type":"turn.failed","error":{"message":"usage limit"}}"#
    #expect(report(.codex, failed).failure == "usage limit")
    #expect(report(.codex, #"{"type":"error","message":"stream lost"}"#).failure == "stream lost")
    let overcome = #"{"type":"error","message":"reconnecting"}"# + "\n" + codexRun
    #expect(report(.codex, overcome).failure == nil)
  }

  @Test("Lines that are no events are passed over")
  func codexNoise() {
    let noisy = "warning: {\n{broken\n\n" + codexRun + "\nbye\n"
    #expect(text(report(.codex, noisy).answer) == answer)
  }

  // MARK: Claude

  private func claude(_ more: String) -> String {
    #"{"type":"result","subtype":"success","is_error":false,"total_cost_usd":0.0079825,"usage":{"input_tokens":3,"cache_creation_input_tokens":7,"cache_read_input_tokens":15635,"output_tokens":6}"#
      + more + "}"
  }

  @Test("Claude answers with its result, and tells cost and tokens")
  func claudeResult() {
    let report = report(
      .claude, claude(#","result":"Done.\n\n{\"analysis\":\"a\",\"commands\":[],\"receipts\":[]}""#)
    )
    #expect(text(report.answer) == answer)
    #expect(report.cost?.spelling == "0.0079825")
    #expect(report.tokens == TokenCount(input: 15645, output: 6))
    #expect(report.failure == nil)
  }

  @Test("Structured output counts before the text")
  func claudeStructured() {
    let report = report(
      .claude, claude(#","result":"see there","structured_output":\#(answer)"#))
    #expect(text(report.answer) == answer)
  }

  @Test("The result is found behind other messages, in lines or in an array")
  func claudeMessages() {
    let result = claude(#","result":"{\"a\":1}""#)
    let others = #"{"type":"system","subtype":"init"}"#
    #expect(text(report(.claude, others + "\n" + result + "\n").answer) == #"{"a":1}"#)
    #expect(text(report(.claude, "[\(others),\(result)]").answer) == #"{"a":1}"#)
  }

  @Test("An error of Claude is a failure with its words, and what it cost counts all the same")
  func claudeFailure() {
    let limit = #"{"type":"result","subtype":"error_max_turns","is_error":true,"total_cost_usd":2}"#
    #expect(report(.claude, limit).failure == "error_max_turns")
    #expect(report(.claude, limit).cost == Number(2))
    let refused = #"{"type":"result","subtype":"success","is_error":true,"result":"Invalid key"}"#
    #expect(report(.claude, refused).failure == "Invalid key")
  }

  @Test("What is no result says nothing", arguments: ExecutorProfile.allCases)
  func nothing(profile: ExecutorProfile) {
    for output in ["", "hello", "[]", "null", "{\"type\":\"assistant\"}\nbye", "\u{0}\n\n"] {
      let report = report(profile, output)
      #expect(report == AgentReport(), "\(profile) \(output)")
    }
  }
}
