import Conducting
import Evidence
import JSONText
import Machine

/// How a verification is told to people: a table of what was checked, one of the tests, and beneath them what is wrong
/// and what to do about it.
struct VerificationText {
  let style: Style
  let width: Int?

  /// All lines of it.
  func lines(_ checks: [VerificationCheck], _ tests: [TestOutcome]) -> [String] {
    var lines = table(checks)
    if !tests.isEmpty { lines += [""] + table(tests) }
    for check in checks where !check.reasons.isEmpty || !check.next.isEmpty {
      lines += [""] + failure(check.name, check.outcome, check.reasons, next: check.next)
    }
    for test in tests where !test.reasons.isEmpty && ![.notRun, .notReached].contains(test.ending) {
      lines += [""] + failure(test.command, test.outcome, test.reasons, next: [])
      lines += output(test)
    }
    return lines
  }

  private func table(_ checks: [VerificationCheck]) -> [String] {
    let rows = checks.map { check -> [Layout.Cell] in
      [
        .init(check.name.string, .bold), .init(check.measured.string),
        .init(check.allowed.string, .dim),
        .init(check.outcome.words, check.outcome.tint),
      ]
    }
    return Layout(
      [
        .init("CHECK"), .flexible("MEASURED", leastWidth: 16), .flexible("ALLOWED"),
        .init("OUTCOME"),
      ], width: width, style: style
    ).lines(rows)
  }

  private func table(_ tests: [TestOutcome]) -> [String] {
    let rows = tests.map { test -> [Layout.Cell] in
      var time = ""
      if case .ended = test.ending { time = Self.time(test) }
      return [
        .init(test.command.string, .bold), .init(test.words.string), .init(time),
        .init(test.outcome.words, test.outcome.tint),
      ]
    }
    return Layout(
      [
        .flexible("TEST", leastWidth: 16), .init("ENDED"), .init("TIME", isNumeric: true),
        .init("OUTCOME"),
      ], width: width, style: style
    ).lines(rows)
  }

  /// How long a test took: to a tenth of a second where it was short.
  static func time(_ test: TestOutcome) -> String {
    let tenths = test.nanoseconds / 100_000_000
    return tenths < 600 ? "\(tenths / 10).\(tenths % 10)s" : TimeWords.length(seconds: tenths / 10)
  }

  private func failure(
    _ name: Text, _ outcome: VerificationCheck.Outcome, _ reasons: [Reason], next: [Text]
  ) -> [String] {
    var lines = [style.bold(shown(name)) + "  " + style.paint(outcome.words, outcome.tint)]
    for reason in reasons {
      lines += Paragraph.lines(shown(reason.text), width: width, indent: 2, hanging: 4)
    }
    // A command is there to be copied, so that it stands on a line of its own.
    for step in next { lines += ["  next: " + shown(step)] }
    return lines
  }

  /// The last lines of what a test said, and where the rest lies.
  private func output(_ test: TestOutcome) -> [String] {
    guard let log = test.log else { return [] }
    let cut = log.isCut ? ", cut" : ""
    let size = TimeWords.counted(Int64(log.written), "byte")
    var lines = ["  its output: \(shown(log.path.text)) (\(size)\(cut))"]
    for line in log.tail {
      let text = Printable.line(line.string)
      let fitting = width.map { DisplayWidth.truncate(text, to: max(1, $0 - 4)) } ?? text
      lines.append(style.dim("  | ") + fitting)
    }
    return lines
  }

  private func shown(_ text: Text) -> String { Printable.line(text.string) }
}

extension VerificationCheck.Outcome {
  /// The word that people see.
  var words: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .refused: "refused"
    case .asked: "a person must decide"
    case .none: "nothing checked"
    }
  }

  /// The colour in which it is shown.
  var tint: Style.Tint {
    switch self {
    case .passed: .green
    case .failed, .refused: .red
    case .asked: .yellow
    case .none: .dim
    }
  }
}
