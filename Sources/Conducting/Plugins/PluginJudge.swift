import Evidence
package import JSONText
package import Rules

/// A judge that a plugin is: asked beside the rule sets about the phases that it declares.
package struct PluginJudge: Judge {
  private let plugin: Plugin

  /// Asks a plugin of the kind `judge`.
  package init(_ plugin: Plugin) { self.plugin = plugin }

  package var name: Text { plugin.name }

  /// What the rule sets call the findings of a plugin; no set can have a name with a colon.
  private var setName: Text { Self.prefix + name }
  fileprivate static let prefix: Text = "plugin:"

  /// One that cannot be asked stops what it should have judged.
  package func judgement(of question: JudgeQuestion) -> Judgement {
    var judgement = Judgement()
    for part in parts(of: question) {
      judgement.judged += 1
      do {
        judgement.findings += try findings(part)
      } catch {
        judgement.findings.append(Self.failure(of: name, error))
      }
    }
    judgement.sortFindings()
    return judgement
  }

  /// What it is asked: the question itself, or each proposed command where it judges commands and not answers.
  private func parts(of question: JudgeQuestion) -> [JudgeQuestion] {
    let phases = plugin.declaration.phases
    if phases.contains(question.phase) { return [question] }
    guard case .answer(_, let commands) = question.subject, phases.contains(.command) else {
      return []
    }
    return commands.map { command in
      var circumstances = question.circumstances
      if let directory = command.directory { circumstances.directory = directory }
      return JudgeQuestion(.command(command.line), circumstances)
    }
  }

  private func findings(_ question: JudgeQuestion) throws(Refusal) -> [Finding] {
    let answer = try plugin.ask(PluginKind.judge.rawValue, question.json)
    try answer.object(keys: ["findings"])
    var findings: [Finding] = []
    for node in try answer.array("findings") {
      if let finding = try finding(node, answer) { findings.append(finding) }
    }
    return findings
  }

  /// One finding; nil for one that allows, which no judge can do for another.
  private func finding(_ node: Node, _ answer: PluginAnswer) throws(Refusal) -> Finding? {
    try answer.object(
      node, keys: ["rule", "verdict", "because", "saw", "instead", "escalate_to"])
    let word = try answer.text("verdict", of: node)
    guard let verdict = Verdict(word) else {
      throw answer.fault(
        "unknown verdict " + Text(bytes: quoted(word)) + "; known are allow, ask, deny and stop",
        node["verdict"] ?? node)
    }
    let rule = try answer.text("rule", of: node)
    guard !rule.isEmpty, rule.bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw answer.fault("rule must be a word", node["rule"] ?? node)
    }
    let redaction = plugin.context.redaction
    var finding = Finding(
      set: setName, rule: rule, verdict: verdict,
      because: redaction.clean(try answer.text("because", of: node)),
      saw: redaction.clean(try answer.text("saw", of: node)))
    finding.instead = try answer.optionalText("instead", of: node).map { redaction.clean($0) }
    finding.escalateTo = try answer.optionalText("escalate_to", of: node)
    return verdict == .allow ? nil : finding
  }

  /// A judge that cannot be asked is a stop of its own kind, as a rule is that cannot be judged.
  private static func failure(of name: Text, _ refusal: Refusal) -> Finding {
    let reason = refusal.reasons.first
    var finding = Finding(
      set: "conductor", rule: "judge-error", verdict: .stop,
      because: "the judge " + name + " cannot be asked: " + (reason?.text ?? ""), saw: name)
    finding.code = reason?.code
    finding.isError = true
    return finding
  }
}

extension Finding {
  /// Whether it says only that a plugin could not be asked, which may be otherwise in a moment.
  var isPassing: Bool { isError && code != nil }

  /// Whether a plugin said it, or could not be asked.
  var isFromPlugin: Bool { ruleSet.hasPrefix(PluginJudge.prefix) || isPassing }
}

extension JudgeQuestion {
  /// The question as a plugin gets it.
  var json: JSON {
    func text(_ text: Text?) -> JSON { text.map { .string($0) } ?? .null }
    func texts(_ texts: [Text]) -> JSON { .array(texts.map { .string($0) }) }
    var members: [JSON.Member] = [
      .init(key: "phase", value: .string(phase.word)),
      .init(key: "now", value: .string(circumstances.now.text)),
      .init(key: "directory", value: .string(circumstances.directory)),
      .init(key: "level", value: text(circumstances.level)),
      .init(key: "environment", value: text(circumstances.environment)),
      .init(key: "item", value: circumstances.item?.json ?? .null),
    ]
    switch subject {
    case .item(let node):
      members[members.count - 1].value = node.json
    case .command(let line):
      members.append(.init(key: "command", value: .string(line)))
    case .vector(let words):
      members.append(.init(key: "vector", value: texts(words)))
    case .changes(let changes):
      members.append(.init(key: "changes", value: .array(changes.map(\.json))))
    case .answer(let analysis, let commands):
      members.append(.init(key: "analysis", value: .string(analysis)))
      members.append(.init(key: "commands", value: .array(commands.map(\.json))))
    case .close:
      let changes = circumstances.checkout?.changes
      members.append(
        .init(key: "changes", value: changes.map { .array($0.map(\.json)) } ?? .null))
    }
    return .object(members)
  }
}

extension ProposedCommand {
  /// The proposal as a plugin gets it.
  fileprivate var json: JSON {
    ["command": .string(line), "directory": directory.map { .string($0) } ?? .null]
  }
}

extension Change {
  /// The change as a plugin gets it.
  fileprivate var json: JSON {
    [
      "kind": .string(kind.rawValue), "path": .string(path),
      "from": from.map { .string($0) } ?? .null,
      "added": .array(added.map { .string($0) }), "removed": .array(removed.map { .string($0) }),
      "binary": .bool(isBinary),
    ]
  }
}
