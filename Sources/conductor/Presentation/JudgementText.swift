import Conducting
import JSONText
import Rules

/// How a judgement is told to people: the verdict first, then each finding with what it saw and why.
struct JudgementText {
  let style: Style
  let width: Int?

  /// One finding: its rule and verdict, and beneath them what a person needs to act on it.
  func lines(_ finding: Finding) -> [String] {
    var lines = ["  \(shown(finding.name))  \(shown(finding.verdict.word))"]
    let entries: [(String, Text?)] = [
      ("saw", finding.saw.isEmpty ? nil : finding.saw), ("because", finding.because),
      ("instead", finding.instead), ("escalate to", finding.escalateTo),
    ]
    for case (let name, let text?) in entries {
      lines += Paragraph.entry(name, shown(text), column: 17, width: width, indent: 4)
    }
    return lines
  }

  private func shown(_ text: Text) -> String { Printable.line(text.string) }
}
