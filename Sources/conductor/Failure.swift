import Conducting
import Evidence
import JSONText
import Machine

/// Why a command ends without having done what was asked, and how that is told.
struct Failure {
  private let reasons: [Reason]
  private let exit: ExitCode
  private let hint: String?
  /// The words for people, where they are not simply the reasons.
  private let text: String?

  init(_ refusal: Refusal) {
    reasons = refusal.reasons
    exit = refusal.exit
    hint = refusal.hint?.string
    text = nil
  }

  init(_ error: UsageError) {
    reasons = [Reason(code: Text(error.code), text: Text(error.message))]
    exit = .usage
    hint = error.nextSteps().joined(separator: "\n")
    text = error.text()
  }

  init(startError: Machine.StartError) {
    switch startError {
    case .variable(let name, let value, let expected):
      self.init(
        Refusal(
          .usage, Text("the variable \(name) holds \(value), which is not \(expected)"),
          hint: Text("Correct or unset \(name).")))
    case .call(let error): self.init(Refusal(error))
    }
  }

  /// The document that `--json` answers with.
  var json: JSON {
    [
      "format": "conductor/error/1", "outcome": "failed", "exit": .integer(Int(exit.rawValue)),
      "reasons": .array(reasons.map(\.json)), "hint": hint.map { .text($0) } ?? .null,
    ]
  }

  /// The sentences for people: every reason on a line of its own, then what to do.
  var sentences: String {
    if let text { return text.hasSuffix("\n") ? text : text + "\n" }
    var lines = reasons.map { "conductor: " + Printable.line($0.text.string) }
    if let hint { lines.append("  " + Printable.line(hint)) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Tells people on standard error, and programs on standard output; answers the status to end with.
  func tell(asJSON: Bool, output: Output?) -> ExitCode {
    let output = output ?? Output(calls: SystemCalls())
    // There is nobody left to tell when telling itself fails.
    if asJSON { _ = try? output.write(json.written(indent: 2) + [0x0A], to: .standardOutput) }
    _ = try? output.write(Array(sentences.utf8), to: .standardError)
    return exit
  }
}
