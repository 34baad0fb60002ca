package import Backlog
import Evidence
package import JSONText

/// A condition that a plugin looks at.
package struct PluginPrerequisite: Prerequisite {
  private let plugin: Plugin

  /// Asks a plugin of the kind `prerequisite`.
  package init(_ plugin: Plugin) { self.plugin = plugin }

  package var name: Text { plugin.name }

  /// A plugin that cannot be asked does not hold; why it cannot is the reason.
  package func judge(
    _ readings: Readings, _ wanted: Prerequisites, now: Timestamp
  ) -> PrerequisiteVerdict {
    var verdict = PrerequisiteVerdict(name: name, isRequired: true)
    verdict.digest = plugin.declaration.digest
    do {
      let answer = try plugin.ask(
        PluginKind.prerequisite.rawValue,
        [
          "now": .string(now.text),
          "backlog": .string(plugin.project.configuration.backlog.text),
        ])
      try read(answer, into: &verdict)
    } catch {
      verdict.reasons = error.reasons.map { reason in
        (ReasonCode(rawValue: reason.code.string) ?? .pluginInvalid, reason.text)
      }
    }
    return verdict
  }

  private func read(
    _ answer: PluginAnswer, into verdict: inout PrerequisiteVerdict
  ) throws(Refusal) {
    try answer.object(keys: ["holds", "reasons", "snapshot"])
    let holds = try answer.flag("holds")
    let given = answer.root["reasons"] == nil ? [] : try answer.array("reasons")
    var reasons: [(code: ReasonCode, text: Text)] = []
    for reason in given {
      try answer.object(reason, keys: ["code", "text"])
      let code = try answer.text("code", of: reason)
      let text = try answer.text("text", of: reason)
      reasons.append((.pluginUnmet, name + " says " + code + ": " + text))
    }
    verdict.snapshot = answer.root["snapshot"]?.json ?? .null
    guard holds else {
      verdict.reasons =
        reasons.isEmpty ? [(.pluginUnmet, name + " does not hold, and does not say why")] : reasons
      return
    }
    guard reasons.isEmpty else {
      throw answer.fault("a prerequisite that holds gives no reasons", answer.root)
    }
  }
}

/// A condition that was looked at before the lock was taken, so that nobody waits for a plugin.
struct SettledPrerequisite: Prerequisite {
  let verdict: PrerequisiteVerdict

  var name: Text { verdict.name }

  func judge(_ readings: Readings, _ wanted: Prerequisites, now: Timestamp) -> PrerequisiteVerdict {
    verdict
  }
}
