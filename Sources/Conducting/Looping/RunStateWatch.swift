import Backlog
import Evidence
import JSONText
import Machine

/// Sees to it that nobody but conductor's own commands changes the run state while an agent works: what an operator has
/// said of a pause or a mode holds.
struct RunStateWatch {
  private let project: Project
  private let context: Context
  private let claim: Path?
  private let mode: RunState.Mode?
  private let digest: Text

  /// Notes how the run state stands at the beginning of a cycle; `claim` is the receipt of its claim.
  init(_ project: Project, _ context: Context, since claim: Path?) {
    self.project = project
    self.context = context
    self.claim = claim
    mode = (try? RunState.read(project, context))?.mode
    digest = Self.digest(project, context)
  }

  /// Refuses where somebody else has written the run state since, after the project was paused in the mode that an
  /// operator has set last.
  func check() throws(Refusal) {
    let now = Self.digest(project, context)
    guard now != digest, try !ReceiptShelf(project, context).recordsRunState(from: digest, to: now)
    else { return }
    let words =
      RunState.path(project).text
      + " was written by somebody else while the agent worked, so that the project is paused"
    try RunControl(project, context).restore(try lastMode(), reason: words)
    throw Refusal(
      .protectedChange, words,
      hint: "Look at what the agent did; \"conductor resume\" ends the pause.")
  }

  private func lastMode() throws(Refusal) -> RunState.Mode? {
    guard let claim else { return mode }
    let set = try ReceiptShelf(project, context).newer(than: claim, kind: "mode").first
    return set?["mode"]?.text.flatMap { RunState.Mode(rawValue: $0.string) } ?? mode
  }

  private static func digest(_ project: Project, _ context: Context) -> Text {
    Protected.digest(of: project.place(RunState.path(project)), context.machine.files)
      ?? "unreadable"
  }
}
