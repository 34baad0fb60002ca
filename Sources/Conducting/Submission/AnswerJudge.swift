import Evidence
import JSONText
import Machine
import Rules

/// Judges an answer by the rule sets and by the plugins that judge: its analysis, and each command as starting where it says.
struct AnswerJudge {
  let panel: JudgePanel
  let circumstances: Circumstances

  /// What they said; a command that would start outside of the project is a fault of the answer, and is judged as
  /// starting at the root.
  func judgement(of answer: Answer) -> (judgement: Judgement, faults: [SchemaFinding]) {
    var circumstances = circumstances
    circumstances.directory = circumstances.root
    var faults: [SchemaFinding] = []
    var proposed: [ProposedCommand] = []
    for command in answer.commands {
      var directory: Text?
      if let stated = command.directory {
        directory = place(stated.text)
        if directory == nil {
          faults.append(
            SchemaFinding(
              "the command would start outside of the project: " + stated.text, at: stated))
        }
      }
      proposed.append(ProposedCommand(command.line, directory: directory))
    }
    let judgement = panel.judgement(
      of: JudgeQuestion(
        .answer(analysis: answer.analysis, commands: proposed), circumstances))
    return (judgement, faults)
  }

  /// The directory that a command names, absolute and without links; nil where it lies outside of the root.
  private func place(_ directory: Text) -> Text? {
    guard let resolved = circumstances.files.resolved(directory) else { return nil }
    let path = Path(resolved)
    return path.isAbsolute ? nil : (Path(circumstances.root) / path).normalized.text
  }
}
