import Conducting
import Evidence
import JSONText
import Rules

/// How a judgement is told to people: the verdict first, then each finding with what it saw and why.
struct JudgementText {
  let style: Style
  let width: Int?

  /// The lines of a whole outcome.
  func lines(_ outcome: Inspection.Outcome) -> [String] {
    let judgement = outcome.judgement
    var lines = [headline(outcome)]
    for reason in outcome.reasons { lines += paragraph(shown(reason.text)) }
    for finding in judgement.findings { lines += [""] + self.lines(finding) }
    let facts = facts(judgement)
    if !facts.isEmpty { lines += [""] + facts }
    return lines
  }

  private func headline(_ outcome: Inspection.Outcome) -> String {
    let judgement = outcome.judgement
    let rules = TimeWords.counted(Int64(judgement.judged), "rule")
    let asked = judgement.judged == 0 ? "no rule was asked" : "\(rules) asked"
    guard judgement.findings.isEmpty else {
      let findings = TimeWords.counted(Int64(judgement.findings.count), "finding")
      return verdict(judgement) + "  \(asked), \(findings)"
    }
    if !outcome.reasons.isEmpty { return style.yellow("not judged") + "  " + asked }
    let spoke = judgement.judged == 0 ? "no loaded rule is about this" : asked + ", none objects"
    return verdict(judgement) + "  " + spoke
  }

  private func verdict(_ judgement: Judgement) -> String {
    style.paint(shown(judgement.verdict.word), judgement.verdict.tint)
  }

  /// One finding: its rule and verdict, and beneath them what a person needs to act on it.
  func lines(_ finding: Finding) -> [String] {
    var verdict = style.paint(shown(finding.verdict.word), finding.verdict.tint)
    if finding.approval != nil { verdict += " (approved)" }
    if finding.waiver != nil { verdict += " (waived)" }
    if finding.isError { verdict += " (an error while judging)" }
    var lines = ["  " + style.bold(shown(finding.name)) + "  " + verdict]
    let entries: [(String, Text?)] = [
      ("saw", finding.saw.isEmpty ? nil : finding.saw), ("because", finding.because),
      ("instead", finding.instead), ("escalate to", finding.escalateTo),
      ("right", finding.right), ("approval", finding.approval), ("waiver", finding.waiver),
      ("code", finding.code), ("rule at", finding.place?.words),
    ]
    for case (let name, let text?) in entries { lines += entry(name, shown(text)) }
    return lines
  }

  private func facts(_ judgement: Judgement) -> [String] {
    var lines: [String] = []
    if !judgement.isUnderstood { lines += entry("reading", "not everything could be told") }
    switch judgement.environment {
    case .none: break
    case .resolved(let name): lines += entry("environment", shown(name))
    case .ambiguous(let why): lines += entry("environment", "ambiguous: " + shown(why))
    }
    for program in judgement.programs.prefix(Self.programLimit) {
      lines += entry("would run", shown(CommandWords.line(program)))
    }
    let rest = judgement.programs.count - Self.programLimit
    if rest > 0 { lines += entry("", "and \(rest) more") }
    return lines
  }

  private static let programLimit = 12

  private func entry(_ name: String, _ text: String) -> [String] {
    Paragraph.entry(name, text, column: 17, width: width, indent: 4)
  }

  private func paragraph(_ text: String) -> [String] {
    Paragraph.lines(text, width: width)
  }

  private func shown(_ text: Text) -> String { Printable.line(text.string) }
}

extension Verdict {
  /// The colour in which a verdict is shown.
  var tint: Style.Tint {
    switch self {
    case .allow: .green
    case .ask: .yellow
    case .deny, .stop: .red
    }
  }
}

extension RulePlace {
  /// The place as editors understand it.
  var words: Text { file + ":" + Text("\(line)") }
}
