import Evidence
package import JSONText
import Machine

/// A way to run an agent that a plugin is.
package struct PluginExecutor: Executor {
  private let plugin: Plugin

  /// Runs agents by a plugin of the kind `executor`.
  package init(_ plugin: Plugin) { self.plugin = plugin }

  package var name: Text { plugin.name }

  /// One that is missing, changed or not trusted is not run at all; what goes wrong in the run the result tells.
  package func run(_ task: ExecutorTask) throws(Refusal) -> ExecutorResult {
    let call = PluginCall(
      plugin, kind: PluginKind.executor.rawValue, request: task.request, timeout: task.timeout)
    var reason: Reason?
    let finished = try call.finish {
      reason = reason ?? task.pulse()
      return reason == nil
    }
    var result = ExecutorResult(status: finished.status)
    result.endedBecause = reason
    if finished.status == .interrupted, reason == nil, !finished.truncated {
      result.endedBecause = ReasonCode.halted.reason("a signal asked for an end")
    }
    guard result.endedBecause == nil else { return result }
    do throws(Refusal) {
      if let fault = call.fault(of: finished) { throw fault }
      try read(PluginAnswer(finished.output, of: plugin), into: &result)
    } catch {
      result.failure = error.reasons.first
    }
    return result
  }

  private func read(
    _ answer: PluginAnswer, into result: inout ExecutorResult
  ) throws(Refusal) {
    try answer.object(keys: ["answer", "cost", "tokens", "failure"])
    let document = try answer.needed("answer", of: answer.root)
    guard document.isNull || document.kind == .object else {
      throw answer.fault("answer must be an object or null, not " + document.words, document)
    }
    result.cost = try answer.amount("cost", of: answer.root)
    if let tokens = answer.root["tokens"], !tokens.isNull {
      try answer.object(tokens, keys: ["input", "output"])
      result.tokens = TokenCount(
        input: try answer.count("input", of: tokens),
        output: try answer.count("output", of: tokens))
    }
    let failure = try answer.optionalText("failure", of: answer.root)
    guard !document.isNull else {
      result.failure = ReasonCode.pluginFailed.reason(
        "the plugin " + name + " brings no answer" + (failure.map { ": " + $0 } ?? ""))
      return
    }
    result.answer = document.raw.array
    result.failure = failure.map {
      ReasonCode.pluginFailed.reason("the plugin " + name + " says that it failed: " + $0)
    }
  }
}

extension ExecutorTask {
  /// The piece of work as a plugin gets it.
  fileprivate var request: JSON {
    [
      "item": .string(item), "claim": .integer(claim),
      "level": level.map { .string($0) } ?? .null,
      "prompt": .string(Text(bytes: prompt)), "directory": .string(directory.text),
      "receipts_directory": .string(receiptsDirectory.text),
      "records_directory": .string(recordsDirectory.text),
    ]
  }
}
