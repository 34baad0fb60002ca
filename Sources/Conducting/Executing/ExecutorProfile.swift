package import JSONText

/// In which form a coding agent's program tells its answer and what it cost.
package enum ExecutorProfile: String, CaseIterable, Sendable {
  /// Any program: its output ends with the answer.
  case generic
  /// `codex exec --json`: one event in each line.
  case codex
  /// `claude -p --output-format json`, or `stream-json`: a result, alone or as the last of the messages.
  case claude

  /// Whether the form has a place for the cost at all; where it has none, a cost cap can never be kept.
  package var tellsCost: Bool { self != .codex }

  /// Reads what an agent has printed on standard output.
  package func report(on output: [UInt8]) -> AgentReport {
    switch self {
    case .generic: .generic(output)
    case .codex: .codex(output)
    case .claude: .claude(output)
    }
  }
}

/// What an agent's output says, in whatever form.
package struct AgentReport: Equatable, Sendable {
  /// The answer, one JSON document; nil where there is none.
  package var answer: [UInt8]?
  /// Why the agent itself says that it failed.
  package var failure: Text?
  package var cost: Number?
  package var tokens: TokenCount?

  /// Says nothing.
  package init() {}

  // MARK: Forms

  /// The answer is the document with which the output ends. Cost and tokens are `cost` and `tokens` of the last line
  /// that is an object with either, or of the answer.
  static func generic(_ output: [UInt8]) -> AgentReport {
    var report = AgentReport()
    report.answer = LastDocument.find(in: output)
    report.takeCosts(from: report.answer.flatMap { object(Bytes($0)) })
    for line in objects(in: output) { report.takeCosts(from: line) }
    return report
  }

  private mutating func takeCosts(from object: Node?) {
    if let cost = object?["cost"]?.number { self.cost = Self.credible(cost) }
    if let tokens = object?["tokens"], let input = tokens["input"]?.integer,
      let output = tokens["output"]?.integer
    {
      self.tokens = TokenCount(input: input, output: output)
    }
  }

  /// The answer is the last message of the agent; tokens are counted turn by turn, and cost is not told.
  static func codex(_ output: [UInt8]) -> AgentReport {
    var report = AgentReport()
    var message: Text?
    for event in objects(in: output) {
      switch event["type"]?.text {
      case "item.completed":
        let kind = event["item"]?["type"]?.text ?? event["item"]?["item_type"]?.text
        if kind == "agent_message" || kind == "assistant_message" {
          message = event["item"]?["text"]?.text ?? message
        }
      case "turn.completed":
        // A turn that went well makes good an error that was overcome on the way.
        report.failure = nil
        guard let usage = event["usage"] else { continue }
        let before = report.tokens ?? TokenCount(input: 0, output: 0)
        report.tokens = TokenCount(
          input: sum(before.input, usage, ["input_tokens"]),
          output: sum(before.output, usage, ["output_tokens"]))
      case "turn.failed":
        report.failure = event["error"]?["message"]?.text ?? "a turn failed"
      case "error":
        report.failure = event["message"]?.text ?? "an error that it does not explain"
      default: continue
      }
    }
    report.answer = message.flatMap { LastDocument.find(in: $0.bytes) }
    return report
  }

  /// The answer is what the result holds as structured output, else the document with which its text ends.
  static func claude(_ output: [UInt8]) -> AgentReport {
    var report = AgentReport()
    guard let result = claudeResult(output) else { return report }
    if result["is_error"]?.bool == true || result["subtype"]?.text.map({ $0 != "success" }) ?? false
    {
      report.failure =
        result["result"]?.text ?? result["subtype"]?.text ?? "an error that it does not explain"
    }
    if let structured = result["structured_output"], structured.kind == .object {
      report.answer = structured.raw.array
    } else {
      report.answer = result["result"]?.text.flatMap { LastDocument.find(in: $0.bytes) }
    }
    report.cost = result["total_cost_usd"]?.number.flatMap { credible($0) }
    if let usage = result["usage"], usage["input_tokens"]?.integer != nil {
      let read: [Text] = [
        "input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens",
      ]
      report.tokens = TokenCount(
        input: sum(0, usage, read), output: sum(0, usage, ["output_tokens"]))
    }
    return report
  }

  /// The result is the whole output, the last element of an array of messages, or the last line.
  private static func claudeResult(_ output: [UInt8]) -> Node? {
    func isResult(_ node: Node) -> Bool { node["type"]?.text == "result" }
    if let whole = try? Document(Bytes(output)).root {
      return whole.kind == .array
        ? whole.elements.last(where: isResult) : isResult(whole) ? whole : nil
    }
    return objects(in: output).last(where: isResult)
  }

  // MARK: Parts

  /// The lines that are objects, each a document of its own.
  private static func objects(in output: [UInt8]) -> [Node] {
    output.split(separator: 0x0A).compactMap { line in
      line.first == UInt8(ascii: "{") ? object(Bytes(Array(line))) : nil
    }
  }

  private static func object(_ bytes: Bytes) -> Node? {
    guard let root = try? Document(bytes).root, root.kind == .object else { return nil }
    return root
  }

  /// A cost below zero would give back what others have spent.
  private static func credible(_ cost: Number) -> Number? {
    guard let value = cost.double, value >= 0 else { return nil }
    return cost
  }

  private static func sum(_ start: Int, _ counts: Node, _ keys: [Text]) -> Int {
    keys.reduce(start) { total, key in
      let (sum, overflow) = total.addingReportingOverflow(max(counts[key]?.integer ?? 0, 0))
      return overflow ? Int.max : sum
    }
  }
}
