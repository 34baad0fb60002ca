import JSONText
import Rules
import Testing

/// What a command needs of the level in force, and what waivers leave of findings.
@Suite struct JudgeLevelTests {
  private static func levelRule(_ when: String, _ level: String, _ id: String) -> String {
    #"{"id": "\#(id)", "phase": ["command"], "when": \#(when), "level": "\#(level)", "because": "b"}"#
  }

  private static func members(_ order: String = #""L0", "L1", "L2", "L3""#) -> String {
    #"""
    "authority": {"chain": ["Operator"], "escalate_to": "Operator"},
    "levels": {
      "default": "L1", "order": [\#(order)],
      "L2": {"requires": [{"documented": true}, {"approval": "L2"}]},
      "L3": {"requires": [{"variable": {"name": "NET", "is": ["1"]}}, {"approval": "L3"}]}
    },
    "rules": [\#(levelRule(#"{"program": "look"}"#, "L0", "zero")),
              \#(levelRule(#"{"program": ["pipeline", "net"]}"#, "L1", "one")),
              \#(levelRule(#"{"program": "pipeline"}"#, "L2", "two")),
              \#(levelRule(#"{"program": "net"}"#, "L3", "three")),
              \#(levelRule(#"{"program": "doubt", "argument": "x"}"#, "L3", "four"))]
    """#
  }

  private static func judge(
    _ line: String, _ level: Text?, item: String = #"{"id": "ND-1"}"#, approvals: [Text] = [],
    net: Text? = nil, others: [RuleSet] = []
  ) throws -> Judgement {
    let set = try Judging.set(members(), name: "state")
    let item = try Judging.item(item)
    return RuleBook([set] + others).judgement(
      ofCommand: Array(line.utf8),
      Judging.circumstances {
        $0.level = level
        $0.item = item
        $0.variable = { $0 == "NET" ? net : nil }
        $0.approvals = approvals.map {
          Approval(id: "A-" + $0, right: $0, item: "ND-1", actor: "Operator")
        }
      })
  }

  @Test func belowTheNeededLevelIsDenied() throws {
    #expect(try Self.judge("look", "L0").verdict == .allow)
    let judgement = try Self.judge("look; pipeline", nil)
    #expect(judgement.said == ["deny state/two"])
    #expect(
      judgement.findings.first?.because
        == "needs level L2, and the level in force is L1: b")
    #expect(judgement.findings.first?.saw == "pipeline")
    #expect(try Self.judge("net", "L2").said == ["deny state/three"])
    #expect(try Self.judge("net", "L9").said == ["deny state/three"])
    #expect(try Self.judge("doubt \"$X\"", "L1").said == ["ask state/four"])
  }

  @Test func whatALevelRequiresIsAskedOrDenied() throws {
    let documented = #"{"id": "ND-1", "level": "L2"}"#
    #expect(try Self.judge("pipeline", "L2").said == ["ask state/two", "ask state/two"])
    #expect(try Self.judge("pipeline", "L2", item: documented).said == ["ask state/two"])
    #expect(try Self.judge("pipeline", "L2", approvals: ["L2"]).said == ["ask state/two"])
    #expect(try Self.judge("pipeline", "L2", item: documented, approvals: ["L2"]).verdict == .allow)
    #expect(
      try Self.judge("pipeline", "state:L2", item: documented, approvals: ["state:L2"]).verdict
        == .allow)
    #expect(
      try Self.judge("pipeline", "L2", item: documented, approvals: ["other:L2"]).verdict == .ask)
    #expect(try Self.judge("pipeline", "L3", item: documented, approvals: ["L2"]).verdict == .allow)
    let low = #"{"id": "ND-1", "level": "L1"}"#
    #expect(try Self.judge("pipeline", "L2", item: low, approvals: ["L2"]).verdict == .ask)
    // Only what the needed level itself requires counts.
    #expect(try Self.judge("net", "L3", approvals: ["L3"], net: "1").verdict == .allow)
    #expect(try Self.judge("net", "L3", approvals: ["L3"], net: "0").said == ["deny state/three"])
    #expect(try Self.judge("NET=1 net", "L3", approvals: ["L3"]).verdict == .deny)
  }

  @Test func levelsOfOneSetSayNothingOfAnother() throws {
    let other = try Judging.set(Self.members(), name: "other")
    let documented = #"{"id": "ND-1", "level": "state:L2"}"#
    let both = try Self.judge(
      "pipeline", "L2", item: documented, approvals: ["L2"], others: [other])
    #expect(both.said == ["deny other/two", "deny state/two"])
    let named = try Self.judge(
      "pipeline", "state:L2", item: documented, approvals: ["state:L2"], others: [other])
    #expect(named.said == ["deny other/two"])
    // The bare name of a lower level still takes away.
    #expect(
      try Self.judge("pipeline; net", "L0", others: [other]).findings.allSatisfy {
        $0.because.contains("the level in force is L0")
      })
  }

  // MARK: Waivers

  private static func waived(_ scope: String, _ expires: String = "2030-01-01") throws -> RuleSet {
    try Judging.one(
      #"{"program": ["rm", "cp"]}"#,
      set: #"""
        "authority": {"chain": ["Ada"]},
        "waivers": [{"rule": "r", "scope": \#(scope), "reason": "agreed", "who": "Ada", "expires": "\#(expires)"}]
        """#)
  }

  @Test(
    arguments: [
      (#"{"item": "ND-1"}"#, "rm x", true), (#"{"item": "ND-2"}"#, "rm x", false),
      (#"{"command": "rm x"}"#, "rm x", true), (#"{"command": "rm x"}"#, "rm y", false),
      (#"{"path": "tmp/**"}"#, "rm tmp/a", true), (#"{"path": "tmp/**"}"#, "rm tmp/a b", false),
      (#"{"item": "ND-1", "path": "tmp/**"}"#, "rm b", false), (#"{"path": "**"}"#, "rm", false),
    ])
  func waivers(_ scope: String, _ line: String, _ holds: Bool) throws {
    let item = try Judging.item(#"{"id": "ND-1"}"#)
    let judgement = Judging.judge(line, try Self.waived(scope)) { $0.item = item }
    #expect(judgement.verdict == (holds ? .allow : .stop))
    #expect(judgement.waived == (holds ? 1 : 0) && judgement.count(.allow) == 0)
    if holds {
      #expect(judgement.findings.first?.waiver == "Ada until 2030-01-01T00:00:00Z: agreed")
    }
    let late = Judging.judge(line, try Self.waived(scope, "2027-01-15T08:00:00Z")) {
      $0.item = item
    }
    #expect(late.verdict == .stop)
  }
}
