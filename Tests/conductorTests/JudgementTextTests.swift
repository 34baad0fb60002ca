import JSONText
import Rules
import Testing

@testable import Conducting
@testable import conductor

/// How a judgement is told to people.
@Suite struct JudgementTextTests {
  private func told(
    _ judgement: Judgement, reasons: [ReasonCode] = [], width: Int? = nil
  ) -> [String] {
    let outcome = Inspection.Outcome(
      judgement: judgement, reasons: reasons.map { $0.reason("a sentence") },
      exit: judgement.verdict.exit)
    return JudgementText(style: .plain, width: width).lines(outcome)
  }

  private func finding(_ verdict: Verdict) -> Finding {
    var finding = Finding(
      set: "house", rule: "r", verdict: verdict, because: "It is so.", saw: "a\u{1b}[2Jb")
    finding.instead = "Do something else that takes a few more words to say than a line can hold."
    finding.escalateTo = "Alice"
    finding.place = RulePlace(file: "docs/house.json", line: 7)
    return finding
  }

  @Test func theVerdictComesFirstAndEveryPartOfAFindingAfterIt() {
    var judgement = Judgement()
    judgement.judged = 3
    judgement.findings = [finding(.stop)]
    judgement.programs = [["git", "push", "a b"], ["x"]]
    #expect(
      told(judgement) == [
        "stop  3 rules asked, 1 finding",
        "",
        "  house/r  stop",
        "    saw          a\\u001b[2Jb",
        "    because      It is so.",
        "    instead      Do something else that takes a few more words to say than a line can hold.",
        "    escalate to  Alice",
        "    rule at      docs/house.json:7",
        "",
        "    would run    git push 'a b'",
        "    would run    x",
      ])
  }

  @Test func noLineIsWiderThanTheScreen() {
    var judgement = Judgement()
    judgement.findings = [finding(.ask), finding(.deny)]
    #expect(told(judgement, width: 40).allSatisfy { $0.count <= 40 })
  }

  @Test func whatWasNotJudgedIsNeverShownAsAllowed() {
    #expect(told(Judgement(), reasons: [.nothingJudged]).first == "not judged  no rule was asked")
    var judgement = Judgement()
    judgement.judged = 1
    #expect(told(judgement) == ["allow  1 rule asked, none objects"])
    #expect(told(Judgement()) == ["allow  no loaded rule is about this"])
  }

  @Test func approvedWaivedAndFailedFindingsAreMarked() {
    var judgement = Judgement()
    var approved = finding(.allow)
    approved.approval = "approval-1"
    var waived = finding(.allow)
    waived.waiver = "Alice"
    var failed = finding(.stop)
    failed.isError = true
    judgement.findings = [failed, approved, waived]
    let lines = told(judgement)
    #expect(lines.contains("  house/r  allow (approved)"))
    #expect(lines.contains("    approval     approval-1"))
    #expect(lines.contains("  house/r  allow (waived)"))
    #expect(lines.contains("  house/r  stop (an error while judging)"))
  }

  @Test func manyProgramsAreCutAndCounted() {
    var judgement = Judgement()
    judgement.programs = (1...20).map { ["p\($0)"] }
    #expect(told(judgement).suffix(2) == ["    would run    p12", "                 and 8 more"])
  }

  @Test(arguments: [
    (["git", "commit", "-m", ""], "git commit -m ''"),
    (["echo", "it's"], #"echo 'it'\''s'"#),
    (["a=b", "x/y.z", "-f,1"], "a=b x/y.z -f,1"),
    (["$x", "a;b"], "'$x' 'a;b'"),
  ])
  func vectorsAreWrittenAsSomebodyWouldTypeThem(words: [String], line: String) {
    #expect(CommandWords.line(words.map { Text($0) }).string == line)
  }
}
