import JSONText
import Testing

@testable import Rules

/// What must be there when an item is closed: how it is read, judged, waived and approved.
@Suite struct DeliverableTests {
  private static let missing = #"{"file": {"path": "log.md", "exists": true}}"#

  private static func set(_ deliverables: String, more: String = "") throws -> RuleSet {
    try Judging.set(
      #""authority": {"chain": ["Ada", "Bot"], "escalate_to": "Ada"}, "deliverables": [\#(deliverables)]\#(more)"#
    )
  }

  private static func deliverable(_ needs: String, id: String = "log", more: String = "") -> String
  {
    #"{"id": "\#(id)", "needs": \#(needs), "because": "b"\#(more)}"#
  }

  private static func close(
    _ sets: RuleSet..., change: (inout Circumstances) -> Void = { _ in }
  ) throws -> Judgement {
    let item = try Judging.item(#"{"id": "ND-7", "level": "L1"}"#)
    return RuleBook(sets).judgement(
      ofClose: Judging.circumstances {
        $0.item = item
        change(&$0)
      })
  }

  @Test func whatIsMissingIsDeniedUnderItsCode() throws {
    let judgement = try Self.close(try Self.set(Self.deliverable(Self.missing)))
    let finding = try #require(judgement.findings.first)
    #expect(judgement.said == ["deny house/log"])
    #expect(finding.code == "log")
    #expect(finding.saw == "log.md is missing")
    #expect(finding.escalateTo == "Ada")
    #expect(finding.place?.line == 1)
    let named = try Self.close(
      try Self.set(
        Self.deliverable(Self.missing, more: #", "code": "LogMissing", "verdict": "stop""#)))
    #expect(named.findings.first?.code == "LogMissing")
    #expect(named.verdict == .stop)
  }

  @Test func whatIsThereIsSilentAndCountsAsJudged() throws {
    let set = try Self.set(
      Self.deliverable(Self.missing) + "," + Self.deliverable(#"{"clean": true}"#, id: "clean"),
      more: #", "rules": [\#(Judging.rule(#"{"tested": false}"#, phase: "close"))]"#)
    let judgement = try Self.close(set, set) { circumstances in
      var files = StatedFiles()
      files.contents = ["log.md": ""]
      circumstances.files = files
      var checkout = CheckoutFacts()
      checkout.isClean = true
      checkout.testsRun = 1
      circumstances.checkout = checkout
    }
    #expect(judgement.findings == [])
    #expect(judgement.judged == 3)
  }

  @Test func rulesForACloseAreAskedTooAndTheStrictestWins() throws {
    let rule = Judging.rule(#"{"clean": false}"#, phase: "close")
    let judgement = try Self.close(
      try Self.set(Self.deliverable(Self.missing), more: #", "rules": [\#(rule)]"#)
    ) { circumstances in
      circumstances.checkout = CheckoutFacts()
      circumstances.checkout?.isClean = false
    }
    #expect(judgement.said == ["stop house/r", "deny house/log"])
  }

  @Test func whereItIsNotWantedItIsNotLookedFor() throws {
    for (when, speaks) in [
      (#"{"item": {"field": "level", "is": "L1"}}"#, true),
      (#"{"item": {"field": "level", "is": "L2"}}"#, false),
      (#"{"item": {"field": "risk", "is": "high"}}"#, true),
      (#"{"item": {"field": "risk", "is": "high", "on_unknown": false}}"#, false),
    ] {
      let set = try Self.set(Self.deliverable(Self.missing, more: #", "when": \#(when)"#))
      #expect(try Self.close(set).findings.isEmpty != speaks, "\(when)")
    }
  }

  @Test func waiversApprovalsAndReleasesCount() throws {
    let waiver =
      #", "waivers": [{"rule": "log", "scope": {"item": "ND-7"}, "reason": "r", "who": "Ada", "expires": "2099-01-01"}]"#
    let waived = try Self.close(try Self.set(Self.deliverable(Self.missing), more: waiver))
    #expect(waived.verdict == .allow && waived.waived == 1)
    let released = try Self.close(try Self.set(Self.deliverable(Self.missing))) {
      $0.approvals = [Approval(id: "A-1", right: "log", item: "ND-7", actor: "Ada")]
    }
    #expect(released.verdict == .allow && released.findings.first?.approval == "A-1")
    let lower = try Self.close(try Self.set(Self.deliverable(Self.missing))) {
      $0.approvals = [Approval(id: "A-1", right: "log", item: "ND-7", actor: "Bot")]
    }
    #expect(lower.verdict == .deny)
  }

  @Test func theUnknownIsRefusedUnlessTheSetSaysOtherwise() throws {
    let unknown = #"{"clean": true}"#
    #expect(try Self.close(try Self.set(Self.deliverable(unknown))).verdict == .deny)
    let asked = try Self.set(Self.deliverable(unknown, more: #", "on_unknown": "ask""#))
    #expect(try Self.close(asked).verdict == .ask)
  }

  @Test(arguments: [
    (#"{"id": "a", "because": "b"}"#, "\"needs\" is missing"),
    (#"{"id": "a", "needs": {"clean": true}}"#, "\"because\" is missing"),
    (#"{"id": "A", "needs": {"clean": true}, "because": "b"}"#, "a rule's id is small letters"),
    (#"{"id": "a", "need": {"clean": true}, "because": "b"}"#, "did you mean \"needs\"?"),
    (#"{"id": "a", "needs": {"cleen": true}, "because": "b"}"#, "did you mean \"clean\"?"),
    (
      #"{"id": "a", "needs": {"clean": true}, "because": "b", "verdict": "allow"}"#,
      "cannot be allowed"
    ),
    (
      #"{"id": "a", "needs": {"clean": true}, "because": "b", "match": ["x"]}"#,
      "unknown key \"match\""
    ),
    (#"{"id": "a", "needs": {"program": "x"}, "because": "b"}"#, "not in close"),
    (
      #"{"id": "a", "needs": {"file": {"path": "${item.}", "exists": true}}, "because": "b"}"#,
      "unknown param \"item.\""
    ),
    (
      #"{"id": "a", "needs": {"file": {"path": "${items}", "exists": true}}, "because": "b"}"#,
      "unknown param \"items\""
    ),
    (#"{"id": "a", "needs": {"file": {"path": "[", "exists": true}}, "because": "b"}"#, "bad glob"),
    (
      #"{"id": "a", "needs": {"file": {"path": "x", "newest": true}}, "because": "b"}"#,
      "is missing"
    ),
    (
      #"{"id": "a", "needs": {"file": {"path": "x", "exists": true, "count": {"is": 1}}}, "because": "b"}"#,
      "neither beside"
    ),
    (
      #"{"id": "a", "needs": {"file": {"path": "x", "commands": "L1"}}, "because": "b"}"#,
      "this set has no levels"
    ),
    (
      #"{"id": "a", "needs": {"json": {"file": "x", "pointer": "", "each": {"is": 1}, "is": 1}}, "because": "b"}"#,
      "not both"
    ),
    (
      #"{"id": "a", "needs": {"json": {"file": "x", "pointer": "", "column": "a", "is": 1}}, "because": "b"}"#,
      "unknown key \"column\" here"
    ),
    (
      #"{"id": "a", "needs": {"csv": {"file": "x", "unique": "ID", "is": 1}}, "because": "b"}"#,
      "unknown key \"is\" here"
    ),
    (
      #"{"id": "a", "needs": {"csv": {"file": "x", "where": {"ID": "1"}, "unique": "ID"}}, "because": "b"}"#,
      "\"where\" chooses rows"
    ),
    (
      #"{"id": "a", "needs": {"markdown": {"file": "x", "boxes": "tickd"}}, "because": "b"}"#,
      "did you mean \"ticked\"?"
    ),
    (
      #"{"id": "a", "needs": {"markdown": {"file": "x", "boxes": {}}}, "because": "b"}"#,
      "is missing"
    ),
    (
      #"{"id": "a", "needs": {"item": {"field": "x", "within": "soon"}}, "because": "b"}"#,
      "expected a duration"
    ),
    (
      #"{"id": "a", "needs": {"count": {"commits": {"within": "1h"}}}, "because": "b"}"#,
      "unknown key \"within\" here"
    ),
    (#"{"id": "a", "needs": {"outside": {"paths": "x"}}, "because": "b"}"#, "\"item\" is missing"),
    (
      #"{"id": "a", "needs": {"clean": true}, "because": "b"}, {"id": "a", "needs": {"clean": true}, "because": "b"}"#,
      "is there already"
    ),
  ])
  func whatIsMisspeltIsRefused(_ deliverables: String, _ words: String) {
    do {
      _ = try Self.set(deliverables)
      Issue.record("loaded: \(deliverables)")
    } catch let fault as RuleFault {
      #expect(fault.text.contains(Text(words)), "\(fault.text)")
      #expect(fault.line >= 1 && fault.column > 1)
    } catch { Issue.record(error) }
  }

  @Test func anIdOfARuleIsTaken() {
    #expect(throws: RuleFault.self) {
      try Self.set(
        Self.deliverable(Self.missing, id: "r"),
        more: #", "rules": [\#(Judging.rule(#"{"program": "x"}"#))]"#)
    }
  }

  @Test func anExtendingSetTakesThemOver() throws {
    let set = try RuleSet.load(
      RuleSource(
        name: "own.json",
        bytes: Bytes(
          Array(
            #"{"ruleset": "own", "version": "1", "language": 1, "extends": "alembic", "deliverables": [\#(Self.deliverable(Self.missing))]}"#
              .utf8)))
    ) { (name, _) throws(RuleFault) in BuiltIn.source(name) }
    #expect(set.deliverables.map(\.id).contains("clean-tree"))
    #expect(set.deliverables.last?.id == "log")
  }
}
